"""What the page of a participating State shows: facts from the book's tables, by the State's code.

``book/states.yml`` says what a page shows of which table, theme by theme, and templates
(`state.html`, `state_treaties.html`, `state_summary.html`) have the words. Nothing is ranked,
filled or added up. A table without a row for the State is named at the end of the page, with the
reason. A file next to the page has all that the tables say of the State, one value a row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from string import ascii_lowercase
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bookmaking.directives.elements import NOTHING, cite_sources, render, to_page
from bookmaking.directives.state_rows import Row, State, StateError, Tables
from decentwork import citations
from decentwork.citations import Citation
from decentwork.days import NOTE_DATE, in_words
from decentwork.repository import ROOT
from decentwork.tables import places
from decentwork.tables.cited_cells import BETWEEN, keys_of
from decentwork.tables.metadata import OF_THE_SOURCE
from decentwork.tile_places import PLACES
from decentwork.treaties import NAMES

FILE = "book/states.yml"
Facts = dict[str, Any]
Part = SimpleNamespace
"""Rows of one table in a theme; the head of ``book/states.yml`` says what each field means."""
FIELDS = {
    **dict.fromkeys(("show", "of_union", "collected_by", "not_of", "to_know", "same"), ""),
    **dict.fromkeys(("marked", "filled", "by", "totals", "title", "absent", "index_ends"), ""),
    **{key: {} for key in ("where", "columns", "readings", "points", "sentences")},
    **{"in_place": False, "unread": False, "when": "year"},
}
"""The fields that a part may leave out, with what they then are."""
BLANKS = "What the tables do not say"
RATIFICATIONS, DETECTED, RELEASES = "treaty-ratifications", "detected-victims", "greta-findings"
ON_TRAFFICKING = ("PALERMO", "CETS197", "ILO_P029")
"""The treaties that the first paragraph of a page names, and that come first on it."""
TREATIES = {code: NAMES[code] for code in (*ON_TRAFFICKING, *NAMES)}
"""The names of the treaties, in the order in which a page shows them."""
NOT_ILO = "not an ILO member"
SINCE, NOTED = NOTE_DATE.year, pd.Timestamp(NOTE_DATE)
BODIES = {"osce": "OSCE", "coe": "Council of Europe", "eu": "European Union",
          "ilo": "International Labour Organization"}  # fmt: skip
MOST_CHAPTERS, MOST_PLACES = 3, 2
IN_FILE = ("state", "table", "measure", "year", "value", "low", "high", "unit", "source",
           "locator", "grade", "note")  # fmt: skip
YEARS = ("year", "edition", "period", "month", "when", "as_read", "publication_date", "as_of",
         "adopted", "since")  # fmt: skip
"""Columns that say when; the first that a table has is the year of its rows."""
NOT_MEASURED = {"iso3", "state", "place", *OF_THE_SOURCE, "note"}


@cache
def themes() -> tuple[SimpleNamespace, ...]:
    """Return the sections of a page after memberships and treaties: title, to_read and parts.

    Raises StateError for a field that no part has, or for a part of no known kind.
    """
    written = yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8"))
    return tuple(SimpleNamespace(**{**each, "parts": [*map(_part, each["parts"])]})
                 for each in written)  # fmt: skip


def _part(fields: dict[str, Any]) -> Part:
    kind, *more = fields.keys() - FIELDS or ("",)
    if more or kind not in SHOWN:
        told = f"has the fields {', '.join(fields)}; the head of the file says which there are"
        raise StateError(f"{FILE}: a part {told}.")
    return Part(**FIELDS | fields | {"kind": kind, "table": fields[kind]})


# ------------------------------------------------------------------ words of a cell


def cell(shown: str, row: Row) -> str:
    """Return what a cell shows of a row: a column, or an expression over its columns."""
    if "{" in shown:
        return _expression(shown)(row)
    return NOTHING if pd.isna(row[shown]) else str(row[shown])


@cache
def _expression(shown: str) -> Callable[[Row], str]:
    expressions = Environment(undefined=StrictUndefined)
    expressions.filters["number"] = number
    expressions.tests["known"] = pd.notna
    return expressions.from_string(shown).render


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals; "–" for none."""
    if pd.isna(value):
        return NOTHING
    whole = float(value).is_integer()
    return f"{int(value):,}" if whole else f"{float(value):,.2f}".rstrip("0").rstrip(".")


def interval(row: Row) -> str:
    """Return the persons of a row as a number, or its bounds where they differ."""
    low, high = row["persons_low"], row["persons_high"]
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def day(when: object) -> str:
    """Return a day or month in words, "–" for none, and other words as they are."""
    if pd.isna(when):
        return NOTHING
    return in_words(f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else str(when))


