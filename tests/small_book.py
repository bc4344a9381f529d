"""Small books for tests: built by Sphinx in this process."""

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import yaml
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from bookmaking.source import page_numbers
from decentwork.repository import ROOT

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def executed(*cells: str | dict[str, Any]) -> str:
    """Return the text of a notebook that was run, the only chapter of its book.

    A cell is Markdown, or a dictionary with the fields of a code cell: source, outputs, metadata.
    """
    made = [
        nbformat.v4.new_markdown_cell(cell)
        if isinstance(cell, str)
        else nbformat.v4.new_code_cell(execution_count=1, **cell)
        for cell in cells
    ]
    language = {"name": "python", "pygments_lexer": "ipython3"}
    metadata = PYTHON | {"language_info": language, page_numbers.KEY: 1}
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=metadata))


def not_executed(text: str, *code: str) -> str:
    """Return the text of a notebook that was not run: a cell of text and cells of code."""
    cells = [nbformat.v4.new_markdown_cell(text), *map(nbformat.v4.new_code_cell, code)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # nbformat's own would be another each time
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=PYTHON))


def contents(first: str, *chapters: str) -> str:
    """Return the text of a table of contents."""
    files = [{"file": name} for name in chapters]
    return yaml.safe_dump({"format": "jb-book", "root": first, "chapters": files})


def copy_sources(root: Path, *names: str) -> None:
    """Copy files and folders of the book to the folder ``root``."""
    for name in names:
        if (ROOT / name).is_dir():
            left = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, root / name, ignore=left)
        else:
            shutil.copy(ROOT / name, root / name)


CITING = {
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_reference_style": "decentwork",
}
"""Settings of a book with citations in the book's own style."""
TYPES = (
    "article book dataset incollection jurisdiction legislation misc news oscedocument paper "
    "release software techreport webpage"
)
ALL_SOURCES = f"```{{sources}} {TYPES}\n```\n"
"""A list of all sources."""
OF_NOTEBOOKS = {
    "source_suffix": {".ipynb": "myst-nb", ".md": "myst-nb"},
    "nb_execution_mode": "off",
}
"""Settings of a book whose notebooks were executed before."""

CITATION = """\
title: "A Book: of much"
version: 0.1.0
date-released: "2026-11-25"
authors: [{name: The Authors of a Book}, {family-names: Doe, given-names: A.}]
"""
"""A CITATION.cff, by which exhibits say how to cite them."""
WITH_EXHIBITS = (
    "bookmaking.directives.list_of_sources",
    "bookmaking.directives.elements",
    "bookmaking.directives.numbering",
    "bookmaking.directives.chapter_head",
    "bookmaking.directives.exhibit",
    "bookmaking.directives.code_cells",
    "bookmaking.source.folding",
    "bookmaking.directives.record",
    "bookmaking.site.accessible",
    "bookmaking.site.page_metadata",
    "bookmaking.site.pictures",
    "myst_nb",
    "sphinxcontrib.bibtex",
)
"""The extensions of a book that shows figures and tables of notebooks with their bars."""


class SmallBook:
    """A book of a few pages under a folder ``root``, built into ``_build`` below it.

    It has the ``extensions`` that it needs; ``settings`` are other values for Sphinx.
    """

    def __init__(self, root: Path, *extensions: str, **settings: Any) -> None:
        self.root = root
        self.html = root / "_build" / "html"
        self.settings = {
            "extensions": list(extensions),
            # Sphinx would add to a dictionary that all books of one process share.
            "source_suffix": {".md": "markdown"},
            "exclude_patterns": ["_build"],
            "html_theme": "basic",
            "nitpicky": True,
            **settings,
        }

    def page(self, name: str, text: str) -> None:
        """Write a page; ``name`` has a suffix if it is not Markdown."""
        self.write(name if "." in name else f"{name}.md", text)

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file, which must be there."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self, parallel: int = 1, on: dict[str, Callable] | None = None) -> str:
        """Build, and return the warnings; ``on`` holds a handler for an event of Sphinx."""
        warnings = StringIO()
        (self.root / "data").mkdir(exist_ok=True)  # a book without its folder of tables is refused
        with docutils_namespace():
            app = Sphinx(
                self.root,
                None,
                self.html,
                self.root / "_build" / "doctrees",
                "html",
                confoverrides=self.settings,
                status=None,
                warning=warnings,
                parallel=parallel,
            )
            for event, handler in (on or {}).items():
                app.connect(event, handler)
            app.build()
        return warnings.getvalue()

    def soup(self, name: str) -> BeautifulSoup:
        """Read a built page."""
        return BeautifulSoup((self.html / f"{name}.html").read_text("utf-8"), "html.parser")
