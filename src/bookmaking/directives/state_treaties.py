"""The section of a State's page on treaties: which it has joined, how and when."""

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase

import pandas as pd

from bookmaking.directives import pieces
from bookmaking.directives.elements import Content, Section, html
from bookmaking.directives.state_pieces import (
    BODIES,
    CARDS,
    RATIFICATIONS,
    SINCE,
    argued,
    cited,
    day,
    remarks,
)
from bookmaking.directives.state_rows import Row, State, Tables
from bookmaking.directives.state_themes import (
    TREATIES,
)
from decentwork.claims import NOTE_DATE

NOT_ILO = "not an ILO member"
WITHDREW = "withdrew"
"""How the note of a row begins whose State has left the treaty."""
PREDECESSOR = "predecessor"
SWISS = "fedlex"
OF_SWISS = (
    "The lists of treaties that Switzerland publishes (Swiss Confederation, above) print no "
    "signatures, so a State that is not a party may have signed. They print acceptance and "
    "approval as ratification."
)


def treaties(tables: Tables, state: State, chapters: Mapping[str, Sequence[str]]) -> Section:
    """Return the section on treaties, and links to the chapters that read their table."""
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    ordered = [found[name] for name in TREATIES if name in found]
    joined = [row for row in ordered if row["status"] == "party"]
    letters = _letters(ordered)
    first = _first_days(tables)
    heads = ["Treaty", f"On 20 June {SINCE}", "How it joined", "Day of deposit",
             "In force since", "Status as of", "Source"]  # fmt: skip
    rows = [
        pieces.row(
            [TREATIES[row["instrument"]]],
            [_in_2011(row, first[row["instrument"]])],
            [row["action"]],
            [day(row["deposited"])],
            [f"from {day(row['in_force'])}" if waits(row) else day(row["in_force"])],
            [day(row["as_of"])],
            [", ".join(letters[each.key] for each in row["cited"])],
        )
        for row in joined
    ]
    contents: list[Content] = (
        [pieces.rows_table("Treaties that the State has joined", heads, rows, class_=CARDS)]
        if rows
        else []
    )
    sources: list[Content] = ["Sources by letter; the file of this page names the place in each:"]
    for key, letter in letters.items():
        sources += [f" {letter} ", cited([key]), ";" if letter != max(letters.values()) else "."]
    contents.append(remarks(*sources))
    if days := _about_days(joined):
        contents.append(html("p", " ".join(days)))
    outside = [row for row in ordered if row["status"] != "party"]
    for status in dict.fromkeys(row["status"] for row in outside):
        group = [row for row in outside if row["status"] == status]
        contents.append(html("p", _outside(status, group, letters)))
    contents += [
        html("p", f"{TREATIES[row['instrument']]}: the State {row['note']}.")
        for row in outside
        if str(row["note"]).startswith(WITHDREW)
    ]
    swiss = any(each.key.startswith(SWISS) for row in ordered for each in row["cited"])
    contents.append(
        remarks(" ".join([*([OF_SWISS] if swiss else []), tables.limits(RATIFICATIONS)]))
    )
    return Section("Treaties", [*contents, *argued([RATIFICATIONS], chapters)])


def _letters(rows: Iterable[Row]) -> dict[str, str]:
    """Return a letter for each source of rows, by its key."""
    keys = dict.fromkeys(citation.key for row in rows for citation in row["cited"])
    return dict(zip(keys, ascii_lowercase, strict=False))


def _outside(status: str, rows: Sequence[Row], letters: Mapping[str, str]) -> str:
    """Return the sentence on treaties that the State has not joined, by its status."""
    places_of = [
        f"{day(row['as_of'])}, {', '.join(letters[each.key] for each in row['cited'])}"
        for row in rows
    ]
    if status == NOT_ILO:
        body = BODIES["ilo"]
        newest = max(range(len(rows)), key=lambda place: rows[place]["as_of"])
        at = places_of[newest]
        return (
            f"The State is not a member of the {body} ({at}), so it cannot join the {len(rows)} "
            "treaties of that organization, and the table leaves them out."
        )
    named = [
        f"{TREATIES[row['instrument']]} ({at})" for row, at in zip(rows, places_of, strict=True)
    ]
    start = f"{pieces.capital(status)} (in brackets: status as of which day, source)"
    return f"{start}: {'; '.join(named)}."


def _about_days(joined: Sequence[Row]) -> list[str]:
    """Return what a reader must know of the days in the table of treaties."""
    said = []
    if any(pd.isna(row["in_force"]) for row in joined):
        said.append("A dash under “In force since”: the source gives only the day of deposit.")
    early = [row for row in joined if row["in_force"] < row["deposited"]]
    after = [row for row in early if row["action"] == "succession"]
    if after:
        told = "A successor State deposits its notice later than the day from which the treaty "
        said.append(f"{told}binds it, so “In force since” can be the earlier day.")
    if any(PREDECESSOR in str(row["note"]) for row in after):
        said.append("For some labour conventions the source prints the day of the predecessor.")
    said += [
        f"{TREATIES[row['instrument']]}: the source prints an entry into force before the deposit, "
        "and we keep both days as printed."
        for row in early
        if row not in after
    ]
    return said


def _first_days(tables: Tables) -> dict[str, pd.Timestamp]:
    """Return the day on which each treaty entered into force for its first participating State."""
    days: dict[str, list[pd.Timestamp]] = {}
    for row in tables.records(RATIFICATIONS):
        known = row["deposited"] if pd.isna(row["in_force"]) else row["in_force"]
        if not pd.isna(known):
            days.setdefault(row["instrument"], []).append(known)
    return {name: min(found) for name, found in days.items()}


def _in_2011(row: Row, first: pd.Timestamp) -> str:
    """Return what the State was on the day of the note: a party only from entry into force."""
    noted = pd.Timestamp(NOTE_DATE)
    if row["deposited"] > noted:
        return "not a party" if first <= noted else "not in force for any participating State"
    if pd.isna(row["in_force"]) and row["deposited"] > noted - pd.DateOffset(years=1):
        # A labour convention enters into force twelve months after its ratification. Where the
        # source has no day of this, the State would else count as a party.
        return "deposited; day of entry into force not in the source"
    return "deposited, not in force" if row["in_force"] > noted else "party"


def waits(treaty: Row) -> bool:
    """Whether the State has joined a treaty that is not yet in force for it."""
    return treaty["in_force"] > treaty["as_of"]
