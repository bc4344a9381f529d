"""uk-first-responders: who refers people to the National Referral Mechanism of the UK."""

import pandas as pd

from bookmaking.tables.originals import Folders
from builders.uk_referrals import BY_FORM, read_by_form

ORIGINALS = BY_FORM


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per quarter and kind of body; stop when a quarter is not the printed one."""
    return reshape(read_by_form(originals))


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return referrals added up over forms, and those among them with labour exploitation."""
    named = frame["forms"].map(lambda given: "Labour" in given)
    frame["with_labour"] = frame["referrals"].where(named, 0)
    sums = frame.groupby(["quarter", "responder"])[["referrals", "with_labour"]].sum()
    return sums.reset_index().assign(
        source="nrm2023",
        locator="data tables of the quarters, referrals by first responder and exploitation type",
        grade="A",
    )
