"""uk-referrals: potential victims referred to the National Referral Mechanism in the UK."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "uk-referrals"
ORIGINALS = ("uk-nrm",)

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
FULL_YEAR_BY_FORM = 2023  # the tables by form begin in the second quarter of 2022
# As printed in the bulletins that were read; the quarters of the tables may differ by one.
PRINTED_QUARTERS = {"2023 Q1": 4746, "2023 Q3": 4138, "2023 Q4": 4142, "2022 Q4": 4416}


def build(originals: Path) -> pd.DataFrame:
    """One row per year; stops when places do not add to the printed totals."""
    folder = originals / "uk-nrm"
    frame = _by_year(folder / "nrm_referrals_2009q2_2023q4.csv")
    by_form = _labour(folder / "nrm_exploitation_by_quarter_2022q2_2023q4.csv")
    frame = frame.join(by_form).reset_index()
    frame["quarters"] = frame["year"].map(lambda year: "Q2-Q4" if year == 2009 else "Q1-Q4")
    return frame.assign(
        source="nrm2023",
        locator="data tables, referrals by quarter, age and location, quarters added up",
        grade="A",
    )


def _by_year(path: Path) -> pd.DataFrame:
    frame = original(path, BY_YEAR_COLUMNS)
    frame["age"] = translate(frame["age_at_exploitation"], AGES, path)
    frame["place"] = translate(frame["location_of_exploitation"], {p: p for p in PLACES}, path)
    frame["year"] = frame["year"].astype(int)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    sums = frame.groupby([frame["place"] == "Total", "year", "age"])["referrals"].sum()
    printed, parts = sums[True].unstack("age"), sums[False].unstack("age")
    apart = int((printed - parts).abs().max(axis=None))
    expect(apart, 0, 0, "the difference between printed totals and the sum of places", path)
    quarters = frame.groupby("year")["quarter"].nunique().sum()
    expect(int(quarters), 4 * 15 - 1, 0, "the number of quarters from 2009 Q2 to 2023 Q4", path)
    return printed.assign(referrals=printed.sum(axis=1))


def by_form(path: Path) -> pd.DataFrame:
    """Referrals by quarter and form, with the forms of each row as a list in the column `forms`.

    Stops at a form that is not known and at a quarter that is not the printed one.
    """
    frame = original(path, BY_FORM_COLUMNS)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    for quarter, printed in PRINTED_QUARTERS.items():
        have = frame.loc[frame["quarter"] == quarter, "referrals"].sum()
        expect(int(have), printed, 1, f"the referrals of {quarter}", path)
    forms = frame["exploitation_type"].str.replace(" & ", ", ").str.split(", ")
    translate(forms.explode().rename("exploitation_type"), {form: form for form in FORMS}, path)
    return frame.assign(forms=forms)


def _labour(path: Path) -> pd.DataFrame:
    """Referrals of the one full year that is split by form: with labour exploitation or not."""
    frame = by_form(path)
    year = frame["quarter"].str[:4].astype(int) == FULL_YEAR_BY_FORM
    named = frame["forms"].map(lambda given: "Labour" in given)
    alone = frame["exploitation_type"] == "Labour"
    sums = {
        "by_form": frame.loc[year, "referrals"].sum(),
        "labour_alone": frame.loc[year & alone, "referrals"].sum(),
        "labour_with_other": frame.loc[year & named & ~alone, "referrals"].sum(),
    }
    return pd.DataFrame(sums, index=pd.Index([FULL_YEAR_BY_FORM], name="year"), dtype="Int64")
