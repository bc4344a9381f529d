"""criminal-justice-counts: persons suspected, prosecuted and convicted, by State and year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, require
from builders.detected_victims import EDITION, SHEET, WORKBOOK, bounds, sheet_rows
from decentwork import data

ORIGINALS = (WORKBOOK,)
STEPS = {
    "Persons brought into formal contact": "suspected",
    "Persons prosecuted": "prosecuted",
    "Persons convicted": "convicted",
}
EVERYONE = {"Dimension": "Total", "Category": "Total", "Sex": "Total", "Age": "Total"}
FIRST_YEAR = 2008
PUBLISHED = {2012: 138, 2013: 174}  # federal convictions, State Department, as quoted


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State, year and step; stop at an unknown indicator or a second value."""
    path = WORKBOOK.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path, edition: str = EDITION) -> pd.DataFrame:
    """Return the rows on all persons of a step, with the interval that each value can mean."""
    participating = set(data.states().index)
    rows = [
        (row["Iso3_code"], row["Year"], row["Indicator"], row["txtVALUE"].replace(",", ""))
        for _, row in sheet_rows(path, edition)
        if row["Iso3_code"] in participating
        and row["Indicator"] in STEPS
        and row["Year"] >= FIRST_YEAR
        and all(row[column] == value for column, value in EVERYONE.items())
    ]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "indicator", "printed"])
    frame["step"] = frame["indicator"].map(STEPS)
    frame = frame.sort_values(["iso3", "year", "step"], ignore_index=True)
    least_and_most = frame["printed"].map(bounds)
    return frame.assign(
        persons_low=least_and_most.str[0].astype("Int64"),
        persons_high=least_and_most.str[1].astype("Int64"),
    )


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a second value, and when convictions are not those that were published."""
    twice = frame.duplicated(["iso3", "year", "step"]).any()
    require(not twice, "a second value for one State, year and step; read the workbook", path)
    of_usa = frame[(frame["iso3"] == "USA") & (frame["step"] == "convicted")]
    for year, printed in PUBLISHED.items():
        have = of_usa.loc[of_usa["year"] == year, "persons_low"].sum()
        expect(int(have), printed, 0, f"the convictions of {year} in the United States", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table, each value beside the text that is printed."""
    columns = ["iso3", "year", "step", "persons_low", "persons_high", "printed"]
    return frame[columns].assign(
        source="unodcdata2025",
        locator=f"sheet {SHEET}, rows Total of "
        + frame["indicator"].str.lower()
        + " in the State and year",
        grade="A",
    )
