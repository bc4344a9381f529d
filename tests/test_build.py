"""The built book is whole, and no page of it is older than what it was made from."""

import asyncio
import errno
import hashlib
import importlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from jupyter_book import sphinx as jupyter_book_sphinx
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_client.manager import AsyncKernelManager
from livereload.handlers import LiveReloadHandler
from myst_nb.ext.glue import crossref
from pybtex.style.formatting import BaseStyle
from sphinx.environment import BuildEnvironment
from tornado import httpclient, websocket

from bookmaking.checks import ROOT, site
from bookmaking.fresh import fingerprint as made_of
from bookmaking.fresh import kept as kept_of_book
from bookmaking.fresh.kept import KeptNotebooks, folder_of
from bookmaking.make import book as make_book
from bookmaking.make import execution, kernels, parallel
from bookmaking.make import freshness as fresh
from bookmaking.release import dist
from decentwork import data
from small_book import SmallBook, contents, copy_sources, not_executed

SHOW = '''
"""A page that shows its own extension, a module, a table and the bibliography."""
from pathlib import Path
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Show(SphinxDirective):
    def run(self):
        root = Path(self.env.srcdir)
        self.env.note_dependency("data/table.csv")
        read = ["data/table.csv", "src/bookmaking/module.py", "references.bib"]
        texts = [(root / name).read_text() for name in read]
        return [nodes.paragraph("", "extension-1 " + " ".join(texts))]

def setup(app):
    app.add_directive("show", Show)
'''
FILES = {
    "data/table.csv": "table-1",
    "data/other.csv": "other-1",
    "src/decentwork/module.py": "package-1",
    "src/bookmaking/module.py": "module-1",
    "references.bib": "source-1",
    "environment.yml": "environment-1",
    "requirements.lock": "lock-1",
    "CITATION.cff": "version-1",
    "_config.yml": "config-1",
    "_toc.yml": "toc-1",
    "book/_static/book.css": "style-1",
    "src/bookmaking/show.py": SHOW,
    "book/index.md": "# Home\n\n```{toctree}\npage\n```\n",
    "book/page.md": "# Page\n\n```{show}\n```\n",
}


def test_figures_and_tables_are_those_of_the_sources(book):
    problems = site.exhibits(book)
    assert not problems, "\n".join(problems)


def test_every_figure_and_table_has_its_bar(book):
    problems = site.bars(book, site.listed(ROOT / "_toc.yml"))
    assert not problems, "\n".join(problems)


def test_no_page_shows_its_own_markup(book):
    problems = site.left_over(book)
    assert not problems, "\n".join(problems)


