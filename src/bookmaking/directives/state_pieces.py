"""Pieces that only pages of States are made of: days, citations, remarks, links to chapters."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from bookmaking.directives import pieces
from bookmaking.directives.elements import Citations, Content, Element, PageLink, html
from bookmaking.directives.state_rows import Row
from decentwork import citations
from decentwork.citations import Citation
from decentwork.claims import NOTE_DATE
from decentwork.days import in_words
from decentwork.tables.cited_cells import BETWEEN

RATIFICATIONS = "treaty-ratifications"
SINCE = NOTE_DATE.year
MOST_CHAPTERS = 3
MOST_PLACES = 2
BODIES = {"osce": "OSCE", "coe": "Council of Europe", "eu": "European Union",
          "ilo": "International Labour Organization"}  # fmt: skip
CARDS = "state-table cards"
"""The classes of a table whose rows become cards on a narrow screen."""


def day(when: object) -> str:
    """Return a day or month in words, "–" for none, and other words as they are."""
    if pd.isna(when):
        return pieces.NOTHING
    return in_words(f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else str(when))


def in_a_list(words: Sequence[str], article: str = "", last: str = "and") -> str:
    """Return words as a list in a sentence: "the A, the B and the C" with the article "the "."""
    if len(words) == 1:
        return words[0]
    return f"{f', {article}'.join(words[:-1])} {last} {article}{words[-1]}"


def cited(keys: Iterable[str]) -> Citations:
    """Return citations without places, for cells whose places stand in the file."""
    return Citations(",".join(dict.fromkeys(keys)))


def sources_of(rows: Iterable[Row]) -> Citations:
    """Return the sources of rows; of many places in one source, what they have in common."""
    found: dict[str, dict[str, None]] = {}
    for citation in (each for row in rows for each in row["cited"]):
        found.setdefault(citation.key, {})[citation.locator or ""] = None
    return Citations(
        citations.as_text(Citation(key, _place(list(at))) for key, at in found.items())
    )


def _place(named: list[str]) -> str | None:
    if len(named) <= MOST_PLACES:
        return BETWEEN.join(named) or None
    first = {each.partition(", ")[0] for each in named}
    return f"{first.pop()}, rows in the file" if len(first) == 1 else None


def remarks(*contents: Content) -> Element:
    """Return the small paragraph below a table: limits, places, sources."""
    return html("p", *contents, class_="state-remarks")


def argued(names: Iterable[str], chapters: Mapping[str, Sequence[str]]) -> list[Element]:
    """Return links to the chapters that read most of the tables of a section."""
    readers = [chapter for name in dict.fromkeys(names) for chapter in chapters.get(name, ())]
    ordered = sorted(dict.fromkeys(readers), key=lambda chapter: -readers.count(chapter))
    links = pieces.joined(map(PageLink, ordered[:MOST_CHAPTERS]), "; ")
    told = ("Chapters that use these tables: ", *links, ".")
    return [html("p", *told, class_="state-argued")] if links else []
