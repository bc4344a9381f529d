"""uk-age-disputes: disputes over the age of asylum applicants in the United Kingdom, by year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

DISPUTES = catalogued("uk-asylum-waiting/age_disputes.csv")
ORIGINALS = (DISPUTES,)

KIND = "Raised type / Resolved outcome"
COLUMNS = [
    "Date", "Year", "Quarter", "Nationality", "Region", "Raised or resolved", KIND,
    "Age disputes",
]  # fmt: skip
STEPS = {
    "Asylum application raised in quarter": "raised",
    "Existing asylum application": "raised",
    "18+": "resolved, adult",
    "Less than 18": "resolved, under 18",
}
YEARS = range(2010, 2024)
RAISED_IN_2022 = 4_675


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year and step; stop at an unknown outcome or a missing year."""
    path = DISPUTES.under(originals)
    rows = read(path)
    check(rows, path)
    return rows.assign(
        source="howip2023", locator="age disputes, sums of quarters and nationalities", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the people by year and step, of all quarters and nationalities."""
    frame = read_original(path, COLUMNS)
    frame["step"] = translate(frame[KIND], STEPS, path)
    frame["people"] = numbers(frame["Age disputes"], path).astype("Int64")
    frame["year"] = frame["Year"].astype(int)
    return frame.groupby(["year", "step"], as_index=False)["people"].sum()


def check(rows: pd.DataFrame, path: Path) -> None:
    """Stop at a missing year or step, and at another number than is known for 2022."""
    complete = len(rows) == len(YEARS) * len(set(STEPS.values()))
    require(complete, "a year or a step is missing", path)
    raised = rows.query("year == 2022 and step == 'raised'")["people"]
    expect(int(raised.sum()), RAISED_IN_2022, 0, "the number of disputes raised in 2022", path)
