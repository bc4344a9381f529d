"""Which rows of the book's tables speak of a participating State, and how they may be used.

A table says it itself: by a column of codes, by a column ``place`` or ``state`` with names, or,
where it has none of these, by its title. Nothing about a State is typed here. No Sphinx.
"""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import citations, data
from decentwork.repository import DATA
from decentwork.tables import places
from decentwork.tables.metadata import do_not_use

Row = Mapping[str, Any]

FOLDER = "book/states"
"""The folder with the pages of the States, seen from the root of the book."""

NAMED = ("state", "place")
"""Columns that hold the name of a State, of a Union, or of a State and a detail after a comma."""
UNION = "European Union"
SHORT = {"EU": UNION, "UK": "United Kingdom", "US": "United States"}
"""Short names that tables use."""
WITH_ARTICLE = {"Republic", "Federation", "Kingdom", "States", "See"}


class StateError(ValueError):
    """A page of a State that cannot be made; the message says where and what to do."""


@dataclass(frozen=True)
class State:
    """A participating State: its code, its names, and its row in the table of States."""

    code: str
    name: str
    other_name: str
    row: Row

    @property
    def called(self) -> str:
        """The name as it is within a sentence, with its article if it has one."""
        has_article = WITH_ARTICLE & set(self.name.split()) or self.name.endswith("lands")
        return f"the {self.name}" if has_article else self.name

    @property
    def file(self) -> str:
        """The name of its page's file without suffix: lower case, without accents."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return plain.lower().replace(" ", "_")

    @property
    def page(self) -> str:
        """Its page, as Sphinx names it."""
        return f"{FOLDER}/{self.file}"


class Tables:
    """The tables of the book, each read once, and what they say of a State."""

    def __init__(self, folder: Path = DATA) -> None:
        self.metadata = cache(partial(data.metadata, folder=folder))
        self.records = cache(partial(_records, folder=folder))
        self._by_state = cache(self._rows_by_state)

    @cached_property
    def states(self) -> dict[str, State]:
        """The participating States by code, in the order of their names."""
        found = []
        for row in self.records(places.STATES):
            other_name = "" if pd.isna(row["other_name"]) else row["other_name"]
            found.append(State(row["iso3"], row["name"], other_name, row))
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

    def rows(self, table: str, state: State) -> list[Row]:
        """Return the rows of a table that speak of a State; none is no zero."""
        return self._by_state(table).get(state.code, [])

    def of_union(self, table: str, state: State) -> list[Row]:
        """Return the rows on the European Union, if the State is a member; else none."""
        return self._by_state(table).get(UNION, []) if state.row["eu_2026"] else []

    def _rows_by_state(self, table: str) -> dict[str, list[Row]]:
        """Return the rows of a table by the code of the State that each speaks of, or `UNION`."""
        rows, about = self.records(table), self.metadata(table)
        coded = [each.name for each in about.fields if each.states]
        coded += ["iso3"] if table == places.STATES else []
        named = [each.name for each in about.fields if each.name in NAMED]
        if not (coded or named):
            return {code: rows for code, state in self.states.items()
                    if places.named_in(about.title, [state.name])}  # fmt: skip
        found: dict[str, list[Row]] = {}
        for row in rows:
            # A Union of which a State is a member is not the State.
            code = row[coded[0]] if coded else self._code(row[named[0]])
            if isinstance(code, str):
                found.setdefault(code, []).append(row)
        return found

    def _code(self, place: str) -> str | None:
        first = place.partition(", ")[0]
        return self._codes.get(SHORT.get(first, first))

    @cached_property
    def _codes(self) -> dict[str, str]:
        named = {state.name: code for code, state in self.states.items()}
        return named | {n.removesuffix(places.NOT_SAID): named[n] for n in named} | {UNION: UNION}

    def breaks(self, table: str, state: State) -> list[Mapping[str, Any]]:
        """Return the breaks of a table that concern a State, as its metadata has them."""
        found = self.metadata(table).breaks
        return [each for each in found if state.code in each.get("states", [state.code])]

    def known(self, table: str, state: State) -> str:
        """Return what a table says of this State alone, and what it must not be used for."""
        remarks = self.metadata(table).remarks
        said = [each["what"] for each in remarks if state.code in each["states"]]
        return " ".join(filter(None, [*said, self.limits(table)]))

    def limits(self, table: str) -> str:
        """Return what a table must not be used for. All of it: a limit never leaves a page."""
        return do_not_use(self.metadata(table).must_not_be_used_for)


def _records(table: str, folder: Path) -> list[Row]:
    """Return the rows of a table, each with its citations as ``cited``."""
    frame = data.read(table, folder)
    # Once for all States: frames cost more than rows on pages of a few rows each.
    return frame.assign(cited=citations.by_row(frame)).to_dict("records")
