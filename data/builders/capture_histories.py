"""capture-histories: how many cases stand on which lists, in eleven published count tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original
from decentwork.contract import DataError

NAME = "capture-histories"
ORIGINALS = ("mse-capture-histories",)

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
# A table is another one with these lists made one, or with a list left out (made into nothing).
DERIVED = {
    "uk_2013_five_lists": ("uk_2013_six_lists", {"PF": "PFNCA", "NCA": "PFNCA"}),
    "uk_2013_four_lists": ("uk_2013_five_lists", {"GP": None}),
    "netherlands_2010_2015_five_lists": (
        "netherlands_2010_2015_six_lists", {"I": "IO", "O": "IO"},
    ),
    "new_orleans_five_lists": (
        "new_orleans_eight_lists", dict.fromkeys("BEFG", "BEFG"),
    ),
}  # fmt: skip


def build(originals: Path) -> pd.DataFrame:
    """One row per table and history with cases; stops at other totals, or at a strange list."""
    folder = originals / "mse-capture-histories"
    tables = {dataset: count_table(folder, dataset) for dataset in LISTS}
    for dataset, cases in PUBLISHED.items():
        path = folder / f"{dataset}.csv"
        expect(int(tables[dataset].sum()), cases, 0, "the number of cases", path)
    for dataset, (whole, renamed) in DERIVED.items():
        _same(tables[dataset], _collapsed(tables[whole], renamed), folder / f"{dataset}.csv", whole)
    rows = [
        {"dataset": dataset, "history": "+".join(history), "on_lists": len(history), "cases": cases}
        for dataset, table in tables.items()
        for history, cases in table.items()
    ]
    frame = pd.DataFrame(rows)
    frame[["source", "locator", "grade"]] = [READ_IN[dataset] for dataset in frame["dataset"]]
    return frame


def count_table(folder: Path, dataset: str) -> pd.Series:
    """Cases by history (a tuple of lists), in the order of the original."""
    path = folder / f"{dataset}.csv"
    lists = LISTS[dataset]
    frame = original(path, [*lists, "count"])
    on = frame[lists]
    if not on.isin(["0", "1"]).all(axis=None) or (on == "0").all(axis=1).any():
        raise DataError(str(path), "a list is neither 0 nor 1, or a case stands on none")
    histories = [tuple(name for name in lists if row[name] == "1") for _, row in on.iterrows()]
    counts = numbers(frame["count"], path).astype("Int64")
    table = pd.Series(counts.to_numpy(), index=pd.Index(histories, tupleize_cols=False))
    if not table.index.is_unique or (table < 1).any():
        raise DataError(str(path), "a history stands twice or has no case; look at the original")
    return table


def _collapsed(table: pd.Series, renamed: dict[str, str | None]) -> pd.Series:
    merged = [frozenset(renamed.get(name, name) for name in row) - {None} for row in table.index]
    return table.groupby(pd.Index(merged, tupleize_cols=False)).sum()


def _same(table: pd.Series, wanted: pd.Series, path: Path, whole: str) -> None:
    found = {frozenset(history): cases for history, cases in table.items()}
    if found != {history: cases for history, cases in wanted.items() if history}:
        raise DataError(str(path), f"is not {whole} with its lists merged; look at both originals")
