"""household-employers: people employed by private households, by participating State and year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, of_participating_states, read_r, require

MERGED = catalogued("oecd-employment-by-section/oecd.rds")
ORIGINALS = (MERGED,)

SECTIONS = list("ABCDEFGHIJKLMNOPQRSTU")
"""Sections of ISIC Rev. 4. The original has thousands employed in column ``empA``, and so on."""
HOUSEHOLDS = "T"
FIRST_YEAR = 2008  # before it only four States have the section
STATES, STATE_YEARS = 21, 225  # with the section, from 2008
STATES_IN_2010 = 20
SPAIN_2010 = 735  # thousand; the national survey reports about three quarters of a million
SUM_OF_SECTIONS = (0.90, 1.01)
"""Least and most of all employed that the sections may add to; some people have no section."""


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year from 2008; stop when sections do not add to the whole."""
    path = MERGED.under(originals)
    frame = read_sections(path)
    found = frame[(frame["section"] == HOUSEHOLDS) & (frame["year"] >= FIRST_YEAR)]
    check_households(found, path)
    check_sections(frame, found, path)
    return reshape(found)


def read_sections(path: Path) -> pd.DataFrame:
    """Return thousands employed in each section with a number, by participating State and year.

    Returns
    -------
    Columns ``iso3``, ``year``, ``section``, ``employed_thousand`` (two decimals) and
    ``all_employed_thousand`` (one decimal).
    """
    columns = {f"emp{section}": section for section in SECTIONS}
    frame = of_participating_states(read_r(path, ["iso3c", "year", "emp", *columns]), "iso3c")
    frame = frame.rename(columns=columns | {"emp": "all_employed_thousand"})
    frame = frame.melt(
        ["iso3", "year", "all_employed_thousand"],
        var_name="section",
        value_name="employed_thousand",
    )
    frame = frame.dropna(subset="employed_thousand").astype({"year": int})
    return frame.round({"employed_thousand": 2, "all_employed_thousand": 1})


def check_households(found: pd.DataFrame, path: Path) -> None:
    """Stop when States or years are missing, or 2010 is not as known."""
    what = "the number of State-years with the section"
    expect(len(found), STATE_YEARS, 0, what, path)
    expect(found["iso3"].nunique(), STATES, 0, "the number of States with the section", path)
    base = found[found["year"] == 2010].set_index("iso3")["employed_thousand"]
    expect(len(base), STATES_IN_2010, 0, "the number of States in 2010", path)
    expect(float(base["ESP"]), SPAIN_2010, 1, "Spain in 2010, thousand,", path)


def check_sections(frame: pd.DataFrame, found: pd.DataFrame, path: Path) -> None:
    """Stop when in 2010 the sections of a State do not add to about all people employed there."""
    here = frame["iso3"].isin(found.loc[found["year"] == 2010, "iso3"])
    of_2010 = frame[here & (frame["year"] == 2010)].groupby("iso3")
    share = of_2010["employed_thousand"].sum() / of_2010["all_employed_thousand"].max()
    least, most = float(share.min()), float(share.max())
    sums = f"{least:.3g} to {most:.3g} of all employed"
    sentence = f"the sections of a State add to {sums}; check the original"
    require(SUM_OF_SECTIONS[0] <= least and most <= SUM_OF_SECTIONS[1], sentence, path)


def reshape(found: pd.DataFrame) -> pd.DataFrame:
    """Return the table: households beside all employed, with sources."""
    found = found.drop(columns="section").sort_values(["iso3", "year"], ignore_index=True)
    return found.assign(
        source="oecdalfs", locator="ISIC Rev. 4, section T, row of the State", grade="A"
    )
