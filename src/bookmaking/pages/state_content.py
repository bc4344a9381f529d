"""The page of a participating State, from the book's tables and the State's code.

The functions take tables (`state_rows`) and what to show of them (`state_themes`), and return
elements; nothing here needs Sphinx. `state` places the results on pages. Nothing is ranked, filled
or added up. A table without a row for the State is named at the end of the page, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from itertools import groupby
from string import ascii_lowercase
from urllib.parse import urlsplit

import pandas as pd

from bookmaking.pages.elements import Citations, Content, Element, PageLink, html
from bookmaking.pages.state_rows import State, Tables
from bookmaking.pages.state_themes import (
    ON_TRAFFICKING,
    THEMES,
    TREATIES,
    Counts,
    Listing,
    Measure,
    Pairs,
    Part,
    Row,
    Theme,
    interval,
    tables_used,
)
from decentwork import citations
from decentwork.citations import Citation
from decentwork.claims import NOTE_DATE
from decentwork.tables import places
from decentwork.tile_places import PLACES

RATIFICATIONS = "treaty-ratifications"
DETECTED = "detected-victims"
RELEASES = "greta-findings"
SINCE = NOTE_DATE.year
NOT_ILO = "not an ILO member"
OF_COUNCIL = "CETS"
"""How the codes of the treaties of the Council of Europe begin."""
JOINED = {"ratification": "ratified", "accession": "acceded to", "acceptance": "accepted",
          "approval": "approved", "succession": "succeeded to"}  # fmt: skip
WITHDREW = "withdrew"
"""How the note of a row begins whose State has left the treaty."""
PREDECESSOR = "predecessor"
SWISS = "fedlex"
OF_SWISS = (
    "The tables of Switzerland print no signatures, so a State that is not a party may have "
    "signed. They print acceptance and approval as ratification."
)
DETECTED_PERSONS = "detected victims of trafficking"
BLANKS = "What the tables do not say"
"""The title of the section that names what has no row."""
MOST_CHAPTERS = 3
MOST_PLACES = 2
NOTHING = "–"
BODIES = {"osce": "OSCE", "coe": "Council of Europe", "eu": "European Union",
          "ilo": "International Labour Organization"}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading."""

    title: str
    contents: list[Content]


Blank = tuple[Part, str]
"""A part of a theme without a row for the State, and the reason."""


@dataclass(frozen=True)
class Page:
    """All that the page of a State says, from its title down."""

    title: str
    summary: list[str]
    opening: list[Content]
    sections: list[Section]


def page(tables: Tables, code: str, chapters: Mapping[str, Sequence[str]]) -> Page:
    """Return the page of a State.

    Parameters
    ----------
    tables
        The tables of the book.
    code
        The State's iso3 code.
    chapters
        The pages that read each table, by the table's name.

    Raises
    ------
    StateError
        If no participating State has the code.
    decentwork.data.DataError
        If a table breaks its contract, or a row names no source.
    """
    state = tables.state(code)
    made = [_treaties(tables, state, chapters)]
    blanks: list[Blank] = []
    for theme in THEMES:
        section, missing = _theme(tables, state, theme, chapters)
        made += [section] if section else []
        blanks += missing
    made += [_blanks(tables, state, blanks)] if blanks else []
    return Page(state.name, summary(tables, state), _opening(tables, state), made)


def file_of(state: State) -> str:
    """Return the name of the file with all values of a State, which stands beside its page."""
    return f"{state.file}.csv"


def misplaced(state: State, page: str) -> str:
    """Return the sentence on a page of a State that stands elsewhere."""
    return (
        f"the page of {state.name} stands at {page}, and links lead to {state.page}; rename the "
        "file, or write another code."
    )


def tables_of_pages() -> tuple[str, ...]:
    """Return every table that the pages of the States show."""
    return (places.STATES, RATIFICATIONS, *tables_used())


# ------------------------------------------------------------------ the first paragraph


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
    said = [f"{_capital(start)}{day(state.row['osce_since'])}."]
    others = {name: body for name, body in BODIES.items() if name != "osce"}
    now = [body for name, body in others.items() if state.row[f"{name}_2026"]]
    past = [
        body
        for name, body in others.items()
        if state.row[f"{name}_2011"] and not state.row[f"{name}_2026"]
    ]
    if now:
        said.append(f"It is a member of the {_and(now, 'the ')}.")
    if past:
        said.append(f"In June {SINCE} it was also a member of the {_and(past, 'the ')}.")
    return said


