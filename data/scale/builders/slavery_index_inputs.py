"""slavery-index-inputs: the vulnerability scores that the Global Slavery Index of 2023 prints."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, require
from builders import slavery_index
from builders.slavery_index import EDITIONS, NOT_IN_THE_EDITION

EDITION = 2023
ORIGINALS = (EDITIONS[EDITION],)

SCORES = {
    "v_governance": "governance",
    "v_basic_needs": "basic_needs",
    "v_inequality": "inequality",
    "v_disenfranchised": "disenfranchised",
    "v_conflict": "conflict",
    "vulnerability_total": "vulnerability",
}
AUSTRALIA = 7  # vulnerability as the country page of the index prints it
ESTIMATED = 48

FAULTS = (
    Fault(
        "a vulnerability that is not the printed one",
        EDITIONS[EDITION],
        text("26.4736,6.814,", "26.4736,16.814,"),
        said="the vulnerability of Australia is 16.814, published is 7",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State with an estimate; stop at a score that is missing or not printed."""
    path = EDITIONS[EDITION].under(originals)
    world = read(path)
    found = world.dropna(subset=["iso3", "prevalence_per_1000"])
    check(world, found, path)
    return reshape(found)


def read(path: Path) -> pd.DataFrame:
    """Return all countries of the edition with their scores as numbers."""
    world = slavery_index.read(EDITION, path)
    for column in [*SCORES, "prevalence_per_1000"]:
        world[column] = numbers(world[column], path)
    return world


def check(world: pd.DataFrame, found: pd.DataFrame, path: Path) -> None:
    """Stop when a known score is another one, or States or scores are not as expected."""
    australia = world.set_index("country").loc["Australia", "vulnerability_total"]
    expect(float(australia), AUSTRALIA, 0.5, "the vulnerability of Australia", path)
    expect(len(found), ESTIMATED, 0, "the number of States with an estimate", path)
    absent = sorted(NOT_IN_THE_EDITION[EDITION] & set(found["iso3"]))
    require(not absent, f"has {absent}, which the edition leaves out; check the original", path)
    without = int(found[list(SCORES)].isna().sum().sum())
    require(without == 0, f"{without} scores are missing; check the original", path)


def reshape(found: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of the States in their order."""
    result = found.rename(columns=SCORES)[["iso3", "region", *SCORES.values()]]
    return result.sort_values("iso3", ignore_index=True).assign(
        source="walkfree2023",
        locator="country table of the 2023 edition, vulnerability scores",
        grade="A",
    )
