"""uk-referrals-by-sex: potential victims referred in the UK in 2023, by form, sex and age."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reading import expect, numbers, original, translate
from uk_referrals import BY_FORM_COLUMNS, FORMS, FULL_YEAR_BY_FORM, PRINTED_QUARTERS

NAME = "uk-referrals-by-sex"
ORIGINALS = ("uk-nrm",)

ALONE = {
    "Labour": "labour",
    "Domestic": "domestic servitude",
    "Sexual": "sexual exploitation",
    "Criminal": "criminal exploitation",
    "Organ Harvesting": "organ harvesting",
    "Not specified or unknown": "not specified",
}
AGES = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Not specified or unknown": "age not known",
}
SEXES = {
    "Female": "women", "Male": "men", "Other": "other or unknown", "Unknown": "other or unknown",
    "Not Recorded": "other or unknown",
}  # fmt: skip


def build(originals: Path) -> pd.DataFrame:
    """One row for each form, sex and age; stops when a quarter is not the printed one."""
    path = originals / "uk-nrm" / "nrm_exploitation_by_quarter_2022q2_2023q4.csv"
    frame = original(path, BY_FORM_COLUMNS)
    frame["referrals"] = numbers(frame["referrals"], path).astype("Int64")
    for quarter, printed in PRINTED_QUARTERS.items():
        have = frame.loc[frame["quarter"] == quarter, "referrals"].sum()
        expect(int(have), printed, 1, f"the referrals of {quarter}", path)
    frame = frame[frame["quarter"].str[:4].astype(int) == FULL_YEAR_BY_FORM].copy()
    forms = frame["exploitation_type"].str.replace(" & ", ", ").str.split(", ")
    translate(forms.explode().rename("exploitation_type"), {form: form for form in FORMS}, path)
    frame["form"] = [_form(given) for given in forms]
    frame["sex"] = translate(frame["gender"], SEXES, path)
    frame["age"] = translate(frame["age_at_exploitation"], AGES, path)
    sums = frame.groupby(["form", "sex", "age"])["referrals"].sum().reset_index()
    return sums.assign(
        source="nrm2023",
        locator="data tables, referrals by first responder, form and sex, four quarters added up",
        grade="A",
    )


def _form(given: list[str]) -> str:
    if len(given) == 1:
        return ALONE[given[0]]
    return "labour with another form" if "Labour" in given else "other forms together"
