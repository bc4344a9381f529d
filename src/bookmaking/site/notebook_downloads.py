"""The notebook that a page offers: executed, with its figures, and with a word on how to run it.

The sources of a chapter hold no outputs, what the build keeps of an executed one holds no prose,
and both run only in the folder of the book. So the page offers the prose of the one with the cells
of the other, and a first cell that says where the rest is.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from bookmaking import site_files
from bookmaking.execute import MADE_FROM, KeptNotebooks
from bookmaking.source import folding

FOLDER = "_downloads/notebooks"
"""The folder of the site that holds them, by the path of their page."""

# Why: the theme has no setting for where its button leads, so the button is found by its label.
# Upstream: https://github.com/executablebooks/sphinx-book-theme/issues/763 (open) asks for settings
# of these buttons.
# Can go when a page may say where the button leads; when the theme changes the label,
# test_the_theme_still_calls_its_source_button_so fails.
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
> The text is written in MyST. `make lab` shows it as the pages do; other programs show its marks.
>
> To use only the numbers, take the tables. Each is a CSV file with a description of its columns, \
and the page “Tables” of the book links them. `make dist` puts them all into one archive. The \
values of a figure are behind “Values: CSV” below it."""


class Offer(NamedTuple):
    """What a page offers: the page, its title, and the files of its notebook.

    ``source`` has the prose, and ``executed`` the code cells with what they gave.
    """

    page: str
    title: str
    source: Path
    executed: Path


def offered(source: str, executed: str, title: str, book: str, address: str = "") -> str:
    """Return the JSON text of an executed notebook as its page offers it.

    Parameters
    ----------
    source
        The JSON text of the notebook of the chapter.
    executed
        That of its code cells after the last of them has run.
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
    content, prose = (
        json.loads(nbformat.writes(nbformat.reads(text, nbformat.NO_CONVERT)))
        for text in (executed, source)
    )
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
    if doctree is None or Path(app.env.doc2path(pagename)).suffix != ".ipynb":
        return
    for group in context.get("header_buttons", ()):
        for button in group.get("buttons", ()):
            if button.get("label") == LABEL_OF_SOURCE:
                button["url"] = context["pathto"](address(pagename), 1)
                button["tooltip"] = "Download the notebook with its figures"


def write(site: Path, offers: Iterable[Offer], book: str, address_of_book: str) -> None:
    """Write the notebooks of ``offers`` into the ``site``, and delete others that are there.

    Parameters
    ----------
    site
        The folder of the built pages.
    offers
        What the pages offer.
    book
        The title of the book.
    address_of_book
        Where the repository of the book is, or nothing.
    """
    files = {}
    for offer in offers:
        texts = (path.read_text(encoding="utf-8") for path in (offer.source, offer.executed))
        files[site / address(offer.page)] = offered(*texts, offer.title, book, address_of_book)
    site_files.write_all(files, (site / FOLDER).rglob("*.ipynb"))


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    paths = {page: Path(app.env.doc2path(page)) for page in sorted(app.env.found_docs)}
    kept = KeptNotebooks.of_build(app).files(
        [path for path in paths.values() if path.suffix == ".ipynb"]
    )
    offers = [
        Offer(page, app.env.titles[page].astext(), path, kept[path])
        for page, path in paths.items()
        if path in kept
    ]
    repository = app.config.citation_metadata.get("repository-code", "")
    write(Path(app.outdir), offers, app.config.project, repository)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has made its buttons."""
    app.connect("html-page-context", _offer, priority=900)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
