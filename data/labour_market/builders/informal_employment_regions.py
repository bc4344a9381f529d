"""informal-employment-regions: modelled rates of informal employment, world and regions."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

NOVEMBER = catalogued("ilostat-informal-employment/SDG_0831_SEX_ECO_RT_A.csv")
ORIGINALS = (NOVEMBER,)

COLUMNS = [
    "ref_area", "indicator", "source", "sex", "classif1", "time", "obs_value", "obs_status",
    "note_classif", "note_indicator", "note_source",
]  # fmt: skip
INDICATOR = "SDG_0831_SEX_ECO_RT"
SEXES = {"SEX_T": "total", "SEX_F": "women", "SEX_M": "men", "SEX_O": "other"}
ALL_ACTIVITIES = "ECO_AGNAG_TOTAL"
AREAS = {
    "X01": "World",
    "X02": "Low-income countries",
    "X03": "Lower-middle-income countries",
    "X04": "Upper-middle-income countries",
    "X05": "High-income countries",
    "X06": "Africa",
    "X21": "Americas",
    "X36": "Arab States",
    "X40": "Asia and the Pacific",
    "X60": "Europe and Central Asia",
}
"""Places that are no States, by the code that the International Labour Organization gives them."""
NOT_USED = {
    "Low-income countries",
    "Lower-middle-income countries",
    "Upper-middle-income countries",
}
WORLD_2022 = 58.0  # SDG indicator 8.3.1, as in statements of the ILO
YEARS = 19  # 2004 to 2022


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per region and year; stop when the world's rate is not the published one."""
    path = NOVEMBER.under(originals)
    result = read(path)
    check(result, path)
    result = result.sort_values(["region", "year"], ignore_index=True)
    return result.assign(
        source="ilostat831", locator="SDG_0831_SEX_ECO_RT, ILO modelled estimates", grade="A"
    )


def read_november(path: Path) -> pd.DataFrame:
    """Return the rates for women and men together, in all places and activities.

    Returns
    -------
    Columns ``place`` (code of a State or of a region), ``year``, ``activity`` (code), ``percent``,
    ``status`` and ``survey``. Raises DataError for another indicator, or a sex without a rule.
    """
    frame = read_original(path, COLUMNS)
    one = set(frame["indicator"]) == {INDICATOR}
    require(one, f"has other indicators than {INDICATOR}; look at them", path)
    frame = frame[translate(frame["sex"], SEXES, path) == "total"]
    return pd.DataFrame(
        {
            "place": frame["ref_area"],
            "year": frame["time"].astype(int),
            "activity": frame["classif1"],
            "percent": numbers(frame["obs_value"], path).round(2),
            "status": frame["obs_status"],
            "survey": frame["source"],
        }
    )


def read(path: Path) -> pd.DataFrame:
    """Return the rates of the used regions; stop at a region that is not known."""
    frame = read_november(path)
    frame = frame[frame["place"].str.fullmatch(r"X\d\d") & (frame["activity"] == ALL_ACTIVITIES)]
    frame = frame.assign(region=translate(frame["place"], AREAS, path))
    return frame.loc[~frame["region"].isin(NOT_USED), ["region", "year", "percent"]]


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a region lacks a year, or the world's rate is not the published one."""
    years = result.groupby("region").size()
    expect(int(years.min()), YEARS, 0, "the smallest number of years of a region", path)
    world = result.query("region == 'World' and year == 2022")["percent"].squeeze()
    expect(float(world), WORLD_2022, 0.05, "the rate of the world in 2022", path)
