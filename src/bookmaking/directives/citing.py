"""How the book, a page, a figure or a table is cited: as text, and as an entry of BibTeX.

The book itself is described in CITATION.cff. A name there is that of a person, or of an institution
that BibTeX must not take apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
"""Characters that mean something to LaTeX."""

Book = Mapping[str, Any]
"""The fields of CITATION.cff."""


@dataclass(frozen=True)
class Cited:
    """A part of the book: a page, a figure or a table.

    Parameters
    ----------
    name
        Its name, for example "fig-rounds", which never changes.
    called
        Its number: "Fig. 5.3"; "" for a page that has none.
    title
        What it shows: its headline, or for a table the heading above it; the title of a page.
    chapter
        The title of the page on which it is; "" for a page.
    address
        Its address, or "" while the book has none.
    """

    name: str
    called: str
    title: str
    chapter: str = ""
    address: str = ""


def as_text(cited: Cited, book: Book) -> str:
    """Return the citation of a part as one would print it."""
    called = f" ({cited.called})" if cited.called else ""
    chapter = f", chapter “{cited.chapter}”" if cited.chapter else ""
    place = f"In: {book['title']}{_version(book)}{chapter}."
    return " ".join(filter(None, (_whose(book), f"{cited.title}{called}.", place, cited.address)))


def as_bibtex(cited: Cited, book: Book) -> str:
    """Return the citation of a part as an entry of BibTeX."""
    where = [cited.called, f"chapter “{cited.chapter}”" if cited.chapter else ""]
    name = f"decentwork-{cited.name}"
    return _entry("incollection", name, book, cited.title, where, cited.address)


def book_as_text(book: Book) -> str:
    """Return the citation of the whole book as one would print it."""
    whole = f"{_whose(book)} {book['title']}{_version(book)}."
    return f"{whole} {book['url']}" if "url" in book else whole


def book_as_bibtex(book: Book) -> str:
    """Return the citation of the whole book as an entry of BibTeX."""
    return _entry("book", "decentwork", book, book["title"], [], book.get("url", ""))


def _entry(kind: str, key: str, book: Book, title: str, where: list[str], address: str) -> str:
    names = ((_escaped(_name(each)), "name" in each) for each in book["authors"])
    note = [*where, _version(book).removeprefix(", ")]
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
