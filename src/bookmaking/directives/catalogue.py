"""What the catalogue says: each table with its limits, years, places and uses, and all series.

What is known of a table comes from `bookmaking.tables.entries`; the template `catalogue.html` says
it, and `record` puts it on its page.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from bookmaking.directives.elements import counted, render
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


class Use(NamedTuple):
    """A page that uses a table: the exhibits made from it, how many numbers, or all of it."""

    page: str
    shown: Sequence[str] = ()
    numbers: int = 0
    is_whole: bool = False


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
        published = chapter.published
        numbers = [one for one in published.values() if one.kind == "number"]
        exhibits = [name for name in dict.fromkeys(chapter.placed)
                    if name in published and published[name].kind != "number"]  # fmt: skip
        tables = [table for name in exhibits for table in published[name].tables]
        tables += [table for one in numbers for table in one.tables]
        tables += [table for table, names in readers.items() if page in names]
        for table in dict.fromkeys(tables):
            shown = [name for name in exhibits if table in published[name].tables]
            count = sum(table in one.tables for one in numbers)
            found.setdefault(table, []).append(Use(page, shown, count))
        for table in on_pages.get(page, ()):
            found.setdefault(table, []).append(Use(page, is_whole=True))
    return found


def written(part: str, entries: Mapping[str, Entry], **of_pages: object) -> Markup:
    """Return the part "series" or "tables" as HTML.

    ``of_pages`` are the other values of the template: ``uses`` as above, ``titles`` of pages,
    ``numbers`` (what figures and tables are called), ``downloads`` (where the files are, seen from
    the page), and the functions ``address`` of a place and ``sources`` of a table in words.
    """
    return render(
        "catalogue.html",
        part=part,
        entries=entries.values(),
        where=where,
        sharing=SHARING,
        label=table_label,
        most_examples=EXAMPLES,
        **of_pages,
    )


def where(entry: Entry) -> str:
    """Return the places of a table in words."""
    if entry.states:
        return counted(entry.states, "participating State")
    if len(entry.places) > MOST_PLACES:
        return f"{len(entry.places)} places, among them {', '.join(entry.places[:3])}"
    return ", ".join(entry.places) or "no column of places; see the description"
