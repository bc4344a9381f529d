"""uk-referrals-by-sex: potential victims referred in the UK in 2023, by form, sex and age."""

import pandas as pd

from bookmaking.tables.originals import Folders
from builders.uk_referrals import BY_FORM, FULL_YEAR_BY_FORM, read_by_form

ORIGINALS = BY_FORM

ALONE = {
    "Labour": "labour",
    "Domestic": "domestic servitude",
    "Sexual": "sexual exploitation",
    "Criminal": "criminal exploitation",
    "Organ Harvesting": "organ harvesting",
    "Not specified or unknown": "not specified",
}
PAIRED = {
    "Domestic": "labour and domestic servitude",
    "Sexual": "labour and sexual exploitation",
    "Criminal": "labour and criminal exploitation",
}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row for each form, sex and age; stop when a quarter is not the printed one."""
    return reshape(read_by_form(originals))


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the referrals of the full year, added over quarters and first responders."""
    frame = frame[frame["quarter"].str[:4].astype(int) == FULL_YEAR_BY_FORM].copy()
    frame["form"] = frame["forms"].map(_form)
    sums = frame.groupby(["form", "sex", "age"])["referrals"].sum().reset_index()
    return sums.assign(
        source="nrm2023",
        locator="data tables, referrals by first responder, form and sex, four quarters added up",
        grade="A",
    )


def _form(given: list[str]) -> str:
    """Return the form of a row: one alone, labour with one other, or a rarer combination."""
    if len(given) == 1:
        return ALONE[given[0]]
    if "Labour" not in given:
        return "other forms together"
    [other, *more] = [form for form in given if form != "Labour"]
    return "labour, rarer combinations" if more or other not in PAIRED else PAIRED[other]
