"""What the book records of itself: its tables, where they come from, how and from what it is built.

Directives: ``{catalogue} series`` and ``tables``, ``{provenance} summary`` and ``tables``,
``{built-from}`` (commit, versions, and how much `make test` compares) and ``{changes}``; each is
written by the template of its name. They draw on every other page, so they are filled when all
pages are read, and their pages are written in each build. The role ``{reread}`rows` `` says how
many typed rows were compared. The commit is put in last of all (`record.built_from`).
"""

import platform
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from markupsafe import Markup
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import reread, site_files
from bookmaking.directives import catalogue, citations, state, state_content
from bookmaking.directives.elements import html, render
from bookmaking.directives.page_notes import notes
from bookmaking.directives.register import claims_of
from bookmaking.execute import KeptNotebooks
from bookmaking.record import built_from, said
from bookmaking.record import chapter as chapters
from bookmaking.record.chapter import Chapter
from bookmaking.tables import provenance
from bookmaking.tables.entries import Entry, entries
from bookmaking.warn import warn
from decentwork import data
from decentwork.days import in_words
from decentwork.tables import places

CHAPTERS, ASKED = "what chapters publish", "parts of the record"
"""What pages note: what they publish and argue, and which parts of the record they show."""
CATALOGUE, CHANGES, BUILT_FROM = "catalogue tables", "changes", "built-from"
KINDS = {"figure": "Figure", "table": "Table"}
MOST_SOURCES = 5
"""How many sources a cell names; of more it says only the number."""
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
        return [record_part("", part=part)]


class RereadRows(SphinxRole):
    """``{reread}`rows` ``: how many rows typed by hand a second reader compared, of how many."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the two numbers as text."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / reread.FILE))
        compared, typed = reread.counts(root)
        return [nodes.Text(f"{compared:,} of {typed:,}")], []


# ------------------------------------------------------------------ what others ask


def chapters_of(env) -> dict[str, Chapter]:
    """Return what each page publishes and argues."""
    return notes(env, CHAPTERS)


def page_of_tables(env) -> str | None:
    """Return the page that has an entry for each table."""
    return next((page for page, parts in notes(env, ASKED).items() if CATALOGUE in parts), None)


def pages_in_order(env) -> list[str]:
    """Return all pages in the order of the book."""
    found, waiting = {}, [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in found:
            found[page] = None
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return list(found)


def _note_chapter(app, doctree: nodes.document) -> None:
    """Note what a page publishes and argues, when it has been read."""
    env, path = app.env, Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        known = frozenset(data.names(Path(app.srcdir, "data")))
        written = nbformat.read(path, as_version=4)
        executed = KeptNotebooks.of_build(app).executed(path) or written
        chapters_of(env)[env.docname] = chapters.of_notebook(written, executed, known)
    elif path.suffix == ".md":
        chapters_of(env)[env.docname] = chapters.of_text([path.read_text(encoding="utf-8")])


# ------------------------------------------------------------------ parts of the record


class Record:
    """What the parts of the record are made of; a build finds each once."""

    def __init__(self, app) -> None:
        self.app, self.env, self.root = app, app.env, Path(app.srcdir)

    @classmethod
    def of(cls, app) -> "Record":
        """Return that of a build."""
        if not hasattr(app, "bookmaking_record"):
            app.bookmaking_record = cls(app)
        return app.bookmaking_record

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """What is known of each table of data, by its name."""
        return entries(self.root / "data")

    @cached_property
    def provenances(self) -> dict[str, provenance.Provenance]:
        """Where each table comes from."""
        return provenance.provenances(self.root)

    @cached_property
    def uses(self) -> dict[str, list[catalogue.Use]]:
        """The pages that use each table; the page of the catalogue is none of them."""
        whole = dict.fromkeys(notes(self.env, state.INDEXES), state_content.tables_of_pages())
        pages = [page for page in pages_in_order(self.env) if page != page_of_tables(self.env)]
        readers = state.readers_of_tables(self.app)
        return catalogue.uses(chapters_of(self.env), pages, readers, whole)

    @property
    def titles(self) -> dict[str, str]:
        """The titles of all pages."""
        return {name: title.astext() for name, title in self.env.titles.items()}

    def sources(self, entry: Entry) -> str:
        """Return sources by name and year, or only their number if they are many."""
        if len(entry.sources) > MOST_SOURCES:
            return f"{len(entry.sources)} sources"
        known = self.env.get_domain("cite").bibdata.data.entries
        named = (", ".join(citations.cited_as(known[key])) if key in known else key
                 for key in entry.sources)  # fmt: skip
        return "; ".join(named) or "–"

    def said(self) -> said.Said:
        """Return what this build says."""
        numbers = {
            page: {name: one.text for name, one in each.published.items() if one.kind == "number"}
            for page, each in sorted(chapters_of(self.env).items())
        }
        lines = {
            name: {field: getattr(claim, field) or "" for field in said.LINE}
            for name, claim in claims_of(self.env).items()
        }
        told = {page: found for page, found in numbers.items() if found}
        return said.Said("this build", "Built from the sources.", "", lines, told)


Address = Callable[..., str]
"""A function that returns the address of a place: of a page, and a fragment with its #."""


def _catalogue(record: Record, page: str, address: Address, part: str) -> Markup:
    return catalogue.written(
        part,
        record.entries,
        uses=record.uses,
        titles=record.titles,
        numbers={
            name: f"{KINDS[kind]} {'.'.join(map(str, number))}"
            for by_kind in record.env.toc_fignumbers.values()
            for kind, numbers in by_kind.items()
            if kind in KINDS
            for name, number in numbers.items()
        },
        address=address,
        sources=record.sources,
        downloads="../" * page.count("/") + catalogue.FOLDER,
    )


