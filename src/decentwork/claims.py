"""The claim register: what the book finds on each of the 87 lines of the concept note.

The table is `claims`; its metadata checks the form of each cell by itself. This module holds the
closed lists of kinds, verdicts and strengths. It checks what cells must be together: that every
line of the note is there, that the verdict is one that its kind admits, and that a verdict comes
with everything a reader needs in order to check it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import citations, data
from decentwork.citations import Citation
from decentwork.data import DataError
from decentwork.days import NOTE_DATE
from decentwork.repository import DATA, path_in_repository

NAME = "claims"
UNEXAMINED = "not yet examined"
NOTE = "osce2011note"
"""The key of the note in references.bib."""
ANSWER_WORDS = 60
CHANGE_WORDS = 40
CLAUSE_WORDS = 30


@dataclass(frozen=True)
class Part:
    """A part of the note, and what it is called where."""

    title: str
    short: str
    """The title where a drawing has little room."""
    group: str
    """Under what it is counted, where three groups are enough."""
    words: str
    """How citations name it, and how the note's own headings begin or go on, in small letters."""


_FIRST, _SECOND, _PANELS = "Background and First Segment", "Second Segment", "Panels"
PARTS = {
    "B": Part("Background and objectives", "Background", _FIRST, "background and objectives"),
    "S1": Part("First Segment", "First Segment", _FIRST, "first segment"),
    "S2": Part("Second Segment", "Second Segment", _SECOND, "second segment"),
    "P1": Part(
        "Panel: International Protection", "Panel: protection", _PANELS, "international protection"
    ),
    "P2": Part("Panel: Labour Migration Policy", "Panel: migration", _PANELS, "labour migration"),
    "P3": Part(
        "Panel: The Role of the Private Sector", "Panel: private sector", _PANELS, "private sector"
    ),
    "P4": Part(
        "Panel: Self-organization, Access to Remedies and Social Inclusion",
        "Panel: remedies",
        _PANELS,
        "self-organization",
    ),
    "P5": Part("Panel: Innovative Tools", "Panel: tools", _PANELS, "innovative tools"),
}
"""Parts of the note by the prefix of their lines, in the note's order."""

_NUMBERED = {"B": 3, "S1": 10, "S1-Q": 8, "S2": 37, "P1": 6, "P2": 6, "P3": 5, "P4": 6, "P5": 6}
IDS = tuple(
    f"{prefix}{n}" if prefix.endswith("Q") else f"{prefix}-{n:02}"
    for prefix, count in _NUMBERED.items()
    for n in range(1, count + 1)
)
"""The lines of the note, in its order."""

LINE = rf"(?:{'|'.join(PARTS)})-Q?\d{{1,2}}"
"""The form of a line's identifier, such as S2-05 or S1-Q5, as a pattern."""

_TESTED = ("supported", "partly supported", "contested", "not supported", "cannot be known")
_ASKED = ("answered", "partly answered", "open")
_PROMISED = ("done", "partly done", "not done", "cannot be known")
FINDINGS = tuple(dict.fromkeys((*_TESTED, *_ASKED, *_PROMISED)))
"""All verdicts of examined lines."""

VERDICTS = {
    "claim": _TESTED,
    "figure": _TESTED,
    "question": _ASKED,
    "theme": _ASKED,
    "commitment": _PROMISED,
    "aim": _PROMISED,
    "reference": _PROMISED,
    "structure": _PROMISED,
}
"""Verdicts that each kind of line admits; every kind also admits UNEXAMINED."""

STRENGTHS = ("strong", "moderate", "weak", "none")
WITHOUT_EVIDENCE = ("cannot be known", "open")
"""Verdicts that may be on no evidence about the line itself: strength `none`."""

NEEDED = ("strength", "as_of", "answer", "sources", "grade", "changed_since_2011")
"""Fields that a verdict needs and that an unexamined line leaves empty."""

CLAUSES = ("right", "wrong", "unknown")
"""Fields that say in a clause each what holds of a line, what does not, and what nobody knows."""

