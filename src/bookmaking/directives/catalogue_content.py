"""What the catalogue says: each table with its limits, years, places and uses, and all series.

Each function takes a `Catalogue` and returns elements (see `elements`); nothing here needs Sphinx.
What is known of a table comes from `bookmaking.tables.entries`, where it is used from a `Record`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bookmaking.directives.check_content import Record, listed_sources, table_label
from bookmaking.directives.elements import Content, Element, html
from bookmaking.directives.pieces import (
    NOTHING,
    bullets,
    capital,
    counted,
    joined,
    jumps,
    words_filter,
)
from bookmaking.tables.entries import EXAMPLES, MOST_PLACES, Entry, Years
from decentwork.tables.metadata import ALLOWED, FIGURES_CITED, NOT_SETTLED

FOLDER = "_downloads/tables"
"""The folder of the site that holds each table and its metadata."""
SHARING = {
    ALLOWED: "You may pass the table on.",
    FIGURES_CITED: "Single figures are quoted.",
    NOT_SETTLED: "Whether the whole table may be passed on is not settled.",
}
BETWEEN_ROWS = " | "
FOLDED = "details.catalogue"
"""The entries of the tables, as a style sheet names them."""
LIMITS = "Do not use this for"
UNUSED = "No figure, table or number of the book is made from it."
NO_PLACES = "no column of places; see the description"


@dataclass(frozen=True)
class Catalogue:
    """All that the catalogue draws on.

    ``record`` knows what each page publishes. ``on_pages`` has the pages that show a table without
    a notebook, by the table's name; ``check`` is the page with the tests of each table, if any.
    """

    entries: Mapping[str, Entry]
    record: Record
    on_pages: Mapping[str, Sequence[str]]
    check: str | None
    downloads: str


# ------------------------------------------------------------------ series


def series(catalogue: Catalogue) -> list[Element]:
    """Return the series by kind of unit, each with a link to its entry."""
    found = [each for each in catalogue.entries.values() if each.is_series]
    form = words_filter("table", f"{FOLDED}, .catalogue-series li", FOLDED)
    made = [form, _jumps("series", kinds(found))]
    for kind in kinds(found):
        of_kind = [each for each in found if each.kind == kind]
        items = [_series(each) for each in sorted(of_kind, key=lambda each: not each.is_main)]
        made.append(html("h3", capital(kind), id=f"series-{_slug(kind)}"))
        made.append(html("ul", *items, class_="catalogue-series"))
    return made


def kinds(found: Iterable[Entry]) -> list[str]:
    """Return the kinds of unit that some table has, in the order of ``data/shared.yml``."""
    ordered = {each.kind: each.order for each in found}
    return sorted(ordered, key=ordered.__getitem__)


def _series(entry: Entry) -> Element:
    told = [entry.counts]
    told += [each.in_words for each in entry.years[:1]]
    told += [_where(entry)] if entry.states or entry.places else []
    link = html("a", entry.title, href=f"#{table_label(entry.name)}")
    return html("li", link, html("span", f" {', '.join(told)}"))


# ------------------------------------------------------------------ all tables


def tables(catalogue: Catalogue) -> list[Element]:
    """Return the entry of each table, folded, by theme."""
    ordered = sorted(catalogue.entries.values(), key=lambda each: (each.theme, each.name))
    uses = _uses(catalogue)
    themes = dict.fromkeys(each.theme.replace("_", " ") for each in ordered)
    made = [_jumps("theme", list(themes))]
    for theme, group in groupby(ordered, lambda each: each.theme):
        made.append(html("h3", capital(theme.replace("_", " ")), id=f"theme-{_slug(theme)}"))
        made += [_entry(each, uses.get(each.name, []), catalogue) for each in group]
    return made


def _entry(entry: Entry, uses: list[Element], catalogue: Catalogue) -> Element:
    years = f", {entry.years[0].in_words}" if entry.years else ""
    short = html("span", f" {entry.counts}{years}, {counted(entry.rows, 'row')}")
    facts = [
        ("What it counts", [f"{capital(entry.counts)}. {entry.description}"]),
        ("Years", [_all_years(entry.years)]),
        ("Where", [capital(_where(entry))]),
        ("Breaks", _breaks(entry)),
        *_remarks(entry),
        (LIMITS, [bullets(entry.limits)]),
        ("Used in", _used(entry, uses)),
        ("Sources", listed_sources(entry.sources, catalogue.record)),
        ("As of", [entry.as_of]),
        ("Licence", _licence(entry)),
        ("Made by", _made_by(entry, catalogue)),
        ("Files", _files(entry, catalogue)),
        ("In code", [html("code", f'data.read("{entry.name}")')]),
    ]
    listed = [part for name, told in facts for part in (html("dt", name), html("dd", *told))]
    listed += [html("dt", f"Columns, with the first {counted(min(EXAMPLES, entry.rows), 'row')}")]
    listed += [html("dd", _columns(entry))]
    # The id stands inside: browsers open a folded part that holds the place of a link.
    inside = html("dl", *listed, id=table_label(entry.name))
    handle = html("summary", html("strong", entry.title), short)
    return html("details", handle, inside, class_="catalogue")


def _columns(entry: Entry) -> Element:
    """Return the columns with meaning and unit, and beside them the first rows of the table.

    A list, because a table for each table would double the weight of the page.
    """
    items = []
    for each in entry.columns:
        unit = f" ({each.unit})" if each.unit not in ("", each.means) else ""
        empty = f". Empty: {each.empty}" if each.empty else ""
        first = BETWEEN_ROWS.join(cell or NOTHING for cell in each.examples)
        means = html("span", f"{each.means}{unit}{empty}")
        items.append(html("li", html("code", each.name), " ", means, " ", html("span", first)))
    return html("ul", *items, class_="columns")


def _all_years(years: Sequence[Years]) -> str:
    told = [f"{each.in_words} ({each.column})" if each.column else each.in_words for each in years]
    return "; ".join(told) or "No column of years or periods"


def _where(entry: Entry) -> str:
    if entry.states:
        return counted(entry.states, "participating State")
    if len(entry.places) > MOST_PLACES:
        return f"{len(entry.places)} places, among them {', '.join(entry.places[:3])}"
    return ", ".join(entry.places) or NO_PLACES


def _breaks(entry: Entry) -> list[Content]:
    if not entry.breaks:
        return ["None is noted."]
    told = []
    for year, what, codes in entry.breaks:
        states = f" ({', '.join(codes)})" if codes else ""
        told.append(f"{year}: {what}{states}")
    return [bullets(told)]


def _remarks(entry: Entry) -> list[tuple[str, list[Content]]]:
    """Return what concerns single States, if there is anything."""
    told = [f"{what} ({', '.join(states)})" for what, states in entry.remarks]
    return [("Remarks", [bullets(told)])] if told else []


def _licence(entry: Entry) -> list[Content]:
    name, url = entry.licence["name"], entry.licence.get("url")
    told = [SHARING[entry.licence["redistribution"]], entry.licence.get("note", "")]
    words = " ".join(filter(None, told))
    return [html("a", name, href=url) if url else capital(name), f". {words}"]


def _made_by(entry: Entry, catalogue: Catalogue) -> list[Content]:
    how = "a program, from the original" if entry.built else "hand, from the sources"
    number = len(catalogue.record.tests_of([entry.name]))
    told = f"{counted(number, 'test')} of its own" if number else "no test of its own"
    if not catalogue.check:
        return [f"{how}; {told}"]
    place = catalogue.record.link(catalogue.check, f"#{table_label(entry.name)}", told)
    return [f"{capital(how)}; ", place, "."]


def _files(entry: Entry, catalogue: Catalogue) -> list[Content]:
    start = f"{catalogue.downloads}/{entry.name}"
    return [
        html("a", "table (CSV)", href=f"{start}.csv", download=""),
        f", {counted(entry.rows, 'row')}; ",
        html("a", "its description (YAML)", href=f"{start}.yml", download=""),
    ]


# ------------------------------------------------------------------ where a table is used


def _used(entry: Entry, uses: list[Element]) -> list[Content]:
    if uses:
        return [html("ul", *uses)]
    return [f"{UNUSED} It is kept for this: {entry.kept_for}" if entry.kept_for else UNUSED]


def _uses(catalogue: Catalogue) -> dict[str, list[Element]]:
    """Return of each table the chapters and exhibits that are made from it, and other pages."""
    record, uses = catalogue.record, {}
    for page, title in record.titles.items():
        link = record.link(page, "", title)
        chapter = record.chapters.get(page)
        run = record.runs.get(page)
        shown: dict[str, list[Content]] = {}
        numbers: dict[str, int] = {}
        for name in dict.fromkeys([*chapter.placed, *chapter.published] if chapter else ()):
            made = chapter.published.get(name)
            for each in made.tables if made else ():
                if made.kind == "number":
                    numbers[each] = numbers.get(each, 0) + 1
                elif name in chapter.placed:
                    text = record.numbers.get(name, name)
                    shown.setdefault(each, []).append(record.link(page, f"#{name}", text))
        read = dict.fromkeys([*shown, *numbers, *(run.tables if run and run.tables else ())])
        for each in read:
            parts = [*shown.get(each, ())]
            if count := numbers.get(each):
                parts.append(counted(count, "number"))
            told = joined(parts) or ["read for what it prints"]
            chapter_of = f"{title}: " if each in shown else html("span", link, ": ")
            uses.setdefault(each, []).append(html("li", chapter_of, *told))
        for each in (name for name, pages in catalogue.on_pages.items() if page in pages):
            uses.setdefault(each, []).append(html("li", link))
    return uses


PARTS = {"series": series, "tables": tables}
"""What ``{catalogue}`` can show, by its argument."""


def unknown_part(name: str) -> str:
    """Return the sentence on a directive ``{catalogue}`` that asks for something else."""
    return f"{{catalogue}} has no part {name!r}; write one of {', '.join(PARTS)}."


# ------------------------------------------------------------------ pieces


def _jumps(prefix: str, names: Sequence[str]) -> Element:
    """Return links to the headings of a part."""
    return jumps((capital(name), f"{prefix}-{_slug(name)}") for name in names)


def _slug(words: str) -> str:
    return "-".join(words.replace(",", "").replace("_", " ").split())
