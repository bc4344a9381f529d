"""uk-asylum-speed: asylum applications of the United Kingdom decided within six months."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

SPEED = catalogued("uk-asylum-waiting/applications_decided_within_period.csv")
ORIGINALS = (SPEED,)

COLUMNS = ["date", "period", "applications", "completed", "completed_share"]
QUARTERS = 37
OF_JUNE_2023 = 2_047

FAULTS = (
    Fault(
        "decisions that moved",
        SPEED,
        text("2014-06-30,6 months,5786,5044,", "2014-06-30,6 months,5786,5144,"),
        said="the difference between a printed share and its numbers",
    ),
    Fault(
        "another period",
        SPEED,
        text("2014-09-30,6 months,", "2014-09-30,12 months,"),
        said="a period other than six months",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per quarter; stop when a printed share is not that of its numbers."""
    path = SPEED.under(originals)
    frame = read_original(path, COLUMNS)
    for column in COLUMNS[2:]:
        frame[column] = numbers(frame[column], path)
    check(frame, path)
    return reshape(frame)


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at another period, at a share that does not fit, and at another number of quarters."""
    require((frame["period"] == "6 months").all(), "a period other than six months", path)
    computed = frame["completed"] / frame["applications"]
    apart = float((computed - frame["completed_share"]).abs().max())
    sentence = f"the difference between a printed share and its numbers is {apart:.3g}"
    require(apart < 0.001, sentence, path)
    expect(len(frame), QUARTERS, 0, "the number of quarters", path)
    last = frame.loc[frame["date"] == "2023-06-30", "completed"]
    expect(int(last.sum()), OF_JUNE_2023, 0, "the decisions of the quarter to June 2023", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return applications and decisions by the last day of the quarter in which people applied."""
    kept = frame[["date", "applications", "completed"]]
    kept = kept.astype({"applications": "Int64", "completed": "Int64"})
    kept = kept.rename(columns={"date": "quarter_end", "completed": "decided"})
    return kept.assign(
        source="howip2023", locator="applications processed in six months, totals", grade="A"
    )
