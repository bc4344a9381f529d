"""What is told where, and how two tellings of one number are compared.

A number is told by a row of a table, with its unit, State, year and place; by the entry of a source
in ``references.bib``, whose field ``quoted`` has what the text quotes and no table has::

    quoted = {86 per cent knew of trafficking [abstract]; 2,000 people asked [abstract]},

by a sentence; and by a notebook, which publishes it under a name. Two tellings of one number agree
if neither names another kind of thing, State, year or place, nor a rival of a word of the other.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bookmaking.checks import rows
from bookmaking.source import sentences
from bookmaking.source.number_words import (
    COUNTED,
    ONES,
    SCALES,
    SHARE,
    Number,
    kind_of,
    numbers_in,
    years_in,
)
from decentwork import sources
from decentwork.days import MONTHS
from decentwork.tables.cited_cells import of_cells
from decentwork.tables.metadata import OF_THE_SOURCE, read_yaml

NO_FACTS = frozenset({*OF_THE_SOURCE, "sources", "read_in", "url", "id", "claim", "iso3"})
"""Columns that say nothing of what was found."""
PLAIN = re.compile(r"[-−+<>]?(\d[\d.]*)")
NAMED = ("year", "date", "dated", "title", "number", "shorthand", "booktitle", "version")
"""Fields of an entry whose numbers are those of the source's name: its year, its article."""
QUOTED = re.compile(r"(?P<words>[^;\[\]]+?)\s*(?:\[(?P<locator>[^\]]+)\])?\s*(?:;|$)")
OF_THE_NAME = "a part of the name"
"""The kind of a number that names a source; only a number of no kind may be it."""
MOST_NAMED = 3
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 5
ALIKE = 2
"""How many long words a small number has in common with its equal elsewhere, if both are one."""
OF_A_PLACE = re.compile(r"[^\W\d_]+|\d+")
NO_PLACE = re.compile(
    "of|the|and|on|in|a|to|for|by|from|at|its|as|with|pp?|paras?|paragraphs?|arts?|articles?|pages?"
    "|tables?|rows?|sections?|points?|no|chapter|sheet|figures?"
)
"""Words of a place that say only its kind, or nothing."""
ORDINALS = ("", *re.findall(r"\w+", "first second third fourth fifth sixth seventh eighth ninth"))
DAY = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])-(\d\d)\b")
MONTH_NAMES = ("", *MONTHS)
RANGE = re.compile(r"(\d+)\s?[-–]\s?(\d+)")

RIVALS: Mapping[str, Sequence[str]] = read_yaml(Path(sentences.__file__).with_name("rivals.yml"))
"""Families of rivals: words of one family, of which two tellings of one thing use the same."""
_MEMBER: dict[str, list[tuple[str, int]]] = {}
for _family, _sides in RIVALS.items():
    for _number, _words in enumerate(_sides):
        for _word in _words.split():
            _MEMBER.setdefault(_word, []).append((_family, _number))
PHRASES = re.compile(
    "(at least|at most|more than|fewer than|less than|up to|per cent|percentage points|"
    "forced labour|labour exploitation|labour trafficking|"
    "(?:possible|potential|presumed) victims?|without authorization|(?<=\\d )(?:March|May)\\b)|%",
    re.IGNORECASE,
)
NOT_OF = re.compile(
    r"\b(?:outside|without|other than|except(?: for)?|not) \w+"
    r"|\b(?:one|two|three|an?|times) (?:more|less)\b",
    re.I,
)
"""A word that the text says is not meant."""
TOKEN = re.compile(r"[^\W\d]+")
Sides = frozenset[tuple[str, int]]


@cache
def sides_of(text: str) -> Sides:
    """Return the families of rivals of which a text has a word, each with the side it takes."""
    text = NOT_OF.sub(lambda match: match[0].partition(" ")[0], text)
    text = PHRASES.sub(_phrase, text)
    return frozenset(side for word in TOKEN.findall(text.lower()) for side in _MEMBER.get(word, ()))