def _bound_in_words(state: State, treaties: Mapping[str, Row]) -> list[str]:
    said: list[str] = []
    joined = [name for name in ON_TRAFFICKING if treaties[name]["status"] == "party"]
    waiting = [name for name in joined if _waits(treaties[name])]
    if bound := [name for name in joined if name not in waiting]:
        listed = [f"{TREATIES[name]} ({_since(treaties[name])})" for name in bound]
        said.append(f"It is bound by the {_and(listed, 'the ')}.")
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
        said.append(f"It is not a party to the {_and(listed, 'to the ', 'or')}.")
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


def _waits(treaty: Row) -> bool:
    """Whether the State has joined a treaty that is not yet in force for it."""
    return treaty["in_force"] > treaty["as_of"]


def _detected_in_words(tables: Tables, state: State) -> list[str]:
    rows = tables.rows(DETECTED, state)
    counted = {(row["form"], row["year"]): row for row in rows if not pd.isna(row["persons_low"])}
    years = [year for form, year in counted if form == "all forms"]
    file = "the file of the United Nations"
    if not years:
        return [f"{_capital(file)} has no number of detected victims, all forms together."]
    year = max(years)
    number = _count(counted["all forms", year])
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
        f"The rule on whom to count changed in {when}: {what}."
        for when, what in tables.breaks(DETECTED, state)
        if when <= year
    ]
    return said


def _in_a_sentence(row: Row) -> str:
    """Return a count with the reason for its interval, for a sentence without a table beside it."""
    number = interval(row["persons_low"], row["persons_high"])
    if "<5" not in str(row["printed"]):
        return f"has {number}"
    doubt = ", and here it may also mean that nothing was reported" if _doubtful(row) else ""
    if str(row["printed"]) == "<5":
        return f"prints “<5”, which is {number}{doubt}"
    return f"has {number}, because it prints “<5” in part{doubt}"


def _release_in_words(releases: Sequence[Row]) -> list[str]:
    if not releases:
        return []
    newest = releases[-1]
    when = newest["publication_date"]
    dated = "shows no date" if pd.isna(when) else f"is of {day(when)}"
    said = [
        "GRETA, the experts who monitor the Council of Europe Convention, evaluate each party in "
        f"rounds. The newest text on a report that we read {dated} (round {newest['round']})."
    ]
    return [*said, _newer(newest)] if _newer(newest) else said


def _newer(release: Row) -> str:
    """Return the sentence on a report that is newer than the text that was read; or nothing."""
    if pd.isna(release["report_round"]) or release["report_round"] <= release["round"]:
        return ""
    return (
        f"GRETA published its report of round {release['report_round']} on "
        f"{day(release['report_date'])}. We did not read it."
    )


def _opening(tables: Tables, state: State) -> list[Content]:
    """Return names, the file with all values, and the table of memberships."""
    named = f"Code of the State in the tables: {state.code}."
    if state.other_name:
        named += (
            f" The treaty tables of the United Nations of 2013 to 2015 call it {state.other_name}."
        )
    file = html("a", "All values of this page with their sources (CSV)", href=file_of(state))
    return [
        html("p", named, class_="state-names"),
        html("p", file, class_="state-file"),
        *_memberships(tables, state),
    ]


def _memberships(tables: Tables, state: State) -> list[Content]:
    row = state.row
    since = {"osce": day(row["osce_since"]), "coe": _year(row["coe_since"]),
             "eu": day(row["eu_since"]),
             "ilo": "day not in the table" if row["ilo_2011"] else NOTHING}  # fmt: skip
    # The sidecar: the keys stand in the order of the bodies, and the last one is for another name.
    keys = row["source"].split(citations.BETWEEN_CELLS)
    rows = [
        _row([body], [_yes(name, row[f"{name}_2011"])],
             [_yes(name, row.get(f"{name}_2026", True))], [since[name]], [_cited([key])])
        for (name, body), key in zip(BODIES.items(), keys, strict=False)
    ]  # fmt: skip
    read = day(tables.sidecar(places.STATES).origin[0]["date_accessed"])
    heads = ["Organization", f"June {SINCE}", f"On {read}", "Joined", "Source"]
    note = "" if pd.isna(row["note"]) else f"{row['note']} "
    return [
        _table("Memberships", heads, rows, class_="cards"),
        _remarks(f"{note}Place in each source: {row['locator']}. {tables.limits(places.STATES)}"),
    ]


# ------------------------------------------------------------------ treaties


