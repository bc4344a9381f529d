"""What each source is known to say in numbers, and how a number in a sentence differs from that.

A number is told by a row of a table, with its unit, State and year, and by the entry of a source in
``references.bib``, whose field ``quoted`` has what the text quotes and no table has::

    quoted = {86 per cent knew of trafficking [abstract]; 2,000 people asked [abstract]},

Two tellings of one number agree if neither names another kind of thing, State, year or place in the
source, nor the opposite direction.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from bookmaking.checks import rows
from bookmaking.checks.sources import marks
from bookmaking.source.number_words import SCALES, SHARE, Number, kind_of, numbers_in, years_in
from decentwork import sources
from decentwork.days import MONTHS
from decentwork.tables.cited_cells import of_cells
from decentwork.tables.metadata import OF_THE_SOURCE

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
DAY = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])-(\d\d)\b")
MONTH_NAMES = ("", *MONTHS)

RISE, FALL, MORE, LESS = (
    re.compile(rf"(?<!not )\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"rose|ris(?:es?|en|ing)|gr[eo]w(?:s|n|ing|th)?|increase[sd]?|increasing|climb(?:s|ed)?"
        r"|leap(?:s|t)?|jump(?:s|ed)|doubled|widen(?:s|ed)",
        r"fell|fall(?:s|en|ing)?|declin(?:ed?|es|ing)|decrease[sd]?|drop(?:s|ped)?"
        r"|shr[aiu]nks?|reduced|lowered|cut|halved|narrowed|sank",
        r"(?<!one )(?<!two )(?<!three )(?<!times )(?:more|higher|larger|greater)",
        r"(?<!one )(?<!two )(?<!three )(?<!times )(?:less|fewer|lower|smaller)",
    )
)
BOUND = re.compile(r"\b(?:more|less|fewer) than\b", re.IGNORECASE)
"""A bound of a number, which says nothing of a direction."""
OPPOSITES = ((RISE, FALL), (MORE, LESS))
"""Directions, of which two tellings of one number have the same."""
CUT = re.compile(
    r"[,;:()—–]\s|\.\s|(?<!women )(?<!men )(?<!girls )\b(?:and|or)\b"
    r"|\b(?:but|while|whereas|against)\b"
)


@dataclass(frozen=True)
class Known:
    """A number that is told elsewhere: its place in the repository, and what is known of it.

    ``locator`` is its place in the source; ``states`` and ``years`` are those that are told with
    it, empty where nothing is known; ``clause`` is the text around it, and ``context`` all that its
    row or sentence says.
    """

    number: Number
    place: str
    locator: str = ""
    states: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
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


@cache
def in_text(text: str, place: str, root: Path, locator: str = "") -> tuple[Known, ...]:
    """Return the numbers of a sentence, each with the States and years that the sentence names."""
    if not (found := numbers_in(text)):
        return ()
    named, years = rows.states_named(text, root), years_in(text)
    return tuple(
        Known(number, place, locator, named, years, around(text, number), text) for number in found
    )


def around(text: str, number: Number) -> str:
    """Return the clause around a number."""
    others = [each for each in numbers_in(text) if not each.is_year]
    before = max((each.end for each in others if each.end <= number.start), default=0)
    after = min((each.start for each in others if each.start >= number.end), default=len(text))
    starts = [before, *(cut.end() for cut in CUT.finditer(text, before, number.start))]
    is_short = text.count(" ", starts[-1], number.start) < 2
    if len(starts) > 1 and is_short and not before and text[starts[-1] - 2] == ",":
        starts.pop()  # "construction had the highest rate, 35 per cent"
    end = next((cut.start() for cut in CUT.finditer(text, number.end, after)), after)
    return text[starts[-1] : end]


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
        clause = own if PLAIN.fullmatch(text) else around(text, number)
        cells = [cell for name, cell in row.cells.items() if cell and name not in NO_FACTS]
        told = " ; ".join(cells)
        states = rows.states_named(told, self.root) | ({row["iso3"]} - {""})
        return Known(
            number, f"{row.place}, column {column}", locator, states, years_in(told),
            clause, f"{told} ; {own} ; {table.title}",
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
    if not plain or text.count(".") > 1:
        return numbers_in(in_words(text))
    value = float(plain[1])
    kind, factors = _of_unit(unit)
    values = frozenset({value, *(float(f"{value * factor:.10g}") for factor in factors)})
    is_year = not kind and bool(years_in(text))
    return (Number(text, 0, len(text), values, kind, is_year=is_year),)


@cache
def _of_unit(unit: str) -> tuple[str, tuple[float, ...]]:
    """Return the kind of thing that a unit is, and by what its numbers are multiplied in words."""
    if unit in ("share", "probability"):
        return SHARE, (100,)
    factors = [factor for word, factor in SCALES.items() if re.search(rf"\b{word}s?\b", unit)]
    kind = kind_of(re.sub(rf"\b(?:{'|'.join(SCALES)})s?(?: of)?\b", "", unit))
    return kind, tuple(factors)


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
    places = [marks(locator) for locator in locators if locator]
    tests = [
        ("counts something else there", lambda e: _fits(number.kind, e.number.kind)),
        ("is of another State there", lambda e: not (states and e.states) or states & e.states),
        ("is of another year there", lambda e: not (years and e.years) or years & e.years),
        ("has another place in the source there", lambda e: _same_place(places, marks(e.locator))),
    ]
    if words and number.is_small:
        is_alike = lambda e: not e.context or len(words & e.words) >= ALIKE  # noqa: E731
        tests.append(("is of something else there", is_alike))
    for said, fits in tests:
        left = [each for each in same if fits(each)]
        if not left:
            at = f", at {same[0].locator!r}" if "place in" in said else ""
            return f"{said}: {same[0]}{at}"
        same = left
    if words:  # one that tells of the same is not to be outvoted
        most = max(len(words & each.words) for each in same)
        same = [each for each in same if len(words & each.words) >= 0.8 * most]
    # Only of a rise or a fall does a card say the same as all others; it may compare otherwise.
    found = [opposed(own, each, OPPOSITES[: 1 if words else 2]) for each in same]
    return "" if "" in found else f"is told in other words there: {same[0]}, {found[0]}"


def opposed(one: Known, other: Known, pairs: Sequence[Sequence[re.Pattern[str]]]) -> str:
    """Return the opposite words with which two tellings of one number speak of it, or nothing."""
    for pair in pairs:
        mine = _directions(one.clause, pair)
        yours = _directions(other.clause, pair) or _directions(other.context, pair)
        if mine and yours and not mine.keys() & yours.keys():
            return f"“{next(iter(mine.values()))}” against “{next(iter(yours.values()))}”"
    return ""


@cache
def _directions(text: str, pair: Sequence[re.Pattern[str]]) -> Mapping[int, str]:
    """Return the first word of a text for each direction of a pair that it names."""
    text = BOUND.sub("", text)
    found = ((side, pattern.search(text)) for side, pattern in enumerate(pair))
    return {side: match[0] for side, match in found if match}


Marks = frozenset[tuple[str, str]]


def _same_place(places: Sequence[Marks], other: Marks) -> bool:
    """Return whether a place may be one of others: none is numbered in the same way otherwise."""
    kinds = {kind for kind, _ in other}
    mine = [each for each in places if kinds & {kind for kind, _ in each}]
    return not mine or any(each & other for each in mine)


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
