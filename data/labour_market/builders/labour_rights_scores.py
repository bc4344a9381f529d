"""labour-rights-scores: SDG indicator 8.8.2 of States and regions in its first and last year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original

SCORES = catalogued("ilostat-sdg882-labour-rights/sdg_0882_osce_2015_2024.csv")
ORIGINALS = (SCORES,)

COLUMNS = ["iso3", "area", "year", "indicator", "value", "unit", "source"]
YEARS = (2015, 2024)
STATES, REGIONS = 53, 6
WORLD = {2015: 4.54, 2022: 4.85}  # a rise of 7 per cent, as the United Nations report it

FAULTS = (
    Fault(
        "a score of the world that is not the published one",
        SCORES,
        text("World,2015,SDG_0882_NOC_RT,4.54", "World,2015,SDG_0882_NOC_RT,3.4"),
        said="the score of the world in 2015 is 3.4, published is 4.54",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per place and year; stop when the world's score is not the published one."""
    path = SCORES.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return all places and years with scores as numbers."""
    frame = read_original(path, COLUMNS)
    return frame.assign(year=frame["year"].astype(int), score=numbers(frame["value"], path))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when the world's scores, or the number of places in a used year, are not as known."""
    for year, published in WORLD.items():
        world = frame.query("area == 'World' and year == @year")["score"].squeeze()
        expect(float(world), published, 0.005, f"the score of the world in {year}", path)
    for year in YEARS:
        of_year = frame[frame["year"] == year]
        states = int((of_year["area"] == "").sum())
        expect(states, STATES, 0, f"the number of States in {year}", path)
        regions = len(of_year) - states
        expect(regions, REGIONS, 0, f"the number of regions in {year}", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the used years; a place is a State by its code, or a region by its name."""
    frame = frame[frame["year"].isin(YEARS)]
    region = frame["area"] != ""
    result = pd.DataFrame(
        {"iso3": frame["iso3"].mask(region), "region": frame["area"].mask(~region)}
    )
    result["place"] = result["region"].fillna(result["iso3"])
    result[["year", "score"]] = frame[["year", "score"]]
    return result[["place", "iso3", "region", "year", "score"]].assign(
        source="ilostat882", locator="SDG_0882_NOC_RT", grade="A"
    )
