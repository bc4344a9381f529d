"""capture-tables: what each table of capture histories counts, and how few overlaps it has."""

from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_original, require
from builders import capture_histories
from builders.capture_histories import COUNTS, LISTS, READ_IN

TABLES = catalogued("mse-capture-histories/datasets.csv")
ORIGINALS = (TABLES, *COUNTS.values())

COLUMNS = [
    "dataset", "territory", "period", "lists", "observed_cases", "nonzero_histories",
    "cases_on_two_or_more_lists", "note",
]  # fmt: skip
TERRITORIES = {
    "United States, Greater New Orleans": "Greater New Orleans",
    "United States, western site": "Western site of the United States",
    "none (artificial)": "",
}
PERIODS = {"see source": "", "none": ""}
POPULATION = {
    "uk": "potential victims of trafficking, all forms",
    "netherlands": "presumed victims of trafficking, all forms",
    "new": "victims of trafficking",
    "us": "victims of sex trafficking",
    "australia": "victims of trafficking and slavery",
    "kosovo": "people killed; a benchmark outside trafficking",
    "artificial": "nobody; a test of existence and identifiability",
}

FAULTS = (
    Fault(
        "an overlap miscounted",
        TABLES,
        text("2744,25,252", "2744,25,253"),
        said="cases_on_two_or_more_lists of uk_2013_six_lists is 252, published is 253",
    ),
    Fault(
        "a table that is not listed",
        TABLES,
        text("kosovo_1999", "kosovo_1998"),
        said="does not list the tables that the builder knows",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table; stop when what the list of tables says is not what one holds."""
    path = TABLES.under(originals)
    listed = read(path)
    counted = {dataset: count(originals, dataset) for dataset in listed["dataset"]}
    check(listed, counted, path)
    return reshape(listed, counted)


def read(path: Path) -> pd.DataFrame:
    """Return the list of tables; stop when it holds others than the builder knows."""
    listed = read_original(path, COLUMNS)
    sentence = "does not list the tables that the builder knows; revise it"
    require(sorted(listed["dataset"]) == sorted(LISTS), sentence, path)
    return listed


def count(originals: Folders, dataset: str) -> dict[str, int]:
    """Return how many lists, cases, histories and shared cases a table holds."""
    table = capture_histories.read(originals, dataset)
    shared = table[[len(history) > 1 for history in table.index]]
    return {
        "lists": len(LISTS[dataset]),
        "observed_cases": int(table.sum()),
        "nonzero_histories": len(table),
        "cases_on_two_or_more_lists": int(shared.sum()),
    }


def check(listed: pd.DataFrame, counted: dict[str, dict[str, int]], path: Path) -> None:
    """Stop when a number in the list of tables is not the one that was counted."""
    for row in listed.to_dict("records"):
        for name, have in counted[row["dataset"]].items():
            expect(have, int(row[name]), 0, f"{name} of {row['dataset']}", path)


def reshape(listed: pd.DataFrame, counted: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return the table, with territories, periods and populations in the book's words."""
    return pd.DataFrame([_row(row, counted[row["dataset"]]) for row in listed.to_dict("records")])


def _row(listed: dict[str, Any], counted: dict[str, int]) -> dict[str, Any]:
    dataset = listed["dataset"]
    source, locator, grade = READ_IN[dataset]
    return {
        "dataset": dataset,
        "territory": TERRITORIES.get(listed["territory"], listed["territory"]) or pd.NA,
        "period": PERIODS.get(listed["period"], listed["period"]) or pd.NA,
        "population": POPULATION[dataset.split("_")[0]],
        **counted,
        "note": listed["note"],
        "source": source,
        "locator": locator,
        "grade": grade,
    }
