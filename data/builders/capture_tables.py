"""capture-tables: what each table of capture histories counts, and how few overlaps it has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, original
from capture_histories import LISTS, READ_IN, count_table
from decentwork.contract import DataError

NAME = "capture-tables"
ORIGINALS = ("mse-capture-histories",)

COLUMNS = [
    "dataset", "territory", "period", "lists", "observed_cases", "nonzero_histories",
    "cases_on_two_or_more_lists", "note",
]  # fmt: skip
TERRITORIES = {
    "United States, Greater New Orleans": "Greater New Orleans",
    "United States, western site": "a western site of the United States",
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


def build(originals: Path) -> pd.DataFrame:
    """One row per table; stops when what the list of tables says is not what a table holds."""
    folder = originals / "mse-capture-histories"
    path = folder / "datasets.csv"
    listed = original(path, COLUMNS)
    if sorted(listed["dataset"]) != sorted(LISTS):
        raise DataError(str(path), "does not list the tables that the builder knows; revise it")
    rows = []
    for row in listed.to_dict("records"):
        dataset = row["dataset"]
        table = count_table(folder, dataset)
        shared = table[[len(history) > 1 for history in table.index]]
        have = {
            "lists": len(LISTS[dataset]),
            "observed_cases": int(table.sum()),
            "nonzero_histories": len(table),
            "cases_on_two_or_more_lists": int(shared.sum()),
        }
        for name, value in have.items():
            expect(value, int(row[name]), 0, f"{name} of {dataset}", path)
        source, locator, grade = READ_IN[dataset]
        rows.append(
            {
                "dataset": dataset,
                "territory": TERRITORIES.get(row["territory"], row["territory"]) or pd.NA,
                "period": PERIODS.get(row["period"], row["period"]) or pd.NA,
                "population": POPULATION[dataset.split("_")[0]],
                **have,
                "note": row["note"],
                "source": source,
                "locator": locator,
                "grade": grade,
            }
        )
    return pd.DataFrame(rows)
