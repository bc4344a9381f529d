"""treaty-ratifications: 22 treaties on trafficking, labour, migration and rights, by State.

Three files hold them. The first has eleven treaties. The second has newer lists of four of these,
which take the place of the old ones, and ten more. The third has the Forced Labour Convention.
"""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, Original, catalogued
from bookmaking.tables.reading import expect, read_original, require, translate
from decentwork import data
from decentwork.data import DataError

RATIFICATIONS = catalogued("treaty-ratifications/osce_ratifications_long.csv")
NEWER = catalogued("treaty-status-2022-2026/osce_treaty_status_fedlex.csv")
FORCED_LABOUR = catalogued("treaty-status-2022-2026/osce_ratifications_added.csv")
ORIGINALS = (RATIFICATIONS, NEWER, FORCED_LABOUR)

COLUMNS = [
    "iso3", "country", "instrument", "status", "date_deposit", "year", "date_entry_into_force",
    "action", "source_key", "as_of", "grade", "note",
]  # fmt: skip
NEWER_COLUMNS = [
    "iso3", "country", "instrument", "status", "action", "date_deposit", "date_entry_into_force",
    "reservation", "as_of", "source_key", "grade", "note",
]  # fmt: skip
FORCED_LABOUR_COLUMNS = [
    "iso3", "country", "instrument", "status", "date_deposit", "year", "action", "as_of", "grade",
    "source_key", "note",
]  # fmt: skip
KEPT = [
    "iso3", "instrument", "status", "date_deposit", "date_entry_into_force", "action", "as_of",
    "note", "source_key", "grade",
]  # fmt: skip
INCOMPLETE = {"ILO_C097", "ILO_C143", "ILO_C181", "ILO_C190"}
# Parties among participating States. CETS 197: the 48 parties that coe.int names, less Israel; the
# others are counts on the day of the source, which a test holds against a second copy.
PARTIES = {
    "UNTOC": 57, "PALERMO": 56, "CETS197": 47, "ILO_C029": 52, "ILO_C105": 53, "ILO_C087": 52,
    "ILO_C098": 52, "ILO_C100": 52, "ILO_C111": 52, "ILO_C138": 52, "ILO_C182": 53, "ILO_C081": 48,
    "ILO_P029": 31, "ILO_C189": 11, "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 54,
    "CEDAW": 55, "CRC": 56, "CRC_OPSC": 56, "CETS210": 38,
}  # fmt: skip
FROM_FORCED_LABOUR = {"ILO_C029"}
FROM_NEWER = {
    "UNTOC", "ILO_C105", "ILO_C087", "ILO_C098", "ILO_C100", "ILO_C111", "ILO_C138", "ILO_C182",
    "REFPROT1967", "ICESCR", "CEDAW", "CRC", "CRC_OPSC", "CETS210",
}  # fmt: skip
UNTC_CHAPTERS = {
    "UNTOC": "XVIII-12", "PALERMO": "XVIII-12-a", "ICRMW": "IV-13", "REF1951": "V-2",
    "REFPROT1967": "V-5", "ICESCR": "IV-3", "CEDAW": "IV-8", "CRC": "IV-11", "CRC_OPSC": "IV-11-c",
}  # fmt: skip
FEDLEX_KEYS = {
    "PALERMO": "fedlex_palermo", "CETS197": "fedlex_cets197", "ILO_P029": "fedlex_p029",
    "ILO_C081": "fedlex_c081", "ILO_C189": "fedlex_c189",
}  # fmt: skip
STATUSES = {
    "party": "party",
    "not party": "not a party",
    "signed only": "signed only",
    "not an ILO member": "not an ILO member",
}

WITHDREW = {("TUR", "CETS210"): (
    "withdrew with effect from 1 July 2021, after its Parliament ratified the treaty in 2012",
    "hurriyet2021", "on the decree of 30 April 2021 and the ratification of 2012",
)}  # fmt: skip
"""States that have left a treaty: the note, its source and the place there. The original names no
source for it."""
EARLY = "the source prints an entry into force before the deposit; both days are kept as printed"
"""The note of a row that is no succession and whose treaty binds before it was deposited."""

