"""informal-employment: rates of States in two extractions, before and after a revision."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import (
    expect,
    numbers,
    of_participating_states,
    read_original,
    require,
    translate,
)
from builders.informal_employment_regions import ALL_ACTIVITIES, NOVEMBER, read_november
from decentwork import data

JULY = catalogued("ilostat-informal-employment/EMP_NIFL_SEX_RT_A-20240726T0000.csv")
ORIGINALS = (NOVEMBER, JULY)

JULY_COLUMNS = [
    "ref_area.label", "source.label", "indicator.label", "sex.label", "time", "obs_value",
    "obs_status.label", "note_indicator.label", "note_source.label",
]  # fmt: skip
SEXES = {"Sex: Total": "total", "Sex: Female": "women", "Sex: Male": "men", "Sex: Other": "other"}
SURVEYS = {
    "HIES - EU Statistics on Income and Living Conditions": "income and living conditions",
    "HIES - Survey on Income and living Conditions": "income and living conditions",
    "HIES - Households Living Conditions Survey": "other household survey",
    "HIES - Living Standards Measurement Survey": "other household survey",
    "LFS - Household Labour Force Survey": "labour force survey",
    "LFS - Labour Force Survey": "labour force survey",
    "LFS - Employment and Unemployment Survey": "labour force survey",
}
STATUS = {"": "no", "Break in series": "yes", "Unreliable": "no"}
STATE_YEARS = 592  # in the later extraction
IN_BOTH = 566  # State-years with a value in both extractions; Malta 2021 has none in November 2023


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year of the later extraction that the book uses.

    For States measured through income and living conditions only the last year in both extractions
    is kept, because their revised series is not to be drawn as a trend.
    """
    before = rates_of_november(NOVEMBER.under(originals))
    after = read_july(JULY.under(originals))
    frame = after.merge(before, on=["iso3", "year"], how="left", suffixes=("", "_november"))
    both = int(frame["percent_november"].notna().sum())
    what = "the number of State-years in both extractions"
    expect(both, IN_BOTH, 0, what, NOVEMBER.under(originals))
    return reshape(frame)


def rates_of_november(path: Path) -> pd.DataFrame:
    """Return the rates of States in the earlier extraction, which holds activities and regions."""
    frame = of_participating_states(read_november(path), "place")
    frame = frame.loc[frame["activity"] == ALL_ACTIVITIES, ["iso3", "year", "percent"]]
    require_one_each(frame, path)
    return frame


def read_july(path: Path) -> pd.DataFrame:
    """Return the rates of States in the later extraction, with the kind of survey."""
    frame = read_original(path, JULY_COLUMNS)
    frame = frame[translate(frame["sex.label"], SEXES, path) == "total"]
    frame = frame.assign(iso3=frame["ref_area.label"].map(codes_by_name())).dropna(subset="iso3")
    result = pd.DataFrame(
        {
            "iso3": frame["iso3"],
            "year": frame["time"].astype(int),
            "survey": translate(frame["source.label"], SURVEYS, path),
            "series_break": translate(frame["obs_status.label"], STATUS, path) == "yes",
            "percent": numbers(frame["obs_value"], path).round(2),
        }
    )
    expect(len(result), STATE_YEARS, 0, "the number of State-years of July", path)
    require_one_each(result, path)
    return result


def codes_by_name() -> dict[str, str]:
    """Return the code of each participating State by its name, and by its other name."""
    states = data.states()
    names = states["name"].to_dict()
    others = states["other_name"].dropna().to_dict()
    return {name: code for named in (names, others) for code, name in named.items()}


def require_one_each(frame: pd.DataFrame, path: Path) -> None:
    """Stop when a State has two rates for one year."""
    twice = frame.duplicated(["iso3", "year"]).any()
    require(not twice, "a State-year stands twice; look at the original", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the book uses, with the rate of either extraction."""
    both = frame["percent_november"].notna()
    last = frame[both].groupby("iso3")["year"].transform("max")
    revised = frame["survey"] == "income and living conditions"
    kept = frame[(~revised) | (both & frame["year"].eq(last.reindex(frame.index)))]
    result = kept[["iso3", "year", "survey", "series_break", "percent_november", "percent"]].rename(
        columns={"percent_november": "percent_november_2023", "percent": "percent_july_2024"}
    )
    return result.sort_values(["iso3", "year"], ignore_index=True).assign(
        source="ilostat831; ilostatnifl",
        locator="SDG_0831_SEX_ECO_RT, total; EMP_NIFL_SEX_RT, total",
        grade="A",
    )
