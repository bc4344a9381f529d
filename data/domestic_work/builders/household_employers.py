"""household-employers: people employed by private households, by participating State and year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate
from decentwork import data

EMPLOYMENT = catalogued("oecd-employment-by-section/employment_by_isic4_section_osce.csv")
ORIGINALS = (EMPLOYMENT,)

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

FAULTS = (
    Fault(
        "a State that is not in the OSCE",
        EMPLOYMENT,
        text("\nAUT,2008,A,", "\nAUS,2008,A,"),
        said="['AUS'] are no participating States",
    ),
    Fault(
        "a share that is not that of its numbers",
        EMPLOYMENT,
        text(
            "ESP,2010,T,households as employers,735.45", "ESP,2010,T,households as employers,753.45"
        ),
        said="the difference between a share and its numbers",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year from 2008; stop when sections do not add to the whole."""
    path = EMPLOYMENT.under(originals)
    frame = read(path)
    check_sections(frame, path)
    found = frame[(frame["section"] == HOUSEHOLDS) & (frame["year"] >= FIRST_YEAR)].copy()
    check_households(found, path)
    return reshape(found, path)


def read(path: Path) -> pd.DataFrame:
    """Return all sections with numbers; stop at a State that does not participate."""
    frame = read_original(path, COLUMNS)
    strange = sorted(set(frame["iso3"]) - set(data.states().index))
    require(not strange, f"{strange} are no participating States; look at the original", path)
    for column in ("year", "employed_thousand", "total_employed_thousand", "share_pct"):
        frame[column] = numbers(frame[column], path)
    return frame.astype({"year": "Int64"})


def check_sections(frame: pd.DataFrame, path: Path) -> None:
    """Stop when in 2010 the sections of a State fall short of all people employed there."""
    of_2010 = frame[frame["year"] == 2010].groupby("iso3")
    share = of_2010["employed_thousand"].sum() / of_2010["total_employed_thousand"].max()
    least = float(share.min())
    sentence = f"the sections of a State add to {least:.3g} of all employed; check the original"
    require(least >= SUM_OF_SECTIONS, sentence, path)


def check_households(found: pd.DataFrame, path: Path) -> None:
    """Stop when a printed share is not that of its numbers, or 2010 is not as known."""
    computed = found["employed_thousand"] / found["total_employed_thousand"] * 100
    beyond = float((computed - found["share_pct"]).abs().max())
    sentence = f"the difference between a share and its numbers is {beyond:.3g}; look at them"
    require(beyond <= 0.01, sentence, path)
    base = found[found["year"] == 2010].set_index("iso3")
    expect(len(base), STATES_IN_2010, 0, "the number of States in 2010", path)
    expect(float(base["employed_thousand"]["ESP"]), SPAIN_2010, 1, "Spain in 2010, thousand,", path)


def reshape(found: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table: households beside all employed, with sources."""
    found = found.assign(
        source=translate(found["source"], SOURCES, path),
        locator="ISIC Rev. 4, section T, row of the State",
        grade="A",
    )
    found = found.drop(columns=["section", "section_name", "share_pct"])
    found = found.rename(columns={"total_employed_thousand": "all_employed_thousand"})
    return found.sort_values(["iso3", "year"], ignore_index=True)
