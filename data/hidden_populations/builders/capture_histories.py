"""capture-histories: how many cases stand on which lists, in eleven published count tables."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_r, require

COUNTS = {
    "uk_2013_six_lists": catalogued("mse-capture-histories/UKdat.rda"),
    "uk_2013_five_lists": catalogued("mse-capture-histories/UKdat_5.rda"),
    "netherlands_2010_2015_six_lists": catalogued("mse-capture-histories/Ned.rda"),
    "netherlands_2010_2015_five_lists": catalogued("mse-capture-histories/Ned_5.rda"),
    "new_orleans_eight_lists": catalogued("mse-capture-histories/NewOrl.rda"),
    "new_orleans_five_lists": catalogued("mse-capture-histories/NewOrl_5.rda"),
    "us_western_site_five_lists": catalogued("mse-capture-histories/Western.rda"),
    "australia_2015_2017_four_lists": catalogued("mse-capture-histories/Australia.RData"),
    "artificial_three_lists": catalogued("mse-capture-histories/Artificial_3.rda"),
}
"""The files that count cases by history."""
RECORDS = {"kosovo_1999_four_lists": catalogued("mse-capture-histories/kosovo_aggregate.RData")}
"""The file that has one row for each case."""
WITHOUT = {"uk_2013_four_lists": ("uk_2013_five_lists", "GP")}
"""The table that no package holds: another one, with one of its lists left out."""
ORIGINALS = (*COUNTS.values(), *RECORDS.values())
COLUMN_OF_CASES = {
    "uk_2013_six_lists": "count",
    "uk_2013_five_lists": "count",
    "netherlands_2010_2015_six_lists": "frequency",
    "netherlands_2010_2015_five_lists": "frequency",
    "australia_2015_2017_four_lists": "count",
}
"""What a file calls the cases, where it is not ``n``."""

LISTS = {
    "uk_2013_six_lists": ["LA", "NG", "PF", "GO", "GP", "NCA"],
    "uk_2013_five_lists": ["LA", "NG", "PFNCA", "GO", "GP"],
    "uk_2013_four_lists": ["LA", "NG", "PFNCA", "GO"],
    "netherlands_2010_2015_six_lists": ["I", "K", "O", "P", "R", "Z"],
    "netherlands_2010_2015_five_lists": ["IO", "K", "P", "R", "Z"],
    "new_orleans_eight_lists": ["A", "B", "C", "D", "E", "F", "G", "H"],
    "new_orleans_five_lists": ["A", "BEFG", "C", "D", "H"],
    "us_western_site_five_lists": ["A", "B", "C", "D", "E"],
    "australia_2015_2017_four_lists": ["A", "B", "C", "D"],
    "kosovo_1999_four_lists": ["EXH", "ABA", "OSCE", "HRW"],
    "artificial_three_lists": ["A", "B", "C"],
}
# Source, locator, grade. A: the package that publishes the table is by an author of its study.
READ_IN = {
    "uk_2013_six_lists": ("sparsemse", "data set UKdat", "A"),
    "uk_2013_five_lists": ("sparsemse", "data set UKdat_5", "A"),
    "uk_2013_four_lists": ("sparsemse", "data set UKdat_5 without the list GP", "A"),
    "netherlands_2010_2015_six_lists": ("sparsemse", "data set Ned", "B"),
    "netherlands_2010_2015_five_lists": ("sparsemse", "data set Ned_5", "B"),
    "new_orleans_eight_lists": ("sparsemse", "data set NewOrl", "A"),
    "new_orleans_five_lists": ("sparsemse", "data set NewOrl_5", "A"),
    "us_western_site_five_lists": ("sparsemse", "data set Western", "A"),
    "australia_2015_2017_four_lists": ("binette2022", "code, data set Australia", "B"),
    "kosovo_1999_four_lists": ("lcmcr", "data set kosovo_aggregate", "B"),
    "artificial_three_lists": ("chan2019; sparsemse", "Table 2; data set Artificial_3", "B"),
}
# The NCA assessment of 2013, the observations that binette2022 states, the documentation of LCMCR.
PUBLISHED = {
    "uk_2013_six_lists": 2744,
    "netherlands_2010_2015_six_lists": 8234,
    "kosovo_1999_four_lists": 4400,
}
# A table is another one with these lists made one.
DERIVED = {
    "uk_2013_five_lists": ("uk_2013_six_lists", {"PF": "PFNCA", "NCA": "PFNCA"}),
    "netherlands_2010_2015_five_lists": (
        "netherlands_2010_2015_six_lists", {"I": "IO", "O": "IO"},
    ),
    "new_orleans_five_lists": (
        "new_orleans_eight_lists", dict.fromkeys("BEFG", "BEFG"),
    ),
}  # fmt: skip


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table and history with cases; stop at other totals or a strange list."""
    tables = {name: read_counts(originals, name) for name in COUNTS}
    tables |= {name: read_records(originals, name) for name in RECORDS}
    for name, (whole, left_out) in WITHOUT.items():
        tables[name] = without(tables[whole], left_out)
    check(tables, originals)
    return reshape(tables)