CALLED = {
    "victim": "possible_victims", "victims": "possible_victims", "authorization": "unauthorized",
    "march": "in_march", "may": "in_may",
}  # fmt: skip
"""The names of phrases that end in these words."""


def _phrase(match: re.Match) -> str:
    words = (match[1] or "per cent").lower()
    return CALLED.get(words.split()[-1], words.replace(" ", "_")) + " "


def rival(one: Sides, other: Sides, families: Iterable[str] = RIVALS) -> str:
    """Return the family of which two texts take different sides; empty if there is none."""
    for family in families:
        mine = {side for name, side in one if name == family}
        yours = {side for name, side in other if name == family}
        if mine and yours and not mine & yours:
            return family
    return ""


OF_THE_UNIT = ("unit", "scale", "currency", "time", "month")
"""Families of the words that follow a number; the others are of its clause."""
AFTER = 28
CUT = re.compile(
    r"[,;:()—–]\s|\.\s|(?<!women )(?<!men )(?<!girls )\b(?:and|or)\b"
    r"|\b(?:but|while|whereas|against)\b"
)


@dataclass(frozen=True)
class Known:
    """A number that is told elsewhere: its place in the repository, and what is known of it.

    ``locator`` is its place in the source; ``states`` and ``years`` are those that are told with
    it, empty where nothing is known; ``near`` is the text from the number on, ``clause`` the text
    around it, and ``context`` all that its row or sentence says.
    """

    number: Number
    place: str
    locator: str = ""
    states: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    near: str = ""
    clause: str = ""
    context: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The beginnings of the long words that are told with the number."""
        return stems_of(self.context)

    def __str__(self) -> str:
        """Return the number with its kind and place, for a message."""
        kind = f", {self.number.kind}" if self.number.kind else ""
        return f"{self.number.text} ({self.place}{kind})"


def in_text(text: str, place: str, root: Path, locator: str = "") -> tuple[Known, ...]:
    """Return the numbers of a sentence, each with the States and years that the sentence names."""
    return _in_text(text, place, locator, *rows.states_version(root)) if numbers_in(text) else ()


@cache
def _in_text(text: str, place: str, locator: str, *states: Any) -> tuple[Known, ...]:
    named, years = rows.states_in(text, *states), years_in(text)
    return tuple(
        Known(number, place, locator, named, years, *around(text, number), text)
        for number in numbers_in(text)
    )


def around(text: str, number: Number) -> tuple[str, str]:
    """Return the text from a number on, as far as a unit goes, and the clause around it."""
    others = [each for each in numbers_in(text) if not each.is_year]
    before = max((each.end for each in others if each.end <= number.start), default=0)
    after = min((each.start for each in others if each.start >= number.end), default=len(text))
    starts = [before, *(cut.end() for cut in CUT.finditer(text, before, number.start))]
    is_short = text.count(" ", starts[-1], number.start) < 2
    if len(starts) > 1 and is_short and not before and text[starts[-1] - 2] == ",":
        starts.pop()  # "construction had the highest rate, 35 per cent"
    start = starts[-1]
    end = next((cut.start() for cut in CUT.finditer(text, number.end, after)), after)
    near = text[number.start : min(after, number.end + AFTER)]
    return (near if after == len(text) else CUT.split(near)[0]), text[start:end]


class Source:
    """What one source is known to say: rows that cite it, and its entry in the bibliography."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: list[tuple[rows.Table, int, str]] = []
        self.of_entry: list[Known] = []
        self._made: dict[tuple[int, str, int], Known] = {}

    @cached_property
    def _cells(self) -> Mapping[float, list[tuple[int, str, Number]]]:
        """The cells by each value of a number in them; many rows are never asked for."""
        found: dict[float, list[tuple[int, str, Number]]] = {}
        for place, (table, line, _) in enumerate(self.rows):
            for column, text in zip(table.columns, table.lines[line][1], strict=False):
                if text and column not in NO_FACTS:
                    for number in _of_cell(text, table.unit(column)):
                        for value in number.values:
                            found.setdefault(value, []).append((place, column, number))
        return found

    def telling(self, number: Number) -> list[Known]:
        """Return all that the source says in numbers of the same value."""
        cells = {
            (place, column, each.start): (place, column, each)
            for value in number.values
            for place, column, each in self._cells.get(value, ())
        }
        own = [each for each in self.of_entry if each.number.values & number.values]
        for at, cell in cells.items():
            if at not in self._made:
                self._made[at] = self._known(*cell)
        return [*map(self._made.__getitem__, cells), *own]

    def all(self) -> Iterator[Known]:
        """Yield all numbers of the source, without what is told with them."""
        yield from self.of_entry
        for cells in self._cells.values():
            for place, column, number in cells:
                table, line, _ = self.rows[place]
                yield Known(number, f"{table.rows[line].place}, column {column}")

    @cached_property
    def years(self) -> frozenset[int]:
        """All years that the rows of the source name."""
        texts = {cell for table, line, _ in self.rows for cell in table.lines[line][1]}
        return frozenset(year for text in texts for year in years_in(text))

    def _known(self, place: int, column: str, number: Number) -> Known:
        table, line, locator = self.rows[place]
        row = table.rows[line]
        text, own = in_words(row[column]), table.about(column)
        if PLAIN.fullmatch(text):
            near, clause = f"{own} {row['currency']} {row['unit']}", own
        else:
            near, clause = around(text, number)
        cells = [cell for name, cell in row.cells.items() if cell and name not in NO_FACTS]
        told = " ; ".join(cells)
        states = rows.states_named(told, self.root) | ({row["iso3"]} - {""})
        return Known(
            number, f"{row.place}, column {column}", locator, frozenset(states), years_in(told),
            near, clause, f"{told} ; {own} ; {table.title}",
        )  # fmt: skip


