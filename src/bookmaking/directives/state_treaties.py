"""The section of a State's page on treaties: which it has joined, how and when."""

from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import pandas as pd
from markupsafe import Markup

from bookmaking.directives.elements import capital, cite_sources
from bookmaking.directives.state_rows import Row, State, Tables
from bookmaking.directives.state_themes import TREATIES
from bookmaking.directives.state_words import BODIES, NOT_ILO, RATIFICATIONS, SINCE, day, waits
from decentwork.claims import NOTE_DATE

WITHDREW = "withdrew"
"""How the note of a row begins whose State has left the treaty."""
PREDECESSOR = "predecessor"
SWISS = "fedlex"
OF_SWISS = (
    "The lists of treaties that Switzerland publishes (Swiss Confederation, above) print no "
    "signatures, so a State that is not a party may have signed. They print acceptance and "
    "approval as ratification. "
)
HEADS = ("Treaty", f"On 20 June {SINCE}", "How it joined", "Day of deposit", "In force since",
         "Status as of", "Source")  # fmt: skip


def treaties(tables: Tables, state: State) -> list[dict[str, Any]]:
    """Return the section on treaties as blocks of a page (see `state_content`)."""
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    ordered = [found[name] for name in TREATIES if name in found]
    joined = [row for row in ordered if row["status"] == "party"]
    outside = [row for row in ordered if row["status"] != "party"]
    keys = dict.fromkeys(citation.key for row in ordered for citation in row["cited"])
    letters = dict(zip(keys, ascii_lowercase, strict=False))
    first = _first_days(tables)
    rows = [
        [
            TREATIES[row["instrument"]],
            _in_2011(row, first[row["instrument"]]),
            row["action"],
            day(row["deposited"]),
            f"from {day(row['in_force'])}" if waits(row) else day(row["in_force"]),
            day(row["as_of"]),
            ", ".join(letters[each.key] for each in row["cited"]),
        ]
        for row in joined
    ]
    title = "Treaties that the State has joined"
    groups = [{"head": "", "rows": rows}]
    blocks = [{"title": title, "heads": HEADS, "groups": groups, "style": "cards"}] if rows else []
    listed = Markup(";").join(
        Markup(" {} {}").format(letter, cite_sources(key)) for key, letter in letters.items()
    )
    told = "Sources by letter; the file of this page names the place in each:"
    blocks.append({"words": Markup("{}{}.").format(told, listed), "small": True})
    statuses = dict.fromkeys(row["status"] for row in outside)
    words = [
        " ".join(_about_days(joined)),
        *(_outside(each, [row for row in outside if row["status"] == each], letters)
          for each in statuses),
        *(f"{TREATIES[row['instrument']]}: the State {row['note']}." for row in outside
          if str(row["note"]).startswith(WITHDREW)),
    ]  # fmt: skip
    blocks += [{"words": each, "small": False} for each in words if each]
    swiss = any(key.startswith(SWISS) for key in keys)
    told = f"{OF_SWISS if swiss else ''}{tables.limits(RATIFICATIONS)}"
    return [*blocks, {"words": told, "small": True}]


def _outside(status: str, rows: Sequence[Row], letters: Mapping[str, str]) -> str:
    """Return the sentence on treaties that the State has not joined, by its status."""
    places_of = [
        f"{day(row['as_of'])}, {', '.join(letters[each.key] for each in row['cited'])}"
        for row in rows
    ]
    if status == NOT_ILO:
        newest = max(range(len(rows)), key=lambda place: rows[place]["as_of"])
        return (
            f"The State is not a member of the {BODIES['ilo']} ({places_of[newest]}), so it cannot "
            f"join the {len(rows)} treaties of that organization, and the table leaves them out."
        )
    named = [
        f"{TREATIES[row['instrument']]} ({at})" for row, at in zip(rows, places_of, strict=True)
    ]
    start = f"{capital(status)} (in brackets: status as of which day, source)"
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
