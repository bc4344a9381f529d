"""The claim register on the pages of the book.

Directives: ``{claim} S2-05`` marks the place where a line of the concept note is argued,
``{register}`` is the list of all lines, ``{note-at-a-glance}`` has the note's paragraphs in short,
``{verdicts}`` counts verdicts by part. The role ``{line}`S2-05``` links to a line in the register.
The table itself is read and checked by :mod:`decentwork.claims`; templates say what pages say of
it: `register.html`, `claim_box.html`, `verdict_table.html`, `chapter_verdicts.html` and
`note_at_a_glance.html`.
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
    label_link,
    note_tables,
    render,
    templates,
)
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn
from decentwork import citations, claims, data
from decentwork.claims import FINDINGS, IDS, PARTS, STRENGTHS, UNEXAMINED, VERDICTS, Claim
from decentwork.data import DataError
from decentwork.days import in_words
from decentwork.tables.metadata import Metadata

BOXES, REGISTERS = "boxes of claims", "pages with the register"
"""What pages note: their boxes with the line of the source; that they list all lines."""
NBSP = "\N{NO-BREAK SPACE}"
PARAGRAPHS = "note-paragraphs"
"""The table of the note's paragraphs."""
TITLES = {prefix: part.title for prefix, part in PARTS.items()}


# ------------------------------------------------------------------ pages


def row_label(claim_id: str) -> str:
    """Return the label of the row of a line in the register."""
    return f"line-{claim_id.lower()}"


def written(template: str, **values: object) -> Markup:
    """Return what a template of the register makes of values."""
    templates().filters.update(
        strength_in_words=claims.strength_in_words,
        long_date=long_date,
        verdict_counts=verdict_counts,
        as_cited=citations.as_text,
    )
    return render(template, titles=TITLES, **values)


def page(register: Sequence[Claim], report: str = "") -> Markup:
    """Return files, filters and all lines.

    ``report`` is the page on which a reader reports an error; "" leaves the link out.
    """
    found = Counter(each for one in register for each in (one.prefix, one.kind, one.verdict))
    choices = {
        "Part": TITLES,
        "Kind": {kind: kind for kind in VERDICTS},
        "Verdict": {each: each for each in (*FINDINGS, UNEXAMINED)},
    }
    return written("register.html", register=register, report=report, found=found, choices=choices)


def long_date(day: date) -> str:
    """Return a date in words that no line break parts, for example 25 November 2026."""
    return in_words(day.isoformat()).replace(" ", NBSP)


def days_in_words(first: date, last: date) -> str:
    """Return the days from ``first`` to ``last``: month and year once where both share them."""
    if first == last:
        return long_date(last)
    parts = long_date(first).split(NBSP)
    shared = 2 if (first.year, first.month) == (last.year, last.month) else first.year == last.year
    return f"{NBSP.join(parts[: len(parts) - shared])} to {long_date(last)}"


def verdict_counts(lines: Sequence[Claim]) -> str:
    """Return the verdicts of lines with the number of each, for example "2 done, 1 not done"."""
    found = Counter(claim.verdict for claim in lines)
    counted = [f"{found[each]} {each}".replace(" ", NBSP) for each in FINDINGS if found[each]]
    return ", ".join(counted) or "none yet"


def chapter_verdicts(lines: Sequence[Claim]) -> Markup:
    """Return verdicts, strength and date of the examined lines of a chapter, for its first box."""
    graded = [each for each in STRENGTHS if any(claim.strength == each for claim in lines)]
    strength = graded[0] if len(graded) == 1 else f"{graded[-1]} to {graded[0]}"
    days = [claim.as_of for claim in lines]
    when = days_in_words(min(days), max(days))
    return written("chapter_verdicts.html", lines=lines, strength=strength, days=when, NBSP=NBSP)


# ------------------------------------------------------------------ the note at a glance


def place_of(claim: Claim) -> str:
    """Return the paragraph from which a line comes, as the table of paragraphs names it.

    A panel is one paragraph, so its lines name sentences.
    """
    if claim.place.startswith("paragraph"):
        return claim.place.partition(",")[0]
    return "footnotes" if claim.place.startswith("footnote") else "paragraph 1"


