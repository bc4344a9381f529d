"""capture-histories: how many cases stand on which lists, in eleven published count tables."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

COUNTS = {
    "uk_2013_six_lists": catalogued("mse-capture-histories/uk_2013_six_lists.csv"),
    "uk_2013_five_lists": catalogued("mse-capture-histories/uk_2013_five_lists.csv"),
    "uk_2013_four_lists": catalogued("mse-capture-histories/uk_2013_four_lists.csv"),
    "netherlands_2010_2015_six_lists": catalogued(
        "mse-capture-histories/netherlands_2010_2015_six_lists.csv"
    ),
    "netherlands_2010_2015_five_lists": catalogued(
        "mse-capture-histories/netherlands_2010_2015_five_lists.csv"
    ),
    "new_orleans_eight_lists": catalogued("mse-capture-histories/new_orleans_eight_lists.csv"),
    "new_orleans_five_lists": catalogued("mse-capture-histories/new_orleans_five_lists.csv"),
    "us_western_site_five_lists": catalogued(
        "mse-capture-histories/us_western_site_five_lists.csv"
    ),
    "australia_2015_2017_four_lists": catalogued(
        "mse-capture-histories/australia_2015_2017_four_lists.csv"
    ),
    "kosovo_1999_four_lists": catalogued("mse-capture-histories/kosovo_1999_four_lists.csv"),
    "artificial_three_lists": catalogued("mse-capture-histories/artificial_three_lists.csv"),
}
ORIGINALS = tuple(COUNTS.values())

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

FAULTS = (
    Fault(
        "a case too many",
        COUNTS["uk_2013_six_lists"],
        text("1,0,0,0,0,0,54", "1,0,0,0,0,0,55"),
        said="the number of cases is 2,745, published is 2,744",
    ),
    Fault(
        "a case on no list",
        COUNTS["kosovo_1999_four_lists"],
        text("1,1,1,1,27", "0,0,0,0,27"),
        said="a case stands on none",
    ),
    Fault(
        "a history that stands twice",
        COUNTS["uk_2013_five_lists"],
        text("0,1,1,0,0,62", "0,0,1,0,1,62"),
        said="a history stands twice",
    ),
    Fault(
        "a history that moved",
        COUNTS["uk_2013_five_lists"],
        text("1,1,1,0,0,1", "1,0,1,1,0,1"),
        said="is not uk_2013_six_lists with its lists merged",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table and history with cases; stop at other totals or a strange list."""
    tables = {dataset: read(originals, dataset) for dataset in COUNTS}
    check(tables, originals)
    return reshape(tables)


def read(originals: Folders, dataset: str) -> pd.Series:
    """Return cases by history (a tuple of lists), in the order of the original."""
    path = COUNTS[dataset].under(originals)
    lists = LISTS[dataset]
    frame = read_original(path, [*lists, "count"])
    on = frame[lists]
    sound = on.isin(["0", "1"]).all(axis=None) and not (on == "0").all(axis=1).any()
    require(sound, "a list is neither 0 nor 1, or a case stands on none", path)
    histories = [tuple(name for name in lists if row[name] == "1") for _, row in on.iterrows()]
    counts = numbers(frame["count"], path).astype("Int64")
    table = pd.Series(counts.to_numpy(), index=pd.Index(histories, tupleize_cols=False))
    once = table.index.is_unique and not (table < 1).any()
    require(once, "a history stands twice or has no case; look at the original", path)
    return table


def check(tables: dict[str, pd.Series], originals: Folders) -> None:
    """Stop when a total is not the published one, or a derived table is not that of its origin."""
    for dataset, cases in PUBLISHED.items():
        path = COUNTS[dataset].under(originals)
        expect(int(tables[dataset].sum()), cases, 0, "the number of cases", path)
    for dataset, (whole, renamed) in DERIVED.items():
        found = {frozenset(history): cases for history, cases in tables[dataset].items()}
        wanted = {
            history: cases
            for history, cases in _collapsed(tables[whole], renamed).items()
            if history
        }
        sentence = f"is not {whole} with its lists merged; look at both originals"
        require(found == wanted, sentence, COUNTS[dataset].under(originals))


def _collapsed(table: pd.Series, renamed: dict[str, str | None]) -> pd.Series:
    """Return the cases of a table after its lists were merged or left out."""
    merged = [frozenset(renamed.get(name, name) for name in row) - {None} for row in table.index]
    return table.groupby(pd.Index(merged, tupleize_cols=False)).sum()


def reshape(tables: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the histories of all tables in long form, with sources."""
    rows = [
        {"dataset": dataset, "history": "+".join(history), "on_lists": len(history), "cases": cases}
        for dataset, table in tables.items()
        for history, cases in table.items()
    ]
    frame = pd.DataFrame(rows)
    frame[["source", "locator", "grade"]] = [READ_IN[dataset] for dataset in frame["dataset"]]
    return frame
