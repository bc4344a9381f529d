"""informal-employment-regions: modelled rates of informal employment, world and regions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "informal-employment-regions"
ORIGINALS = ("ilostat-informal-employment",)

COLUMNS = [
    "iso3", "area", "year", "indicator", "sex", "activity", "value", "unit", "status", "survey",
    "source",
]  # fmt: skip
REGIONS = (
    "World", "Africa", "Americas", "Arab States", "Asia and the Pacific", "Europe and Central Asia",
    "High-income countries",
)  # fmt: skip
NOT_USED = (
    "Low-income countries",
    "Lower-middle-income countries",
    "Upper-middle-income countries",
)
AREAS = {name: name for name in REGIONS} | dict.fromkeys(NOT_USED, "not used")
WORLD_2022 = 58.0  # as in statements of the ILO
YEARS = 19  # 2004 to 2022


def build(originals: Path) -> pd.DataFrame:
    """One row per region and year; stops when the world's rate is not the published one."""
    path = originals / "ilostat-informal-employment" / "sdg_0831_informal_by_sex_activity.csv"
    frame = original(path, COLUMNS)
    frame = frame[(frame["area"] != "") & (frame["sex"] == "total")]
    frame["region"] = translate(frame["area"], AREAS, path)
    frame = frame[frame["region"] != "not used"]
    result = pd.DataFrame({"region": frame["region"], "year": frame["year"].astype(int)})
    result["percent"] = numbers(frame["value"], path)
    years = result.groupby("region").size()
    expect(int(years.min()), YEARS, 0, "the smallest number of years of a region", path)
    world = result.query("region == 'World' and year == 2022")["percent"].squeeze()
    expect(float(world), WORLD_2022, 0.05, "the rate of the world in 2022", path)
    result = result.sort_values(["region", "year"], ignore_index=True)
    return result.assign(
        source="ilostat831", locator="SDG_0831_SEX_ECO_RT, ILO modelled estimates", grade="A"
    )
