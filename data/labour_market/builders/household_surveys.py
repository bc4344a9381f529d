"""household-surveys: inequality and poverty in four periods, as household surveys give them."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

INEQUALITY = catalogued("wdi-ilo-context/inequality_osce_1990_2025.csv")
ORIGINALS = (INEQUALITY,)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {
    "inequality_index_gini": "gini",
    "poverty_percent_people_below_830_a_day": "below_830",
    "poverty_percent_people_below_420_a_day": "not used",
    "extreme_poverty_percent_people_below_300_a_day": "not used",
    "alternative_poverty_percent_below_nationally_defined_poverty": "not used",
    "income_share_of_poorest_10percent": "not used",
    "income_share_of_poorest_20percent": "not used",
    "income_share_of_richest_10percent": "not used",
    "income_share_of_richest_20percent": "not used",
}
PERIODS = {
    "1990-1994": (1990, 1994),
    "1999-2003": (1999, 2003),
    "2008-2012": (2008, 2012),
    "2018-2024": (2018, 2024),
}
UNITED_STATES_2023 = 41.8  # Gini as the World Bank publishes it
SURVEYS = 1185  # State-years with a Gini in this vintage

FAULTS = (
    Fault(
        "a Gini index that is not the published one",
        INEQUALITY,
        text("USA,2023,inequality_index_gini,41", "USA,2023,inequality_index_gini,51"),
        said="the Gini of the United States of America in 2023 is 51",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and period with a survey; stop when the vintage is another one."""
    path = INEQUALITY.under(originals)
    wide = read(path)
    check(wide, path)
    return reshape(wide)


def read(path: Path) -> pd.DataFrame:
    """Return Gini and poverty by State and year; stop at an indicator that is not known."""
    frame = read_original(path, COLUMNS)
    frame["indicator"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["indicator"] != "not used"]
    frame = frame.assign(year=frame["year"].astype(int), value=numbers(frame["value"], path))
    return frame.pivot(index=["iso3", "year"], columns="indicator", values="value")


def check(wide: pd.DataFrame, path: Path) -> None:
    """Stop when the surveys or a known Gini are not those of the vintage."""
    expect(len(wide), SURVEYS, 0, "the number of surveys", path)
    usa = float(wide.loc[("USA", 2023), "gini"])
    expect(usa, UNITED_STATES_2023, 0.05, "the Gini of the United States of America in 2023", path)


def reshape(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each State's surveys in each period, and how many they are."""
    parts = []
    for period, years in PERIODS.items():
        rows = wide.reset_index(level="year")
        rows = rows[rows["year"].between(*years)].groupby("iso3")
        mean = rows[["gini", "below_830"]].mean().round(2)
        parts.append(mean.assign(surveys=rows.size(), period=period).reset_index())
    result = pd.concat(parts).sort_values(["iso3", "period"], ignore_index=True)
    return result.assign(
        source="wdi", locator="series SI.POV.GINI and SI.POV.UMIC, mean of the period", grade="A"
    )
