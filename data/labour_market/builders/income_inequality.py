"""income-inequality: Gini of disposable income with standard errors, selected years."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

SUMMARY = catalogued("swiid/swiid_summary.csv")
ORIGINALS = (SUMMARY,)

COLUMNS = [
    "country", "year", "gini_disp", "gini_disp_se", "gini_mkt", "gini_mkt_se", "abs_red",
    "abs_red_se", "rel_red", "rel_red_se",
]  # fmt: skip
OTHER_NAMES = {
    "Czech Republic": "CZE",
    "Moldova": "MDA",
    "Russia": "RUS",
    "Turkey": "TUR",
    "United States": "USA",
}
FIRST_YEAR = 1980
YEARS = (1990, 1995, 2000, 2005, 2007, 2010, 2015, 2022)
STATES = 54  # no series for Liechtenstein, Monaco and the Holy See
STATE_YEARS = 1945  # since 1980 in version 9.92


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and selected year; stop when edition or errors are not as known."""
    path = SUMMARY.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return the estimates of participating States since 1980, with their standard errors."""
    frame = read_original(path, COLUMNS)
    states = data.states()["name"]
    codes = dict(zip(states, states.index, strict=True)) | OTHER_NAMES
    frame = pd.DataFrame(
        {
            "iso3": frame["country"].map(codes),
            "year": frame["year"].astype(int),
            "gini": numbers(frame["gini_disp"], path),
            "standard_error": numbers(frame["gini_disp_se"], path),
        }
    )
    return frame[frame["iso3"].notna() & (frame["year"] >= FIRST_YEAR)]


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when the edition is another one, or an estimate has no standard error."""
    expect(len(frame), STATE_YEARS, 0, "the number of State-years", path)
    expect(frame["iso3"].nunique(), STATES, 0, "the number of States", path)
    without = int((~(frame["standard_error"] > 0)).sum())
    sentence = f"the number of estimates without a standard error is {without}; look at them"
    require(without == 0, sentence, path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the selected years, with sources; States stand in the order of the original."""
    frame = frame[frame["year"].isin(YEARS)]
    return frame.assign(
        source="swiid", locator="summary file, gini_disp and gini_disp_se", grade="A"
    )
