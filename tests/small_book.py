"""A small book for tests, built by Sphinx in this process, without theme and configuration."""

from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def executed(*cells: str | dict[str, Any]) -> str:
    """Return the text of a notebook that was run.

    A cell is Markdown, or a dictionary with the fields of a code cell: source, outputs, metadata.
    """
    made = [
        nbformat.v4.new_markdown_cell(cell)
        if isinstance(cell, str)
        else nbformat.v4.new_code_cell(execution_count=1, **cell)
        for cell in cells
    ]
    metadata = PYTHON | {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=metadata))


class SmallBook:
    """A book of a few pages under a folder ``root``.

    Parameters
    ----------
    root
        Where its pages stand; what is built stands in ``_build`` below it.
    extensions
        The extensions that it needs.
    settings
        Other values of Sphinx's configuration.
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
        path = self.root / name
        if not path.suffix:
            path = path.with_suffix(".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, parallel: int = 1) -> str:
        """Build, and return the warnings."""
        warnings = StringIO()
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
            app.build()
        return warnings.getvalue()

    def soup(self, name: str) -> BeautifulSoup:
        """Read a built page."""
        return BeautifulSoup((self.html / f"{name}.html").read_text("utf-8"), "html.parser")
