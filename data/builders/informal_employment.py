"""informal-employment: rates of States in two extractions, before and after a revision."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate
from decentwork.contract import DataError

NAME = "informal-employment"
ORIGINALS = ("ilostat-informal-employment",)

JANUARY = "sdg_0831_informal_by_sex_activity.csv"
JULY = "informal_rate_by_sex_2024.csv"
JANUARY_COLUMNS = [
    "iso3", "area", "year", "indicator", "sex", "activity", "value", "unit", "status", "survey",
    "source",
]  # fmt: skip
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
IN_BOTH = 567  # State-years in both extractions, as compared when the files were cut


def build(originals: Path) -> pd.DataFrame:
    """One row per State and year of the later extraction that the book uses.

    For States measured through income and living conditions only the last year in both extractions
    is kept, because their revised series is not to be drawn as a trend.
    """
    folder = originals / "ilostat-informal-employment"
    before = _rates(folder / JANUARY, JANUARY_COLUMNS)
    after = _rates(folder / JULY, JULY_COLUMNS)
    after["survey"] = translate(after["survey"], SURVEYS, folder / JULY)
    after["series_break"] = translate(after["status"], STATUS, folder / JULY) == "yes"
    frame = after.merge(before[["iso3", "year", "value"]], on=["iso3", "year"], how="left",
                        suffixes=("", "_january"))  # fmt: skip
    both = frame["value_january"].notna()
    expect(
        int(both.sum()), IN_BOTH, 1, "the number of State-years in both extractions", folder / JULY
    )
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


def _rates(path: Path, columns: list[str]) -> pd.DataFrame:
    frame = original(path, columns)
    frame = frame[frame["sex"] == "total"]
    if "activity" in frame:
        frame = frame[(frame["activity"] == "all activities") & (frame["area"] == "")]
    if frame.duplicated(["iso3", "year"]).any():
        raise DataError(str(path), "a State-year stands twice; look at the original")
    return frame.assign(year=frame["year"].astype(int), value=numbers(frame["value"], path))
