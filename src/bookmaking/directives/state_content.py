"""The page of a participating State, from the book's tables and the State's code.

The functions take tables (`state_rows`) and what to show of them (`state_themes`); the template
`state.html` writes the page. Nothing is ranked, filled or added up. A table without a row for the
State is named at the end of the page, with the reason.

A block of a page is a table (``title``, ``heads``, ``style``, and ``groups``, each with ``rows``
and a ``head``, which may be empty) or a paragraph (``words``, ``small``).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from markupsafe import Markup

from bookmaking.directives.elements import (
    NOTHING,
    cite_sources,
    html,
    in_a_list,
    joined,
    render,
    to_page,
)
from bookmaking.directives.state_rows import Row, State, Tables
from bookmaking.directives.state_summary import summary
from bookmaking.directives.state_themes import Part, Theme, cell, tables_used, themes
from bookmaking.directives.state_treaties import treaties
from bookmaking.directives.state_words import (
    BODIES,
    RATIFICATIONS,
    SINCE,
    count,
    day,
    newer_report,
)
from decentwork import citations, sources
from decentwork.citations import Citation
from decentwork.data import DataError
from decentwork.repository import path_in_repository
from decentwork.tables import places
from decentwork.tables.cited_cells import BETWEEN, keys_of
from decentwork.tile_places import PLACES

Block = dict[str, Any]
Blank = tuple[Part, str]
"""A part of a theme without a row for the State, and the reason."""
BLANKS = "What the tables do not say"
MOST_CHAPTERS, MOST_PLACES = 3, 2


def page(tables: Tables, code: str, chapters: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what `state.html` shows of a State: values by their names there.

    ``chapters`` has the pages that read each table, by the table's name.

    Raises
    ------
    StateError
        If no participating State has the code.
    decentwork.data.DataError
        If a table breaks its contract, or a row names no source.
    """
    state = tables.state(code)
    blanks: list[Blank] = []
    sections = [("Treaties", treaties(tables, state), argued([RATIFICATIONS], chapters))]
    for theme in themes():
        blocks, used = _theme(tables, state, theme, blanks)
        if used:
            blocks.insert(0, _words(theme.to_read))
            sections.append((theme.title, blocks, argued(used, chapters)))
    return {
        "state": state,
        "summary": summary(tables, state),
        "file": file_of(state),
        "memberships": _memberships(tables, state),
        "sections": sections,
        "blanks": _blanks(tables, state, blanks),
    }


def written(made: Mapping[str, Any]) -> Markup:
    """Return a page as HTML: a section with its title, and all that follows the summary."""
    return render("state.html", blanks_title=BLANKS, **made)


def file_of(state: State) -> str:
    """Return the name of the file with all values of a State, which is next to its page."""
    return f"{state.file}.csv"


def tables_of_pages() -> tuple[str, ...]:
    """Return every table that the pages of the States show."""
    return (places.STATES, RATIFICATIONS, *tables_used())


def index(states: Iterable[State], folder: str) -> Markup:
    """Return the list and the map of all States; ``folder`` has their pages, seen from here."""
    tiles = [
        (state, *(1 + place for place in PLACES[state.code]))
        for state in sorted(states, key=lambda state: PLACES[state.code][::-1])
    ]
    return render("states.html", states=states, tiles=tiles, folder=folder)


# ------------------------------------------------------------------ pieces


def _words(*parts: str, small: bool = False) -> Block:
    """Return a paragraph; a small one is of limits, places and sources below a table."""
    words = Markup().join(parts)
    return {"words": words, "small": small}


def _table(title: str, heads: Sequence[str], rows: Sequence, style: str = "cards") -> Block:
    return {"title": title, "heads": heads, "groups": [{"head": "", "rows": rows}], "style": style}


def sources_of(rows: Iterable[Row]) -> Markup:
    """Return the sources of rows; of many places in one source, what they have in common."""
    found: dict[str, dict[str, None]] = {}
    for citation in (each for row in rows for each in row["cited"]):
        found.setdefault(citation.key, {})[citation.locator or ""] = None
    cited = (Citation(key, _place(list(at))) for key, at in found.items())
    return cite_sources(citations.as_text(cited))


