"""The first paragraph of a State's page: membership, treaties, newest counts."""

from collections.abc import Mapping, Sequence

import pandas as pd

from bookmaking.directives.elements import capital, in_a_list
from bookmaking.directives.state_rows import Row, State, Tables
from bookmaking.directives.state_themes import ON_TRAFFICKING, TREATIES, interval
from bookmaking.directives.state_words import (
    BODIES,
    NOT_ILO,
    RATIFICATIONS,
    SINCE,
    count,
    day,
    is_doubtful,
    newer_report,
    waits,
)

DETECTED = "detected-victims"
RELEASES = "greta-findings"
OF_COUNCIL = "CETS"
"""How the codes of the treaties of the Council of Europe begin."""
JOINED = {"ratification": "ratified", "accession": "acceded to", "acceptance": "accepted",
          "approval": "approved", "succession": "succeeded to"}  # fmt: skip
DETECTED_PERSONS = "detected victims of trafficking"


def summary(tables: Tables, state: State) -> list[str]:
    """Return the first paragraph, a sentence each: member of what, bound by what, newest counts."""
    treaties = tables.rows(RATIFICATIONS, state)
    return [
        *_memberships_in_words(state),
        *_bound_in_words(state, {row["instrument"]: row for row in treaties}),
        *_detected_in_words(tables, state),
        *_release_in_words(tables.rows(RELEASES, state)),
    ]


def _memberships_in_words(state: State) -> list[str]:
    start = f"{state.called} has been a participating State of the OSCE since "
    said = [f"{capital(start)}{day(state.row['osce_since'])}."]
    others = {name: body for name, body in BODIES.items() if name != "osce"}
    now = [body for name, body in others.items() if state.row[f"{name}_2026"]]
    past = [
        body
        for name, body in others.items()
        if state.row[f"{name}_2011"] and not state.row[f"{name}_2026"]
    ]
    if now:
        said.append(f"It is a member of the {in_a_list(now, 'the ')}.")
    if past:
        said.append(f"In June {SINCE} it was also a member of the {in_a_list(past, 'the ')}.")
    return said


def _bound_in_words(state: State, treaties: Mapping[str, Row]) -> list[str]:
    said: list[str] = []
    joined = [name for name in ON_TRAFFICKING if treaties[name]["status"] == "party"]
    waiting = [name for name in joined if waits(treaties[name])]
    if bound := [name for name in joined if name not in waiting]:
        listed = [f"{TREATIES[name]} ({_since(treaties[name])})" for name in bound]
        said.append(f"It is bound by the {in_a_list(listed, 'the ')}.")
    for name in waiting:
        said.append(
            f"It {_joined(treaties[name])} the {TREATIES[name]} on "
            f"{day(treaties[name]['deposited'])}. The treaty enters into force for it on "
            f"{day(treaties[name]['in_force'])}."
        )
    closed = [name for name in ON_TRAFFICKING if treaties[name]["status"] == NOT_ILO]
    free = [name for name in ON_TRAFFICKING if name not in [*joined, *closed]]
    if free:
        listed = [f"{TREATIES[name]} ({_free_as_of(state, name, treaties[name])})" for name in free]
        said.append(f"It is not a party to the {in_a_list(listed, 'to the ', 'or')}.")
    said += [
        f"It is not a member of the {BODIES['ilo']}, so it cannot join the {TREATIES[name]}."
        for name in closed
    ]
    return said


def _free_as_of(state: State, name: str, treaty: Row) -> str:
    told = f"as of {day(treaty['as_of'])}"
    if name.startswith(OF_COUNCIL) and not state.row["coe_2026"]:
        return f"{told}; it is not a member of the {BODIES['coe']}"
    return told


def _since(treaty: Row) -> str:
    if pd.isna(treaty["in_force"]):
        return f"{_joined(treaty).removesuffix(' to')} on {day(treaty['deposited'])}"
    return f"in force since {day(treaty['in_force'])}"


def _joined(treaty: Row) -> str:
    """Return the word for how the State joined a treaty: a successor did not ratify."""
    return JOINED[treaty["action"]]


def _detected_in_words(tables: Tables, state: State) -> list[str]:
    rows = tables.rows(DETECTED, state)
    counted = {(row["form"], row["year"]): row for row in rows if not pd.isna(row["persons_low"])}
    years = [year for form, year in counted if form == "all forms"]
    file = "the file of the United Nations"
    if not years:
        return [f"{capital(file)} has no number of detected victims, all forms together."]
    year = max(years)
    number = count(counted["all forms", year])
    if year < SINCE:
        return [f"Since {SINCE} {file} has no number of detected victims, all forms together. "
                f"Its last one is {number}, for {year}."]  # fmt: skip
    fiscal = "the fiscal year " if "fiscal" in tables.remarks(DETECTED, state) else ""
    counts = tables.counted(DETECTED, state, year, DETECTED_PERSONS)
    said = [f"For {fiscal}{year} {file} has {number} {counts}, all forms together."]
    labour = counted.get(("forced labour", year))
    said.append(
        f"For forced labour it {_in_a_sentence(labour)}."
        if labour
        else f"For that year {file} has no number for forced labour."
    )
    said += [
        f"The series is cut in {when}: {what}."
        for when, what in tables.breaks(DETECTED, state)
        if when <= year
    ]
    return said


def _in_a_sentence(row: Row) -> str:
    """Return a count with the reason for its interval, for a sentence without a table beside it."""
    number = interval(row["persons_low"], row["persons_high"])
    if "<5" not in str(row["printed"]):
        return f"has {number}"
    doubt = ", and here it may also mean that nothing was reported" if is_doubtful(row) else ""
    if str(row["printed"]) == "<5":
        return f"prints “<5”, which is {number}{doubt}"
    return f"has {number}, because it prints “<5” in part{doubt}"


def _release_in_words(releases: Sequence[Row]) -> list[str]:
    if not releases:
        return []
    newest = releases[-1]
    when = newest["publication_date"]
    dated = "bears no date" if pd.isna(when) else f"is of {day(when)}"
    said = [
        "GRETA, the experts who monitor the Council of Europe Convention, evaluate each party in "
        f"rounds. The newest text about a report that we found {dated} (round {newest['round']})."
    ]
    return [*said, newer_report(newest)] if newer_report(newest) else said
