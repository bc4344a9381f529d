"""uk-referrals: potential victims referred to the National Referral Mechanism in the UK."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

BY_YEAR = catalogued("uk-nrm/nrm_referrals_2009q2_2023q4.csv")
BY_FORM = catalogued("uk-nrm/nrm_exploitation_by_quarter_2022q2_2023q4.csv")
ORIGINALS = (BY_YEAR, BY_FORM)

AGES = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Age not specified or unknown": "age_not_known",
}
PLACES = {"Overseas", "UK", "UK and Overseas", "Not specified or unknown", "Total"}
FORMS = {"Criminal", "Domestic", "Labour", "Organ Harvesting", "Sexual", "Not specified or unknown"}
BY_YEAR_COLUMNS = [
    "year", "quarter", "age_at_exploitation", "location_of_exploitation", "referrals",
]  # fmt: skip
BY_FORM_COLUMNS = [
    "quarter", "first_responder_type", "exploitation_type", "age_at_exploitation", "gender",
    "referrals",
]  # fmt: skip
QUARTERS = 4 * 15 - 1  # from the second quarter of 2009 to the last of 2023
FULL_YEAR_BY_FORM = 2023  # the tables by form begin in the second quarter of 2022
# As printed in the bulletins that were read; the quarters of the tables may differ by one.
PRINTED_QUARTERS = {"2023 Q1": 4746, "2023 Q3": 4138, "2023 Q4": 4142, "2022 Q4": 4416}

FAULTS = (
    Fault(
        "a part that does not add up",
        BY_YEAR,
        text("2009,Q2,Adult (18 or over),UK,4", "2009,Q2,Adult (18 or over),UK,5"),
        said="the difference between printed totals and the sum",
    ),
    Fault(
        "a new form",
        BY_FORM,
        text("Government agency,Domestic,", "Government agency,Begging,"),
        said="no rule for ['Begging']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per year; stop when places do not add to the printed totals."""
    path = BY_YEAR.under(originals)
    frame = read_by_year(path)
    check_by_year(frame, path)
    return reshape(frame, read_by_form(BY_FORM.under(originals)))


def read_by_year(path: Path) -> pd.DataFrame:
    """Return referrals by quarter, age and place; stop at an age or place that is not known."""
    frame = read_original(path, BY_YEAR_COLUMNS)
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


def read_by_form(path: Path) -> pd.DataFrame:
    """Return referrals by quarter and form, the forms of each row as a list in ``forms``.

    Raises DataError at a form that is not known, and at a quarter that is not the printed one.
    """
    frame = read_original(path, BY_FORM_COLUMNS)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    for quarter, printed in PRINTED_QUARTERS.items():
        have = frame.loc[frame["quarter"] == quarter, "referrals"].sum()
        expect(int(have), printed, 1, f"the referrals of {quarter}", path)
    forms = frame["exploitation_type"].str.replace(" & ", ", ").str.split(", ")
    translate(forms.explode().rename("exploitation_type"), {form: form for form in FORMS}, path)
    return frame.assign(forms=forms)


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
    alone = frame["exploitation_type"] == "Labour"
    sums = {
        "by_form": frame.loc[year, "referrals"].sum(),
        "labour_alone": frame.loc[year & alone, "referrals"].sum(),
        "labour_with_other": frame.loc[year & named & ~alone, "referrals"].sum(),
    }
    return pd.DataFrame(sums, index=pd.Index([FULL_YEAR_BY_FORM], name="year"), dtype="Int64")
