"""temporary-protection: citizens of Ukraine under temporary protection, by State and month."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

BENEFICIARIES = catalogued(
    "eurostat-temporary-protection/migr_asytpsm_ua_monthly_2022-03_2025-03.csv"
)
ORIGINALS = (BENEFICIARIES,)

COLUMNS = ["geo", "country", "month", "beneficiaries_ua_citizens", "flag"]
FIRST_MONTH = "2022-08"  # the first month with all member States
POLAND_MARCH_2025 = 992_370
GREECE = {"EL": "GR"}

FAULTS = (
    Fault(
        "a State without a code",
        BENEFICIARIES,
        text("AT,Austria,2022-08,", "XX,Austria,2022-08,"),
        said="['XX'] are no participating States",
    ),
    Fault(
        "a month that stands twice",
        BENEFICIARIES,
        text("AT,Austria,2022-09,", "AT,Austria,2022-08,"),
        said="a month of a State stands twice",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and month from August 2022."""
    path = BENEFICIARIES.under(originals)
    frame = read_original(path, COLUMNS)
    codes = data.states().reset_index().set_index("iso2")["iso3"]
    frame["geo"] = frame["geo"].replace(GREECE)
    strange = sorted(set(frame["geo"]) - set(codes.index))
    require(not strange, f"{strange} are no participating States; look at the original", path)
    frame["iso3"] = frame["geo"].map(codes)
    frame["people"] = numbers(frame["beneficiaries_ua_citizens"], path).astype("Int64")
    frame = frame[(frame["month"] >= FIRST_MONTH) & frame["people"].notna()]
    require(not frame.duplicated(["iso3", "month"]).any(), "a month of a State stands twice", path)
    of_poland = frame.query("iso3 == 'POL' and month == '2025-03'")["people"]
    expect(int(of_poland.sum()), POLAND_MARCH_2025, 0, "Poland in March 2025", path)
    frame = frame.sort_values(["iso3", "month"], ignore_index=True)
    frame["flag"] = frame["flag"].replace("", pd.NA)
    return frame[["iso3", "month", "people", "flag"]].assign(
        source="eurostattps2025", locator="table migr_asytpsm, citizens of Ukraine", grade="A"
    )
