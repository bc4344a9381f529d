"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the list of all lines, ``{note-at-a-glance}`` has the note's paragraphs in short,
``{verdicts}`` the words of all parts as strips, ``{searches}`` what was looked for. The role
``{line}`S2-05``` links to a line in the register. The tables are read and checked by
:mod:`decentwork.claims`; templates say what pages say of them, with the macros of `verdicts.html`.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from docutils import nodes
from markupsafe import Markup
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

from bookmaking import site_files
from bookmaking.directives import THIS_CHAPTER, error_report
from bookmaking.directives.elements import (
    PARALLEL,
    WritesHtml,
    as_nodes,
    in_a_list,
    label_link,
    note_tables,
    render,
    templates,
)
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn
from decentwork import citations, claims, data
from decentwork.claims import IDS, KINDS, SAID, SEGMENTS, WORDS, Claim, LinePart
from decentwork.data import DataError
from decentwork.days import in_words
from decentwork.tables.metadata import Metadata

BOXES, REGISTERS = "boxes of claims", "pages with the register"
"""What pages note: their boxes of lines; that they list all lines."""
NBSP = "\N{NO-BREAK SPACE}"
PARAGRAPHS = "note-paragraphs"
"""The table of the note's paragraphs."""
TITLES = {prefix: segment.title for prefix, segment in SEGMENTS.items()}
MARKS = dict(zip(WORDS, "RCSWDUNA–", strict=True))
"""The sign of each word in the cells of a strip, which colour alone could not tell apart."""
SHORT = 12
"""How many of the note's words a box in the margin shows of a part."""


# ------------------------------------------------------------------ pages


def row_label(claim_id: str) -> str:
    """Return the label of the row of a line in the register."""
    return f"line-{claim_id.lower()}"


def written(template: str, **values: object) -> Markup:
    """Return what a template of the register makes of values."""
    templates().filters.update(
        long_date=long_date,
        counted_words=counted_words,
        as_quoted=as_quoted,
        as_cited=citations.as_text,
    )
    return render(template, titles=TITLES, marks=MARKS, said=SAID, short=SHORT, **values)


def page(register: Sequence[Claim], report: str = "") -> Markup:
    """Return files, filters and all lines.

    ``report`` is the page on which a reader reports an error; "" leaves the link out.
    """
    parts = [part for one in register for part in one.parts]
    found = {
        "part": Counter(one.prefix for one in register),
        "kind": Counter(part.kind for part in parts),
        "word": Counter(part.word for part in parts),
    }
    choices = {"part": [*TITLES], "kind": KINDS, "word": WORDS}
    return written("register.html", register=register, report=report, found=found, choices=choices)


def long_date(day: date) -> str:
    """Return a date in words that no line break parts, for example 25 November 2026."""
    return in_words(day.isoformat()).replace(" ", NBSP)


def counted_words(parts: Iterable[LinePart]) -> dict[str, int]:
    """Return how many parts have each word, in the order of `claims.WORDS`."""
    found = Counter(part.word for part in parts)
    return {word: found[word] for word in WORDS if found[word]}


def as_quoted(words: str, most: int | None = None) -> str:
    """Return words of the note as a quotation, without marks of italics, cut to ``most`` words."""
    plain = words.replace("*", "").translate(str.maketrans('“”"', "‘’'"))
    every = plain.split()
    cut = " ".join(every[:most]).rstrip(" …,;") + " …" if most and len(every) > most + 2 else plain
    return f"“{cut}”"


# ------------------------------------------------------------------ the note at a glance


def glance(rows: Iterable[Mapping[str, str]], register: Sequence[Claim]) -> dict[str, list[dict]]:
    """Return the note's paragraphs with their ``lines``, by the title of their part.

    ``rows`` have part (a key of `claims.SEGMENTS`), place and summary. Raises ExtensionError when a
    line comes from a paragraph that has no row.
    """
    paragraphs = {(row["part"], row["place"]): {**row, "lines": []} for row in rows}
    for claim in register:
        # A panel is one paragraph, so its lines name sentences.
        part = "footnotes" if claim.place.startswith("footnote") else "paragraph 1"
        is_named = claim.place.startswith("paragraph")
        place = (claim.prefix, claim.place.partition(",")[0] if is_named else part)
        if place not in paragraphs:
            raise ExtensionError(
                f"{claim.id} comes from {place[1]} of {claim.segment}, which {PARAGRAPHS} does not "
                "have; add its row, or correct the place of the line."
            )
        paragraphs[place]["lines"].append(claim)
    return {
        title: [each for each in paragraphs.values() if each["part"] == part]
        for part, title in TITLES.items()
    }


# ------------------------------------------------------------------ what is wrong


def unknown_line(name: str) -> str:
    """Return the sentence on a line that the note does not have."""
    near = difflib.get_close_matches(name, IDS, 3, 0.6)
    hint = f"near ids are {', '.join(near)}" if near else f"ids run from {IDS[0]} to {IDS[-1]}"
    return f"the concept note has no line {name!r}; {hint}."


