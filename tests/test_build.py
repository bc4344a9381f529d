"""The built book is whole, and no page of it is older than what it was made from."""

import asyncio
import errno
import importlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from filelock import FileLock
from jupyter_client.channels import AsyncZMQSocketChannel
from myst_nb.ext.glue import crossref
from sphinx.errors import SphinxError

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

SHOW = '''
"""A page that shows its own extension, a module, a table and the bibliography."""
from pathlib import Path
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Show(SphinxDirective):
    def run(self):
        root = Path(self.env.srcdir)
        self.env.note_dependency("data/table.csv")
        read = ["data/table.csv", "src/decentwork/module.py", "references.bib", "_config.yml"]
        texts = [(root / name).read_text() for name in read]
        return [nodes.paragraph("", "extension-1 " + " ".join(texts))]

def setup(app):
    app.add_directive("show", Show)
'''
FILES = {
    "data/table.csv": "table-1",
    "data/other.csv": "other-1",
    "src/decentwork/module.py": "module-1",
    "src/bookmaking/show.py": SHOW,
    "references.bib": "source-1",
    "_config.yml": "config-1",
    "book/_static/book.css": "style-1",
    "book/index.md": "# Home\n\n```{toctree}\npage\n```\n",
    "book/page.md": "# Page\n\n```{show}\n```\n",
}
BOTH = ["book/index", "book/page"]


