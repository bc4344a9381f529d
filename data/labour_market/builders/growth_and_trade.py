"""growth-and-trade: income per head, trade and unemployment of participating States."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

MADE = (
    "Cut from countries-etc-datapoints/ddf--datapoints--<indicator>--by--geo--time.csv at commit "
    "c63631ab of open-numbers/ddf--gapminder--systema_globalis, for the participating States."
)
ECONOMY = catalogued("wdi-ilo-context/globalization_osce_1990_2025.csv")
LABOUR = catalogued("wdi-ilo-context/labour_osce_1990_2025.csv")
ORIGINALS = (ECONOMY, LABOUR)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2019, 2023, 2024)
ECONOMY_INDICATORS = {
    "alternative_gdp_per_capita_ppp_wb": "gdp_per_head",
    "exports_percent_of_gdp": "exports",
    "imports_percent_of_gdp": "imports",
    "foreign_direct_investment_net_inflows_percent_of_gdp": "not used",
}
LABOUR_INDICATORS = {
    "aged_15plus_unemployment_rate_percent": "unemployment_percent",
    "females_aged_15plus_unemployment_rate_percent": "not used",
    "males_aged_15plus_unemployment_rate_percent": "not used",
    "aged_15_24_unemployment_rate_percent": "not used",
    "long_term_unemployment_rate_percent": "not used",
    "females_aged_15plus_labour_force_participation_rate_percent": "not used",
    "males_aged_15plus_labour_force_participation_rate_percent": "not used",
    "hourly_labour_cost_constant_2021_usd": "not used",
}
STATES = {"gdp_per_head": 54, "exports": 53, "imports": 53, "unemployment_percent": 55}
SPAIN_2024 = 11.4  # unemployment in Spain, as the national office publishes it

FAULTS = (
    Fault(
        "a new series",
        ECONOMY,
        text("ALB,1990,alternative_gdp_per_capita_ppp_wb", "ALB,1990,gdp_per_capita"),
        said="no rule for ['gdp_per_capita']",
    ),
    Fault(
        "unemployment that is not the published one",
        LABOUR,
        text(
            "ESP,2024,aged_15plus_unemployment_rate_percent,11",
            "ESP,2024,aged_15plus_unemployment_rate_percent,21",
        ),
        said="unemployment in Spain in 2024 is 21",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and selected year; stop when an indicator is new or loses States."""
    parts = []
    for original, indicators in ((ECONOMY, ECONOMY_INDICATORS), (LABOUR, LABOUR_INDICATORS)):
        path = original.under(originals)
        part = read(path, indicators)
        check_states(part, path)
        parts.append(part)
    wide = pd.concat(parts).pivot(index=["iso3", "year"], columns="indicator", values="value")
    check_spain(wide, LABOUR.under(originals))
    return reshape(wide)


def read(path: Path, indicators: dict[str, str]) -> pd.DataFrame:
    """Return the used indicators of one file in long form; stop at one that is not known."""
    frame = read_original(path, COLUMNS)
    frame["indicator"] = translate(frame["indicator"], indicators, path)
    frame = frame[frame["indicator"] != "not used"]
    frame = frame.assign(year=frame["year"].astype(int), value=numbers(frame["value"], path))
    return frame[["iso3", "year", "indicator", "value"]]


def check_states(part: pd.DataFrame, path: Path) -> None:
    """Stop when an indicator has more or fewer States than in this vintage."""
    for indicator, states in part.groupby("indicator")["iso3"].nunique().items():
        expect(int(states), STATES[indicator], 0, f"the number of States with {indicator}", path)


def check_spain(wide: pd.DataFrame, path: Path) -> None:
    """Stop when a known rate is another one: this catches a shifted column."""
    spain = float(wide.loc[("ESP", 2024), "unemployment_percent"])
    expect(spain, SPAIN_2024, 0.05, "unemployment in Spain in 2024", path)


def reshape(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the selected years; trade is exports and imports."""
    wide = wide.assign(trade_percent=wide["exports"] + wide["imports"])
    frame = wide.reset_index().query("year in @YEARS")
    frame = frame.drop(columns=["exports", "imports"]).round(
        {"gdp_per_head": 0, "trade_percent": 2, "unemployment_percent": 2}
    )
    return frame.assign(
        source="wdi",
        locator="NY.GDP.PCAP.PP.KD, NE.EXP.GNFS.ZS, NE.IMP.GNFS.ZS and unemployment rate 15+",
        grade="A",
    )
