"""labour-rights-scores: SDG indicator 8.8.2 of States and regions in its first and last year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, of_participating_states, read_datapoints
from builders.informal_employment_regions import AREAS

SERIES = "sdg_0882_noc_rt"
SCORES = catalogued(
    f"ilostat-sdg882-labour-rights/ddf--datapoints--{SERIES}--by--ref_area--time.csv"
)
ORIGINALS = (SCORES,)

REGIONS = (
    "World", "Africa", "Americas", "Arab States", "Asia and the Pacific", "Europe and Central Asia",
)  # fmt: skip
YEARS = (2015, 2024)
STATES = 53
WORLD = {2015: 4.54, 2022: 4.85}  # a rise of 7 per cent, as the United Nations report it


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per place and year; stop when the world's score is not the published one."""
    path = SCORES.under(originals)
    frame = read_datapoints(path, "ref_area", SERIES)
    states = of_participating_states(frame, "place")
    regions = frame.assign(region=frame["place"].map(AREAS))
    regions = regions[regions["region"].isin(REGIONS)]
    check(states, regions, path)
    return reshape(states, regions)


def check(states: pd.DataFrame, regions: pd.DataFrame, path: Path) -> None:
    """Stop when the world's scores, or the number of places in a used year, are not as known."""
    for year, published in WORLD.items():
        world = regions.query("region == 'World' and year == @year")["value"].squeeze()
        expect(float(world), published, 0.005, f"the score of the world in {year}", path)
    for year in YEARS:
        of_year = int((states["year"] == year).sum())
        expect(of_year, STATES, 0, f"the number of States in {year}", path)
        of_year = int((regions["year"] == year).sum())
        expect(of_year, len(REGIONS), 0, f"the number of regions in {year}", path)


def reshape(states: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Return the used years; a place is a State by its code, or a region by its name."""
    frame = pd.concat(
        [states.assign(place=states["iso3"]), regions.assign(place=regions["region"])]
    )
    frame = frame[frame["year"].isin(YEARS)].rename(columns={"value": "score"})
    return frame[["place", "iso3", "region", "year", "score"]].assign(
        source="ilostat882", locator="SDG_0882_NOC_RT", grade="A"
    )
