"""How a reader cites a page: the foot of each page has it as text and as BibTeX.

``{book-citation}`` writes the same for the whole book. Both come from CITATION.cff (see `citing`).
Each page also links to a file with its entry, which managers of references find by themselves.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookmaking import site_files
from bookmaking.directives import citing, numbering
from bookmaking.directives.element_nodes import as_nodes
from bookmaking.directives.elements import html
from bookmaking.site.public_address import of_page

FOLDER = "_downloads/citations"
"""The folder of the site that holds an entry of BibTeX for each page."""
CITED = "citation_metadata"
"""What `output.page_metadata` reads from CITATION.cff; a book without that part cites no page."""


class BookCitation(SphinxDirective):
    """``{book-citation}``: how to cite the whole book."""

    def run(self) -> list[nodes.Node]:
        """Return the text and the entry, each to copy."""
        book = self.env.config.citation_metadata
        said = (("p", citing.book_as_text(book)), ("pre", citing.book_as_bibtex(book)))
        copied = [html("div", html(tag, text), class_="exhibit-copied") for tag, text in said]
        return [node for each in copied for node in as_nodes(each, self.env.docname, list)]


def file_of(page: str) -> str:
    """Return the file of the site with the entry of a page; no two pages share one."""
    return f"{FOLDER}/{page}.bib"


def _entry_of(app, page: str) -> tuple[str, str]:
    """Return the citation of a page, or of the book for its first page, as text and as BibTeX."""
    book = app.config.citation_metadata
    if page == app.config.root_doc:
        return citing.book_as_text(book), citing.book_as_bibtex(book)
    number, name = numbering.number_of(app.env, page), page.rpartition("/")[2].replace("_", "-")
    called = f"chapter {number}" if isinstance(number, int) else ""
    part = citing.Cited(name, called, app.env.titles[page].astext(), address=of_page(app, page))
    return citing.as_text(part, book), citing.as_bibtex(part, book)


def _add(app, pagename: str, _template: str, context: dict[str, Any], doctree) -> None:
    if doctree is not None and CITED in app.config:
        text, bibtex = _entry_of(app, pagename)
        file = context["pathto"](file_of(pagename), 1)
        context["page_citation"] = {"text": text, "bibtex": bibtex, "file": file}


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html" or CITED not in app.config:
        return
    files = {
        Path(app.outdir, file_of(page)): _entry_of(app, page)[1] + "\n"
        for page in sorted(app.env.found_docs)
    }
    site_files.write_all(files, Path(app.outdir, FOLDER).rglob("*.bib"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("book-citation", BookCitation)
    app.connect("html-page-context", _add)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