def _treaties(tables: Tables, state: State, chapters: Mapping[str, Sequence[str]]) -> Section:
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    ordered = [found[name] for name in TREATIES if name in found]
    joined = [row for row in ordered if row["status"] == "party"]
    letters = _letters(ordered)
    first = _first_days(tables)
    heads = ["Treaty", f"On 20 June {SINCE}", "How it joined", "Day of deposit",
             "In force since", "Status as of", "Source"]  # fmt: skip
    rows = [
        _row(
            [TREATIES[row["instrument"]]],
            [_in_2011(row, first[row["instrument"]])],
            [row["action"]],
            [day(row["deposited"])],
            [f"from {day(row['in_force'])}" if _waits(row) else day(row["in_force"])],
            [day(row["as_of"])],
            [", ".join(letters[each.key] for each in row["cited"])],
        )
        for row in joined
    ]
    contents: list[Content] = (
        [_table("Treaties that the State has joined", heads, rows, class_="cards")] if rows else []
    )
    sources: list[Content] = ["Sources by letter; the file of this page names the place in each:"]
    for key, letter in letters.items():
        sources += [f" {letter} ", _cited([key]), ";" if letter != max(letters.values()) else "."]
    contents.append(_remarks(*sources))
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
        _remarks(" ".join([*([OF_SWISS] if swiss else []), tables.limits(RATIFICATIONS)]))
    )
    return Section("Treaties", [*contents, *_argued([RATIFICATIONS], chapters)])


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
            f"The State is not a member of the {body} ({at}), so the {len(rows)} treaties of that "
            "organization in this table do not apply to it."
        )
    named = [
        f"{TREATIES[row['instrument']]} ({at})" for row, at in zip(rows, places_of, strict=True)
    ]
    return f"{_capital(status)} (in brackets: status as of which day, source): {'; '.join(named)}."


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
        # A labour convention enters into force twelve months after its ratification.
        return "deposited; day of entry into force not in the source"
    return "deposited, not in force" if row["in_force"] > noted else "party"


# ------------------------------------------------------------------ themes


def _theme(
    tables: Tables, state: State, theme: Theme, chapters: Mapping[str, Sequence[str]]
) -> tuple[Section | None, list[Blank]]:
    """Return the section of a theme, or None if no table speaks of the State; and the blanks."""
    found = [(part, _rows_of(part, tables, state)) for part in theme.parts]
    used = [part.table for part, rows in found if rows]
    contents: list[Content] = []
    blanks: list[Blank] = []
    for kind, group in groupby(found, lambda each: type(each[0])):
        made: list[Element] = []
        for part, rows in group:
            if rows:
                made += show(part, rows, tables, state)
                made += _of_union(part, tables, state)
            elif getattr(part, "in_place", False):
                made += [html("p", f"{part.absent}.")] if used else []
            elif not (isinstance(part, Measure) and state.name in part.label):
                blanks.append((part, _blank(part, tables, state)))
        if kind is Measure and made:
            heads = ["Measure", f"{SINCE} or the nearest year", "Last value in the table",
                     "To keep in mind", "Source"]  # fmt: skip
            caption = f"{theme.title}: {SINCE} or the nearest year, and the last value in the table"
            made = [_table(caption, heads, made, class_="cards state-measures")]
        contents += made
    if not used:
        return None, blanks
    contents = [html("p", theme.to_read), *contents, *_argued(used, chapters)]
    return Section(theme.title, contents), blanks


def _rows_of(part: Part, tables: Tables, state: State) -> list[Row]:
    rows = tables.rows(part.table, state)
    if isinstance(part, Measure):
        wanted = part.where.items()
        rows = [row for row in rows if all(row[column] == value for column, value in wanted)]
        return sorted(rows, key=lambda row: row[part.when])
    if isinstance(part, Counts):
        told = {row["year"] for row in rows if not pd.isna(row["persons_low"])}
        return [row for row in rows if row["year"] in told and row["year"] >= SINCE]
    if isinstance(part, Listing) and part.filled and all(pd.isna(row[part.filled]) for row in rows):
        return []
    return rows


