"""How the book, a page, a figure or a table is cited: as text, and as an entry of BibTeX.

The foot of each page has both, ``{book-citation}`` writes them for the whole book, and
the bar below a figure or table too. The book is described in CITATION.cff; a name there is that of
a person, or of an institution that BibTeX must not take apart. Managers of references find the
same in the metadata of each page (`site.page_metadata`).
"""

from collections.abc import Mapping
from typing import Any

from docutils import nodes
from markupsafe import Markup

from bookmaking.directives import numbering
from bookmaking.directives.elements import PARALLEL, WritesHtml, html
from bookmaking.site.public_address import of_page

CITED = "citation_metadata"
"""What `output.page_metadata` reads from CITATION.cff; a book without that part cites no page."""
SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
"""Characters that mean something to LaTeX."""

Book = Mapping[str, Any]
"""The fields of CITATION.cff."""


def of_book(book: Book) -> tuple[str, str]:
    """Return the citation of the whole book as one would print it, and as BibTeX."""
    address = book.get("url", "")
    text = f"{_whose(book)} {book['title']}{_version(book)}. {address}".rstrip()
    return text, _entry("book", "decentwork", book, book["title"], "", address)


def of_part(
    name: str, title: str, book: Book, *, called: str = "", chapter: str = "", address: str = ""
) -> tuple[str, str]:
    """Return the citation of a part of the book as one would print it, and as BibTeX.

    A figure or table has a ``name`` that never changes ("fig-rounds"), its headline or the heading
    above it as its ``title``, a number by which it is ``called`` ("Fig. 5.3"), and a ``chapter``.
    ``address`` is "" while the book has none.
    """
    within = f"chapter “{chapter}”" if chapter else ""
    place = ", ".join(filter(None, (f"In: {book['title']}{_version(book)}", within)))
    shown = f"{title} ({called})" if called else title
    text = " ".join(filter(None, (_whose(book), f"{shown}.", f"{place}.", address)))
    where = ", ".join(filter(None, (called, within)))
    return text, _entry("incollection", f"decentwork-{name}", book, title, where, address)


def _entry(kind: str, key: str, book: Book, title: str, where: str, address: str) -> str:
    names = ((_escaped(_name(each)), "name" in each) for each in book["authors"])
    note = [where, _version(book).removeprefix(", ")]
    fields = {
        "author": " and ".join(f"{{{name}}}" if whole else name for name, whole in names),
        "title": f"{{{_escaped(title)}}}",
        "booktitle": f"{{{_escaped(book['title'])}}}" if kind == "incollection" else "",
        "year": book["date-released"][:4],
        "note": _escaped(", ".join(filter(None, note))),
        "doi": book.get("doi", ""),
        "url": address,
    }
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _whose(book: Book) -> str:
    names = ", ".join(map(_name, book["authors"]))
    return f"{names} ({book['date-released'][:4]})."


def _version(book: Book) -> str:
    return f", version {book['version']}" if "version" in book else ""


def _name(author: Mapping[str, str]) -> str:
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"


def _escaped(text: str) -> str:
    return text.translate(SPECIAL)


# ------------------------------------------------------------------ on pages


class BookCitation(WritesHtml):
    """``{book-citation}``: how to cite the whole book."""

    def run(self) -> list[nodes.Node]:
        """Return the text and the entry, each to copy."""
        said = zip(("p", "pre"), of_book(self.env.config.citation_metadata), strict=True)
        copied = (html("div", html(tag, text), class_="exhibit-copied") for tag, text in said)
        return self.nodes_of(Markup().join(copied))


def _of_page(app, page: str) -> tuple[str, str]:
    """Return the citation of a page, or of the book for its first page, as text and as BibTeX."""
    book = app.config.citation_metadata
    if page == app.config.root_doc:
        return of_book(book)
    number, name = numbering.number_of(app.env, page), page.rpartition("/")[2].replace("_", "-")
    called = f"chapter {number}" if isinstance(number, int) else ""
    title = app.env.titles[page].astext()
    return of_part(name, title, book, called=called, address=of_page(app, page))


def _add(app, pagename: str, _template: str, context: dict[str, Any], doctree) -> None:
    if doctree is not None and CITED in app.config:
        text, bibtex = _of_page(app, pagename)
        context["page_citation"] = {"text": text, "bibtex": bibtex}


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("book-citation", BookCitation)
    app.connect("html-page-context", _add)
    return PARALLEL
