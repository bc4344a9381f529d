"""Words next to numbers, and directions: two tellings of one thing take the same side.

A cited sentence is compared with the words of the rows of its source; one that shows a number of
another chapter with the sentences of that chapter; a computed number with its name and the code
that computes it, and with all other sentences that place it. The numbers of one sentence fit its
own words: "from 12 to 8" is a fall, 12 is not of 8.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookmaking.checks import code, rows, told
from bookmaking.checks.told import Known
from bookmaking.source import pages, sentences
from bookmaking.source.number_words import SHARE, numbers_in, years_in
from decentwork import claims
from decentwork.days import MONTHS

COMPARED = (
    "sex", "age", "step", "form", "status", "direction", "comparison",
    "extreme", "answer",
)  # fmt: skip
"""Families by which whole sentences are compared; the others need the place of a number."""
SHARED, LEAST, NEARLY = 0.45, 3, 0.8
"""Two texts are of one thing if they share this part of the words of the shorter one, and at least
so many; of several, those count that come as near as this to the nearest."""
CLOSE = 0.6
OFTEN = ("comparison", "step")
"""More and less, and steps of a case, are said of many things: only near texts are compared."""
COMMON = told.stems_of(
    "that which were with from have their they than more most this these other about where when "
    "what into only also first last many some such both over under same each between after before "
    "people workers said year years found States"
)
BY_CODE = ("direction", "sex", "age", "step", "status", "extreme", "answer")
"""Families of words that the name of a number and its code use too; a minus turns the first."""
NAMED_BY_YEAR = re.compile(r"\b(?:Protocol|Convention|Act|Directive) of \d{4}")
MINUS = re.compile(r"[{(]\s?-\w")
PART = re.compile(r"[.;] ")
DATE = re.compile(rf" (?:{'|'.join(MONTHS)})\b")
FROM = re.compile(r"(?P<way>[^.;:()]{0,80})\bfrom (?:[^\W\d]+ ){0,3}$")
TO = re.compile(r"[^.;:()]{0,50}? to (?:[^\W\d]+ ){0,3}")
OF = re.compile(r" of (?:the |these |all )?(?:its |their )?")
SHARE_OF = re.compile(r"[^.;:]{0,25}\((?:or )?")
WHOLE = re.compile(r" (?:per cent |% ?)?(?:of (?:all|the|them|those)|were|are|had|have)\b")

Name = tuple[str, str]
"""Chapter and name of a published number."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with its computed numbers put in: where it is, and the name of each by place."""

    place: str
    text: str
    names: tuple[tuple[int, int, Name], ...] = ()
    file: str = ""

    def computed(self, root: Path) -> Iterator[tuple[Name, Known, tuple[int, int]]]:
        """Yield the computed numbers, each with what the sentence says of it, and its place."""
        found = [*told.in_text(self.text, self.place, root)] if self.names else ()
        for start, stop, name in self.names:
            for known in found:
                if start <= known.number.start < stop:
                    yield name, known, (start, stop)
                    break


@cache
def _stems(text: str) -> frozenset[str]:
    return told.stems_of(text) - COMMON


def contradicted(
    text: str, others: Iterable[Sentence], shared: float = SHARED
) -> tuple[str, Sentence] | None:
    """Return the family and the text with which all texts of the same thing take another side."""
    own, sides = _stems(text), told.sides_of(text)
    if not sides:
        return None
    alike, of_years = [], years_in(text)
    for other in others:
        stems = _stems(other.text)
        common = len(own & stems)
        if common < LEAST or (part := common / min(len(own), len(stems))) < shared:
            continue
        years = years_in(other.text)
        if not (years and of_years) or years & of_years:
            alike.append((part, other))
    best = max((part for part, _ in alike), default=0)
    near = [other for part, other in sorted(alike, key=lambda e: -e[0]) if part >= NEARLY * best]
    for family in COMPARED:
        if family in OFTEN and best <= CLOSE:
            continue
        speaking = [each for each in near if any(f == family for f, _ in told.sides_of(each.text))]
        if speaking and all(
            told.rival(sides, told.sides_of(each.text), (family,)) for each in speaking
        ):
            return family, speaking[0]
    return None


