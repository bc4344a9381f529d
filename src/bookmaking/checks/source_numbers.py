"""The numbers that each source is known to say, with what the repository knows of each.

A row of a table says which source it is from, in what unit, of which State and year, and where in
the source. What the text quotes and no table has is in the field ``quoted`` of the source's
entry in ``references.bib``, each number with the words after it and its place::

    quoted = {86 per cent knew of trafficking [abstract]; 2,000 people asked [abstract]},
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bookmaking.checks import rows, state_names
from bookmaking.source.number_words import (
    ONES,
    SCALES,
    SHARE,
    Number,
    kind_of,
    numbers_in,
    years_in,
)
from decentwork import sources
from decentwork.tables.cited_cells import of_cells
from decentwork.tables.metadata import OF_THE_SOURCE

NO_FACTS = frozenset({*OF_THE_SOURCE, "sources", "read_in", "url", "id", "claim", "iso3"})
"""Columns that say nothing of what was found."""
PLAIN = re.compile(r"[-−+<>]?\d[\d.]*")
NAMED = ("year", "date", "dated", "title", "number", "shorthand", "booktitle", "version")
"""Fields of an entry whose numbers are those of the source's name: its year, its article."""
QUOTED = re.compile(r"(?P<words>[^;\[\]]+?)\s*(?:\[(?P<locator>[^\]]+)\])?\s*(?:;|$)")
MOST_NAMED = 3
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
STEM = 5
ALIKE = 2
"""How many long words a small number has in common with its equal elsewhere, if both are one."""
OF_A_PLACE = re.compile(r"[^\W\d_]+|\d+")
NO_PLACE = frozenset(
    re.findall(
        r"\w+",
        "of the and on in a to for by from at its as with p pp para paras paragraph paragraphs art "
        "arts article articles page pages table tables row rows section sections point points no "
        "chapter sheet figure figures",
    )
)
"""Words of a place that say only its kind, or nothing."""
ORDINALS = dict(
    zip(
        re.findall(r"\w+", "first second third fourth fifth sixth seventh eighth ninth tenth"),
        map(str, range(1, 11)),
        strict=True,
    )
)
RANGE = re.compile(r"(\d+)\s?[-–]\s?(\d+)")