def count(row: Row | None) -> str:
    """Return the persons of a row as a number or an interval, and whether they are in doubt."""
    if row is None or pd.isna(row["persons_low"]):
        return "not reported" if row and row.get("reading") == "not reported" else NOTHING
    return interval(row) + (", doubtful" if row.get("reading") == "doubtful" else "")


def exceeds(row: Row | None, whole: Row | None) -> bool:
    """Return whether a form has more persons than all forms of that year: two ways of counting."""
    ends = [row and row["persons_low"], whole and whole["persons_high"]]
    return all(pd.notna(each) and each is not None for each in ends) and ends[0] > ends[1]


WORDS = {"BODIES": BODIES, "SINCE": SINCE, "NOT_ILO": NOT_ILO, "TREATIES": TREATIES,
         "blanks_title": BLANKS, "cell": cell, "count": count, "day": day,
         "exceeds": exceeds, "interval": interval, "known": pd.notna}  # fmt: skip
"""What all templates of a State use."""


# ------------------------------------------------------------------ the page


def page(tables: Tables, code: str, chapters: Mapping[str, Sequence[str]]) -> Facts:
    """Return what `state.html` shows of a State: values by their names there.

    ``chapters`` has the pages that read each table, by the table's name.

    Raises StateError if no participating State has the code.
    """
    state = tables.state(code)
    sections, blanks = [], []
    for theme in themes():
        blocks, used = [], []
        for part in theme.parts:
            if rows := rows_of(part, tables, state):
                used.append(part.table)
                made = SHOWN[part.kind](part, rows, tables, state)
                if blocks and blocks[-1][0].kind == part.kind == "measure":
                    blocks[-1][1].extend(made)
                else:
                    blocks.append((part, made))
            elif part.in_place:
                blocks.append((part, None))
            elif part.not_of != code:
                blanks.append(part)
        if used:
            sections.append((theme, blocks, _argued(used, chapters)))
    return {
        "state": state,
        "file": file_of(state),
        "summary": summary(tables, state),
        "memberships": _memberships(tables, state),
        "treaties": _treaties(tables, state),
        "argued": _argued([RATIFICATIONS], chapters),
        "sections": sections,
        "blanks": _blanks(state, blanks),
        "known_of": lambda table: tables.known(table, state),
        "limits": tables.limits,
        "of_union": lambda table: tables.of_union(table, state),
        "title_of": lambda table: tables.metadata(table).title,
    }


def written(made: Facts) -> Markup:
    """Return a page as HTML: a section with its title, and all that follows the summary."""
    return render("state.html", sources_of=sources_of, cited=_cited, **WORDS | made)


def file_of(state: State) -> str:
    """Return the name of the file with all values of a State, which is next to its page."""
    return f"{state.file}.csv"


def tables_of_pages() -> tuple[str, ...]:
    """Return every table that the pages of the States show."""
    shown = (part.table for theme in themes() for part in theme.parts)
    return tuple(dict.fromkeys([places.STATES, RATIFICATIONS, *shown]))


def index(states: Iterable[State], folder: str) -> Markup:
    """Return the list and the map of all States; ``folder`` has their pages, seen from here."""
    tiles = sorted(states, key=lambda state: PLACES[state.code][::-1])
    return render("states.html", states=states, tiles=tiles, places=PLACES, folder=folder)


# ------------------------------------------------------------------ sources and chapters


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


def _cited(rows_or_keys: Iterable[str]) -> Markup:
    return cite_sources(",".join(dict.fromkeys(rows_or_keys)))


def _argued(names: Iterable[str], chapters: Mapping[str, Sequence[str]]) -> Markup:
    """Return links to the chapters that read most of the tables of a section."""
    readers = [chapter for name in dict.fromkeys(names) for chapter in chapters.get(name, ())]
    ordered = sorted(dict.fromkeys(readers), key=lambda chapter: -readers.count(chapter))
    return Markup("; ").join(map(to_page, ordered[:MOST_CHAPTERS]))


# ------------------------------------------------------------------ summary, memberships, treaties


def summary(tables: Tables, state: State) -> str:
    """Return the first paragraph: member of what, bound by what, the newest counts."""
    treaties = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    rows = [row for row in tables.rows(DETECTED, state) if pd.notna(row["persons_low"])]
    year = max((row["year"] for row in rows if row["form"] == "all forms"), default=None)
    newest = {row["form"]: row for row in rows if row["year"] == year}
    breaks = [each for each in tables.breaks(DETECTED, state) if year and each["year"] <= year]
    counted = [each["then_counted"] for each in breaks if "then_counted" in each]
    made = render(
        "state_summary.html",
        **WORDS,
        state=state,
        treaties=[(TREATIES[name], name, treaties[name]) for name in ON_TRAFFICKING],
        all_forms=newest.get("all forms"),
        labour=newest.get("forced labour"),
        is_fiscal="fiscal" in tables.known(DETECTED, state),
        counted=(counted or ["detected victims of trafficking"])[-1],
        breaks=breaks,
        release=(tables.rows(RELEASES, state) or [None])[-1],
    )
    return made.striptags()