def glance(rows: Iterable[Mapping[str, str]], register: Sequence[Claim]) -> dict[str, list[dict]]:
    """Return the note's paragraphs with their ``lines``, by the title of their part.

    ``rows`` have part (a key of `claims.PARTS`), place and summary. Raises ExtensionError when a
    line comes from a paragraph that has no row.
    """
    paragraphs = {(row["part"], row["place"]): {**row, "lines": []} for row in rows}
    for claim in register:
        place = (claim.prefix, place_of(claim))
        if place not in paragraphs:
            raise ExtensionError(
                f"{claim.id} comes from {place[1]} of {claim.part}, which {PARAGRAPHS} does not "
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


def mismatch(claim: Claim, table_path: str, *, in_book: bool, has_box: bool) -> str | None:
    """Return what is wrong between a row of the register and its chapter, or None.

    ``in_book`` says whether the book has the chapter that the row names, ``has_box`` whether that
    chapter has a box of the line.
    """
    name, page = claim.id, claim.page
    match claim.is_examined, in_book, has_box:
        case True, False, _:
            told = f"has a verdict, but its chapter {page} is not in the book; add the page to "
            return f"{name} {told}_toc.yml, or set the verdict back to {UNEXAMINED!r}."
        case True, True, False:
            told = f"has a verdict, but {page} has no box for it; put ```{{claim}} {name}``` where"
            return f"{name} {told} the line is argued."
        case False, _, True:
            return f"{name} has a box here, but no verdict; fill in its row in {table_path}."
        case False, True, False if page.startswith("notebooks/"):
            told = f"is {UNEXAMINED!r}, but its chapter {page} is in the book; argue the line "
            return f"{name} {told}there, put its box, and fill in its row in {table_path}."
    return None


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
            self.note_label(f"part-{claim.prefix.lower()}", claim.part)
            self.note_label(row_label(claim.id), claim.id)
        return page(rows, error_report.PAGE * (error_report.PAGE in self.env.found_docs))


class NoteAtAGlance(_FromRegister):
    """``{note-at-a-glance}``: parts and paragraphs of the note, each with its lines."""

    def shown(self) -> Markup:
        """Return a section for each part."""
        note_tables(self.env, _described(self.env, PARAGRAPHS))
        rows = data.read(PARAGRAPHS, Path(self.env.srcdir, "data")).to_dict("records")
        parts = glance(rows, list(self.claims.values()))
        return written("note_at_a_glance.html", parts=parts)


class Verdicts(_FromRegister):
    """``{verdicts}``: how many lines of each part have which verdict."""

    def shown(self) -> Markup:
        """Return the table of counts."""
        return written("verdict_table.html", register=list(self.claims.values()))


class _Role(SphinxRole):
    """A role that shows something of the register, or its own text and a warning."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return what the page shows."""
        note_tables(self.env, _described(self.env))
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
    """``{verdict}`S2-05``` or ``{strength}`S2-05```: a field of a line, as the register has it."""

    def shown(self) -> list[nodes.Node] | str:
        """Return the words, or why there are none."""
        claim = self.claims.get(self.text)
        if claim is None:
            return unknown_line(self.text)
        if not claim.is_examined:
            return f"{self.text} has no {self.name} yet; fill in its row, or leave the role out."
        return [nodes.Text(getattr(claim, self.name))]


class ChapterVerdictsRole(_Role):
    """``{verdicts}`this chapter```: verdicts, strength and date of the lines of the page."""

    def shown(self) -> list[nodes.Node] | str:
        """Return the words, or that the page examines no line."""
        page = self.env.docname
        own = [one for one in self.claims.values() if one.page == page and one.is_examined]
        if self.text == THIS_CHAPTER and own:
            return as_nodes(chapter_verdicts(own), page)
        return (
            f"{{verdicts}}`{self.text}` finds no examined line of the note on {page}; write "
            f"{{verdicts}}`{THIS_CHAPTER}` on a page that the register names, and leave it out "
            "elsewhere."
        )


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
        fault = mismatch(claim, table_path, in_book=in_book, has_box=line is not None)
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
