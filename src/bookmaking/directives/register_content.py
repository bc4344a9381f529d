"""What the pages say of the claim register: words, counts, files, and faults.

The pages themselves are written by the templates `register.html`, `claim_box.html`,
`verdict_table.html` and `note_at_a_glance.html`; `register` puts them in their place.
"""

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from bookmaking.directives import elements
from bookmaking.directives.error_report_content import asked
from decentwork import citations, claims
from decentwork.claims import FINDINGS, IDS, PARTS, STRENGTHS, UNEXAMINED, VERDICTS, Claim
from decentwork.days import in_words

NBSP = "\N{NO-BREAK SPACE}"
PARAGRAPHS = "note-paragraphs"
"""The table of the note's paragraphs."""
TITLES = {prefix: part.title for prefix, part in PARTS.items()}


class NoteError(ValueError):
    """A line of the note whose paragraph has no row."""


# ------------------------------------------------------------------ pages


def row_label(claim_id: str) -> str:
    """Return the label of the row of a line in the register."""
    return f"line-{claim_id.lower()}"


def register_labels(register: Sequence[Claim]) -> dict[str, str]:
    """Return the labels of the register's rows and parts, with the text of a link to each."""
    parts = {f"part-{claim.prefix.lower()}": claim.part for claim in register}
    return parts | {row_label(claim.id): claim.id for claim in register}


def page(register: Sequence[Claim], report: str = "") -> Markup:
    """Return files, filters and all lines.

    ``report`` is the page on which a reader reports an error; "" leaves the link out.
    """
    found = Counter(
        value for claim in register for value in (claim.prefix, claim.kind, claim.verdict)
    )
    return render(
        "register.html",
        register=register,
        report=report,
        found=found,
        titles=TITLES,
        kinds={kind: kind for kind in VERDICTS},
        verdicts={each: each for each in (*FINDINGS, UNEXAMINED)},
    )


def render(template: str, **values: object) -> Markup:
    """Return what a template of the register makes of values."""
    filters = {
        "strength_in_words": claims.strength_in_words,
        "long_date": long_date,
        "verdict_counts": verdict_counts,
        "as_cited": citations.as_text,
        "asked": asked,
        "in_order_of": lambda groups, order: sorted(groups, key=lambda one: [*order].index(one[0])),
    }
    elements.templates().filters.update(filters)
    return elements.render(template, **values)


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
    return Markup(
        "<strong>Verdicts</strong> on {} of the note: {}. <strong>Evidence</strong>: {}. "
        "<strong>As of</strong> {}."
    ).format(
        elements.counted(lines, "line"),
        verdict_counts(lines).replace(NBSP, " "),
        strength,
        days_in_words(min(days), max(days)),
    )


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

    ``rows`` have part (a key of `claims.PARTS`), place and summary. Raises NoteError when a line
    comes from a paragraph that has no row.
    """
    paragraphs = {(row["part"], row["place"]): {**row, "lines": []} for row in rows}
    for claim in register:
        place = (claim.prefix, place_of(claim))
        if place not in paragraphs:
            raise NoteError(
                f"{claim.id} comes from {place[1]} of {claim.part}, which {PARAGRAPHS} does not "
                "have; add its row, or correct the place of the line."
            )
        paragraphs[place]["lines"].append(claim)
    return {
        title: [each for each in paragraphs.values() if each["part"] == part]
        for part, title in TITLES.items()
    }


# ------------------------------------------------------------------ files


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

    ``repeated`` says whether the page has a box of the line already, ``table_path`` where the
    register's table is.
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

    ``in_book`` says whether the book has the chapter that the row names, ``has_box`` whether that
    chapter has a box of the line.
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
