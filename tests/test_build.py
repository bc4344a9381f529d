"""The built book is whole, and no page of it is older than what it was made from."""

import importlib
import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from sphinx.util.parallel import make_chunks

from bookmaking.build import freshness as fresh
from bookmaking.build import parallel
from bookmaking.gates import ROOT, built

SHOW = '''
"""A page that shows its own extension, a module, a table and the bibliography."""
from pathlib import Path
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Show(SphinxDirective):
    def run(self):
        root = Path(self.env.srcdir)
        read = [root / "data" / "table.csv", root / "src" / "module.py", root / "references.bib"]
        return [nodes.paragraph("", "extension-1 " + " ".join(p.read_text() for p in read))]

def setup(app):
    app.add_directive("show", Show)
'''
FILES = {
    "data/table.csv": "table-1",
    "src/module.py": "module-1",
    "references.bib": "source-1",
    "environment.yml": "environment-1",
    "requirements.lock": "lock-1",
    "CITATION.cff": "version-1",
    "_config.yml": "config-1",
    "_toc.yml": "toc-1",
    "book/_static/book.css": "style-1",
    "book/_ext/show.py": SHOW,
    "book/index.md": "# Home\n\n```{toctree}\npage\n```\n",
    "book/page.md": "# Page\n\n```{show}\n```\n",
}


def test_every_source_is_in_the_table_of_contents():
    problems = built.unlisted()
    assert not problems, "\n".join(problems)


def test_figures_and_tables_are_those_of_the_sources(book):
    problems = built.exhibits(book)
    assert not problems, "\n".join(problems)


def test_no_page_shows_its_own_markup(book):
    problems = built.left_over(book)
    assert not problems, "\n".join(problems)


