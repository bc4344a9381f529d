"""criminal-justice-counts: persons suspected, prosecuted and convicted, by State and year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Fault, Original
from bookmaking.tables.reading import bounds, expect, read_original, require, translate

CUT = Original(
    "unodc-glotip/glotip_osce_total_and_form.csv",
    sha256="c11b0a4c8b221ba124334170f27ba9f5f1820922dfca39ddfdbf5cb569808e53",
    made="Cut by hand from the workbook of detected-victims; a test compares both.",
)
ORIGINALS = (CUT,)

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
PUBLISHED = {2012: 138, 2013: 174}  # federal convictions, State Department, as quoted

FAULTS = (
    Fault(
        "a step that is not known",
        CUT,
        old="Persons prosecuted",
        new="Persons acquitted",
        said="no rule for ['Persons acquitted']",
    ),
)


def build(originals: Path) -> pd.DataFrame:
    """Return one row per State, year and step; stop at an unknown indicator or a second value."""
    path = CUT.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return the rows on all persons of a step, with the interval that each value can mean."""
    frame = read_original(path, COLUMNS)
    translate(frame["indicator"], ALL, path)
    everyone = frame[["dimension", "category", "sex", "age"]].eq("Total").all(axis=1)
    frame = frame[everyone & frame["indicator"].isin(STEPS)].copy()
    frame["year"] = frame["year"].astype(int)
    frame["step"] = frame["indicator"].map(STEPS)
    frame = frame[frame["year"] >= FIRST_YEAR].sort_values(["iso3", "year", "step"])
    least_and_most = frame["value_text"].map(bounds)
    return frame.assign(
        persons_low=least_and_most.str[0].astype("Int64"),
        persons_high=least_and_most.str[1].astype("Int64"),
    )


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a second value, and when convictions are not those that were published."""
    twice = frame.duplicated(["iso3", "year", "step"]).any()
    require(not twice, "a second value for one State, year and step; read the workbook", path)
    of_usa = frame[(frame["iso3"] == "USA") & (frame["step"] == "convicted")]
    for year, printed in PUBLISHED.items():
        have = of_usa.loc[of_usa["year"] == year, "persons_low"].sum()
        expect(int(have), printed, 0, f"the convictions of {year} in the United States", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table, each value beside the text that is printed."""
    frame = frame.rename(columns={"value_text": "printed"})
    columns = ["iso3", "year", "step", "persons_low", "persons_high", "printed"]
    return frame[columns].assign(
        source="unodcdata2025",
        locator="sheet data_glotip_1, rows Total of "
        + frame["indicator"].str.lower()
        + " in the State and year",
        grade="A",
    )
