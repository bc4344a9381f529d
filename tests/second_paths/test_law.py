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


TYPED_LATER = (
    "ILO_C155", "ILO_C187", "ILO_C129", "ILO_C190", "ILO_C097", "ILO_C143", "ILO_C181", "ETS093",
    "ESC_1961", "ESC_REV_1996", "ESC_CC_1995", "ICCPR", "UNCAC",
)  # fmt: skip
"""Treaties of no list: their rows were typed from gazettes and pages, each with its source."""
IN_FORCE = {
    "ILO_C029": lambda day: max(day + pd.DateOffset(years=1), pd.Timestamp("1932-05-01")),
    "ICRMW": lambda day: max((day + pd.DateOffset(months=3, days=-1)) + pd.offsets.MonthBegin(),
                             pd.Timestamp("2003-07-01")),
    "REF1951": lambda day: max(day + pd.Timedelta(days=90), pd.Timestamp("1954-04-22")),
    "PALERMO": lambda day: max(day + pd.Timedelta(days=30), pd.Timestamp("2003-12-25")),
}  # fmt: skip
"""The rule of each treaty, for rows whose list has no day of entry into force."""


@second_path("treaty-ratifications", of=f"instrument not in {TYPED_LATER}")
def test_treaty_ratifications():
    """Each treaty from its newest list that has all States and days; other days by its rule."""
    newest = {}
    for file in LISTS:
        for treaty, rows in cut(file, status={"not party": "not a party"}).groupby("instrument"):
            whole = len(rows) == 57 and rows["date_deposit"].any()
            known = not rows["status"].eq("not found among parties").any()
            day = rows["as_of"].max()
            if whole and known and day >= newest.get(treaty, ("", None))[0]:
                newest[treaty] = day, rows
    rows = (
        pd.concat([rows for _, rows in newest.values()])
        .fillna("")
        .rename(columns={"date_deposit": "deposited", "date_entry_into_force": "in_force"})
    )
    for treaty, rule in IN_FORCE.items():
        unsaid = rows["instrument"].eq(treaty) & rows["in_force"].eq("") & rows["deposited"].ne("")
        unsaid &= rows["action"].ne("succession")
        days = pd.to_datetime(rows.loc[unsaid, "deposited"]).map(rule)
        rows.loc[unsaid, "in_force"] = days.dt.strftime("%Y-%m-%d")
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
