"""criminal-justice-counts: persons suspected, prosecuted and convicted, by State and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate
from decentwork.contract import DataError

NAME = "criminal-justice-counts"
ORIGINALS = ("unodc-glotip",)

COLUMNS = [
    "iso3", "country", "subregion", "indicator", "dimension", "category", "sex", "age", "year",
    "value_text",
]  # fmt: skip
STEPS = {
    "Persons brought into formal contact": "suspected",
    "Persons prosecuted": "prosecuted",
    "Persons convicted": "convicted",
}
ALL = {**STEPS, "Detected trafficking victims": "", "Offences of trafficking in persons": ""}
FIRST_YEAR = 2008
FEWER_THAN_FIVE = "<5"
PUBLISHED = {2012: 138, 2013: 174}  # federal convictions, State Department, as quoted


def build(originals: Path) -> pd.DataFrame:
    """One row per State, year and step; stops at an unknown indicator or a second value."""
    path = originals / "unodc-glotip" / "glotip_osce_total_and_form.csv"
    frame = original(path, COLUMNS)
    translate(frame["indicator"], ALL, path)
    everyone = frame[["dimension", "category", "sex", "age"]].eq("Total").all(axis=1)
    frame = frame[everyone & frame["indicator"].isin(STEPS)].copy()
    frame["year"] = frame["year"].astype(int)
    frame["step"] = frame["indicator"].map(STEPS)
    frame = frame[frame["year"] >= FIRST_YEAR].sort_values(["iso3", "year", "step"])
    if frame.duplicated(["iso3", "year", "step"]).any():
        raise DataError(str(path), "a second value for one State, year and step; read the workbook")
    few = frame["value_text"] == FEWER_THAN_FIVE
    counted = numbers(frame["value_text"].mask(few, ""), path).astype("Int64")
    frame["persons_low"] = counted.mask(few, 0)
    frame["persons_high"] = counted.mask(few, 4)
    of_usa = frame[(frame["iso3"] == "USA") & (frame["step"] == "convicted")]
    for year, printed in PUBLISHED.items():
        have = of_usa.loc[of_usa["year"] == year, "persons_low"].sum()
        expect(int(have), printed, 0, f"the convictions of {year} in the United States", path)
    frame = frame.rename(columns={"value_text": "printed"})
    columns = ["iso3", "year", "step", "persons_low", "persons_high", "printed"]
    return frame[columns].assign(
        source="unodcdata2025",
        locator="sheet data_glotip_1, rows Total of "
        + frame["indicator"].str.lower()
        + " in the State and year",
        grade="A",
    )
