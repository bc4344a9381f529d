"""The built book is whole, and no page of it is older than what it was made from."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from docutils import nodes
from filelock import FileLock
from jupyter_client.channels import AsyncZMQSocketChannel
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from bookmaking import execute, fresh, make, site_files
from bookmaking.checks import ROOT, site
from bookmaking.execute import NotebookError
from decentwork import data
from small_book import SmallBook, contents, copy_sources, not_executed


def test_pages_show_all_figures_and_tables_with_their_bars_and_no_markup(book, subtests):
    for problem in (
        *site.exhibits(book),
        *site.bars(book, site.listed(ROOT / "_toc.yml")),
        *site.left_over(book),
    ):
        with subtests.test(problem):
            pytest.fail(problem)


# --------------------------------------------------------------------------- which pages

NAMES = ["data/table.csv", "src/decentwork/module.py", "references.bib", "_config.yml"]
"""What a page shows, each file with its own name as its text."""
BOTH = ["book/index", "book/page"]


class Show(SphinxDirective):
    """Shows a table and what makes the look of a book."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(NAMES[0])
        texts = [Path(self.env.srcdir, name).read_text() for name in NAMES]
        return [nodes.paragraph("", " ".join(texts))]


class TwoPages(SmallBook):
    """A book of two pages, built in this process."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, "bookmaking.fresh", "myst_nb", root_doc="book/index",
                         source_suffix={".md": "myst-nb"})  # fmt: skip
        for name in [*NAMES, "data/other.csv", "book/_static/book.css"]:
            self.write(name, name)
        self.write("book/index.md", "# Home\n\n```{toctree}\npage\n```\n")
        self.write("book/page.md", "# Page\n\n```{show}\n```\n")

    def build(self, **on: Callable) -> list[str]:
        """Build, and return the pages that were read."""
        read: list[str] = []

        def begin(app, env, names: list[str]) -> None:
            app.add_directive("show", Show, override=True)
            read.extend(names)

        assert super().build(on={"env-before-read-docs": begin, **on}) == ""
        fresh.beside(self.html, "begun").unlink()  # as the build does when the book is in place
        return sorted(read)

    def shown(self, name: str = "book/page") -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path) -> TwoPages:
    return TwoPages(tmp_path)


def test_a_page_follows_what_it_shows(small, subtests):
    small.build()
    for name in NAMES:
        with subtests.test(name):
            small.write(name, f"changed {name}")
            os.utime(small.root / name, (0, 0))  # older than the page, as a copy may be
            assert small.build() == (["book/page"] if name == NAMES[0] else BOTH)
            assert f"changed {name}" in small.shown(), f"{name} changed, and the page did not"
    small.write("book/_static/book.css", "changed")
    assert small.build() == BOTH


def test_what_no_page_shows_reads_and_writes_nothing(small):
    small.build()
    pages = [small.html / f"{name}.html" for name in BOTH]
    before = [path.stat().st_mtime_ns for path in pages]
    small.write("data/other.csv", "changed")
    assert small.build() == []
    assert before == [path.stat().st_mtime_ns for path in pages]


def test_what_pages_show_of_each_other_is_written_again(small):
    small.write("book/other.md", "# Other\n\n{ref}`place`\n")
    small.replace("book/page.md", "# Page", "(place)=\n# Page")
    small.replace("book/index.md", "page\n", "page\nother\n")
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    small.build()
    for page in ("book/other", "book/index"):
        assert "Page renamed" in small.shown(page)


def test_a_change_during_the_build_stops_it(small):
    def change(app, env):
        small.write(NAMES[0], "changed")

    with pytest.raises(SphinxError, match=r"data/table\.csv changed while"):
        small.build(**{"env-updated": change})
    small.build()
    assert "changed" in small.shown()


# --------------------------------------------------------------------------- notebooks

TABLE, OTHER_TABLE = "ilo-rounds", "slavery-index"
THEMES = ("data/scale", "data/register")
READS = f"""from decentwork import citations, data
rows = data.read("{TABLE}").head(1)
print(len(rows), citations.of_rows(rows))"""
IMPORTS = "from decentwork import planted\nprint(planted.VALUE)"


class ExecutedBook:
    """A copy of the package and its tables with two notebooks, built by its own code.

    Its theme is the plainest, to be quick.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.html = root, root / "_build" / "html"
        own = ["bookmaking.fresh", "bookmaking.execute"]
        used = ["myst_nb", "jupyter_book", "sphinx_comments", "sphinx_external_toc"]
        sphinx = {"extensions": own + used, "html_theme": "basic", "html_theme_options": {}}
        book = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        settings = {name: book[name] for name in ("only_build_toc_files", "execute", "latex")}
        self.write("_config.yml", yaml.safe_dump(settings | {"sphinx": {"config": sphinx}}))
        (root / "data").mkdir()
        copy_sources(root, "src", "references.bib", "data/shared.yml", *THEMES)
        self.write("src/decentwork/planted.py", "VALUE = 1\n")
        self.write("_toc.yml", contents("book/landing", "notebooks/reads", "notebooks/imports"))
        self.write("book/landing.md", "# Landing\n")
        path = os.pathsep.join([str(root / "src"), os.environ.get("PYTHONPATH", "")])
        self.environment = {**os.environ, "PYTHONPATH": path, "PATH": "/nowhere"}  # without git
        self.notebook("reads", READS)
        self.notebook("imports", IMPORTS)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def notebook(self, name: str, *cells: str) -> None:
        self.write(f"notebooks/{name}.ipynb", not_executed(f"# {name.capitalize()}", *cells))

    def page(self, name: str) -> str:
        return (self.html / "notebooks" / f"{name}.html").read_text(encoding="utf-8")

    def pages(self) -> dict[Path, int]:
        """Return the dates of the built pages."""
        return {path: path.stat().st_mtime_ns for path in self.html.rglob("*.html")}

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def build(self, *, fails: bool = False) -> subprocess.CompletedProcess:
        run = self.run("-m", "bookmaking.make")
        assert bool(run.returncode) == fails, run.stdout + run.stderr
        return run

    def needed(self) -> list[str]:
        """Return the notebooks that the next build would execute."""
        kept = execute.KeptNotebooks(self.root)
        found = sorted((self.root / "notebooks").glob("*.ipynb"))
        return [path.stem for path in found if kept.record(path) is None]


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> ExecutedBook:
    book = ExecutedBook(tmp_path_factory.mktemp("executed") / "Büro für Forschung")
    first = book.build()
    assert "Notebooks to execute: 2" in first.stdout
    assert "pages read: 100%" in first.stdout and "pages written: 100%" in first.stdout
    return book