def of_book(root: Path) -> Mapping[str, Source]:
    """Return what each source is known to say, by its key; the numbers of its name among it.

    The findings for and against each line of the note are there by the line.
    """
    return _of_book(root, version(root))


def version(root: Path) -> tuple[int, ...]:
    """Return when the tables and the bibliography changed: what is kept of them is kept by it."""
    files = (*sorted((root / "data").glob("*/*.csv")), root / "references.bib")
    return tuple(path.stat().st_mtime_ns for path in files)


@cache
def _of_book(root: Path, _version: tuple[int, ...]) -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    for table in rows.tables(root):
        if not {"source", "locator"} <= set(table.columns):
            continue
        source, locator = map(table.columns.index, ("source", "locator"))
        for line, (_, cells) in enumerate(table.lines):
            for cited in citations_of(cells[source], cells[locator]):
                of_key = found.setdefault(cited.key, Source(root))
                of_key.rows.append((table, line, cited.locator or ""))
            if table.place == rows.EVIDENCE:
                claim = cells[table.columns.index("claim")]
                found.setdefault(claim, Source(root)).rows.append((table, line, ""))
    for key, entry in sources.load(root / "references.bib").items():
        found.setdefault(key, Source(root)).of_entry.extend(_of_entry(key, entry, root))
    return found


citations_of = cache(of_cells)


def in_words(text: str) -> str:
    """Return a cell with its days as a sentence has them: 16 June 2011."""
    return DAY.sub(lambda day: f"{int(day[3])} {MONTH_NAMES[int(day[2])]} {day[1]}", text)


@cache
def _of_cell(text: str, unit: str) -> tuple[Number, ...]:
    """Return the numbers of a cell; a cell that is a number has the kind and scale of its unit."""
    plain = PLAIN.fullmatch(text)
    text = in_words(text)
    if not plain or text.count(".") > 1:
        return numbers_in(text)
    value = float(plain[1])
    values = {value}
    for word, factor in SCALES.items():
        if re.search(rf"\b{word}s?\b", unit):
            values.add(float(f"{value * factor:.10g}"))
    kind = kind_of(re.sub(rf"\b(?:{'|'.join(SCALES)})s?(?: of)?\b", "", unit))
    if unit in ("share", "probability"):
        values.add(float(f"{value * 100:.10g}"))
        kind = SHARE
    is_year = not kind and bool(years_in(text))
    return (Number(text, 0, len(text), frozenset(values), kind, is_year=is_year),)


