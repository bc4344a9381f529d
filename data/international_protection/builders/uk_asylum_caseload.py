"""uk-asylum-caseload: asylum cases of the United Kingdom at the end of June, by age of the case."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

CASELOAD = catalogued("uk-asylum-waiting/asylum_work_in_progress_june_2011_2023.csv")
ORIGINALS = (CASELOAD,)

AGES = {
    "age_0_12_months": "up to one year",
    "age_12_24_months": "one to two years",
    "age_24_36_months": "two to three years",
    "age_over_36_months": "over three years",
}
COLUMNS = [
    "date", "total", "awaiting_initial_decision", "post_decision", "appeal_outstanding",
    "subject_to_removal", "on_hold", "further_leave_outstanding", *AGES, "male", "female",
    "sex_unknown",
]  # fmt: skip
JUNES = range(2011, 2024)
PUBLISHED = {2011: 37_903, 2023: 215_518}  # the totals printed

FAULTS = (
    Fault(
        "an age that moved",
        CASELOAD,
        text(
            "2011-06-30,37903,4851,,5553,24738,,2761,10315,",
            "2011-06-30,37903,4851,,5553,24738,,2761,10316,",
        ),
        said="the difference between the ages and their total is 1",
    ),
    Fault(
        "a total and an age that moved together",
        CASELOAD,
        text(
            "2023-06-30,215518,138134,16807,5109,41181,14287,,74897,",
            "2023-06-30,215519,138134,16807,5109,41181,14287,,74898,",
        ),
        said="cases of June 2023 is 215,519, published is 215,518",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per June and age of the case; stop when ages do not add to the total."""
    path = CASELOAD.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return the original with numbers, and the year of each June."""
    frame = read_original(path, COLUMNS)
    for column in COLUMNS[1:]:
        frame[column] = numbers(frame[column], path).astype("Int64")
    return frame.assign(year=frame["date"].str[:4].astype(int))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a missing June, at ages that do not add up, and at totals other than printed."""
    require(list(frame["year"]) == list(JUNES), "a June is missing or stands twice", path)
    apart = int((frame[list(AGES)].sum(axis=1) - frame["total"]).abs().max())
    sentence = f"the difference between the ages and their total is {apart}; look at them"
    require(apart == 0, sentence, path)
    totals = frame.set_index("year")["total"]
    for year, printed in PUBLISHED.items():
        expect(int(totals[year]), printed, 0, f"the number of cases of June {year}", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per June and age, with those who wait for a first decision beside them."""
    kept = frame[["year", "awaiting_initial_decision", *AGES]]
    rows = kept.melt(["year", "awaiting_initial_decision"], var_name="age", value_name="cases")
    rows["age_of_case"] = rows.pop("age").map(AGES)
    order = rows["age_of_case"].map(list(AGES.values()).index)
    rows = rows.assign(order=order).sort_values(["year", "order"], ignore_index=True)
    return rows.drop(columns="order").assign(
        source="howip2023", locator="asylum work in progress, row of 30 June", grade="A"
    )
