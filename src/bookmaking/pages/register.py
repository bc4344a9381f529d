"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the table of all lines, ``{verdicts}`` counts verdicts by part. The role
``{line}`S2-05``` links to a row of the register. The table itself is read and checked by
:mod:`decentwork.claims`; here it is held against the pages.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.domains import Domain
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking.pages.html_elements import html, html_row, html_table
from decentwork import citations, claims, data
from decentwork.claims import FINDINGS, IDS, PARTS, UNEXAMINED, VERDICTS, Claim
from decentwork.data import DataError

LOGGER = logging.getLogger(__name__)
NBSP = "\N{NO-BREAK SPACE}"
TABLE = "data/register/claims.csv"
COLUMNS = ("Id", "The note says", "Kind", "Verdict and strength", "Answer", "Where")
COUNTED = ("Part of the note", "Lines", "Examined", "Verdicts")


def _warn(sentence: str, location: object) -> None:
    LOGGER.warning(
        "register: %s", sentence, location=location, type="decentwork", subtype="register"
    )


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}".replace(" ", NBSP)


# --------------------------------------------------------------------------- what the pages hold


class RegisterDomain(Domain):
    """The register's rows, and which page holds which box, table or count."""

    name = "register"
    label = "Claim register"
    initial_data = {"boxes": {}, "pages": {}}

    @property
    def boxes(self) -> dict[str, dict[str, int]]:
        """Claims with a box, with the line of the source: ``{page: {id: line}}``."""
        return self.data["boxes"]

    @property
    def pages(self) -> dict[str, set[str]]:
        """Directives used: ``{page: {"claim", "register", "verdicts"}}``."""
        return self.data["pages"]

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The rows by id. ExtensionError when the table breaks a rule."""
        try:
            return {claim.id: claim for claim in claims.load(self.folder)}
        except DataError as error:
            raise ExtensionError(str(error)) from error

    @property
    def folder(self) -> Path:
        """The book's folder of tables."""
        return Path(self.env.srcdir) / "data"

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is about to be read again."""
        self.boxes.pop(docname, None)
        self.pages.pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict) -> None:
        """Take over pages that another process has read."""
        for kept, other in ((self.boxes, otherdata["boxes"]), (self.pages, otherdata["pages"])):
            kept.update({page: other[page] for page in docnames if page in other})

    def check_consistency(self) -> None:
        """Hold the rows against the pages: each verdict has its box, each box its verdict."""
        for row, claim in enumerate(self.claims.values(), start=2):
            line = self.boxes.get(claim.page, {}).get(claim.id)
            stands = claim.page in self.env.all_docs
            if fault := _mismatch(claim, stands=stands, has_box=line is not None):
                _warn(fault, (claim.page, line) if line else f"{TABLE}:{row}")

    def resolve_any_xref(self, *_: object) -> list:
        """No reference resolves here: boxes and rows are labels of the standard domain."""
        return []


def _mismatch(claim: Claim, *, stands: bool, has_box: bool) -> str | None:
    """What is wrong between a row and its chapter, and how to mend it."""
    if claim.is_examined and not stands:
        return (
            f"{claim.id} has a verdict, but its chapter {claim.page} is not in the book; "
            f"add the page to _toc.yml, or set the verdict back to {UNEXAMINED!r}."
        )
    if claim.is_examined and not has_box:
        return (
            f"{claim.id} has a verdict, but {claim.page} has no box for it; "
            f"put ```{{claim}} {claim.id}``` where the line is argued."
        )
    if has_box and not claim.is_examined:
        return f"{claim.id} has a box here, but no verdict; fill in its row in {TABLE}."
    if stands and not claim.is_examined and claim.page.startswith("notebooks/"):
        return (
            f"{claim.id} is {UNEXAMINED!r}, but its chapter {claim.page} is in the book; "
            "argue the line there, put its box, and fill in this row."
        )
    return None


# --------------------------------------------------------------------------- pieces of the pages


class chapter_link(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801
    """A link to a chapter by its title, or its name where the book does not have it yet."""


def _resolve_chapters(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(chapter_link)):
        page = node["page"]
        if page not in app.env.all_docs:
            name = page.rpartition("/")[2].replace("_", " ").capitalize()
            node.replace_self(nodes.inline("", f"planned: {name}", classes=["register-planned"]))
            continue
        address = app.builder.get_relative_uri(docname, page) + node["fragment"]
        title = app.env.titles[page].astext()
        node.replace_self(nodes.reference("", title, refuri=address, internal=True))


def _row_link(claim_id: str, docname: str) -> pending_xref:
    return _reference(f"line-{claim_id.lower()}", claim_id, docname)


def _reference(label: str, text: str, docname: str) -> pending_xref:
    return pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="ref",
        reftarget=label,
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )


def _verdict(claim: Claim) -> nodes.Element:
    shape = claim.verdict.replace(" ", "-")
    return html("span", claim.verdict, classes=f"verdict verdict-{shape}")


def _evidence(claim: Claim) -> nodes.Element:
    day = html("time", _long_date(claim.as_of), datetime=claim.as_of.isoformat())
    strength = "no evidence" if claim.strength == "none" else f"{claim.strength} evidence"
    return html("p", f"{strength}, as{NBSP}of{NBSP}", day, classes="claim-evidence")


# --------------------------------------------------------------------------- directives and role


class _FromTable(SphinxDirective):
    """A directive whose page is read again when the table changes."""

    @property
    def register(self) -> RegisterDomain:
        return self.env.get_domain(RegisterDomain.name)

    def use(self, directive: str) -> None:
        self.env.note_dependency(TABLE)
        self.register.pages.setdefault(self.env.docname, set()).add(directive)

    def label(self, name: str, title: str) -> str:
        """Make `name` a label that {ref} knows, and return it as the id of its place."""
        self.env.get_domain("std").note_hyperlink_target(name, self.env.docname, name, title)
        return name


class ClaimBox(_FromTable):
    """``{claim} S2-05 S2-06``: a box in the margin for each line, where it is argued."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return a box for each id, or a warning that says what to mend."""
        self.use("claim")
        boxes = self.register.boxes.setdefault(self.env.docname, {})
        made = []
        for name in re.split(r"[\s,]+", self.arguments[0]):
            if fault := self._fault(name, boxes):
                _warn(fault, self.get_location())
            else:
                boxes[name] = self.lineno
                made.append(self._box(self.register.claims[name]))
        return made

    def _fault(self, name: str, boxes: dict[str, int]) -> str | None:
        if name not in self.register.claims:
            return _unknown(name)
        if name in boxes:
            return f"{name} has a box on this page already; keep one, and link to it with {{ref}}."
        claim = self.register.claims[name]
        if claim.page != self.env.docname:
            return (
                f"{name} belongs to {claim.page}; move its box there and link from here with "
                f"{{line}}`{name}`, or change its chapter in {TABLE}."
            )
        return None

    def _box(self, claim: Claim) -> nodes.Element:
        head = html(
            "p",
            _row_link(claim.id, self.env.docname),
            f" the note, {claim.place}",
            classes="claim-id",
        )
        box = html(
            "aside",
            head,
            html("p", claim.line, classes="claim-line"),
            html("p", _verdict(claim), classes="claim-verdict"),
            ids=self.label(claim.label, claim.id),
            classes="margin claim-box",
            role="note",
            aria_label=f"{claim.id}, line of the concept note",
        )
        if claim.is_examined:
            box += _evidence(claim)
        return box


