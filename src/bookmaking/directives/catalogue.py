"""What the catalogue says: each table with its limits, years, places and uses, and all series.

What is known of a table comes from `bookmaking.tables.entries`; the template `catalogue.html` says
it, and `record` puts it on its page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from bookmaking.directives.elements import counted, html, joined, render
from bookmaking.record.chapter import Chapter
from bookmaking.tables.entries import EXAMPLES, MOST_PLACES, Entry
from decentwork.tables.metadata import ALLOWED, FIGURES_CITED, NOT_SETTLED

FOLDER = "_downloads/tables"
"""The folder of the site that holds each table and its metadata."""
SHARING = {
    ALLOWED: "You may pass the table on.",
    FIGURES_CITED: "Single figures are quoted.",
    NOT_SETTLED: "Whether the whole table may be passed on is not settled.",
}
Use = tuple[str, Sequence[str], int]
"""A page that uses a table, what it shows of it by name, and how many numbers it computes."""
WHOLE = -1
"""In place of that number: the page shows the table itself."""


def table_label(name: str) -> str:
    """Return the permanent id of the entry of a table."""
    return f"table-{name}"


def uses(
    chapters: Mapping[str, Chapter],
    pages: Iterable[str],
    readers: Mapping[str, Sequence[str]],
    on_pages: Mapping[str, Iterable[str]],
) -> dict[str, list[Use]]:
    """Return of each table the chapters and exhibits that are made from it, and other pages.

    Parameters
    ----------
    chapters
        What pages publish.
    pages
        All pages in the order of the book.
    readers
        The chapters that read each table, by its name.
    on_pages
        The tables that a page shows without a notebook, by the page.
    """
    found: dict[str, list[Use]] = {}
    for page in pages:
        chapter = chapters.get(page, Chapter())
        shown: dict[str, list[str]] = {}
        numbers: dict[str, int] = {}
        for name in dict.fromkeys([*chapter.placed, *chapter.published]):
            made = chapter.published.get(name)
            for table in made.tables if made else ():
                if made.kind == "number":
                    numbers[table] = numbers.get(table, 0) + 1
                elif name in chapter.placed:
                    shown.setdefault(table, []).append(name)
        read = [table for table, names in readers.items() if page in names]
        for table in dict.fromkeys([*shown, *numbers, *read]):
            found.setdefault(table, []).append((page, shown.get(table, ()), numbers.get(table, 0)))
        for table in on_pages.get(page, ()):
            found.setdefault(table, []).append((page, (), WHOLE))
    return found


def written(
    part: str,
    entries: Mapping[str, Entry],
    *,
    uses: Mapping[str, Sequence[Use]],
    titles: Mapping[str, str],
    numbers: Mapping[str, str],
    address: Callable[[str, str], str],
    sources: Callable[[Entry], str],
    downloads: str,
) -> Markup:
    """Return the part "series" or "tables" as HTML.

    Parameters
    ----------
    uses
        As `uses` returns them.
    titles, numbers
        The titles of pages, and what figures and tables are called.
    address, sources
        Functions that return the address of a place and the sources of a table in words.
    downloads
        Where the files are, seen from the page.
    """

    def used(entry: Entry) -> list[Markup]:
        return [_use(each, titles, numbers, address) for each in uses.get(entry.name, ())]

    if part == "series":
        ordered = sorted(
            (each for each in entries.values() if each.is_series),
            key=lambda each: (each.order, not each.is_main),
        )
        groups = {kind: list(of) for kind, of in groupby(ordered, lambda each: each.kind)}
    else:
        ordered = sorted(entries.values(), key=lambda each: (each.theme, each.name))
        groups = {
            theme.replace("_", " "): list(of)
            for theme, of in groupby(ordered, lambda each: each.theme)
        }
    return render(
        "catalogue.html",
        part=part,
        groups=groups,
        slug=slug,
        where=where,
        sharing=SHARING,
        sources=sources,
        used=used,
        downloads=downloads,
        label=table_label,
        most_examples=EXAMPLES,
    )


def _use(use: Use, titles: Mapping[str, str], numbers: Mapping[str, str], address) -> Markup:
    page, shown, count = use
    link = html("a", titles[page], href=address(page, ""))
    if count == WHOLE:
        return link
    parts = [html("a", numbers.get(name, name), href=address(page, f"#{name}")) for name in shown]
    if count:
        parts.append(Markup(counted(count, "number")))
    start = f"{titles[page]}: " if shown else html("span", link, ": ")
    return Markup("").join([start, *(joined(parts) or ["read for what it prints"])])


def where(entry: Entry) -> str:
    """Return the places of a table in words."""
    if entry.states:
        return counted(entry.states, "participating State")
    if len(entry.places) > MOST_PLACES:
        return f"{len(entry.places)} places, among them {', '.join(entry.places[:3])}"
    return ", ".join(entry.places) or "no column of places; see the description"


def slug(words: str) -> str:
    """Return words as they are in an id."""
    return "-".join(words.replace(",", "").replace("_", " ").split())
