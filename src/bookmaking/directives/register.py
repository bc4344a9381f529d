"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the list of all lines, ``{note-at-a-glance}`` has the note's paragraphs in short,
``{verdicts}`` counts verdicts by part. The role ``{line}`S2-05``` links to a line in the register.
The table itself is read and checked by :mod:`decentwork.claims`; what the pages say of it is
written in `register_content` and its templates.
"""

import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from markupsafe import Markup
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

from bookmaking import site_files
from bookmaking.directives import THIS_CHAPTER, error_report
from bookmaking.directives import register_content as content
from bookmaking.directives.elements import PARALLEL, WritesHtml, as_nodes, label_link, note_tables
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn
from decentwork import claims, data
from decentwork.claims import IDS, Claim
from decentwork.data import DataError
from decentwork.tables.metadata import Metadata

BOXES, REGISTERS = "boxes of claims", "pages with the register"
"""What pages note: their boxes with the line of the source; that they list all lines."""


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


# ------------------------------------------------------------------ directives and roles


class _FromRegister(WritesHtml):
    """A directive that shows lines of the register."""

    def run(self) -> list[nodes.Node]:
        """Return what the page shows."""
        note_tables(self.env, _described(self.env))
        self.claims = claims_of(self.env)
        return self.nodes_of(self.shown())

    def shown(self) -> Markup:
        raise NotImplementedError

    def note_label(self, label: str, title: str) -> None:
        """Make ``label``, the id of an element on this page, known to {ref}."""
        self.env.get_domain("std").note_hyperlink_target(label, self.env.docname, label, title)


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
        notes(self.env, REGISTERS)[self.env.docname] = True
        rows = list(self.claims.values())
        for claim in rows:
            self.note_label(f"part-{claim.prefix.lower()}", claim.part)
            self.note_label(content.row_label(claim.id), claim.id)
        return content.page(rows, error_report.PAGE * (error_report.PAGE in self.env.found_docs))


class NoteAtAGlance(_FromRegister):
    """``{note-at-a-glance}``: parts and paragraphs of the note, each with its lines."""

    def shown(self) -> Markup:
        """Return a section for each part."""
        note_tables(self.env, _described(self.env, content.PARAGRAPHS))
        rows = data.read(content.PARAGRAPHS, Path(self.env.srcdir, "data")).to_dict("records")
        parts = content.glance(rows, list(self.claims.values()))
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
        note_tables(self.env, _described(self.env))
        claim = claims_of(self.env).get(self.text)
        if claim and claim.is_examined:
            return [nodes.Text(getattr(claim, self.name))], []
        fault = f"{self.text} has no {self.name} yet; fill in its row, or leave the role out."
        fault = fault if claim else content.unknown_line(self.text)
        warn("register", fault, self.get_location())
        return [nodes.Text(self.text)], []


class ChapterVerdictsRole(SphinxRole):
    """``{verdicts}`this chapter```: verdicts, strength and date of the lines of the page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, or nothing and a warning when the page examines no line."""
        page = self.env.docname
        note_tables(self.env, _described(self.env))
        own = [one for one in claims_of(self.env).values() if one.page == page and one.is_examined]
        if self.text != THIS_CHAPTER or not own:
            fault = (
                f"{{verdicts}}`{self.text}` finds no examined line of the note on {page}; write "
                f"{{verdicts}}`{THIS_CHAPTER}` on a page that the register names, and leave it out "
                "elsewhere."
            )
            warn("register", fault, self.get_location())
            return [], []
        return as_nodes(content.chapter_verdicts(own), page), []


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


def _write_downloads(app, exception: Exception | None) -> None:
    """Put the register as CSV and JSON next to its page."""
    if exception or app.builder.format != "html":
        return
    described, rows = _described(app.env), list(claims_of(app.env).values())
    whole = {
        "title": described.title,
        "as_of": described.as_of,
        "licence": described.licence["name"],
        "lines": [claims.as_json_fields(claim) for claim in rows],
    }
    for page in notes(app.env, REGISTERS):
        file = Path(app.outdir, page).with_name("claims.csv")
        site_files.write(file, claims.as_csv(rows))
        as_json = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        site_files.write(file.with_suffix(".json"), as_json)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
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
    app.connect("build-finished", _write_downloads)
    return PARALLEL
