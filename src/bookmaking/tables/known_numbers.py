"""The numbers of a table that were computed in its original by another way: do they agree?

The schema of metadata (``metadata.schema.yml``) explains the fields of a known number.
"""

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from decentwork import data
from decentwork.tables.metadata import Metadata

ROUNDED = Decimal("0.0005")
"""The part by which a known number may be rounded: a change of a cell must not hide in it."""
EXACT = Decimal("1e-9")
TAKEN = {
    "sum": lambda cells: sum(map(Decimal, cells)),
    "min": lambda cells: min(cells, key=_in_order),
    "max": lambda cells: max(cells, key=_in_order),
    "count": len,
    "value": lambda cells: cells[0] if len(cells) == 1 else f"{len(cells)} cells",
}
NUMBER = (int, float)
Row = Mapping[str, str]
"""A row of a table: the text of each cell by its column."""
Known = Mapping[str, Any]
"""A known number, as `Metadata.known_numbers` has it."""


def given(known: Known, rows: Sequence[Row]) -> Any:
    """Return what the rows of a table give for a known number: a number, or a text."""
    chosen = [row for row in rows if all(_same(row[c], v) for c, v in known["where"].items())]
    if known["column"] is None:
        return len(chosen)
    cells = [row[known["column"]] for row in chosen if row[known["column"]] != ""]
    try:
        return TAKEN[known["take"]](cells) if cells or known["take"] == "count" else "no cell"
    except ArithmeticError:
        return "no number"


def agrees(known: Known, found: Any) -> bool:
    """Return whether a number or a text is the known one.

    A pair of numbers is a range; then the known number must lie in it.
    """
    expected = known["is"]
    if isinstance(found, tuple):
        low, high = found
        return bool(low <= expected <= high)
    if isinstance(expected, str):
        return _same(str(found), expected)
    wanted = Decimal(str(expected))
    try:
        apart = abs(Decimal(str(found)) - wanted)
    except ArithmeticError:
        return False
    half_a_digit = Decimal(1).scaleb(min(int(wanted.as_tuple().exponent), 0)) / 2
    return apart <= max(min(half_a_digit, ROUNDED * abs(wanted)), EXACT)


def not_given(metadata: Metadata) -> list[tuple[Known, Any]]:
    """Return the known numbers that a table does not give, each with what it gives instead."""
    with metadata.csv_path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = [(known, given(known, rows)) for known in metadata.known_numbers]
    return [(known, number) for known, number in found if not agrees(known, number)]


def apart(frame: pd.DataFrame, found: Mapping[str, Any]) -> list[str]:
    """Return where the known numbers of a table and what was found without its builder differ.

    Parameters
    ----------
    frame
        The table, as `decentwork.data.read` returns it.
    found
        The numbers by what they say. A pair of numbers is a range in which the known one must
        lie, as for numbers that are drawn by chance.
    """
    name = frame.attrs["name"]
    kept = {known["what"]: known for known in data.metadata(name).known_numbers}
    problems = [
        f"{name}, “{what}”: {found.get(what, 'nothing')} was found, and the metadata knows "
        f"{known['is']}; read the original"
        for what, known in kept.items()
        if not agrees(known, found.get(what, "nothing"))
    ]
    unknown = sorted(found.keys() - kept.keys())
    return problems + [f"{name}: its metadata does not know “{what}”; add it" for what in unknown]


def _same(cell: str, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_same(cell, each) for each in wanted)
    if isinstance(wanted, bool):
        return cell.lower() == str(wanted).lower()
    if isinstance(wanted, NUMBER):
        try:
            return Decimal(cell) == Decimal(str(wanted))
        except ArithmeticError:
            return False
    return cell == wanted


def _in_order(cell: str) -> tuple[Decimal, str]:
    try:
        return Decimal(cell), ""
    except ArithmeticError:
        return Decimal(0), cell
