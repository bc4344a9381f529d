"""small-boat-referrals: arrivals by small boat and referrals, by nationality and arrival year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

REFERRALS = catalogued("uk-small-boats-nrm/small_boat_NRM_referrals.csv")
ORIGINALS = (REFERRALS,)

COLUMNS = [
    "Date", "Year", "Quarter", "NRM referral", "Nationality", "Region", "Sex", "Age Group",
    "Referrals",
]  # fmt: skip
KINDS = {"NRM referral raised": "referred", "No NRM referral raised": "not referred"}
NAMES = {
    "Vietnam": "Viet Nam", "Turkey": "Türkiye", "Ivory Coast": "Côte d'Ivoire",
    "Gambia, The": "Gambia", "Refugee": "recognised refugee", "Myanmar (Burma)": "Myanmar",
}  # fmt: skip
OF_2022 = 45_574  # arrivals; Home Office, 7 March 2023: over 45,000
OF_2018 = 299
REFERRED = 7_923


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year and nationality; stop when arrivals are not as published."""
    path = REFERRALS.under(originals)
    frame = read(path)
    check(frame, path)
    return frame.assign(
        source="hosmallboats2023", locator="NRM referrals of small boat arrivals", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return arrivals and referrals by year and nationality, of all sexes and ages."""
    frame = read_original(path, COLUMNS)
    frame["kind"] = translate(frame["NRM referral"], KINDS, path)
    frame["arrivals"] = numbers(frame["Referrals"], path).astype("Int64")
    frame["referred"] = frame["arrivals"].where(frame["kind"] == "referred", 0)
    frame["year"] = frame["Year"].astype(int)
    frame["nationality"] = frame["Nationality"].replace(NAMES)
    rows = frame.groupby(["year", "nationality"], as_index=False)
    return rows[["arrivals", "referred"]].sum()


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at sums other than published."""
    arrivals = frame.groupby("year")["arrivals"].sum()
    expect(int(arrivals[2022]), OF_2022, 0, "the arrivals of 2022", path)
    expect(int(arrivals[2018]), OF_2018, 0, "the arrivals of 2018", path)
    expect(int(frame["referred"].sum()), REFERRED, 0, "the number of people referred", path)
