"""What the page of a participating State shows: facts from the book's tables, by the State's code.

``book/states.yml`` says which table a page tells and how, and templates have the words: the first
screen (`state_first`), two charts (`state_chart`), and all that the tables know of the State.
Nothing is ranked, filled or added up. A file next to the page has all rows, one value a row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from string import ascii_lowercase
from types import SimpleNamespace
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bookmaking.directives import state_chart, state_first
from bookmaking.directives.elements import NOTHING, capital, cite_sources, render, to_page
from bookmaking.directives.register import row_label
from bookmaking.directives.state_rows import FILE, Row, State, StateError, Tables
from bookmaking.directives.what_to_do import name_of
from decentwork import citations, decisions
from decentwork.citations import Citation
from decentwork.days import NOTE_DATE, in_words
from decentwork.repository import ROOT
from decentwork.tables import places
from decentwork.tables.cited_cells import BETWEEN, keys_of
from decentwork.tables.metadata import OF_THE_SOURCE
from decentwork.tile_places import PLACES
from decentwork.treaties import NAMES

Facts = dict[str, Any]
Part = SimpleNamespace
"""A table on a page; the head of ``book/states.yml`` says what each field means."""
FIELDS = {
    **dict.fromkeys(("newest", "ends", "same", "title", "line", "collected_by"), ""),
    **{"of": (), "where": {}, "points": {}},
}
"""The fields that a part may leave out, with what they then are."""
RATIFICATIONS, DETECTED = state_first.RATIFICATIONS, state_first.DETECTED
ON_TRAFFICKING = ("PALERMO", "CETS197", "ILO_P029")
TREATIES = {code: NAMES[code] for code in (*ON_TRAFFICKING, *NAMES)}
"""The names of the treaties, in the order in which a page shows them."""
NOT_ILO = state_first.NOT_ILO
SINCE, NOTED = NOTE_DATE.year, pd.Timestamp(NOTE_DATE)
BODIES = {"osce": "OSCE", "coe": "Council of Europe", "eu": "European Union",
          "ilo": "International Labour Organization"}  # fmt: skip
MOST_CHAPTERS, MOST_PLACES = 3, 2
IN_FILE = ("state", "table", "measure", "year", "value", "low", "high", "unit", "source",
           "locator", "grade", "note")  # fmt: skip
YEARS = ("year", "edition", "period", "month", "when", "as_read", "publication_date", "as_of",
         "adopted", "since", "date", "harvest", "decided", "published")  # fmt: skip
"""Columns that say when; the first that a table has is the year of its rows."""
NOT_MEASURED = {"iso3", "state", "place", *OF_THE_SOURCE, "note"}


@cache
def sections() -> tuple[SimpleNamespace, ...]:
    """Return the sections of a page: title, to_read, known, chart and parts.

    Raises StateError for a field that no part has, or for a part without a table or words.
    """
    written = yaml.safe_load((ROOT / FILE).read_text(encoding="utf-8"))["sections"]
    bare = {"to_read": "", "known": False, "chart": "", "by": ""}
    return tuple(SimpleNamespace(**{**bare, **each, "parts": [*map(_part, each["parts"])]})
                 for each in written)  # fmt: skip


def _part(fields: Facts) -> Part:
    if not {"table", "tell"} <= set(fields) <= {*FIELDS, "table", "tell"}:
        told = f"has the fields {', '.join(fields)}; the head of the file says which there are"
        raise StateError(f"{FILE}: a part {told}.")
    return Part(**FIELDS | fields | {"of": tuple(fields.get("of", ()))})


# ------------------------------------------------------------------ words of a row


@cache
def _expression(shown: str) -> Callable[[Row], str]:
    expressions = Environment(
        undefined=StrictUndefined, finalize=lambda cell: "not read" if pd.isna(cell) else cell
    )
    expressions.filters |= {"number": number, "number_plain": number_plain, "day": day,
                            "capital": capital}  # fmt: skip
    expressions.globals |= {"span": span, "years": years, "words": known_words}
    expressions.tests["known"] = pd.notna
    return expressions.from_string(shown).render


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals; "–" for none."""
    if pd.isna(value):
        return NOTHING
    whole = float(value).is_integer()
    return f"{int(value):,}" if whole else f"{float(value):,.2f}".rstrip("0").rstrip(".")


def number_plain(value: object) -> str:
    """Return a year as a page shows it."""
    return NOTHING if pd.isna(value) else f"{int(value)}"


