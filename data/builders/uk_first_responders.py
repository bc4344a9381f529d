"""uk-first-responders: who refers people to the National Referral Mechanism of the UK."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, translate
from uk_referrals import by_form

NAME = "uk-first-responders"
ORIGINALS = ("uk-nrm",)

RESPONDERS = {
    "Government agency": "government agencies",
    "Local Authority": "local authorities",
    "NGO and third sector": "NGOs",
    "Police": "police",
}
QUARTERS = 7  # the tables that were found run from the second quarter of 2022 to the end of 2023


def build(originals: Path) -> pd.DataFrame:
    """One row per quarter and kind of body; stops when a quarter is not the printed one."""
    path = originals / "uk-nrm" / "nrm_exploitation_by_quarter_2022q2_2023q4.csv"
    frame = by_form(path)
    frame["responder"] = translate(frame["first_responder_type"], RESPONDERS, path)
    named = frame["forms"].map(lambda given: "Labour" in given)
    frame["with_labour"] = frame["referrals"].where(named, 0)
    sums = frame.groupby(["quarter", "responder"])[["referrals", "with_labour"]].sum()
    expect(frame["quarter"].nunique(), QUARTERS, 0, "the number of quarters", path)
    return sums.reset_index().assign(
        source="nrm2023",
        locator="data tables of the quarters, referrals by first responder and exploitation type",
        grade="A",
    )
