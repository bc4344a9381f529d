"""What the pages say of the claim register: boxes, rows, counts, filters, files, and faults.

Each function takes claims and returns elements or sentences (see `elements`); nothing here needs
Sphinx. `register` places the results on pages.
"""

import difflib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from bookmaking.directives import error_report_content
from bookmaking.directives.elements import (
    Citations,
    Content,
    Element,
    LabelLink,
    PageLink,
    Section,
    html,
)
from bookmaking.directives.pieces import row, table
from decentwork import citations, claims
from decentwork.claims import FINDINGS, IDS, PARTS, STRENGTHS, UNEXAMINED, VERDICTS, Claim
from decentwork.days import in_words

NBSP = "\N{NO-BREAK SPACE}"
COUNT_COLUMNS = ("Part of the note", "Lines", "Examined", "Verdicts")

# ------------------------------------------------------------------ labels and links


def row_label(claim_id: str) -> str:
    """Return the label of the row of a line in the register."""
    return f"line-{claim_id.lower()}"


def part_label(prefix: str) -> str:
    """Return the label of a part of the note in the register, by the prefix of its lines."""
    return f"part-{prefix.lower()}"


def row_link(claim_id: str) -> LabelLink:
    """Return a link to the row of a line in the register."""
    return LabelLink(row_label(claim_id), claim_id)


def register_labels(register: Sequence[Claim]) -> dict[str, str]:
    """Return the labels of the register's rows and parts, with the text of a link to each."""
    parts = {part_label(claim.prefix): claim.part for claim in register}
    return parts | {row_label(claim.id): claim.id for claim in register}


# ------------------------------------------------------------------ a box in a chapter


def box(claim: Claim) -> Element:
    """Return the box in the margin of the place where a line is argued."""
    return html(
        "aside",
        html("p", row_link(claim.id), f" the note, {claim.place}", class_="claim-id"),
        html("p", claim.line, class_="claim-line"),
        *clauses(claim),
        html("p", verdict(claim), class_="claim-verdict"),
        *([evidence(claim)] if claim.is_examined else []),
        id=claim.label,
        class_="margin claim-box",
        role="note",
        aria_label=f"{claim.id}, line of the concept note",
    )


def clauses(claim: Claim) -> list[Element]:
    """Return what is right, wrong and unknown about a line, a paragraph each."""
    return [
        html("p", html("strong", f"{heading}:"), f" {text}", class_="claim-clause")
        for heading, text in claim.clauses.items()
    ]


def verdict(claim: Claim) -> Element:
    """Return the verdict on a line, with a class by which a style sheet marks it."""
    shape = claim.verdict.replace(" ", "-")
    return html("span", claim.verdict, class_=f"verdict verdict-{shape}")


def evidence(claim: Claim) -> Element:
    """Return the strength of the evidence on an examined line, and its date."""
    day = html("time", long_date(claim.as_of), datetime=claim.as_of.isoformat())
    strength = claims.strength_in_words(claim.strength)
    return html("p", f"{strength}, as{NBSP}of{NBSP}", day, class_="claim-evidence")


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


# ------------------------------------------------------------------ the register


def register_parts(register: Sequence[Claim], report: str = "") -> list[Section]:
    """Return a section for each part of the note, with the list of its lines.

    ``report`` is the page on which a reader reports an error; "" leaves the link out.
    """
    parts = []
    for prefix, of_part in groupby(register, lambda claim: claim.prefix):
        # A style that takes away marks of a list also takes its role away from Safari's readers.
        lines = [register_line(claim, report) for claim in of_part]
        listed = html("ul", *lines, class_="register", role="list")
        parts.append(Section(PARTS[prefix].title, [listed], part_label(prefix)))
    return parts


