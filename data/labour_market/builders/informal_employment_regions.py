"""informal-employment-regions: modelled rates of informal employment, world and regions."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

JANUARY = catalogued("ilostat-informal-employment/sdg_0831_informal_by_sex_activity.csv")
ORIGINALS = (JANUARY,)

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
WORLD_2022 = 58.0  # SDG indicator 8.3.1, as in statements of the ILO
YEARS = 19  # 2004 to 2022

FAULTS = (
    Fault(
        "a rate of the world that is not the published one",
        JANUARY,
        text(
            "X01,World,2022,SDG_0831_SEX_ECO_RT,total,all activities,5",
            "X01,World,2022,SDG_0831_SEX_ECO_RT,total,all activities,6",
        ),
        said="the rate of the world in 2022 is 6",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per region and year; stop when the world's rate is not the published one."""
    path = JANUARY.under(originals)
    result = read(path)
    check(result, path)
    result = result.sort_values(["region", "year"], ignore_index=True)
    return result.assign(
        source="ilostat831", locator="SDG_0831_SEX_ECO_RT, ILO modelled estimates", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the rates of the used regions; stop at a region that is not known."""
    frame = read_original(path, COLUMNS)
    frame = frame[(frame["area"] != "") & (frame["sex"] == "total")]
    frame["region"] = translate(frame["area"], AREAS, path)
    frame = frame[frame["region"] != "not used"]
    result = pd.DataFrame({"region": frame["region"], "year": frame["year"].astype(int)})
    result["percent"] = numbers(frame["value"], path)
    return result


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a region lacks a year, or the world's rate is not the published one."""
    years = result.groupby("region").size()
    expect(int(years.min()), YEARS, 0, "the smallest number of years of a region", path)
    world = result.query("region == 'World' and year == 2022")["percent"].squeeze()
    expect(float(world), WORLD_2022, 0.05, "the rate of the world in 2022", path)
