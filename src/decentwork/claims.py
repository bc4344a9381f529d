"""The claim register: the book's answer to each of the 87 lines of the concept note, by parts.

A line is cut into parts that one finding can decide. Each part has a word (`WORDS`), and codes of
the findings that decide it (`CODES`) give its strength. Four tables hold this: `claims`, `parts`,
`evidence`, whose column ``decides`` says which finding decides which part, and `searches`. Their
metadata check the form of each cell; this module checks what cells must be together.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import citations, data, sources
from decentwork.citations import Citation
from decentwork.data import DataError
from decentwork.days import NOTE_DATE
from decentwork.repository import BIBLIOGRAPHY, DATA, path_in_repository
from decentwork.tables.cited_cells import BETWEEN, keys_of

NAME = "claims"
TABLES = (NAME, "parts", "evidence", "searches")
"""The tables from which the register is made."""
NOTE = "osce2011note"
"""The key of the note in references.bib."""
MOST_WORDS = {"answer": 30, "misread": 30, "changed_since_2011": 40}
TOLD = tuple(MOST_WORDS)
"""Fields that tell readers in sentences what the book finds."""


@dataclass(frozen=True)
class Segment:
    """A segment or panel of the note, and what it is called where."""

    title: str
    short: str
    """The title where a drawing has little room."""
    group: str
    """Under what it is counted, where three groups are enough."""
    words: str
    """How citations name it, and how the note's own headings begin or go on, in small letters."""


_FIRST, _SECOND, _PANELS = "Background and First Segment", "Second Segment", "Panels"
SEGMENTS = {
    "B": Segment("Background and objectives", "Background", _FIRST, "background and objectives"),
    "S1": Segment("First Segment", "First Segment", _FIRST, "first segment"),
    "S2": Segment("Second Segment", "Second Segment", _SECOND, "second segment"),
    "P1": Segment(
        "Panel: International Protection", "Panel: protection", _PANELS, "international protection"
    ),
    "P2": Segment(
        "Panel: Labour Migration Policy", "Panel: migration", _PANELS, "labour migration"
    ),
    "P3": Segment(
        "Panel: The Role of the Private Sector", "Panel: private sector", _PANELS, "private sector"
    ),
    "P4": Segment(
        "Panel: Self-organization, Access to Remedies and Social Inclusion",
        "Panel: remedies",
        _PANELS,
        "self-organization",
    ),
    "P5": Segment("Panel: Innovative Tools", "Panel: tools", _PANELS, "innovative tools"),
}
"""Segments and panels of the note by the prefix of their lines, in the note's order."""

_NUMBERED = {"B": 3, "S1": 10, "S1-Q": 8, "S2": 37, "P1": 6, "P2": 6, "P3": 5, "P4": 6, "P5": 6}
IDS = tuple(
    f"{prefix}{n}" if prefix.endswith("Q") else f"{prefix}-{n:02}"
    for prefix, count in _NUMBERED.items()
    for n in range(1, count + 1)
)
"""The lines of the note, in its order."""

LINE = rf"(?:{'|'.join(SEGMENTS)})-Q?\d{{1,2}}"
"""The form of a line's identifier, such as S2-05 or S1-Q5, as a pattern."""

KINDS = ("practice", "number", "change", "effect", "rule", "act", "question", "norm")
"""What a part asserts; the page on the register explains each."""
WORDS = (
    "right", "right, corrected", "right for some", "wrong", "disputed", "untested", "not read",
    "answer", "norm",
)  # fmt: skip
"""What the book says of a part: `answer` of a question, `norm` of a wish."""
SAID = {word: word for word in WORDS} | {"norm": "a wish, no word"}
"""How pages say each word."""
UNDECIDED = ("untested", "not read", "norm")
"""Words that no finding decides; they have no strength."""

CODES = {
    "one": "one source",
    "other": "other people or another place",
    "when": "another time",
    "own": "those say it who are judged by it",
    "small": "too few cases to tell the direction",
    "copy": "read only in an abstract, an opening or through others",
}
"""What makes the findings that decide a part less sure, each with its name for readers.

Readers code all but ``copy``, which follows from how far the sources were read.
"""
STRENGTHS = ("high", "medium", "low")
"""How sure a word is: of no code, of one, and of two or more."""

PUBLISHED = (
    "id", "segment", "kind", "place", "title", "line", "chapter", "answer", "misread", "as_of",
    "sources", "anchor", "grade", "changed_since_2011",
)  # fmt: skip
"""The columns of the register as readers download it."""
PUBLISHED_OF_PARTS = ("part", "kind", "words", "word", "strength", "codes", "test", "unread")
"""The same for the parts."""

_IN_SHORT = re.compile(
    r"\b(?:abstract|openings?|summary|headnotes?|title page|press release|notices?|cover|excerpts?"
    r"|highlights|preface|introduction|in brief|first (?:\w+ )?(?:paragraphs|lines|facts)"
    r"|page of the report)\b"
)
"""Pieces of a text that do not count as having read it."""