@singledispatch
def show(part: object, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    """Return what a page shows of the rows of one part of a theme."""
    raise TypeError(f"no page shows a part of the kind {type(part).__name__}; write how.")


@show.register
def _measure(part: Measure, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    made: list[Element] = []
    for kind in dict.fromkeys(row[part.same] if part.same else "" for row in rows):
        alike = [row for row in rows if not part.same or row[part.same] == kind]
        label = f"{part.label} ({kind})" if kind else part.label
        made.append(_measured(part, label, alike, tables, state))
    return made


def _measured(
    part: Measure, label: str, rows: Sequence[Row], tables: Tables, state: State
) -> Element:
    """Return the row of a measure: values of one kind, and what was crossed between the two."""
    about = min(rows, key=lambda row: (abs(int(str(row[part.when])[:4]) - SINCE), row[part.when]))
    newest = rows[-1]
    first, last = (int(str(row[part.when])[:4]) for row in (about, newest))
    crossed = [
        f"The series changed in {when}, so do not compare across that year: {what}."
        for when, what in tables.breaks(part.table, state)
        if first < when <= last or (first == last == when)
    ]
    between = [row for row in rows if first < int(str(row[part.when])[:4]) <= last]
    marked = [str(row[part.when]) for row in between if part.marked and row[part.marked]]
    if marked:
        crossed.append(
            f"The source marks a break in {_and(marked)}. Do not compare the two values."
        )
    told = [part.to_know, *crossed, tables.remarks(part.table, state), tables.limits(part.table)]
    shown = [f"{part.show(row)} ({day(row[part.when])})" for row in (about, newest)]
    return _row(
        [label],
        [shown[0]],
        ["no later one" if about is newest else shown[1]],
        [" ".join(filter(None, told))],
        [_sources([about, newest])],
    )


@show.register
def _listing(part: Listing, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    made = []
    for row in rows:
        cells = [[_cell(shown, row)] for shown in part.columns.values()]
        made.append(_row(*cells, [_sources([row])]))
    return [
        _table(part.caption, [*part.columns, "Source"], made, class_="cards"),
        _remarks(_known(part.table, tables, state)),
    ]


def _known(table: str, tables: Tables, state: State) -> str:
    """Return what a table says of this State alone, and what it must not be used for."""
    return " ".join(filter(None, [tables.remarks(table, state), tables.limits(table)]))


def _of_union(part: Part, tables: Tables, state: State) -> list[Element]:
    told = _acts_of_union(part, tables, state)
    return [html("p", told)] if told else []


def _acts_of_union(part: Part, tables: Tables, state: State) -> str:
    """Return the sentence on acts of the European Union, which need not bind each member."""
    column = getattr(part, "of_union", "")
    rows = tables.of_union(part.table, state) if column else []
    if not rows:
        return ""
    named = "; ".join(f"{row[column]}" for row in rows)
    return (
        f"The table also has entries of the {BODIES['eu']}: {named}. An act of the Union need not "
        "bind each member. Whether these hold for this State was not read."
    )


@show.register
def _counts(part: Counts, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    years = sorted({row["year"] for row in rows})
    if part.totals and _says_nothing(rows):
        span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
        told = f"{part.caption}: for {span} the file of the United Nations prints 0 or nothing for "
        told += "single forms, and no number for all forms. This does not mean that there was no "
        told += "victim. "
        known = _known(part.table, tables, state)
        return [html("p", told, "Source: ", _sources(rows), "."), _remarks(known)]
    cells = {(row["year"], row[part.by]): row for row in rows}
    breaks = dict(tables.breaks(part.table, state))
    heads = ["Year", *part.columns,
             *(["Sum of the forms, beside all forms"] if part.totals else [])]  # fmt: skip
    groups: list[list[Element]] = [[]]
    readings: set[str] = set()
    for year in years:
        if year in breaks:
            told = (
                f"Change in {year}: {breaks[year]}. Do not compare later years with earlier ones."
            )
            head = html("th", told, colspan=str(len(heads)), scope="rowgroup")
            groups.append([html("tr", head)])
        found = [cells.get((year, value)) for value in part.columns.values()]
        readings |= {row["reading"] for row in found if row and "reading" in row}
        totals = [[next(row[part.totals] for row in found if row)]] if part.totals else []
        counted = [[_count(row)] for row in found]
        groups[-1].append(_row([str(year)], *counted, *totals))
    bodies = [html("tbody", *group) for group in groups if group]
    told = [words for reading, words in part.readings.items() if reading in readings]
    if any("<5" in str(row["printed"]) for row in rows):
        told.append(
            "The original prints “<5” for small numbers. We show 0 to 4; where several rows are "
            "added, the interval is wider."
        )
    source = _sources(rows)
    return [
        _table(part.caption, heads, bodies, class_="state-counts"),
        _remarks(f"{' '.join([*told, _known(part.table, tables, state)])} Source: ", source, "."),
    ]


def _says_nothing(rows: Sequence[Row]) -> bool:
    """Whether no row has a number for all forms, or one above 0 for a form."""
    counted = [row for row in rows if not pd.isna(row["persons_low"])]
    return not any(row["form"] == "all forms" or row["persons_high"] for row in counted)


def _doubtful(row: Row) -> bool:
    return row.get("reading", "counted") == "doubtful"


def _count(row: Row | None) -> str:
    if row is None:
        return NOTHING
    reading = row.get("reading", "counted")
    if pd.isna(row["persons_low"]):
        return "not reported" if reading == "not reported" else NOTHING
    doubt = ", doubtful" if _doubtful(row) else ""
    return interval(row["persons_low"], row["persons_high"]) + doubt


@show.register
def _pairs(part: Pairs, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    row = rows[-1]
    fields = {field.name: field for field in tables.sidecar(part.table).fields}
    column, sentences = part.sentences
    made: list[Element] = []
    silent: dict[str, list[str]] = {}
    for point, columns in part.points.items():
        code, words = (row[column] if column else pd.NA for column in columns)
        if pd.isna(code):
            silent.setdefault(fields[columns[0]].missing_reason, []).append(point)
            continue
        made.append(_row([point], [code], [NOTHING if pd.isna(words) else words]))
    keys = [citation.key for citation in row["cited"]]  # the place is the text that is linked
    when = row["publication_date"]
    host = urlsplit(row["read_in"]).hostname or ""
    where = html("a", f"text read at {host}", href=row["read_in"])
    own = host.endswith("coe.int")
    whose = "a page of the Council of Europe" if own else "not a page of the Council of Europe"
    dated = "no date in the text that was read" if pd.isna(when) else day(when)
    contents: list[Content] = []
    if not pd.isna(row["report_date"]):
        told = (
            "The newest report in the index of GRETA’s reports, which ends in May 2025, is that of "
            f"round {row['report_round']}, published on {day(row['report_date'])}"
        )
        unread = " We did not read it, and what follows is of an earlier round."
        more = unread if _newer(row) else ""
        contents.append(html("p", f"{told}: ", _cited(keys[1:]), f".{more}"))
    told = f", {whose}, grade {row['grade']}; source "
    sentence = "" if pd.isna(row[column]) else f" {sentences[row[column]]}"
    contents.append(
        html("p", f"Round {row['round']}, {dated}: ", where, told, _cited(keys[:1]), f".{sentence}")
    )
    if made:
        contents.append(_table(part.caption, list(part.columns), made, class_="cards"))
    if silent:
        told = "; ".join(f"{', '.join(points)} ({why})" for why, points in silent.items())
        contents.append(html("p", f"Points on which we found nothing in this text: {told}."))
    return [*contents, _remarks(_known(part.table, tables, state))]


def _cell(shown: str | Callable[[Row], str], row: Row) -> str:
    value = shown(row) if callable(shown) else row[shown]
    return NOTHING if pd.isna(value) else str(value)


# ------------------------------------------------------------------ the end of the page


def _blank(part: Part, tables: Tables, state: State) -> str:
    """Return why a part has no row for the State, without the stop of the sentence."""
    if (body := getattr(part, "collected_by", "")) and not state.row[f"{body}_2026"]:
        return f"the State is not a member of the {BODIES[body]}, which collects these numbers"
    return part.absent


def _blanks(tables: Tables, state: State, blanks: Sequence[Blank]) -> Section:
    """Return the gaps of the tables, those of our reading apart from those of the sources."""
    unread = [(part, told) for part, told in blanks if getattr(part, "unread", False)]
    contents: list[Content] = []
    if missing := [each for each in blanks if each not in unread]:
        told = f"These tables have no value for {state.called} that this page can show. "
        told += "The gap is in the tables. It does not mean zero."
        contents.append(html("p", told))
        reasons: dict[str, list[str]] = {}
        for part, why in missing:
            title = part.label if isinstance(part, Measure) else part.caption
            reasons.setdefault(why, []).append(title)
        items = [
            html("li", html("strong", "; ".join(titles)), f": {why}.")
            for why, titles in reasons.items()
        ]
        contents.append(html("ul", *items))
    if unread:
        told = "; ".join(why for _, why in unread)
        contents.append(
            html("p", f"We read no text on this State about: {told}. The State may have them.")
        )
        acts = [_acts_of_union(part, tables, state) for part, _ in unread]
        contents += [html("p", told) for told in acts if told]
    return Section(BLANKS, contents)


def _argued(names: Iterable[str], chapters: Mapping[str, Sequence[str]]) -> list[Element]:
    """Return links to the chapters that read most of the tables of a section."""
    readers = [chapter for name in dict.fromkeys(names) for chapter in chapters.get(name, ())]
    ordered = sorted(dict.fromkeys(readers), key=lambda chapter: -readers.count(chapter))
    links: list[Content] = []
    for chapter in ordered[:MOST_CHAPTERS]:
        links += ["; " if links else "Chapters that use these tables: ", PageLink(chapter)]
    return [html("p", *links, ".", class_="state-argued")] if links else []


# ------------------------------------------------------------------ the index of all States


def tile_map(states: Iterable[State], folder: str) -> Element:
    """Return the map of equal tiles, each a link to the page of its State, without colour.

    Parameters
    ----------
    folder
        The folder with the pages, as seen from the page of the map.
    """
    tiles = []
    for state in sorted(states, key=lambda state: PLACES[state.code][::-1]):
        column, row = (1 + place for place in PLACES[state.code])
        name = html("span", f" {state.name}", class_="state-spoken")
        href = f"{folder}/{state.file}.html"
        link = html("a", state.code, name, href=href, title=state.name)
        tiles.append(html("li", link, style=f"grid-area:{row}/{column}"))
    return html(
        "nav", html("ul", *tiles, class_="state-tiles"),
        class_="state-map", aria_label="Map of the States",
    )  # fmt: skip


def state_list(states: Iterable[State], folder: str) -> Element:
    """Return the list of all States in alphabetical order, each a link to its page."""
    items = []
    for state in states:
        older = f"; in older tables {state.other_name}" if state.other_name else ""
        other = f" ({state.code}{older})"
        link = html("a", state.name, href=f"{folder}/{state.file}.html")
        items.append(html("li", link, other))
    return html("ul", *items, class_="state-list")


# ------------------------------------------------------------------ pieces


def day(when: object) -> str:
    """Return a day or month in words, "–" for none, and other words as they are."""
    if pd.isna(when):
        return NOTHING
    if isinstance(when, pd.Timestamp):
        return f"{when.day} {when:%B %Y}"
    for written, spoken in (("%Y-%m-%d", "{0.day} {0:%B %Y}"), ("%Y-%m", "{0:%B %Y}")):
        try:
            return spoken.format(datetime.strptime(str(when), written))
        except ValueError:
            continue
    return str(when)


def _year(when: object) -> str:
    return NOTHING if pd.isna(when) else str(when)


def _yes(body: str, flag: object) -> str:
    if body == "osce":
        return "participating State" if flag else "not yet a participating State"
    return "member" if flag else "not a member"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _and(words: Sequence[str], article: str = "", last: str = "and") -> str:
    if len(words) == 1:
        return words[0]
    return f"{f', {article}'.join(words[:-1])} {last} {article}{words[-1]}"


def _cited(keys: Iterable[str]) -> Citations:
    """Return citations without places, for cells whose places stand in the file."""
    return Citations(",".join(dict.fromkeys(keys)))


def _sources(rows: Iterable[Row]) -> Citations:
    """Return the sources of rows; of many places in one source, what they have in common."""
    found: dict[str, dict[str, None]] = {}
    for citation in (each for row in rows for each in row["cited"]):
        found.setdefault(citation.key, {})[citation.locator or ""] = None
    return Citations(
        citations.as_text(Citation(key, _place(list(at))) for key, at in found.items())
    )


def _place(named: list[str]) -> str | None:
    if len(named) <= MOST_PLACES:
        return citations.BETWEEN_CELLS.join(named) or None
    first = {each.partition(", ")[0] for each in named}
    return f"{first.pop()}, rows in the file" if len(first) == 1 else None


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Element], class_: str = ""
) -> Element:
    """Return a table of rows, or of groups of rows; `output.tables` makes it accessible."""
    bodies = rows if rows and rows[0].tag == "tbody" else [html("tbody", *rows)]
    head = html("thead", html("tr", *(html("th", name) for name in heads)))
    classes = f"state-table {class_}".strip()
    return html("table", html("caption", caption), head, *bodies, class_=classes)


def _row(head: Sequence[Content], *cells: Sequence[Content]) -> Element:
    return html("tr", html("th", *head), *(html("td", *cell) for cell in cells))


def _remarks(*contents: Content) -> Element:
    return html("p", *contents, class_="state-remarks")