def of_rows(root: Path, said: Sequence[sentences.Sentence]) -> Iterator[str]:
    """Yield cited sentences that the words of the rows of their source contradict."""
    known = _of_rows(root, told.version(root))
    for sentence in said:
        keys = {each.key for _, each in sentence.cited()} - {claims.NOTE}
        others = [text for key in keys for text in known.get(key, ())]
        if others and (found := contradicted(sentence.text, others)):
            yield _message(sentence.place, sentence.readable, *found)


def _message(place: str, text: str, family: str, other: Sentence) -> str:
    words = " against ".join(f"“{told.word_of(each, family)}”" for each in (text, other.text))
    return (
        f"{place}: “{text}” and {other.place}, “{pages.readable(other.text)}”, tell one thing in "
        f"opposite words, {words}. Correct the one that is wrong."
    )


@cache
def _of_rows(root: Path, _version: object) -> Mapping[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = {}
    for table in rows.tables(root):
        if table.is_built or "source" not in table.columns:
            continue
        for row in table.rows:
            texts = [
                Sentence(f"{row.place}, column {column}", part)
                for column, cell in row.cells.items()
                if column not in told.NO_FACTS
                for part in PART.split(cell)
                if part.count(" ") >= LEAST
            ]
            for cited in told.citations_of(row["source"], row["locator"]):
                found.setdefault(cited.key, []).extend(texts)
    return found


def of_chapters(
    chapters: Mapping[str, Sequence[Sentence]], changed: Collection[str]
) -> Iterator[str]:
    """Yield what a page says against the chapter of which it shows a number, if one changed."""
    files = {Path(file).stem: file for file in chapters}
    for file, said in chapters.items():
        for sentence in said:
            there = {name[0] for *_, name in sentence.names} & files.keys()
            for chapter in there - {Path(file).stem}:
                near = chapters[files[chapter]] if {file, files[chapter]} & {*changed} else ()
                if found := contradicted(sentence.text, near):
                    yield _message(sentence.place, sentence.text, *found)


# ------------------------------------------------------------------ computed numbers


def of_computed(
    root: Path, chapters: Mapping[str, Sequence[Sentence]], changed: Collection[str]
) -> Iterator[str]:
    """Yield computed numbers that a sentence gives another year, State, kind or rival."""
    told_of: dict[Name, list[tuple[Sentence, Known, tuple[int, int]]]] = {}
    stems = {Path(file).stem for file in changed}
    there = {name for file in changed for each in chapters.get(file, ()) for *_, name in each.names}
    for sentence in (each for said in chapters.values() for each in said):
        for name, known, span in sentence.computed(root):
            if name in there or name[0] in stems:
                told_of.setdefault(name, []).append((sentence, known, span))
    tables = {table.path.stem: table for table in rows.tables(root)}
    periods, kinds, numbers = code.editions(root), code.kinds_of(root), code.computed(root)
    for name, places in told_of.items():
        number = numbers.get(name)
        words = code.plain(f"{name[1]} {number.code if number else ''}")
        turned = number and MINUS.search(number.code)
        years = {int(year) for year in code.YEAR.findall(name[1])}
        years |= {int(year) for year in code.YEAR.findall(number.code)} if number else set()
        followed = number.years if number and not years and len(number.years) == 1 else ()
        for sentence, known, span in places:
            faults = []
            family = told.rival(
                told.sides_of(known.clause), told.sides_of(words), BY_CODE[bool(turned) :]
            )
            if family:
                one, other = (told.word_of(text, family) for text in (known.clause, words))
                faults.append(f"says “{one}”, and the code “{other}”")
            named = _years_of(known) - years_in(sentence.text[slice(*span)])
            used = code.with_periods(years or (followed if len(named) == 1 else ()), periods)
            if used and named and not named & used:
                faults.append(f"is about {min(named)}, and the code about {min(used)}")
            if number:
                faults += code.against(sentence.text, known.clause, number, root, kinds)
                faults += _miscounted(sentence.text[span[1] :], name[1], number, tables, root)
            for fault in faults:
                yield (
                    f"{sentence.place}: “{known.context.strip()}” {fault}: `{name[1]}` is "
                    f"{number.code if number else 'computed'}. Correct the one that is wrong."
                )
        yield from _told_twice(name, places, periods)


def _miscounted(
    after: str, name: str, number: code.Computed, tables: Mapping[str, rows.Table], root: Path
) -> Iterator[str]:
    """Yield whom a sentence says that a number counts, if its tables and its code know no such."""
    noun = told.WHOM.match(after)
    read = [table for table in tables if noun and f"'{table}'" in number.everything]
    known = " ".join(code.words_of(tables[table], root) for table in read)
    if read and told.unknown(noun[1], f"{known} {number.everything} {name}"):
        yield f"counts {noun[1]}, and neither {' nor '.join(read)} nor the code knows any"


def _told_twice(
    name: Name,
    places: Sequence[tuple[Sentence, Known, tuple[int, int]]],
    periods: Mapping[int, set[int]],
) -> Iterator[str]:
    """Yield sentences that place one number with other words, States or years than the first."""
    for at, (sentence, one, _) in enumerate(places):
        for other_sentence, other, _ in places[:at]:
            years, others = _years_of(one), _years_of(other)
            how = told.opposed(one, other) if sentence.file != other_sentence.file else ""
            if one.states and other.states and not one.states & other.states:
                how = " against ".join(map(", ".join, (sorted(one.states), sorted(other.states))))
            years, others = (code.with_periods(each, periods) for each in (years, others))
            if years and others and not years & others:
                how = f"{min(years)} against {min(others)}"
            if how:
                yield (
                    f"{sentence.place}: “{sentence.text}” and {other_sentence.place}, "
                    f"“{other_sentence.text}”, place `{name[1]}` with {how}. Correct the one that "
                    "is wrong."
                )
                return


def _years_of(known: Known) -> frozenset[int]:
    """Return the years that are meant for one number: of its clause, or of a sentence with one."""
    others = [each for each in numbers_in(known.context) if not each.is_year]
    clause, context = (NAMED_BY_YEAR.sub("", text) for text in (known.clause, known.context))
    return years_in(clause) or (years_in(context) if len(others) == 1 else frozenset())


# ------------------------------------------------------------------ within a sentence


def within(text: str) -> Iterator[str]:
    """Yield how the numbers of one sentence do not fit its words, or each other."""
    found = [each for each in numbers_in(text) if not each.is_year and each.values]
    for one, other in itertools.pairwise(found):
        between, before = text[one.end : other.start], text[: one.start]
        first, second = max(one.values), max(other.values)
        one_kind = not (one.kind and other.kind) or one.kind == other.kind
        if OF.fullmatch(between) and first > second and one.kind != SHARE and one_kind:
            yield f"{one.text} of {other.text} is more than all"
        goes = FROM.search(before)
        if one_kind and goes and TO.fullmatch(between) and not DATE.match(text, one.end):
            way = _way(goes["way"])
            if (way > 0 and first > second) or (way < 0 and first < second):
                yield f"from {one.text} to {other.text} is no {'rise' if way > 0 else 'fall'}"
    for one, other, share in zip(found, found[1:], found[2:], strict=False):
        total = max(other.values)
        if (
            OF.fullmatch(text[one.end : other.start])
            and SHARE_OF.fullmatch(text[other.end : share.start])
            and share.kind == SHARE
            and share.digits
            and total
            and abs(100 * max(one.values) / total - max(share.values)) > 1
        ):
            part = 100 * max(one.values) / total
            yield f"{one.text} of {other.text} are {part:.1f} per cent, not {share.text}"
    for one in found:
        after = text[one.end :]
        if one.kind == SHARE and one.digits and min(one.values) > 100 and WHOLE.match(after):
            yield f"{one.text} per cent is more than all"


def _way(before: str) -> int:
    """Return 1 if words are of a rise, -1 if they are of a fall, and 0 otherwise."""
    ways = {side for family, side in told.sides_of(before) if family == "direction"}
    return 0 if len(ways) != 1 else -1 if min(ways) else 1
