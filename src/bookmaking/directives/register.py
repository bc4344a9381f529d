"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the list of all lines, ``{note-at-a-glance}`` has the note's paragraphs in short,
``{verdicts}`` counts verdicts by part. The role ``{line}`S2-05``` links to a line in the register.
The table itself is read and checked by :mod:`decentwork.claims`; what the pages say of it is
written in `register_content` and `note_content`; here they meet Sphinx.
"""

import re
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import site_files
from bookmaking.directives import THIS_CHAPTER, error_report_content, note_content
from bookmaking.directives import register_content as content
from bookmaking.directives.domain_of_pages import DomainOfShown
from bookmaking.directives.element_nodes import as_nodes, label_link, section_of
from bookmaking.directives.elements import Content, Section
from bookmaking.directives.note_content import NoteError
from bookmaking.fresh import fingerprint
from bookmaking.warn import warn
from decentwork import claims, data
from decentwork.claims import IDS, Claim
from decentwork.data import DataError

# ------------------------------------------------------------------ what the pages hold


ALL_LINES = "all lines"
"""What a page shows that shows the whole register, or counts its verdicts."""


class RegisterDomain(DomainOfShown):
    """The register's rows, and which page holds which box, table or count."""

    name = "register"
    label = "Claim register"
    initial_data = {"boxes": {}, "pages": {}, "shown": {}}
    by_page = ("boxes", "pages", "shown")

    @property
    def boxes(self) -> dict[str, dict[str, int]]:
        """Claims with a box, with the line of the source: ``{page: {id: line}}``."""
        return self.data["boxes"]

    @property
    def directives_used(self) -> dict[str, set[str]]:
        """Directives of the register on each page: ``{page: {"claim", "register", …}}``."""
        return self.data["pages"]

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The rows by id. ExtensionError when the table breaks a rule."""
        try:
            return {claim.id: claim for claim in claims.load(self.folder)}
        except DataError as error:
            raise ExtensionError(str(error)) from error

    def now(self, what: str) -> str | None:
        """Return a digest of one line, of all lines, or of those of the page with this name."""
        lines = self.claims.values()
        if what in self.claims:
            lines = [self.claims[what]]
        elif what != ALL_LINES:
            lines = [claim for claim in lines if claim.page == what]
        return fingerprint.digest(list(map(repr, lines)))

    @property
    def folder(self) -> Path:
        """The book's folder of tables."""
        return Path(self.env.srcdir) / "data"

    @cached_property
    def table_path(self) -> str:
        """The register's table, as a path from the root of the book."""
        (table,) = self.folder.rglob(f"{claims.NAME}.csv")
        return table.relative_to(self.env.srcdir).as_posix()

    def check_consistency(self) -> None:
        """Hold the rows against the pages: each verdict has its box, each box its verdict."""
        for row, claim in enumerate(self.claims.values(), start=2):
            line = self.boxes.get(claim.page, {}).get(claim.id)
            in_book = claim.page in self.env.all_docs
            if fault := content.mismatch(
                claim, self.table_path, in_book=in_book, has_box=line is not None
            ):
                warn("register", fault, (claim.page, line) if line else f"{self.table_path}:{row}")


# ------------------------------------------------------------------ directives and role


class _FromRegister(SphinxDirective):
    """A directive whose page is read again when the lines change that it shows."""

    @property
    def register(self) -> RegisterDomain:
        return self.env.get_domain(RegisterDomain.name)

    @property
    def rows(self) -> list[Claim]:
        return list(self.register.claims.values())

    def note_use(self, directive: str, *lines: str) -> None:
        self.register.note_shown(self.env.docname, *lines)
        self.register.directives_used.setdefault(self.env.docname, set()).add(directive)

    def note_label(self, label: str, title: str) -> None:
        """Make ``label``, the id of an element on this page, known to {ref}."""
        self.env.get_domain("std").note_hyperlink_target(label, self.env.docname, label, title)

    def nodes_of(self, element: Content) -> list[nodes.Node]:
        return as_nodes(element, self.env.docname, self._cited)

    def section_of(self, section: Section) -> nodes.section:
        return section_of(section, self.env.docname, self._cited)

    def _cited(self, cited: str) -> list[nodes.Node]:
        made, messages = self.parse_inline(f"{{cite:p}}`{cited}`")
        return [*made, *messages]


class ClaimBox(_FromRegister):
    """``{claim} S2-05 S2-06``: a box in the margin for each line, where it is argued."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return a box for each id, or a warning that says what to mend."""
        self.note_use("claim")
        boxes = self.register.boxes.setdefault(self.env.docname, {})
        made = []
        for name in re.split(r"[\s,]+", self.arguments[0]):
            if fault := self._fault(name, boxes):
                warn("register", fault, self.get_location())
                continue
            claim = self.register.claims[name]
            self.register.note_shown(self.env.docname, name)
            boxes[name] = self.lineno
            self.note_label(claim.label, claim.id)
            made += self.nodes_of(content.box(claim))
        return made

    def _fault(self, name: str, boxes: dict[str, int]) -> str | None:
        claim = self.register.claims.get(name)
        if claim is None:
            return content.unknown_line(name)
        return content.misplaced_box(
            claim, self.env.docname, self.register.table_path, repeated=name in boxes
        )


