"""What the book records of itself: its tables, where they come from, how and from what it is built.

Directives: ``{catalogue} series`` and ``tables``, ``{provenance} summary`` and ``tables``,
``{built-from}`` (commit, versions, and how much `make test` compares) and ``{changes}``; each is
written by the template of its name. They draw on other pages, so they are filled when all pages are
read. The role ``{reread}`rows` `` says how many typed rows were compared.
"""

import platform
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import nbformat
import yaml
from docutils import nodes
from markupsafe import Markup
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import fresh, reread, site_files
from bookmaking.directives import citations, state, state_content
from bookmaking.directives.elements import PARALLEL, as_is, counted, html, render
from bookmaking.directives.page_notes import notes, pages_in_order
from bookmaking.directives.register import claims_of
from bookmaking.execute import KeptNotebooks
from bookmaking.record import built_from, said
from bookmaking.record.chapter import Chapter, of_notebook
from bookmaking.tables import provenance
from bookmaking.tables.entries import EXAMPLES, MOST_PLACES, Entry, entries
from bookmaking.warn import warn
from decentwork import data
from decentwork.days import in_words
from decentwork.tables import places
from decentwork.tables.metadata import ALLOWED, FIGURES_CITED, NOT_SETTLED

CHAPTERS, ASKED = "what chapters publish", "parts of the record"
"""What pages note: what they publish, and which parts of the record they show."""
USES = ".uses-of-tables"
"""The file of the site with a digest of what its catalogue says of other pages."""
CATALOGUE, CHANGES, BUILT_FROM = "catalogue tables", "changes", "built-from"
KINDS = {"figure": "Figure", "table": "Table"}
MOST_SOURCES = 5
"""How many sources a cell names; of more it says only the number."""
TABLES = "_downloads/tables"
"""The folder of the site that holds each table and its metadata."""
SHARING = {
    ALLOWED: "You may pass the table on.",
    FIGURES_CITED: "Single figures are quoted.",
    NOT_SETTLED: "Whether the whole table may be passed on is not settled.",
}
WAYS = {
    provenance.REBUILT: "rebuilt by a program from what a publisher put at an address",
    provenance.COMPUTED: "computed by a program from other tables of the book",
    provenance.TYPED: "typed by the authors from the texts that each row names",
}


# ------------------------------------------------------------------ directives and role