CITED = data.read(TABLE).head(1)["source"].iloc[0]
CHANGES = {
    "a verdict": ("data/*/claims.csv", []),
    "a table that no notebook reads": (f"data/*/{OTHER_TABLE}.csv", []),
    "a table": (f"data/*/{TABLE}.csv", ["reads"]),
    "what is known of a table": (f"data/*/{TABLE}.yml", ["reads"]),
    "a module": ("src/decentwork/planted.py", ["imports"]),
    "a module that another imports": ("src/decentwork/repository.py", ["reads"]),
    "what makes the book": ("src/bookmaking/make.py", []),
    "a source": ("references.bib", []),
}
"""A file to which a line is added, and what is executed again."""


def test_a_notebook_is_executed_again_when_what_it_read_changed(executed, subtests, monkeypatch):
    assert executed.needed() == []
    for change, (name, wanted) in CHANGES.items():
        (path,) = executed.root.glob(name)
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}# a comment\n", encoding="utf-8")
        with subtests.test(change):
            assert executed.needed() == wanted
        path.write_text(text, encoding="utf-8")
    (executed.root / "packages" / "another-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(executed.root / "packages")
    assert executed.needed() == ["imports", "reads"]


def test_what_is_as_before_again_is_not_executed_again(executed):
    planted = executed.root / "src" / "decentwork" / "planted.py"
    planted.write_text("VALUE = 'changed'\n")
    run = executed.build()
    assert "Notebooks to execute: 1\n" in run.stdout and "imports: executed" in run.stdout
    assert "changed" in executed.page("imports")
    planted.write_text("VALUE = 1\n")
    assert "Notebooks to execute" not in executed.build().stdout
    assert "changed" not in executed.page("imports")


def test_nothing_changed_starts_nothing(executed):
    executed.build()
    again = executed.run("-X", "importtime", "-m", "bookmaking.make")
    assert again.stdout.startswith("Nothing has changed.")
    for heavy in ("sphinx", "pandas", "nbformat"):
        assert f" {heavy}\n" not in again.stderr


def test_a_published_value_is_written_where_another_page_shows_it(executed):
    executed.write("book/landing.md", "# Landing\n\n{glue:text}`../notebooks/reads.ipynb::n:s`\n")
    for value in ("first", "second"):
        executed.notebook("reads", READS, f"from myst_nb import glue\nglue('n', '{value}')")
        executed.build()
        assert value in (executed.html / "book" / "landing.html").read_text(encoding="utf-8")
    executed.write("book/landing.md", "# Landing\n")


def test_a_failing_cell_is_shown_and_what_was_executed_is_kept(executed):
    before = executed.page("reads")
    executed.notebook("imports", "1 + 1", "1 / 0", "2 + 2")
    executed.notebook("reads", READS, "2 + 2")
    failed = executed.build(fails=True)
    assert "notebooks/imports, " in failed.stderr
    assert "1 / 0" in failed.stderr and "ZeroDivisionError: division by zero" in failed.stderr
    assert "reads: executed in" in failed.stdout
    assert "The book was not built: notebooks that failed: 1" in failed.stderr
    assert executed.page("reads") == before
    executed.notebook("imports", IMPORTS)
    repaired = executed.build()
    assert "Notebooks to execute" not in repaired.stdout, "what was executed was not kept"
    assert ">4\n" in executed.page("reads")


def test_a_table_that_does_not_hold_is_told_once_before_anything_runs(executed):
    (table,) = (executed.root / "data").rglob(f"{TABLE}.csv")
    sound = table.read_text(encoding="utf-8")
    first, second, *others = sound.splitlines(keepends=True)
    table.write_text("".join([first, second, second, *others]), encoding="utf-8")
    failed = executed.build(fails=True)
    table.write_text(sound, encoding="utf-8")
    assert failed.stdout == "", "something was executed"
    assert failed.stderr.count(f"{TABLE}.csv") == 1 and "Traceback" not in failed.stderr
    assert "The book was not built: a table does not hold" in failed.stderr


def test_a_second_build_says_that_another_is_running(executed):
    with (
        FileLock(executed.root / "_build" / make.LOCK),
        pytest.raises(SphinxError, match=r"another build is running in .*_build: wait until"),
    ):
        make.build(executed.root)


def test_a_build_that_fails_leaves_the_last_book_as_it_was(executed):
    """Also where an earlier one was killed after the old book had moved, and the next time."""
    executed.write("book/landing.md", "# Landing\n")
    executed.build()
    before = executed.pages()
    executed.write("book/landing.md", "# Landing\n\n{doc}`nowhere`\n")
    executed.html.rename(executed.html.with_name(site_files.OLD))
    for _ in range(2):
        assert "nowhere" in executed.build(fails=True).stderr, "it was not read again"
        assert executed.pages() == before
        assert not fresh.nothing_changed(executed.root)
    executed.write("book/landing.md", "# Landing\n")


def run_notebook(folder: Path, *cells: str) -> execute.Executed:
    path = folder / "notebook.ipynb"
    path.write_text(not_executed("# N", *cells), "utf-8")
    return asyncio.run(execute.execute(path, 60))


@pytest.fixture
def receiver(monkeypatch) -> dict:
    """What kernels send is received ``late`` (in seconds, once) or not at all (names ``lost``)."""
    faults, get_msg = {"late": 0, "lost": ()}, AsyncZMQSocketChannel.get_msg

    async def slow(channel, *arguments, **more):
        message = await get_msg(channel, *arguments, **more)
        if message["msg_type"] != "display_data":
            return message
        await asyncio.sleep(faults["late"])
        faults["late"] = 0
        name = message["content"]["metadata"]["scrapbook"]["name"]
        return await slow(channel, *arguments, **more) if name in faults["lost"] else message

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", slow)
    return faults


GLUED = "from myst_nb import glue\nfor n in range(9): glue(f'number-{n}', n, display=False)"


def test_outputs_that_come_late_are_waited_for(tmp_path, receiver):
    receiver["late"] = 5  # nbclient itself waits for four seconds
    assert len(run_notebook(tmp_path, GLUED).notebook.cells[1].outputs) == 9


def test_a_notebook_that_lacks_what_it_published_is_not_kept(tmp_path, receiver):
    receiver["lost"] = ("number-3", "number-5")
    with pytest.raises(NotebookError, match=r"2 of the 9 outputs .* \(number-3, number-5\)"):
        run_notebook(tmp_path, GLUED)
