"""slavery-index-inputs: the vulnerability scores that the Global Slavery Index of 2023 prints."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, require
from builders import slavery_index
from builders.slavery_index import DECIMALS, NOT_IN_THE_EDITION, WORKBOOK

EDITION = 2023
ORIGINALS = (WORKBOOK,)

SCORES = [
    "governance", "basic_needs", "inequality", "disenfranchised", "conflict", "vulnerability",
]  # fmt: skip
AUSTRALIA = 7  # vulnerability as the country page of the index prints it
ESTIMATED = 48


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State with an estimate; stop at a score that is missing or not printed."""
    path = WORKBOOK.under(originals)
    world = slavery_index.read(EDITION, path)
    found = world.dropna(subset=["iso3", "rate"])
    check(world, found, path)
    return reshape(found)


def check(world: pd.DataFrame, found: pd.DataFrame, path: Path) -> None:
    """Stop when a known score is another one, or States or scores are not as expected."""
    australia = world.set_index("country").loc["Australia", "vulnerability"]
    expect(float(australia), AUSTRALIA, 0.5, "the vulnerability of Australia", path)
    expect(len(found), ESTIMATED, 0, "the number of States with an estimate", path)
    absent = sorted(NOT_IN_THE_EDITION[EDITION] & set(found["iso3"]))
    require(not absent, f"has {absent}, which the edition leaves out; check the original", path)
    without = sorted(found.loc[found[SCORES].isna().any(axis=1), "iso3"])
    require(not without, f"scores of {without} are missing; check the original", path)


def reshape(found: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of the States in their order, rounded as rates are."""
    result = found[["iso3", "region", *SCORES]].round(DECIMALS[EDITION])
    return result.sort_values("iso3", ignore_index=True).assign(
        source="walkfree2023",
        locator="country table of the 2023 edition, vulnerability scores",
        grade="A",
    )
