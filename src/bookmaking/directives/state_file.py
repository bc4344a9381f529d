"""The file with all that the tables say of a State, one value a row, beside its page."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

import pandas as pd

from bookmaking.directives.state_rows import State, Tables
from decentwork.tables.metadata import OF_THE_SOURCE

COLUMNS = (
    "state",
    "table",
    "measure",
    "year",
    "value",
    "low",
    "high",
    "unit",
    "source",
    "locator",
    "grade",
    "note",
)
YEARS = (
    "year", "edition", "period", "month", "when", "as_read", "publication_date", "as_of",
    "adopted", "since",
)  # fmt: skip
"""Columns that say when; the first that a table has is the year of its rows."""
NOT_MEASURED = {"iso3", "state", "place", *OF_THE_SOURCE, "note"}


def as_csv(tables: Tables, state: State, names: Iterable[str]) -> str:
    """Return the rows of the tables ``names`` that speak of a State, as CSV in long form.

    Columns: state (code), table, measure, year, value, low and high (the bounds of an interval;
    value is empty where they differ), unit, source (keys of references.bib), locator, grade, note.
    """
    rows = [row for name in dict.fromkeys(names) for row in _rows(tables, state, name)]
    written = StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _rows(tables: Tables, state: State, name: str) -> Iterator[dict[str, str]]:
    known = tables.metadata(name)
    columns = {each.name for each in known.fields}
    has_year = [column for column in YEARS if column in columns]
    when = has_year[0] if has_year else None
    other = [each for each in known.fields if each.name not in NOT_MEASURED | {when}]
    measured = [each.name for each in other if each.unit and each.unit != "year"]
    # A table of words has no units, and would show nothing if only measured columns were values.
    keys = [each.name for each in other if each.name in known.key]
    values = measured or [each.name for each in other if each.name not in keys]
    remarks = [each.name for each in other if each.name not in (*values, *keys)]
    for row in tables.rows(name, state):
        shared = {
            "state": state.code,
            "table": name,
            "year": _text(row[when]) if when else known.as_of,
            **{column: _text(row[column]) for column in OF_THE_SOURCE},
            "note": "; ".join(_remarks(row, remarks)),
        }
        key = ", ".join(_text(row[column]) for column in keys)
        for column in values:
            if column.endswith("_high") and column.removesuffix("high") + "low" in values:
                continue
            yield shared | _value(row, column, key, known.units, values)


def _value(row: dict, column: str, key: str, units: dict[str, str], values: list[str]) -> dict:
    stem = column.removesuffix("_low")
    low = high = value = _text(row[column])
    if column.endswith("_low") and f"{stem}_high" in values:
        high = _text(row[f"{stem}_high"])
        value = low if low == high else ""
    elif column not in units:
        low = high = ""
    measure = f"{key}: {stem}" if key else stem
    return {"measure": measure, "value": value, "low": low, "high": high,
            "unit": units.get(column, "")}  # fmt: skip


def _remarks(row: dict, columns: list[str]) -> Iterator[str]:
    yield from (f"{column}: {_text(row[column])}" for column in columns if _text(row[column]))
    if "note" in row and _text(row["note"]):
        yield _text(row["note"])
    if "place" in row or "state" in row:
        yield f"said of: {_text(row.get('place', row.get('state')))}"


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}"
    return str(cell)
