"""The numbers of a table that were computed in its original by another way: do they agree?

The schema of metadata (``metadata.schema.yml``) explains the fields of a known number.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from bookmaking.tables.contract import chosen

ROUNDED = Decimal("0.0005")
"""The part by which a known number may be rounded: a change of a cell must not hide in it."""
EXACT = Decimal("1e-9")
Known = Mapping[str, Any]
"""A known number, as `Metadata.known_numbers` has it."""


def given(known: Known, cells: pd.DataFrame) -> Any:
    """Return what the cells of a table, as text, give for a known number: a number, or a text."""
    rows, take = cells[chosen(cells, known["where"])], known["take"]
    if known["column"] is None:
        return len(rows)
    filled = [cell for cell in rows[known["column"]] if cell != ""]
    if take == "count":
        return len(filled)
    if take == "value" or not filled:
        return filled[0] if len(filled) == 1 else f"{len(filled)} cells"
    try:
        return {"sum": sum, "min": min, "max": max}[take](map(Decimal, filled))
    except ArithmeticError:  # Days and other texts have a first and a last one.
        return {"min": min, "max": max}.get(take, str)(filled)


def agrees(known: Known, found: Any) -> bool:
    """Return whether a number or a text is the known one, which may be rounded."""
    expected = known["is"]
    if isinstance(expected, str):
        return str(found) == expected
    wanted = Decimal(str(expected))
    try:
        apart = abs(Decimal(str(found)) - wanted)
    except ArithmeticError:
        return False
    half_a_digit = Decimal(1).scaleb(min(int(wanted.as_tuple().exponent), 0)) / 2
    return apart <= max(min(half_a_digit, ROUNDED * abs(wanted)), EXACT)