TOLD = ("answer", *CLAUSES, "changed_since_2011")
"""Fields that tell readers in sentences what the book finds."""

_HEADINGS = {
    _TESTED: ("Right", "Wrong", "Unknown"),
    _ASKED: ("Known", "Not so", "Unknown"),
    _PROMISED: ("Done", "Not done", "Unknown"),
}
"""What readers see before each clause, by the verdicts that the kind of line admits."""

PUBLISHED = (
    "id", "part", "kind", "place", "title", "line", "chapter", *CLAUSES, "verdict", "strength",
    "as_of", "answer", "sources", "anchor", "grade", "changed_since_2011",
)  # fmt: skip
"""The columns of the register as readers download it; part and anchor follow from the others."""


@dataclass(frozen=True)
class Claim:
    """One line of the note. A field that is not filled is None, or no sources."""

    id: str
    kind: str
    place: str
    title: str
    line: str
    chapter: str
    verdict: str
    right: str | None = None
    wrong: str | None = None
    unknown: str | None = None
    strength: str | None = None
    as_of: date | None = None
    answer: str | None = None
    sources: tuple[Citation, ...] = ()
    grade: str | None = None
    changed_since_2011: str | None = None

    @property
    def is_examined(self) -> bool:
        """Whether the book has a verdict on the line."""
        return self.verdict != UNEXAMINED

    @property
    def prefix(self) -> str:
        """The key of the line's part in PARTS."""
        return self.id.partition("-")[0]

    @property
    def part(self) -> str:
        """The title of the part of the note in which the line is."""
        return PARTS[self.prefix].title

    @property
    def clauses(self) -> dict[str, str]:
        """What is right, wrong and unknown, by the word that readers see before it."""
        headings = _HEADINGS[VERDICTS.get(self.kind, _TESTED)]  # an unknown kind is reported later
        found = (getattr(self, name) for name in CLAUSES)
        return {heading: text for heading, text in zip(headings, found, strict=True) if text}

    @property
    def anchor(self) -> str | None:
        """The place of the argument: chapter and label; None for a line that is not examined."""
        return f"{self.chapter}#{self.label}" if self.is_examined else None

    @property
    def label(self) -> str:
        """The label of the place in the chapter where the line is argued."""
        return f"claim-{self.id.lower()}"

    @property
    def page(self) -> str:
        """The page that examines the line: its path in the repository without suffix."""
        return self.chapter if self.chapter.startswith("book/") else f"notebooks/{self.chapter}"


def strength_in_words(strength: str) -> str:
    """Return a strength with what it is the strength of: "strong evidence", "no evidence"."""
    return f"{'no' if strength == 'none' else strength} evidence"


def load(folder: Path = DATA) -> list[Claim]:
    """Return the 87 lines in the note's order. Raises DataError with every fault."""
    frame = data.read(NAME, folder)
    path = data.metadata(NAME, folder).csv_path
    claims, found = [], []
    for line, row in enumerate(frame.to_dict("records"), start=2):
        try:
            claims.append(_claim(row))
        except ValueError as error:
            found.append(f"line {line}, column sources: {error}")
    if found := found or faults(claims):
        raise DataError(path_in_repository(path), found)
    return claims


def as_json_fields(claim: Claim) -> dict[str, Any]:
    """Return a claim for JSON: dates as text, sources as objects, None where nothing is filled."""
    return {name: getattr(claim, name) for name in PUBLISHED} | {
        "as_of": claim.as_of and claim.as_of.isoformat(),
        "sources": [source._asdict() for source in claim.sources],
    }


def as_csv(claims: Iterable[Claim]) -> str:
    """Return the register as readers download it, with part and anchor of each line."""
    rows = [
        {name: getattr(claim, name) for name in PUBLISHED}
        | {"sources": citations.as_text(claim.sources)}
        for claim in claims
    ]
    return pd.DataFrame(rows, columns=PUBLISHED).to_csv(index=False, lineterminator="\n")


