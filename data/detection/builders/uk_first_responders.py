"""uk-first-responders: who refers people to the National Referral Mechanism of the UK."""

import pandas as pd

from bookmaking.tables.faults import Fault, r_value
from bookmaking.tables.originals import Folders, catalogued
from builders.uk_referrals import BY_FORM, LABOUR_OF_MEN, POLICE, read_by_form

ORIGINALS = BY_FORM

FAULTS = (
    Fault(
        "a first responder of a new kind",
        catalogued("uk-nrm/nrm_referrals_ngo_2022_q2.rda"),
        r_value(LABOUR_OF_MEN, "First responder type", "Trade union"),
        said="no rule for ['Trade union']",
    ),
    Fault(
        "referrals that do not add up",
        POLICE,
        r_value({**LABOUR_OF_MEN, "People": 1}, "People", 9),
        said="the sum of its rows is 1,042, published is 1,034",
    ),
)


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
