"""What the book records of itself: its tables, from what it was built, and what changed.

Directives: ``{catalogue}`` with its parts, ``{built-from}`` (the commit) and ``{changes}``.
The catalogue draws on other pages, so it is filled when all pages are read. The role
``{reread}`rows` `` says how many typed rows were compared.
"""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils import nodes
from markupsafe import Markup
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import fresh, reread, site_files
from bookmaking.directives import citations, state, state_content
from bookmaking.directives.elements import PARALLEL, as_is, counted, render
from bookmaking.directives.numbering import called
from bookmaking.directives.page_notes import notes, pages_in_order
from bookmaking.execute import KeptNotebooks
from bookmaking.record import built_from, said
from bookmaking.record.reads import Chapter, of_notebook
from bookmaking.tables import provenance
from bookmaking.tables.entries import MOST_PLACES, Entry, by_publisher, entries, in_common
from decentwork import data
from decentwork.days import in_words
from decentwork.tables import places
from decentwork.tables.metadata import ALLOWED, FIGURES_CITED, NOT_SETTLED

CHAPTERS, CATALOGUES, EACH_BUILD = "what chapters publish", "parts of the catalogue", "each build"
"""What pages note: what they publish, what they show, and that each build reads them again."""
LINE = re.compile(r"`([A-Z]\d?-\w+)`")
"""A line of the note, as the list of changes names it."""
PARTS = ("series", "tables", "columns", "publishers")
"""The series by kind, an entry for each table, what columns of many tables mean, and licences."""
MOST_SOURCES = 5
"""How many sources a cell names; of more it says only the number."""
TABLES = "_downloads/tables"
"""The folder of the site that holds each table and its metadata."""
SHARING = {
    ALLOWED: "You may pass the table on.",
    FIGURES_CITED: "Single figures are quoted.",
    NOT_SETTLED: "Whether the whole table may be passed on is not settled.",
}

# ------------------------------------------------------------------ directives and role


