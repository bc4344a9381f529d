"""What the pages of the States show of which table, as ``book/states.yml`` says it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined

from bookmaking.directives.elements import NOTHING
from bookmaking.directives.state_rows import Row
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
    return tuple(
        Theme(theme["title"], theme["to_read"], tuple(_part(**each) for each in theme["parts"]))
        for theme in written
    )


def _part(**fields: object) -> Part:
    kind = next(name for name in KINDS if name in fields)
    return Part(kind=kind, table=str(fields.pop(kind)), **fields)


def tables_used() -> tuple[str, ...]:
    """Return the tables of all themes, each once."""
    return tuple(dict.fromkeys(part.table for theme in themes() for part in theme.parts))


def cell(shown: str, row: Row) -> str:
    """Return what a cell shows of a row: a column, or an expression over its columns."""
    if "{" in shown:
        return _expression(shown)(row)
    return NOTHING if pd.isna(row[shown]) else str(row[shown])


@cache
def _expression(shown: str) -> Callable[[Row], str]:
    expressions = Environment(undefined=StrictUndefined)
    expressions.filters["number"] = number
    expressions.tests["known"] = lambda value: not pd.isna(value)
    return expressions.from_string(shown).render


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals; "–" for none."""
    if pd.isna(value):
        return NOTHING
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")


def interval(low: object, high: object) -> str:
    """Return a number, or its bounds where they differ."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"
