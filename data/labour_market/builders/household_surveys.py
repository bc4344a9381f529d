"""household-surveys: inequality and poverty in four periods, as household surveys give them."""

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, require
from builders.growth_and_trade import original_of, read_series

GINI = "inequality_index_gini"
POVERTY = "poverty_percent_people_below_830_a_day"
ORIGINALS = (original_of(GINI), original_of(POVERTY))

PERIODS = {
    "1990-1994": (1990, 1994),
    "1999-2003": (1999, 2003),
    "2008-2012": (2008, 2012),
    "2018-2024": (2018, 2024),
}
UNITED_STATES_2023 = 41.8  # Gini as the World Bank publishes it
SURVEYS = 1185  # State-years with a Gini in this vintage


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and period with a survey; stop when the vintage is another one."""
    gini = read_series(original_of(GINI).under(originals), GINI)
    below_830 = read_series(original_of(POVERTY).under(originals), POVERTY)
    check(gini, below_830, originals)
    return reshape(pd.DataFrame({"gini": gini, "below_830": below_830}))


def check(gini: pd.Series, below_830: pd.Series, originals: Folders) -> None:
    """Stop when the surveys or a known Gini are not those of the vintage.

    A survey gives both inequality and poverty. One without the other would move a mean.
    """
    path = original_of(GINI).under(originals)
    expect(len(gini), SURVEYS, 0, "the number of surveys", path)
    usa = float(gini[("USA", 2023)])
    expect(usa, UNITED_STATES_2023, 0.05, "the Gini of the United States of America in 2023", path)
    alone = gini.index.symmetric_difference(below_830.index).to_list()
    sentence = f"{alone} have inequality or poverty alone; look at the originals"
    require(not alone, sentence, original_of(POVERTY).under(originals))


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
