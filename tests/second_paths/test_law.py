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
