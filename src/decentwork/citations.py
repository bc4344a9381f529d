"""Citations: a key of ``references.bib`` with a place in that source, in one notation.

The notation is that of the roles on pages: ``key{locator}``, several separated by commas, as in
``{cite:p}`key{p. 5},other{Table 2}```. The claim register uses it too. Tables have a column
``source`` with keys and a column ``locator`` with places; this module makes citations of them.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

import pandas as pd

from decentwork import sources
from decentwork.tables import cited_cells
from decentwork.tables.cited_cells import Citation

KEY = r"[A-Za-z][\w.:/-]*"
BETWEEN_PARTS = ", "
"""What is between the parts of a locator, the largest first: "sheet 1, row 2"."""

_CITATION = re.compile(rf"({KEY})(?:\{{([^{{}}]+)\}})?")
_BETWEEN = re.compile(r",\s*(?![^{}]*\})")
_LOCATED_KEY = re.compile(rf"({KEY})\{{")


def parse(text: str) -> tuple[Citation, ...]:
    """Read ``key{locator},key{locator}``.

    A key may be without a place; `unplaced` finds those. Raises ValueError with the citation
    that does not have this form.
    """
    citations = []
    for part in _BETWEEN.split(text.strip()):
        found = _CITATION.fullmatch(part.strip())
        if not found:
            raise ValueError(f"{part!r} is not a citation; write key{{p. 5}},key{{Table 2}}")
        citations.append(Citation(*found.groups()))
    return tuple(citations)


def unplaced(citations: Iterable[Citation]) -> list[str]:
    """Return the keys of the citations that name no place."""
    return [citation.key for citation in citations if not citation.locator]


def keys_with_places_in(text: str) -> list[str]:
    """Return every key that is before a brace in any text, for example in code."""
    return _LOCATED_KEY.findall(text)


def as_text(citations: Iterable[Citation]) -> str:
    """Return citations in the notation of this module."""
    return ",".join(
        f"{citation.key}{{{citation.locator}}}" if citation.locator else citation.key
        for citation in citations
    )


def as_role(citations: Iterable[Citation]) -> str:
    """Return citations as a MyST role, which the page shows as (Author, year, place)."""
    return f"{{cite:p}}`{as_text(citations)}`"


def for_quotation(text: str) -> str:
    """Return citations as plain text that a reader can copy below a quoted sentence.

    Each has authors, title, year, place and, in square brackets, the key of ``references.bib``.
    A source without a year is "n.d.".

    Parameters
    ----------
    text
        Citations in the notation of this module, each with its place.

    Raises
    ------
    ValueError
        If a citation names no place: whoever quotes the sentence could not check it.
    decentwork.sources.SourceError
        If a key is not in references.bib.
    """
    cited = parse(text)
    if lost := unplaced(cited):
        raise ValueError(f"{lost[0]!r} names no place in the source; write {lost[0]}{{p. 5}}")
    lines = []
    for key, place in cited:
        authors, title, _ = sources.in_words(key)
        year = sources.entry(key).fields_dict.get("year")
        when = year.value if year else "n.d."
        lines.append(f"{authors or 'No author'}: {title} ({when}), {place} [{key}]")
    return " and ".join(lines)


def by_row(frame: pd.DataFrame) -> pd.Series:
    """Return the citations of each row of a table, as tuples.

    Parameters
    ----------
    frame
        Rows with the columns ``source`` (keys of references.bib, several joined by "; ") and
        ``locator`` (as many, in the same order, or one for all of them).
    """
    cited = [
        cited_cells.of_cells(source, locator)
        for source, locator in zip(frame["source"], frame["locator"], strict=True)
    ]
    return pd.Series(cited, index=frame.index, dtype=object)


def of_rows(frame: pd.DataFrame, *, most_places: int | None = None) -> str:
    """Return the sources of all rows of a table as one citation, ``key{locator},key{locator}``.

    Sources are in the order of their first row, and so do the places in each, joined by
    semicolons. Columns are those of `by_row`.

    Parameters
    ----------
    most_places
        Where a source has more places than that, what all of them begin with names them, up
        to a comma: "sheet 1" for "sheet 1, row 2; sheet 1, row 3". Places with no such beginning
        stay.

    Raises
    ------
    decentwork.sources.SourceError
        If a key is not in references.bib, or no row names a place in a source.
    """
    places: dict[str, dict[str, None]] = {}
    for citation in (each for row in by_row(frame) for each in row):
        named = places.setdefault(citation.key, {})
        if citation.locator:
            named[citation.locator] = None
    cited = []
    for key, named in places.items():
        sources.entry(key)
        if not named:
            raise sources.SourceError(
                f"source {key!r}: no row names a locator; add page or section."
            )
        too_many = most_places is not None and len(named) > most_places
        beginning = _beginning(named) if too_many else ""
        cited.append(Citation(key, beginning or cited_cells.BETWEEN.join(named)))
    return as_text(cited)


def _beginning(places: Iterable[str]) -> str:
    """Return what all places begin with, up to a comma, or nothing."""
    parts = [place.split(BETWEEN_PARTS) for place in places]
    shared = takewhile(lambda at: len(set(at)) == 1, zip(*parts, strict=False))
    return BETWEEN_PARTS.join(at[0] for at in shared)


def roles_by_row(frame: pd.DataFrame) -> pd.Series:
    """Return for each row of a table the citation of its sources as a MyST role, ``{cite:p}``."""
    roles = [as_role(citations) for citations in by_row(frame)]
    return pd.Series(roles, index=frame.index, dtype="str")
