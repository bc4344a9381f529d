"""protection-by-origin: asylum decisions on five nationalities, 2021 to 2025, by State."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_r, require
from decentwork import data

DECISIONS = catalogued("unhcr-refugees/asylum_decisions.rda")
ORIGINALS = (DECISIONS,)

COUNTS = ["dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"]
RENAMED = {
    "coo_iso": "origin", "coa_iso": "iso3", "dec_recognized": "refugee", "dec_other": "other",
    "dec_rejected": "rejected", "dec_closed": "closed",
}  # fmt: skip
ORIGINS = ("AFG", "ALB", "ERI", "NGA", "VNM")
FIRST_YEAR, LAST_YEAR = 2021, 2025
LEAST = 1000
ROUNDING = 25  # UNHCR rounds small numbers to the nearest five
UNITED_KINGDOM_NIGERIA = 9_224


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per origin and State with a thousand decisions on substance or more."""
    path = DECISIONS.under(originals)
    frame = read(path)
    check(frame, path)
    sums = reshape(frame)
    known = sums.query("origin == 'NGA' and iso3 == 'GBR'")[["refugee", "other", "rejected"]]
    decided = int(known.sum().sum())
    expect(decided, UNITED_KINGDOM_NIGERIA, 0, "decisions of the United Kingdom on Nigeria", path)
    return sums.assign(
        source="unhcrdata2026", locator="asylum decisions 2021 to 2025, all instances", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the decisions of participating States, of all instances, by year and origin."""
    frame = read_r(path, ["year", "coo_iso", "coa_iso", *COUNTS])
    kept = frame["coa_iso"].isin(data.states().index) & frame["coo_iso"].isin(ORIGINS)
    kept &= frame["year"].between(FIRST_YEAR, LAST_YEAR)
    groups = frame[kept].groupby(["year", "coo_iso", "coa_iso"], as_index=False)[COUNTS]
    return groups.sum().astype(dict.fromkeys(COUNTS, "Int64"))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop where the parts are not their total, but for what rounding can do."""
    apart = int((frame[COUNTS[:4]].sum(axis=1) - frame["dec_total"]).abs().max())
    require(apart <= ROUNDING, f"parts and their total differ by {apart}; look at them", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of all years, without the smallest."""
    sums = frame.groupby(["coo_iso", "coa_iso"], as_index=False)[COUNTS[:4]].sum()
    sums = sums.rename(columns=RENAMED)
    return sums[sums[["refugee", "other", "rejected"]].sum(axis=1) >= LEAST]
