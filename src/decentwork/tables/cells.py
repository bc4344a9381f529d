"""Cells of a CSV file: the faults in their text, the values that they hold, and back to text."""

import difflib
import re
from datetime import date
from typing import Any

import pandas as pd

from decentwork.tables.fields import Field
from decentwork.tables.places import STATES

_SHAPES = {
    "integer": (re.compile(r"-?\d+"), "a whole number, digits only"),
    "number": (
        re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?"),
        "a number with a decimal point, no commas",
    ),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "a date as YYYY-MM-DD"),
    "boolean": (re.compile(r"true|false"), "true or false"),
}


def faults(
    field: Field, cells: pd.Series, lines: list[int], states: frozenset[str] | None
) -> list[str]:
    """Return a sentence for each cell of a column that breaks a rule of its field.

    Parameters
    ----------
    cells
        The text of the column's cells.
    lines
        The line of the file in which each cell stands.
    states
        The codes that may stand in the column, where it holds codes of participating States.
    """
    fault_in = _checker(field, states)
    seen: dict[str, str | None] = {}
    found = []
    for line, text in zip(lines, cells, strict=True):
        if text not in seen:
            seen[text] = fault_in(text)
        if seen[text]:
            found.append(f"line {line}, column {field.name}: {seen[text]}")
    return found


def _checker(field: Field, states: frozenset[str] | None):
    shape, meaning = _SHAPES.get(field.type, (None, ""))
    pattern = re.compile(field.pattern) if field.pattern else None
    allowed = [_of_closed_list(value) for value in field.enum or ()]

    def fault_in(text: str) -> str | None:
        if text == "":
            return "is empty; fill it in" if field.required else None
        if text != text.strip():
            return f"{text!r} begins or ends with a space; take it away"
        if shape and not shape.fullmatch(text):
            return f"{text!r} is not {meaning}"
        if field.type == "date" and not _is_date(text):
            return f"{text!r} is not a day of the calendar"
        if states is not None and text not in states:
            near = difflib.get_close_matches(text, states, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            return (
                f"{text!r} is not the code of a participating State; {hint}See the table {STATES}"
            )
        if allowed and text not in allowed:
            near = difflib.get_close_matches(text, allowed, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(allowed)}"
            return f"{text!r} is not in the closed list; {hint}"
        if pattern and not pattern.fullmatch(text):
            return f"{text!r} does not have the form {field.pattern}"
        if field.minimum is not None and float(text) < field.minimum:
            return f"{text} is below the minimum {field.minimum:g}; check the value in the source"
        if field.maximum is not None and float(text) > field.maximum:
            return f"{text} is above the maximum {field.maximum:g}; check the value in the source"
        return None

    return fault_in


def _of_closed_list(value: Any) -> str:
    """Return the text of an allowed value as a cell holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def values(field: Field, cells: pd.Series) -> pd.Series:
    """Return the values of a column whose text is sound, in the type of its field."""
    cells = cells.replace("", pd.NA)
    if field.type == "integer":
        return cells.astype("Int64")
    if field.type == "number":
        return cells.astype("Float64").astype("float64")
    if field.type == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    if field.type == "date":
        return pd.to_datetime(cells, format="%Y-%m-%d")
    return cells


def text(field: Field, value: Any) -> str:
    """Return the text of one value: numbers to twelve significant digits, dates as YYYY-MM-DD."""
    if pd.isna(value):
        return ""
    if field.type == "number" and isinstance(value, (int, float)):
        return f"{value:.12g}"
    if field.type == "integer" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    if field.type == "boolean" and not isinstance(value, str):
        return "true" if value else "false"
    if field.type == "date" and not isinstance(value, str):
        return value.strftime("%Y-%m-%d")
    return str(value)
