"""vulnerable-employment: own-account and contributing family workers, selected years."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

EMPLOYMENT = catalogued("wdi-vulnerable-employment/vulnerable_wage_employment_osce_1991_2019.csv")
ORIGINALS = (EMPLOYMENT,)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {"SL.EMP.VULN.ZS": "vulnerable", "SL.EMP.WORK.ZS": "not used"}
YEARS = (1991, 2000, 2010, 2019)
STATES = 52
TURKEY_2019 = 27.1  # as in the compilation of March 2021

FAULTS = (
    Fault(
        "a State lost in one year",
        EMPLOYMENT,
        text("ALB,1991,SL.EMP.VULN.ZS", "ALB,1992,SL.EMP.VULN.ZS"),
        said="the number of States in 1991 is 51, published is 52",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and selected year; stop when a State is missing in one of them."""
    path = EMPLOYMENT.under(originals)
    result = read(path)
    check(result, path)
    return result.assign(source="wdi2021", locator="series SL.EMP.VULN.ZS", grade="A")


def read(path: Path) -> pd.DataFrame:
    """Return the rates of the selected years; stop at a series that is not known."""
    frame = read_original(path, COLUMNS)
    frame["indicator"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["indicator"] == "vulnerable"]
    result = pd.DataFrame({"iso3": frame["iso3"], "year": frame["year"].astype(int)})
    result["percent"] = numbers(frame["value"], path)
    return result[result["year"].isin(YEARS)]


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a year has lost States, or a known rate is another one."""
    for year, states in result.groupby("year").size().items():
        expect(int(states), STATES, 0, f"the number of States in {year}", path)
    turkey = result.query("iso3 == 'TUR' and year == 2019")["percent"].squeeze()
    expect(float(turkey), TURKEY_2019, 0.05, "the rate of Türkiye in 2019", path)
