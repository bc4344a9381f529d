"""asylum-pending: asylum claims that await a decision at the end of each year, by State."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_r, require
from decentwork import data

POPULATION = catalogued("unhcr-refugees/population.rda")
ORIGINALS = (POPULATION,)

FIRST_YEAR, LAST_YEAR = 2000, 2025
WITHOUT_ROWS = {"AND", "SMR", "VAT"}
"""The participating States for which the database has no row as countries of asylum."""
OF_2011, OF_2025 = 384_055, 5_441_340


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year from 2000; stop when sums are not as known."""
    path = POPULATION.under(originals)
    frame = read(path)
    check(frame, path)
    return frame.assign(
        source="unhcrdata2026", locator="population, asylum-seekers, row of the State", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the claims of all origins, added up by participating State and year."""
    frame = read_r(path, ["year", "coa_iso", "asylum_seekers"])
    here = frame["coa_iso"].isin(data.states().index)
    frame = frame[here & frame["year"].between(FIRST_YEAR, LAST_YEAR)]
    pending = frame.groupby(["coa_iso", "year"])["asylum_seekers"].sum().astype("Int64")
    frame = pending.rename("pending").rename_axis(["iso3", "year"]).reset_index()
    return frame.astype({"year": int})


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at another set of States, and at sums other than those that are known."""
    without = sorted(set(data.states().index) - set(frame["iso3"]))
    sentence = f"has no rows for {without} in place of {sorted(WITHOUT_ROWS)}; look at it"
    require(set(without) == WITHOUT_ROWS, sentence, path)
    claims = frame.groupby("year")["pending"].sum()
    for year, known in ((2011, OF_2011), (2025, OF_2025)):
        expect(int(claims[year]), known, 0, f"the number of claims of {year}", path)