class TwoPages(SmallBook):
    """A book of two pages that shows its own extension, and fails with a warning."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            root,
            source_suffix={".md": "myst-nb", ".ipynb": "myst-nb"},
            root_doc="book/index",
            nb_execution_mode="cache",
        )
        for name, text in FILES.items():
            self.write(name, text)

    def build(self, *extensions: str, on: dict[str, Callable] | None = None) -> None:
        self.settings["extensions"] = ["myst_nb", *(extensions or ("bookmaking.make", "show"))]
        sys.path.insert(0, str(self.root / "src" / "bookmaking"))
        sys.modules.pop("show", None)
        importlib.invalidate_caches()
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        try:
            assert super().build(on=on) == ""
        finally:
            sys.path.remove(str(self.root / "src" / "bookmaking"))
            sys.dont_write_bytecode = before

    def shown(self, name: str = "book/page") -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")

    def build_again(self) -> list[str]:
        """Build, and return the pages that were read."""
        read: list[str] = []
        self.build(on={"env-before-read-docs": lambda app, env, names: read.extend(names)})
        return sorted(read)


@pytest.fixture
def small(tmp_path) -> TwoPages:
    return TwoPages(tmp_path)


@pytest.mark.parametrize(
    ("name", "word", "reads"),
    [
        ("data/table.csv", "table", ["book/page"]),
        ("src/bookmaking/module.py", "module", ["book/index", "book/page"]),
        ("src/bookmaking/show.py", "extension", ["book/index", "book/page"]),
        ("references.bib", "source", ["book/index", "book/page"]),
    ],
)
@pytest.mark.parametrize("date", ["later", "earlier"])
def test_a_page_follows_what_it_shows(small, name, word, reads, date):
    small.build()
    assert f"{word}-1" in small.shown()
    small.replace(name, f"{word}-1", f"{word}-2")
    if date == "earlier":
        os.utime(small.root / name, (0, 0))
    assert small.build_again() == reads
    assert f"{word}-2" in small.shown(), f"{name} changed, and the page did not"


def test_without_the_extension_a_page_is_stale(small):
    small.build("show")
    small.replace("src/bookmaking/module.py", "module-1", "module-2")
    small.build("show")
    assert "module-1" in small.shown(), "Sphinx sees the change by itself: freshness can go"


def test_a_table_that_no_page_notes_reads_no_page(small):
    small.build()
    small.write("data/other.csv", "other-2")
    assert small.build_again() == []


def test_a_module_that_pages_use_makes_every_page_anew(small, monkeypatch):
    used = {"src/decentwork/module.py"}
    monkeypatch.setattr(fresh.Freshness, "_used_by_pages", lambda _: used)
    small.build()
    small.write("src/decentwork/module.py", "package-2")
    assert small.build_again() == ["book/index", "book/page"]
    small.write("src/decentwork/another.py", "package-1")
    assert small.build_again() == []


@pytest.mark.parametrize(
    "name",
    [
        "CITATION.cff",
        "_config.yml",
        "_toc.yml",
        "book/_static/book.css",
        "notebooks/helper.py",
        "environment.yml",
        "requirements.lock",
    ],
)
def test_a_changed_look_makes_every_page_anew(small, name):
    small.build()
    small.write(name, "2")
    assert small.build_again() == ["book/index", "book/page"]


def test_another_package_or_python_makes_every_page_anew(small, monkeypatch):
    small.build()
    monkeypatch.syspath_prepend(small.root / "packages")
    small.write("packages/another-1.0.dist-info", "")
    assert small.build_again() == ["book/index", "book/page"]
    monkeypatch.setattr(made_of.sys, "version", "3.99")
    assert small.build_again() == ["book/index", "book/page"]


@pytest.mark.parametrize(("changed", "pages"), [(False, 2), (True, 0)])
def test_changed_extensions_do_not_meet_what_older_ones_kept(small, changed, pages):
    small.build()
    if changed:
        small.replace("src/bookmaking/show.py", "extension-1", "extension-2")
    known: list[int] = []
    small.build(on={"env-before-read-docs": lambda app, env, _: known.append(len(env.all_docs))})
    assert known == [pages], "the kept environment may have a form that the code no longer reads"


def test_nothing_changed_reads_and_writes_nothing(small):
    small.build()
    pages = [small.html / "book" / "index.html", small.html / "book" / "page.html"]
    before = [path.stat().st_mtime_ns for path in pages]
    assert small.build_again() == []
    assert before == [path.stat().st_mtime_ns for path in pages]


def test_a_page_with_an_older_date_is_read(small):
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    os.utime(small.root / "book" / "page.md", (0, 0))
    small.build()
    assert "Page renamed" in small.shown()


def test_what_pages_show_of_each_other_is_written_anew(small):
    small.write("book/other.md", "# Other\n\n{ref}`place`\n")
    small.replace("book/page.md", "# Page", "(place)=\n# Page")
    small.replace("book/index.md", "page\n", "page\nother\n")
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    small.build()
    assert "Page renamed" in small.shown("book/other")
    assert "Page renamed" in small.shown("book/index"), "the contents show an earlier title"


@pytest.mark.kernel
def test_a_changed_value_is_written_where_it_is_shown_and_nowhere_else(small):
    number = "from myst_nb import glue\nglue('number', open('../data/table.csv').read())"
    small.write("book/notebook.ipynb", not_executed("# Notebook", number))
    small.write("book/other.md", "# Other\n\n{glue:text}`notebook.ipynb::number:s`\n")
    small.write("book/page.md", "# Page\n")
    small.replace("book/index.md", "page\n", "page\nnotebook\nother\n")
    small.build()
    assert "table-1" in small.shown("book/other")
    page = small.html / "book" / "page.html"
    before = page.stat().st_mtime_ns
    small.replace("data/table.csv", "table-1", "table-2")
    crossref.read_glue_cache.cache_clear()  # it lives as long as a process, which is one build
    small.build()
    assert "table-2" in small.shown("book/other")
    assert page.stat().st_mtime_ns == before, "a page without the value was written again"


def test_the_book_is_made_from_all_files_that_are_not_hidden(tmp_path):
    seen = ("data/a.csv", "data/deep/er/b.csv", "one.md")
    hidden = ("data/.c.csv", "data/.d/e.csv", "data/deep/__pycache__/f.pyc", ".g")
    for name in (*seen, *hidden, "elsewhere/h.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "data" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "linked.csv").symlink_to(tmp_path / "elsewhere" / "h.csv")
    found = made_of.of_files(tmp_path, ("data", "one.md", ".g", "missing"))
    assert {*found} == {*seen, "data/linked.csv"}
    assert found["one.md"] == hashlib.sha256(b"one.md").hexdigest()


@pytest.mark.parametrize("change", ["size", "date", "name", "more", "hidden"])
def test_the_listing_of_a_site_sees_each_change(tmp_path, change):
    file = tmp_path / "deep" / "er" / "page.html"
    file.parent.mkdir(parents=True)
    file.write_text("page")
    before = made_of.listing(tmp_path)
    assert made_of.listing(tmp_path) == before
    when = file.stat().st_mtime_ns
    if change == "size":
        file.write_text("a longer page")
        os.utime(file, ns=(when, when))
    elif change == "date":
        os.utime(file, ns=(when, when + 1))
    elif change == "name":
        file.rename(file.with_name("other.html"))
    else:
        file.with_name(".nojekyll" if change == "hidden" else "more.html").write_text("")
    assert made_of.listing(tmp_path) != before


@pytest.mark.parametrize("harm", ["deleted", "altered"])
def test_a_page_that_is_not_as_it_was_left_is_written_again(small, harm):
    small.build()
    page = small.html / "book" / "page.html"
    page.unlink() if harm == "deleted" else page.write_text("altered", encoding="utf-8")
    small.build()
    assert "table-1" in small.shown()


def test_after_an_interrupted_build_every_page_is_made_anew(small):
    small.build()
    small.replace("data/table.csv", "table-1", "table-2")

    def interrupt(app, name, *_):
        if name == "genindex":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small.build(on={"html-page-context": interrupt})
    assert "table-2" in small.shown()
    small.replace("data/table.csv", "table-2", "table-1")
    small.build()
    assert "table-1" in small.shown(), "the page of the interrupted build was taken for good"


def test_a_change_during_the_build_stops_it(small):
    def change(app, env):
        small.write("data/table.csv", "table-2")

    with pytest.raises(fresh.ChangedUnderneathError, match=r"data/table\.csv changed while"):
        small.build(on={"env-updated": change})
    small.build()
    assert "table-2" in small.shown()


@pytest.mark.kernel
def test_a_number_of_a_notebook_follows_its_table(small):
    text = not_executed("# Notebook", "print(open('../data/table.csv').read())")
    small.write("book/notebook.ipynb", text)
    small.replace("book/index.md", "page\n", "page\nnotebook\n")
    small.build()
    assert "table-1" in small.shown("book/notebook")
    small.replace("data/table.csv", "table-1", "table-2")
    small.build()
    assert "table-2" in small.shown("book/notebook")


def test_the_fingerprint_covers_the_book_and_leaves_out_what_programs_leave(small):
    small.write("src/__pycache__/module.pyc", "")
    small.write("data/.table.csv.swp", "")
    small.write("notebooks/helper.py", "")
    small.write("book/names.txt", "")
    small_one = made_of.fingerprint(small.root)
    assert small_one["look"].keys() >= {"notebooks/helper.py", "book/names.txt"}
    made_from = {name for group in small_one.values() for name in group}
    assert {name for name in made_from if not name.startswith("package ")} == {
        "Python", "notebooks/helper.py", "book/names.txt", *FILES,
    }  # fmt: skip
    real = made_of.fingerprint(ROOT)
    table = data.sidecar("ilo-rounds").csv_path.relative_to(ROOT).as_posix()
    assert table in real["tables"]
    assert "src/decentwork/data.py" in real["package"]
    assert "src/bookmaking/make/freshness.py" in real["look"]
    assert "notebooks/second_segment/how_many.ipynb" in real["pages"]


# --------------------------------------------------------------------------- notebooks

READS = """from decentwork import citations, data
rows = data.read("ilo-rounds").head(1)
print(len(rows), citations.of_rows(rows))"""
IMPORTS = """from decentwork import planted
print(planted.VALUE)"""
OUTDATED = """import json
from bookmaking.make import no_address_grammar
from bookmaking.fresh.kept import KeptNotebooks, folder_of
from decentwork.repository import BUILD
found = KeptNotebooks(folder_of(BUILD / "html")).outdated()
print(json.dumps({path.rpartition("/")[2]: names for path, names in found.items()}))"""
PLAIN = """import sys
from pathlib import Path
from bookmaking.make import no_address_grammar
from jupyter_book.sphinx import build_sphinx
root = Path(__file__).parent
sys.exit(build_sphinx(root, root / "_build" / "html", noconfig=True,
                      path_config=root / "_config.yml", warningiserror=True, quiet=True,
                      confoverrides={"external_toc_path": "_toc.yml",
                                     "latex_individualpages": False}))"""


class ExecutedBook:
    """A copy of the package and its tables with three notebooks, built by its own processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        copy_sources(root, "src", "data", "references.bib")
        (root / "src" / "decentwork" / "planted.py").write_text("VALUE = 1\n")
        settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        extensions = settings["sphinx"]["config"]["extensions"]
        extensions[extensions.index("bookmaking")] = "bookmaking.make"
        settings |= {"sphinx": {"config": {"extensions": extensions}}}
        (root / "_config.yml").write_text(yaml.safe_dump(settings))
        (root / "_toc.yml").write_text(
            contents("book/landing", "notebooks/reads", "notebooks/imports")
        )
        for folder in ("book", "notebooks"):
            (root / folder).mkdir()
        (root / "book" / "landing.md").write_text("# Landing\n")
        path = os.pathsep.join([str(root / "src"), os.environ.get("PYTHONPATH", "")])
        self.environment = {**os.environ, "PYTHONPATH": path}
        self.notebook("reads", READS)
        self.notebook("imports", IMPORTS)

    def notebook(self, name: str, *cells: str) -> None:
        text = not_executed(f"# {name.capitalize()}", *cells)
        (self.root / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")

    def page(self, name: str) -> Path:
        return self.root / "_build" / "html" / "notebooks" / f"{name}.html"

    def table(self, name: str) -> Path:
        return self.root / data.sidecar(name).csv_path.relative_to(ROOT)

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def build(self) -> subprocess.CompletedProcess:
        return self.run("-m", "bookmaking.make.book")

    def outdated(self) -> dict[str, list[str]]:
        """Return what has changed for each notebook that the next build would execute again."""
        run = self.run("-c", OUTDATED)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> ExecutedBook:
    book = ExecutedBook(tmp_path_factory.mktemp("executed"))
    first = book.build()
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Notebooks to execute: 2" in first.stdout
    return book


def add_a_line(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "# a comment\n", encoding="utf-8")


def change_a_verdict(book: ExecutedBook) -> None:
    path = book.table("claims")
    text = path.read_text(encoding="utf-8")
    assert ",contested," in text
    path.write_text(text.replace(",contested,", ",supported,"), encoding="utf-8")


def rename_a_source(book: ExecutedBook, key: str) -> None:
    path = book.root / "references.bib"
    text = path.read_text(encoding="utf-8")
    assert f"{{{key}," in text
    path.write_text(text.replace(f"{{{key},", f"{{{key}-renamed,"), encoding="utf-8")


CITED = data.read("ilo-rounds").head(1)["source"].iloc[0]
CHANGES = {
    "a verdict": (change_a_verdict, {}),
    "a table that no notebook reads": (
        lambda book: add_a_line(book.table("income-inequality")),
        {},
    ),
    "a table": (lambda book: add_a_line(book.table("ilo-rounds")), {"reads.ipynb": "ilo-rounds"}),
    "the sidecar of a table": (
        lambda book: add_a_line(book.table("ilo-rounds").with_suffix(".yml")),
        {"reads.ipynb": "ilo-rounds"},
    ),
    "a module": (
        lambda book: add_a_line(book.root / "src" / "decentwork" / "planted.py"),
        {"imports.ipynb": "decentwork/planted.py"},
    ),
    "a module that one notebook imports through another": (
        lambda book: add_a_line(book.root / "src" / "decentwork" / "repository.py"),
        {"reads.ipynb": "decentwork/repository.py"},
    ),
    "a file beside the notebooks": (
        lambda book: (book.root / "notebooks" / "helper.py").write_text("FACTOR = 0.8\n"),
        dict.fromkeys(("reads.ipynb", "imports.ipynb"), "notebooks/helper.py"),
    ),
    "what makes the book": (
        lambda book: add_a_line(book.root / "src" / "bookmaking" / "build" / "book.py"),
        {},
    ),
    "a source that is cited": (
        lambda book: rename_a_source(book, CITED),
        {"reads.ipynb": CITED},
    ),
    "another source": (lambda book: rename_a_source(book, "belser2005"), {}),
    "a package": (
        lambda book: (book.root / "src" / "another-1.0.dist-info").mkdir(),
        dict.fromkeys(("reads.ipynb", "imports.ipynb"), "another Python or package"),
    ),
}


@pytest.mark.kernel
def test_what_was_found_to_hold_is_not_looked_at_again(executed, monkeypatch):
    assert executed.outdated() == {}
    kept = KeptNotebooks(folder_of(executed.page("reads").parents[1]))
    looked = []
    monkeypatch.setattr(kept_of_book, "surroundings", lambda _: "as it was")
    monkeypatch.setattr(kept_of_book, "_changed", lambda record: looked.append(record.uri) or [])
    kept.outdated()
    kept.outdated()
    assert len(looked) == 2, "each of two notebooks is looked at once"
    monkeypatch.setattr(kept_of_book, "surroundings", lambda _: "changed")
    kept.outdated()
    assert len(looked) == 4


def test_kernels_start_for_changed_notebooks_and_nothing_else(small):
    outdir = small.html
    for name in ("book/new.ipynb", "book/same.ipynb", "book/gone.ipynb"):
        small.write(name, "1")
    assert kernels.changed_notebooks(small.root, outdir) == [], (
        "a cold build begins with the heaviest"
    )
    outdir.mkdir(parents=True)
    made_of.leave(outdir, made_of.fingerprint(small.root))
    small.write("book/new.ipynb", "2")
    small.write("book/page.md", "2")
    (small.root / "book" / "gone.ipynb").unlink()
    assert kernels.changed_notebooks(small.root, outdir) == [small.root / "book" / "new.ipynb"]


@pytest.mark.kernel
def test_a_kernel_that_was_started_early_is_used_in_its_folder_and_stopped(tmp_path):
    path = tmp_path / "notebook.ipynb"
    path.write_text(not_executed("# N", "import os\nprint(os.getcwd(), os.getpid())"), "utf-8")

    async def early() -> tuple[execution.Executed, AsyncKernelManager, int]:
        manager = (await kernels.start([path]))[path]
        process = manager.provisioner.pid
        return await execution.execute(path, 60, manager), manager, process

    done, manager, process = asyncio.run(early())
    assert done.notebook.cells[1].outputs[0].text == f"{tmp_path} {process}\n"
    assert not asyncio.run(manager.is_alive())


@pytest.mark.kernel
def test_a_kernel_that_is_stopped_while_it_starts_is_gone(tmp_path):
    """nbclient stops a kernel only when it has answered once."""
    path = tmp_path / "notebook.ipynb"
    path.write_text(not_executed("# N", "1 + 1"), "utf-8")

    async def stop_early() -> None:
        task = asyncio.create_task(execution.execute(path, 60))
        while not running_in(tmp_path):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stop_early())
    assert not running_in(tmp_path)


