"""temporary-protection: citizens of Ukraine under temporary protection, by State and month."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

BENEFICIARIES = catalogued(
    "eurostat-temporary-protection/temporary_protection_beneficiaries_monthly.csv"
)
ORIGINALS = (BENEFICIARIES,)

COLUMNS = [
    "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "freq", "Time frequency", "unit",
    "Unit of measure", "citizen", "Country of citizenship", "sex", "Sex", "age", "Age class",
    "geo", "Geopolitical entity (reporting)", "TIME_PERIOD", "Time", "OBS_VALUE",
    "Observation value", "OBS_FLAG", "Observation status (Flag) V2 structure", "CONF_STATUS",
    "Confidentiality status (flag)",
]  # fmt: skip
ONE_KIND = {
    "STRUCTURE_ID": "ESTAT:MIGR_ASYTPSM(1.0)", "freq": "M", "unit": "PER", "citizen": "UA",
    "sex": "T", "age": "TOTAL",
}  # fmt: skip
"""What every row must be: citizens of Ukraine of both sexes and all ages, by month."""
RENAMED = {"TIME_PERIOD": "month", "OBS_VALUE": "people", "OBS_FLAG": "flag"}
FIRST_MONTH = "2022-08"  # the first month with all member States
POLAND_MARCH_2025 = 992_370
GREECE = {"EL": "GR"}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and month from August 2022."""
    path = BENEFICIARIES.under(originals)
    frame = read(path)
    check(frame, path)
    frame = frame.sort_values(["iso3", "month"], ignore_index=True)
    frame["flag"] = frame["flag"].replace("", pd.NA)
    return frame.assign(
        source="eurostattps2025", locator="table migr_asytpsm, citizens of Ukraine", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the people by State and month; stop at another group of people or a strange State."""
    frame = read_original(path, COLUMNS)
    for column, only in ONE_KIND.items():
        found = sorted(set(frame[column]))
        require(found == [only], f"column {column} holds {found}, not {only} alone", path)
    codes = data.states().reset_index().set_index("iso2")["iso3"]
    frame["geo"] = frame["geo"].replace(GREECE)
    strange = sorted(set(frame["geo"]) - set(codes.index))
    require(not strange, f"{strange} are no participating States; look at the original", path)
    frame = frame.rename(columns=RENAMED)
    frame["iso3"] = frame["geo"].map(codes)
    frame["people"] = numbers(frame["people"], path).astype("Int64")
    frame = frame[(frame["month"] >= FIRST_MONTH) & frame["people"].notna()]
    return frame[["iso3", "month", "people", "flag"]]


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a month that stands twice, and at another number than is known for Poland."""
    require(not frame.duplicated(["iso3", "month"]).any(), "a month of a State stands twice", path)
    of_poland = frame.query("iso3 == 'POL' and month == '2025-03'")["people"]
    expect(int(of_poland.sum()), POLAND_MARCH_2025, 0, "Poland in March 2025", path)
