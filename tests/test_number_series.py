"""The list of series and the matrix of pairs agree with the tables and chapters that they name."""

from collections import Counter
from itertools import combinations_with_replacement

from bookmaking.checks.data import readers_of_tables
from decentwork import data


def test_each_series_names_a_table_that_its_chapter_reads():
    readers = readers_of_tables()
    wrong = [
        f"number-series, row {row.series!r}: {row.chapter} does not read {table}; fix one of them"
        for row in data.read("number-series").itertuples()
        for table in row.table.split("; ")
        if f"notebooks/{row.chapter}.ipynb" not in readers.get(table, ())
    ]
    assert not wrong, "\n".join(wrong)


def test_each_pair_of_numbers_has_one_answer():
    pairs = data.read("comparability")[["first", "second"]]
    rows = Counter(tuple(sorted(pair)) for pair in pairs.itertuples(index=False))
    names = sorted({*pairs["first"], *pairs["second"]})
    wrong = {
        pair: rows[pair] for pair in combinations_with_replacement(names, 2) if rows[pair] != 1
    }
    assert not wrong, f"keep one row of each pair in comparability: {wrong}"
