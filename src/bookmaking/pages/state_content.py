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
    blanks: list[Element] = []
    for theme in THEMES:
        section, missing = _theme(tables, state, theme, chapters)
        made += [section] if section else []
        blanks += missing
    made += [_blanks(state, blanks)] if blanks else []
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
        *_bound_in_words({row["instrument"]: row for row in treaties}),
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


def _bound_in_words(treaties: Mapping[str, Row]) -> list[str]:
    said: list[str] = []
    bound = [name for name in ON_TRAFFICKING if treaties[name]["status"] == "party"]
    if bound:
        listed = [f"{TREATIES[name]} ({_since(treaties[name])})" for name in bound]
        said.append(f"It is bound by the {_and(listed, 'the ')}.")
    free = [name for name in ON_TRAFFICKING if name not in bound]
    if free:
        listed = [f"{TREATIES[name]} (as of {day(treaties[name]['as_of'])})" for name in free]
        said.append(f"It is not a party to the {_and(listed, 'the ')}.")
    return said


def _since(treaty: Row) -> str:
    if pd.isna(treaty["in_force"]):
        return f"ratified on {day(treaty['deposited'])}"
    if treaty["in_force"] > treaty["as_of"]:
        return f"ratified, to enter into force on {day(treaty['in_force'])}"
    return f"in force since {day(treaty['in_force'])}"


def _detected_in_words(tables: Tables, state: State) -> list[str]:
    rows = tables.rows(DETECTED, state)
    counted = {(row["form"], row["year"]): row for row in rows if not pd.isna(row["persons_low"])}
    years = [year for form, year in counted if form == "all forms"]
    if not years:
        return ["The table of detected victims has no number for all forms together."]
    year = max(years)
    number = _count(counted["all forms", year])
    said = [f"For {year} it reported {number} detected victims of trafficking, all forms together."]
    labour = counted.get(("forced labour", year))
    said += (
        [f"For forced labour it gives {_count(labour)}."]
        if labour
        else ["For forced labour the file gives no number for that year."]
    )
    said += [
        f"What is counted changed in {when}: {what}."
        for when, what in tables.breaks(DETECTED, state)
        if when <= year
    ]
    return said


def _release_in_words(releases: Sequence[Row]) -> list[str]:
    if not releases:
        return []
    newest = releases[-1]
    when = newest["publication_date"]
    dated = "bears no date" if pd.isna(when) else f"is of {day(when)}"
    return [f"The newest release of GRETA that we read {dated} (round {newest['round']})."]


def _opening(tables: Tables, state: State) -> list[Content]:
    """Return names, the file with all values, and the table of memberships."""
    named = f"Code {state.code}."
    if state.other_name:
        named += f" In the treaty tables of the United Nations of 2013 to 2015: {state.other_name}."
    file = html("a", "All values of this page with their sources (CSV)", href=file_of(state))
    return [
        html("p", named, class_="state-names"),
        html("p", file, class_="state-file"),
        *_memberships(tables, state),
    ]


def _memberships(tables: Tables, state: State) -> list[Content]:
    row = state.row
    since = {"osce": day(row["osce_since"]), "coe": _year(row["coe_since"]),
             "eu": day(row["eu_since"]), "ilo": NOTHING}  # fmt: skip
    rows = [
        _row([body], [_yes(row[f"{name}_2011"])], [_yes(row.get(f"{name}_2026", True))],
             [since[name]])
        for name, body in BODIES.items()
    ]  # fmt: skip
    note = "" if pd.isna(row["note"]) else f" {row['note']}"
    return [
        _table("Memberships", ["Organization", f"June {SINCE}", "2026", "Since"], rows),
        _remarks(
            f"{tables.limits(places.STATES, state)}{note} Source: ",
            _cited(row["source"].split(citations.BETWEEN_CELLS)),
            f", {row['locator']}.",
        ),
    ]


# ------------------------------------------------------------------ treaties


