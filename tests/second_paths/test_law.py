"""Treaties, judgments and commitments, by a path that no builder took."""

import pandas as pd

from decentwork import data
from reached import cut, second_path

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
FIRST_LIST = "treaty-ratifications/osce_ratifications_long.csv"
LISTS = (
    FIRST_LIST,
    "treaty-status-2022-2026/osce_treaty_status_fedlex.csv",
    "treaty-status-2022-2026/osce_ratifications_added.csv",
)


@second_path("treaty-ratifications")
def test_treaty_ratifications():
    """Each treaty from its newest list that has all States and days; the last list has no force."""
    newest = {}
    for file in LISTS:
        for treaty, rows in cut(file, status={"not party": "not a party"}).groupby("instrument"):
            whole = len(rows) == 57 and rows["date_deposit"].any()
            known = not rows["status"].eq("not found among parties").any()
            day = rows["as_of"].max()
            if whole and known and day >= newest.get(treaty, ("", None))[0]:
                newest[treaty] = day, rows
    rows = pd.concat([rows for _, rows in newest.values()]).rename(
        columns={"date_deposit": "deposited", "date_entry_into_force": "in_force"}
    )
    return rows[["iso3", "instrument", "status", "deposited", "in_force", "action", "as_of"]]


PARTIES = {
    "UNTOC": 57, "PALERMO": 56, "CETS197": 47, "ILO_C029": 52, "ILO_C105": 53, "ILO_C087": 52,
    "ILO_C098": 52, "ILO_C100": 52, "ILO_C111": 52, "ILO_C138": 52, "ILO_C182": 53, "ILO_C081": 48,
    "ILO_P029": 31, "ILO_C189": 11, "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 54,
    "CEDAW": 55, "CRC": 56, "CRC_OPSC": 56, "CETS210": 38,
}  # fmt: skip
"""Participating States. CETS 197: the 48 parties that coe.int names, less Israel."""
PARTIES_IN_2011 = {  # of the treaties of the first compilation
    "UNTOC": 53, "PALERMO": 53, "CETS197": 34, "ILO_P029": 0, "ILO_C081": 46, "ILO_C189": 0,
    "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 53, "CEDAW": 54,
}  # fmt: skip


def test_each_treaty_has_all_states_and_the_known_number_of_parties():
    frame = data.read("treaty-ratifications")
    treaties = frame.groupby("instrument")["status"]
    assert set(treaties.size()) == {len(data.states())}
    assert treaties.agg(lambda status: (status == "party").sum()).to_dict() == PARTIES


def test_parties_in_2011_are_as_many_in_the_table_as_in_a_file_that_the_builder_does_not_read():
    then = data.states().query("osce_2011").index
    day = pd.Timestamp("2011-06-20")
    frame = data.read("treaty-ratifications").query("status == 'party'")
    party = frame[frame["iso3"].isin(then) & (frame["deposited"] <= day)]
    ours = party["instrument"].value_counts().reindex([*PARTIES_IN_2011], fill_value=0)
    assert ours.to_dict() == PARTIES_IN_2011
    wide = cut("treaty-ratifications/osce_ratifications_wide.csv").set_index("iso3").loc[then]
    days = wide[[*PARTIES_IN_2011]].apply(pd.to_datetime, errors="coerce", format="%Y-%m-%d")
    assert (days <= day).sum().to_dict() == PARTIES_IN_2011


def test_no_day_of_deposit_is_another_in_an_older_list():
    first = cut(FIRST_LIST, where="date_deposit != ''").set_index(["iso3", "instrument"])
    ours = data.read("treaty-ratifications").set_index(["iso3", "instrument"])["deposited"]
    both = first.join(ours.dropna().dt.strftime("%Y-%m-%d"), how="inner")
    assert len(both) == 470 and (both["deposited"] == both["date_deposit"]).all()


def test_ratifications_equal_the_participant_tables_of_the_united_nations():
    codes = {name: code for code, name in data.states()["name"].items()} | UNTC_NAMES
    frame = data.read("treaty-ratifications").dropna(subset="deposited")
    for instrument, file in UNTC_FILES.items():
        rows = cut(f"untc-treaty-status-2013-2015/untc_{file}.csv")
        days = rows[rows.columns[-1]].str.extract(r"^(\d+ \w+ \d{4})")[0]
        states = rows["Participant"].str.split(" (", regex=False).str[0].str.strip().map(codes)
        theirs = pd.to_datetime(days, format="%d %b %Y").set_axis(states)
        theirs = theirs[theirs.notna() & theirs.index.notna()].to_dict()
        ours = frame[frame["instrument"] == instrument].set_index("iso3")["deposited"].to_dict()
        later = {code: ours.pop(code) for code in set(ours) - set(theirs)}
        assert ours == theirs, instrument
        assert all(day > pd.Timestamp("2013-07-01") for day in later.values()), later


def test_labour_conventions_enter_into_force_twelve_months_after_ratification():
    frame = data.read("treaty-ratifications").query("action == 'ratification'")
    labour = frame[frame["instrument"].str.startswith("ILO_")].dropna(subset="in_force")
    late = labour[labour["in_force"] != labour["deposited"] + pd.DateOffset(years=1)]
    exceptions = {
        ("NOR", "ILO_C081"),  # one of the first two parties: in force with the convention itself
        ("GBR", "ILO_C087"),  # among the first two parties
        ("GBR", "ILO_C098"),
        ("GBR", "ILO_C105"),
        ("CYP", "ILO_C081"),  # printed as in force on 16 August 1960, before the ratification
    }
    assert set(zip(late["iso3"], late["instrument"], strict=True)) == exceptions, late


def test_a_state_that_left_and_days_that_contradict_have_a_note():
    frame = data.read("treaty-ratifications").set_index(["iso3", "instrument"])
    left = frame.loc[("TUR", "CETS210")]
    assert left["status"] != "party" and left["note"].startswith("withdrew")
    early = frame[(frame["in_force"] < frame["deposited"]) & (frame["action"] != "succession")]
    assert not early.empty and early["note"].notna().all()


def test_judgments_and_commitments_are_those_of_the_first_compilations():
    theirs = cut("ecthr-article4-cases/ecthr_article4_cases.csv",
                 "application=application_no respondents=respondent_iso3 "
                 "date=judgment_date")  # fmt: skip
    judgments = data.read("article4-judgments")
    ours = judgments[[*theirs]].assign(date=judgments["date"].dt.strftime("%Y-%m-%d"))
    for column in theirs:
        same = ours[column].str.replace(" ", "") == theirs[column].str.replace(" ", "")
        assert same.all(), column
    found = judgments["outcome"] == "violation"
    assert found.sum() == 15
    assert found.tolist() == judgments["duties_breached"].notna().tolist()
    named = judgments["articles_violated"].fillna("").str.contains(r"\b4\b")
    assert found.tolist() == named.tolist()
    theirs = set(cut("osce-thb-commitments/osce_thb_commitments.csv")["date"])
    commitments = data.read("osce-commitments")
    assert set(commitments["date"].dt.strftime("%Y-%m-%d")) <= theirs
    assert (commitments["labour"] == "wholly on labour exploitation").sum() == 1
