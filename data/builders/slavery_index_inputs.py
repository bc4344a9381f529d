"""slavery-index-inputs: the vulnerability scores that the Global Slavery Index of 2023 prints."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original
from decentwork import data
from slavery_index import COLUMNS, NAMES_IN_THE_INDEX, NOT_IN_THE_EDITION

NAME = "slavery-index-inputs"
ORIGINALS = ("global-slavery-index",)

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


def build(originals: Path) -> pd.DataFrame:
    """One row per State with an estimate; stops when a score is missing or not the printed one."""
    path = originals / "global-slavery-index" / "gsi_2023_country.csv"
    world = original(path, COLUMNS[2023])
    for column in [*SCORES, "prevalence_per_1000"]:
        world[column] = numbers(world[column], path)
    australia = world.set_index("country").loc["Australia", "vulnerability_total"]
    expect(float(australia), AUSTRALIA, 0.5, "the vulnerability of Australia", path)
    known = {name: code for code, name in data.states()["name"].items()} | NAMES_IN_THE_INDEX
    world["iso3"] = world["country"].map(known).astype("string")
    found = world.dropna(subset=["iso3", "prevalence_per_1000"])
    expect(len(found), ESTIMATED, 0, "the number of States with an estimate", path)
    absent = len(NOT_IN_THE_EDITION[2023] & set(found["iso3"]))
    expect(absent, 0, 0, "the number of States that should not be there", path)
    without = int(found[list(SCORES)].isna().sum().sum())
    expect(without, 0, 0, "the number of missing scores", path)
    result = found.rename(columns=SCORES)[["iso3", "region", *SCORES.values()]]
    return result.sort_values("iso3", ignore_index=True).assign(
        source="walkfree2023",
        locator="country table of the 2023 edition, vulnerability scores",
        grade="A",
    )