class TwoPages(SmallBook):
    """A book of two pages that shows its own extension, built in this process."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            root,
            source_suffix={".md": "myst-nb", ".ipynb": "myst-nb"},
            root_doc="book/index",
            nb_execution_mode="cache",
        )
        self.settings["extensions"] = ["myst_nb", "bookmaking.fresh", "bookmaking.execute", "show"]
        for name, text in FILES.items():
            self.write(name, text)

    def build(self, on: dict[str, Callable] | None = None, *, warns: bool = False) -> list[str]:
        """Build, and return the pages that were read."""
        read: list[str] = []
        sys.path.insert(0, str(self.root / "src" / "bookmaking"))
        sys.modules.pop("show", None)
        importlib.invalidate_caches()
        crossref.read_glue_cache.cache_clear()  # it lives as long as a process, which is one build
        note = {"env-before-read-docs": lambda app, env, names: read.extend(names)}
        try:
            assert bool(super().build(on={**note, **(on or {})})) == warns
        finally:
            sys.path.remove(str(self.root / "src" / "bookmaking"))
        return sorted(read)

    def shown(self, name: str = "book/page") -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path, monkeypatch) -> TwoPages:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return TwoPages(tmp_path)


def test_a_page_follows_what_it_shows(small, subtests):
    small.build()
    for name, word, reads in (
        ("data/table.csv", "table", ["book/page"]),
        ("src/decentwork/module.py", "module", BOTH),
        ("src/bookmaking/show.py", "extension", BOTH),
        ("references.bib", "source", BOTH),
        ("_config.yml", "config", BOTH),
    ):
        with subtests.test(name):
            small.replace(name, f"{word}-1", f"{word}-2")
            os.utime(small.root / name, (0, 0))  # older than the page, as Git may leave it
            assert small.build() == reads
            assert f"{word}-2" in small.shown(), f"{name} changed, and the page did not"
    small.write("book/_static/book.css", "style-2")
    assert small.build() == BOTH


def test_what_no_page_shows_reads_and_writes_nothing(small):
    small.build()
    pages = [small.html / "book" / "index.html", small.html / "book" / "page.html"]
    before = [path.stat().st_mtime_ns for path in pages]
    small.write("data/other.csv", "other-2")
    assert small.build() == []
    assert before == [path.stat().st_mtime_ns for path in pages]
    pages[1].write_text("altered", encoding="utf-8")
    small.build()
    assert "table-1" in small.shown(), "a page is not as it was left, and stays so"


def test_what_pages_show_of_each_other_is_written_again(small):
    small.write("book/other.md", "# Other\n\n{ref}`place`\n")
    small.replace("book/page.md", "# Page", "(place)=\n# Page")
    small.replace("book/index.md", "page\n", "page\nother\n")
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    os.utime(small.root / "book" / "page.md", (0, 0))
    small.build()
    for page in ("book/other", "book/index"):
        assert "Page renamed" in small.shown(page)


def test_a_page_that_was_read_with_a_warning_is_read_again(small):
    small.build()
    small.write("book/page.md", "# Page\n\n{doc}`nowhere`\n")
    for _ in range(2):
        assert small.build(warns=True) == ["book/page"]
    small.write("book/page.md", FILES["book/page.md"])
    assert small.build() == ["book/page"]


def test_a_change_during_the_build_stops_it(small):
    def change(app, env):
        small.write("data/table.csv", "table-2")

    with pytest.raises(SphinxError, match=r"data/table\.csv changed while"):
        small.build(on={"env-updated": change})
    small.build()
    assert "table-2" in small.shown()


def test_a_changed_value_is_written_where_it_is_shown_and_nowhere_else(small):
    """MyST-NB executes this notebook itself: the book has no file with its contents."""
    number = "from myst_nb import glue\nglue('number', open('../data/table.csv').read())"
    small.write("book/notebook.ipynb", not_executed("# Notebook", number))
    small.write("book/other.md", "# Other\n\n{glue:text}`notebook.ipynb::number:s`\n")
    small.write("book/page.md", "# Page\n")
    small.replace("book/index.md", "page\n", "page\nnotebook\nother\n")
    small.build()
    page = small.html / "book" / "page.html"
    before = page.stat().st_mtime_ns
    small.replace("data/table.csv", "table-1", "table-2")
    small.build()
    assert "table-2" in small.shown("book/other")
    assert page.stat().st_mtime_ns == before, "a page without the value was written again"


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

    EXTENSIONS = (
        "bookmaking.fresh",
        "bookmaking.execute",
        "myst_nb",
        "jupyter_book",
        "sphinx_comments",
        "sphinx_external_toc",
    )

    def __init__(self, root: Path) -> None:
        self.root, self.html = root, root / "_build" / "html"
        sphinx = {"extensions": [*self.EXTENSIONS], "html_theme": "basic", "html_theme_options": {}}
        settings = {
            "only_build_toc_files": True,
            "execute": {"execute_notebooks": "cache"},
            "latex": {"use_jupyterbook_latex": False},
            "sphinx": {"config": sphinx},
        }
        self.write("_config.yml", yaml.safe_dump(settings))
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

    def table(self, name: str) -> Path:
        (path,) = (self.root / "data").rglob(f"{name}.csv")
        return path

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
        kept = execute.KeptNotebooks(self.root / "_build" / ".jupyter_cache")
        found = sorted((self.root / "notebooks").glob("*.ipynb"))
        return [path.stem for path in found if kept.record(path) is None]


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> ExecutedBook:
    book = ExecutedBook(tmp_path_factory.mktemp("executed") / "Büro für Forschung")
    first = book.build()
    assert "Notebooks to execute: 2" in first.stdout
    assert "pages read: 100 %" in first.stdout and "pages written: 100 %" in first.stdout
    return book


CITED = data.read(TABLE).head(1)["source"].iloc[0]
CHANGES = {
    "a verdict": ("data/*/claims.csv", "", []),
    "a table that no notebook reads": (f"data/*/{OTHER_TABLE}.csv", "", []),
    "a table": (f"data/*/{TABLE}.csv", "", ["reads"]),
    "what is known of a table": (f"data/*/{TABLE}.yml", "", ["reads"]),
    "a module": ("src/decentwork/planted.py", "", ["imports"]),
    "a module that another imports": ("src/decentwork/repository.py", "", ["reads"]),
    "what makes the book": ("src/bookmaking/make.py", "", []),
    "a source that is cited": ("references.bib", f"{{{CITED},", ["reads"]),
    "another source": ("references.bib", "{belser2005,", []),
}
"""A file, a key of it that is renamed or else a line that is added, and what is executed again."""


def test_a_notebook_is_executed_again_when_what_it_read_changed(executed, subtests, monkeypatch):
    assert executed.needed() == []
    for change, (name, renamed, wanted) in CHANGES.items():
        (path,) = executed.root.glob(name)
        text = path.read_text(encoding="utf-8")
        assert renamed in text
        changed = text.replace(renamed, "{renamed,") if renamed else f"{text}# a comment\n"
        path.write_text(changed, encoding="utf-8")
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
    page = executed.root / "_build" / "html" / "notebooks" / "reads.html"
    page.write_text("altered", encoding="utf-8")
    assert "Nothing has changed" not in executed.build().stdout
    assert f"1 {CITED}{{" in executed.page("reads")


def test_a_failing_cell_is_named_and_what_was_executed_is_kept(executed):
    before = executed.page("reads")
    executed.notebook("imports", "1 + 1", "1 / 0", "2 + 2")
    executed.notebook("reads", READS, "2 + 2")
    failed = executed.build(fails=True)
    assert "imports, cell 3: ZeroDivisionError: division by zero" in failed.stderr
    assert "reads: executed in" in failed.stdout
    assert "The book was not built: notebooks that failed: 1" in failed.stderr
    assert executed.page("reads") == before
    executed.notebook("imports", IMPORTS)
    mended = executed.build()
    assert "Notebooks to execute" not in mended.stdout, "what was executed was not kept"
    assert ">4\n" in executed.page("reads")


def test_a_table_that_does_not_hold_is_told_once_before_anything_runs(executed):
    table = executed.table(TABLE)
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
    """Also where an earlier one was killed after the old book had moved."""
    executed.build()
    before = fresh.listing(executed.html)
    executed.write("book/landing.md", "# Landing\n\n{doc}`nowhere`\n")
    executed.html.rename(executed.html.with_name(site_files.OLD))
    assert "nowhere" in executed.build(fails=True).stderr
    assert fresh.listing(executed.html) == before
    assert not fresh.nothing_changed(executed.root)
    executed.write("book/landing.md", "# Landing\n")


def test_what_the_machine_refuses_is_one_sentence(tmp_path, monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/disk/file")

    monkeypatch.setattr(make, "build", refuse)
    assert make.main([], tmp_path) == 1
    said = capsys.readouterr().err
    assert said.startswith("The book was not built: ") and "'/disk/file'" in said
    assert said.count("\n") == 1


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


def test_a_warning_of_a_cell_is_the_same_in_each_run(tmp_path):
    runs = [run_notebook(tmp_path, "import warnings\nwarnings.warn('Beware')") for _ in range(2)]
    first, second = (run.notebook.cells[1].outputs[0].text for run in runs)
    assert "Beware" in first and "cell " in first
    assert first == second, "a warning names the process of its kernel"


def test_progress_is_a_line_for_each_tenth_of_the_pages():
    said = StringIO()
    progress = make.Progress(said)
    for page in range(1, 101):
        progress.write(f"\x1b[01mreading sources... \x1b[39;49;00m[{page: >3d}%] book/page\n")
    progress.write("writing output... [100%] book/page\n")
    lines = said.getvalue().splitlines()
    assert lines == [f"  pages read: {n} %" for n in (1, *range(10, 101, 10))] + [
        "  pages written: 100 %"
    ]


# --------------------------------------------------------------------------- make live


@pytest.mark.slow
def test_a_change_is_built_and_served(executed, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    said = tmp_path / "said"

    def wait(until: Callable[[], bool]) -> None:
        for _ in range(600):
            if until():
                return
            time.sleep(0.5)
        pytest.fail(said.read_text())

    def page() -> str:
        return urlopen(f"http://127.0.0.1:{port}/book/landing.html").read().decode()

    command = [sys.executable, "-m", "bookmaking.live", port]
    with said.open("w") as out:
        live = subprocess.Popen(
            command, cwd=executed.root, env=executed.environment, stdout=out, stderr=out
        )
    try:
        wait(lambda: "Serving on" in said.read_text())
        assert "livereload.js" in page()
        executed.write("book/landing.md", "# Landing\n\n{doc}`nowhere`\n")
        wait(lambda: "The book was not built" in said.read_text())
        executed.write("book/landing.md", "# Landing\n\nChanged now.\n")
        wait(lambda: "Changed now." in page())
    finally:
        executed.write("book/landing.md", "# Landing\n")
        live.terminate()
        live.wait()