def register_line(claim: Claim, report: str = "") -> Element:
    """Return a line: its id as a link to itself, its title and verdict, and folded all the rest.

    The id of the element stands outside the folded part, because a browser without JavaScript may
    leave a part folded that holds the target of a link. The filters look at the data attributes.
    """
    return html(
        "li",
        html("a", claim.id, href=f"#{row_label(claim.id)}", class_="register-id"),
        html(
            "details",
            html(
                "summary",
                html("span", claim.title, class_="register-title"),
                html("span", ": ", class_="visually-hidden"),
                verdict(claim),
            ),
            html("dl", *_facts(claim, report)),
        ),
        id=row_label(claim.id),
        data_part=claim.prefix,
        data_kind=claim.kind,
        data_verdict=claim.verdict,
    )


def _facts(claim: Claim, report: str) -> list[Element]:
    """Return all that the register holds of a line, as names with what stands behind them."""
    place = html("p", f"{claim.part}, {claim.place}; {claim.kind}", class_="register-place")
    said = html("p", claim.line)
    where = PageLink(claim.page, f"#{claim.label}" if claim.is_examined else "")
    facts: dict[str, list[Content]] = {"The note says": [said, place]}
    if claim.is_examined:
        strength = evidence(claim)
        cited = Citations(citations.as_text(claim.sources))
        facts["Finding"] = [*clauses(claim), strength]
        facts["Answer"] = [html("p", f"{claim.answer} ", cited)]
        facts["Since 2011"] = [html("p", str(claim.changed_since_2011))]
    facts["Argued in"] = [html("p", where)]
    if report:
        facts["Wrong?"] = [html("p", PageLink(report, error_report_content.asked(claim.id)))]
    return [part for name, told in facts.items() for part in _fact(name, told)]


def _fact(name: str, told: Sequence[Content]) -> tuple[Element, Element]:
    return html("dt", name), html("dd", *told)


# ------------------------------------------------------------------ verdicts by part


def verdict_table(register: Sequence[Claim]) -> Element:
    """Return how many lines of each part of the note, and of the whole, have which verdict."""
    parts = [
        _count(
            LabelLink(part_label(prefix), part.title),
            [claim for claim in register if claim.prefix == prefix],
        )
        for prefix, part in PARTS.items()
    ]
    return table(
        "Verdicts by part of the concept note",
        COUNT_COLUMNS,
        html("tbody", *parts),
        html("tfoot", _count("The whole note", register)),
        class_="cards verdicts",
    )


def _count(name: Content, lines: Sequence[Claim]) -> Element:
    examined = sum(claim.is_examined for claim in lines)
    return row([name], [str(len(lines))], [str(examined)], [verdict_counts(lines)])


def verdict_counts(lines: Sequence[Claim]) -> str:
    """Return the verdicts of lines with the number of each, for example "2 done, 1 not done"."""
    found = Counter(claim.verdict for claim in lines)
    counted = [f"{found[each]} {each}".replace(" ", NBSP) for each in FINDINGS if found[each]]
    return ", ".join(counted) or "none yet"


# ------------------------------------------------------------------ verdicts in running text


def chapter_verdicts(lines: Sequence[Claim]) -> list[Content]:
    """Return verdicts, strength and date of the examined lines of a chapter, for its first box."""
    many = "line" if len(lines) == 1 else "lines"
    found = Counter(claim.verdict for claim in lines)
    counted = ", ".join(f"{found[each]} {each}" for each in FINDINGS if found[each])
    graded = [each for each in STRENGTHS if any(claim.strength == each for claim in lines)]
    strength = graded[0] if len(graded) == 1 else f"{graded[-1]} to {graded[0]}"
    days = [claim.as_of for claim in lines]
    return [
        html("strong", "Verdicts"),
        f" on {len(lines)} {many} of the note: {counted}. ",
        html("strong", "Evidence"),
        f": {strength}. ",
        html("strong", "As of"),
        f" {days_in_words(min(days), max(days))}.",
    ]


# ------------------------------------------------------------------ filters and files


