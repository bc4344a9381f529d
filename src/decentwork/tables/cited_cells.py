"""Cells that name sources: the keys in one cell, and the place in each source.

A cell may name several sources, and the cell ``locator`` next to it as many places, in the same
order. This module needs no parser of the bibliography, so that reading a table stays quick.
"""

from typing import Any, NamedTuple

BETWEEN = "; "
"""What is between the keys, and between the places, of one cell."""


class Citation(NamedTuple):
    """A key of ``references.bib`` and the place in that source, or None where none is given."""

    key: str
    locator: str | None


def keys_of(cell: str | float | None) -> tuple[str, ...]:
    """Return the keys of the sources that a cell names; none for an empty cell."""
    return tuple(cell.split(BETWEEN)) if isinstance(cell, str) and cell else ()


def of_cells(source: str | None, locator: Any) -> tuple[Citation, ...]:
    """Return the citations of a row from its cells ``source`` and ``locator``.

    A locator that has not as many places as there are keys is the place in each source. Where it
    was dropped instead, nobody could look the row up.
    """
    keys = keys_of(source)
    place = locator if isinstance(locator, str) and locator else None  # A gap is no text.
    places = place.split(BETWEEN) if place and len(keys) > 1 else [place]
    if len(places) != len(keys):
        places = [place] * len(keys)
    return tuple(map(Citation, keys, places))
