"""Which rows of the book's tables speak of a participating State, and how they may be used.

A table says it itself: by a column of codes, by a column with names, or, where it has none of
these, by its title. Nothing about a State is typed here. No Sphinx.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from decentwork import citations, data
from decentwork.repository import DATA, ROOT
from decentwork.tables import places

Row = Mapping[str, Any]

FOLDER = "book/states"
"""The folder with the pages of the States, seen from the root of the book."""

NAMED = ("state", "place")
"""Columns that hold names of States, if a table has no column of codes."""
FILE = "book/states.yml"
"""What the pages show, and by which other names texts call a State."""
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
        self.folder = folder
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

    def rows(self, table: str, state: State, columns: tuple[str, ...] = ()) -> list[Row]:
        """Return the rows of a table that speak of a State; none is no zero.

        ``columns`` name the State; without them a column of codes, one in `NAMED`, or the title.
        """
        return self._by_state(table, columns).get(state.code, [])

    def _rows_by_state(self, table: str, columns: tuple[str, ...] = ()) -> dict[str, list[Row]]:
        """Return the rows of a table by the codes of the States that each speaks of."""
        rows, about = self.records(table), self.metadata(table)
        coded = [each.name for each in about.fields if each.states]
        coded += ["iso3"] if table == places.STATES else []
        columns = columns or (*coded[:1],)
        columns = columns or tuple(each.name for each in about.fields if each.name in NAMED)[:1]
        if not columns:
            return dict.fromkeys(self.named(about.title), rows)
        found: dict[str, list[Row]] = {}
        for row in rows:
            for code in self.named(*(row[column] for column in columns)):
                found.setdefault(code, []).append(row)
        return found

    def codes_or_title(self, table: str) -> bool:
        """Return whether a table names States by code or place, or a State in its title."""
        about = self.metadata(table)
        columns = [each.name for each in about.fields if each.states or each.name in NAMED]
        has_source = "source" in {each.name for each in about.fields}
        return has_source and bool(columns or self.named(about.title))

    def named(self, *texts: object) -> list[str]:
        """Return the codes of the States that texts name, or whose codes they are.

        A Union of which a State is a member is not the State.
        """
        found: list[str] = []
        for text in texts:
            if isinstance(text, str) and set(codes := text.split("; ")) <= set(self.states):
                found += codes
            elif isinstance(text, str):
                found += [self._codes[name] for name in self._names.findall(text)]
        return [code for code in dict.fromkeys(found) if code]

    @cached_property
    def _codes(self) -> dict[str, str]:
        codes = {name: code for code, names in called()["also"].items() for name in names}
        codes |= {state.name: code for code, state in self.states.items()}
        return codes | dict.fromkeys(called()["never"], "")

    @cached_property
    def _names(self) -> re.Pattern:
        names = sorted(self._codes, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")

    def breaks(self, table: str, state: State) -> list[Mapping[str, Any]]:
        """Return the breaks of a table that concern a State, as its metadata has them."""
        found = self.metadata(table).breaks
        return [each for each in found if state.code in each.get("states", [state.code])]

    def remarks(self, table: str, state: State) -> str:
        """Return what a table says of this State alone."""
        said = self.metadata(table).remarks
        return " ".join(each["what"] for each in said if state.code in each["states"])


@cache
def called() -> Mapping[str, Any]:
    """Return what ``book/states.yml`` says of names: other names of States, and what is none."""
    return yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8"))["names"]


def _records(table: str, folder: Path) -> list[Row]:
    """Return the rows of a table, each with its citations as ``cited``."""
    frame = data.read(table, folder)
    # Once for all States: frames cost more than rows on pages of a few rows each.
    return frame.assign(cited=citations.by_row(frame)).to_dict("records")
