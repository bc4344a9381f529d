"""The list of series and the matrix of pairs agree with the tables and chapters that they name."""

from itertools import combinations_with_replacement

import pandas as pd

from bookmaking.checks.data import readers_of_tables
from decentwork import data


def wrong_series(series: pd.DataFrame, readers: dict[str, list[str]]) -> list[str]:
    """Return series whose table is unknown, or unread in the chapter."""
    found = []
    for row in series.to_dict("records"):
        place = f"number-series, row {row['series']!r}"
        for table in row["table"].split("; "):
            if f"notebooks/{row['chapter']}.ipynb" not in readers.get(table, ()):
                found.append(f"{place}: {row['chapter']} does not read {table}; fix one of them")
    return found


def missing_pairs(pairs: pd.DataFrame) -> list[str]:
    """Return the pairs of two numbers, or of one with itself, that have no row or more than one."""
    names = sorted({*pairs["first"], *pairs["second"]})
    rows = [tuple(sorted(pair)) for pair in pairs[["first", "second"]].itertuples(index=False)]
    return [
        f"comparability: {first} and {second} have {rows.count((first, second))} rows; keep one"
        for first, second in combinations_with_replacement(names, 2)
        if rows.count((first, second)) != 1
    ]


def test_each_series_names_a_table_that_its_chapter_reads():
    problems = wrong_series(data.read("number-series"), readers_of_tables())
    assert not problems, "\n".join(problems)


def test_each_pair_of_numbers_has_one_answer():
    problems = missing_pairs(data.read("comparability"))
    assert not problems, "\n".join(problems)
