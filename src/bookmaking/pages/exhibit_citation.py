"""How a figure or table is cited: as text, and as an entry for reference managers (BibTeX).

The book itself is described in CITATION.cff. A name there is that of a person, or of an institution
that BibTeX must not take apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SPECIAL = str.maketrans({character: f"\\{character}" for character in "&%$#_{}"})
"""Characters that mean something to LaTeX."""


@dataclass(frozen=True)
class Cited:
    """A figure or table.

    Parameters
    ----------
    name
        Its name, for example "fig-rounds", which never changes.
    called
        Its number: "Fig. 5.3".
    title
        What it shows: its headline, or for a table the heading above it.
    chapter
        The title of the page on which it stands.
    address
        Its address, or "" while the book has none.
    """

    name: str
    called: str
    title: str
    chapter: str
    address: str = ""


def as_text(cited: Cited, book: Mapping[str, Any]) -> str:
    """Return the citation as one would print it; ``book`` holds the fields of CITATION.cff."""
    authors = ", ".join(_name(author) for author in book["authors"])
    version = f", version {book['version']}" if "version" in book else ""
    parts = (
        f"{authors} ({book['date-released'][:4]}).",
        f"{cited.title} ({cited.called}).",
        f"In: {book['title']}{version}, chapter “{cited.chapter}”.",
        cited.address,
    )
    return " ".join(filter(None, parts))


def as_bibtex(cited: Cited, book: Mapping[str, Any]) -> str:
    """Return the citation as an entry of BibTeX."""
    version = f", version {book['version']}" if "version" in book else ""
    fields = {
        "author": " and ".join(
            f"{{{_name(author)}}}" if "name" in author else _name(author)
            for author in book["authors"]
        ),
        "title": f"{{{_escaped(cited.title)}}}",
        "booktitle": f"{{{_escaped(book['title'])}}}",
        "year": book["date-released"][:4],
        "note": _escaped(f"{cited.called}, chapter “{cited.chapter}”{version}"),
        "doi": book.get("doi", ""),
        "url": cited.address,
    }
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    return "\n".join([f"@incollection{{decentwork-{cited.name},", *lines, "}"])


def _name(author: Mapping[str, str]) -> str:
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"


def _escaped(text: str) -> str:
    return text.translate(SPECIAL)