def _treaties(tables: Tables, state: State, chapters: Mapping[str, Sequence[str]]) -> Section:
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    ordered = [found[name] for name in TREATIES if name in found]
    joined = [row for row in ordered if row["status"] == "party"]
    letters = _letters(ordered)
    heads = ["Treaty", f"20 June {SINCE}", "Deposited", "In force", "Status of", "Source"]
    rows = [
        _row(
            [TREATIES[row["instrument"]]],
            [_in_2011(row)],
            [day(row["deposited"])],
            [day(row["in_force"])],
            [day(row["as_of"])],
            [", ".join(letters[each.key] for each in row["cited"])],
        )
        for row in joined
    ]
    contents: list[Content] = [_table("Treaties that bind the State", heads, rows)] if rows else []
    outside = [row for row in ordered if row["status"] != "party"]
    for status in dict.fromkeys(row["status"] for row in outside):
        named = [
            f"{TREATIES[row['instrument']]} ({day(row['as_of'])}, "
            f"{', '.join(letters[each.key] for each in row['cited'])})"
            for row in outside
            if row["status"] == status
        ]
        told = f"{_capital(status)}, with the day of the status and the source: {'; '.join(named)}."
        contents.append(html("p", told))
    sources: list[Content] = ["Sources, whose places stand in the file:"]
    for key, letter in letters.items():
        sources += [f" {letter} ", _cited([key]), ";" if letter != max(letters.values()) else "."]
    contents.append(_remarks(tables.limits(RATIFICATIONS, state)))
    contents.append(_remarks(*sources))
    return Section("Treaties", [*contents, *_argued([RATIFICATIONS], chapters)])


def _letters(rows: Iterable[Row]) -> dict[str, str]:
    """Return a letter for each source of rows, by its key."""
    keys = dict.fromkeys(citation.key for row in rows for citation in row["cited"])
    return dict(zip(keys, ascii_lowercase, strict=False))


def _in_2011(row: Row) -> str:
    noted = pd.Timestamp(NOTE_DATE)
    if row["deposited"] > noted:
        return "not yet"
    return "deposited, not in force" if row["in_force"] > noted else "party"


# ------------------------------------------------------------------ themes


def _theme(
    tables: Tables, state: State, theme: Theme, chapters: Mapping[str, Sequence[str]]
) -> tuple[Section | None, list[Element]]:
    """Return the section of a theme, or None if no table speaks of the State; and the blanks."""
    found = [(part, _rows_of(part, tables, state)) for part in theme.parts]
    used = [part.table for part, rows in found if rows]
    contents: list[Content] = []
    blanks: list[Element] = []
    for kind, group in groupby(found, lambda each: type(each[0])):
        made: list[Element] = []
        for part, rows in group:
            if rows:
                made += show(part, rows, tables, state)
            elif used and getattr(part, "in_place", False):
                made.append(html("p", f"{part.absent}."))
            else:
                title = part.label if isinstance(part, Measure) else part.caption
                blanks.append(html("li", html("strong", title), f": {part.absent}."))
        if kind is Measure and made:
            heads = ["Measure", f"{SINCE} or the nearest year", "Newest value",
                     "To keep in mind", "Source"]  # fmt: skip
            caption = f"{theme.title}, about {SINCE} and now"
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
    about = min(rows, key=lambda row: (abs(int(str(row[part.when])[:4]) - SINCE), row[part.when]))
    newest = rows[-1]
    first, last = (int(str(row[part.when])[:4]) for row in (about, newest))
    crossed = [
        f"Break in {when}: {what}."
        for when, what in tables.breaks(part.table, state)
        if first < when <= last or (first == last == when)
    ]
    known = " ".join(filter(None, [part.to_know, *crossed, tables.limits(part.table, state)]))
    same = about is newest
    shown = [f"{part.show(row)} ({day(row[part.when])})" for row in (about, newest)]
    return [
        _row(
            [part.label],
            [shown[0]],
            ["no newer one" if same else shown[1]],
            [known],
            [_sources([about, newest])],
        )
    ]


