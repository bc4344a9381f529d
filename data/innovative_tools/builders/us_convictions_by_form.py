"""us-convictions-by-form: persons convicted in the United States by form of trafficking."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, require
from builders.detected_victims import FORMS, SHEET, sheet_rows
from decentwork.data import DataError

WORKBOOK = catalogued("unodc-glotip/data_glotip_2025-04-14.xlsx")
EDITION = "14/04/2025"
ORIGINALS = (WORKBOOK,)

COLUMNS = {
    "forced labour": "labour",
    "sexual exploitation": "sexual",
    "all forms": "printed_total",
}
YEARS = range(2017, 2023)
SLIP = 2017
"""The file's total of this year, 449, is smaller than its two forms together."""
LABOUR = {2017: 28, 2018: 25, 2019: 21, 2020: 12, 2021: 13, 2022: 8}
"""As a second reader took them from the workbook of 28 October 2025."""


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a fiscal year; stop when the forms do not add up to all convictions."""
    path = WORKBOOK.under(originals)
    frame = read(path)
    check(frame, path)
    return frame.assign(
        source="unodcdata2025",
        locator=f"sheet {SHEET}, rows on persons convicted in the United States by form",
        grade="A",
    )


def read(path: Path) -> pd.DataFrame:
    """Return the persons convicted by year and form; stop at a second value for one of them."""
    found: dict[tuple[int, str], int] = {}
    for number, row in sheet_rows(path, EDITION):
        wanted = (
            (row["Iso3_code"], row["Indicator"]) == ("USA", "Persons convicted")
            and (row["Sex"], row["Age"]) == ("Total", "Total")
            and row["Year"] in YEARS
        )
        form = FORMS.get((row["Dimension"], row["Category"]))
        if not wanted or form not in COLUMNS:
            continue
        if (row["Year"], form) in found:
            raise DataError(str(path), f"row {number}: a second value for {row['Year']} {form}")
        found[row["Year"], form] = int(row["txtVALUE"].replace(",", ""))
    frame = pd.Series(found).unstack().reindex(columns=list(COLUMNS)).rename(columns=COLUMNS)
    return frame.astype("Int64").rename_axis("year").reset_index()


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a missing year, at another number than is known, and at forms that do not add up."""
    require(list(frame["year"]) == list(YEARS), "a year is missing; look at the workbook", path)
    labour = frame.set_index("year")["labour"]
    for year, number in LABOUR.items():
        expect(int(labour[year]), number, 0, f"convicted for labour in {year}", path)
    apart = frame["printed_total"] - frame["labour"] - frame["sexual"]
    whole = bool((apart[frame["year"] != SLIP] == 0).all())
    require(whole, "the two forms do not add up to the total of a year", path)
