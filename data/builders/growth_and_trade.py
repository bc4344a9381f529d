"""growth-and-trade: income per head, trade and unemployment of participating States."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "growth-and-trade"
ORIGINALS = ("wdi-ilo-context",)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2019, 2023, 2024)
FILES = {
    "globalization_osce_1990_2025.csv": {
        "alternative_gdp_per_capita_ppp_wb": "gdp_per_head",
        "exports_percent_of_gdp": "exports",
        "imports_percent_of_gdp": "imports",
        "foreign_direct_investment_net_inflows_percent_of_gdp": "not used",
    },
    "labour_osce_1990_2025.csv": {
        "aged_15plus_unemployment_rate_percent": "unemployment_percent",
        "females_aged_15plus_unemployment_rate_percent": "not used",
        "males_aged_15plus_unemployment_rate_percent": "not used",
        "aged_15_24_unemployment_rate_percent": "not used",
        "long_term_unemployment_rate_percent": "not used",
        "females_aged_15plus_labour_force_participation_rate_percent": "not used",
        "males_aged_15plus_labour_force_participation_rate_percent": "not used",
        "hourly_labour_cost_constant_2021_usd": "not used",
    },
}
USED = {"gdp_per_head": 54, "exports": 53, "imports": 53, "unemployment_percent": 55}
SPAIN_2024 = 11.4  # unemployment in Spain, as the national office publishes it


def build(originals: Path) -> pd.DataFrame:
    """One row per State and selected year; stops when an indicator is new or loses States."""
    folder = originals / "wdi-ilo-context"
    parts = [_read(folder / file, indicators) for file, indicators in FILES.items()]
    wide = pd.concat(parts).pivot(index=["iso3", "year"], columns="indicator", values="value")
    path = folder / "labour_osce_1990_2025.csv"
    spain = float(wide.loc[("ESP", 2024), "unemployment_percent"])
    expect(spain, SPAIN_2024, 0.05, "unemployment in Spain in 2024", path)
    wide["trade_percent"] = wide["exports"] + wide["imports"]
    frame = wide.reset_index().query("year in @YEARS")
    frame = frame.drop(columns=["exports", "imports"]).round(
        {"gdp_per_head": 0, "trade_percent": 2, "unemployment_percent": 2}
    )
    return frame.assign(
        source="wdi",
        locator="NY.GDP.PCAP.PP.KD, NE.EXP.GNFS.ZS, NE.IMP.GNFS.ZS and unemployment rate 15+",
        grade="A",
    )


def _read(path: Path, indicators: dict[str, str]) -> pd.DataFrame:
    frame = original(path, COLUMNS)
    frame["indicator"] = translate(frame["indicator"], indicators, path)
    frame = frame[frame["indicator"] != "not used"]
    frame = frame.assign(year=frame["year"].astype(int), value=numbers(frame["value"], path))
    for indicator, states in frame.groupby("indicator")["iso3"].nunique().items():
        expect(int(states), USED[indicator], 0, f"the number of States with {indicator}", path)
    return frame[["iso3", "year", "indicator", "value"]]