def filters(register: Sequence[Claim]) -> Element:
    """Return the form of the filters, which register.js shows: without JavaScript it stays hidden.

    The button "Open all" opens or closes the lines that are shown.

    Each choice offers the values that some line has, with the number of its lines.
    """
    found = Counter(
        value for claim in register for value in (claim.prefix, claim.kind, claim.verdict)
    )
    return html(
        "form",
        _choice("part", "Part", {key: part.title for key, part in PARTS.items()}, found),
        _choice("kind", "Kind", {kind: kind for kind in VERDICTS}, found),
        _choice("verdict", "Verdict", {each: each for each in (*FINDINGS, UNEXAMINED)}, found),
        html("label", "Words ", html("input", type="search", name="words", autocomplete="off")),
        html("p", f"{len(register)} lines", role="status"),
        html("button", "Clear the filter", type="reset"),
        html("button", "Open all", type="button", name="open"),
        class_="register-filters register-choices",
        role="search",
        aria_label="Filter the register",
        hidden="hidden",
    )


def _choice(name: str, label: str, options: dict[str, str], found: Counter) -> Element:
    every = html("option", f"Any {label.lower()}", value="")
    listed = [
        html("option", f"{text} ({found[value]})", value=value)
        for value, text in options.items()
        if found[value]
    ]
    return html("label", f"{label} ", html("select", every, *listed, name=name))


def downloads() -> Element:
    """Return the links to the files of the register, which stand beside its page."""
    csv, json_file = (
        html("a", kind.upper(), href=f"claims.{kind}", download="") for kind in ("csv", "json")
    )
    return html("p", "The register as a file: ", csv, ", ", json_file, class_="register-files")


def as_json(register: Sequence[Claim], *, title: str, as_of: str, licence: str) -> str:
    """Return the register as JSON text."""
    whole: dict[str, Any] = {
        "title": title,
        "as_of": as_of,
        "licence": licence,
        "lines": [claims.as_json_fields(claim) for claim in register],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# ------------------------------------------------------------------ what is wrong


def unknown_line(name: str) -> str:
    """Return the sentence on a line that the note does not have."""
    near = difflib.get_close_matches(name, IDS, 3, 0.6)
    hint = f"near ids are {', '.join(near)}" if near else f"ids run from {IDS[0]} to {IDS[-1]}"
    return f"the concept note has no line {name!r}; {hint}."


def no_field(name: str, claim: Claim | None, field: str) -> str | None:
    """Return why a role finds no ``field`` of the line ``name``, or None."""
    if claim is None:
        return unknown_line(name)
    if not getattr(claim, field) or not claim.is_examined:
        return f"{name} has no {field} yet; fill in its row, or leave the role out."
    return None


def no_verdicts(text: str, page: str) -> str:
    """Return the sentence on a role ``{verdicts}`` that has nothing to say."""
    return (
        f"{{verdicts}}`{text}` finds no examined line of the note on {page}; write "
        "{verdicts}`this chapter` on a page that the register names, and leave it out elsewhere."
    )


def misplaced_box(claim: Claim, page: str, table_path: str, *, repeated: bool) -> str | None:
    """Return what is wrong with a box of ``claim`` on ``page``, or None.

    Parameters
    ----------
    repeated
        Whether the page has a box of the line already.
    table_path
        Where the register's table stands.
    """
    name = claim.id
    if repeated:
        return f"{name} has a box on this page already; keep one, and link to it with {{ref}}."
    if claim.page != page:
        return (
            f"{name} belongs to {claim.page}; move its box there and link from here with "
            f"{{line}}`{name}`, or change its chapter in {table_path}."
        )
    return None


def mismatch(claim: Claim, table_path: str, *, in_book: bool, has_box: bool) -> str | None:
    """Return what is wrong between a row of the register and its chapter, or None.

    Parameters
    ----------
    in_book
        Whether the book has the chapter that the row names.
    has_box
        Whether that chapter has a box of the line.
    """
    if claim.is_examined and not in_book:
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
        return f"{claim.id} has a box here, but no verdict; fill in its row in {table_path}."
    if in_book and not claim.is_examined and claim.page.startswith("notebooks/"):
        return (
            f"{claim.id} is {UNEXAMINED!r}, but its chapter {claim.page} is in the book; "
            f"argue the line there, put its box, and fill in its row in {table_path}."
        )
    return None