def _of_entry(key: str, entry: sources.Entry, root: Path) -> Iterator[Known]:
    fields = {field.key: " ".join(str(field.value).split()) for field in entry.fields}
    place = f"references.bib, {key}"
    for name in NAMED:
        for known in in_text(fields.get(name, ""), f"{place}, {name}", root):
            kind = known.number.kind or ("" if "title" in name else OF_THE_NAME)
            number = replace(known.number, kind=kind)
            yield replace(known, number=number, states=frozenset(), years=frozenset(), context="")
    for match in QUOTED.finditer(fields.get("quoted", "")):
        for known in in_text(match["words"], f"{place}, quoted", root, match["locator"] or ""):
            yield replace(known, states=frozenset(), years=frozenset(), context="")


@cache
def stems_of(text: str) -> frozenset[str]:
    """Return the beginnings of the long words of a text, by which two texts of one thing meet."""
    return frozenset(word[:STEM].lower() for word in LONG_WORD.findall(text))


def disagreement(
    own: Known,
    same: Sequence[Known],
    *,
    locators: Iterable[str] = (),
    words: frozenset[str] = frozenset(),
) -> str:
    """Return how a number differs from all that tell the same value; empty if it fits one.

    Parameters
    ----------
    locators
        The places in the source that the sentence names.
    words
        Beginnings of words, of which a small number shares some with its equal elsewhere.
    """
    number, states, years = own.number, own.states, own.years
    places = [places_of(locator) for locator in locators if locator]
    tests = (
        ("counts something else there", lambda e: _fits(number.kind, e.number.kind)),
        ("is of another State there", lambda e: not (states and e.states) or states & e.states),
        ("is of another year there", lambda e: not (years and e.years) or years & e.years),
        (
            "has another place in the source there",
            lambda e: (
                not (places and e.locator)
                or any(_same_place(each, places_of(e.locator)) for each in places)
            ),
        ),
    )
    if words and number.is_small:
        tests += (
            (
                "is of something else there",
                lambda e: not e.context or len(words & e.words) >= ALIKE,
            ),
        )
    nearest_by_words = len(tests)
    families = [each for each in RIVALS if not (words and each == "comparison")]
    after = own.near[len(number.text) :]
    tests += (
        ("is told in other words there", lambda e: not opposed(own, e, families)),
        ("counts others there", lambda e: words or not miscounted(after, e.context)),
    )
    for step, (said, fits) in enumerate(tests):
        if words and step == nearest_by_words:  # one that tells of the same is not to be outvoted
            shared = [len(words & each.words) for each in same]
            same = [e for e, many in zip(same, shared, strict=True) if many >= 0.8 * max(shared)]
        left = [each for each in same if fits(each)]
        if not left:
            at = f", at {same[0].locator!r}" if "place in" in said else ""
            at += f", {opposed(own, same[0])}" if "words" in said else ""
            return f"{said}: {same[0]}{at}"
        same = left
    return ""


def opposed(one: Known, other: Known, families: Iterable[str] = RIVALS) -> str:
    """Return the rival words with which two tellings of one number speak of it; empty if none."""
    for family in families:
        if family in OF_THE_UNIT:
            texts = one.near, other.near
        else:
            said = any(name == family for name, _ in sides_of(other.clause))
            texts = one.clause, other.clause if said else other.context
        if rival(*map(sides_of, texts), (family,)):
            return " against ".join(f"“{word_of(text, family)}”" for text in texts)
    return ""


