"""What the catalogue says of each table, derived from its metadata and its rows.

Places and the kind of a series are typed nowhere: they follow from the cells. The functions return
plain values; how a page shows them is the business of `bookmaking.directives.record`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places
from decentwork.tables.metadata import NUMERIC, OF_THE_SOURCE, Field, Metadata, load_shared

SERIES = "number-series"
"""The table of the main series: it names the tables of each, their kind of unit, years and place.
"""
DATED = "law"
"""The kind of which nothing is measured: a law, a treaty or a judgment has only its date."""
MOST_PLACES = 6
PLACES = ("place", "state", "places", "territory", "area", "region", "importer", "respondents")
"""Columns that hold names of places; the first that a table has tells where its rows are from."""
STATUS = ("as_of", "as_read")
"""Columns that say when a row was looked up, not which time it describes."""
SOURCES = (*OF_THE_SOURCE, "read_in", "note")
"""Columns that nearly every table has, with the same meaning; the page explains them once."""
WORLD = "world"
THIS_BOOK = "this book"
"""The producer of tables that the book makes of its own texts."""
MANY_TABLES = 3
"""A column that so many tables have with one meaning is explained once.
Of two such meanings of a name it is the more frequent, so that the name alone is no riddle."""


@dataclass(frozen=True)
class Years:
    """The first and the last year in a column, or in the list of main series (no column)."""

    column: str
    first: int
    last: int

    @property
    def in_words(self) -> str:
        """The years, once if they are one."""
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True)
class Entry:
    """All that the catalogue says of one table, next to what its metadata say (``about``).

    ``kind`` is the kind of unit under which a series is listed, and ``order`` the place of this
    kind among all. ``is_main`` says that the list of main series names it. ``states`` counts
    participating States and ``places`` names places, where a column holds them. ``columns``
    leaves out those of the source.
    """

    about: Metadata
    name: str
    theme: str
    title: str
    counts: str
    kind: str
    order: int
    rows: int
    years: tuple[Years, ...]
    is_series: bool
    is_main: bool
    states: int
    places: tuple[str, ...]
    columns: tuple[Field, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class InCommon:
    """What a page says once of many tables, and their entries only name.

    ``columns`` are names with their meaning; ``licences`` has the terms, and the notes that stand
    with them in several tables, by their name and what they allow.
    """

    columns: tuple[tuple[str, str], ...]
    licences: Mapping[tuple[str, str], tuple[Mapping[str, Any], tuple[str, ...]]]


def in_common(of: Iterable[Entry]) -> InCommon:
    """Return what the entries have in common, the more frequent first."""
    known = list(of)
    columns = Counter(column.said for entry in known for column in entry.columns)
    frequent = (said for said, tables in columns.most_common() if tables >= MANY_TABLES)
    meanings = {}
    for name, words in frequent:
        meanings.setdefault(name, words)
    terms = Counter(_terms(entry) for entry in known)
    notes = Counter((_terms(entry), entry.about.licence.get("note", "")) for entry in known)
    often = [(key, note) for (key, note), tables in notes.items() if note and tables > 1]
    stated = {_terms(entry): entry.about.licence for entry in known}
    return InCommon(
        tuple(meanings.items()),
        {
            key: (stated[key], tuple(note for of, note in often if of == key))
            for key, tables in terms.most_common()
            if tables > 1
        },
    )


def by_publisher(
    of: Iterable[Entry], cited: Callable[[str], str]
) -> tuple[dict[str, list[list[Entry]]], list[list[Entry]]]:
    """Return tables of one licence together, by who published what is in them, and the others.

    ``cited`` names the author of a source. The others are those that the book writes itself, or
    types from texts of several publishers.
    """
    found: dict[str, list[Entry]] = {}
    others = []
    for entry in of:
        producers = dict.fromkeys(each["producer"] for each in entry.about.origin)
        if not producers and len(entry.sources) == 1:
            producers = [cited(entry.sources[0])]
        if THIS_BOOK in producers or not producers:
            others.append(entry)
        else:
            for producer in producers:
                found.setdefault(producer, []).append(entry)
    named = sorted(found.items(), key=lambda each: each[0].casefold())
    return {name: _of_one_licence(each) for name, each in named}, _of_one_licence(others)


def _of_one_licence(of: Iterable[Entry]) -> list[list[Entry]]:
    """Return entries with the same terms together, the larger groups first."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in of:
        groups.setdefault(_terms(entry), []).append(entry)
    return sorted(groups.values(), key=len, reverse=True)


def _terms(entry: Entry) -> tuple[str, str]:
    """Return by what two licences are one."""
    return entry.about.licence["name"], entry.about.licence["redistribution"]


def entries(folder: Path = DATA) -> dict[str, Entry]:
    """Return the entry of every table below a folder, by its name.

    Raises DataError if a table cannot be read with its metadata.
    """
    names = data.names(folder)
    listed = main_series(folder) if SERIES in names else {}
    named = sorted(data.states(folder)["name"]) if places.STATES in names else []
    return {name: _entry(data.metadata(name, folder), listed.get(name), named) for name in names}


def main_series(folder: Path = DATA) -> dict[str, Any]:
    """Return the row of the list of main series that names a table, by the table's name."""
    rows = data.read(SERIES, folder).itertuples()
    return {table: row for row in rows for table in row.table.split("; ")}


def _entry(metadata: Metadata, main: Any, named: Iterable[str]) -> Entry:
    frame = data.read(metadata.name, metadata.folder)
    kinds = load_shared(metadata.folder).kinds
    kind = kinds[metadata.unit_of_count]
    stated = metadata.holds.get("years", {}).items()
    times = tuple(Years(name, *period) for name, period in stated if name not in STATUS)
    measured = kind == DATED or any(
        each.type in NUMERIC and each.unit and each.unit != "year" for each in metadata.fields
    )
    states = max((frame[each.name].nunique() for each in metadata.fields if each.states), default=0)
    named_places = () if states else _places(metadata, frame, named)
    if main:
        kind = main.kind if main.kind in kinds.values() else kind
        times = times or (Years("", int(main.first_year), int(main.last_year)),)
        named_places = named_places if states or named_places else (main.place,)
    origins = tuple(dict.fromkeys(each["citation_key"] for each in metadata.origin))
    return Entry(
        about=metadata,
        name=metadata.name,
        theme=metadata.theme,
        title=metadata.title,
        counts=metadata.unit_of_count,
        kind=kind,
        order=[*dict.fromkeys(kinds.values())].index(kind),
        rows=len(frame),
        years=times,
        is_main=main is not None,
        is_series=bool(times) and (measured or main is not None),
        states=states,
        places=named_places,
        columns=tuple(each for each in metadata.fields if each.name not in SOURCES),
        sources=tuple(frame.attrs["sources"]) or origins,
    )


def _places(metadata: Metadata, frame: pd.DataFrame, named: Iterable[str]) -> tuple[str, ...]:
    """Return the places that a column names, or else those in the title."""
    texts = {each.name for each in metadata.fields if each.type == "string"}
    if columns := [name for name in PLACES if name in texts]:
        return tuple(dict.fromkeys(frame[columns[0]].dropna().astype(str)))
    found = places.named_in(metadata.title, named)
    return tuple(found) or ((WORLD,) if WORLD in metadata.title.lower() else ())
