"""vulnerable-employment: own-account and contributing family workers, selected years."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "vulnerable-employment"
ORIGINALS = ("wdi-vulnerable-employment",)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {"SL.EMP.VULN.ZS": "vulnerable", "SL.EMP.WORK.ZS": "not used"}
YEARS = (1991, 2000, 2010, 2019)
STATES = 52
TURKEY_2019 = 27.1  # as in the compilation of March 2021


def build(originals: Path) -> pd.DataFrame:
    """One row per State and selected year; stops when a State is missing in one of them."""
    path = originals / "wdi-vulnerable-employment" / "vulnerable_wage_employment_osce_1991_2019.csv"
    frame = original(path, COLUMNS)
    frame["indicator"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["indicator"] == "vulnerable"]
    result = pd.DataFrame({"iso3": frame["iso3"], "year": frame["year"].astype(int)})
    result["percent"] = numbers(frame["value"], path)
    result = result[result["year"].isin(YEARS)]
    for year, states in result.groupby("year").size().items():
        expect(int(states), STATES, 0, f"the number of States in {year}", path)
    turkey = result.query("iso3 == 'TUR' and year == 2019")["percent"].squeeze()
    expect(float(turkey), TURKEY_2019, 0.05, "the rate of Türkiye in 2019", path)
    return result.assign(source="wdi2021", locator="series SL.EMP.VULN.ZS", grade="A")
