"""participating-states: codes, names and memberships of the 57 OSCE participating States."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, original, translate

NAME = "participating-states"
ORIGINALS = ("osce-states",)

COLUMNS = [
    "iso3", "iso2", "name", "osce_admission_date", "osce_member_june_2011", "coe_accession_year",
    "coe_member_june_2011", "coe_member_2026", "eu_accession_date", "eu_member_june_2011",
    "eu_member_2026", "ilo_member_2026", "note",
]  # fmt: skip
FLAGS = {
    "osce_member_june_2011": "osce_2011",
    "coe_member_june_2011": "coe_2011",
    "coe_member_2026": "coe_2026",
    "eu_member_june_2011": "eu_2011",
    "eu_member_2026": "eu_2026",
    "ilo_member_2026": "ilo_2026",
}
RENAMED = {
    "osce_admission_date": "osce_since",
    "coe_accession_year": "coe_since",
    "eu_accession_date": "eu_since",
}
# The name by which a State calls itself, where the original has a short form.
OWN_NAMES = {"Moldova": "Republic of Moldova"}
# osce.org/cio/84562 of October 2011; coe.int and europa.eu member lists; the ILO page's own table.
PUBLISHED_COUNTS = {
    "osce_2011": 56, "coe_2011": 47, "coe_2026": 46, "eu_2011": 27, "eu_2026": 27, "ilo_2026": 53,
}  # fmt: skip


def build(originals: Path) -> pd.DataFrame:
    """One row per State; stops when a count of members is not the published one."""
    path = originals / "osce-states" / "osce_participating_states.csv"
    frame = original(path, COLUMNS).rename(columns=RENAMED)
    frame["name"] = frame["name"].replace(OWN_NAMES)
    for column, flag in FLAGS.items():
        frame[flag] = translate(frame.pop(column), {"1": "true", "0": "false"}, path) == "true"
    expect(len(frame), 57, 0, "the number of participating States", path)
    for flag, count in PUBLISHED_COUNTS.items():
        expect(int(frame[flag].sum()), count, 0, f"the number of States with {flag}", path)
    # The ILO page dates every admission; the latest in the region is Montenegro's, 14 July 2006.
    frame["ilo_2011"] = frame["ilo_2026"]
    frame["source"] = "wiki_osce; wiki_coe; wiki_eu; wiki_ilo"
    frame["locator"] = "tables of members, row of the State"
    frame["grade"] = "B"
    return frame.replace("", pd.NA)
