"""women-by-activity: women's share of employment in agriculture, industry and services, by State.

The original does not print it. It prints which part of all employed people, of employed women and
of employed men works in an activity. If f is women's share of all employment, then

    part of all = f * part of women + (1 - f) * part of men,

so that f follows from each of the three activities, and women's share in an activity is
f * part of women / part of all. The three values of f must agree.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original
from decentwork import data
from decentwork.contract import DataError

NAME = "women-by-activity"
ORIGINALS = ("wdi-ilo-context",)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
YEAR = 2023
ACTIVITIES = {"agriculture": "agriculture", "industry": "industry", "service": "services"}
NOT_IN_THE_SOURCE = {"AND", "LIE", "MCO", "SMR", "UKR", "VAT"}
AGREE = 1e-4


def build(originals: Path) -> pd.DataFrame:
    """Three rows a State; stops when the activities disagree on women's share of employment."""
    path = originals / "wdi-ilo-context" / "structure_osce_1990_2025.csv"
    frame = original(path, COLUMNS)
    frame = frame[frame["year"] == str(YEAR)]
    frame = frame.assign(value=numbers(frame["value"], path).astype(float))
    parts = frame.pivot(index="iso3", columns="indicator", values="value")
    missing = set(data.states().index) - set(parts.index)
    if missing != NOT_IN_THE_SOURCE:
        strange = sorted(missing ^ NOT_IN_THE_SOURCE)
        raise DataError(str(path), f"{strange} are not there as expected; revise the builder")
    everyone, women, men = (
        pd.DataFrame({name: parts[f"{of}{key}_workers_percent_of_{whose}employment"]
                      for key, name in ACTIVITIES.items()})
        for of, whose in (("", ""), ("female_", "female_"), ("male_", "male_"))
    )  # fmt: skip
    for who, share in (("all", everyone), ("women", women), ("men", men)):
        apart = float((share.sum(axis=1) - 100).abs().max())
        expect(apart, 0, 0.01, f"how far the three parts of {who} are from 100", path)
    share = (everyone - men) / (women - men)
    apart = float((share.max(axis=1) - share.min(axis=1)).max())
    expect(apart, 0, AGREE, "how far the activities disagree on women's share", path)
    among = women.mul(share["services"], axis=0) / everyone * 100
    result = among.rename_axis(columns="activity").stack().rename("women_percent").reset_index()
    result["women_percent"] = result["women_percent"].round(1)
    result["part_of_all_percent"] = everyone.stack().round(1).to_numpy()
    result.insert(1, "year", YEAR)
    return result.assign(
        source="wdi2026",
        locator="series SL.AGR.EMPL, SL.IND.EMPL and SL.SRV.EMPL, .ZS, .FE.ZS and .MA.ZS",
        grade="B",
    )
