"""uk-asylum-caseload: asylum cases of the United Kingdom at the end of June, by age of the case."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

CASELOAD = catalogued("uk-asylum-waiting/asylum_work_in_progress.csv")
ORIGINALS = (CASELOAD,)

AGES = {
    "Case Age: 0:12 Months": "up to one year",
    "Case Age: 12:24 Months": "one to two years",
    "Case Age: 24:36 Months": "two to three years",
    "Case Age: 36+ Months": "over three years",
}
TOTAL, WAITING = "Total Work In Progress", "Awaiting Initial Asylum Decision"
COLUMNS = [
    "Date", "Year", "Quarter", TOTAL, WAITING, "Post Decision", "Asylum Appeal Outstanding",
    "Subject to Removal Action", "On Hold", "Further Leave Application Outstanding", *AGES,
    "Gender: Male", "Gender: Female", "Gender: Unknown",
]  # fmt: skip
JUNES = range(2011, 2024)
PUBLISHED = {2011: 37_903, 2023: 215_518}  # the totals printed


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per June and age of the case; stop when ages do not add to the total."""
    path = CASELOAD.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return the columns of the table with numbers, and the year of each June."""
    frame = read_original(path, COLUMNS)
    for column in (TOTAL, WAITING, *AGES):
        frame[column] = numbers(frame[column], path).astype("Int64")
    return frame.assign(year=frame["Year"].astype(int))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a missing June, at ages that do not add up, and at totals other than printed."""
    days = [f"{year}-06-30" for year in JUNES]
    require(list(frame["Date"]) == days, "a June is missing or stands twice", path)
    apart = int((frame[list(AGES)].sum(axis=1) - frame[TOTAL]).abs().max())
    sentence = f"the difference between the ages and their total is {apart}; look at them"
    require(apart == 0, sentence, path)
    totals = frame.set_index("year")[TOTAL]
    for year, printed in PUBLISHED.items():
        expect(int(totals[year]), printed, 0, f"the number of cases of June {year}", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per June and age, with those who wait for a first decision beside them."""
    kept = frame.rename(columns={WAITING: "awaiting_initial_decision"})
    keys = ["year", "awaiting_initial_decision"]
    rows = kept.melt(keys, list(AGES), var_name="age", value_name="cases")
    rows["age_of_case"] = rows.pop("age").map(AGES)
    order = rows["age_of_case"].map(list(AGES.values()).index)
    rows = rows.assign(order=order).sort_values(["year", "order"], ignore_index=True)
    return rows.drop(columns="order").assign(
        source="howip2023", locator="asylum work in progress, row of 30 June", grade="A"
    )
