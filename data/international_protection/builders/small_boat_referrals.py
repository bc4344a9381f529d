"""small-boat-referrals: arrivals by small boat and referrals, by nationality and arrival year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

REFERRALS = catalogued("uk-small-boats-nrm/nrm_referrals_by_arrival_year_nationality.csv")
ORIGINALS = (REFERRALS,)

COLUMNS = ["arrival_year", "nationality", "nrm_referral_raised", "no_nrm_referral"]
NAMES = {
    "Vietnam": "Viet Nam", "Turkey": "Türkiye", "Ivory Coast": "Côte d'Ivoire",
    "Gambia, The": "Gambia", "Refugee": "recognised refugee", "Myanmar (Burma)": "Myanmar",
}  # fmt: skip
OF_2022 = 45_574  # arrivals; Home Office, 7 March 2023: over 45,000
OF_2018 = 299
REFERRED = 7_923

FAULTS = (
    Fault(
        "people who moved between the two columns",
        REFERRALS,
        text("2018,Albania,4,12", "2018,Albania,5,11"),
        said="people referred is 7,924, published is 7,923",
    ),
    Fault(
        "a nationality that stands twice",
        REFERRALS,
        text("2018,Afghanistan,0,3", "2018,Albania,0,3"),
        said="a nationality stands twice in a year",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year and nationality; stop when arrivals are not as published."""
    path = REFERRALS.under(originals)
    frame = read_original(path, COLUMNS)
    frame = frame.rename(columns={"arrival_year": "year", "nrm_referral_raised": "referred"})
    frame["year"] = frame["year"].astype(int)
    for column in ("referred", "no_nrm_referral"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    frame["arrivals"] = frame["referred"] + frame.pop("no_nrm_referral")
    check(frame, path)
    frame["nationality"] = frame["nationality"].replace(NAMES)
    frame = frame.sort_values(["year", "nationality"], ignore_index=True)
    return frame[["year", "nationality", "arrivals", "referred"]].assign(
        source="hosmallboats2023", locator="NRM referrals of small boat arrivals", grade="A"
    )


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at a nationality that stands twice, and at sums other than published."""
    twice = frame.duplicated(["year", "nationality"]).any()
    require(not twice, "a nationality stands twice in a year", path)
    arrivals = frame.groupby("year")["arrivals"].sum()
    expect(int(arrivals[2022]), OF_2022, 0, "the arrivals of 2022", path)
    expect(int(arrivals[2018]), OF_2018, 0, "the arrivals of 2018", path)
    expect(int(frame["referred"].sum()), REFERRED, 0, "the number of people referred", path)