def _place(named: list[str]) -> str | None:
    if len(named) <= MOST_PLACES:
        return BETWEEN.join(named) or None
    first = {each.partition(", ")[0] for each in named}
    return f"{first.pop()}, rows in the file" if len(first) == 1 else None


def argued(names: Iterable[str], chapters: Mapping[str, Sequence[str]]) -> Markup:
    """Return links to the chapters that read most of the tables of a section."""
    readers = [chapter for name in dict.fromkeys(names) for chapter in chapters.get(name, ())]
    ordered = sorted(dict.fromkeys(readers), key=lambda chapter: -readers.count(chapter))
    return Markup().join(joined(map(to_page, ordered[:MOST_CHAPTERS]), "; "))


def _known(table: str, tables: Tables, state: State) -> str:
    """Return what a table says of this State alone, and what it must not be used for."""
    return " ".join(filter(None, [tables.remarks(table, state), tables.limits(table)]))


def _memberships(tables: Tables, state: State) -> list[Block]:
    row = state.row
    union = f"{day(row['eu_since'])} (the Union or a predecessor)"
    since = {
        "osce": day(row["osce_since"]),
        "coe": NOTHING if pd.isna(row["coe_since"]) else str(row["coe_since"]),
        "eu": NOTHING if pd.isna(row["eu_since"]) else union,
        "ilo": "day not in the table" if row["ilo_2011"] else NOTHING,
    }
    # The table keeps the keys in the order of the bodies, the key of another name last. In another
    # order a membership would cite the wrong source.
    rows = [
        [body, _is_member(name, row[f"{name}_2011"]),
         _is_member(name, row.get(f"{name}_2026", True)), since[name], cite_sources(key)]
        for (name, body), key in zip(BODIES.items(), keys_of(row["source"]), strict=False)
    ]  # fmt: skip
    read = day(tables.metadata(places.STATES).origin[0]["date_accessed"])
    heads = ["Organization", f"June {SINCE}", f"On {read}", "Joined", "Source"]
    note = "" if pd.isna(row["note"]) else f"{row['note']} "
    told = f"{note}Place in each source: {row['locator']}. {tables.limits(places.STATES)}"
    return [_table("Memberships", heads, rows), _words(told, small=True)]


def _is_member(body: str, flag: object) -> str:
    if body == "osce":
        return "participating State" if flag else "not yet a participating State"
    return "member" if flag else "not a member"


# ------------------------------------------------------------------ themes


def _theme(
    tables: Tables, state: State, theme: Theme, blanks: list[Blank]
) -> tuple[list[Block], list[str]]:
    """Return the blocks of a theme and the tables that speak of the State; add to the blanks."""
    found = [(part, rows_of(part, tables, state)) for part in theme.parts]
    used = [part.table for part, rows in found if rows]
    blocks: list[Block] = []
    for kind, group in groupby(found, lambda each: each[0].kind):
        measured: list[list[str]] = []
        for part, rows in group:
            if not rows:
                if part.in_place:
                    blocks.append(_words(f"{part.absent}."))
                elif part.not_of != state.code:
                    blanks.append((part, why_blank(part, state)))
            elif kind == "measure":
                measured += _measure(part, rows, tables, state)
            else:
                blocks += SHOWN[kind](part, rows, tables, state)
                acts = _acts_of_union(part, tables, state)
                blocks += [_words(acts)] if acts else []
        if measured:
            heads = ["Measure", f"{SINCE} or the nearest year", "Last value in the table",
                     "To keep in mind", "Source"]  # fmt: skip
            title = f"{theme.title}: {SINCE} or the nearest year, and the last value in the table"
            blocks.append(_table(title, heads, measured, "cards state-measures"))
    return blocks, used


def rows_of(part: Part, tables: Tables, state: State) -> list[Row]:
    """Return the rows of a part that a page of the State shows."""
    rows = tables.rows(part.table, state)
    if part.kind == "measure":
        wanted = part.where.items()
        rows = [row for row in rows if all(row[column] == value for column, value in wanted)]
        return sorted(rows, key=lambda row: row[part.when])
    if part.kind == "persons":
        told = {row["year"] for row in rows if not pd.isna(row["persons_low"])}
        return [row for row in rows if row["year"] in told and row["year"] >= SINCE]
    if part.filled and all(pd.isna(row[part.filled]) for row in rows):
        return []
    return rows


