"""What the book records of itself: its tables, where they come from, how and from what it is built.

Directives: ``{catalogue} series`` and ``tables``, ``{provenance} summary`` and ``tables``,
``{built-from}`` (commit, versions, and how much `make test` compares) and ``{changes}``; each is
written by the template of its name. They draw on every other page, so they are filled when all
pages are read, and their pages are written in each build. The role ``{reread}`rows` `` says how
many typed rows were compared. The commit is put in last of all (`record.built_from`).
"""

import platform
import re
from collections.abc import Callable, Iterator, Mapping
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
from bookmaking.tables import entries, provenance
from bookmaking.warn import warn
from decentwork import data
from decentwork.days import in_words
from decentwork.tables import places

CHAPTERS, ASKED = "what chapters publish", "parts of the record"
"""What pages note: what they publish and argue, and which parts of the record they show."""
CATALOGUE, CHANGES, BUILT_FROM = "catalogue tables", "changes", "built-from"
KINDS = {"figure": "Figure", "table": "Table"}
PRESENT = "this build"
MOST_SOURCES = 5
"""How many sources a cell names; of more it says only the number."""
WAYS = {
    provenance.REBUILT: "rebuilt by a program from what a publisher put at an address",
    provenance.COMPUTED: "computed by a program from other tables of the book",
    provenance.TYPED: "typed by the authors from the texts that each row names",
}
Address = Callable[[str, str], str]
"""A function that returns the address of a place: of a page, and a fragment with its #."""


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
            known = ", ".join(f"{{{name}}}".replace(" ", "} ", 1).rstrip("}") for name in PARTS)
            warn("record", f"there is no {{{self.name}}} {' '.join(self.arguments)}; write one of "
                 f"{known}.", self.get_location())  # fmt: skip
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


def entries_of(app) -> dict[str, entries.Entry]:
    """Return what is known of each table of data, by its name."""
    return _once(app, "entries", lambda: entries.entries(Path(app.srcdir, "data")))


