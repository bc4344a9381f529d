"""The page of a participating State, from the book's tables and the State's code.

The functions take tables (`state_rows`) and what to show of them (`state_themes`), and return
elements; nothing here needs Sphinx. `state` places the results on pages. Nothing is ranked, filled
or added up. A table without a row for the State is named at the end of the page, with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from bookmaking.directives import pieces
from bookmaking.directives.elements import Content, Element, Section, html
from bookmaking.directives.state_parts import acts_of_union, of_union, show
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
from bookmaking.directives.state_summary import summary
from bookmaking.directives.state_themes import (
    THEMES,
    Listing,
    Measure,
    Part,
    PersonCounts,
    Theme,
    tables_used,
)
from bookmaking.directives.state_treaties import treaties
from decentwork.tables import places
from decentwork.tables.cited_cells import keys_of
from decentwork.tile_places import PLACES

BLANKS = "What the tables do not say"
"""The title of the section that names what has no row."""

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
    made = [treaties(tables, state, chapters)]
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
             "eu": _union(row["eu_since"]),
             "ilo": "day not in the table" if row["ilo_2011"] else pieces.NOTHING}  # fmt: skip
    # The table keeps the keys in the order of the bodies, the key of another name last. In another
    # order a membership would cite the wrong source.
    keys = keys_of(row["source"])
    rows = [
        pieces.row([body], [_yes(name, row[f"{name}_2011"])],
             [_yes(name, row.get(f"{name}_2026", True))], [since[name]], [cited([key])])
        for (name, body), key in zip(BODIES.items(), keys, strict=False)
    ]  # fmt: skip
    read = day(tables.metadata(places.STATES).origin[0]["date_accessed"])
    heads = ["Organization", f"June {SINCE}", f"On {read}", "Joined", "Source"]
    note = "" if pd.isna(row["note"]) else f"{row['note']} "
    return [
        pieces.rows_table("Memberships", heads, rows, class_=CARDS),
        remarks(f"{note}Place in each source: {row['locator']}. {tables.limits(places.STATES)}"),
    ]


def _union(since: object) -> str:
    """Return the day of joining; the founders joined a community that came before the Union."""
    return pieces.NOTHING if pd.isna(since) else f"{day(since)} (the Union or a predecessor)"


def _year(when: object) -> str:
    return pieces.NOTHING if pd.isna(when) else str(when)


def _yes(body: str, flag: object) -> str:
    if body == "osce":
        return "participating State" if flag else "not yet a participating State"
    return "member" if flag else "not a member"


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
                made += of_union(part, tables, state)
            elif part.in_place:
                made += [html("p", f"{part.absent}.")] if used else []
            elif part.not_of != state.code:
                blanks.append((part, _blank(part, tables, state)))
        if kind is Measure and made:
            heads = ["Measure", f"{SINCE} or the nearest year", "Last value in the table",
                     "To keep in mind", "Source"]  # fmt: skip
            caption = f"{theme.title}: {SINCE} or the nearest year, and the last value in the table"
            made = [pieces.rows_table(caption, heads, made, class_=f"{CARDS} state-measures")]
        contents += made
    if not used:
        return None, blanks
    contents = [html("p", theme.to_read), *contents, *argued(used, chapters)]
    return Section(theme.title, contents), blanks


def _rows_of(part: Part, tables: Tables, state: State) -> list[Row]:
    rows = tables.rows(part.table, state)
    if isinstance(part, Measure):
        wanted = part.where.items()
        rows = [row for row in rows if all(row[column] == value for column, value in wanted)]
        return sorted(rows, key=lambda row: row[part.when])
    if isinstance(part, PersonCounts):
        told = {row["year"] for row in rows if not pd.isna(row["persons_low"])}
        return [row for row in rows if row["year"] in told and row["year"] >= SINCE]
    if isinstance(part, Listing) and part.filled and all(pd.isna(row[part.filled]) for row in rows):
        return []
    return rows


# ------------------------------------------------------------------ the end of the page


def _blank(part: Part, tables: Tables, state: State) -> str:
    """Return why a part has no row for the State, without the stop of the sentence."""
    if (body := part.collected_by) and not state.row[f"{body}_2026"]:
        return f"the State is not a member of the {BODIES[body]}, which collects these numbers"
    return part.absent


def _blanks(tables: Tables, state: State, blanks: Sequence[Blank]) -> Section:
    """Return the gaps of the tables, those of our reading apart from those of the sources."""
    unread = [(part, told) for part, told in blanks if part.unread]
    contents: list[Content] = []
    if missing := [each for each in blanks if each not in unread]:
        told = f"These tables have no value for {state.called} that this page can show. "
        told += "The gap is in the tables. It does not mean zero."
        contents.append(html("p", told))
        reasons: dict[str, list[str]] = {}
        for part, why in missing:
            reasons.setdefault(why, []).append(part.title)
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
        acts = [acts_of_union(part, tables, state) for part, _ in unread]
        contents += [html("p", told) for told in acts if told]
    return Section(BLANKS, contents)


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
