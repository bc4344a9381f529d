"""What the pages say of the claim register: words, counts, and what is wrong.

The pages themselves are written by the templates `register.html`, `claim_box.html`,
`verdict_table.html`, `chapter_verdicts.html` and `note_at_a_glance.html`; `register` puts them in
their place.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from markupsafe import Markup
from sphinx.errors import ExtensionError

from bookmaking.directives import elements
from decentwork import citations, claims
from decentwork.claims import FINDINGS, IDS, PARTS, STRENGTHS, UNEXAMINED, VERDICTS, Claim
from decentwork.days import in_words

NBSP = "\N{NO-BREAK SPACE}"
PARAGRAPHS = "note-paragraphs"
"""The table of the note's paragraphs."""
TITLES = {prefix: part.title for prefix, part in PARTS.items()}


# ------------------------------------------------------------------ pages


def row_label(claim_id: str) -> str:
    """Return the label of the row of a line in the register."""
    return f"line-{claim_id.lower()}"


def render(template: str, **values: object) -> Markup:
    """Return what a template of the register makes of values."""
    elements.templates().filters.update(
        strength_in_words=claims.strength_in_words,
        long_date=long_date,
        verdict_counts=verdict_counts,
        as_cited=citations.as_text,
    )
    return elements.render(template, titles=TITLES, **values)


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
    return render("register.html", register=register, report=report, found=found, choices=choices)


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
    return render("chapter_verdicts.html", lines=lines, strength=strength, days=when, NBSP=NBSP)


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
