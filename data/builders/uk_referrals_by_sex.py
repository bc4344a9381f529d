"""uk-referrals-by-sex: potential victims referred in the UK in 2023, by form, sex and age."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import translate
from uk_referrals import FULL_YEAR_BY_FORM, by_form

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
    frame = by_form(path)
    frame = frame[frame["quarter"].str[:4].astype(int) == FULL_YEAR_BY_FORM].copy()
    frame["form"] = frame["forms"].map(_form)
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