def test_a_build_that_is_stopped_before_pages_are_touched_leaves_the_last_one_known(
    tmp_path, monkeypatch
):
    async def executed(*_: object, **__: object) -> int:
        return 0

    outdir = tmp_path / "_build" / "html"
    outdir.mkdir(parents=True)
    made_of.leave(outdir, {"site": "of the last build"})
    monkeypatch.setattr(make_book, "_execute_notebooks", executed)
    monkeypatch.setattr(jupyter_book_sphinx, "build_sphinx", lambda *_, **__: KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        make_book.build(tmp_path)
    assert made_of.last_build(outdir), "the next build makes every page anew"


@pytest.mark.kernel
def test_a_warning_of_a_cell_is_the_same_in_each_run(tmp_path):
    path = tmp_path / "notebook.ipynb"
    path.write_text(not_executed("# N", "import warnings\nwarnings.warn('Beware')"), "utf-8")
    runs = [asyncio.run(execution.execute(path, 60)).notebook.cells[1] for _ in range(2)]
    first, second = (run.outputs[0].text for run in runs)
    assert "Beware" in first and "cell " in first
    assert first == second, "a warning names the process of its kernel"


@pytest.mark.kernel
def test_a_kernel_that_nothing_needs_is_stopped(executed):
    text = executed.root / "notebooks" / "reads.ipynb"
    before = text.read_text(encoding="utf-8")
    text.write_text(before.replace("# Reads", "# Reads on"), encoding="utf-8")
    run = executed.build()
    text.write_text(before, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "executed in" not in run.stdout
    assert "Reads on" in executed.page("reads").read_text(encoding="utf-8")
    assert not running_in(executed.root)


def running_in(folder: Path) -> list[str]:
    """Return the processes that stand in a folder or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(process.name)
    return found


@pytest.mark.kernel
@pytest.mark.parametrize("change", CHANGES)
def test_a_notebook_is_executed_again_when_what_it_read_changed(executed, change):
    plant, wanted = CHANGES[change]
    kept = executed.root.with_name("kept")
    shutil.copytree(executed.root, kept, symlinks=True)
    try:
        plant(executed)
        found = executed.outdated()
    finally:
        shutil.rmtree(executed.root)
        kept.rename(executed.root)
    assert found == {notebook: [name] for notebook, name in wanted.items()}


@pytest.mark.kernel
def test_sphinx_finds_every_notebook_executed(executed):
    assert f"1 {CITED}{{" in executed.page("reads").read_text(encoding="utf-8")
    assert executed.outdated() == {}, "MyST-NB has executed a notebook itself"


@pytest.mark.kernel
def test_a_notebook_that_myst_nb_executed_is_executed_again(executed):
    """The plain way, jupyter-book build, does not know what a notebook read."""
    (executed.root / "plain.py").write_text(PLAIN)
    executed.notebook("reads", READS, "1 + 1")
    first = executed.run("plain.py")
    assert first.returncode == 0, first.stdout + first.stderr
    assert executed.outdated() == {"reads.ipynb": ["what it was made from is not known"]}
    (executed.root / "src" / "decentwork" / "planted.py").write_text("VALUE = 'changed'\n")
    second = executed.run("plain.py")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "changed" in executed.page("imports").read_text(encoding="utf-8")
    add_a_line(executed.root / "book" / "landing.md")
    assert executed.build().returncode == 0
    assert executed.outdated() == {}


@pytest.mark.kernel
def test_nothing_changed_starts_nothing(executed):
    executed.build()
    again = executed.run("-X", "importtime", "-m", "bookmaking.make.book")
    assert again.stdout.startswith("Nothing has changed.")
    for heavy in ("sphinx", "pandas", "nbformat"):
        assert f" {heavy}\n" not in again.stderr
    page = executed.page("reads")
    page.write_text("altered", encoding="utf-8")
    mended = executed.build()
    assert "Nothing has changed" not in mended.stdout
    assert f"1 {CITED}{{" in page.read_text(encoding="utf-8")


@pytest.mark.kernel
def test_a_failing_cell_is_named_after_the_others_have_run(executed):
    executed.notebook("imports", "1 + 1", "1 / 0", "2 + 2")
    executed.notebook("reads", READS, "2 + 2")
    failed = executed.build()
    assert failed.returncode == 1
    assert "imports, cell 3: ZeroDivisionError: division by zero" in failed.stderr
    assert "reads: executed in" in failed.stdout
    assert "The book was not built" in failed.stderr
    executed.notebook("imports", IMPORTS, "3 + 3")
    mended = executed.build()
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "Notebooks to execute: 1" in mended.stdout
    assert "Pages to read: 2" in mended.stdout, "what Sphinx keeps of the others was given up"


@pytest.mark.kernel
def test_a_change_is_built_and_the_browser_reloaded(executed, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    landing = executed.root / "book" / "landing.md"
    sound = landing.read_text(encoding="utf-8")
    said = tmp_path / "said"
    with said.open("w") as output:
        live = subprocess.Popen(
            [sys.executable, "-m", "bookmaking.make.live", str(port)],
            cwd=executed.root,
            env=executed.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        asyncio.run(asyncio.wait_for(be_a_browser(port, landing, said), 150))
    finally:
        landing.write_text(sound, encoding="utf-8")
        live.terminate()
        live.wait()


async def be_a_browser(port: int, landing: Path, said: Path) -> None:
    """See a fault shown, and after it is mended be told to load the new page."""

    async def page() -> str:
        address = f"http://127.0.0.1:{port}/book/landing.html"
        return (await httpclient.AsyncHTTPClient().fetch(address)).body.decode()

    while "Serving on" not in said.read_text():
        await asyncio.sleep(0.1)
    assert "livereload.js" in await page()
    browser = await websocket.websocket_connect(f"ws://127.0.0.1:{port}/livereload")
    hello = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}
    await browser.write_message(json.dumps(hello))
    await browser.write_message(json.dumps({"command": "info", "url": "landing.html"}))
    sound = landing.read_text(encoding="utf-8")
    landing.write_text(f"{sound}\n{{doc}}`nowhere`\n", encoding="utf-8")
    while "The book was not built" not in said.read_text():
        await asyncio.sleep(0.1)
    assert "unknown document: 'nowhere'" in said.read_text()
    landing.write_text(f"{sound}\nChanged now.\n", encoding="utf-8")
    while True:
        message = json.loads(await browser.read_message())
        if message["command"] == "reload" and "Changed now." in await page():
            return


# --------------------------------------------------------------------------- patches of libraries


def test_jsonschema_still_builds_a_grammar_at_its_start():
    program = (
        "import sys, jsonschema; print('rfc3987_syntax' in sys.modules, 'lark' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.split() == ["True", "True"], "no_address_grammar can go"


@pytest.mark.filterwarnings("ignore:nodes.Node.traverse")  # of the extensions
def test_extensions_still_say_nothing_of_parallel_work(tmp_path):
    book = SmallBook(tmp_path, "myst_parser", *parallel.SILENT)
    book.page("index", "# Home\n")
    loaded = {}
    book.build(on={"env-before-read-docs": lambda app, *_: loaded.update(app.extensions)})
    silent = [name for name in parallel.SILENT if loaded[name].parallel_read_safe is None]
    assert silent == list(parallel.SILENT), "take out of parallel.SILENT what declares itself"


@pytest.mark.parametrize(
    ("extensions", "times"),
    [((), 3), (("bookmaking.make.read_once",), 2)],
    ids=["as it comes", "ours"],
)
def test_sphinx_still_reads_a_page_for_each_reference_to_a_figure(
    tmp_path, monkeypatch, extensions, times
):
    get_doctree, read = BuildEnvironment.get_doctree, []

    def noted(self, docname):
        read.append(docname)
        return get_doctree(self, docname)

    monkeypatch.setattr(BuildEnvironment, "get_doctree", noted)
    book = SmallBook(tmp_path, "myst_parser", *extensions, numfig=True)
    toctree = "```{toctree}\ntables\n```\n"
    book.page("index", f"# Home\n\n{{numref}}`first`, {{numref}}`second`\n\n{toctree}")
    table = "```{table} A caption\n:name: %s\n\n| a |\n| - |\n| b |\n```\n\n"
    book.page("tables", f"# Tables\n\n{table % 'first'}{table % 'second'}")
    assert book.build() == ""
    links = [link.text for link in book.soup("index").select("a.reference span.std-numref")]
    assert links == ["Table 1", "Table 2"]
    assert read.count("tables") == times, (
        "the page of two tables is read to be written, and without `read_once` for each reference, "
        "or that part can go; with it for the first"
    )


def test_no_tree_of_a_page_outlives_the_reading_of_pages(tmp_path):
    book = SmallBook(tmp_path, "myst_parser", "bookmaking.make.read_once")
    book.page("index", "# Home\n")
    held = []

    def hold(app, env, *changes):
        env.get_domain("std").reading_once = "trees from before"
        return []

    def look(app, env):
        held.append(env.get_domain("std").reading_once)

    book.build(on={"env-get-outdated": hold, "env-updated": look})
    assert held == [None], "references would be resolved by what their pages were before"


def test_jupyter_cache_still_writes_its_record_before_the_file(tmp_path):
    cache = get_cache(tmp_path)
    before = cache.list_cache_records()
    (tmp_path / "executed").write_text("Nothing can be written below a file.")
    bundle = CacheBundleIn(nbformat.v4.new_notebook(), "notebook.ipynb")
    with pytest.raises(OSError, match="executed"):
        cache.cache_notebook_bundle(bundle)
    assert (len(before), len(cache.list_cache_records())) == (0, 1), (
        "jupyter-cache writes the file first: KeptNotebooks.keep can leave the writing to it"
    )


def test_jupyter_cache_still_needs_the_file_to_remove_a_record(tmp_path):
    cache = get_cache(tmp_path)
    record = NbCacheRecord.create_record("notebook.ipynb", "its hash", cache.db)
    with suppress(KeyError):
        cache.remove_cache(record.pk)
    assert cache.list_cache_records(), (
        "jupyter-cache removes a record without a file: KeptNotebooks._drop can leave it to it"
    )


def test_jupyter_book_still_prints_where_it_failed(tmp_path, monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(jupyter_book_sphinx, "Sphinx", full)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # Sphinx saves the traceback there
    with suppress(OSError):
        jupyter_book_sphinx.build_sphinx(
            tmp_path, tmp_path / "html", noconfig=True, confoverrides=make_book.OVERRIDES
        )
    assert "traceback has been saved" in capsys.readouterr().err, (
        "Jupyter Book leaves what is raised to its caller: book.py need not replace its handler"
    )


@pytest.mark.parametrize(
    ("wait", "reloads"), [(LiveReloadHandler.DEFAULT_RELOAD_TIME, 0), (0, 1)], ids=["own", "none"]
)
def test_livereload_still_drops_a_quick_reload(monkeypatch, wait, reloads):
    told = []

    class Handler(LiveReloadHandler):
        """A handler with a browser, a change, and a reload that was just now."""

        waiters = frozenset({"a browser"})
        watcher = SimpleNamespace(examine=lambda: ("page.html", None))
        _last_reload_time = time.time()

        @classmethod
        def reload_waiters(cls):
            told.append("reload")

    monkeypatch.setattr(LiveReloadHandler, "DEFAULT_RELOAD_TIME", wait)
    Handler.poll_tasks()
    assert len(told) == reloads, (
        "livereload drops no quick reload by itself (`own`), and live.py need not change its wait; "
        "or the wait that live.py sets drops one (`none`)"
    )


LIST = "```{bibliography}\n:filter: %s\n```\n"
OF_A_PAGE = LIST % "docname in docnames"
EITHER_WAY = pytest.mark.parametrize(
    ("extensions", "is_ours"),
    [((), False), (("bookmaking.make.bibliography",), True)],
    ids=["as it comes", "ours"],
)
"""With sphinxcontrib.bibtex as it comes, and with `bibliography`.

If a test fails with the first, the library does by itself what the part is for.
"""


def citing(root: Path, keys: Iterable[str], pages: dict[str, str], *extensions: str) -> SmallBook:
    """Return a book with one source for each of ``keys``, by an author of that name."""
    book = SmallBook(
        root,
        "myst_parser",
        "sphinxcontrib.bibtex",
        *extensions,
        bibtex_bibfiles=["references.bib"],
        bibtex_reference_style="author_year",
    )
    entry = "@misc{%s, author = {%s}, title = {A title}, year = 2000}\n"
    book.write("references.bib", "".join(entry % (key, key) for key in keys))
    for name, text in pages.items():
        book.page(name, text)
    return book


class Counted(list):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self):  # noqa: D105
        self.times += 1
        return super().__iter__()


@EITHER_WAY
def test_bibtex_still_looks_at_every_citation_for_every_entry(tmp_path, extensions, is_ours):
    keys = [f"key{number}" for number in range(9)]
    cited = " ".join(f"{{cite:p}}`{key}`" for key in keys)
    book = citing(tmp_path, keys, {"index": f"# Home\n\n{cited}\n\n{LIST % 'cited'}"}, *extensions)
    times = []

    def count(app, _):
        data = app.env.domaindata["cite"]
        data["citation_refs"] = Counted(data["citation_refs"])

    def counted(app, env):
        times.append(env.domaindata["cite"]["citation_refs"].times)

    book.build(on={"doctree-read": count, "env-updated": counted})
    assert len(book.soup("index").select("div.citation")) == len(keys)
    assert (times[0] < len(keys)) is is_ours, (
        f"the citations are gone through {times[0]} times: without `bibliography` once for each "
        "entry, or its indexes can go; with it a few times"
    )


@pytest.mark.kernel
@EITHER_WAY
def test_bibtex_still_formats_every_entry_at_each_start(tmp_path, monkeypatch, extensions, is_ours):
    formatted = []
    format_entry = BaseStyle.format_entry

    def noted(self, label, entry, *more):
        formatted.append(entry.key)
        return format_entry(self, label, entry, *more)

    monkeypatch.setattr(BaseStyle, "format_entry", noted)
    pages = {"index": f"# Home\n\n{{cite:p}}`Ant,Zoo`\n\n{OF_A_PAGE}"}
    book = citing(tmp_path, ("Ant", "Zoo"), pages, *extensions)
    book.build()
    assert {*formatted} == {"Ant", "Zoo"}
    formatted.clear()
    book.build()
    assert (not formatted) is is_ours, (
        "without `bibliography` a second build formats all entries, or what it keeps can go; "
        f"with it none: {formatted}"
    )


@EITHER_WAY
def test_sources_without_a_list_stand_in_the_order_of_all_sources(tmp_path, extensions, is_ours):
    """The lists of chapters, which come first, would give the order in which they were read."""
    pages = {
        "index": "# Home\n\n{cite:p}`Zoo,Ant`\n\n```{toctree}\nfirst\nsecond\nsources\n```\n",
        "first": f"# First\n\n{{cite:p}}`Zoo`\n\n{OF_A_PAGE}",
        "second": f"# Second\n\n{{cite:p}}`Ant`\n\n{OF_A_PAGE}",
        "sources": f"# Sources\n\n{LIST % 'cited'}",
    }
    book = citing(tmp_path, ("Ant", "Zoo"), pages, *extensions)
    book.build()
    html = (book.html / "index.html").read_text(encoding="utf-8")
    places = [html.index(f">{key}") for key in ("Ant", "Zoo")]
    assert (places == sorted(places)) is is_ours, (
        "without `bibliography` the order is that of the lists of chapters, or its `resolve_xref` "
        "need not sort; with it that of the list of all sources"
    )


# --------------------------------------------------------------------------- archives


def test_archives_of_the_same_files_are_the_same(tmp_path):
    for name, day in (("first", 1), ("second", 2)):
        folder = tmp_path / name
        for file in ("b.html", "a/c.html")[:: 1 if day == 1 else -1]:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
            os.utime(path, (day, day))
        (tmp_path / f"{name}-made").mkdir()
        dist.archive(folder, tmp_path / f"{name}-made" / "book.zip", dist.released())
    first, second = tmp_path / "first-made" / "book.zip", tmp_path / "second-made" / "book.zip"
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as read:
        assert read.namelist() == ["book/a/c.html", "book/b.html"]
        assert read.read("book/a/c.html") == b"a/c.html"


def test_a_book_older_than_its_sources_is_not_archived(monkeypatch, capsys):
    monkeypatch.setattr(dist, "nothing_changed", lambda: False)
    assert dist.main() == 1
    assert "run `make book` first" in capsys.readouterr().err


@pytest.mark.long
def test_the_data_package_follows_the_tables(tmp_path):
    copy_sources(tmp_path, "data", "references.bib")
    make_book.write_data_package(tmp_path)
    descriptor = tmp_path / "_build" / "data" / "datapackage.json"
    before = descriptor.stat().st_mtime_ns
    make_book.write_data_package(tmp_path)
    assert descriptor.stat().st_mtime_ns == before, "nothing changed, and it was written again"
    sidecar = tmp_path / data.sidecar("ilo-rounds").path.relative_to(ROOT)
    text = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(re.sub("^title: .*", "title: Another title", text), encoding="utf-8")
    make_book.write_data_package(tmp_path)
    titles = {each["title"] for each in json.loads(descriptor.read_text("utf-8"))["resources"]}
    assert "Another title" in titles


def test_the_build_holds_every_table_as_a_data_package(book):
    descriptor = json.loads((book.parent / "data" / "datapackage.json").read_text("utf-8"))
    assert [resource["name"] for resource in descriptor["resources"]] == data.names()
