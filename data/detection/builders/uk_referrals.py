"""uk-referrals: potential victims referred to the National Referral Mechanism in the UK."""

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, all_catalogued, catalogued
from bookmaking.tables.reading import expect, numbers, read_r, require, translate

BY_YEAR = catalogued("uk-nrm/nrm_referrals_longitudinal.rda")
# One file for each quarter and kind of first responder, from the second quarter of 2022.
BY_FORM = all_catalogued("uk-nrm/nrm_referrals_*_q?.rda")
ORIGINALS = (BY_YEAR, *BY_FORM)

AGES = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Age not specified or unknown": "age_not_known",
}
PLACES = {"Overseas", "UK", "UK and Overseas", "Not specified or unknown", "Total"}
FORMS = {"Criminal", "Domestic", "Labour", "Organ Harvesting", "Sexual", "Not specified or unknown"}
BY_YEAR_COLUMNS = {
    "Year": "year",
    "Quarter": "quarter",
    "Age at exploitation": "age_at_exploitation",
    "Location of exploitation": "location_of_exploitation",
    "NRM referrals": "referrals",
}
BY_FORM_COLUMNS = {
    "First responder type": "responder",
    "First responder": "body",
    "Exploitation type": "form",
    "Age at exploitation": "age",
    "Gender": "sex",
    "Nationality": "nationality",
    "People": "referrals",
}
RESPONDERS = {
    "Government agency": "government agencies",
    "Local Authority": "local authorities",
    "NGO and third sector": "NGOs",
    "Police": "police",
}
AGES_BY_FORM = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Not specified or unknown": "age not known",
}
SEXES = {
    "Female": "women", "Male": "men", "Other": "other or unknown", "Unknown": "other or unknown",
    "Not Recorded": "other or unknown",
}  # fmt: skip
TOTAL = "Total"
PARTS = ["form", "age", "sex", "nationality"]
"""Columns in which a row of all of them is called Total."""
QUARTER_IN_NAME = re.compile(r"_(\d{4})_q(\d)\.rda$")
QUARTERS_BY_FORM = 7  # the tables that were found run from the second quarter of 2022 to 2023
QUARTERS = 4 * 15 - 1  # from the second quarter of 2009 to the last of 2023
FULL_YEAR_BY_FORM = 2023  # the tables by form begin in the second quarter of 2022
# As printed in the bulletins that were read; the quarters of the tables may differ by one.
PRINTED_QUARTERS = {"2023 Q1": 4746, "2023 Q3": 4138, "2023 Q4": 4142, "2022 Q4": 4416}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year; stop when places do not add to the printed totals."""
    path = BY_YEAR.under(originals)
    frame = read_by_year(path)
    check_by_year(frame, path)
    return reshape(frame, read_by_form(originals))


def read_by_year(path: Path) -> pd.DataFrame:
    """Return referrals by quarter, age and place; stop at an age or place that is not known."""
    frame = read_r(path, list(BY_YEAR_COLUMNS)).rename(columns=BY_YEAR_COLUMNS)
    frame["age"] = translate(frame["age_at_exploitation"], AGES, path)
    frame["place"] = translate(frame["location_of_exploitation"], {p: p for p in PLACES}, path)
    frame["year"] = frame["year"].astype(int)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    return frame


def check_by_year(frame: pd.DataFrame, path: Path) -> None:
    """Stop when places do not add to the printed totals, or a quarter is missing."""
    printed, parts = _by_age(frame, printed=True), _by_age(frame, printed=False)
    apart = int((printed - parts).abs().max(axis=None))
    sentence = (
        f"the difference between printed totals and the sum of places is {apart}; look at both"
    )
    require(apart == 0, sentence, path)
    quarters = frame.groupby("year")["quarter"].nunique().sum()
    expect(int(quarters), QUARTERS, 0, "the number of quarters from 2009 Q2 to 2023 Q4", path)


def _by_age(frame: pd.DataFrame, *, printed: bool) -> pd.DataFrame:
    """Return referrals by year and age: the printed totals, or the sum of the places."""
    chosen = frame[(frame["place"] == "Total") == printed]
    return chosen.groupby(["year", "age"])["referrals"].sum().unstack("age")


def read_by_form(originals: Folders) -> pd.DataFrame:
    """Return referrals by quarter, first responder, form, age and sex, all nationalities together.

    Raises DataError at a form, responder, age or sex that is not known, at rows that do not add to
    the total that their file prints, and at a quarter that is not the printed one.

    Returns
    -------
    DataFrame
        ``quarter``, ``responder``, ``form`` as printed, ``forms`` as a list, ``age``, ``sex`` and
        ``referrals`` (persons).
    """
    paths = [each.under(originals) for each in BY_FORM]
    parts = [_one_file(path, sha256(path.read_bytes()).hexdigest()) for path in paths]
    frame = pd.concat(parts, ignore_index=True)
    check_by_form(frame, paths[0].parent)
    return frame.assign(forms=_forms(frame["form"]))


def _forms(printed: pd.Series) -> pd.Series:
    return printed.str.replace(" & ", ", ").str.split(", ")


@lru_cache(maxsize=2 * len(BY_FORM))
def _one_file(path: Path, digest: str) -> pd.DataFrame:
    """Return the rows of one file that are no totals, added over bodies and nationalities.

    Three tables read these files, and reading all takes seconds. The digest is that of the file, so
    that a changed file is read again.
    """
    frame = read_r(path, list(BY_FORM_COLUMNS)).rename(columns=BY_FORM_COLUMNS)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    totals = frame[PARTS] == TOTAL
    whole = totals.all(axis=1) & (frame["body"] == frame["responder"] + " total")
    printed = int(frame.loc[whole, "referrals"].sum())
    rows = frame[~totals.any(axis=1)].copy()
    expect(int(rows["referrals"].sum()), printed, 0, "the sum of its rows", path)
    translate(_forms(rows["form"]).explode(), {form: form for form in FORMS}, path)
    for column, names in (("responder", RESPONDERS), ("age", AGES_BY_FORM), ("sex", SEXES)):
        rows[column] = translate(rows[column], names, path)
    year, quarter = QUARTER_IN_NAME.search(path.name).groups()
    rows["quarter"] = f"{year} Q{quarter}"
    sums = rows.groupby(["quarter", "responder", "form", "age", "sex"])["referrals"].sum()
    return sums[sums > 0].reset_index()


def check_by_form(frame: pd.DataFrame, folder: Path) -> None:
    """Stop when quarters are missing, or a quarter is not as the bulletin of it prints it."""
    expect(frame["quarter"].nunique(), QUARTERS_BY_FORM, 0, "the number of quarters", folder)
    for quarter, printed in PRINTED_QUARTERS.items():
        have = int(frame.loc[frame["quarter"] == quarter, "referrals"].sum())
        expect(have, printed, 1, f"the referrals of {quarter}", folder)


def reshape(by_year: pd.DataFrame, by_form: pd.DataFrame) -> pd.DataFrame:
    """Return the table: printed totals by age, and labour exploitation in the one full year."""
    totals = _by_age(by_year, printed=True)
    frame = totals.assign(referrals=totals.sum(axis=1)).join(_labour(by_form)).reset_index()
    return frame.assign(
        quarters=frame["year"].map(lambda year: "Q2-Q4" if year == 2009 else "Q1-Q4"),
        source="nrm2023",
        locator="data tables, referrals by quarter, age and location, quarters added up",
        grade="A",
    )


def _labour(frame: pd.DataFrame) -> pd.DataFrame:
    """Return referrals of the one full year that is split by form, with and without labour."""
    year = frame["quarter"].str[:4].astype(int) == FULL_YEAR_BY_FORM
    named = frame["forms"].map(lambda given: "Labour" in given)
    alone = frame["form"] == "Labour"
    sums = {
        "by_form": frame.loc[year, "referrals"].sum(),
        "labour_alone": frame.loc[year & alone, "referrals"].sum(),
        "labour_with_other": frame.loc[year & named & ~alone, "referrals"].sum(),
    }
    return pd.DataFrame(sums, index=pd.Index([FULL_YEAR_BY_FORM], name="year"), dtype="Int64")
