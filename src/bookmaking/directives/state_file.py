"""The file with all that the tables say of a State, one value a row, next to its page."""

from collections.abc import Iterable, Iterator

import pandas as pd

from bookmaking.directives.state_rows import State, Tables
from decentwork.tables.metadata import OF_THE_SOURCE

COLUMNS = ("state", "table", "measure", "year", "value", "low", "high", "unit", "source",
           "locator", "grade", "note")  # fmt: skip
YEARS = ("year", "edition", "period", "month", "when", "as_read", "publication_date", "as_of",
         "adopted", "since")  # fmt: skip
"""Columns that say when; the first that a table has is the year of its rows."""
NOT_MEASURED = {"iso3", "state", "place", *OF_THE_SOURCE, "note"}


def as_csv(tables: Tables, state: State, names: Iterable[str]) -> str:
    """Return the rows of the tables ``names`` that speak of a State, as CSV in long form.

    Columns: state (code), table, measure, year, value, low and high (the bounds of an interval;
    value is empty where they differ), unit, source (keys of references.bib), locator, grade, note.
    """
    rows = [{"state": state.code, **row} for name in names for row in _rows(tables, state, name)]
    return pd.DataFrame(rows, columns=COLUMNS).to_csv(index=False, lineterminator="\n")


def _rows(tables: Tables, state: State, name: str) -> Iterator[dict[str, str]]:
    about = tables.metadata(name)
    units, all_columns = about.units, {each.name for each in about.fields}
    when = next((column for column in YEARS if column in all_columns), None)
    other = [each for each in about.fields if each.name not in NOT_MEASURED | {when}]
    keys = [each.name for each in other if each.name in about.key]
    # A table of words has no units, and would show nothing if only measured columns were values.
    values = [each.name for each in other if each.unit and each.unit != "year"] or [
        each.name for each in other if each.name not in keys
    ]
    remarks = [each.name for each in other if each.name not in (*values, *keys)]
    for row in tables.rows(name, state):
        said = {column: _text(cell) for column, cell in row.items() if column != "cited"}
        note = [f"{column}: {said[column]}" for column in remarks if said[column]]
        note += [said["note"]] if said.get("note") else []
        note += [f"said of: {said[each]}" for each in ("place", "state") if each in said][:1]
        shared = {
            "table": name,
            "year": said[when] if when else about.as_of,
            **{column: said[column] for column in OF_THE_SOURCE},
            "note": "; ".join(note),
        }
        key = ", ".join(said[column] for column in keys)
        for column in values:
            if column.endswith("_high") and f"{column.removesuffix('high')}low" in values:
                continue
            value, stem = said[column], column.removesuffix("_low")
            low = high = value if column in units else ""
            if column != stem and f"{stem}_high" in values:
                high = said[f"{stem}_high"]
                value = low if low == high else ""
            yield shared | {
                "measure": f"{key}: {stem}" if key else stem,
                "value": value,
                "low": low,
                "high": high,
                "unit": units.get(column, ""),
            }


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else str(cell)
