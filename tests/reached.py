"""What tests of second paths share: rows that a test read in the originals, held to the table.

A test reads an original as plain text, without the builder of the table, and gives the rows that
the table should have, with the columns that it reached. Here these are held to the table cell by
cell, and, where the table is built, to its known numbers, which stand in for the originals in a
public clone.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from bookmaking.tables import known_numbers
from decentwork import data

Row = dict[str, Any]


def second_path(table: str, within: float = 1e-9) -> Callable[[Callable[[], Any]], Any]:
    """Make a test of a function that gives the rows of a table, reached without its builder.

    ``rows`` of the test is the function itself, for other tests that need these rows.
    """

    def made(rows: Callable[[], Any]) -> Any:
        def test() -> None:
            hold(data.read(table), list(rows()), within)

        test.__name__, test.__doc__, test.rows = rows.__name__, rows.__doc__, rows
        return test

    return made


def hold(frame: pd.DataFrame, rows: Sequence[Row], within: float = 1e-9) -> None:
    """Fail with each place where a table or its known numbers differ from rows of the originals.

    Parameters
    ----------
    frame
        The table, as `data.read` gives it.
    rows
        The key and the reached columns of each row. None is a cell without a value.
    within
        How far a number may be from that of the original: half a unit of a rounded column.
    """
    metadata = data.metadata(frame.attrs["name"])
    problems = _cells(frame, rows, list(metadata.key), within)
    if metadata.builder:
        texts = [{column: _text(value) for column, value in row.items()} for row in rows]
        cells = pd.DataFrame(texts).fillna("").astype(object)
        reached = {
            known["what"]: known_numbers.given(known, cells) for known in metadata.known_numbers
        }
        problems += apart(frame, reached)
    assert not problems, f"{metadata.path.stem}: " + "\n".join(problems[:20])


def apart(frame: pd.DataFrame, found: Row) -> list[str]:
    """Return where the known numbers of a table and what was found without its builder differ.

    ``found`` has the numbers by what they say. A pair of numbers is a range in which the known one
    must lie, as for numbers that are drawn by chance.
    """
    kept = {each["what"]: each for each in data.metadata(frame.attrs["name"]).known_numbers}
    problems = [
        f"“{what}”: {found.get(what, 'nothing')} was found, and the metadata knows {known['is']}"
        for what, known in kept.items()
        if not known_numbers.agrees(known, found.get(what, "nothing"))
    ]
    return problems + [f"no known number is “{what}”" for what in found.keys() - kept.keys()]


def _cells(frame: pd.DataFrame, rows: Sequence[Row], key: list[str], within: float) -> list[str]:
    columns = [column for column in rows[0] if column not in key]
    given = [*zip(frame[key].to_dict("records"), frame[columns].to_dict("records"), strict=True)]
    ours = [tuple(_text(part[name]) for name in key) for part, _ in given]
    theirs = [tuple(_text(row[name]) for name in key) for row in rows]
    more, fewer = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    problems = [f"row {each} is not in the original" for each in more]
    problems += [f"row {each} of the original is not in the table" for each in fewer]
    by_key = dict(zip(theirs, rows, strict=True))
    for place, (_, cells) in zip(ours, given, strict=True):
        for column in columns if place in by_key else ():
            mine, other = _text(cells[column]), _text(by_key[place][column])
            if not _same(mine, other, within):
                problems.append(f"row {place}, {column}: {mine!r}, in the original {other!r}")
    return problems


def _same(mine: str, other: str, within: float) -> bool:
    if mine == other:
        return True
    try:
        return abs(float(mine) - float(other)) <= within
    except ValueError:
        return False


def _text(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, float)):  # A whole number is the same with and without .0.
        return re.sub(r"(?<=\d)\.0+$", "", value if isinstance(value, str) else f"{value:.12g}")
    return value.isoformat()[:10] if isinstance(value, date) else str(value)