def _claim(row: dict[str, Any]) -> Claim:
    cells = {name: None if pd.isna(cell) else cell for name, cell in row.items()}
    cells["as_of"] = cells["as_of"] and cells["as_of"].date()
    cells["sources"] = citations.parse(cells["sources"]) if cells["sources"] else ()
    return Claim(**cells)


# --------------------------------------------------------------------------- the check


def faults(claims: Sequence[Claim]) -> list[str]:
    """Return what is wrong with a register, one sentence per fault, with line and column."""
    found = _missing_or_unknown([claim.id for claim in claims])
    for line, claim in enumerate(claims, start=2):
        own = _examined(claim) if claim.is_examined else _unexamined(claim)
        found += [f"line {line} ({claim.id}), {fault}" for fault in _belongs(claim) + own]
    return found


def _missing_or_unknown(ids: list[str]) -> list[str]:
    found = [f"line {name} of the note is missing; add its row" for name in IDS if name not in ids]
    strange = [name for name in ids if name not in IDS]
    found += [f"{name} is not a line of the note; remove its row" for name in strange]
    found += [
        f"{name} is there {ids.count(name)} times; keep one row"
        for name in IDS
        if ids.count(name) > 1
    ]
    if not found and tuple(ids) != IDS:
        first = next(line for line, name in enumerate(ids, start=2) if name != IDS[line - 2])
        found.append(
            f"line {first}: {ids[first - 2]} is where the note has {IDS[first - 2]}; "
            "keep the note's order"
        )
    return found


def _belongs(claim: Claim) -> list[str]:
    found = []
    if claim.kind not in VERDICTS:
        found.append(f"column kind: {claim.kind!r} is not known; use {_one_of(VERDICTS)}")
    elif claim.is_examined and claim.verdict not in VERDICTS[claim.kind]:
        found.append(
            f"column verdict: {claim.verdict!r} is not a verdict on a line of kind {claim.kind!r}; "
            f"use {_one_of(VERDICTS[claim.kind])}"
        )
    return found


def _unexamined(claim: Claim) -> list[str]:
    return [
        f"column {name}: is filled, but the verdict is {UNEXAMINED!r}; set it or empty the cell"
        for name in (*NEEDED, *CLAUSES)
        if getattr(claim, name)
    ]


def _examined(claim: Claim) -> list[str]:
    found = [
        f"column {name}: is empty, but the verdict is {claim.verdict!r}; fill it in"
        for name in NEEDED
        if not getattr(claim, name)
    ]
    if not claim.clauses:
        found.append(
            "columns right, wrong and unknown: are all empty; say in at least one what holds, what "
            "does not, or what nobody knows"
        )
    if claim.strength and claim.strength not in STRENGTHS:
        found.append(f"column strength: {claim.strength!r} is not known; use {_one_of(STRENGTHS)}")
    if claim.strength == "none" and claim.verdict not in WITHOUT_EVIDENCE:
        found.append(
            f"column strength: 'none' goes only with {_one_of(WITHOUT_EVIDENCE)}, "
            f"and the verdict is {claim.verdict!r}; grade the evidence, or change the verdict"
        )
    if claim.as_of and claim.as_of < NOTE_DATE:
        found.append(
            f"column as_of: {claim.as_of} is before the note itself ({NOTE_DATE}); correct the date"
        )
    found += _too_long("answer", claim.answer, ANSWER_WORDS)
    found += _too_long("changed_since_2011", claim.changed_since_2011, CHANGE_WORDS)
    for name in CLAUSES:
        found += _too_long(name, getattr(claim, name), CLAUSE_WORDS)
    keys = [source.key for source in claim.sources]
    found += [
        f"column sources: {key} is twice; join its locators, {key}{{p. 5, Table 2}}"
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    found += [
        f"column sources: {key} names no place in the source; write {key}{{p. 5}}"
        for key in citations.unplaced(claim.sources)
    ]
    return found


def _too_long(column: str, text: str | None, most: int) -> list[str]:
    words = len((text or "").split())
    return [f"column {column}: has {words} words; cut it to {most}"] if words > most else []


def _one_of(allowed: Sequence[str] | dict[str, Any]) -> str:
    return ", ".join(repr(each) for each in allowed)
