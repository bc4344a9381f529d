"""Treaties, judgments and commitments, by a path that no builder took."""

from datetime import datetime

import pandas as pd
import pytest

from at_hand import original, rows_of
from decentwork import data
from reached import second_path

UNTC_FILES = {
    "PALERMO": "18-12-a", "UNTOC": "18-12", "ICRMW": "4-13", "REF1951": "5-2",
    "REFPROT1967": "5-5", "ICESCR": "4-3", "CEDAW": "4-8",
}  # fmt: skip
UNTC_NAMES = {
    "Czech Republic": "CZE",
    "The former Yugoslav Republic of Macedonia": "MKD",
    "Turkey": "TUR",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
}


LISTS = (
    "treaty-ratifications/osce_ratifications_long.csv",
    "treaty-status-2022-2026/osce_treaty_status_fedlex.csv",
    "treaty-status-2022-2026/osce_ratifications_added.csv",
)


@second_path("treaty-ratifications")
def test_treaty_ratifications():
    """Each treaty from its newest list that has all States and days; the last list has no force."""
    newest = {}
    for file in LISTS:
        by_treaty = {}
        for row in rows_of(original(file)):
            by_treaty.setdefault(row["instrument"], []).append(row)
        for treaty, rows in by_treaty.items():
            whole = len(rows) == 57 and any(row["date_deposit"] for row in rows)
            known = all(row["status"] != "not found among parties" for row in rows)
            day = max(row["as_of"] for row in rows)
            if whole and known and day >= newest.get(treaty, ("", None))[0]:
                newest[treaty] = day, rows
    for _, rows in newest.values():
        for row in rows:
            yield {
                "iso3": row["iso3"],
                "instrument": row["instrument"],
                "status": "not a party" if row["status"] == "not party" else row["status"],
                "deposited": row["date_deposit"],
                "in_force": row.get("date_entry_into_force", ""),
                "action": row["action"],
                "as_of": row["as_of"],
            }


PARTIES = {
    "UNTOC": 57, "PALERMO": 56, "CETS197": 47, "ILO_C029": 52, "ILO_C105": 53, "ILO_C087": 52,
    "ILO_C098": 52, "ILO_C100": 52, "ILO_C111": 52, "ILO_C138": 52, "ILO_C182": 53, "ILO_C081": 48,
    "ILO_P029": 31, "ILO_C189": 11, "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 54,
    "CEDAW": 55, "CRC": 56, "CRC_OPSC": 56, "CETS210": 38,
}  # fmt: skip
"""Participating States. CETS 197: the 48 parties that coe.int names, less Israel."""


def test_each_treaty_has_all_states_and_the_known_number_of_parties():
    frame = data.read("treaty-ratifications")
    treaties = frame.groupby("instrument")
    assert set(treaties.size()) == {len(data.states())}
    assert treaties["status"].agg(lambda status: (status == "party").sum()).to_dict() == PARTIES


def test_no_day_of_deposit_is_another_in_an_older_list():
    ours = data.read("treaty-ratifications").set_index(["iso3", "instrument"])["deposited"]
    days = ours.dropna().dt.strftime("%Y-%m-%d").to_dict()
    compared = 0
    for row in rows_of(original(LISTS[0])):
        place = row["iso3"], row["instrument"]
        if row["date_deposit"] and place in days:
            compared += 1
            assert days[place] == row["date_deposit"], place
    assert compared == 470


def test_a_state_that_left_and_days_that_contradict_have_a_note():
    frame = data.read("treaty-ratifications").set_index(["iso3", "instrument"])
    left = frame.loc[("TUR", "CETS210")]
    assert left["status"] != "party" and left["note"].startswith("withdrew")
    assert "hurriyet2021" in left["source"]
    early = frame[(frame["in_force"] < frame["deposited"]) & (frame["action"] != "succession")]
    assert not early.empty and early["note"].notna().all()


@pytest.mark.parametrize("instrument", UNTC_FILES)
def test_ratifications_equal_the_participant_tables_of_the_united_nations(instrument):
    path = original(f"untc-treaty-status-2013-2015/untc_{UNTC_FILES[instrument]}.csv")
    codes = {name: code for code, name in data.states()["name"].items()} | UNTC_NAMES
    theirs = {}
    for row in rows_of(path):
        last = list(row)[-1]
        day = " ".join(row[last].split()[:3])
        name = row["Participant"].split(" (")[0].strip()
        if name in codes and day:
            theirs[codes[name]] = datetime.strptime(day, "%d %b %Y")
    frame = data.read("treaty-ratifications")
    frame = frame[frame["instrument"] == instrument].set_index("iso3")
    ours = frame["deposited"].dropna().to_dict()
    later = {code: ours.pop(code) for code in set(ours) - set(theirs)}
    assert ours == theirs
    assert all(day > datetime(2013, 7, 1) for day in later.values()), later


