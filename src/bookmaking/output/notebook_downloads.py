"""The notebook that a page offers: executed, with its figures, and with a word on how to run it.

The sources of a chapter hold no outputs, and they run only in the folder of the book. So the page
offers what the build has executed, with a first cell that says where the rest is.
"""

import json
from pathlib import Path
from typing import Any

import nbformat

from bookmaking import site_files
from bookmaking.build.kept import KeptNotebooks
from bookmaking.pages import folding

FOLDER = "_downloads/notebooks"
"""The folder of the site that holds them, by the path of their page."""

LABEL_OF_SOURCE = "download-source-button"
"""What the theme calls its button for the source of a page."""

FIRST_CELL = """\
> **Before you run this notebook.** It is the chapter “{title}” of *{book}*. Its figures and \
numbers are those of the built book. To run it, you need the tables and the package `decentwork` \
of the book:
>
> 1. Get the repository of the book{place}, as a clone or as an archive.
> 2. Run `make lab` in its folder. It sets up Python with all packages and opens the notebooks.
>
> To use only the numbers, take the tables. Each is a CSV file with a description of its columns, \
and the page “Tables” of the book links them. `make dist` puts them all into one archive. The \
values of a figure are behind “Values: CSV” below it."""


def offered(notebook: nbformat.NotebookNode, title: str, book: str, address: str = "") -> str:
    """Return the JSON text of an executed ``notebook`` as its page offers it.

    Parameters
    ----------
    notebook
        The notebook after its last cell.
    title
        The title of the chapter.
    book
        The title of the book.
    address
        Where the repository of the book is, if it has an address.
    """
    place = f" from <{address}>" if address else ""
    text = FIRST_CELL.format(title=title, book=book, place=place)
    lines = text.splitlines(keepends=True)
    first = {"cell_type": "markdown", "id": "before-you-run", "metadata": {}, "source": lines}
    content = json.loads(nbformat.writes(notebook))
    content["cells"].insert(0, first)
    for number, cell in enumerate(one for one in content["cells"] if one["cell_type"] == "code"):
        source = "".join(cell["source"])
        if folding.only_draws(source, is_first=number == 0):
            cell["metadata"]["jupyter"] = {"source_hidden": True}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def address(page: str) -> str:
    """Return the place of the notebook of a ``page`` in the site."""
    return f"{FOLDER}/{page}.ipynb"


def _offer(app, pagename: str, _template: str, context: dict[str, Any], doctree) -> None:
    if doctree is None or Path(app.env.doc2path(pagename)).suffix != ".ipynb":
        return
    for group in context.get("header_buttons", ()):
        for button in group.get("buttons", ()):
            if button.get("label") == LABEL_OF_SOURCE:
                button["url"] = context["pathto"](address(pagename), 1)
                button["tooltip"] = "Download the notebook with its figures"


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    kept = KeptNotebooks.of_build(app)
    cited = app.config.citation_metadata
    files = {}
    for page in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(page))
        executed = kept.executed(path) if path.suffix == ".ipynb" else None
        if executed is None:
            continue
        title = app.env.titles[page].astext()
        text = offered(executed, title, app.config.project, cited.get("repository-code", ""))
        files[Path(app.outdir, address(page))] = text
    site_files.write_all(files, Path(app.outdir, FOLDER).rglob("*.ipynb"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has made its buttons."""
    app.connect("html-page-context", _offer, priority=900)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
