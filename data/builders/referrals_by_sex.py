"""referrals-by-sex: referrals in the United Kingdom in 2023 naming domestic servitude, by sex."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reading import expect, numbers, original, translate

NAME = "referrals-by-sex"
ORIGINALS = ("uk-nrm",)

FILE = "nrm_exploitation_by_quarter_2022q2_2023q4.csv"
COLUMNS = [
    "quarter", "first_responder_type", "exploitation_type", "age_at_exploitation", "gender",
    "referrals",
]  # fmt: skip
SEXES = {"Female": "women and girls", "Male": "men and boys"}
SEXES |= {"Other": "other or unknown", "Unknown": "other or unknown"}
NAMED = {"Criminal", "Domestic", "Labour", "Organ Harvesting", "Sexual", "Not specified or unknown"}
YEAR = "2023"
ALL_FORMS = 17_023  # the tables by form of the year, as in uk-referrals
LABOUR_ALONE = 4_657  # the same


def build(originals: Path) -> pd.DataFrame:
    """One row per form and sex; stops when the forms do not add to the referrals of the year."""
    path = originals / "uk-nrm" / FILE
    frame = original(path, COLUMNS)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    frame = frame[frame["quarter"].str.startswith(YEAR)].copy()
    expect(int(frame["referrals"].sum()), ALL_FORMS, 0, f"the referrals of {YEAR}", path)
    frame["sex"] = translate(frame["gender"], SEXES, path)
    named = frame["exploitation_type"].str.replace(" & ", ", ").str.split(", ")
    translate(named.explode().rename("exploitation_type"), {name: name for name in NAMED}, path)
    frame["form"] = named.map(_form)
    result = frame.groupby(["form", "sex"])["referrals"].sum().reset_index()
    labour = result.loc[result["form"] == "labour alone", "referrals"].sum()
    expect(int(labour), LABOUR_ALONE, 0, "the referrals for labour alone", path)
    return result.assign(
        year=int(YEAR),
        source="nrm2023",
        locator="data tables, referrals by first responder and form, quarters added up",
        grade="A",
    )


def _form(named: list[str]) -> str:
    """What a referral names, as far as this table tells it apart."""
    if named == ["Domestic"]:
        return "domestic servitude alone"
    if "Domestic" in named:
        return "domestic servitude with other forms"
    return "labour alone" if named == ["Labour"] else "all other forms"
