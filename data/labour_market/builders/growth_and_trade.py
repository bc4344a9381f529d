"""growth-and-trade: income per head, trade and unemployment of participating States."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, Original, catalogued
from bookmaking.tables.reading import expect, of_participating_states, read_datapoints


def original_of(series: str) -> Original:
    """Return the original that holds one series, by the name that Gapminder gives it."""
    return catalogued(f"wdi-ilo-context/ddf--datapoints--{series}--by--geo--time.csv")


SERIES = {
    "gdp_per_head": "alternative_gdp_per_capita_ppp_wb",
    "exports": "exports_percent_of_gdp",
    "imports": "imports_percent_of_gdp",
    "unemployment_percent": "aged_15plus_unemployment_rate_percent",
}
ORIGINALS = tuple(map(original_of, SERIES.values()))

FIRST_YEAR = 1990
YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2019, 2023, 2024)
STATES = {"gdp_per_head": 54, "exports": 53, "imports": 53, "unemployment_percent": 55}
VALUES = {"gdp_per_head": 1870, "exports": 1767, "imports": 1767, "unemployment_percent": 1669}
SPAIN_2024 = 11.4  # unemployment in Spain, as the national office publishes it


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and selected year; stop when a series loses States."""
    columns = {}
    for column, series in SERIES.items():
        path = original_of(series).under(originals)
        columns[column] = read_series(path, series)
        check_states(columns[column], column, path)
    wide = pd.DataFrame(columns)
    check_spain(wide, original_of(SERIES["unemployment_percent"]).under(originals))
    return reshape(wide)


def read_series(path: Path, series: str) -> pd.Series:
    """Return a series of participating States by ``iso3`` and year, from 1990."""
    frame = of_participating_states(read_datapoints(path, "geo", series), "place")
    frame = frame[frame["year"] >= FIRST_YEAR]
    return frame.set_index(["iso3", "year"])["value"].rename(series)


def check_states(values: pd.Series, column: str, path: Path) -> None:
    """Stop when a series has more or fewer States, or State-years, than in this vintage."""
    what = f"the number of State-years with {column}"
    expect(len(values), VALUES[column], 0, what, path)
    states = values.index.unique("iso3").size
    expect(states, STATES[column], 0, f"the number of States with {column}", path)


def check_spain(wide: pd.DataFrame, path: Path) -> None:
    """Stop when a known rate is another one: this catches a shifted column."""
    spain = float(wide.loc[("ESP", 2024), "unemployment_percent"])
    expect(spain, SPAIN_2024, 0.05, "unemployment in Spain in 2024", path)


def reshape(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the selected years; trade is exports and imports."""
    wide = wide.assign(trade_percent=wide["exports"] + wide["imports"])
    frame = wide.reset_index().query("year in @YEARS").sort_values(["iso3", "year"])
    frame = frame.drop(columns=["exports", "imports"]).round(
        {"gdp_per_head": 0, "trade_percent": 2, "unemployment_percent": 2}
    )
    return frame.assign(
        source="wdi",
        locator="NY.GDP.PCAP.PP.KD, NE.EXP.GNFS.ZS, NE.IMP.GNFS.ZS and unemployment rate 15+",
        grade="A",
    )