def test_labour_conventions_enter_into_force_twelve_months_after_ratification():
    frame = data.read("treaty-ratifications")
    labour = frame[frame["instrument"].str.startswith("ILO_")]
    labour = labour[labour["action"] == "ratification"].dropna(subset="in_force")
    late = labour[labour["in_force"] != labour["deposited"] + pd.DateOffset(years=1)]
    exceptions = {
        ("NOR", "ILO_C081"),  # one of the first two parties: in force with the convention itself
        ("GBR", "ILO_C087"),  # among the first two parties
        ("GBR", "ILO_C098"),
        ("GBR", "ILO_C105"),
        ("CYP", "ILO_C081"),  # printed as in force on 16 August 1960, before the ratification
    }
    assert set(zip(late["iso3"], late["instrument"], strict=True)) == exceptions, late


PARTIES_IN_2011 = {  # of the treaties of the first compilation
    "UNTOC": 53, "PALERMO": 53, "CETS197": 34, "ILO_P029": 0, "ILO_C081": 46, "ILO_C189": 0,
    "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 53, "CEDAW": 54,
}  # fmt: skip


def test_parties_in_2011_are_as_many_in_the_table_as_in_another_file():
    """The wide file is one that the builder does not read."""
    then = data.states().query("osce_2011").index
    day = pd.Timestamp("2011-06-20")
    frame = data.read("treaty-ratifications")
    frame = frame[frame["instrument"].isin(PARTIES_IN_2011)]
    party = frame["iso3"].isin(then) & (frame["deposited"] <= day) & (frame["status"] == "party")
    ours = party.groupby(frame["instrument"]).sum().to_dict()
    assert ours == PARTIES_IN_2011
    path = original("treaty-ratifications/osce_ratifications_wide.csv")
    wide = pd.read_csv(path, dtype="string").set_index("iso3").loc[then]
    days = {name: pd.to_datetime(wide[name], "coerce", format="%Y-%m-%d") for name in ours}
    assert {name: int((given <= day).sum()) for name, given in days.items()} == ours


def test_judgments_are_those_of_the_first_compilation():
    theirs = pd.read_csv(original("ecthr-article4-cases/ecthr_article4_cases.csv"), dtype="string")
    ours = data.read("article4-judgments")
    for mine, first in (("application", "application_no"), ("respondents", "respondent_iso3")):
        assert ours[mine].str.replace(" ", "").tolist() == (
            theirs[first].str.replace(" ", "").tolist()
        )
    assert ours["date"].dt.strftime("%Y-%m-%d").tolist() == theirs["judgment_date"].tolist()
    found = ours["outcome"] == "violation"
    assert found.sum() == 15
    assert found.tolist() == ours["duties_breached"].notna().tolist()
    assert found.tolist() == ours["articles_violated"].fillna("").str.contains(r"\b4\b").tolist()


def test_commitments_are_days_of_the_first_compilation():
    path = original("osce-thb-commitments/osce_thb_commitments.csv")
    theirs = set(pd.read_csv(path, dtype="string")["date"])
    ours = data.read("osce-commitments")
    assert set(ours["date"].dt.strftime("%Y-%m-%d")) <= theirs
    assert ours["date"].is_monotonic_increasing
    assert (ours["labour"] == "wholly on labour exploitation").sum() == 1


def test_each_duty_has_one_row_in_each_of_three_treaties():
    frame = data.read("treaty-duties")
    assert (frame.groupby("duty")["treaty"].nunique() == 3).all()
    assert frame["content"].isna().tolist() == (frame["wording"] == "not named").tolist()


def test_duties_that_only_the_protocol_of_2014_names():
    """The headline of the figure names them; which rows the table has was the book's choice."""
    frame = data.read("treaty-duties")
    named = frame[frame["wording"] != "not named"].groupby("duty")["treaty"].agg(set)
    assert set(named.index[named == {"Protocol of 2014"}]) == {
        "Labour law for all workers, stronger inspection",
        "Protect workers in recruitment",
        "Support due diligence, public and private",
        "Consult employers and workers",
    }


def test_each_element_is_answered_once_for_each_concept():
    frame = data.read("definition-elements")
    grid = frame.pivot(index="element", columns="concept", values="answer")
    assert grid.notna().all(axis=None)
    full = grid.isin(["part of the definition", "for adults only"])
    assert full.sum().to_dict() == {
        "Trafficking": 3, "Forced labour": 3, "Servitude": 4, "Slavery": 1,
    }  # fmt: skip
    assert not (full["Trafficking"] & full["Forced labour"]).any()
    in_part = frame[frame["answer"] == "in part"]
    assert full.any(axis=1)[in_part["element"]].all()
