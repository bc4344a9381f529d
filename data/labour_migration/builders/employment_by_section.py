"""employment-by-section: people employed in four sections of activity, 2011 and 2019."""

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, require
from builders.household_employers import MERGED, read_sections

ORIGINALS = (MERGED,)

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


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State, year and section; stop when the States are not those expected."""
    path = MERGED.under(originals)
    frame = read_sections(path)
    frame = frame[frame["year"].isin(YEARS) & frame["section"].isin(SECTIONS)]
    frame = frame[~frame["iso3"].isin(BROKEN)]
    cells = frame.groupby("iso3").size()
    whole = set(cells.index[cells == len(YEARS) * len(SECTIONS)])
    require(whole == STATES, f"other States have both years: {sorted(whole ^ STATES)}", path)
    frame = frame[frame["iso3"].isin(whole)]
    farming = frame.query("section == 'A' and year == 2011")["employed_thousand"].sum()
    expect(float(farming), FARMING_2011, 1, "thousands in farming in 2011", path)
    return frame.assign(
        activity=frame["section"].map(SECTIONS),
        source="oecdalfs",
        locator="ALFS_EMP, section " + frame["section"],
        grade="A",
    ).sort_values(["iso3", "section", "year"], ignore_index=True)