class Register(_FromTable):
    """``{register}``: the whole table, with filters and downloads."""

    def run(self) -> list[nodes.Node]:
        """Return downloads, filters and table."""
        self.use("register")
        rows = list(self.register.claims.values())
        groups = (self._part(list(part)) for _, part in groupby(rows, lambda row: row.part))
        caption = f"The {len(rows)} lines of the concept note and the book's answers"
        table = html_table(caption, COLUMNS, *groups, classes="register")
        return [
            _downloads(),
            nodes.raw("", _filters(rows), format="html"),
            html("div", table, classes="full-width"),
        ]

    def _part(self, rows: list[Claim]) -> nodes.Element:
        part, prefix = rows[0].part, rows[0].prefix
        heading = html(
            "th",
            part,
            ids=self.label(f"part-{prefix.lower()}", part),
            colspan=str(len(COLUMNS)),
            scope="rowgroup",
            role="rowheader",
        )
        head = html("tr", heading, classes="register-part", role="row")
        return html("tbody", head, *map(self._row, rows), role="rowgroup")

    def _row(self, claim: Claim) -> nodes.Element:
        place = html("p", claim.place, classes="register-place")
        verdict = [_verdict(claim)] + ([_evidence(claim)] if claim.is_examined else [])
        fragment = f"#{claim.label}" if claim.is_examined else ""
        return html_row(
            COLUMNS,
            [claim.id],
            [html("p", claim.line), place],
            [claim.kind],
            verdict,
            self._answer(claim),
            [chapter_link("", page=claim.page, fragment=fragment)],
            ids=self.label(f"line-{claim.id.lower()}", claim.id),
            data_part=claim.prefix,
            data_kind=claim.kind,
            data_verdict=claim.verdict,
        )

    def _answer(self, claim: Claim) -> list[nodes.Node]:
        if not claim.is_examined:
            return []
        sources, messages = self.parse_inline(citations.as_role(claim.sources))
        changed = f"Since 2011: {claim.changed_since_2011}"
        return [
            html("p", f"{claim.answer} ", *sources),
            html("p", changed, classes="register-changed"),
            *messages,
        ]


