"""The notebook that a page offers: executed, with its figures, and with a word on how to run it.

The sources of a chapter hold no outputs, what the build keeps of an executed one holds no prose,
and both run only in the folder of the book. So the page offers the prose of the one with the cells
of the other, and a first cell that says where the rest is. The page has a link to it in the menu of
downloads (``book/_templates/article-header-buttons.html``).
"""

import json
from pathlib import Path
from typing import Any

from bookmaking import site_files
from bookmaking.execute import MADE_FROM, KeptNotebooks
from bookmaking.source import folding

FOLDER = "_downloads/notebooks"
"""The folder of the site that holds them, by the path of their page."""
FIRST_CELL = """\
> **Before you run this notebook.** It is the chapter “{title}” of *{book}*. Its figures and \
numbers are those of the built book. To run it, you need the tables and the package `decentwork` \
of the book:
>
> 1. Get the repository of the book{place}, as a clone or as an archive.
> 2. Run `make lab` in its folder. It sets up Python with all packages and opens the notebooks.
>
> The text is written in MyST. `make lab` shows it as the pages do; other programs show its marks.
>
> To use only the numbers, take the tables. Each is a CSV file with a description of its columns, \
and the page “Tables” of the book links them. `make dist` puts them all into one archive. The \
values of a figure are behind “Values: CSV” below it."""


def offered(source: str, executed: str, title: str, book: str, address: str = "") -> str:
    """Return the JSON text of an executed notebook as its page offers it.

    ``source`` is the JSON text of the chapter, which has the prose, ``executed`` that of its code
    cells after the last of them has run, and ``title`` the title of the chapter in the ``book``.
    ``address`` is where the repository of the book is, if it has an address.
    """
    place = f" from <{address}>" if address else ""
    lines = FIRST_CELL.format(title=title, book=book, place=place).splitlines(keepends=True)
    first = {"cell_type": "markdown", "id": "before-you-run", "metadata": {}, "source": lines}
    content, prose = map(json.loads, (executed, source))
    content["metadata"].get("kernelspec", {}).pop(MADE_FROM, None)  # it is of the build alone
    ran = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(ran):
        if folding.only_draws("".join(cell["source"]), is_first=number == 0):
            cell["metadata"]["jupyter"] = {"source_hidden": True}
    after = iter(ran)
    cells = [next(after) if cell["cell_type"] == "code" else cell for cell in prose["cells"]]
    content["cells"] = [first, *cells]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def address(page: str) -> str:
    """Return the place of the notebook of a ``page`` in the site."""
    return f"{FOLDER}/{page}.ipynb"


def _offer(app, pagename: str, _template: str, context: dict[str, Any], doctree) -> None:
    if doctree is not None and Path(app.env.doc2path(pagename)).suffix == ".ipynb":
        context["executed_notebook"] = context["pathto"](address(pagename), 1)


def _write(app, exception: Exception | None) -> None:
    """Write the notebooks of all chapters into the site, and delete others that are there."""
    if exception or app.builder.name != "html":
        return
    paths = {Path(app.env.doc2path(page)): page for page in sorted(app.env.found_docs)}
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    repository = app.config.citation_metadata.get("repository-code", "")
    site, files = Path(app.outdir), {}
    for path, executed in KeptNotebooks.of_build(app).files(notebooks).items():
        page = paths[path]
        texts = (each.read_text(encoding="utf-8") for each in (path, executed))
        title = app.env.titles[page].astext()
        files[site / address(page)] = offered(*texts, title, app.config.project, repository)
    site_files.write_all(files, (site / FOLDER).rglob("*.ipynb"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", _offer)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