WHOM = re.compile(
    r"(?:[ -](?!(?:of|for|and|or|in|to|the|that|than|were|are|by|on|from)\b)[a-z-]+){0,2}?"
    rf"[ -]((?i:{COUNTED}))\b"
)
"""Whom or what a number counts, after at most two other words."""
ALSO = {
    "women": r"wom[ae]n", "men": r"\bm[ae]n", "children": "child|minor",
    "victims": "victim|person|people",
    "people": "people|person|victim|worker|migrant", "persons": "person|people|victim",
    "person": "person|people|victim", "studies": "stud",
    "countries": "countries|country|state|iso3", "companies": "compan|firm",
    "states": "state|countries|country|iso3", "members": "member|iso3",
    "employees": "employee|worker", "rows": "", "cells": "",
}  # fmt: skip
"""What a context says instead of a noun; of the others the noun without its last letter."""


def unknown(noun: str, context: str) -> bool:
    """Return whether a context has no word for those whom a noun names."""
    pattern = ALSO.get(noun.lower(), re.escape(noun.removesuffix("s")))
    return not re.search(pattern, context, re.IGNORECASE)


def miscounted(after: str, context: str) -> bool:
    """Return whether the words after a number name others than the context in which it is known."""
    noun = WHOM.match(after)
    return bool(noun and context and unknown(noun[1], context))


def word_of(text: str, family: str) -> str:
    """Return the first words of a text that are of a family, for a message."""
    found = (match[0] for match in re.finditer(rf"{PHRASES.pattern}|[^\W\d]+", text, re.I))
    return next((e for e in found if any(name == family for name, _ in sides_of(e))), "")


def _fits(kind: str, other: str) -> bool:
    return not (kind and other) or kind == other


def rounds_to(exact: Number, number: Number) -> bool:
    """Return whether a number is another one in fewer digits: 76 of 76.2, 372,000 of 371,619."""
    plain = number.text.replace(",", "").split(" ")[0]
    if not number.digits or not plain.replace(".", "").isdigit():
        return number.kind == SHARE and any(
            round(value / 100, 1) in number.values for value in exact.values if value > 1
        )
    if "." in plain:
        step = 10.0 ** -len(plain.partition(".")[2])
    else:
        step = 10.0 ** (len(plain) - len(plain.rstrip("0")))
    alike = (exact.kind and _fits(number.kind, exact.kind)) or min(number.values) >= 1000
    if not alike or min(number.values) < 10 * step:
        return False
    return any(abs(value - min(number.values)) <= step / 2 for value in exact.values)


def nearest(number: Number, known: Iterable[Known]) -> str:
    """Return the nearest numbers that are known, of the same kind first, for a message."""
    others = {each.number.text: each for each in known if each.number.is_year is number.is_year}
    close = sorted(
        others.values(),
        key=lambda each: (
            not _fits(number.kind, each.number.kind),
            -difflib.SequenceMatcher(None, number.text, each.number.text).ratio(),
        ),
    )
    named = ", ".join(map(str, close[:MOST_NAMED]))
    return f"; the nearest are {named}" if named else ""


@cache
def places_of(locator: str) -> tuple[frozenset[str], frozenset[int]]:
    """Return the words and the numbers of a place in a source; a range has all its numbers."""
    words, numbers = set(), set()
    plain = locator.lower().replace("§", " ")
    for first, last in RANGE.findall(plain):
        numbers.update(range(int(first), min(int(last), int(first) + 500) + 1))
    for token in OF_A_PLACE.findall(plain):
        token = str(ORDINALS.index(token) if token in ORDINALS else ONES.get(token, token))
        if token.isdigit():
            numbers.add(int(token))
        elif not NO_PLACE.fullmatch(token):
            words.add(token.rstrip("s"))
    return frozenset(words), frozenset(numbers)


def _same_place(
    one: tuple[frozenset[str], frozenset[int]], other: tuple[frozenset[str], frozenset[int]]
) -> bool:
    """Return whether two places may be one: they share a number, or words where one has none."""
    if one[1] and other[1]:
        return bool(one[1] & other[1])
    return bool(one[0] & other[0]) or not (one[0] and other[0])
