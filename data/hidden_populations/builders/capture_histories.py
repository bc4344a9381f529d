"""capture-histories: how many cases stand on which lists, in eleven published count tables."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Fault, Original
from bookmaking.tables.reading import expect, numbers, read_original, require

COUNTS = {
    "uk_2013_six_lists": Original(
        "mse-capture-histories/uk_2013_six_lists.csv",
        sha256="984ee864b6e17876bd3ba53307442c2b3416816abac460a499d6025d4ba6a86a",
        made=(
            "The R data file data/UKdat.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "58b9526f), turned into CSV."
        ),
    ),
    "uk_2013_five_lists": Original(
        "mse-capture-histories/uk_2013_five_lists.csv",
        sha256="674b7744b02d8b0fefa72c0e223ab0ad751436ddcae0cca3449e272c1cf86630",
        made=(
            "The R data file data/UKdat_5.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "5e7ff51b), turned into CSV."
        ),
    ),
    "uk_2013_four_lists": Original(
        "mse-capture-histories/uk_2013_four_lists.csv",
        sha256="37366a38010f5d94c4af18b4e385c303c053c42fa7c9f0e0b4e3fefeb9837ab5",
        made="The file uk_2013_five_lists.csv with the list GP left out.",
    ),
    "netherlands_2010_2015_six_lists": Original(
        "mse-capture-histories/netherlands_2010_2015_six_lists.csv",
        sha256="a34685400be90153ec0f7244109d4bdd8b3c3aded26994cf19806986fc551ceb",
        made=(
            "The R data file data/Ned.rda of cran/SparseMSE at commit d5beecaa (sha256 ab2c5bda), "
            "turned into CSV."
        ),
    ),
    "netherlands_2010_2015_five_lists": Original(
        "mse-capture-histories/netherlands_2010_2015_five_lists.csv",
        sha256="9adb426c430c19a97406dd7d8f1f4b714b00a8033e4cdd51710bed60aa5c1f0a",
        made=(
            "The R data file data/Ned_5.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "25f699f0), turned into CSV."
        ),
    ),
    "new_orleans_eight_lists": Original(
        "mse-capture-histories/new_orleans_eight_lists.csv",
        sha256="6eef83af684bb09a363ad8b834fa8f33cab5905c8e538a54bdea61411bb6c970",
        made=(
            "The R data file data/NewOrl.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "e90aa643), turned into CSV."
        ),
    ),
    "new_orleans_five_lists": Original(
        "mse-capture-histories/new_orleans_five_lists.csv",
        sha256="54491db01af7fcaeb6040e691c544e331a10262c9bc959d6507e2e9fabec7634",
        made=(
            "The R data file data/NewOrl_5.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "a92b8a5b), turned into CSV."
        ),
    ),
    "us_western_site_five_lists": Original(
        "mse-capture-histories/us_western_site_five_lists.csv",
        sha256="e29f35472b4aecc36ec7c9aea2be48016ca3983126597d954b0e74367689bb36",
        made=(
            "The R data file data/Western.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "64c0f849), turned into CSV."
        ),
    ),
    "australia_2015_2017_four_lists": Original(
        "mse-capture-histories/australia_2015_2017_four_lists.csv",
        sha256="0c29c6a1c18a4004566dace56963defe38a7d3a2f96f87fab011c33895bfe9e8",
        made=(
            "The R data file data/Australia.RData of OlivierBinette/MSETools at commit 0d9f110a "
            "(sha256 a96cf5ea), turned into CSV."
        ),
    ),
    "kosovo_1999_four_lists": Original(
        "mse-capture-histories/kosovo_1999_four_lists.csv",
        sha256="5b59f9be7bb6c64db6c63acf50e2e9623d34f74e8833af08bf859dbd33347dad",
        made=(
            "The R data file data/kosovo_aggregate.RData of cran/LCMCR at commit 4af41313 (sha256 "
            "37c4f598), its 4,400 records counted by history."
        ),
    ),
    "artificial_three_lists": Original(
        "mse-capture-histories/artificial_three_lists.csv",
        sha256="756a1cba94b0e089001de8b891530db1bbd81daae9e9c29a0043a078b186d6a7",
        made=(
            "The R data file data/Artificial_3.rda of cran/SparseMSE at commit d5beecaa (sha256 "
            "349e0e09), turned into CSV."
        ),
    ),
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
        old="1,0,0,0,0,0,54",
        new="1,0,0,0,0,0,55",
        said="the number of cases is 2,745, published is 2,744",
    ),
    Fault(
        "a case on no list",
        COUNTS["kosovo_1999_four_lists"],
        old="1,1,1,1,27",
        new="0,0,0,0,27",
        said="a case stands on none",
    ),
    Fault(
        "a history that stands twice",
        COUNTS["uk_2013_five_lists"],
        old="0,1,1,0,0,62",
        new="0,0,1,0,1,62",
        said="a history stands twice",
    ),
    Fault(
        "a history that moved",
        COUNTS["uk_2013_five_lists"],
        old="1,1,1,0,0,1",
        new="1,0,1,1,0,1",
        said="is not uk_2013_six_lists with its lists merged",
    ),
)


def build(originals: Path) -> pd.DataFrame:
    """Return one row per table and history with cases; stop at other totals or a strange list."""
    tables = {dataset: read(originals, dataset) for dataset in COUNTS}
    check(tables, originals)
    return reshape(tables)


def read(originals: Path, dataset: str) -> pd.Series:
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


def check(tables: dict[str, pd.Series], originals: Path) -> None:
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