def read_counts(originals: Folders, dataset: str) -> pd.Series:
    """Return cases by history (a tuple of lists)."""
    path = COUNTS[dataset].under(originals)
    lists, count = LISTS[dataset], COLUMN_OF_CASES.get(dataset, "n")
    frame = read_r(path, [*lists, count]).astype(int)
    table = pd.Series(frame[count].to_numpy(), index=histories(frame[lists], path))
    table = table[table > 0]
    require(table.index.is_unique, "a history stands twice; look at the original", path)
    return table


def read_records(originals: Folders, dataset: str) -> pd.Series:
    """Return cases by history, counted in a file that has one row for each case."""
    path = RECORDS[dataset].under(originals)
    frame = read_r(path, LISTS[dataset]).astype(str).astype(int)
    return histories(frame, path).value_counts()


def histories(on: pd.DataFrame, path: Path) -> pd.Index:
    """Return the history of each row of 0 and 1; stop at other numbers, and at none."""
    sound = on.isin([0, 1]).all(axis=None) and not (on == 0).all(axis=1).any()
    require(sound, "a list is neither 0 nor 1, or a case stands on none", path)
    found = [tuple(name for name in on.columns if row[name]) for _, row in on.iterrows()]
    return pd.Index(found, tupleize_cols=False)


def without(table: pd.Series, left_out: str) -> pd.Series:
    """Return the cases by history when one list is left out; those on no other list are lost."""
    kept = [tuple(name for name in history if name != left_out) for history in table.index]
    cases = table.groupby(pd.Index(kept, tupleize_cols=False), sort=False).sum()
    return cases[[len(history) > 0 for history in cases.index]]


def check(tables: dict[str, pd.Series], originals: Folders) -> None:
    """Stop when a total is not the published one, or a derived table is not that of its origin."""
    files = COUNTS | RECORDS
    for dataset, cases in PUBLISHED.items():
        path = files[dataset].under(originals)
        expect(int(tables[dataset].sum()), cases, 0, "the number of cases", path)
    for dataset, (whole, merged) in DERIVED.items():
        names = [frozenset(merged.get(each, each) for each in row) for row in tables[whole].index]
        wanted = tables[whole].groupby(pd.Index(names, tupleize_cols=False)).sum().to_dict()
        found = {frozenset(history): cases for history, cases in tables[dataset].items()}
        sentence = f"is not {whole} with its lists merged; look at both originals"
        require(found == wanted, sentence, files[dataset].under(originals))


def reshape(tables: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the histories of all tables in long form, short ones first, with sources."""
    rows = [
        {"dataset": dataset, "history": "+".join(history), "on_lists": len(history), "cases": cases}
        for dataset, lists in LISTS.items()
        for history, cases in sorted(
            tables[dataset].items(), key=lambda row: (len(row[0]), *map(lists.index, row[0]))
        )
    ]
    frame = pd.DataFrame(rows)
    frame[["source", "locator", "grade"]] = [READ_IN[dataset] for dataset in frame["dataset"]]
    return frame