class SmallBook:
    """A book of two pages, built in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.out = root / "_build" / "html"
        self.cache = root / "_build" / ".jupyter_cache"
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self, *extensions: str, on: dict[str, Callable] | None = None) -> None:
        sys.path.insert(0, str(self.root / "book" / "_ext"))
        sys.modules.pop("show", None)
        importlib.invalidate_caches()
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        settings = {
            "extensions": ["myst_nb", *(extensions or ("fresh", "show"))],
            # Sphinx would add to a dictionary that all books of one process share.
            "source_suffix": {".md": "myst-nb", ".ipynb": "myst-nb"},
            "root_doc": "book/index",
            "exclude_patterns": ["_build"],
        }
        warnings = StringIO()
        try:
            with docutils_namespace():
                app = Sphinx(
                    self.root,
                    None,
                    self.out,
                    self.root / "_build" / ".doctrees",
                    "html",
                    confoverrides=settings,
                    status=None,
                    warning=warnings,
                )
                for event, handler in (on or {}).items():
                    app.connect(event, handler)
                app.build()
        finally:
            sys.path.remove(str(self.root / "book" / "_ext"))
            sys.dont_write_bytecode = before
        assert warnings.getvalue() == ""

    def page(self, name: str = "book/page") -> str:
        return (self.out / f"{name}.html").read_text(encoding="utf-8")

    def keep_something(self) -> Path:
        """Put a file where executed notebooks are kept, to see whether they are dropped."""
        kept = self.cache / "kept"
        kept.touch()
        return kept


@pytest.fixture
def small(tmp_path) -> SmallBook:
    return SmallBook(tmp_path)


@pytest.mark.parametrize(
    ("name", "word", "executes"),
    [
        ("data/table.csv", "table", True),
        ("src/module.py", "module", True),
        ("book/_ext/show.py", "extension", False),
        ("references.bib", "source", False),
    ],
)
def test_a_page_follows_what_it_shows(small, name, word, executes):
    small.build()
    kept = small.keep_something()
    assert f"{word}-1" in small.page()
    small.replace(name, f"{word}-1", f"{word}-2")
    small.build()
    assert f"{word}-2" in small.page(), f"{name} changed, and the page did not"
    assert kept.exists() is not executes


def test_without_the_extension_a_page_is_stale(small):
    small.build("show")
    small.replace("data/table.csv", "table-1", "table-2")
    small.build("show")
    assert "table-1" in small.page(), "Sphinx sees the change by itself: fresh.py can go"


@pytest.mark.parametrize("name", ["environment.yml", "requirements.lock"])
def test_a_changed_environment_executes_everything_again(small, name):
    small.build()
    kept = small.keep_something()
    small.write(name, "2")
    small.build()
    assert not kept.exists()


def test_another_package_or_python_executes_everything_again(small, monkeypatch):
    small.build()
    kept = small.keep_something()
    monkeypatch.syspath_prepend(small.root / "packages")
    small.write("packages/another-1.0.dist-info", "")
    small.build()
    assert not kept.exists()
    kept = small.keep_something()
    monkeypatch.setattr(fresh.sys, "version", "3.99")
    small.build()
    assert not kept.exists()


@pytest.mark.parametrize(
    "name", ["CITATION.cff", "_config.yml", "_toc.yml", "book/_static/book.css"]
)
def test_a_changed_look_makes_every_page_anew(small, name):
    small.build()
    kept = small.keep_something()
    read = []
    small.write(name, "2")
    small.build(on={"env-before-read-docs": lambda app, env, names: read.extend(names)})
    assert sorted(read) == ["book/index", "book/page"]
    assert kept.exists()


def test_nothing_changed_reads_nothing(small):
    small.build()
    read = []
    small.build(on={"env-before-read-docs": lambda app, env, names: read.extend(names)})
    assert read == []


def test_a_page_with_an_older_date_is_read(small):
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    os.utime(small.root / "book" / "page.md", (0, 0))
    small.build()
    assert "Page renamed" in small.page()


def test_what_pages_show_of_each_other_is_written_anew(small):
    small.write("book/other.md", "# Other\n\n{ref}`place`\n")
    small.replace("book/page.md", "# Page", "(place)=\n# Page")
    small.replace("book/index.md", "page\n", "page\nother\n")
    small.build()
    small.replace("book/page.md", "# Page", "# Page renamed")
    small.build()
    assert "Page renamed" in small.page("book/other")


def test_after_an_interrupted_build_every_page_is_made_anew(small):
    small.build()
    small.replace("data/table.csv", "table-1", "table-2")

    def interrupt(app, name, *_):
        if name == "genindex":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small.build(on={"html-page-context": interrupt})
    assert "table-2" in small.page()
    small.replace("data/table.csv", "table-2", "table-1")
    small.build()
    assert "table-1" in small.page(), "the page of the interrupted build was taken for good"


def test_a_change_during_the_build_stops_it(small):
    def change(app, env):
        small.write("data/table.csv", "table-2")

    with pytest.raises(fresh.ChangedUnderneathError, match=r"data/table\.csv changed while"):
        small.build(on={"env-updated": change})
    small.build()
    assert "table-2" in small.page()


@pytest.mark.kernel
def test_a_number_of_a_notebook_follows_its_table(small):
    cell = nbformat.v4.new_code_cell("print(open('../data/table.csv').read())")
    text = nbformat.v4.new_markdown_cell("# Notebook")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=[text, cell], metadata={"kernelspec": kernel})
    small.write("book/notebook.ipynb", nbformat.writes(notebook))
    small.replace("book/index.md", "page\n", "page\nnotebook\n")
    small.build()
    assert "table-1" in small.page("book/notebook")
    small.replace("data/table.csv", "table-1", "table-2")
    small.build()
    assert "table-2" in small.page("book/notebook")


def test_the_fingerprint_covers_the_book_and_leaves_out_what_programs_leave(small):
    small.write("src/__pycache__/module.pyc", "")
    small.write("data/.table.csv.swp", "")
    small_one = fresh.fingerprint(small.root)
    made_from = {name for group in small_one.values() for name in group}
    assert {name for name in made_from if not name.startswith("package ")} == {"Python", *FILES}
    real = fresh.fingerprint(ROOT)
    assert "data/scale/ilo-rounds.csv" in real["execution"]
    assert "src/decentwork/data.py" in real["execution"]
    assert "book/_ext/fresh.py" in real["pages"]
    assert "notebooks/second_segment/how_many.ipynb" in real["sources"]


@pytest.mark.parametrize(("heavy", "light"), [(17, 10), (40, 10), (3, 3), (1, 0), (0, 8), (0, 0)])
def test_processes_share_the_notebooks(heavy, light):
    notebooks = [f"notebook {number}" for number in range(heavy)]
    others = [f"page {number}" for number in range(light)]
    ordered = parallel.spread(notebooks, others, 2)
    assert sorted(ordered) == sorted(notebooks + others)
    first = [sum(name in notebooks for name in chunk) for chunk in make_chunks(ordered, 2)[:2]]
    assert not first or max(first) - min(first) <= 1
