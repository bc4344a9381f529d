"""What the pages of the States show of which table, as ``book/states.yml`` says it, and as words.

A cell, a number, an interval, a day or a count of persons is written here as pages show it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined

from bookmaking.directives.elements import NOTHING
from bookmaking.directives.state_rows import Row
from decentwork.days import in_words
from decentwork.repository import ROOT
from decentwork.treaties import NAMES

FILE = "book/states.yml"
KINDS = ("measure", "listing", "persons", "monitors")
ON_TRAFFICKING = ("PALERMO", "CETS197", "ILO_P029")
"""The treaties that the first paragraph of a page names, and that come first on it."""
TREATIES = {code: NAMES[code] for code in (*ON_TRAFFICKING, *NAMES)}
"""The names of the treaties, in the order in which a page shows them."""


@dataclass(frozen=True)
class Part:
    """Rows of one table in a theme; the head of ``book/states.yml`` says what each field means."""

    kind: str
    table: str
    title: str
    absent: str
    in_place: bool = False
    unread: bool = False
    of_union: str = ""
    collected_by: str = ""
    not_of: str = ""
    show: str = ""
    where: dict[str, str] = field(default_factory=dict)
    when: str = "year"
    to_know: str = ""
    same: str = ""
    marked: str = ""
    columns: dict[str, str] | list[str] = field(default_factory=dict)
    filled: str = ""
    by: str = ""
    readings: dict[str, str] = field(default_factory=dict)
    totals: str = ""
    points: dict[str, list[str]] = field(default_factory=dict)
    sentences: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Theme:
    """A section of the page: its parts, and a sentence on how to read them."""

    title: str
    to_read: str
    parts: tuple[Part, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """Return the sections of the page after memberships and treaties, in their order.

    Raises TypeError for a field that no part has, StopIteration for a part of no known kind.
    """
    written = yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8"))
    return tuple(Theme(**{**each, "parts": tuple(map(_part, each["parts"]))}) for each in written)


def _part(fields: dict[str, object]) -> Part:
    kind = next(name for name in KINDS if name in fields)
    return Part(kind=kind, table=str(fields.pop(kind)), **fields)


# ------------------------------------------------------------------ words of a cell


def cell(shown: str, row: Row) -> str:
    """Return what a cell shows of a row: a column, or an expression over its columns."""
    if "{" in shown:
        return _expression(shown)(row)
    return NOTHING if pd.isna(row[shown]) else str(row[shown])


@cache
def _expression(shown: str) -> Callable[[Row], str]:
    expressions = Environment(undefined=StrictUndefined)
    expressions.filters["number"] = number
    expressions.tests["known"] = pd.notna
    return expressions.from_string(shown).render


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals; "–" for none."""
    if pd.isna(value):
        return NOTHING
    whole = float(value).is_integer()
    return f"{int(value):,}" if whole else f"{float(value):,.2f}".rstrip("0").rstrip(".")


def interval(row: Row) -> str:
    """Return the persons of a row as a number, or its bounds where they differ."""
    low, high = row["persons_low"], row["persons_high"]
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def day(when: object) -> str:
    """Return a day or month in words, "–" for none, and other words as they are."""
    if pd.isna(when):
        return NOTHING
    return in_words(f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else str(when))


def count(row: Row | None) -> str:
    """Return the persons of a row as a number or an interval, and whether they are in doubt."""
    if row is None or pd.isna(row["persons_low"]):
        return "not reported" if row and row.get("reading") == "not reported" else NOTHING
    return interval(row) + (", doubtful" if row.get("reading") == "doubtful" else "")
