"""informal-employment: rates of States in two extractions, before and after a revision."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate
from builders.informal_employment_regions import COLUMNS as JANUARY_COLUMNS
from builders.informal_employment_regions import JANUARY

JULY = catalogued("ilostat-informal-employment/informal_rate_by_sex_2024.csv")
ORIGINALS = (JANUARY, JULY)

JULY_COLUMNS = ["iso3", "year", "indicator", "sex", "value", "unit", "status", "survey", "source"]
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
IN_BOTH = 566  # State-years with a value in both extractions; Malta 2021 has none in January

FAULTS = (
    Fault(
        "a new kind of survey",
        JULY,
        text(
            "total,1.38,% of employment,,HIES - EU Statistics",
            "total,1.38,% of employment,,HIES - EU",
        ),
        said="no rule for ['HIES - EU on Income and Living Conditions']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year of the later extraction that the book uses.

    For States measured through income and living conditions only the last year in both extractions
    is kept, because their revised series is not to be drawn as a trend.
    """
    before = read_january(JANUARY.under(originals))
    after = read_july(JULY.under(originals))
    frame = after.merge(before[["iso3", "year", "value"]], on=["iso3", "year"], how="left",
                        suffixes=("", "_january"))  # fmt: skip
    both = int(frame["value_january"].notna().sum())
    expect(both, IN_BOTH, 0, "the number of State-years in both extractions", JULY.under(originals))
    return reshape(frame)


def read_january(path: Path) -> pd.DataFrame:
    """Return the rates of States in the earlier extraction, which holds activities and regions."""
    frame = read_original(path, JANUARY_COLUMNS)
    return _rates(frame[(frame["activity"] == "all activities") & (frame["area"] == "")], path)


def read_july(path: Path) -> pd.DataFrame:
    """Return the rates of States in the later extraction, with the kind of survey."""
    frame = _rates(read_original(path, JULY_COLUMNS), path)
    frame["survey"] = translate(frame["survey"], SURVEYS, path)
    frame["series_break"] = translate(frame["status"], STATUS, path) == "yes"
    return frame


def _rates(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    frame = frame[frame["sex"] == "total"]
    twice = frame.duplicated(["iso3", "year"]).any()
    require(not twice, "a State-year stands twice; look at the original", path)
    return frame.assign(year=frame["year"].astype(int), value=numbers(frame["value"], path))


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the book uses, with the rate of either extraction."""
    both = frame["value_january"].notna()
    last = frame[both].groupby("iso3")["year"].transform("max")
    revised = frame["survey"] == "income and living conditions"
    kept = frame[(~revised) | (both & frame["year"].eq(last.reindex(frame.index)))]
    result = kept[["iso3", "year", "survey", "series_break", "value_january", "value"]].rename(
        columns={"value_january": "percent_january_2024", "value": "percent_july_2024"}
    )
    return result.sort_values(["iso3", "year"], ignore_index=True).assign(
        source="ilostat831; ilostatnifl",
        locator="SDG_0831_SEX_ECO_RT, total; EMP_NIFL_SEX_RT, total",
        grade="A",
    )
