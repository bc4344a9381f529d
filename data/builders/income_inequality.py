"""income-inequality: Gini of disposable income with standard errors, selected years."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original

NAME = "income-inequality"
ORIGINALS = ("swiid",)

COLUMNS = [
    "iso3", "year", "gini_disp", "gini_disp_se", "gini_mkt", "gini_mkt_se", "abs_red", "rel_red",
]  # fmt: skip
YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2022)
STATES = 54  # no series for Liechtenstein, Monaco and the Holy See
STATE_YEARS = 1945  # since 1980 in version 9.92


def build(originals: Path) -> pd.DataFrame:
    """One row per State and selected year; stops when the edition or an error is not as known."""
    path = originals / "swiid" / "swiid_osce_1980_2025.csv"
    frame = original(path, COLUMNS)
    expect(len(frame), STATE_YEARS, 0, "the number of State-years", path)
    expect(frame["iso3"].nunique(), STATES, 0, "the number of States", path)
    result = pd.DataFrame({"iso3": frame["iso3"], "year": frame["year"].astype(int)})
    result["gini"] = numbers(frame["gini_disp"], path)
    result["standard_error"] = numbers(frame["gini_disp_se"], path)
    without = int((~(result["standard_error"] > 0)).sum())
    expect(without, 0, 0, "the number of estimates without a standard error", path)
    result = result[result["year"].isin(YEARS)]
    return result.assign(
        source="swiid", locator="summary file, gini_disp and gini_disp_se", grade="A"
    )
