"""us-convictions-by-form: federal convictions of the United States by form of trafficking."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

WIDE = catalogued("unodc-glotip/glotip_osce_wide.csv")
ORIGINALS = (WIDE,)

COLUMNS = [
    "iso3", "country", "year", "victims_total", "victims_forced_labour_min",
    "victims_forced_labour_max", "victims_sexual_min", "victims_sexual_max", "victims_other_min",
    "victims_other_max", "suspects_total", "prosecuted_total", "convicted_total",
    "convicted_forced_labour_min", "convicted_forced_labour_max", "convicted_sexual_min",
    "convicted_sexual_max", "convicted_other_min", "convicted_other_max", "convicted_by_form_flag",
]  # fmt: skip
YEARS = list(range(2017, 2023))
SLIP = 2017
"""The file's total of this year, 449, is smaller than its two forms together."""
LABOUR = {2017: 28, 2018: 25, 2019: 21, 2020: 12, 2021: 13, 2022: 8}
"""As a second reader took them from the workbook of 28 October 2025."""

FAULTS = (
    Fault(
        "a conviction moved from one form to the other",
        WIDE,
        text(",526,25,25,501,501,", ",526,26,26,500,500,"),
        said="convicted for labour in 2018 is 26, published is 25",
    ),
    Fault(
        "forms that do not add up",
        WIDE,
        text(",309,12,12,297,297,", ",309,12,12,279,279,"),
        said="the two forms do not add up to the total",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a fiscal year; stop when the forms do not add up to all convictions."""
    path = WIDE.under(originals)
    frame = read_original(path, COLUMNS)
    names = {
        "year": "year",
        "convicted_forced_labour_min": "labour",
        "convicted_sexual_min": "sexual",
        "convicted_total": "printed_total",
    }
    frame = frame[frame["iso3"] == "USA"].rename(columns=names)[list(names.values())]
    for column in frame.columns:
        frame[column] = numbers(frame[column], path).astype("Int64")
    frame = frame[frame["year"].isin(YEARS)].reset_index(drop=True)
    for year, number in LABOUR.items():
        have = int(frame.loc[frame["year"] == year, "labour"].sum())
        expect(have, number, 0, f"convicted for labour in {year}", path)
    apart = frame["printed_total"] - frame["labour"] - frame["sexual"]
    whole = bool((apart[frame["year"] != SLIP] == 0).all())
    require(whole, "the two forms do not add up to the total of a year", path)
    return frame.assign(
        source="unodcdata2025",
        locator="sheet data_glotip_1, rows on persons convicted in the United States by form",
        grade="A",
    )
