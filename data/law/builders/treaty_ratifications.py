"""treaty-ratifications: eleven treaties on trafficking, labour, migration and rights, by State."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Fault, Original
from bookmaking.tables.reading import expect, read_original, require, translate
from decentwork import data
from decentwork.data import DataError

RATIFICATIONS = Original(
    "treaty-ratifications/osce_ratifications_long.csv",
    sha256="3c7b2337f97cf38b3b2db6a03acc8393f1236880eebccdb0887fabee90f106c5",
    made=(
        "Typed from tables of the Swiss federal law compilation at commits f024dce2, 9e11a9cf "
        "and 122dcb21 of droid-f/fedlex-assets, and cut from the files of "
        "untc-treaty-status-2013-2015."
    ),
)
ORIGINALS = (RATIFICATIONS,)

COLUMNS = [
    "iso3", "country", "instrument", "status", "date_deposit", "year", "date_entry_into_force",
    "action", "source_key", "as_of", "grade", "note",
]  # fmt: skip
INCOMPLETE = {"ILO_C097", "ILO_C143", "ILO_C181", "ILO_C190"}
# Parties among participating States. CETS 197: the 48 parties that coe.int names, less Israel; the
# others are counts on the day of the source, which a test holds against a second copy.
PARTIES = {
    "UNTOC": 57, "PALERMO": 56, "CETS197": 47, "ILO_P029": 31, "ILO_C081": 48, "ILO_C189": 11,
    "ICRMW": 6, "REF1951": 52, "REFPROT1967": 53, "ICESCR": 54, "CEDAW": 55,
}  # fmt: skip
UNTC_CHAPTERS = {
    "UNTOC": "XVIII-12", "PALERMO": "XVIII-12-a", "ICRMW": "IV-13", "REF1951": "V-2",
    "REFPROT1967": "V-5", "ICESCR": "IV-3", "CEDAW": "IV-8",
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

FAULTS = (
    Fault(
        "a new treaty",
        RATIFICATIONS,
        old="ALB,Albania,UNTOC",
        new="ALB,Albania,UNTOC2",
        said="no rule for the treaties ['UNTOC2']",
    ),
    Fault(
        "a new status",
        RATIFICATIONS,
        old="AND,Andorra,ICRMW,not party",
        new="AND,Andorra,ICRMW,denounced",
        said="no rule for ['denounced']",
    ),
    Fault(
        "a party lost",
        RATIFICATIONS,
        old="ALB,Albania,UNTOC,party",
        new="ALB,Albania,UNTOC,not party",
        said="the number of parties to UNTOC is 56, published is 57",
    ),
)


def build(originals: Path) -> pd.DataFrame:
    """Return one row per State and treaty; stop when the parties are not as many as known."""
    path = RATIFICATIONS.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame, path)


def read(path: Path) -> pd.DataFrame:
    """Return the rows of the treaties that are complete; stop at a treaty or status not known."""
    frame = read_original(path, COLUMNS)
    strange = sorted(set(frame["instrument"]) - INCOMPLETE - set(PARTIES))
    require(not strange, f"no rule for the treaties {strange}; add them here", path)
    frame = frame[frame["instrument"].isin(PARTIES)].copy()
    frame["status"] = translate(frame["status"], STATUSES, path)
    return frame


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when a treaty lacks a State, or does not have the known number of parties."""
    for treaty, parties in PARTIES.items():
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
    return frame.drop(columns=["country", "year", "source_key", "place"]).replace("", pd.NA)


def _source(instrument: str, source_key: str, path: Path) -> tuple[str, str]:
    """Return citation keys and locator of a row."""
    untc = ("untc", f"chapter {UNTC_CHAPTERS.get(instrument)}, participant table, row of the State")
    fedlex = (FEDLEX_KEYS.get(instrument, ""), "Geltungsbereich, row of the State")
    rules = {
        "untc_scrape_2013_2015": untc,
        "fedlex_treaty_scope": fedlex,
        "untc_scrape_2013_2015;fedlex_treaty_scope": tuple(
            map("; ".join, zip(untc, fedlex, strict=True))
        ),
        "wikipedia_ilo_members": ("wiki_ilo", "table of members, where the State is not listed"),
    }
    if source_key not in rules:
        raise DataError(str(path), f"no rule for the source {source_key!r}; add it here")
    return rules[source_key]
