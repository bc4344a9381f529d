"""Which rows of the book's tables speak of a participating State, and how they may be used.

A table says it itself: by a column of codes, by a column ``place`` or ``state`` with names, or,
where it has none of these, by its title. Nothing about a State is typed here. No Sphinx.
"""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import citations, data
from decentwork.data import DataError
from decentwork.repository import DATA, path_in_repository
from decentwork.tables import places
from decentwork.tables.metadata import Metadata, do_not_use

Row = Mapping[str, Any]

FOLDER = "book/states"
"""The folder with the pages of the States, seen from the root of the book."""

NAMED = ("state", "place")
"""Columns that hold the name of a State, of a Union, or of a State and a detail after a comma."""
UNION = "European Union"
SHORT = {"EU": UNION, "UK": "United Kingdom", "US": "United States"}
"""Short names that tables use."""


class StateError(ValueError):
    """A page of a State that cannot be made; the message says where and what to do."""


@dataclass(frozen=True)
class State:
    """A participating State: its code, its names, and its row in the table of States."""

    code: str
    name: str
    other_name: str | None
    row: Row

    @property
    def called(self) -> str:
        """The name as it stands within a sentence, with its article if it has one."""
        words = set(self.name.split())
        with_article = words & {"Republic", "Federation", "Kingdom", "States", "See"}
        return f"the {self.name}" if with_article or self.name.endswith("lands") else self.name

    @property
    def names(self) -> set[str]:
        """The names by which tables may call it."""
        return {self.name, self.name.removesuffix(places.NOT_SAID)}

    @property
    def file(self) -> str:
        """The name of its page's file without suffix: lower case, without accents."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return plain.lower().replace(" ", "_")

    @property
    def page(self) -> str:
        """Its page, as Sphinx names it."""
        return f"{FOLDER}/{self.file}"

    def is_named_by(self, place: str) -> bool:
        """Whether a cell names the State; a Union of which it is a member is not the State."""
        return _first(place) in self.names


class Tables:
    """The tables of the book, each read once, and what they say of a State."""

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder
        self._metadata: dict[str, Metadata] = {}
        self._records: dict[str, list[Row]] = {}
        self._by_code: dict[str, dict[str, list[Row]]] = {}

    @cached_property
    def states(self) -> dict[str, State]:
        """The participating States by code, in the order of their names."""
        found = [
            State(
                row["iso3"],
                row["name"],
                None if pd.isna(row["other_name"]) else row["other_name"],
                row,
            )
            for row in self.records(places.STATES)
        ]
        return {state.code: state for state in sorted(found, key=lambda state: state.file)}

    def state(self, code: str) -> State:
        """Return a State by its code. Raises StateError for an unknown one, with near codes."""
        if code in self.states:
            return self.states[code]
        near = difflib.get_close_matches(code.upper(), self.states, 3, 0.5)
        hint = f"Near codes are {', '.join(near)}." if near else "Codes have three capital letters."
        raise StateError(
            f"no participating State has the code {code!r}; write one of the column iso3 of "
            f"{places.STATES}. {hint}"
        )

    def metadata(self, table: str) -> Metadata:
        """Return what is known of a table without its rows."""
        if table not in self._metadata:
            self._metadata[table] = data.metadata(table, self.folder)
        return self._metadata[table]

    def records(self, table: str) -> list[Row]:
        """Return the rows of a table, each with its citations as ``cited``.

        Raises DataError if the table breaks its contract or a row names no source.
        """
        if table not in self._records:
            frame = data.read(table, self.folder)
            unsourced = frame.index[frame["source"].fillna("").eq("")]
            if len(unsourced):
                # The page would print a number that nobody can check.
                where = path_in_repository(self.metadata(table).csv_path)
                fault = f"line {unsourced[0] + 2}, column source: is empty; name the source"
                raise DataError(where, fault)
            # Once for all States: frames cost more than rows on pages of a few rows each.
            self._records[table] = frame.assign(cited=citations.by_row(frame)).to_dict("records")
        return self._records[table]

    def rows(self, table: str, state: State) -> list[Row]:
        """Return the rows of a table that speak of a State; none is no zero."""
        rows, fields = self.records(table), self.metadata(table).fields
        if codes := [field.name for field in fields if field.states]:
            if table not in self._by_code:
                grouped = self._by_code.setdefault(table, {})
                for row in rows:
                    if isinstance(code := row[codes[0]], str):
                        grouped.setdefault(code, []).append(row)
            return self._by_code[table].get(state.code, [])
        named = [field.name for field in fields if field.name in NAMED]
        if named:
            return [row for row in rows if state.is_named_by(row[named[0]])]
        if table == places.STATES:
            return [state.row]
        return rows if places.named_in(self.metadata(table).title, [state.name]) else []

    def of_union(self, table: str, state: State) -> list[Row]:
        """Return the rows on the European Union, if the State is a member; else none."""
        named = [field.name for field in self.metadata(table).fields if field.name in NAMED]
        if not (named and state.row["eu_2026"]):
            return []
        return [row for row in self.records(table) if _first(row[named[0]]) == UNION]

    def breaks(self, table: str, state: State) -> list[tuple[int, str]]:
        """Return year and words of the breaks that concern a State."""
        return [(each["year"], each["what"]) for each in self._breaks(table, state)]

    def counted(self, table: str, state: State, year: int, usual: str) -> str:
        """Return whom a table counts in a year: the words of the last break before it, or usual."""
        said = [
            each["then_counted"]
            for each in self._breaks(table, state)
            if "then_counted" in each and each["year"] <= year
        ]
        return said[-1] if said else usual

    def _breaks(self, table: str, state: State) -> list[Mapping[str, Any]]:
        found = self.metadata(table).breaks
        return [each for each in found if state.code in each.get("states", [state.code])]

    def remarks(self, table: str, state: State) -> str:
        """Return what the table says of this State alone; empty for nothing."""
        found = self.metadata(table).remarks
        return " ".join(each["what"] for each in found if state.code in each["states"])

    def limits(self, table: str) -> str:
        """Return what a table must not be used for. All of it: a limit never leaves a page."""
        return do_not_use(self.metadata(table).must_not_be_used_for)


def _first(place: str) -> str:
    first = place.partition(", ")[0]
    return SHORT.get(first, first)