class record_part(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """A place that is filled when all pages are known; `part` says with what."""


class Part(SphinxDirective):
    """``{catalogue} series`` and the others: the place of a part of the record."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place, or a warning where there is no such part."""
        part = " ".join([self.name, *self.arguments])
        if part not in PARTS:
            told = f"there is no part {part!r} of the record; write one of {', '.join(PARTS)}."
            warn("record", told, self.get_location())
            return []
        notes(self.env, ASKED).setdefault(self.env.docname, set()).add(part)
        if self.arguments:  # it shows the tables and what they are made from
            for name in fresh.of_files(Path(self.env.srcdir), fresh.TABLES):
                self.env.note_dependency(name)
        return [record_part("", part=part)]


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
    return next((page for page, parts in notes(env, ASKED).items() if CATALOGUE in parts), None)


def _note_chapter(app, doctree: nodes.document) -> None:
    """Note what a notebook publishes and places, when its page has been read."""
    env, path = app.env, Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        known = frozenset(data.names(Path(app.srcdir, "data")))
        written = nbformat.read(path, as_version=4)
        executed = KeptNotebooks.of_build(app).executed(path) or written
        chapters_of(env)[env.docname] = of_notebook(written, executed, known)


# ------------------------------------------------------------------ parts of the record


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

    ``chapters`` are what ``pages`` publish, ``readers`` the chapters that read each table, and
    ``on_pages`` the tables that a page shows without a notebook.
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


@cache
def _entries(app) -> dict[str, Entry]:
    """Return what is known of each table, by its name; two parts of the record ask."""
    return entries(Path(app.srcdir, "data"))


@cache
def _provenances(app) -> dict[str, provenance.Provenance]:
    """Return where each table comes from."""
    return provenance.provenances(Path(app.srcdir))


def _sources(env, entry: Entry) -> str:
    """Return the sources of a table by name and year, or only their number if they are many."""
    if len(entry.sources) > MOST_SOURCES:
        return f"{len(entry.sources)} sources"
    known = env.get_domain("cite").bibdata.data.entries
    named = (", ".join(citations.cited_as(known[key])) if key in known else key
             for key in entry.sources)  # fmt: skip
    return "; ".join(named) or "–"


def _of_pages(app) -> dict[str, Mapping]:
    """Return what the catalogue says of other pages: who uses a table, titles, and numbers."""
    env, own = app.env, page_of_tables(app.env)
    whole = dict.fromkeys(notes(env, state.INDEXES), state_content.tables_of_pages())
    pages = [page for page in pages_in_order(env) if page != own]
    return {
        "uses": uses(chapters_of(env), pages, state.readers_of_tables(app), whole),
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "numbers": {
            name: f"{KINDS[kind]} {'.'.join(map(str, number))}"
            for by_kind in env.toc_fignumbers.values()
            for kind, numbers in by_kind.items()
            if kind in KINDS
            for name, number in numbers.items()
        },
    }


Address = Callable[..., str]
"""A function that returns the address of a place: of a page, and a fragment with its #."""


def _catalogue(app, page: str, address: Address, part: str) -> Markup:
    sources, folder = partial(_sources, app.env), "../" * page.count("/") + TABLES
    entries = _entries(app).values()
    return catalogue(part, entries, address=address, sources=sources, downloads=folder,
                     **_of_pages(app))  # fmt: skip


def catalogue(part: str, entries: Iterable[Entry], **of_pages: object) -> Markup:
    """Return the part "series" or "tables" as HTML.

    ``of_pages`` are the other values of the template: ``uses`` as below, ``titles`` of pages,
    ``numbers`` (what figures and tables are called), ``downloads`` (where the files are, seen from
    the page), and the functions ``address`` of a place and ``sources`` of a table in words.
    """
    return render(
        "catalogue.html",
        part=part,
        entries=entries,
        where=_where,
        sharing=SHARING,
        label=table_label,
        most_examples=EXAMPLES,
        **of_pages,
    )


def _where(entry: Entry) -> str:
    """Return the places of a table in words."""
    if entry.states:
        return counted(entry.states, "participating State")
    if len(entry.places) > MOST_PLACES:
        return f"{len(entry.places)} places, among them {', '.join(entry.places[:3])}"
    return ", ".join(entry.places) or "no column of places; see the description"


def _provenance(app, page: str, address: Address, part: str) -> Markup:
    entry_page = page_of_tables(app.env)

    def table(name: str) -> Markup:
        code, label = html("code", name), table_label(name)
        return html("a", code, href=address(entry_page, f"#{label}")) if entry_page else code

    return render(
        "provenance.html",
        part=part,
        ways=WAYS,
        known=_provenances(app),
        tables=sorted(_entries(app).values(), key=lambda each: (each.theme, each.name)),
        table=table,
        sources=partial(_sources, app.env),
        in_words=in_words,
    )


def _built_from(app, page: str, address: Address, part: str) -> Markup:
    """Return commit and versions, and how much the tests compare."""
    root, found = Path(app.srcdir), chapters_of(app.env).values()
    tables = [data.metadata(name, root / "data") for name in data.names(root / "data")]
    built = sum(each.builder is not None for each in tables)
    numbers = [one for each in found for one in each.published.values() if one.kind == "number"]
    exhibits = [name for each in found for name, one in each.published.items()
                if one.kind != "number" and name in each.placed]  # fmt: skip
    compared = {
        "Notebooks run from nothing": sum(bool(each.cells) for each in found),
        "Numbers in the text that a notebook computes": len(numbers),
        "Figures and tables compared with the values that a reader can download": len(exhibits),
        "Lines of the note with their box where they are argued": len(claims_of(app.env)),
        "Tables made again by their program": built,
        "Tables typed by hand, checked row by row": len(tables) - built,
    }
    return render(
        "built_from.html",
        commit=built_from.in_words(root),
        python=platform.python_version(),
        packages=_packages(root),
        compared=compared,
    )


def _packages(root: Path) -> dict[str, str]:
    """Return the installed versions of what environment.yml names.

    Left out are pip, which makes nothing of the book, Python itself and what only conda has.
    """
    asked = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = [name for each in asked for name in (each["pip"] if isinstance(each, dict) else [each])]
    found = {}
    for name in (re.split(r"[=<>!~ ]", each)[0] for each in plain if each != "pip"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _said(env) -> said.Said:
    """Return what this build says."""
    numbers = {
        page: {name: one.text for name, one in each.published.items() if one.kind == "number"}
        for page, each in sorted(chapters_of(env).items())
    }
    lines = {
        name: {field: getattr(claim, field) for field in said.LINE}
        for name, claim in claims_of(env).items()
    }
    told = {page: found for page, found in numbers.items() if found}
    return said.Said("this build", "Built from the sources.", "", lines, told)


def _changes(app, page: str, address: Address, part: str) -> Markup:
    try:
        kept = said.kept(Path(app.srcdir))
    except said.SaidError as error:
        raise ExtensionError(str(error)) from error

    def line(name: str) -> str:
        claim = claims_of(app.env)[name]
        return html("a", name, href=address(claim.page, f"#{claim.label}"))

    return render(
        "changes.html",
        file="../" * page.count("/") + said.FILE,
        steps=[(after, before, said.changes(before, after))
               for after, before in pairwise([_said(app.env), *kept])],
        summary=said.summary,
        line=line,
        titles={name: title.astext() for name, title in app.env.titles.items()},
        address=address,
    )  # fmt: skip


PARTS: Mapping[str, Callable[[object, str, Address, str], Markup]] = {
    "catalogue series": _catalogue,
    CATALOGUE: _catalogue,
    "provenance summary": _provenance,
    "provenance tables": _provenance,
    BUILT_FROM: _built_from,
    CHANGES: _changes,
}


# ------------------------------------------------------------------ on the page


def _to_write(app, env) -> list[str]:
    """Return the pages that say something else than in the last build.

    Whatever a page says of tables alone changes with these, and then it is read again.
    """
    found = [page for page, parts in notes(env, ASKED).items() if parts & {BUILT_FROM, CHANGES}]
    catalogue, before = page_of_tables(env), Path(app.outdir, USES)
    as_before = before.is_file() and before.read_text("utf-8") == fresh.digest(_of_pages(app))
    return found if as_before or not catalogue else [*found, catalogue]


def _fill(app, doctree: nodes.document, docname: str) -> None:
    def address(page: str, fragment: str = "") -> str:
        return app.builder.get_relative_uri(docname, page) + fragment

    for node in list(doctree.findall(record_part)):
        part = node["part"].rpartition(" ")[2]
        node.replace_self(as_is(PARTS[node["part"]](app, docname, address, part)))


def _finish(app, exception: Exception | None) -> None:
    """Write what the book says and its tables, and note the commit that its page names."""
    _entries.cache_clear()
    _provenances.cache_clear()
    if exception or app.builder.format != "html":
        return
    outdir, asked = Path(app.outdir), set().union(*notes(app.env, ASKED).values())
    if CHANGES in asked:
        site_files.write(outdir / said.FILE, _said(app.env).as_json())
    if CATALOGUE in asked:
        site_files.write(outdir / USES, fresh.digest(_of_pages(app)))
        described = places.metadata_files(Path(app.srcdir, "data")).values()
        files = [each for path in described for each in (path, path.with_suffix(".csv"))]
        into = outdir / TABLES
        site_files.write_all(
            {into / each.name: each.read_bytes() for each in files}, into.glob("*")
        )
    if BUILT_FROM in asked:
        built_from.note(Path(app.srcdir), outdir)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    for name in dict.fromkeys(part.partition(" ")[0] for part in PARTS):
        app.add_directive(name, Part)
    app.add_role("reread", RereadRows())
    app.add_node(record_part)
    app.connect("doctree-read", _note_chapter)
    app.connect("env-get-updated", _to_write, priority=700)  # after numbers are given
    app.connect("doctree-resolved", _fill)
    app.connect("build-finished", _finish)
    return PARALLEL
