"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the list of all lines, ``{note-at-a-glance}`` has the note's paragraphs in short,
``{verdicts}`` counts verdicts by part. The role ``{line}`S2-05``` links to a line in the register.
The table itself is read and checked by :mod:`decentwork.claims`; what the pages say of it is
written in `register_content` and its templates. A page that shows the register notes its table as a
dependency, so Sphinx reads it again when a line changes.
"""

import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from markupsafe import Markup
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import site_files
from bookmaking.directives import THIS_CHAPTER, error_report
from bookmaking.directives import register_content as content
from bookmaking.directives.element_nodes import as_nodes, label_link
from bookmaking.directives.page_notes import notes
from bookmaking.directives.register_content import NoteError
from bookmaking.warn import warn
from decentwork import claims, data
from decentwork.claims import IDS, Claim
from decentwork.data import DataError
from decentwork.tables.metadata import Metadata

BOXES, USED = "boxes of claims", "directives of the register"
"""What pages note: their boxes with the line of the source, and which directives they use."""


def claims_of(env) -> dict[str, Claim]:
    """Return the rows of the register by id. ExtensionError when the table breaks a rule."""
    return _claims(Path(env.srcdir, "data"))


@cache
def _claims(folder: Path) -> dict[str, Claim]:
    try:
        return {claim.id: claim for claim in claims.load(folder)}
    except DataError as error:
        raise ExtensionError(str(error)) from error


def _described(env, name: str = claims.NAME) -> Metadata:
    return data.metadata(name, Path(env.srcdir, "data"))


def _path(env) -> str:
    """Return the path of the register's table from the root of the book."""
    return _described(env).csv_path.relative_to(env.srcdir).as_posix()


def _note_table(env, name: str = claims.NAME) -> None:
    """Note a table as a dependency of the page."""
    described = _described(env, name)
    for file in (described.path, described.csv_path):
        env.note_dependency(str(file))


# ------------------------------------------------------------------ directives and roles


class _FromRegister(SphinxDirective):
    """A directive that shows lines of the register."""

    def run(self) -> list[nodes.Node]:
        """Return what the page shows."""
        notes(self.env, USED).setdefault(self.env.docname, set()).add(self.name)
        _note_table(self.env)
        self.claims = claims_of(self.env)
        return as_nodes(self.shown(), self.env.docname, self._cited)

    def shown(self) -> Markup:
        raise NotImplementedError

    def note_label(self, label: str, title: str) -> None:
        """Make ``label``, the id of an element on this page, known to {ref}."""
        self.env.get_domain("std").note_hyperlink_target(label, self.env.docname, label, title)

    def _cited(self, cited: str) -> list[nodes.Node]:
        made, messages = self.parse_inline(f"{{cite:p}}`{cited}`")
        return [*made, *messages]


class ClaimBox(_FromRegister):
    """``{claim} S2-05 S2-06``: a box in the margin for each line, where it is argued."""

    required_arguments = 1
    final_argument_whitespace = True

    def shown(self) -> Markup:
        """Return a box for each id; warn where there is none, and say what to do."""
        made = []
        for name in re.split(r"[\s,]+", self.arguments[0]):
            if fault := self._fault(name):
                warn("register", fault, self.get_location())
                continue
            claim = self.claims[name]
            notes(self.env, BOXES).setdefault(self.env.docname, {})[name] = self.lineno
            self.note_label(claim.label, claim.id)
            made.append(content.render("claim_box.html", claim=claim))
        return Markup().join(made)

    def _fault(self, name: str) -> str | None:
        claim = self.claims.get(name)
        if claim is None:
            return content.unknown_line(name)
        if name in notes(self.env, BOXES).get(self.env.docname, {}):
            return f"{name} has a box on this page already; keep one, and link to it with {{ref}}."
        if claim.page != self.env.docname:
            return (
                f"{name} belongs to {claim.page}; move its box there and link from here with "
                f"{{line}}`{name}`, or change its chapter in {_path(self.env)}."
            )
        return None


class Register(_FromRegister):
    """``{register}``: all lines by part of the note, with filters and downloads."""

    def shown(self) -> Markup:
        """Return downloads, filters and a section for each part."""
        rows = list(self.claims.values())
        for claim in rows:
            self.note_label(f"part-{claim.prefix.lower()}", claim.part)
            self.note_label(content.row_label(claim.id), claim.id)
        return content.page(rows, error_report.PAGE * (error_report.PAGE in self.env.found_docs))