def _memberships(tables: Tables, state: State) -> Facts:
    about = tables.metadata(places.STATES)
    # The table keeps the keys in the order of the bodies, the key of another name last. In another
    # order a membership would cite the wrong source.
    keys = dict(zip(BODIES, keys_of(state.row["source"]), strict=False))
    return {"sources": keys, "read": about.origin[0]["date_accessed"], "table": places.STATES}


def _treaties(tables: Tables, state: State) -> Facts:
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    rows = [found[name] for name in TREATIES if name in found]
    keys = dict.fromkeys(citation.key for row in rows for citation in row["cited"])
    letters = dict(
        zip(keys, [*ascii_lowercase, *(f"a{each}" for each in ascii_lowercase)], strict=False)
    )
    return {"table": RATIFICATIONS, "rows": rows, "letters": letters,
            "first_days": _first_days(tables), "noted": NOTED}  # fmt: skip


@cache
def _first_days(tables: Tables) -> dict[str, pd.Timestamp]:
    """Return the day on which each treaty entered into force for its first participating State."""
    frame = pd.DataFrame(tables.records(RATIFICATIONS))
    known = frame["in_force"].fillna(frame["deposited"])
    return known.groupby(frame["instrument"]).min().to_dict()


# ------------------------------------------------------------------ themes


def rows_of(part: Part, tables: Tables, state: State) -> list[Row]:
    """Return the rows of a part that a page of the State shows."""
    rows = tables.rows(part.table, state)
    if part.kind == "measure":
        wanted = part.where.items()
        rows = [row for row in rows if all(row[column] == value for column, value in wanted)]
        return sorted(rows, key=lambda row: row[part.when])
    if part.kind == "persons":
        told = {row["year"] for row in rows if pd.notna(row["persons_low"])}
        return [row for row in rows if row["year"] in told and row["year"] >= SINCE]
    if part.filled and all(pd.isna(row[part.filled]) for row in rows):
        return []
    return rows


