"""protection-by-origin: asylum decisions on five nationalities, 2021 to 2025, by State."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

DECISIONS = catalogued("unhcr-refugees/asylum_decisions_osce_by_origin_2011_2025.csv")
ORIGINALS = (DECISIONS,)

COUNTS = ["dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"]
COLUMNS = ["year", "coa_iso", "coo_iso", *COUNTS]
ORIGINS = ("AFG", "ALB", "ERI", "NGA", "VNM")
FIRST_YEAR, LAST_YEAR = 2021, 2025
LEAST = 1000
ROUNDING = 25  # UNHCR rounds small numbers to the nearest five
UNITED_KINGDOM_NIGERIA = 9_224

FAULTS = (
    Fault(
        "parts that do not add up",
        DECISIONS,
        text("2021,GBR,NGA,", "2021,GBR,NGA,1"),
        said="parts and their total differ",
    ),
    Fault(
        "a State that is not in the OSCE",
        DECISIONS,
        text("2011,ALB,IRQ,", "2011,AUS,IRQ,"),
        said="['AUS'] are no participating States",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per origin and State with a thousand decisions on substance or more."""
    path = DECISIONS.under(originals)
    frame = read(path)
    kept = frame[frame["year"].between(FIRST_YEAR, LAST_YEAR) & frame["coo_iso"].isin(ORIGINS)]
    apart = int((kept[COUNTS[:4]].sum(axis=1) - kept["dec_total"]).abs().max())
    require(apart <= ROUNDING, f"parts and their total differ by {apart}; look at them", path)
    sums = kept.groupby(["coo_iso", "coa_iso"], as_index=False)[COUNTS[:4]].sum()
    sums = sums.set_axis(["origin", "iso3", "refugee", "other", "rejected", "closed"], axis=1)
    sums = sums[sums[["refugee", "other", "rejected"]].sum(axis=1) >= LEAST]
    known = sums.query("origin == 'NGA' and iso3 == 'GBR'")[["refugee", "other", "rejected"]]
    decided = int(known.sum().sum())
    expect(decided, UNITED_KINGDOM_NIGERIA, 0, "decisions of the United Kingdom on Nigeria", path)
    return sums.assign(
        source="unhcrdata2026", locator="asylum decisions 2021 to 2025, all instances", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return all decisions with numbers; stop at a strange State."""
    frame = read_original(path, COLUMNS)
    strange = sorted(set(frame["coa_iso"]) - set(data.states().index))
    require(not strange, f"{strange} are no participating States; look at the original", path)
    frame["year"] = frame["year"].astype(int)
    for column in COUNTS:
        frame[column] = numbers(frame[column], path).astype("Int64")
    return frame
