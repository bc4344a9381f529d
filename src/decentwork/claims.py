"""The claim register: what the book finds on each of the 87 lines of the concept note.

The table is `data/claims.csv`; its sidecar checks each cell by itself. This module checks what
cells must be together: that every line of the note is there, that the verdict is one that its kind
admits, and that a verdict comes with everything a reader needs in order to check it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from decentwork import data
from decentwork.contract import DATA, DataError, shown

NAME = "claims"
UNEXAMINED = "not yet examined"
NOTE_DATE = date(2011, 6, 20)
ANSWER_WORDS = 60
CHANGE_WORDS = 40

PARTS = {
    "B": "Background and objectives",
    "S1": "First Segment",
    "S2": "Second Segment",
    "P1": "Panel: International Protection",
    "P2": "Panel: Labour Migration Policy",
    "P3": "Panel: The Role of the Private Sector",
    "P4": "Panel: Self-organization, Access to Remedies and Social Inclusion",
    "P5": "Panel: Innovative Tools",
}
"""Parts of the note by the prefix of their lines, in the note's order."""

_NUMBERED = {"B": 3, "S1": 10, "S1-Q": 8, "S2": 37, "P1": 6, "P2": 6, "P3": 5, "P4": 6, "P5": 6}
IDS = tuple(
    f"{prefix}{n}" if prefix.endswith("Q") else f"{prefix}-{n:02}"
    for prefix, count in _NUMBERED.items()
    for n in range(1, count + 1)
)
"""The lines of the note, in its order."""

_TESTED = ("supported", "partly supported", "contested", "not supported", "cannot be known")
_ASKED = ("answered", "partly answered", "open")
_PROMISED = ("done", "not done")
FINDINGS = (*_TESTED, *_ASKED, *_PROMISED)
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
"""Verdicts that may stand on no evidence about the line itself: strength `none`."""

NEEDED = ("strength", "as_of", "answer", "sources", "anchor", "grade", "changed_since_2011")
"""Fields that a verdict needs and that an unexamined line leaves empty."""

_SOURCE = re.compile(r"([A-Za-z][\w.:/-]*)\{([^{}]+)\}")
_BETWEEN_SOURCES = re.compile(r";\s*(?![^{}]*\})")


class Source(NamedTuple):
    """A citation key of references.bib and the place in that source."""

    key: str
    locator: str


@dataclass(frozen=True)
class Claim:
    """One line of the note. A field that is not filled is None, or no sources."""

    id: str
    part: str
    kind: str
    place: str
    line: str
    chapter: str
    verdict: str
    strength: str | None = None
    as_of: date | None = None
    answer: str | None = None
    sources: tuple[Source, ...] = ()
    anchor: str | None = None
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
    def label(self) -> str:
        """The label of the place in the chapter where the line is argued."""
        return f"claim-{self.id.lower()}"

    @property
    def page(self) -> str:
        """The page that examines the line: its path in the repository without suffix."""
        return self.chapter if self.chapter.startswith("book/") else f"notebooks/{self.chapter}"


def parse_sources(text: str) -> tuple[Source, ...]:
    """Read `key{locator}; key{locator}`. ValueError says which citation is not of that form."""
    sources = []
    for citation in _BETWEEN_SOURCES.split(text):
        found = _SOURCE.fullmatch(citation)
        if not found:
            raise ValueError(
                f"{citation!r} is not a key with a locator; write key{{p. 5}}; key{{Table 2}}"
            )
        sources.append(Source(*found.groups()))
    return tuple(sources)


def load(folder: Path = DATA) -> list[Claim]:
    """The 87 lines in the note's order, from `<folder>/claims.csv`. DataError names every fault."""
    frame = data.read(NAME, folder)
    path = folder / f"{NAME}.csv"
    claims, found = [], []
    for line, row in enumerate(frame.to_dict("records"), start=2):
        try:
            claims.append(_claim(row))
        except ValueError as error:
            found.append(f"line {line}, column sources: {error}")
    if found := found or faults(claims):
        raise DataError(shown(path), found)
    return claims


def record(claim: Claim) -> dict[str, Any]:
    """A claim for JSON: dates as text, sources as objects, None where nothing is filled in."""
    return asdict(claim) | {
        "as_of": claim.as_of and claim.as_of.isoformat(),
        "sources": [source._asdict() for source in claim.sources],
    }


def _claim(row: dict[str, Any]) -> Claim:
    cells = {name: None if pd.isna(cell) else cell for name, cell in row.items()}
    cells["as_of"] = cells["as_of"] and cells["as_of"].date()
    cells["sources"] = parse_sources(cells["sources"]) if cells["sources"] else ()
    return Claim(**cells)


# --------------------------------------------------------------------------- the check


def faults(claims: Sequence[Claim]) -> list[str]:
    """What is wrong with a register, one sentence a fault, with line of the table and column."""
    found = _missing_or_unknown([claim.id for claim in claims])
    for line, claim in enumerate(claims, start=2):
        own = _examined(claim) if claim.is_examined else _unexamined(claim)
        found += [f"line {line} ({claim.id}), {fault}" for fault in _belongs(claim) + own]
    return found


def _missing_or_unknown(ids: list[str]) -> list[str]:
    found = [f"line {name} of the note is missing; add its row" for name in IDS if name not in ids]
    found += [f"{name} is no line of the note; remove its row" for name in ids if name not in IDS]
    found += [
        f"{name} stands {ids.count(name)} times; keep one row"
        for name in IDS
        if ids.count(name) > 1
    ]
    if not found and tuple(ids) != IDS:
        first = next(line for line, name in enumerate(ids, start=2) if name != IDS[line - 2])
        found.append(
            f"line {first}: {ids[first - 2]} stands where the note has {IDS[first - 2]}; "
            "keep the note's order"
        )
    return found


def _belongs(claim: Claim) -> list[str]:
    found = []
    if claim.id in IDS and claim.part != PARTS[claim.prefix]:
        found.append(
            f"column part: is {claim.part!r}, but {claim.prefix} is {PARTS[claim.prefix]!r}"
        )
    if claim.kind not in VERDICTS:
        found.append(f"column kind: {claim.kind!r} is not known; use {_one_of(VERDICTS)}")
    elif claim.is_examined and claim.verdict not in VERDICTS[claim.kind]:
        found.append(
            f"column verdict: {claim.verdict!r} is no verdict on a line of kind {claim.kind!r}; "
            f"use {_one_of(VERDICTS[claim.kind])}"
        )
    return found


def _unexamined(claim: Claim) -> list[str]:
    return [
        f"column {name}: is filled, but the verdict is {UNEXAMINED!r}; set it or empty the cell"
        for name in NEEDED
        if getattr(claim, name)
    ]


def _examined(claim: Claim) -> list[str]:
    found = [
        f"column {name}: is empty, but the verdict is {claim.verdict!r}; fill it in"
        for name in NEEDED
        if not getattr(claim, name)
    ]
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
    keys = [source.key for source in claim.sources]
    found += [
        f"column sources: {key} stands twice; join its locators, {key}{{p. 5, Table 2}}"
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    wanted = f"{claim.chapter}#{claim.label}"
    if claim.anchor and claim.anchor != wanted:
        found.append(f"column anchor: is {claim.anchor!r}; the place of the argument is {wanted!r}")
    return found


def _too_long(column: str, text: str | None, most: int) -> list[str]:
    words = len((text or "").split())
    return [f"column {column}: has {words} words; cut it to {most}"] if words > most else []


def _one_of(allowed: Sequence[str] | dict[str, Any]) -> str:
    return ", ".join(repr(each) for each in allowed)
