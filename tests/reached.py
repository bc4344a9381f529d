"""What tests of second paths share: rows that a test read in the originals, compared with a table.

A test reads an original as plain text, without the builder of the table, and gives the rows that
the table should have, with the columns that it reached. Here these are compared with the table cell
by cell. A check compares the table with its known numbers, which are in a public clone in place of
the originals.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

import pandas as pd

from at_hand import original
from decentwork import data

Rows = pd.DataFrame | Iterable[Mapping[str, Any]]


def second_path(
    table: str, within: float = 1e-9, of: str = ""
) -> Callable[[Callable[[], Rows]], Any]:
    """Make a test of a function that gives the rows of a table, reached without its builder.

    ``rows`` of the test is the function itself, for other tests that need these rows.
    """

    def made(rows: Callable[[], Rows]) -> Any:
        def test() -> None:
            assert_same(table, rows(), within, of)

        test.__name__, test.__doc__, test.rows = rows.__name__, rows.__doc__, rows
        return test

    return made


def assert_same(table: str, rows: Rows, within: float = 1e-9, of: str = "") -> None:
    """Fail with each place where a table differs from rows of the originals.

    But for corrections that its metadata explain, each of which must differ.

    Parameters
    ----------
    table
        The name of the table.
    rows
        The key and the reached columns of each row. None is a cell without a value; a pair of
        numbers is a range, as for numbers that are drawn by chance.
    within
        How far a number may be from that of the original: half a unit of a rounded column.
    of
        A query for the rows of the table that the original can have. Without it, all.
    """
    metadata = data.metadata(table)
    key = list(metadata.key)
    theirs = pd.DataFrame(rows if isinstance(rows, pd.DataFrame) else list(rows), dtype=object)
    asked = {known["column"] for known in metadata.known_numbers if known["column"]}
    assert not asked - set(theirs), f"{table}: {asked - set(theirs)} were not reached"
    ours = data.read(table).query(of) if of else data.read(table)
    cells = {"table": ours[[*theirs]], "original": theirs}
    found = {}
    for name, frame in cells.items():
        texts = frame.map(as_text).set_index(key)
        assert texts.index.is_unique, f"{table}: a key appears twice in the {name}"
        found[name] = texts.stack()
    both = pd.DataFrame(found)
    ends = both["original"].str.split(" to ")
    low, high = (pd.to_numeric(ends.str[end], errors="coerce") for end in (0, -1))
    number = pd.to_numeric(both["table"], errors="coerce")
    same = (both["table"] == both["original"]) | number.between(low - within, high + within)
    differing = {
        (place, None if both.loc[(*place, column)].isna().any() else column)
        for *place, column in both.index[~same]
        for place in [tuple(place)]
    }
    corrected = {
        (tuple(map(str, each["row"])), each.get("column"))
        for each in metadata.corrections
        if each.get("column") in (None, *theirs)
    }
    assert differing == corrected, (
        f"{table}: correct what differs from the original, or say why under corrections in "
        f"{metadata.path.name}: {differing - corrected}; take out corrections of what does not "
        f"differ: {corrected - differing}\n{both[~same].to_string(max_rows=20)}"
    )


def as_text(value: Any) -> str:
    """Return a cell as text, in one form for what a table and what an original have."""
    if isinstance(value, tuple):
        return " to ".join(map(as_text, map(float, value)))
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, float)):  # A whole number is the same with and without .0.
        return re.sub(r"(?<=\d)\.0+$", "", value if isinstance(value, str) else f"{value:.12g}")
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


# ------------------------------------------------------------------ reading an original


@cache
def _whole(file: str) -> pd.DataFrame:
    return pd.read_csv(original(file), dtype=str, keep_default_na=False)


def cut(file: str, columns: str = "", where: str = "", **words: Any) -> pd.DataFrame:
    """Return rows and columns of an original as text; an empty cell is an empty text.

    Parameters
    ----------
    file
        The original, as the catalogue names it.
    columns
        What to keep: names, each as ``name`` or ``ours=theirs``. Without any, all.
    where
        A query for the rows, in their names.
    words
        For a column, by our name: our word for theirs as a mapping, where others stay as they are,
        or a function of one text.
    """
    frame = _whole(file)
    frame = frame.query(where) if where else frame
    if columns:
        pairs = [each.partition("=") for each in columns.split()]
        frame = frame[[theirs or ours for ours, _, theirs in pairs]]
        frame = frame.set_axis([ours for ours, *_ in pairs], axis=1)
    new = {
        column: frame[column].map(how) if callable(how) else frame[column].replace(how)
        for column, how in words.items()
    }
    return frame.assign(**new)


@cache
def _workbook() -> pd.DataFrame:
    path = original("unodc-glotip-2025-10/data_glotip_2025-10-28.xlsx")
    frame = pd.read_excel(
        path, "data_glotip_1", header=2, dtype=str, keep_default_na=False, engine="calamine"
    )
    return frame[frame["Iso3_code"].isin(data.states().index)]


def cells_of_the_workbook(*indicators: str) -> pd.DataFrame:
    """Return rows of the newer workbook of the UNODC on participating States, as text."""
    frame = _workbook()
    return frame[frame["Indicator"].isin(indicators)]


def value(file: str, where: str, column: str = "value") -> float:
    """Return the one number of an original that a query names."""
    (found,) = cut(file, where=where)[column]
    return float(found)


def rounded(number: Decimal, places: int) -> Decimal:
    """Return a number to so many places; one that lies between two goes to the even one."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
