"""migrants-by-sex: international migrants in the participating States, by sex, 1990 to 2024."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

STOCK = catalogued("undesa-migrant-stock-2024/migrant_stock_osce_by_sex.csv")
ORIGINALS = (STOCK,)

YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2020, 2024)
OF_2024 = {"USA": 52.4, "DEU": 16.8, "GBR": 11.8, "FRA": 9.2, "ESP": 8.9, "CAN": 8.8}
"""Millions that a newspaper took from the release of the United Nations."""

FAULTS = (
    Fault(
        "a man too many",
        STOCK,
        text("ALB,1990,66013,30579,35434", "ALB,1990,66013,30580,35434"),
        said="the difference between all migrants and the two sexes is 1",
    ),
    Fault(
        "a State without a year",
        STOCK,
        text("ALB,1995,", "ALB,1996,"),
        said="the years are not those of the edition",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State and year; stop when the sexes do not add up."""
    path = STOCK.under(originals)
    frame = read_original(path, ["iso3", "year", "both", "male", "female"])
    for column in ("year", "both", "male", "female"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    check(frame, path)
    frame = frame.rename(columns={"both": "migrants", "male": "men", "female": "women"})
    frame["sex_modelled"] = frame["men"] == frame["women"]
    frame = frame.sort_values(["iso3", "year"], ignore_index=True)
    return frame.assign(
        source="undesa2024stock", locator="by sex and destination, row of the State", grade="B"
    )


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when sexes, years, States or the totals of 2024 are not as published."""
    apart = int((frame["both"] - frame["male"] - frame["female"]).abs().max())
    sentence = f"the difference between all migrants and the two sexes is {apart}; look at them"
    require(apart == 0, sentence, path)
    years = frame.groupby("iso3")["year"].agg(tuple)
    whole = all(each == YEARS for each in years)
    require(whole, "the years are not those of the edition; look at them", path)
    expect(len(years), len(data.states()), 0, "the number of States", path)
    latest = frame[frame["year"] == YEARS[-1]].set_index("iso3")["both"] / 1e6
    for state, million in OF_2024.items():
        expect(round(float(latest[state]), 1), million, 0, f"millions of migrants in {state}", path)