@show.register
def _listing(part: Listing, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    made = []
    for row in rows:
        cells = [[_cell(shown, row)] for shown in part.columns.values()]
        made.append(_row(*cells, [_sources([row])]))
    return [
        _table(part.caption, [*part.columns, "Source"], made, class_="cards"),
        _remarks(tables.limits(part.table, state)),
    ]


@show.register
def _counts(part: Counts, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    years = sorted({row["year"] for row in rows})
    cells = {(row["year"], row[part.by]): row for row in rows}
    breaks = dict(tables.breaks(part.table, state))
    heads = ["Year", *part.columns, *(["The forms add up to"] if part.totals else [])]
    groups: list[list[Element]] = [[]]
    readings: set[str] = set()
    for year in years:
        if year in breaks:
            told = f"From {year}: {breaks[year]}. Do not compare with the years before."
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
        told.append("An interval stands where the original prints “<5”, which is 0 to 4.")
    source = _sources(rows)
    return [
        _table(part.caption, heads, bodies, class_="state-counts"),
        _remarks(f"{' '.join([*told, tables.limits(part.table, state)])} Source: ", source, "."),
    ]


def _count(row: Row | None) -> str:
    if row is None:
        return NOTHING
    reading = row.get("reading", "counted")
    if pd.isna(row["persons_low"]):
        return "not reported" if reading == "not reported" else NOTHING
    doubt = ", doubtful" if reading == "doubtful" else ""
    return interval(row["persons_low"], row["persons_high"]) + doubt


@show.register
def _pairs(part: Pairs, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    row = rows[-1]
    fields = {field.name: field for field in tables.sidecar(part.table).fields}
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
    told = f"Round {row['round']}, {'no date' if pd.isna(when) else day(when)}"
    where = html("a", "the text that was read", href=row["read_in"])
    contents = [html("p", f"{told}: ", where, ", listed under ", _cited(keys), ".")]
    if made:
        contents.append(_table(part.caption, list(part.columns), made, class_="cards"))
    if silent:
        told = "; ".join(f"{', '.join(points)} ({why})" for why, points in silent.items())
        contents.append(html("p", f"Not in it: {told}."))
    return [*contents, _remarks(tables.limits(part.table, state))]


def _cell(shown: str | Callable[[Row], str], row: Row) -> str:
    value = shown(row) if callable(shown) else row[shown]
    return NOTHING if pd.isna(value) else str(value)


# ------------------------------------------------------------------ the end of the page


def _blanks(state: State, blanks: list[Element]) -> Section:
    told = f"These tables have no row that speaks of {state.called}. A missing row is not zero."
    return Section("What the tables do not say", [html("p", told), html("ul", *blanks)])


def _argued(names: Iterable[str], chapters: Mapping[str, Sequence[str]]) -> list[Element]:
    """Return links to the chapters that read most of the tables of a section."""
    readers = [chapter for name in dict.fromkeys(names) for chapter in chapters.get(name, ())]
    ordered = sorted(dict.fromkeys(readers), key=lambda chapter: -readers.count(chapter))
    links: list[Content] = []
    for chapter in ordered[:MOST_CHAPTERS]:
        links += ["; " if links else "Argued in: ", PageLink(chapter)]
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
        link = html("a", state.code, name, href=f"{folder}/{state.file}.html")
        tiles.append(html("li", link, style=f"grid-area:{row}/{column}"))
    return html(
        "nav", html("ul", *tiles, class_="state-tiles"),
        class_="state-map", aria_label="Map of the States",
    )  # fmt: skip


def state_list(states: Iterable[State], folder: str) -> Element:
    """Return the list of all States in alphabetical order, each a link to its page."""
    items = []
    for state in states:
        other = f" ({state.other_name})" if state.other_name else ""
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


def _yes(flag: object) -> str:
    return "member" if flag else "no member"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _and(words: Sequence[str], article: str = "") -> str:
    if len(words) == 1:
        return words[0]
    return f"{f', {article}'.join(words[:-1])} and {article}{words[-1]}"


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