def pages_in_order(env) -> list[str]:
    """Return all pages in the order of the book."""
    found, waiting = {}, [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in found:
            found[page] = None
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return list(found)


# ------------------------------------------------------------------ what chapters publish


def _note_chapter(app, doctree: nodes.document) -> None:
    """Note what a page publishes and argues, when it has been read."""
    env, path = app.env, Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        known = frozenset(data.names(Path(app.srcdir, "data")))
        written = nbformat.read(path, as_version=4)
        executed = KeptNotebooks.of_build(app).executed(path) or written
        chapters_of(env)[env.docname] = chapters.of_notebook(written, executed, known)
    elif path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
        chapters_of(env)[env.docname] = chapters.of_text([(1, text)])


# ------------------------------------------------------------------ parts of the record


def _once(app, name: str, make: Callable):
    """Return what this build has made already, or make it: several pages and parts need it."""
    made = app.__dict__.setdefault("bookmaking_record", {})
    if name not in made:
        made[name] = make()
    return made[name]


def _catalogue(app, page: str, address: Address, part: str) -> Markup:
    env = app.env
    uses = _once(
        app,
        "uses",
        lambda: catalogue.uses(
            chapters_of(env),
            [name for name in pages_in_order(env) if name != page],
            state.readers_of_tables(app),
            dict.fromkeys(notes(env, state.INDEXES), state_content.tables_of_pages()),
        ),
    )
    return catalogue.written(
        part,
        entries_of(app),
        uses=uses,
        titles={name: env.titles[name].astext() for name in env.titles},
        numbers=_numbers(env),
        address=address,
        sources=lambda entry: listed_sources(env, entry.sources),
        downloads="../" * page.count("/") + catalogue.FOLDER,
    )


def _numbers(env) -> dict[str, str]:
    """Return what each figure and table is called on its page, for example "Figure 3.2"."""
    return {
        name: f"{KINDS[kind]} {'.'.join(map(str, number))}"
        for by_kind in env.toc_fignumbers.values()
        for kind, numbers in by_kind.items()
        if kind in KINDS
        for name, number in numbers.items()
    }


def listed_sources(env, keys: list[str]) -> str:
    """Return sources by name and year, or only their number if they are many; "–" for none."""
    if len(keys) > MOST_SOURCES:
        return f"{len(keys)} sources"
    try:
        known = env.get_domain("cite").bibdata.data.entries
    except ExtensionError:  # a book without sources
        known = {}
    named = [", ".join(citations.cited_as(known[key])) if key in known else key for key in keys]
    return "; ".join(named) or "–"


def _provenance(app, page: str, address: Address, part: str) -> Markup:
    known = _once(app, "provenance", lambda: provenance.provenances(Path(app.srcdir)))
    tables = sorted(entries_of(app).values(), key=lambda each: (each.theme, each.name))
    entry_page = page_of_tables(app.env)

    def table(name: str) -> Markup:
        code, label = html("code", name), catalogue.table_label(name)
        return html("a", code, href=address(entry_page, f"#{label}")) if entry_page else code

    return render(
        "provenance.html",
        part=part,
        ways=WAYS,
        known=known,
        tables=tables,
        table=table,
        sources=lambda entry: listed_sources(app.env, entry.sources),
        in_words=in_words,
    )


def _built_from(app, page: str, address: Address, part: str) -> Markup:
    """Return commit and versions, and how much the tests compare."""
    published = [(name, one, chapter) for chapter in chapters_of(app.env).values()
                 for name, one in chapter.published.items()]  # fmt: skip
    tables = entries_of(app).values()
    compared = {
        "Notebooks run from nothing": sum(
            bool(each.cells) for each in chapters_of(app.env).values()
        ),
        "Numbers in the text that a notebook computes": sum(
            one.kind == "number" for _, one, _ in published
        ),
        "Figures and tables compared with the values that a reader can download": sum(
            one.kind != "number" and name in chapter.placed for name, one, chapter in published
        ),
        "Lines of the note with their verdict where it is argued": len(claims_of(app.env)),
        "Tables made again by their program": sum(each.built for each in tables),
        "Tables typed by hand, checked row by row": sum(not each.built for each in tables),
    }
    return render(
        "built_from.html",
        mark=built_from.MARK,
        python=platform.python_version(),
        packages=_packages(Path(app.srcdir)),
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


# ------------------------------------------------------------------ what the book says


def _said(app) -> said.Said:
    """Return what this build says."""
    numbers = {
        page: {name: one.text for name, one in each.published.items() if one.kind == "number"}
        for page, each in sorted(chapters_of(app.env).items())
    }
    return said.Said(
        name=PRESENT,
        made="Built from the sources.",
        date="",
        lines={name: said.line_of(claim) for name, claim in claims_of(app.env).items()},
        numbers={page: found for page, found in numbers.items() if found},
    )


def _changes(app, page: str, address: Address, part: str) -> Markup:
    env, claims = app.env, claims_of(app.env)
    try:
        kept = said.kept(Path(app.srcdir))
    except said.SaidError as error:
        raise ExtensionError(str(error)) from error

    def line(name: str) -> str:
        claim = claims.get(name)
        examined = claim is not None and claim.is_examined
        place = address(claim.page, f"#{claim.label}") if examined else ""
        return html("a", name, href=place) if examined else name

    def steps() -> Iterator[tuple[said.Said, said.Said, said.Changes]]:
        for after, before in pairwise([_said(app), *kept]):
            yield after, before, said.changes(before, after)

    return render(
        "changes.html",
        file="../" * page.count("/") + said.FILE,
        steps=list(steps()),
        summary=said.summary,
        line=line,
        titles={name: env.titles[name].astext() for name in env.titles},
        address=address,
    )


PARTS: Mapping[str, Callable[..., Markup]] = {
    "catalogue series": _catalogue,
    CATALOGUE: _catalogue,
    "provenance summary": _provenance,
    "provenance tables": _provenance,
    BUILT_FROM: _built_from,
    CHANGES: _changes,
}


# ------------------------------------------------------------------ on the page


def _to_write(app, env) -> list[str]:
    app.__dict__.pop("bookmaking_record", None)
    return [page for page in notes(env, ASKED) if page in env.found_docs]


def _fill(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(record_part)):
        name, _, part = node["part"].partition(" ")

        def address(page: str, fragment: str = "") -> str:
            return app.builder.get_relative_uri(docname, page) + fragment

        made = PARTS[node["part"]](app, docname, address, part or name)
        node.replace_self(nodes.raw("", str(made), format="html"))


def _add_style(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    asked = notes(app.env, ASKED).get(pagename)
    if asked:
        app.add_css_file("cards.css")
        app.add_css_file("verdicts.css")
        app.add_css_file("register.css")
    if asked and CATALOGUE in asked:
        app.add_css_file("catalogue.css")
        app.add_js_file("filter.js", loading_method="defer")


def _finish(app, exception: Exception | None) -> None:
    """Write what the book says, and put the commit into the pages that name it."""
    if exception or app.builder.format != "html":
        return
    asked, outdir = notes(app.env, ASKED), Path(app.outdir)
    if any(CHANGES in parts for parts in asked.values()):
        site_files.write(outdir / said.FILE, _said(app).as_json())
    if page_of_tables(app.env):
        _write_tables(Path(app.srcdir, "data"), outdir / catalogue.FOLDER)
    named = sorted(page for page, parts in asked.items() if BUILT_FROM in parts)
    built_from.stamp(Path(app.srcdir), outdir, named)


def _write_tables(folder: Path, into: Path) -> None:
    """Put each table and its metadata into the site, and delete those of tables that are gone."""
    described = places.metadata_files(folder).values()
    files = [each for path in described for each in (path, path.with_suffix(".csv"))]
    site_files.write_all({into / each.name: each.read_bytes() for each in files}, into.glob("*"))


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
