"""uk-age-disputes: disputes over the age of asylum applicants in the United Kingdom, by year."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

DISPUTES = catalogued("uk-asylum-waiting/age_disputes_by_year.csv")
ORIGINALS = (DISPUTES,)

COLUMNS = ["year", "raised_or_resolved", "type_or_outcome", "people"]
STEPS = {
    "Asylum application raised in quarter": "raised",
    "Existing asylum application": "raised",
    "18+": "resolved, adult",
    "Less than 18": "resolved, under 18",
}
YEARS = range(2010, 2024)
RAISED_IN_2022 = 4_675

FAULTS = (
    Fault(
        "an outcome that is not known",
        DISPUTES,
        text("2012,Resolved,18+,241", "2012,Resolved,21+,241"),
        said="no rule for ['21+']",
    ),
    Fault(
        "people who were added",
        DISPUTES,
        text(
            "2022,Raised,Existing asylum application,158",
            "2022,Raised,Existing asylum application,185",
        ),
        said="disputes raised in 2022 is 4,702, published is 4,675",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year and step; stop at an unknown outcome or a missing year."""
    path = DISPUTES.under(originals)
    frame = read_original(path, COLUMNS)
    frame["step"] = translate(frame["type_or_outcome"], STEPS, path)
    frame["people"] = numbers(frame["people"], path).astype("Int64")
    frame["year"] = frame["year"].astype(int)
    rows = frame.groupby(["year", "step"], as_index=False)["people"].sum()
    complete = len(rows) == len(YEARS) * len(set(STEPS.values()))
    require(complete, "a year or a step is missing", path)
    raised = rows.query("year == 2022 and step == 'raised'")["people"]
    expect(int(raised.sum()), RAISED_IN_2022, 0, "the number of disputes raised in 2022", path)
    return rows.assign(
        source="howip2023", locator="age disputes, sums of quarters and nationalities", grade="A"
    )