def _provenance(record: Record, page: str, address: Address, part: str) -> Markup:
    entry_page = page_of_tables(record.env)

    def table(name: str) -> Markup:
        code, label = html("code", name), catalogue.table_label(name)
        return html("a", code, href=address(entry_page, f"#{label}")) if entry_page else code

    return render(
        "provenance.html",
        part=part,
        ways=WAYS,
        known=record.provenances,
        tables=sorted(record.entries.values(), key=lambda each: (each.theme, each.name)),
        table=table,
        sources=record.sources,
        in_words=in_words,
    )


def _built_from(record: Record, page: str, address: Address, part: str) -> Markup:
    """Return commit and versions, and how much the tests compare."""
    found = chapters_of(record.env).values()
    built = [each.built for each in record.entries.values()]
    numbers = [one for each in found for one in each.published.values() if one.kind == "number"]
    exhibits = [name for each in found for name, one in each.published.items()
                if one.kind != "number" and name in each.placed]  # fmt: skip
    compared = {
        "Notebooks run from nothing": sum(bool(each.cells) for each in found),
        "Numbers in the text that a notebook computes": len(numbers),
        "Figures and tables compared with the values that a reader can download": len(exhibits),
        "Lines of the note with their verdict where it is argued": len(claims_of(record.env)),
        "Tables made again by their program": sum(built),
        "Tables typed by hand, checked row by row": len(built) - sum(built),
    }
    return render(
        "built_from.html",
        mark=built_from.MARK,
        python=platform.python_version(),
        packages=_packages(record.root),
        compared=compared,
    )


def _packages(root: Path) -> dict[str, str]:
    """Return the installed versions of what environment.yml names.

    Left out are pip, which makes nothing of the book, Python itself and what only conda has.
    """
    asked = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = [name for each in asked for name in (each["pip"] if isinstance(each, dict) else [each])]
    found = {}
    for name in (re.split(r"[=<>!~ ]", each)[0] for each in plain):
        try:
            found |= {name: version(name)} if name != "pip" else {}
        except PackageNotFoundError:
            continue
    return found


def _changes(record: Record, page: str, address: Address, part: str) -> Markup:
    try:
        kept = said.kept(record.root)
    except said.SaidError as error:
        raise ExtensionError(str(error)) from error

    def line(name: str) -> str:
        claim = claims_of(record.env).get(name)
        examined = claim is not None and claim.is_examined
        return html("a", name, href=address(claim.page, f"#{claim.label}")) if examined else name

    return render(
        "changes.html",
        file="../" * page.count("/") + said.FILE,
        steps=[(after, before, said.changes(before, after))
               for after, before in pairwise([record.said(), *kept])],
        summary=said.summary,
        line=line,
        titles=record.titles,
        address=address,
    )  # fmt: skip


PARTS: Mapping[str, Callable[[Record, str, Address, str], Markup]] = {
    "catalogue series": _catalogue,
    CATALOGUE: _catalogue,
    "provenance summary": _provenance,
    "provenance tables": _provenance,
    BUILT_FROM: _built_from,
    CHANGES: _changes,
}


# ------------------------------------------------------------------ on the page


def _to_write(app, env) -> list[str]:
    app.bookmaking_record = Record(app)
    return [page for page in notes(env, ASKED) if page in env.found_docs]


def _fill(app, doctree: nodes.document, docname: str) -> None:
    def address(page: str, fragment: str = "") -> str:
        return app.builder.get_relative_uri(docname, page) + fragment

    for node in list(doctree.findall(record_part)):
        part = node["part"].rpartition(" ")[2]
        made = PARTS[node["part"]](Record.of(app), docname, address, part)
        node.replace_self(nodes.raw("", str(made), format="html"))


def _add_style(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    asked = notes(app.env, ASKED).get(pagename, ())
    for style in ("cards", "verdicts", "register") if asked else ():
        app.add_css_file(f"{style}.css")
    if CATALOGUE in asked:
        app.add_css_file("catalogue.css")
        app.add_js_file("filter.js", loading_method="defer")


def _finish(app, exception: Exception | None) -> None:
    """Write what the book says and its tables, and put the commit into the pages that name it."""
    if exception or app.builder.format != "html":
        return
    asked, outdir = notes(app.env, ASKED), Path(app.outdir)
    if any(CHANGES in parts for parts in asked.values()):
        site_files.write(outdir / said.FILE, Record.of(app).said().as_json())
    if page_of_tables(app.env):
        described = places.metadata_files(Path(app.srcdir, "data")).values()
        files = [each for path in described for each in (path, path.with_suffix(".csv"))]
        into = outdir / catalogue.FOLDER
        site_files.write_all(
            {into / each.name: each.read_bytes() for each in files}, into.glob("*")
        )
    named = sorted(page for page, parts in asked.items() if BUILT_FROM in parts)
    built_from.stamp(Path(app.srcdir), outdir, named)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    for name in dict.fromkeys(part.partition(" ")[0] for part in PARTS):
        app.add_directive(name, Part)
    app.add_role("reread", RereadRows())
    app.add_node(record_part)
    app.connect("doctree-read", _note_chapter)
    app.connect("env-get-updated", _to_write)
    app.connect("doctree-resolved", _fill)
    app.connect("html-page-context", _add_style)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