@dataclass(frozen=True)
class LinePart:
    """A part of a line: its key, such as S2-05a, and what the book says of it."""

    part: str
    kind: str
    words: str
    """The words of the note."""
    word: str
    codes: frozenset[str] = frozenset()
    test: str | None = None
    """What would test it, where it is untested."""
    unread: str | None = None
    """Which texts were not read that would decide it."""
    searched: bool = False
    """Whether a search for evidence on it is in the table of searches."""

    @property
    def strength(self) -> str | None:
        """How sure the word is; None where nothing decides it."""
        if self.word in UNDECIDED:
            return None
        return STRENGTHS[min(len(self.codes), len(STRENGTHS) - 1)]

    @property
    def finding(self) -> str:
        """Word and strength as pages say them: "right for some, high that it occurs"."""
        if not self.strength:
            return SAID[self.word]
        return f"{self.word}, {self.strength}" + " that it occurs" * (self.word == "right for some")

    @property
    def reasons(self) -> tuple[str, ...]:
        """What makes the word less sure, in the order of `CODES`."""
        return tuple(said for code, said in CODES.items() if code in self.codes)


@dataclass(frozen=True)
class Claim:
    """One line of the note, with the book's answer. ``misread`` says what it does not mean."""

    id: str
    kind: str
    place: str
    title: str
    line: str
    chapter: str
    answer: str
    as_of: date
    sources: tuple[Citation, ...]
    grade: str
    changed_since_2011: str
    misread: str | None = None
    parts: tuple[LinePart, ...] = ()

    @property
    def prefix(self) -> str:
        """The key of the line's segment in SEGMENTS."""
        return self.id.partition("-")[0]

    @property
    def segment(self) -> str:
        """The title of the segment or panel of the note in which the line is."""
        return SEGMENTS[self.prefix].title

    @property
    def verdict(self) -> str:
        """The words of its parts with their strengths, in one line."""
        return "; ".join(part.finding for part in self.parts)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its parts as pages say them, each once."""
        return tuple(dict.fromkeys(SAID[part.word] for part in self.parts))

    @property
    def strengths(self) -> tuple[str, ...]:
        """The strengths of its decided parts, each once, the highest first, or "none"."""
        found = {part.strength for part in self.parts}
        return tuple(each for each in STRENGTHS if each in found) or ("none",)

    @property
    def anchor(self) -> str:
        """The place of the argument: chapter and label."""
        return f"{self.chapter}#{self.label}"

    @property
    def label(self) -> str:
        """The label of the place in the chapter where the line is argued."""
        return f"claim-{self.id.lower()}"

    @property
    def page(self) -> str:
        """The page that examines the line: its path in the repository without suffix."""
        return self.chapter if self.chapter.startswith("book/") else f"notebooks/{self.chapter}"


def load(folder: Path = DATA) -> list[Claim]:
    """Return the 87 lines in the note's order. Raises DataError with every fault.

    How far sources were read is taken from the ``references.bib`` next to ``folder``.
    """
    lines, parts, evidence, searches = (rows(name, folder) for name in TABLES)
    deciding: dict[str, list[dict]] = {}
    for row in evidence:
        for part in several(row["decides"]):
            deciding.setdefault(part, []).append(row)
    searched = {part for row in searches for part in several(row["part"])}
    found = [
        *_missing_or_unknown([row["id"] for row in lines]),
        *_unknown("part", {row["part"] for row in parts}, searched | deciding.keys()),
        *_unknown("line", {row["id"] for row in lines}, {row["line"] for row in parts}),
    ]
    bibliography = folder.parent / BIBLIOGRAPHY.name
    read = {key: each.fields_dict["read"].value if "read" in each.fields_dict else ""
            for key, each in sources.load(bibliography).items()}  # fmt: skip
    by_line: dict[str, list[LinePart]] = {}
    for row in parts:
        decided_by = deciding.get(row["part"], ())
        part = _part(row, decided_by, read, searched=row["part"] in searched)
        by_line.setdefault(row["line"], []).append(part)
        found += (f"{part.part}, {fault}" for fault in _of_part(part, row, decided_by))
    claims = []
    for row in lines:
        try:
            cited = citations.parse(row["sources"] or "")
        except ValueError as error:
            found.append(f"{row['id']}, column sources: {error}")
            continue
        own = tuple(by_line.get(row["id"], ()))
        claims.append(Claim(**row | {"sources": cited, "as_of": row["as_of"].date(), "parts": own}))
        found += (f"{row['id']}, {fault}" for fault in _of_line(claims[-1]))
    if found:
        raise DataError(path_in_repository(data.metadata(NAME, folder).csv_path.parent), found)
    return claims


def as_json_fields(claim: Claim) -> dict[str, Any]:
    """Return a claim for JSON: dates as text, sources and parts as objects, None for nothing."""
    return {name: getattr(claim, name) for name in PUBLISHED} | {
        "as_of": claim.as_of.isoformat(),
        "sources": [source._asdict() for source in claim.sources],
        "parts": [_published(part) for part in claim.parts],
    }


def as_csv(claims: Iterable[Claim]) -> str:
    """Return the lines of the register as readers download them."""
    rows = [
        {name: getattr(claim, name) for name in PUBLISHED}
        | {"sources": citations.as_text(claim.sources)}
        for claim in claims
    ]
    return pd.DataFrame(rows, columns=PUBLISHED).to_csv(index=False, lineterminator="\n")


def parts_as_csv(claims: Iterable[Claim]) -> str:
    """Return the parts of the lines as readers download them; codes are joined by semicolons."""
    rows = [
        {"line": claim.id, **_published(part), "codes": BETWEEN.join(_published(part)["codes"])}
        for claim in claims
        for part in claim.parts
    ]
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")


def _published(part: LinePart) -> dict[str, Any]:
    named = [code for code in CODES if code in part.codes]
    return {name: getattr(part, name) for name in PUBLISHED_OF_PARTS} | {"codes": named}


def rows(name: str, folder: Path = DATA) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries; a cell that is not filled is None."""
    frame = data.read(name, folder)
    return frame.astype("object").where(frame.notna(), None).to_dict("records")


