"""``{compare-states}``: series of several States side by side, chosen by the reader.

Without scripts the page shows the newest number of each series and State. The script
compare_states.js draws lines, a table or tiles from the same values. Nothing is ranked: States
stand in the order of their names, and each chart has a scale of its own.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
from docutils import nodes

from bookmaking.directives import state_content
from bookmaking.directives.elements import PARALLEL, WritesHtml, note_tables, render
from bookmaking.directives.state import tables_of
from bookmaking.directives.state_first import ALL, DETECTED
from bookmaking.directives.state_rows import FOLDER, Row, Tables
from decentwork.tile_places import PLACES

FIRST_YEAR = 2008
PROCEEDINGS, INSPECTORS = "criminal-justice-counts", "labour-inspectors"
WAYS = {
    "all-forms": ("Victims found, all forms of trafficking", "persons", DETECTED, ALL),
    "forced-labour": ("Victims found, forced labour", "persons", DETECTED, "forced labour"),
    "sexual-exploitation": (
        "Victims found, sexual exploitation", "persons", DETECTED, "sexual exploitation",
    ),
    "prosecuted": ("Persons prosecuted, all forms", "persons", PROCEEDINGS, "prosecuted"),
    "convicted": ("Persons convicted, all forms", "persons", PROCEEDINGS, "convicted"),
    "inspectors": ("Labour inspectors", "for 10,000 employed people", INSPECTORS, ""),
}  # fmt: skip
"""The series: name in the address, title, unit, table, and the rows of that table."""
COLUMN = {DETECTED: "form", PROCEEDINGS: "step"}
"""The column that says of which series a row is."""


def bounds(row: Row) -> tuple[float, float] | None:
    """Return the lowest and the highest number that a row allows; None without a number."""
    names = ("per_10000",) * 2 if "per_10000" in row else ("persons_low", "persons_high")
    found = row[names[0]], row[names[1]]
    return None if pd.isna(found[0]) else found


def series_of(tables: Tables, name: str) -> dict[str, dict[int, tuple[float, float]]]:
    """Return the bounds of each State and year of a series, by code and year; no number, no key."""
    _, _, table, kind = WAYS[name]
    found = {}
    for code, state in tables.states.items():
        rows = [row for row in tables.rows(table, state) if row["year"] >= FIRST_YEAR]
        rows = [row for row in rows if not kind or row[COLUMN[table]] == kind]
        found[code] = {row["year"]: both for row in rows if (both := bounds(row))}
    return found


def exceeding(form: Mapping[int, tuple], whole: Mapping[int, tuple]) -> list[int]:
    """Return the years in which a form has more persons than all forms: two ways of counting."""
    return [year for year, (low, _) in form.items() if year in whole and low > whole[year][1]]


def values(tables: Tables) -> dict[str, Any]:
    """Return what the script draws: years, States, and by series its values, breaks and limits."""
    numbers = {name: series_of(tables, name) for name in WAYS}
    last = max(year for by in numbers.values() for own in by.values() for year in own)
    years = range(FIRST_YEAR, last + 1)
    series = []
    for name, (title, unit, table, _) in WAYS.items():
        own = numbers[name]
        series.append({
            "name": name, "title": title, "unit": unit,
            "last": max(row["year"] for row in tables.records(table)),
            "limits": tables.metadata(table).must_not_be_used_for,
            "values": {code: [_short(own[code].get(year)) for year in years] for code in own},
            "exceeds": {code: found for code in own if table == DETECTED
                        and (found := exceeding(own[code], numbers["all-forms"][code]))},
            "breaks": {code: found for code, state in tables.states.items() if (found := [
                (each["year"], each["what"]) for each in tables.breaks(table, state)
                if each["year"] > FIRST_YEAR])},
            "remarks": {code: found for code, state in tables.states.items()
                        if (found := tables.remarks(table, state))},
        })  # fmt: skip
    states = [{"code": code, "name": state.name, "page": f"{state.file}.html", "tile": PLACES[code]}
              for code, state in tables.states.items()]  # fmt: skip
    return {"years": list(years), "states": states, "series": series}


def _short(both: tuple[float, float] | None) -> float | list[float] | None:
    if both is None:
        return None
    low, high = (int(each) if float(each).is_integer() else float(each) for each in both)
    return low if low == high else [low, high]


def newest(tables: Tables) -> list[SimpleNamespace]:
    """Return each State with the newest number of each series, as text with its year."""
    numbers = [series_of(tables, name) for name in WAYS]
    return [
        SimpleNamespace(state=state, cells=[
            f"{state_content.span(*own[code][max(own[code])])} ({max(own[code])})"
            if own[code] else "no number" for own in numbers
        ])
        for code, state in tables.states.items()
    ]  # fmt: skip


class CompareStates(WritesHtml):
    """``{compare-states}``: the form, the values, and the table for readers without scripts."""

    def run(self) -> list[nodes.Node]:
        """Return it."""
        tables = tables_of(Path(self.env.srcdir))
        note_tables(self.env, *map(tables.metadata, dict.fromkeys(way[2] for way in WAYS.values())))
        folder = "../" * self.env.docname.count("/") + FOLDER
        written = json.dumps(values(tables), ensure_ascii=False, separators=(",", ":"))
        return self.nodes_of(render(
            "compare_states.html", folder=folder, newest=newest(tables),
            titles=[(title, unit) for title, unit, *_ in WAYS.values()],
            values=written,
        ))  # fmt: skip


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("compare-states", CompareStates)
    return PARALLEL