class Register(_FromRegister):
    """``{register}``: all lines by part of the note, with filters and downloads."""

    def run(self) -> list[nodes.Node]:
        """Return downloads, filters and a section for each part."""
        self.note_use("register", ALL_LINES)
        for label, title in content.register_labels(self.rows).items():
            self.note_label(label, title)
        report = error_report_content.PAGE
        parts = content.register_parts(self.rows, report if report in self.env.found_docs else "")
        before = (content.downloads(), content.filters(self.rows))
        made = [node for part in before for node in self.nodes_of(part)]
        return [*made, *map(self.section_of, parts)]


class NoteAtAGlance(_FromRegister):
    """``{note-at-a-glance}``: parts and paragraphs of the note, each with its lines."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each part."""
        self.note_use("note-at-a-glance", ALL_LINES)
        try:
            described = data.metadata(note_content.NAME, self.register.folder)
            rows = data.read(note_content.NAME, self.register.folder).to_dict("records")
            parts = note_content.glance(note_content.paragraphs(rows), self.rows)
        except (DataError, NoteError) as error:
            raise ExtensionError(str(error)) from error
        for file in (described.path, described.csv_path):
            self.env.note_dependency(file.relative_to(self.env.srcdir).as_posix())
        return list(map(self.section_of, parts))


class Verdicts(_FromRegister):
    """``{verdicts}``: how many lines of each part have which verdict."""

    def run(self) -> list[nodes.Node]:
        """Return the table of counts."""
        self.note_use("verdicts", ALL_LINES)
        return self.nodes_of(content.verdict_table(self.rows))


class LineRole(SphinxRole):
    """``{line}`S2-05```: a link to the row of a line in the register."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the text and a warning when the note has no such line."""
        if self.text not in IDS:
            warn("register", content.unknown_line(self.text), self.get_location())
            return [nodes.Text(self.text)], []
        return [label_link(content.row_link(self.text), self.env.docname)], []


class _RegisterRole(SphinxRole):
    """A role whose page is read again when the lines change that it shows."""

    @property
    def register(self) -> RegisterDomain:
        return self.env.get_domain(RegisterDomain.name)


class FieldRole(_RegisterRole):
    """``{verdict}`S2-05``` or ``{strength}`S2-05```: a field of a line, as the register has it."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, or the id and a warning when the line has none."""
        claim = self.register.claims.get(self.text)
        self.register.note_shown(self.env.docname, self.text)
        if fault := content.no_field(self.text, claim, self.field):
            warn("register", fault, self.get_location())
            return [nodes.Text(self.text)], []
        return [nodes.Text(getattr(claim, self.field))], []


class ChapterVerdictsRole(_RegisterRole):
    """``{verdicts}`this chapter```: verdicts, strength and date of the lines of the page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, or nothing and a warning when the page examines no line."""
        page = self.env.docname
        self.register.note_shown(page, page)
        lines = [
            one for one in self.register.claims.values() if one.page == page and one.is_examined
        ]
        if self.text != THIS_CHAPTER or not lines:
            warn("register", content.no_verdicts(self.text, page), self.get_location())
            return [], []
        self.register.directives_used.setdefault(page, set()).add("verdicts")
        made = []
        for part in content.chapter_verdicts(lines):
            made += as_nodes(part, page, lambda cited: [])
        return made, []


# ------------------------------------------------------------------ files of the site


def _load_table(app) -> None:
    """Stop before anything is built when the table breaks a rule."""
    _ = app.env.get_domain(RegisterDomain.name).claims


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    used = app.env.get_domain(RegisterDomain.name).directives_used.get(pagename, set())
    if used:
        app.add_css_file("cards.css")
        app.add_css_file("verdicts.css")
    if used & {"register", "note-at-a-glance"}:
        app.add_css_file("register.css")
    if "register" in used:
        app.add_js_file("register.js", loading_method="defer")


def _write_downloads(app, exception: Exception | None) -> None:
    """Put the register as CSV and JSON beside its page."""
    if exception or app.builder.format != "html":
        return
    domain = app.env.get_domain(RegisterDomain.name)
    pages = [page for page, used in domain.directives_used.items() if "register" in used]
    if not pages:
        return
    described = data.metadata(claims.NAME, domain.folder)
    as_json = content.as_json(
        list(domain.claims.values()),
        title=described.title,
        as_of=described.as_of,
        licence=described.licence["name"],
    )
    for page in pages:
        beside = Path(app.outdir, page).with_name("claims.csv")
        beside.parent.mkdir(parents=True, exist_ok=True)
        site_files.write(beside, claims.as_csv(domain.claims.values()))
        site_files.write(beside.with_suffix(".json"), as_json)


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(RegisterDomain)
    app.add_directive("claim", ClaimBox)
    app.add_directive("register", Register)
    app.add_directive("note-at-a-glance", NoteAtAGlance)
    app.add_directive("verdicts", Verdicts)
    app.add_role("line", LineRole())
    app.add_role("verdict", FieldRole("verdict"))
    app.add_role("strength", FieldRole("strength"))
    app.add_role("verdicts", ChapterVerdictsRole())
    app.connect("builder-inited", _load_table)
    app.connect("env-get-outdated", RegisterDomain.read_again)
    app.connect("html-page-context", _add_files)
    app.connect("build-finished", _write_downloads)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