def _measure(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> list[Facts]:
    """Return the facts of each kind of values, because values of two kinds do not compare."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row[part.same] if part.same else "", []).append(row)
    return [_measured(part, kind, alike, tables, state) for kind, alike in kinds.items()]


def _measured(part: Part, kind: str, rows: Sequence[Row], tables: Tables, state: State) -> Facts:
    """Return the facts of a measure: two values, and what was crossed between them."""
    years = [int(str(row[part.when])[:4]) for row in rows]
    about, first = min(zip(rows, years, strict=True),
                       key=lambda one: (abs(one[1] - SINCE), one[0][part.when]))  # fmt: skip
    newest, last = rows[-1], years[-1]
    between = [row for row, year in zip(rows, years, strict=True) if first < year <= last]
    return {
        "part": part,
        "title": f"{part.title} ({kind})" if kind else part.title,
        "shown": [f"{cell(part.show, row)} ({day(row[part.when])})" for row in (about, newest)],
        "changes": about is not newest,
        "breaks": [
            each
            for each in tables.breaks(part.table, state)
            if first < each["year"] <= last or first == last == each["year"]
        ],
        "marked": [str(row[part.when]) for row in between if part.marked and row[part.marked]],
        "rows": [about, newest],
    }


def _persons(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> Facts:
    """Return counts by year, in groups that a break of the series parts."""
    years = sorted({row["year"] for row in rows})
    cells = {(row["year"], row[part.by]): row for row in rows}
    breaks = {each["year"]: each["what"] for each in tables.breaks(part.table, state)}
    groups: list[tuple[int, str, list]] = []
    readings: set[str] = set()
    for year in years:
        if year in breaks or not groups:
            groups.append((year, breaks.get(year, ""), []))
        found = [cells.get((year, value)) for value in part.columns.values()]
        there = [row for row in found if row]
        readings |= {row["reading"] for row in there if "reading" in row}
        groups[-1][2].append((year, found, there[0][part.totals] if part.totals else ""))
    # The file has no number for all forms, and none above 0 for a form.
    says = any(row["form"] == "all forms" or row["persons_high"] for row in rows
               if pd.notna(row["persons_low"])) if part.totals else True  # fmt: skip
    larger = part.totals and any(
        exceeds(row, found[0])
        for _, _, of_years in groups
        for _, found, _ in of_years
        for row in found
    )
    return {"says_nothing": not says, "larger": larger,
            "years": years, "groups": groups, "rows": rows,
            "readings": [words for reading, words in part.readings.items() if reading in readings],
            "below_five": any("<5" in str(row["printed"]) for row in rows)}  # fmt: skip


def _monitors(part: Part, rows: Sequence[Row], tables: Tables, state: State) -> Facts:
    """Return what the newest text of the monitors says, and on what it says nothing."""
    row = rows[-1]
    reasons = {field.name: field.missing_reason for field in tables.metadata(part.table).fields}
    ((column, sentences),) = part.sentences.items()
    made: list[tuple[str, str, object]] = []
    silent: dict[str, list[str]] = {}
    for point, columns in part.points.items():
        code, words = (row[each] if each else pd.NA for each in columns)
        if pd.isna(code):
            silent.setdefault(reasons[columns[0]], []).append(point)
        else:
            made.append((point, code, words))
    keys = [citation.key for citation in row["cited"]]  # the place is the text that is linked
    return {
        "row": row,
        "points": made,
        "silent": silent,
        "sources": keys,
        "index_ends": "" if pd.isna(row["report_date"]) else part.index_ends,
        "host": urlsplit(row["read_in"]).hostname or "",
        "sentence": "" if pd.isna(row[column]) else sentences[row[column]],
    }


SHOWN = {"measure": _measure, "persons": _persons, "monitors": _monitors,
         "listing": lambda part, rows, tables, state: rows}  # fmt: skip


# ------------------------------------------------------------------ the end of the page


def why_blank(part: Part, state: State) -> str:
    """Return why a part has no row for the State, without the stop of the sentence."""
    if (body := part.collected_by) and not state.row[f"{body}_2026"]:
        return f"the State is not a member of the {BODIES[body]}, which collects these numbers"
    return part.absent


def _blanks(state: State, blanks: Sequence[Part]) -> Facts:
    """Return the gaps of the tables by reason, apart from the gaps of our reading."""
    reasons: dict[str, list[str]] = {}
    for part in blanks:
        if not part.unread:
            reasons.setdefault(why_blank(part, state), []).append(part.title)
    return {"reasons": reasons, "unread": [part for part in blanks if part.unread]}


# ------------------------------------------------------------------ the file next to the page


def as_csv(tables: Tables, state: State, names: Iterable[str]) -> str:
    """Return the rows of the tables ``names`` that speak of a State, as CSV in long form.

    Columns: state (code), table, measure, year, value, low and high (the bounds of an interval;
    value is empty where they differ), unit, source (keys of references.bib), locator, grade, note.
    """
    rows = [{"state": state.code, **row} for name in names for row in _rows(tables, state, name)]
    return pd.DataFrame(rows, columns=IN_FILE).to_csv(index=False, lineterminator="\n")


def _rows(tables: Tables, state: State, name: str) -> Iterator[dict[str, str]]:
    about = tables.metadata(name)
    names, units = [each.name for each in about.fields], about.units
    when = next((column for column in YEARS if column in names), None)
    other = [column for column in names if column not in NOT_MEASURED | {when}]
    keys = [column for column in other if column in about.key]
    # A table of words has no units, and would show nothing if only measured columns were values.
    values = [column for column in other if units.get(column, "year") != "year"]
    values = values or [column for column in other if column not in keys]
    remarks = [column for column in other if column not in (*values, *keys)]
    for row in tables.rows(name, state):
        said = {column: _text(cell) for column, cell in row.items() if column != "cited"}
        note = [f"{column}: {said[column]}" for column in remarks if said[column]]
        note += [said["note"]] if said.get("note") else []
        note += [f"said of: {said[each]}" for each in ("place", "state") if each in said][:1]
        shared = {column: said[column] for column in OF_THE_SOURCE}
        shared |= {"table": name, "year": said[when] if when else about.as_of}
        key = ", ".join(said[column] for column in keys)
        for column in values:
            stem = column.removesuffix("_low")
            if column.endswith("_high") and f"{column.removesuffix('high')}low" in values:
                continue
            is_low = column != stem and f"{stem}_high" in values
            bounds = said[column], said[f"{stem}_high" if is_low else column]
            yield shared | {
                "measure": f"{key}: {stem}" if key else stem,
                "value": bounds[0] if bounds[0] == bounds[1] else "",
                **(dict(zip(("low", "high"), bounds, strict=True)) if column in units else {}),
                "unit": units.get(column, ""),
                "note": "; ".join(note),
            }


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else str(cell)
