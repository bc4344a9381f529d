"""What comes before the pages on paper: the title page, and the contents with page numbers.

The numbers are known when the book has been printed once. They have a column of their own of one
width, so that a second print with numbers has the same pages.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bookmaking.print.contents import Entry, Part
from bookmaking.print.document import anchor
from decentwork import days

Titles = Mapping[str, str]
"""The title of each page, by the name of the page."""


def version(book: Mapping[str, Any]) -> str:
    """Return the version of the book and its date, as CITATION.cff gives them."""
    return f"Version {book['version']}, {days.in_words(str(book['date-released']))}"


def authors(book: Mapping[str, Any]) -> list[str]:
    """Return the authors of the book, as CITATION.cff names them."""
    return [
        each.get("name") or f"{each['given-names']} {each['family-names']}"
        for each in book["authors"]
    ]


def title_page(book: Mapping[str, Any], address: str = "", built_from: str = "") -> str:
    """Return the title page as HTML.

    Parameters
    ----------
    book
        What CITATION.cff says.
    address
        Where the book is published; "" if it is not.
    built_from
        The commit that the book was built from, in words; "" if none is known.
    """
    title, _, subtitle = book["title"].partition(": ")
    lines = [
        f'<p class="paper-title">{escape(title)}</p>',
        f'<p class="paper-subtitle">{escape(subtitle)}</p>' if subtitle else "",
        f'<p class="paper-authors">{escape(", ".join(authors(book)))}</p>',
        f"<p>{escape(' '.join(book['abstract'].split()))}</p>",
        f"<p>{escape(version(book))}. Text under {escape(' and code under '.join(book['license']))}"
        ". Each table has its own terms.</p>",
        f"<p>Built from {escape(built_from)}.</p>" if built_from else "",
        f'<p><a href="{escape(address)}">{escape(address)}</a></p>' if address else "",
    ]
    return f'<section class="paper-cover">{"".join(lines)}</section>\n'


def contents(parts: Sequence[Part], titles: Titles, numbers: Mapping[str, str]) -> str:
    """Return the contents as HTML.

    Parameters
    ----------
    parts
        The parts of the book.
    titles
        The title of each page.
    numbers
        The number on paper of the first page of each page of the book; empty in a first print.
    """
    lists = []
    for part in parts:
        caption = f"<h2>{escape(part.caption)}</h2>" if part.caption else ""
        lists.append(f"{caption}{_list(part.entries, titles, numbers)}")
    return f'<nav class="paper-contents"><h1>Contents</h1>{"".join(lists)}</nav>\n'


def _list(entries: Sequence[Entry], titles: Titles, numbers: Mapping[str, str]) -> str:
    lines = []
    for each in entries:
        below = _list(each.below, titles, numbers) if each.below else ""
        lines.append(
            f'<li><a href="#{anchor(each.page)}"><span>{escape(titles[each.page])}</span> '
            f"<span>{numbers.get(each.page, '')}</span></a>{below}</li>"
        )
    return f"<ul>{''.join(lines)}</ul>"