class NoteAtAGlance(_FromRegister):
    """``{note-at-a-glance}``: parts and paragraphs of the note, each with its lines."""

    def shown(self) -> Markup:
        """Return a section for each part."""
        _note_table(self.env, content.PARAGRAPHS)
        try:
            rows = data.read(content.PARAGRAPHS, Path(self.env.srcdir, "data")).to_dict("records")
            parts = content.glance(rows, list(self.claims.values()))
        except (DataError, NoteError) as error:
            raise ExtensionError(str(error)) from error
        return content.render("note_at_a_glance.html", parts=parts)


class Verdicts(_FromRegister):
    """``{verdicts}``: how many lines of each part have which verdict."""

    def shown(self) -> Markup:
        """Return the table of counts."""
        return content.render("verdict_table.html", register=list(self.claims.values()))


class LineRole(SphinxRole):
    """``{line}`S2-05```: a link to the row of a line in the register."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the text and a warning when the note has no such line."""
        if self.text not in IDS:
            warn("register", content.unknown_line(self.text), self.get_location())
            return [nodes.Text(self.text)], []
        return [label_link(content.row_label(self.text), self.text, self.env.docname)], []


class FieldRole(SphinxRole):
    """``{verdict}`S2-05``` or ``{strength}`S2-05```: a field of a line, as the register has it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, or the id and a warning when the line has none."""
        _note_table(self.env)
        claim = claims_of(self.env).get(self.text)
        if claim is None:
            fault = content.unknown_line(self.text)
        elif claim.is_examined:
            return [nodes.Text(getattr(claim, self.name))], []
        else:
            fault = f"{self.text} has no {self.name} yet; fill in its row, or leave the role out."
        warn("register", fault, self.get_location())
        return [nodes.Text(self.text)], []


class ChapterVerdictsRole(SphinxRole):
    """``{verdicts}`this chapter```: verdicts, strength and date of the lines of the page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, or nothing and a warning when the page examines no line."""
        page = self.env.docname
        _note_table(self.env)
        lines = [one for one in claims_of(self.env).values() if one.page == page]
        lines = [one for one in lines if one.is_examined]
        if self.text != THIS_CHAPTER or not lines:
            fault = (
                f"{{verdicts}}`{self.text}` finds no examined line of the note on {page}; write "
                f"{{verdicts}}`{THIS_CHAPTER}` on a page that the register names, and leave it out "
                "elsewhere."
            )
            warn("register", fault, self.get_location())
            return [], []
        notes(self.env, USED).setdefault(page, set()).add("verdicts")
        return as_nodes(content.chapter_verdicts(lines), page, lambda cited: []), []


# ------------------------------------------------------------------ checks, and files of the site


def _load_table(app) -> None:
    """Stop before anything is built when the table breaks a rule."""
    _claims.cache_clear()
    claims_of(app.env)


def _compare_with_pages(app, env) -> None:
    """Compare the rows with the pages: each verdict has its box, each box its verdict."""
    boxes, table_path = notes(env, BOXES), _path(env)
    for row, claim in enumerate(claims_of(env).values(), start=2):
        line = boxes.get(claim.page, {}).get(claim.id)
        in_book = claim.page in env.all_docs
        fault = content.mismatch(claim, table_path, in_book=in_book, has_box=line is not None)
        if fault:
            warn("register", fault, (claim.page, line) if line else f"{table_path}:{row}")


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    used = notes(app.env, USED).get(pagename, set())
    if used:
        app.add_css_file("cards.css")
        app.add_css_file("verdicts.css")
    if used & {"register", "note-at-a-glance"}:
        app.add_css_file("register.css")
    if "register" in used:
        app.add_js_file("register.js", loading_method="defer")


def _write_downloads(app, exception: Exception | None) -> None:
    """Put the register as CSV and JSON next to its page."""
    if exception or app.builder.format != "html":
        return
    for page, used in notes(app.env, USED).items():
        if "register" in used:
            described, rows = _described(app.env), list(claims_of(app.env).values())
            whole = {
                "title": described.title,
                "as_of": described.as_of,
                "licence": described.licence["name"],
                "lines": [claims.as_json_fields(claim) for claim in rows],
            }
            file = Path(app.outdir, page).with_name("claims.csv")
            site_files.write(file, claims.as_csv(rows))
            as_json = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
            site_files.write(file.with_suffix(".json"), as_json)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    app.add_directive("claim", ClaimBox)
    app.add_directive("register", Register)
    app.add_directive("note-at-a-glance", NoteAtAGlance)
    app.add_directive("verdicts", Verdicts)
    app.add_role("line", LineRole())
    app.add_role("verdict", FieldRole())
    app.add_role("strength", FieldRole())
    app.add_role("verdicts", ChapterVerdictsRole())
    app.connect("builder-inited", _load_table)
    app.connect("env-check-consistency", _compare_with_pages)
    app.connect("html-page-context", _add_files)
    app.connect("build-finished", _write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