FAULTS = (
    Fault(
        "a new treaty",
        RATIFICATIONS,
        text("ALB,Albania,UNTOC", "ALB,Albania,UNTOC2"),
        said="no rule for the treaties ['UNTOC2']",
    ),
    Fault(
        "a new status",
        RATIFICATIONS,
        text("AND,Andorra,ICRMW,not party", "AND,Andorra,ICRMW,denounced"),
        said="no rule for ['denounced']",
    ),
    Fault(
        "a party lost",
        RATIFICATIONS,
        text("ALB,Albania,PALERMO,party", "ALB,Albania,PALERMO,not party"),
        said="the number of parties to PALERMO is 55, published is 56",
    ),
    Fault(
        "a party lost from a newer list",
        NEWER,
        text("ALB,Albania,ILO_C087,party", "ALB,Albania,ILO_C087,not party"),
        said="the number of parties to ILO_C087 is 51, published is 52",
    ),
    Fault(
        "a day that an old list contradicts",
        NEWER,
        text(
            "ALB,Albania,UNTOC,party,ratification,2002-08-21",
            "ALB,Albania,UNTOC,party,ratification,2002-08-22",
        ),
        said="other days of deposit than the old list: ALB UNTOC",
    ),
    Fault(
        "the Forced Labour Convention without a State",
        FORCED_LABOUR,
        text("CAN,Canada,ILO_C029", "CAN,Canada,ILO_C029b"),
        said="the number of rows for ILO_C029 is 56, published is 57",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and treaty; stop when the parties are not as many as known."""
    frame = read(originals)
    check(frame, originals)
    return reshape(frame, RATIFICATIONS.under(originals))


def read(originals: Folders) -> pd.DataFrame:
    """Return the rows of the complete treaties, each from its newest list that gives days."""
    path = RATIFICATIONS.under(originals)
    first = read_original(path, COLUMNS)
    strange = sorted(set(first["instrument"]) - INCOMPLETE - set(PARTIES))
    require(not strange, f"no rule for the treaties {strange}; add them here", path)
    newer = read_original(NEWER.under(originals), NEWER_COLUMNS)
    agree(newer, first, NEWER.under(originals))
    oldest = read_original(FORCED_LABOUR.under(originals), FORCED_LABOUR_COLUMNS)
    oldest = oldest.assign(
        date_entry_into_force="", grade="B"
    )  # the Swiss table is no primary text
    elsewhere = FROM_NEWER | FROM_FORCED_LABOUR
    frame = pd.concat(
        [
            first.loc[first["instrument"].isin(set(PARTIES) - elsewhere), KEPT],
            newer.loc[newer["instrument"].isin(FROM_NEWER), KEPT],
            oldest.loc[oldest["instrument"].isin(FROM_FORCED_LABOUR), KEPT],
        ],
        ignore_index=True,
    )
    frame["status"] = translate(frame["status"], STATUSES, path)
    return frame


def agree(newer: pd.DataFrame, first: pd.DataFrame, path: Path) -> None:
    """Stop when a treaty that stands in both files has two days of deposit for one State."""
    both = newer.merge(first, on=["iso3", "instrument"], suffixes=("", "_old"))
    both = both[both["date_deposit"].ne("") & both["date_deposit_old"].ne("")]
    other = both[both["date_deposit"] != both["date_deposit_old"]]
    named = ", ".join(other["iso3"] + " " + other["instrument"])
    require(other.empty, f"other days of deposit than the old list: {named}", path)


def original_of(treaty: str) -> Original:
    """Return the original from which the rows of a treaty come."""
    if treaty in FROM_FORCED_LABOUR:
        return FORCED_LABOUR
    return NEWER if treaty in FROM_NEWER else RATIFICATIONS


def check(frame: pd.DataFrame, originals: Folders) -> None:
    """Stop when a treaty lacks a State, or does not have the known number of parties."""
    for treaty, parties in PARTIES.items():
        path = original_of(treaty).under(originals)
        status = frame.loc[frame["instrument"] == treaty, "status"]
        expect(len(status), len(data.states()), 0, f"the number of rows for {treaty}", path)
        have = int((status == "party").sum())
        expect(have, parties, 0, f"the number of parties to {treaty}", path)


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table: treaties in their order, with the source of each row."""
    given = frame[["instrument", "source_key"]].itertuples(index=False)
    frame["source"], frame["locator"] = zip(*(_source(*row, path) for row in given), strict=True)
    frame["place"] = frame["instrument"].map(list(PARTIES).index)
    frame = frame.sort_values(["iso3", "place"], ignore_index=True)
    frame = frame.rename(columns={"date_deposit": "deposited", "date_entry_into_force": "in_force"})
    order = ["deposited", "in_force", "action", "as_of", "note", "source", "locator", "grade"]
    return remark(frame)[["iso3", "instrument", "status", *order]].replace("", pd.NA)


def remark(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a note where a State has left, or where two days contradict."""
    for (iso3, instrument), (note, source, place) in WITHDREW.items():
        here = (frame["iso3"] == iso3) & (frame["instrument"] == instrument)
        frame.loc[here, "note"] = note
        frame.loc[here, "source"] += f"; {source}"
        frame.loc[here, "locator"] += f"; {place}"
    early = frame["in_force"].ne("") & (frame["in_force"] < frame["deposited"])
    frame.loc[early & (frame["action"] != "succession") & frame["note"].eq(""), "note"] = EARLY
    return frame


def _source(instrument: str, source_keys: str, path: Path) -> tuple[str, str]:
    """Return citation keys and locators of a row."""
    newer = instrument in FROM_NEWER | FROM_FORCED_LABOUR
    fedlex = "fedlex_scopes" if newer else FEDLEX_KEYS.get(instrument, "")
    table = "table of the treaty" if newer else "Geltungsbereich"
    rules = {
        "untc_scrape_2013_2015": (
            "untc",
            f"chapter {UNTC_CHAPTERS.get(instrument)}, participant table, row of the State",
        ),
        "fedlex_treaty_scope": (fedlex, f"{table}, row of the State"),
        "wikipedia_ilo_members": ("wiki_ilo", "table of members, where the State is not listed"),
        "wpdl": ("wpdl", "file of the treaty, row of the State"),
    }
    keys = source_keys.split(";")
    unknown = [key for key in keys if key not in rules]
    if unknown:
        raise DataError(str(path), f"no rule for the source {unknown}; add it here")
    sources, places = zip(*(rules[key] for key in keys), strict=True)
    return "; ".join(sources), "; ".join(places)
