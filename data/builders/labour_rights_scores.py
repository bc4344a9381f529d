"""labour-rights-scores: SDG indicator 8.8.2 of States and regions in its first and last year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original

NAME = "labour-rights-scores"
ORIGINALS = ("ilostat-sdg882-labour-rights",)

COLUMNS = ["iso3", "area", "year", "indicator", "value", "unit", "source"]
YEARS = (2015, 2024)
STATES, REGIONS = 53, 6
WORLD = {2015: 4.54, 2022: 4.85}  # a rise of 7 per cent, as the United Nations report it


def build(originals: Path) -> pd.DataFrame:
    """One row per place and year; stops when the world's score is not the published one."""
    path = originals / "ilostat-sdg882-labour-rights" / "sdg_0882_osce_2015_2024.csv"
    frame = original(path, COLUMNS)
    frame = frame.assign(year=frame["year"].astype(int), score=numbers(frame["value"], path))
    for year, published in WORLD.items():
        world = frame.query("area == 'World' and year == @year")["score"].squeeze()
        expect(float(world), published, 0.005, f"the score of the world in {year}", path)
    frame = frame[frame["year"].isin(YEARS)]
    region = frame["area"] != ""
    for year in YEARS:
        states = (frame["year"].eq(year) & ~region).sum()
        expect(int(states), STATES, 0, f"the number of States in {year}", path)
        expect(int((frame["year"].eq(year) & region).sum()), REGIONS, 0, "regions", path)
    result = pd.DataFrame(
        {"iso3": frame["iso3"].mask(region), "region": frame["area"].mask(~region)}
    )
    result["place"] = result["region"].fillna(result["iso3"])
    result[["year", "score"]] = frame[["year", "score"]]
    return result[["place", "iso3", "region", "year", "score"]].assign(
        source="ilostat882", locator="SDG_0882_NOC_RT", grade="A"
    )