@dataclass(frozen=True)
class Known:
    """A number that stands elsewhere: its place in the repository, and what is known of it.

    ``locator`` is its place in the source; ``states``, ``years`` and
    ``words`` are those that stand with it. They are empty where nothing is known.
    """

    number: Number
    place: str
    locator: str = ""
    states: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Return the number with its kind and place, for a message."""
        kind = f", {self.number.kind}" if self.number.kind else ""
        return f"{self.number.text} ({self.place}{kind})"


def of_book(root: Path) -> Mapping[str, tuple[Known, ...]]:
    """Return what each source is known to say, by its key; the numbers of its name among it."""
    versions = tuple(path.stat().st_mtime_ns for path in sorted((root / "data").glob("*/*.csv")))
    bibliography = root / "references.bib"
    return _of_book(root, (*versions, bibliography.stat().st_mtime_ns))


@cache
def _of_book(root: Path, _version: tuple[int, ...]) -> Mapping[str, tuple[Known, ...]]:
    found: dict[str, list[Known]] = {}
    for table in rows.tables(root):
        if "source" not in table.columns:
            continue
        units = {name: str(field.get("unit") or "") for name, field in table.fields.items()}
        about = stems_of(str(table.said.get("title") or ""))
        for row in table.rows:
            cited = of_cells(row["source"], row["locator"])
            for known in of_row(row, units, root) if cited else ():
                for citation in cited:
                    here = replace(known, locator=citation.locator or "", words=known.words | about)
                    found.setdefault(citation.key, []).append(here)
    for key, entry in sources.load(root / "references.bib").items():
        found.setdefault(key, []).extend(_of_entry(key, entry))
    return {key: tuple(numbers) for key, numbers in found.items()}


def of_row(row: rows.Row, units: Mapping[str, str], root: Path) -> Iterator[Known]:
    """Yield the numbers of a row, each with the States and years that the row names.

    Parameters
    ----------
    units
        The unit of each column that has one, such as "million people" or "per cent".
    """
    cells = {column: text for column, text in row.cells.items() if text and column not in NO_FACTS}
    words = " ; ".join(cells.values())
    states = frozenset(state_names.named(words, root) | ({row["iso3"]} - {""}))
    years, stems = years_in(words), stems_of(words)
    for column, text in cells.items():
        unit = units.get(column, "")
        for number in numbers_in(text):
            if PLAIN.fullmatch(text):
                number = _in_unit(number, unit)
            yield Known(number, f"{row.place}, column {column}", "", states, years, stems)


def _in_unit(number: Number, unit: str) -> Number:
    """Return the number of a cell with the kind and the scale of its column."""
    values = set(number.values)
    for word, factor in SCALES.items():
        if re.search(rf"\b{word}s?\b", unit):
            values |= {float(f"{value * factor:.10g}") for value in number.values}
    kind = kind_of(re.sub(rf"\b(?:{'|'.join(SCALES)})s?(?: of)?\b", "", unit))
    if unit in ("share", "probability"):
        values |= {float(f"{value * 100:.10g}") for value in number.values}
        kind = SHARE
    return Number(number.text, 0, 0, frozenset(values), kind, is_year=number.is_year)


def _of_entry(key: str, entry: sources.Entry) -> Iterator[Known]:
    fields = {field.key: " ".join(str(field.value).split()) for field in entry.fields}
    place = f"references.bib, {key}"
    for name in NAMED:
        for number in numbers_in(fields.get(name, "")):
            yield Known(number, f"{place}, {name}")
    for match in QUOTED.finditer(fields.get("quoted", "")):
        for number in numbers_in(match["words"]):
            yield Known(number, f"{place}, quoted", match["locator"] or "")


@cache
def stems_of(text: str) -> frozenset[str]:
    """Return the beginnings of the long words of a text, by which two texts of one thing meet."""
    return frozenset(word[:STEM].lower() for word in LONG_WORD.findall(text))


def disagreement(
    number: Number,
    known: Sequence[Known],
    *,
    states: frozenset[str] = frozenset(),
    years: frozenset[int] = frozenset(),
    locators: Iterable[str] = (),
    words: frozenset[str] = frozenset(),
    rounded: bool = False,
) -> str:
    """Return how a number differs from all that is known; empty if it agrees with something.

    A number agrees with one of the same value if the words around both do not name other kinds of
    things, other States, other years or other places in the source. If ``rounded``, it may also be
    the other one in fewer digits.
    """
    same = [each for each in known if each.number.values & number.values]
    if rounded and not same:
        same = [each for each in known if _rounds_to(each.number, number)]
    if number.is_year:
        there = same or any(number.values & each.years for each in known)
        return "" if there else f"is not there{_nearest(number, known)}"
    if not same:
        return f"is not there{_nearest(number, known)}"
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
            ("is of something else there", lambda e: not e.words or len(words & e.words) >= ALIKE),
        )
    for said, fits in tests:
        left = [each for each in same if fits(each)]
        if not left:
            at = f", at {same[0].locator!r}" if "place in" in said else ""
            return f"{said}: {same[0]}{at}"
        same = left
    return ""


def _fits(kind: str, other: str) -> bool:
    return not (kind and other) or kind == other


def _rounds_to(exact: Number, number: Number) -> bool:
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


def _nearest(number: Number, known: Iterable[Known]) -> str:
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
        token = ORDINALS.get(token) or str(ONES.get(token, token))
        if token.isdigit():
            numbers.add(int(token))
        elif token not in NO_PLACE:
            words.add(token.rstrip("s"))
    return frozenset(words), frozenset(numbers)


def _same_place(
    one: tuple[frozenset[str], frozenset[int]], other: tuple[frozenset[str], frozenset[int]]
) -> bool:
    """Return whether two places may be one: they share a number, or words where one has none."""
    if one[1] and other[1]:
        return bool(one[1] & other[1])
    return bool(one[0] & other[0]) or not (one[0] and other[0])
