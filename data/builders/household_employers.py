"""household-employers: people employed by private households, by participating State and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate
from decentwork import data
from decentwork.contract import DataError

NAME = "household-employers"
ORIGINALS = ("oecd-employment-by-section",)

FILE = "employment_by_isic4_section_osce.csv"
COLUMNS = [
    "iso3", "year", "section", "section_name", "employed_thousand", "total_employed_thousand",
    "share_pct", "source",
]  # fmt: skip
HOUSEHOLDS = "T"
FIRST_YEAR = 2008  # before it only four States have the section
STATES_IN_2010 = 20
SPAIN_2010 = 735  # thousand; the national survey reports about three quarters of a million
SUM_OF_SECTIONS = 0.90  # of all employed; the rest has no section
SOURCES = {"OECD ALFS": "oecdalfs"}


def build(originals: Path) -> pd.DataFrame:
    """One row per State and year from 2008; stops when sections do not add to all employed."""
    path = originals / "oecd-employment-by-section" / FILE
    frame = original(path, COLUMNS)
    if strange := sorted(set(frame["iso3"]) - set(data.states().index)):
        raise DataError(str(path), f"{strange} are no participating States; look at the original")
    for column in ("year", "employed_thousand", "total_employed_thousand", "share_pct"):
        frame[column] = numbers(frame[column], path)
    year = frame["year"].astype(int)
    parts = frame.groupby([frame["iso3"], year])["employed_thousand"].sum()
    whole = frame.groupby([frame["iso3"], year])["total_employed_thousand"].max()
    apart = ((parts / whole)[:, 2010] - 1).clip(upper=0).min()
    expect(float(apart), 0, 1 - SUM_OF_SECTIONS, "the gap between sections and all employed", path)

    found = frame[(frame["section"] == HOUSEHOLDS) & (year >= FIRST_YEAR)].copy()
    found["year"] = found["year"].astype("Int64")
    computed = found["employed_thousand"] / found["total_employed_thousand"] * 100
    beyond = float((computed - found["share_pct"]).abs().max())
    expect(beyond, 0, 0.01, "the difference between a share and its numbers", path)
    base = found[found["year"] == 2010].set_index("iso3")
    expect(len(base), STATES_IN_2010, 0, "the number of States in 2010", path)
    expect(float(base["employed_thousand"]["ESP"]), SPAIN_2010, 1, "Spain in 2010, thousand,", path)

    found["source"] = translate(found["source"], SOURCES, path)
    found["locator"] = "ISIC Rev. 4, section T, row of the State"
    found["grade"] = "A"
    found = found.drop(columns=["section", "section_name", "share_pct"])
    found = found.rename(columns={"total_employed_thousand": "all_employed_thousand"})
    return found.sort_values(["iso3", "year"], ignore_index=True)