def span(low: object, high: object) -> str:
    """Return the bounds of a number, or the number."""
    return number(low) if low == high or pd.isna(high) else f"{number(low)} to {number(high)}"


def years(first: object, last: object) -> str:
    """Return a year, or the first and the last of several."""
    return f"{first}" if first == last else f"{first} to {last}"


def known_words(*cells: object) -> str:
    """Return the cells that are known, with commas; else that nothing was read."""
    found = [str(cell) for cell in cells if pd.notna(cell)]
    return ", ".join(found) or "not read"


def interval(row: Row) -> str:
    """Return the persons of a row as a number, or its bounds where they differ."""
    return span(row["persons_low"], row["persons_high"])


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
    return all(each is not None and pd.notna(each) for each in ends) and ends[0] > ends[1]


WORDS = {"BODIES": BODIES, "SINCE": SINCE, "NOT_ILO": NOT_ILO, "TREATIES": TREATIES,
         "count": count, "day": day, "exceeds": exceeds, "interval": interval, "number": number,
         "known": pd.notna, "name_of": name_of, "row_label": row_label}  # fmt: skip
"""What all templates of a State use."""


# ------------------------------------------------------------------ the page


def page(tables: Tables, code: str, chapters: Mapping[str, Sequence[str]]) -> Facts:
    """Return what `state.html` shows of a State: values by their names there.

    ``chapters`` has the pages that read each table, by the table's name.

    Raises StateError if no participating State has the code.
    """
    state = tables.state(code)
    made = [_section(each, tables, state, chapters) for each in sections()]
    shown = {part.table for _, of, _, _ in made for part, *_ in of}
    return {
        "state": state,
        "file": file_of(state),
        "first": state_first.facts(tables, state),
        "memberships": _memberships(tables, state),
        "treaties": _treaties(tables, state),
        "duties": _duties(state),
        "sections": [each for each in made if each[1] or each[2]],
        "others": others(tables, state),
        "blanks": _blanks(tables, state, shown),
        "remarks": lambda table: tables.remarks(table, state),
    }


def _section(section, tables: Tables, state: State, chapters) -> tuple:
    """Return a section with its tables (each with title and rows), its chart and its chapters."""
    of = []
    for part in section.parts:
        if rows := rows_of(part, tables, state):
            title = part.title or tables.metadata(part.table).title
            of.append((part, title, [(row, tell(part, row), _points(part, row)) for row in rows]))
    drawn = _chart(section, tables, state) if section.chart else None
    used = [part.table for part, *_ in of] + [section.chart] * bool(drawn)
    return section, of, drawn, _argued(used, chapters)


def tell(part: Part, row: Row) -> str:
    """Return what a page says of a row, with its stop."""
    said = " ".join(_expression(part.tell)(row).split()).rstrip(".")
    return capital(said) + ("" if said.endswith(("”", "?", "!")) else ".")


def _points(part: Part, row: Row) -> list[tuple[str, str, str]]:
    """Return the points of monitors that a row has: name, code and words."""
    found = [(point, row.get(code), row.get(says)) for point, (code, says) in part.points.items()]
    return [(point, code, "" if says is None or pd.isna(says) else says)
            for point, code, says in found if code is not None and pd.notna(code)]  # fmt: skip


def rows_of(part: Part, tables: Tables, state: State) -> list[Row]:
    """Return the rows of a part that a page of the State tells."""
    rows = tables.rows(part.table, state, part.of)
    rows = [row for row in rows if all(row[key] == value for key, value in part.where.items())]
    if part.newest and rows:
        last = max(row[part.newest] for row in rows)
        rows = [row for row in rows if row[part.newest] == last]
    if part.ends and rows:
        rows = sorted(rows, key=lambda row: row[part.ends])
        alike = [row for row in rows if not part.same or row[part.same] == rows[-1][part.same]]
        nearest = min(alike, key=lambda row: abs(row[part.ends] - SINCE))
        rows = [nearest, rows[-1]] if nearest is not rows[-1] else [nearest]
    return rows