# ------------------------------------------------------------------ directives and roles


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


class _FromRegister(WritesHtml):
    """A directive that shows lines of the register."""

    def run(self) -> list[nodes.Node]:
        """Return what the page shows."""
        note_tables(self.env, *(_described(self.env, name) for name in claims.TABLES))
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
            made.append(written("claim_box.html", claim=claim))
        return Markup().join(made)

    def _fault(self, name: str) -> str | None:
        claim = self.claims.get(name)
        if claim is None:
            return unknown_line(name)
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
            self.note_label(f"part-{claim.prefix.lower()}", claim.segment)
            self.note_label(row_label(claim.id), claim.id)
        return page(rows, error_report.PAGE * (error_report.PAGE in self.env.found_docs))


class NoteAtAGlance(_FromRegister):
    """``{note-at-a-glance}``: parts and paragraphs of the note, each with its lines."""

    def shown(self) -> Markup:
        """Return a section for each part."""
        note_tables(self.env, _described(self.env, PARAGRAPHS))
        rows = data.read(PARAGRAPHS, Path(self.env.srcdir, "data")).to_dict("records")
        parts = glance(rows, list(self.claims.values()))
        return written("note_at_a_glance.html", parts=parts, register=list(self.claims.values()))


class Verdicts(_FromRegister):
    """``{verdicts}``: the words of all parts, as a strip for each segment of the note."""

    def shown(self) -> Markup:
        """Return the strips with their legend."""
        return written("word_strips.html", register=list(self.claims.values()))


class Searches(_FromRegister):
    """``{searches}``: what was looked for, by line of the note."""

    def shown(self) -> Markup:
        """Return a section for each line for which a search was logged."""
        rows = claims.rows("searches", Path(self.env.srcdir, "data"))
        for row in rows:
            row["parts"] = claims.several(row["part"])
        of_line = {
            claim: [row for row in rows if {part.part for part in claim.parts} & {*row["parts"]}]
            for claim in self.claims.values()
        }
        for claim, found in of_line.items():
            if found:
                self.note_label(f"searched-{claim.id.lower()}", f"Searches for {claim.id}")
        return written("searches.html", of_line=of_line)


class _Role(SphinxRole):
    """A role that shows something of the register, or its own text and a warning."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return what the page shows."""
        note_tables(self.env, *(_described(self.env, name) for name in claims.TABLES))
        self.claims = claims_of(self.env)
        shown = self.shown()
        if isinstance(shown, str):
            warn("register", shown, self.get_location())
            return [nodes.Text(self.text)], []
        return shown, []

    def shown(self) -> list[nodes.Node] | str:
        raise NotImplementedError


class LineRole(_Role):
    """``{line}`S2-05```: a link to the row of a line in the register."""

    def shown(self) -> list[nodes.Node] | str:
        """Return the link, or that the note has no such line."""
        if self.text not in IDS:
            return unknown_line(self.text)
        return [label_link(row_label(self.text), self.text, self.env.docname)]


class FieldRole(_Role):
    """``{verdict}`S2-05``` or ``{strength}`S2-05```: the words of a line, or their strengths."""

    def shown(self) -> list[nodes.Node] | str:
        """Return the words, or that the note has no such line."""
        claim = self.claims.get(self.text)
        if claim is None:
            return unknown_line(self.text)
        words = "; ".join(claim.words) if self.name == "verdict" else in_a_list(claim.strengths)
        return [nodes.Text(words)]


class ChapterVerdictsRole(_Role):
    """``{verdicts}`this chapter```: the words of the parts that the page argues, as a strip."""

    def shown(self) -> list[nodes.Node] | str:
        """Return the strip, or that the page examines no line."""
        page = self.env.docname
        own = [one for one in self.claims.values() if one.page == page]
        if self.text == THIS_CHAPTER and own:
            return as_nodes(written("chapter_verdicts.html", lines=own), page)
        return (
            f"{{verdicts}}`{self.text}` finds no line of the note on {page}; write "
            f"{{verdicts}}`{THIS_CHAPTER}` on a page that the register names, and leave it out "
            "elsewhere."
        )


# ------------------------------------------------------------------ checks, and files of the site


def _load_table(app) -> None:
    """Stop before anything is built when the table breaks a rule."""
    _claims.cache_clear()
    claims_of(app.env)


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
        site_files.write(file.with_name("parts.csv"), claims.parts_as_csv(rows))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("claim", ClaimBox)
    app.add_directive("register", Register)
    app.add_directive("note-at-a-glance", NoteAtAGlance)
    app.add_directive("verdicts", Verdicts)
    app.add_directive("searches", Searches)
    app.add_role("line", LineRole())
    app.add_role("verdict", FieldRole())
    app.add_role("strength", FieldRole())
    app.add_role("verdicts", ChapterVerdictsRole())
    app.connect("builder-inited", _load_table)
    app.connect("build-finished", _write_downloads)
    return PARALLEL
