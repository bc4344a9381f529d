"""participating-states: codes, names and memberships of the 57 OSCE participating States."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_original, translate

MEMBERS = catalogued("osce-states/osce_participating_states.csv")
ORIGINALS = (MEMBERS,)

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
# Other names in the participant tables of the United Nations of 2013 to 2015: a reader may look for
# a State by them.
OTHER_NAMES = {
    "CZE": "Czech Republic",
    "MKD": "The former Yugoslav Republic of Macedonia",
    "TUR": "Turkey",
    "GBR": "United Kingdom of Great Britain and Northern Ireland",
}
# The notes of the original as sentences for readers.
NOTES = {
    "CoE: joined three months after the founding (August 1949); withdrew 1969, back 1974.":
        "It joined the Council of Europe in August 1949, withdrew in 1969 and came back in 1974.",
    "Observer at the CoE.": "It is an observer at the Council of Europe.",
    "CoE: 1950 (listed in source as associate member in 1950; full membership 7 March 1950).":
        "It became a full member of the Council of Europe on 7 March 1950.",
    "57th participating State; not yet a participating State in June 2011.":
        "It became the 57th participating State after June 2011.",
    "Admitted as Soviet Union. CoE membership ended 16 March 2022 by Committee of Ministers "
    "decision (expulsion); ceased to be a party to the ECHR on 16 September 2022.":
        "It was admitted to the CSCE as the Soviet Union. Its membership of the Council of Europe "
        "ended on 16 March 2022 by a decision of the Committee of Ministers. It ceased to be a "
        "party to the European Convention on Human Rights on 16 September 2022.",
    "Yugoslavia took part from 25 June 1973, was suspended 8 July 1992; FR Yugoslavia admitted 10 "
    "November 2000. Wikipedia prints the 1973 date for Serbia (as Yugoslavia).":
        "Yugoslavia took part in the CSCE from 25 June 1973 and was suspended on 8 July 1992. The "
        "Federal Republic of Yugoslavia was admitted to the OSCE on 10 November 2000.",
    "CoE: joined three months after the founding (August 1949; other sources give 13 April 1950).":
        "It joined the Council of Europe in August 1949, three months after the founding. Other "
        "sources give 13 April 1950.",
    "Left the EU on 31 January 2020.": "It left the European Union on 31 January 2020.",
    "Czechoslovakia took part from 25 June 1973.":
        "Czechoslovakia took part in the CSCE from 25 June 1973.",
    "West Germany and East Germany both admitted 25 June 1973.":
        "West Germany and East Germany were both admitted on 25 June 1973.",
    'Named "the former Yugoslav Republic of Macedonia" in OSCE documents until 2019.':
        "OSCE documents named it “the former Yugoslav Republic of Macedonia” until 2019.",
    "": "",
}  # fmt: skip
STATES = 57
# osce.org/cio/84562 of October 2011; coe.int and europa.eu member lists; the ILO page's own table.
PUBLISHED_COUNTS = {
    "osce_2011": 56, "coe_2011": 47, "coe_2026": 46, "eu_2011": 27, "eu_2026": 27, "ilo_2026": 53,
}  # fmt: skip

FAULTS = (
    Fault(
        "a member too many",
        MEMBERS,
        text("Mongolia,2012-11-21,0", "Mongolia,2012-11-21,1"),
        said="the number of States with osce_2011 is 57, published is 56",
    ),
    Fault(
        "a flag that is neither yes nor no",
        MEMBERS,
        text("Mongolia,2012-11-21,0", "Mongolia,2012-11-21,maybe"),
        said="no rule for ['maybe']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State; stop when a count of members is not the published one."""
    path = MEMBERS.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return the original with each flag as true or false; stop at a flag that is neither."""
    frame = read_original(path, COLUMNS).rename(columns=RENAMED)
    for column, flag in FLAGS.items():
        frame[flag] = translate(frame.pop(column), {"1": "true", "0": "false"}, path) == "true"
    return frame


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when the States or the members of a body are not as many as published."""
    expect(len(frame), STATES, 0, "the number of participating States", path)
    for flag, count in PUBLISHED_COUNTS.items():
        expect(int(frame[flag].sum()), count, 0, f"the number of States with {flag}", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table: States under their own names, with sources."""
    frame = frame.assign(
        name=frame["name"].replace(OWN_NAMES),
        # The ILO page dates every admission; the latest in the region is Montenegro's, July 2006.
        ilo_2011=frame["ilo_2026"],
        other_name=frame["iso3"].map(OTHER_NAMES),
        note=frame["note"].map(lambda note: NOTES.get(note, note)),
        source="wiki_osce; wiki_coe; wiki_eu; wiki_ilo; untc",
        locator="tables of members, row of the State",
        grade="B",
    )
    return frame.replace("", pd.NA)