def _chart(section, tables: Tables, state: State) -> Facts | None:
    """Return the chart of a section and the rows of its table since 2011; None without a number."""
    rows = [row for row in tables.rows(section.chart, state) if row["year"] >= SINCE]
    cells = {(row["year"], row[section.by]): row for row in rows if state_chart.has_number(row)}
    if not any(row["persons_high"] for row in cells.values()):
        return None
    last = max(row["year"] for row in tables.records(section.chart))
    breaks = [each for each in tables.breaks(section.chart, state) if each["year"] > SINCE]
    whole = state_first.ALL if section.by == "form" else ""
    drawn = state_chart.chart(cells, section.columns, range(SINCE, last + 1), breaks, whole)
    return {
        "drawn": drawn, "rows": rows, "table": section.chart, "breaks": breaks,
        "columns": list(section.columns), "values": list(section.columns.values()),
        "of_year": {year: {row[section.by]: row for row in rows if row["year"] == year}
                    for year in sorted({row["year"] for row in rows})},
    }  # fmt: skip


def others(tables: Tables, state: State) -> list[str]:
    """Return the titles of tables that name the State and that no part tells."""
    told = {*tables_of_pages(), "searches"}
    found = (name for name in places.metadata_files(tables.folder) if name not in told)
    return [tables.metadata(name).title for name in found
            if tables.codes_or_title(name) and tables.rows(name, state)]  # fmt: skip


def written(made: Facts) -> Markup:
    """Return a page as HTML: a section with its title and all that it shows."""
    return render("state.html", sources_of=sources_of, cited=_cited, **WORDS | made)


def summary(made: Facts) -> str:
    """Return the first paragraph of a page as text; search engines show it."""
    return render("state_found.html", **WORDS | made).striptags()


def file_of(state: State) -> str:
    """Return the name of the file with all values of a State, which is next to its page."""
    return f"{state.file}.csv"


def tables_of_pages() -> tuple[str, ...]:
    """Return every table that the pages of the States show."""
    charts = [section.chart for section in sections() if section.chart]
    shown = (part.table for section in sections() for part in section.parts)
    return tuple(dict.fromkeys([places.STATES, RATIFICATIONS, *charts, *shown]))


def index(states: Iterable[State], folder: str) -> Markup:
    """Return the list and the map of all States; ``folder`` has their pages, seen from here."""
    tiles = sorted(states, key=lambda state: PLACES[state.code][::-1])
    return render("states.html", states=states, tiles=tiles, places=PLACES, folder=folder)


def _blanks(tables: Tables, state: State, shown: set[str]) -> dict[str, list[str]]:
    """Return the titles of the tables without a row on the State, by the reason."""
    reasons: dict[str, list[str]] = {}
    for section in sections():
        for part in section.parts:
            if part.table in shown or not tables.codes_or_title(part.table):
                continue
            body = part.collected_by
            outside = body and not state.row[f"{body}_2026"]
            why = f"not a member of the {BODIES[body]}, which collects this" if outside else ""
            reasons.setdefault(why, []).append(part.title or tables.metadata(part.table).title)
    return reasons


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


# ------------------------------------------------------------------ memberships and treaties


def _duties(state: State) -> list[Row]:
    """Return what treaties oblige the State to do, with the day from which each article binds."""
    found = decisions.duties_of(state.code)
    return found.assign(cited=citations.by_row(found)).to_dict("records")


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


# ------------------------------------------------------------------ the file next to the page


def as_csv(tables: Tables, state: State, names: Iterable[str]) -> str:
    """Return the rows of the tables ``names`` that speak of a State, as CSV in long form.

    Columns: state (code), table, measure, year, value, low and high (the bounds of an interval;
    value is empty where they differ), unit, source (keys of references.bib), locator, grade, note.
    """
    named = {part.table: part.of for section in sections() for part in section.parts}
    rows = [{"state": state.code, **row} for name in names
            for row in _rows(tables, state, name, named.get(name, ()))]  # fmt: skip
    return pd.DataFrame(rows, columns=IN_FILE).to_csv(index=False, lineterminator="\n")


def _rows(tables: Tables, state: State, name: str, of: tuple[str, ...]) -> Iterator[dict[str, str]]:
    about = tables.metadata(name)
    names, units = [each.name for each in about.fields], about.units
    when = next((column for column in YEARS if column in names), None)
    other = [column for column in names if column not in NOT_MEASURED | {when}]
    keys = [column for column in other if column in about.key]
    # A table of words has no units, and would show nothing if only measured columns were values.
    values = [column for column in other if units.get(column, "year") != "year"]
    values = values or [column for column in other if column not in keys]
    remarks = [column for column in other if column not in (*values, *keys)]
    for row in tables.rows(name, state, of):
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
