"""The pages that say what the book was made from, which tables it has, and what changed in it.

Directives: ``{check} lines`` and other parts (see `check_content.PARTS`), ``{catalogue} series``
and ``tables`` (see `catalogue_content.PARTS`), ``{provenance} summary`` and ``tables`` (see
`provenance_content.PARTS`), ``{changes}``. All draw on every other page, so they are filled when
all pages have been read, and such a page is written again when what it says has changed. The commit
is put in last of all (`record.built_from`).
"""

import platform
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import reread, site_files
from bookmaking.checks import planting
from bookmaking.directives import (
    catalogue_content,
    changes_content,
    check_content,
    citations,
    provenance_content,
    state_content,
)
from bookmaking.directives.catalogue_content import Catalogue
from bookmaking.directives.check_content import Record
from bookmaking.directives.domain_of_pages import DomainOfPages
from bookmaking.directives.elements import as_html
from bookmaking.directives.register import RegisterDomain
from bookmaking.directives.state import StatesDomain
from bookmaking.fresh import fingerprint
from bookmaking.fresh.kept import KeptNotebooks
from bookmaking.fresh.unless_kept import unless_kept
from bookmaking.record import built_from, planted, said, tests_of
from bookmaking.record import chapter as chapters
from bookmaking.record.chapter import Chapter
from bookmaking.tables import entries, provenance
from bookmaking.warn import warn
from decentwork import data
from decentwork.tables import places

CHANGES = "changes"
CATALOGUE = "catalogue"
PROVENANCE = "provenance"
KINDS = {"figure": "Figure", "table": "Table"}


class RecordDomain(DomainOfPages):
    """What each page publishes and argues, and what the pages of this record showed last."""

    name = "record"
    label = "Record of the build"
    initial_data = {"chapters": {}, "asked": {}, "shown": {}}
    by_page = ("chapters", "asked", "shown")

    def __init__(self, env) -> None:
        super().__init__(env)
        self.made: dict[str, dict[str, str]] = {}

    @property
    def chapters(self) -> dict[str, Chapter]:
        """What each page publishes and argues."""
        return self.data["chapters"]

    @property
    def asked(self) -> dict[str, set[str]]:
        """The parts that each page of the record shows: ``{page: {"lines", "changes", …}}``."""
        return self.data["asked"]

    @property
    def shown(self) -> dict[str, str]:
        """A digest of what each page of the record showed when it was last written."""
        return self.data["shown"]


