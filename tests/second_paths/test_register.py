"""The participating States and their memberships, by a path that no builder took."""

from datetime import date

from at_hand import original, rows_of
from decentwork import data
from reached import second_path

NOTE = date(2011, 6, 20)
"""The day to which the flags of 2011 speak."""


EEC, COAL_AND_STEEL = "1958-01-01", "1952-07-23"
"""Whoever typed the original dated six founders by the first; the page itself has the second."""


@second_path("participating-states")
def test_participating_states():
    """Codes, days and flags as typed; a State was a member of the ILO in 2011 if it is today."""
    flag = {"1": True, "0": False}
    for row in rows_of(original("osce-states/osce_participating_states.csv")):
        yield {
            "iso3": row["iso3"],
            "iso2": row["iso2"],
            "name": row["name"].replace("Moldova", "Republic of Moldova"),
            "osce_since": row["osce_admission_date"],
            "osce_2011": flag[row["osce_member_june_2011"]],
            "coe_since": row["coe_accession_year"],
            "coe_2011": flag[row["coe_member_june_2011"]],
            "coe_2026": flag[row["coe_member_2026"]],
            "eu_since": row["eu_accession_date"].replace(EEC, COAL_AND_STEEL),
            "eu_2011": flag[row["eu_member_june_2011"]],
            "eu_2026": flag[row["eu_member_2026"]],
            "ilo_2011": flag[row["ilo_member_2026"]],
            "ilo_2026": flag[row["ilo_member_2026"]],
        }


def test_members_of_2011_are_those_that_had_joined():
    """The flags are not read here: they follow from the days of accession."""
    frame = data.read("participating-states").set_index("iso3")
    day = frame["eu_since"].dt.date
    assert set(frame.index[frame["osce_since"].dt.date <= NOTE]) == set(
        frame.index[frame["osce_2011"]]
    )
    assert set(day.index[day.notna() & (day <= NOTE)]) == set(frame.index[frame["eu_2011"]])
    joined = frame["coe_since"].notna() & (frame["coe_since"] < NOTE.year)
    assert set(frame.index[joined]) == set(frame.index[frame["coe_2011"]])
