"""migrants-by-sex: international migrants in the participating States, by sex, 1990 to 2024."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, all_catalogued, catalogued
from bookmaking.tables.reading import expect, read_r, require
from decentwork import data

M49 = {
    "ALB": 8, "AND": 20, "ARM": 51, "AUT": 40, "AZE": 31, "BEL": 56, "BGR": 100, "BIH": 70,
    "BLR": 112, "CAN": 124, "CHE": 756, "CYP": 196, "CZE": 203, "DEU": 276, "DNK": 208, "ESP": 724,
    "EST": 233, "FIN": 246, "FRA": 250, "GBR": 826, "GEO": 268, "GRC": 300, "HRV": 191, "HUN": 348,
    "IRL": 372, "ISL": 352, "ITA": 380, "KAZ": 398, "KGZ": 417, "LIE": 438, "LTU": 440, "LUX": 442,
    "LVA": 428, "MCO": 492, "MDA": 498, "MKD": 807, "MLT": 470, "MNE": 499, "MNG": 496, "NLD": 528,
    "NOR": 578, "POL": 616, "PRT": 620, "ROU": 642, "RUS": 643, "SMR": 674, "SRB": 688, "SVK": 703,
    "SVN": 705, "SWE": 752, "TJK": 762, "TKM": 795, "TUR": 792, "UKR": 804, "USA": 840, "UZB": 860,
    "VAT": 336,
}  # fmt: skip
"""The code of each State in statistics of the United Nations, which names its file."""
ORIGINALS = all_catalogued("undesa-migrant-stock-2024/*_Rev2023.RData")

COLUMNS = ["yearref", "value", "LocID", "sex", "LocIDorg", "age", "agelength", "source"]
EVERYBODY = {"LocIDorg": 0, "age": 0, "agelength": 0}
"""Rows of all origins and all ages."""
SEXES = {0: "migrants", 1: "men", 2: "women"}
EDITION = "UNPD_2024"
YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2020, 2024)
OF_2024 = {"USA": 52.4, "DEU": 16.8, "GBR": 11.8, "FRA": 9.2, "ESP": 8.9, "CAN": 8.8}
"""Millions that a newspaper took from the release of the United Nations."""


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State and year; stop when the sexes do not add up."""
    parts = []
    for iso3 in data.states().index:
        path = catalogued(f"undesa-migrant-stock-2024/{M49[iso3]}_Rev2023.RData").under(originals)
        part = read(path, M49[iso3])
        check(part, iso3, path)
        parts.append(part.assign(iso3=iso3))
    frame = pd.concat(parts)
    frame["sex_modelled"] = frame["men"] == frame["women"]
    frame = frame.sort_values(["iso3", "year"], ignore_index=True)
    return frame.assign(
        source="undesa2024stock", locator="by sex and destination, row of the State", grade="B"
    )


def read(path: Path, m49: int) -> pd.DataFrame:
    """Return the migrants of all origins and ages in one State, by year, and men and women."""
    frame = read_r(path, COLUMNS)
    frame = frame[(frame[list(EVERYBODY)] == pd.Series(EVERYBODY)).all(axis=1)]
    others = sorted(set(frame["source"]) - {EDITION})
    require(not others, f"has rows of {others}, not of {EDITION}; look at them", path)
    require(set(frame["LocID"]) == {m49}, f"holds other places than {m49}; look at them", path)
    frame = frame.assign(year=frame["yearref"].astype(int), sex=frame["sex"].map(SEXES))
    wide = frame.pivot(index="year", columns="sex", values="value").astype("Int64")
    return wide.rename_axis(columns=None).reset_index()


def check(part: pd.DataFrame, iso3: str, path: Path) -> None:
    """Stop when sexes, years or the total of 2024 are not as published."""
    whole = tuple(part["year"]) == YEARS
    require(whole, "the years are not those of the edition; look at them", path)
    apart = int((part["migrants"] - part["men"] - part["women"]).abs().max())
    sentence = f"the difference between all migrants and the two sexes is {apart}; look at them"
    require(apart == 0, sentence, path)
    if iso3 in OF_2024:
        latest = round(int(part["migrants"].iloc[-1]) / 1e6, 1)
        expect(latest, OF_2024[iso3], 0, f"millions of migrants in {iso3}", path)
