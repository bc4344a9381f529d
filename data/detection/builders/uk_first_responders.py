"""uk-first-responders: who refers people to the National Referral Mechanism of the UK."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, translate
from builders.uk_referrals import BY_FORM, read_by_form

ORIGINALS = (BY_FORM,)

RESPONDERS = {
    "Government agency": "government agencies",
    "Local Authority": "local authorities",
    "NGO and third sector": "NGOs",
    "Police": "police",
}
QUARTERS = 7  # the tables that were found run from the second quarter of 2022 to the end of 2023

FAULTS = (
    Fault(
        "a first responder of a new kind",
        BY_FORM,
        text("2022 Q2,Government agency,Criminal,", "2022 Q2,Trade union,Criminal,"),
        said="no rule for ['Trade union']",
    ),
    Fault(
        "a referral too many",
        BY_FORM,
        text(
            "2022 Q4,Police,Labour,Adult (18 or over),Female,",
            "2022 Q4,Police,Labour,Adult (18 or over),Female,9",
        ),
        said="the referrals of 2022 Q4 is",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per quarter and kind of body; stop when a quarter is not the printed one."""
    path = BY_FORM.under(originals)
    frame = read_by_form(path)
    expect(frame["quarter"].nunique(), QUARTERS, 0, "the number of quarters", path)
    return reshape(frame, path)


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return referrals added up over forms, and those among them with labour exploitation."""
    frame["responder"] = translate(frame["first_responder_type"], RESPONDERS, path)
    named = frame["forms"].map(lambda given: "Labour" in given)
    frame["with_labour"] = frame["referrals"].where(named, 0)
    sums = frame.groupby(["quarter", "responder"])[["referrals", "with_labour"]].sum()
    return sums.reset_index().assign(
        source="nrm2023",
        locator="data tables of the quarters, referrals by first responder and exploitation type",
        grade="A",
    )
