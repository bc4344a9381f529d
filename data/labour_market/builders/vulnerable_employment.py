"""vulnerable-employment: own-account and contributing family workers, selected years."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, of_participating_states, read_r

MERGED = catalogued("wdi-vulnerable-employment/wdi.rds")
ORIGINALS = (MERGED,)

VULNERABLE = "emp_vulnerable"  # series SL.EMP.VULN.ZS
YEARS = (1991, 2000, 2010, 2019)
STATES = 52
TURKEY_2019 = 27.1  # as in the compilation of March 2021


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and selected year; stop when a State is missing in one of them."""
    path = MERGED.under(originals)
    result = read(path)
    check(result, path)
    return result.assign(source="wdi2021", locator="series SL.EMP.VULN.ZS", grade="A")


def read(path: Path) -> pd.DataFrame:
    """Return the rates of participating States in the selected years."""
    frame = of_participating_states(read_r(path, ["iso3c", "year", VULNERABLE]), "iso3c")
    frame = frame.rename(columns={VULNERABLE: "percent"}).dropna(subset="percent")
    frame["percent"] = frame["percent"].round(2)  # the source's digits, without those of R
    frame = frame[frame["year"].isin(YEARS)]
    return frame.astype({"year": int}).sort_values(["iso3", "year"], ignore_index=True)


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a year has lost States, or a known rate is another one."""
    for year, states in result.groupby("year").size().items():
        expect(int(states), STATES, 0, f"the number of States in {year}", path)
    turkey = result.query("iso3 == 'TUR' and year == 2019")["percent"].squeeze()
    expect(float(turkey), TURKEY_2019, 0.05, "the rate of Türkiye in 2019", path)