class record_part(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """A place that is filled when all pages are known; `part` says with what."""


class Check(SphinxDirective):
    """``{check} lines``: a part of what the book was made from."""

    required_arguments = 1
    parts_of = check_content
    prefix = ""

    def run(self) -> list[nodes.Node]:
        """Return the place, or a warning where there is no such part."""
        part = self.arguments[0]
        if part not in self.parts_of.PARTS:
            warn("record", self.parts_of.unknown_part(part), self.get_location())
            return []
        return _place(self, f"{self.prefix}{part}")


class CatalogueOfTables(Check):
    """``{catalogue} series``: a part of the catalogue of tables."""

    parts_of = catalogue_content
    prefix = f"{CATALOGUE} "


class WhereTablesComeFrom(Check):
    """``{provenance} tables``: where each table comes from, or how many are made in which way."""

    parts_of = provenance_content
    prefix = f"{PROVENANCE} "


class RereadRows(SphinxRole):
    """``{reread}`rows` ``: how many rows typed by hand a second reader compared, of how many."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the two numbers as text."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / reread.FILE))
        compared, typed = reread.counts(root)
        return [nodes.Text(f"{compared:,} of {typed:,}")], []


class ChangesSince(SphinxDirective):
    """``{changes}``: what changed since the last release that is kept, and before."""

    def run(self) -> list[nodes.Node]:
        """Return the place."""
        return _place(self, CHANGES)


def _place(directive: SphinxDirective, part: str) -> list[nodes.Node]:
    domain = directive.env.get_domain(RecordDomain.name)
    domain.asked.setdefault(directive.env.docname, set()).add(part)
    return [record_part("", part=part)]


# ------------------------------------------------------------------ what pages publish


def _note_chapter(app, doctree: nodes.document) -> None:
    """Note what a page publishes and argues, when it has been read."""
    path = Path(app.env.doc2path(app.env.docname))
    noted = app.env.get_domain(RecordDomain.name).chapters
    if path.suffix == ".ipynb":
        notebook = nbformat.read(path, as_version=4)
        executed = KeptNotebooks.of_build(app).executed(path) or notebook
        noted[app.env.docname] = chapters.of_notebook(notebook, executed, _known(app))
    elif path.suffix == ".md":
        noted[app.env.docname] = chapters.of_text([(1, path.read_text(encoding="utf-8"))])


def _known(app) -> frozenset[str]:
    folder = Path(app.srcdir, "data")
    return frozenset(data.names(folder)) if folder.is_dir() else frozenset()


# ------------------------------------------------------------------ what the record says


def _fill(app, env) -> list[str]:
    """Make what the pages of the record say; return those that say something else than before."""
    domain = env.get_domain(RecordDomain.name)
    # One record for all these pages, because it takes seconds; a book may ask for none.
    whole = cache(lambda: _record(app))
    domain.made = {page: _made(app, page, parts, whole) for page, parts in domain.asked.items()}
    digests = {page: fingerprint.digest(texts) for page, texts in domain.made.items()}
    changed = [page for page, digest in digests.items() if domain.shown.get(page) != digest]
    domain.data["shown"] = digests
    return changed


def _made(app, page: str, parts: set[str], whole: Callable[[], Record]) -> dict[str, str]:
    """Return the HTML of each part that a page shows."""
    made = {}
    checked = parts & check_content.PARTS.keys()
    if checked:
        record = _seen_from(app, page, whole())
        for part in sorted(checked):
            made[part] = "\n".join(map(as_html, check_content.PARTS[part](record)))
    listed = [part for part in catalogue_content.PARTS if f"{CATALOGUE} {part}" in parts]
    if listed:
        catalogue = _catalogue(app, page, _seen_from(app, page, whole()))
        for part in listed:
            written = map(as_html, catalogue_content.PARTS[part](catalogue))
            made[f"{CATALOGUE} {part}"] = "\n".join(written)
    asked = [part for part in provenance_content.PARTS if f"{PROVENANCE} {part}" in parts]
    if asked:
        record = _seen_from(app, page, whole())
        record = replace(record, provenance=_provenance(app.env, Path(app.srcdir)))
        for part in asked:
            written = map(as_html, provenance_content.PARTS[part](record))
            made[f"{PROVENANCE} {part}"] = "\n".join(written)
    if CHANGES in parts:
        made[CHANGES] = "\n".join(map(as_html, _changes(app, page)))
    return made


def _seen_from(app, page: str, whole: Record) -> Record:
    """Return the record as a page draws on it: without the page itself, with links from there."""
    return replace(
        whole,
        titles={name: title for name, title in whole.titles.items() if name != page},
        address=lambda target, fragment: app.builder.get_relative_uri(page, target) + fragment,
    )


def _record(app) -> Record:
    """Return the record as the first page of the book would draw on it."""
    env, root = app.env, Path(app.srcdir)
    tests, gates = _tests(env, root, _known(app))
    order = pages_in_order(env)
    paths = {name: Path(env.doc2path(name)) for name in order}
    runs = KeptNotebooks.of_build(app).runs(
        [path for path in paths.values() if path.suffix == ".ipynb"]
    )
    return Record(
        claims=list(env.get_domain(RegisterDomain.name).claims.values()),
        chapters=env.get_domain(RecordDomain.name).chapters,
        titles={name: env.titles[name].astext() for name in order},
        runs={name: runs[path] for name, path in paths.items() if path in runs},
        tables=entries_of(app),
        tests=tests,
        gates=gates,
        python=platform.python_version(),
        packages=_packages(env, root),
        numbers=_numbers(env),
        cited=_cited(env),
        address=lambda target, fragment: app.builder.get_target_uri(target) + fragment,
        catalogue=page_of_tables(env),
        planted=_planted(env, root),
    )


def _catalogue(app, page: str, record: Record) -> Catalogue:
    env = app.env
    of_states = env.get_domain(StatesDomain.name)
    on_pages = dict.fromkeys(state_content.tables_of_pages(), tuple(of_states.indexes))
    return Catalogue(
        entries=record.tables,
        record=record,
        on_pages=on_pages,
        check=_page_with(env, "tables"),
        downloads="../" * page.count("/") + catalogue_content.FOLDER,
    )


def _page_with(env, part: str) -> str | None:
    """Return the page that shows a part of the record."""
    asked = env.get_domain(RecordDomain.name).asked
    return next((page for page, parts in sorted(asked.items()) if part in parts), None)


def page_of_tables(env) -> str | None:
    """Return the page that has an entry for each table."""
    return _page_with(env, f"{CATALOGUE} tables")


def entries_of(app) -> dict[str, entries.Entry]:
    """Return what is known of each table of data, by its name."""
    root = Path(app.srcdir)
    made_from = fingerprint.of_files(root, fingerprint.TABLES)
    return unless_kept(app.env, "entries", made_from, lambda: entries.entries(root / "data"))


def _provenance(env, root: Path) -> dict[str, provenance.Provenance]:
    """Return where each table comes from, by its name."""
    made_from = fingerprint.of_files(root, (*fingerprint.TABLES, str(reread.FILE)))
    return unless_kept(env, "provenance", made_from, lambda: provenance.provenances(root))


def pages_in_order(env) -> list[str]:
    """Return all pages in the order of the book."""
    found, waiting = {}, [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in found:
            found[page] = None
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return list(found)


def _tests(env, root: Path, known: frozenset[str]) -> tuple[dict, list]:
    """Return the tests behind each table, and all files of tests."""
    made_from = [fingerprint.of_files(root, fingerprint.CHECKS), sorted(known)]
    return unless_kept(env, "tests", made_from, lambda: tests_of.read(root, known))


def _planted(env, root: Path) -> list[planting.Gate]:
    """Return the gates and builders with the faults that are planted for them."""
    made_from = fingerprint.of_files(root, fingerprint.TABLES)
    return unless_kept(env, "planted", made_from, lambda: planted.all_gates(root))


def _packages(env, root: Path) -> dict[str, str]:
    """Return the versions of the packages that environment.yml asks for, without pip."""
    made_from = fingerprint.of_files(root, ("environment.yml",))
    return unless_kept(env, "packages", made_from, lambda: _versions(root))


def _versions(root: Path) -> dict[str, str]:
    """Return the installed versions of what environment.yml names.

    pip installs them and makes nothing of the book. It comes with Python, in another version each.
    """
    asked = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    plain = [each if isinstance(each, list) else [each] for each in _values(asked["dependencies"])]
    names = [re.split(r"[=<>!~ ]", each)[0] for group in plain for each in group]
    found = {}
    for name in names:
        if name == "pip":
            continue
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # Python itself, and what only conda has
            continue
    return found


def _values(dependencies: list) -> list:
    """Return the names that conda gets, and the list that pip gets."""
    return [each["pip"] if isinstance(each, dict) else each for each in dependencies]


def _numbers(env) -> dict[str, str]:
    """Return what each figure and table is called on its page, for example "Figure 3.2"."""
    return {
        name: f"{KINDS[kind]} {'.'.join(map(str, number))}"
        for by_kind in env.toc_fignumbers.values()
        for kind, numbers in by_kind.items()
        if kind in KINDS
        for name, number in numbers.items()
    }


def _cited(env):
    """Return a function that gives name and year of a source, as a citation shows them."""
    try:
        entries = env.get_domain("cite").bibdata.data.entries
    except ExtensionError:  # a book without sources
        entries = {}
    # When the bibliography changes, `freshness` gives up what Sphinx keeps, and this with it.
    known = unless_kept(env, "cited as", None, dict)

    def name_and_year(key: str) -> str:
        if key not in known:
            known[key] = ", ".join(citations.cited_as(entries[key])) if key in entries else key
        return known[key]

    return name_and_year


# ------------------------------------------------------------------ what the book says


def _said(app) -> said.Said:
    """Return what this build says."""
    env = app.env
    numbers = {
        page: {name: one.text for name, one in each.published.items() if one.kind == "number"}
        for page, each in sorted(env.get_domain(RecordDomain.name).chapters.items())
    }
    lines = env.get_domain(RegisterDomain.name).claims
    return said.Said(
        name=changes_content.PRESENT,
        made="Built from the sources.",
        date="",
        lines={name: said.line_of(claim) for name, claim in lines.items()},
        numbers={page: found for page, found in numbers.items() if found},
    )


def _changes(app, page: str) -> list:
    env, register = app.env, app.env.get_domain(RegisterDomain.name)

    def address(target: str, fragment: str = "") -> str:
        return app.builder.get_relative_uri(page, target) + fragment

    def line(name: str) -> tuple[str, str]:
        claim = register.claims.get(name)
        examined = claim is not None and claim.is_examined
        return (address(claim.page, f"#{claim.label}") if examined else "", name)

    def chapter(name: str) -> tuple[str, str]:
        known = name in env.titles
        return (address(name), env.titles[name].astext()) if known else ("", name)

    file = "../" * page.count("/") + said.FILE
    try:
        kept = said.kept(Path(app.srcdir))
    except said.SaidError as error:
        raise ExtensionError(str(error)) from error
    return changes_content.page(_said(app), kept, line, chapter, file)


# ------------------------------------------------------------------ on the page


def _resolve(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(record_part)):
        made = app.env.get_domain(RecordDomain.name).made[docname]
        node.replace_self(nodes.raw("", made[node["part"]], format="html"))


def _add_style(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    asked = app.env.get_domain(RecordDomain.name).asked.get(pagename)
    if asked:
        app.add_css_file("cards.css")
        app.add_css_file("verdicts.css")
        app.add_css_file("register.css")
    if asked and f"{CATALOGUE} tables" in asked:
        app.add_css_file("catalogue.css")
        app.add_js_file("filter.js", loading_method="defer")


def _finish(app, exception: Exception | None) -> None:
    """Write what the book says, and put the commit into the pages that name it."""
    if exception or app.builder.format != "html":
        return
    asked, outdir = app.env.get_domain(RecordDomain.name).asked, Path(app.outdir)
    if any(CHANGES in parts for parts in asked.values()):
        site_files.write(outdir / said.FILE, _said(app).as_json())
    if page_of_tables(app.env):
        _write_tables(Path(app.srcdir, "data"), outdir / catalogue_content.FOLDER)
    named = sorted(page for page, parts in asked.items() if "build" in parts)
    built_from.stamp(Path(app.srcdir), outdir, named)


def _write_tables(folder: Path, into: Path) -> None:
    """Put each table and its sidecar into the site, and delete those of tables that are no more."""
    sidecars = places.sidecars(folder).values()
    files = [each for path in sidecars for each in (path, path.with_suffix(".csv"))]
    site_files.write_all({into / each.name: each.read_bytes() for each in files}, into.glob("*"))


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(RecordDomain)
    app.add_directive("check", Check)
    app.add_directive("catalogue", CatalogueOfTables)
    app.add_directive("provenance", WhereTablesComeFrom)
    app.add_role("reread", RereadRows())
    app.add_directive("changes", ChangesSince)
    app.add_node(record_part)
    app.connect("doctree-read", _note_chapter)
    app.connect("env-get-updated", _fill, priority=800)  # after figures have their numbers
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _add_style)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
