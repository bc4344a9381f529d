"""employment-by-section: people employed in four sections of activity, 2011 and 2019."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, read_original, require
from builders.household_employers import COLUMNS, EMPLOYMENT

ORIGINALS = (EMPLOYMENT,)

SECTIONS = {
    "A": "farming, forestry and fishing",
    "N": "administrative and support services, with cleaning",
    "Q": "health and social work, with care",
    "T": "households as employers",
}
YEARS = [2011, 2019]
BROKEN = {"FRA", "TUR"}
"""States whose survey or classification changed between the two years."""
STATES = {
    "AUT", "CHE", "CZE", "DEU", "ESP", "FIN", "GRC", "IRL", "ITA", "NLD", "POL", "PRT", "RUS",
}  # fmt: skip
FARMING_2011 = 11_572  # thousand, added up by another hand

FAULTS = (
    Fault(
        "a State that lost a year",
        EMPLOYMENT,
        text("AUT,2011,A,", "AUT,2012,A,"),
        said="other States have both years",
    ),
    Fault(
        "a farm worker in the wrong column",
        EMPLOYMENT,
        text(
            'RUS,2011,A,"agriculture, forestry and fishing",',
            'RUS,2011,A,"agriculture, forestry and fishing",1',
        ),
        said="thousands in farming in 2011",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State, year and section; stop when the States are not those expected."""
    path = EMPLOYMENT.under(originals)
    frame = read_original(path, COLUMNS)
    for column in ("year", "employed_thousand", "total_employed_thousand"):
        frame[column] = numbers(frame[column], path)
    frame = frame.astype({"year": "Int64"})
    frame = frame[frame["year"].isin(YEARS) & frame["section"].isin(SECTIONS)]
    frame = frame[~frame["iso3"].isin(BROKEN)].dropna(subset="employed_thousand")
    cells = frame.groupby("iso3").size()
    whole = set(cells.index[cells == len(YEARS) * len(SECTIONS)])
    require(whole == STATES, f"other States have both years: {sorted(whole ^ STATES)}", path)
    frame = frame[frame["iso3"].isin(whole)]
    farming = frame.query("section == 'A' and year == 2011")["employed_thousand"].sum()
    expect(float(farming), FARMING_2011, 1, "thousands in farming in 2011", path)
    return frame.assign(
        activity=frame["section"].map(SECTIONS),
        all_employed_thousand=frame["total_employed_thousand"],
        source="oecdalfs",
        locator="ALFS_EMP, section " + frame["section"],
        grade="A",
    ).sort_values(["iso3", "section", "year"], ignore_index=True)[
        ["iso3", "year", "section", "activity", "employed_thousand", "all_employed_thousand",
         "source", "locator", "grade"]
    ]  # fmt: skip