class Verdicts(_FromTable):
    """``{verdicts}``: how many lines of each part have which verdict."""

    def run(self) -> list[nodes.Node]:
        """Return the table of counts."""
        self.use("verdicts")
        rows = list(self.register.claims.values())
        parts = [
            self._row(
                _reference(f"part-{prefix.lower()}", part, self.env.docname),
                [row for row in rows if row.prefix == prefix],
            )
            for prefix, part in PARTS.items()
        ]
        table = html_table(
            "Verdicts by part of the concept note",
            COUNTED,
            html("tbody", *parts, role="rowgroup"),
            html("tfoot", self._row("The whole note", rows), role="rowgroup"),
            classes="verdicts",
        )
        return [table]

    def _row(self, name: nodes.Node | str, rows: list[Claim]) -> nodes.Element:
        verdicts = Counter(row.verdict for row in rows)
        counted = [
            f"{verdicts[each]} {each}".replace(" ", NBSP) for each in FINDINGS if verdicts[each]
        ]
        examined = len(rows) - verdicts[UNEXAMINED]
        return html_row(
            COUNTED, [name], [str(len(rows))], [str(examined)], [", ".join(counted) or "none yet"]
        )


class LineRole(SphinxRole):
    """``{line}`S2-05```: a link to the row of a line in the register."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the text and a warning when the note has no such line."""
        if self.text not in IDS:
            _warn(_unknown(self.text), self.get_location())
            return [nodes.Text(self.text)], []
        return [_row_link(self.text, self.env.docname)], []


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, IDS, 3, 0.6)
    hint = f"near ids are {', '.join(near)}" if near else f"ids run from {IDS[0]} to {IDS[-1]}"
    return f"the concept note has no line {name!r}; {hint}."


def _filters(rows: list[Claim]) -> str:
    """The form of the filters, which register.js shows: without JavaScript it stays hidden."""
    found = Counter(value for row in rows for value in (row.prefix, row.kind, row.verdict))
    kinds = {kind: kind for kind in VERDICTS}
    verdicts = {verdict: verdict for verdict in (*FINDINGS, UNEXAMINED)}
    return (
        '<form class="register-filters" role="search" aria-label="Filter the register" hidden>'
        f"{_select('part', 'Part', PARTS, found)}"
        f"{_select('kind', 'Kind', kinds, found)}"
        f"{_select('verdict', 'Verdict', verdicts, found)}"
        '<label>Words <input type="search" name="words" autocomplete="off"></label>'
        '<button type="reset">Show all lines</button>'
        f'<p role="status">{len(rows)} lines</p>'
        "</form>"
    )


def _select(name: str, label: str, options: dict[str, str], found: Counter) -> str:
    """A choice among the values that some row has, each with the number of its rows."""
    listed = "".join(
        f'<option value="{escape(value)}">{escape(text)} ({found[value]})</option>'
        for value, text in options.items()
        if found[value]
    )
    every = f'<option value="">Any {label.lower()}</option>'
    return f'<label>{label} <select name="{name}">{every}{listed}</select></label>'


# --------------------------------------------------------------------------- files of the site


def _downloads() -> nodes.Element:
    csv, json_ = (
        html("a", kind.upper(), href=f"claims.{kind}", download="") for kind in ("csv", "json")
    )
    return html("p", "The register as a file: ", csv, ", ", json_, classes="register-files")


def _load_table(app) -> None:
    """Stop before anything is built when the table breaks a rule."""
    _ = app.env.get_domain(RegisterDomain.name).claims


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    used = app.env.get_domain(RegisterDomain.name).pages.get(pagename, set())
    if used:
        app.add_css_file("register.css")
    if "register" in used:
        app.add_js_file("register.js", loading_method="defer")


def _write_downloads(app, exception: Exception | None) -> None:
    """Put the register as CSV and JSON beside its page."""
    if exception or app.builder.format != "html":
        return
    domain = app.env.get_domain(RegisterDomain.name)
    for page in (page for page, used in domain.pages.items() if "register" in used):
        beside = Path(app.outdir, page).with_name("claims.csv")
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(claims.as_csv(domain.claims.values()), encoding="utf-8")
        beside.with_suffix(".json").write_text(_as_json(domain), encoding="utf-8")


def _as_json(domain: RegisterDomain) -> str:
    described = data.sidecar(claims.NAME, domain.folder)
    register = {
        "title": described.title,
        "as_of": described.as_of,
        "licence": described.licence["name"],
        "lines": [claims.as_json_fields(claim) for claim in domain.claims.values()],
    }
    return json.dumps(register, ensure_ascii=False, indent=1) + "\n"


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(RegisterDomain)
    app.setup_extension("bookmaking.pages.html_elements")
    app.add_directive("claim", ClaimBox)
    app.add_directive("register", Register)
    app.add_directive("verdicts", Verdicts)
    app.add_role("line", LineRole())
    app.connect("builder-inited", _load_table)
    app.connect("doctree-resolved", _resolve_chapters)
    app.connect("html-page-context", _add_files)
    app.connect("build-finished", _write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