def _measure(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[list[str]]:
    """Return a row for each kind of values, because values of two kinds do not compare."""
    kinds = dict.fromkeys(row[part.same] if part.same else "" for row in rows)
    made = []
    for kind in kinds:
        alike = [row for row in rows if not part.same or row[part.same] == kind]
        label = f"{part.title} ({kind})" if kind else part.title
        made.append([label, *_measured(part, alike, tables, state)])
    return made


def _measured(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[str]:
    """Return the cells of a measure: two values, and what was crossed between them."""
    years = {id(row): int(str(row[part.when])[:4]) for row in rows}
    about = min(rows, key=lambda row: (abs(years[id(row)] - SINCE), row[part.when]))
    newest = rows[-1]
    first, last = years[id(about)], years[id(newest)]
    crossed = [
        f"The series changed in {when}, so do not compare across that year: {what}."
        for when, what in tables.breaks(part.table, state)
        if first < when <= last or (first == last == when)
    ]
    between = [row for row in rows if first < years[id(row)] <= last]
    marked = [str(row[part.when]) for row in between if part.marked and row[part.marked]]
    if marked:
        told = f"The source marks a break in {in_a_list(marked)}. Do not compare the two values."
        crossed.append(told)
    told = [part.to_know, *crossed, tables.remarks(part.table, state), tables.limits(part.table)]
    shown = [f"{cell(part.show, row)} ({day(row[part.when])})" for row in (about, newest)]
    latest = "no later one" if about is newest else shown[1]
    return [shown[0], latest, " ".join(filter(None, told)), sources_of([about, newest])]


def _listing(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[Block]:
    made = [[*(cell(shown, row) for shown in part.columns.values()), sources_of([row])]
            for row in rows]  # fmt: skip
    known = _known(part.table, tables, state)
    return [_table(part.title, [*part.columns, "Source"], made), _words(known, small=True)]


def _acts_of_union(part: Part, tables: Tables, state: State) -> str:
    """Return the sentence on acts of the European Union, which bind members in different ways."""
    rows = tables.of_union(part.table, state) if part.of_union else []
    if not rows:
        return ""
    named = "; ".join(str(row[part.of_union]) for row in rows)
    return (
        f"The table “{tables.metadata(part.table).title}” also has entries of the {BODIES['eu']}: "
        f"{named}. We did not read how they apply in this State."
    )


def _persons(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[Block]:
    years = sorted({row["year"] for row in rows})
    known = _known(part.table, tables, state)
    if part.totals and _says_nothing(rows):
        span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
        told = (
            f"{part.title}: for {span} the file of the United Nations prints 0 or nothing for "
            "single forms, and no number for all forms. This does not mean that there was no "
            "victim. Source: "
        )
        return [_words(told, sources_of(rows), "."), _words(known, small=True)]
    cells = {(row["year"], row[part.by]): row for row in rows}
    breaks = dict(tables.breaks(part.table, state))
    groups: list[dict[str, Any]] = [{"head": "", "rows": []}]
    readings: set[str] = set()
    for year in years:
        if year in breaks:
            told = f"Change in {year}: {breaks[year]}. "
            head = f"{told}Do not compare later years with earlier ones."
            groups.append({"head": head, "rows": []})
        found = [cells.get((year, value)) for value in part.columns.values()]
        readings |= {row["reading"] for row in found if row and "reading" in row}
        totals = [next(row[part.totals] for row in found if row)] if part.totals else []
        groups[-1]["rows"].append([str(year), *map(count, found), *totals])
    told = [words for reading, words in part.readings.items() if reading in readings]
    if any("<5" in str(row["printed"]) for row in rows):
        told.append(
            "The original prints “<5” for small numbers. We show 0 to 4; where several rows are "
            "added, the interval is wider."
        )
    totals = ["Sum of the forms, beside all forms"] if part.totals else []
    table = _table(part.title, ["Year", *part.columns, *totals], [], "state-counts")
    table["groups"] = [group for group in groups if group["rows"]]
    said = f"{' '.join([*told, known])} Source: "
    return [table, _words(said, sources_of(rows), ".", small=True)]


def _says_nothing(rows: Sequence[Row]) -> bool:
    """Whether no row has a number for all forms, or one above 0 for a form."""
    counted = [row for row in rows if not pd.isna(row["persons_low"])]
    return not any(row["form"] == "all forms" or row["persons_high"] for row in counted)


def _monitors(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[Block]:
    row = rows[-1]
    fields = {field.name: field for field in tables.metadata(part.table).fields}
    ((column, sentences),) = part.sentences.items()
    made: list[list[str]] = []
    silent: dict[str, list[str]] = {}
    for point, columns in part.points.items():
        code, words = (row[column] if column else pd.NA for column in columns)
        if pd.isna(code):
            silent.setdefault(fields[columns[0]].missing_reason, []).append(point)
        else:
            made.append([point, code, NOTHING if pd.isna(words) else words])
    keys = [citation.key for citation in row["cited"]]  # the place is the text that is linked
    blocks: list[Block] = []
    if not pd.isna(row["report_date"]):
        told = (
            f"The index of GRETA’s reports, which ends in {_month(keys[1])}, names as the newest "
            f"report on this State that of round {row['report_round']}, dated "
            f"{day(row['report_date'])}: "
        )
        unread = " We did not read it, and what follows is of an earlier round."
        later = unread if newer_report(row) else ""
        blocks.append(_words(told, _cited(keys[1:]), f".{later}"))
    host = urlsplit(row["read_in"]).hostname or ""
    own = host.endswith("coe.int")
    whose = "a page of the Council of Europe" if own else "not a page of the Council of Europe"
    other = ", because a value of this row comes from another text" if own else ""
    graded = f"grade {row['grade']}{other if row['grade'] != 'A' else ''}"
    when = row["publication_date"]
    dated = "no date in the text that was read" if pd.isna(when) else day(when)
    where = html("a", f"text read at {host}", href=row["read_in"])
    sentence = "" if pd.isna(row[column]) else f" {sentences[row[column]]}"
    told = f", {whose}, {graded}; source "
    blocks.append(
        _words(f"Round {row['round']}, {dated}: ", where, told, _cited(keys[:1]), f".{sentence}")
    )
    if made:
        blocks.append(_table(part.title, part.columns, made))
    if silent:
        told = "; ".join(f"{', '.join(points)} ({why})" for why, points in silent.items())
        blocks.append(_words(f"Points on which we found nothing in this text: {told}."))
    return [*blocks, _words(_known(part.table, tables, state), small=True)]


def _cited(keys: Iterable[str]) -> Markup:
    return cite_sources(",".join(dict.fromkeys(keys)))


def _month(key: str) -> str:
    """Return the month of a source, which its entry dates to the day."""
    dated = sources.entry(key).fields_dict.get("date")
    if dated is None:
        fault = f"{key} has no date; write the day on which the index ends"
        raise DataError(path_in_repository(sources.BIBLIOGRAPHY), fault)
    return dated.value.partition(" ")[2]


SHOWN = {"listing": _listing, "persons": _persons, "monitors": _monitors}


# ------------------------------------------------------------------ the end of the page


def why_blank(part: Part, state: State) -> str:
    """Return why a part has no row for the State, without the stop of the sentence."""
    if (body := part.collected_by) and not state.row[f"{body}_2026"]:
        return f"the State is not a member of the {BODIES[body]}, which collects these numbers"
    return part.absent


def _blanks(tables: Tables, state: State, blanks: Sequence[Blank]) -> dict[str, Any]:
    """Return the gaps of the tables, those of our reading apart from those of the sources."""
    unread = [each for each in blanks if each[0].unread]
    reasons: dict[str, list[str]] = {}
    for part, why in blanks:
        if not part.unread:
            reasons.setdefault(why, []).append(part.title)
    acts = [_acts_of_union(part, tables, state) for part, _ in unread]
    return {
        "reasons": reasons,
        "unread": [why for _, why in unread],
        "acts": list(filter(None, acts)),
    }