def several(cell: str | None) -> list[str]:
    """Return the keys of parts that a cell holds, joined by semicolons."""
    return [each.strip() for each in (cell or "").split(BETWEEN.strip()) if each.strip()]


def _part(
    row: Mapping[str, Any], decided_by: Iterable[dict], read: Mapping[str, str], *, searched: bool
) -> LinePart:
    codes = {code for code in CODES if row.get(code) == "yes"}
    if row["word"] not in UNDECIDED and not any(_is_read(each, read) for each in decided_by):
        codes.add("copy")
    told = {name: row[name] for name in ("part", "kind", "words", "word", "test", "unread")}
    return LinePart(**told, codes=frozenset(codes), searched=searched)


def _is_read(finding: Mapping[str, str], read: Mapping[str, str]) -> bool:
    """Return whether more than an abstract or another's account of a source was read.

    ``read`` has what the bibliography says of each source, such as "in part: the table".
    """
    if finding["grade"] != "A":
        return False
    extents = (read.get(key, "").partition(":")[::2] for key in keys_of(finding["source"]))
    return any(
        extent in ("in full", "data")
        or (
            extent == "in part"
            and any(
                re.search("[a-z]", piece) and not _IN_SHORT.search(piece)
                for piece in re.split(r", | and ", what)
            )
        )
        for extent, what in extents
    )


# --------------------------------------------------------------------------- what is refused


def _missing_or_unknown(ids: list[str]) -> list[str]:
    found = [f"line {name} of the note is missing; add its row" for name in IDS if name not in ids]
    strange = [name for name in ids if name not in IDS]
    found += [f"{name} is not a line of the note; remove its row" for name in strange]
    if not found and tuple(ids) != IDS:
        found.append("the lines are not each there once, in the note's order; put them so")
    return found


def _unknown(what: str, known: Collection[str], named: Collection[str]) -> list[str]:
    return [
        f"{name} is no {what} of the register; fix the key, or add the {what}"
        for name in sorted(set(named) - set(known))
    ]


def _of_part(part: LinePart, row: Mapping[str, Any], decided_by: Sequence[dict]) -> Iterator[str]:
    for column, allowed in (("kind", KINDS), ("word", WORDS)):
        if row[column] not in allowed:
            yield f"column {column}: {row[column]!r} is not known; use {', '.join(allowed)}"
    for kind, word in (("question", "answer"), ("norm", "norm")):
        if (part.kind == kind) != (part.word == word):
            yield f"column word: {part.word!r} goes not with the kind {part.kind!r}; change one"
    if part.word in UNDECIDED:
        if decided_by:
            yield f"column word: is {part.word!r}, and a finding decides it; change the word, or "
            "the column decides of the evidence"
    else:
        if not decided_by:
            yield f"column word: is {part.word!r}, and no finding decides it; mark those that do"
        for code in CODES:
            if code != "copy" and not row[code]:
                yield f"column {code}: is empty, and the word is {part.word!r}; write yes or no"
    if part.word == "untested" and not part.searched:
        yield "column word: is 'untested', and no search is logged; search, and log it in searches"
    for word, column in (("untested", "test"), ("not read", "unread")):
        if (part.word == word) != bool(row[column]):
            yield f"column {column}: goes with the word {word!r}, and only with it; fix one of them"


def _of_line(claim: Claim) -> Iterator[str]:
    if not claim.parts:
        yield "has no part; cut it into parts, in the note's words"
    for column, most in MOST_WORDS.items():
        if (words := len((getattr(claim, column) or "").split())) > most:
            yield f"column {column}: has {words} words; cut it to {most}"
    if claim.as_of < NOTE_DATE:
        yield f"column as_of: {claim.as_of} is before the note itself ({NOTE_DATE}); correct it"
    keys = [source.key for source in claim.sources]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield f"column sources: {key} is twice; join its locators, {key}{{p. 5, Table 2}}"
    for key in citations.unplaced(claim.sources):
        yield f"column sources: {key} names no place in the source; write {key}{{p. 5}}"