class catalogue_part(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """A place that is filled when all pages are known; `part` says with what."""


class Catalogue(SphinxDirective):
    """``{catalogue} series``, ``shared`` or ``tables``: the place of a part of the catalogue."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place. Another part is an error."""
        part = self.arguments[0]
        if part not in PARTS:
            raise self.error(f"the catalogue has no part {part!r}; write {', '.join(PARTS)}.")
        notes(self.env, CATALOGUES).setdefault(self.env.docname, set()).add(part)
        for name in fresh.of_files(Path(self.env.srcdir), fresh.TABLES):
            self.env.note_dependency(name)
        return [catalogue_part("", part=part)]


class BuiltFrom(SphinxDirective):
    """``{built-from}``: the commit that the book was built from."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph."""
        notes(self.env, EACH_BUILD)[self.env.docname] = True
        commit, python = built_from.in_words(Path(self.env.srcdir)), platform.python_version()
        return [nodes.paragraph("", f"Built from {commit}, with Python {python}.")]


class Changes(SphinxDirective):
    """``{changes}``: what the book says otherwise than in its last release, and each release."""

    def run(self) -> list[nodes.Node]:
        """Return the sections of CHANGELOG.md, after one on the present book."""
        root = Path(self.env.srcdir)
        notes(self.env, EACH_BUILD)[self.env.docname] = True
        now = said.of_book(root, KeptNotebooks.of_build(self.env.app).published())
        text = LINE.sub(r"{line}`\1`", said.changelog([now, *said.kept(root)]))
        lines, block = re.sub("(?m)^#(?=#)", "", text).splitlines(), nodes.Element()
        self.state.nested_parse(lines, self.content_offset, block, match_titles=True)
        return block.children


class RereadRows(SphinxRole):
    """``{reread}`rows` ``: how many rows typed by hand a second reader compared, of how many."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the two numbers as text."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(reread.FILE.as_posix())
        compared, typed = reread.counts(root)
        return [nodes.Text(f"{compared:,} of {typed:,}")], []


# ------------------------------------------------------------------ what others ask


def chapters_of(env) -> dict[str, Chapter]:
    """Return what each chapter publishes."""
    return notes(env, CHAPTERS)


def page_of_tables(env) -> str | None:
    """Return the page that has an entry for each table."""
    shown = notes(env, CATALOGUES).items()
    return next((page for page, parts in shown if "tables" in parts), None)


def _note_chapter(app, doctree: nodes.document) -> None:
    """Note what a notebook publishes and places, when its page has been read."""
    env, path = app.env, Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        known = frozenset(data.names(Path(app.srcdir, "data")))
        written = nbformat.read(path, as_version=4)
        executed = KeptNotebooks.of_build(app).executed(path) or written
        chapters_of(env)[env.docname] = of_notebook(written, executed, known)


# ------------------------------------------------------------------ the catalogue


class Use(NamedTuple):
    """A page that uses a table: the exhibits made from it, or all of it."""

    page: str
    shown: Sequence[str] = ()
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

    ``chapters`` are what ``pages`` publish, ``readers`` the chapters that read each table, and
    ``on_pages`` the tables that a page shows without a notebook.
    """
    found: dict[str, list[Use]] = {}
    for page in pages:
        chapter = chapters.get(page, Chapter())
        made_from = {
            name: chapter.published[name].tables
            for name in dict.fromkeys(chapter.placed)
            if name in chapter.published
        }
        read = (table for table, names in readers.items() if page in names)
        for table in dict.fromkeys([*chain(*made_from.values()), *read]):
            shown = [name for name, tables in made_from.items() if table in tables]
            found.setdefault(table, []).append(Use(page, shown))
        for table in on_pages.get(page, ()):
            found.setdefault(table, []).append(Use(page, is_whole=True))
    return found


@cache
def _entries(app) -> dict[str, Entry]:
    """Return what is known of each table, by its name; two parts of the record ask."""
    return entries(Path(app.srcdir, "data"))


def _sources(env, entry: Entry) -> str:
    """Return the sources of a table by name and year, or only their number if they are many."""
    if len(entry.sources) > MOST_SOURCES:
        return f"{len(entry.sources)} sources"
    known = env.get_domain("cite").bibdata.data.entries
    named = (", ".join(citations.cited_as(known[key])) if key in known else key
             for key in entry.sources)  # fmt: skip
    return "; ".join(named) or "–"


def _author(env, key: str) -> str:
    """Return the authors of a source in full, or its key if it has none."""
    known = env.get_domain("cite").bibdata.data.entries
    authors = known[key].persons.get("author", ()) if key in known else ()
    return "; ".join(str(each).strip("{}") for each in authors) or key


def _of_pages(app) -> dict[str, Mapping]:
    """Return what the catalogue says of other pages: who uses a table, titles, and numbers."""
    env, own = app.env, page_of_tables(app.env)
    whole = dict.fromkeys(notes(env, state.INDEXES), state_content.tables_of_pages())
    pages = [page for page in pages_in_order(env) if page != own]
    return {
        "uses": uses(chapters_of(env), pages, state.readers_of_tables(app), whole),
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "numbers": dict(chain(*(called(env, page).items() for page in env.found_docs))),
    }


def catalogue(part: str, known: Sequence[Entry], **of_pages: object) -> Markup:
    """Return a part of the catalogue as HTML.

    ``of_pages`` are the other values of the template: ``uses`` as above, ``titles`` of pages,
    ``numbers`` (what figures and tables are called), ``made`` (how each table is made),
    ``downloads`` (where the files are, seen from the page), and the functions ``address`` of a
    place, ``sources`` of a table in words and ``author`` of a source in full.
    """
    return render(
        "catalogue.html",
        part=part,
        entries=known,
        shared=in_common(known),
        by_publisher=by_publisher,
        where=_where,
        sharing=SHARING,
        label=table_label,
        in_words=in_words,
        **of_pages,
    )


def _where(entry: Entry) -> str:
    """Return the places of a table in words."""
    if entry.states:
        return counted(entry.states, "participating State")
    if len(entry.places) > MOST_PLACES:
        return f"{len(entry.places)} places, among them {', '.join(entry.places[:3])}"
    return ", ".join(entry.places)


# ------------------------------------------------------------------ on the page


def _fill(app, doctree: nodes.document, docname: str) -> None:
    root = Path(app.srcdir)
    for node in list(doctree.findall(catalogue_part)):
        made = catalogue(
            node["part"],
            [*_entries(app).values()],
            made=provenance.provenances(root) if node["part"] == "tables" else {},
            address=lambda page, end="": app.builder.get_relative_uri(docname, page) + end,
            sources=partial(_sources, app.env),
            author=partial(_author, app.env),
            tables=page_of_tables(app.env),
            downloads="../" * docname.count("/") + TABLES,
            **_of_pages(app),
        )
        node.replace_self(as_is(made))


def _finish(app, exception: Exception | None) -> None:
    """Put the tables and their metadata into the site."""
    _entries.cache_clear()
    if exception or app.builder.format != "html" or not page_of_tables(app.env):
        return
    described = places.metadata_files(Path(app.srcdir, "data")).values()
    files = [each for path in described for each in (path, path.with_suffix(".csv"))]
    into = Path(app.outdir, TABLES)
    site_files.write_all({into / each.name: each.read_bytes() for each in files}, into.glob("*"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("catalogue", Catalogue)
    app.add_directive("built-from", BuiltFrom)
    app.add_directive("changes", Changes)
    app.add_role("reread", RereadRows())
    app.add_node(catalogue_part)
    app.connect("env-get-outdated", lambda app, env, *_: list(notes(env, EACH_BUILD)))
    app.connect("doctree-read", _note_chapter)
    # What the catalogue says of other pages may have changed; after numbers are given.
    app.connect("env-get-updated", lambda app, env: list(notes(env, CATALOGUES)), priority=700)
    app.connect("doctree-resolved", _fill)
    app.connect("build-finished", _finish)
    return PARALLEL
