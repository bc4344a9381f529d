"""Numbers in prose: each is computed, or agrees with what its source is known to say.

A number in the text is published by a notebook and placed by ``{glue:text}``, or its sentence cites
the source that has it, with the place. A cited number is compared with the rows of that source, and
with what its entry in ``references.bib`` quotes: value, kind of thing, State, year and place. A
number in an answer of the register is compared with the evidence for its line, the rows of its
sources, and its chapter. A computed number brings its unit, or the sentence has it, and not both.
"""

import ast
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bookmaking import snapshot
from bookmaking.checks import ROOT, rows, told
from bookmaking.checks.rows import EVIDENCE, REGISTER
from bookmaking.checks.told import Known
from bookmaking.source import pages, sentences
from bookmaking.source.number_words import COUNTED, SHARE, Number, numbers_in, years_in
from bookmaking.source.pages import Cell, Passage
from bookmaking.source.sentences import is_cited
from decentwork import citations, claims
from decentwork.days import MONTHS

MONTH = "|".join(MONTHS)
LABELS = (
    "annex|appendix|art|article|chapter|convention|decision|exercise|fig|figure|footnote|goal|"
    "indicator|instrument|level|note|p|page|panel|para|paragraph|part|pillar|pp|principle|"
    "protocol|question|recommendation|resolution|rule|section|session|step|table|target|tier|version"
)
AMOUNT = (
    rf"(?i:{COUNTED}|thousand|million|billion|hundred|per cent|percent|percentage|points|dollars"
    r"|euros?|pounds|francs|tonnes|times|days|weeks|months|years|hours)\b|%"
)
NOT_COUNTING = rf"(?!\s?[-–]?\s?(?:of the )?(?:{AMOUNT}))"
"""No number before what it counts, or its unit, is a year, a label or a name."""
ORDINARY = {
    # What is written with digits without being a quantity; the key says so, the pattern finds it.
    # A pattern that is too wide hides a quantity: each names what is around the number.
    "date": rf"\b(?:[12]?\d|3[01])(?:\s*(?:[-–]|to|and)\s*(?:[12]?\d|3[01]))?\s+(?:{MONTH})\b"
    r"|\b\d{4}-\d\d-\d\d\b",
    "line of the note": rf"\b{claims.LINE}\b|#line-s2-05\b",
    "numbered part": rf"\b(?:(?i:{LABELS})s?\b\.?|Nos?\b\.?)\s*"
    r"[A-Z]?\d[\d./()a-z]*+(?:\s*(?:,|and|or|to|[-–])\s*\d[\d./()a-z]*+)*+" + NOT_COUNTING,
    "instrument": r"\b[CPR]\d{1,3}\b|\bCETS(?: No\.)? \d+\b"
    r"|\b(?:[A-Z]{2,}[./])+[A-Z]*/?\d+(?:/\d+)*(?:/Rev\.\d+)?"
    r"|\b(?:Directive|Regulation|Decision)s? (?:\(E[UC]\) )?(?:No )?\d+/\d+(?:/[A-Z]+)?",
    "name": r"\bCOVID-19\b|\bH-2[AB]\b"
    r"|\b[GE]U?-?(?:7|20|15|25|27|28)\b|\b2[78] members\b|\bPython 3\.\d+\b"
    r"|\bCC BY \d\.0\b|\bAttribution \d\.0 International\b|\b\d-Clause\b|\bWCAG 2\.\d\b"
    r"|\bISIC \d+\b|\bSDG \d+(?:\.\d+)*\b",
    "participating States": r"\b57 (?:OSCE )?participating States\b",
    "ordinal": r"\b\d+(?:st|nd|rd|th)\b(?= (?:century\b|[A-Z]))",
    "cell that a register leaves open": r"[\"“]?<\s?5[\"”]?|\bfrom 0 to 4\b" + NOT_COUNTING,
    "unit of a rate": r"\b(?i:per|for every|in every) 10+(?:,000)*\b(?!,)"
    r"|(?<=inspector )for 10,000\b(?!,)",
    "level of an interval": r"\b(?:90|95|99)\s?(?:%|per cent)(?= (?:confidence|credible|interval))",
    "reading time": r"\b(?:60 to )?(?:[1-9]?[05]) minutes\b",
    "number of an exercise": r"^\d{1,2}\.(?=\s|$)",
    "year": r"(?<![\d.,/-])(?:1[89]\d\d|20\d\d|2100)"
    r"(?:s\b|(?:\s?[-–/]\s?(?:\d{2}|\d{4}))?)(?![\d,]*\d)" + NOT_COUNTING,
}
DRAWN_UNIT = re.compile(r"\d[\d.,]*\s?(?:%|per cent|million|billion|thousand)")
NO_WORDS = re.compile(r"#[0-9a-f]{6}|[A-Za-z_][\w.-]*")
"""A string of code that nobody reads as text: a colour, or the name of a column or an exhibit."""
FORMAT_FIELD = re.compile(r"\{[^{}]*\}")
NOT_PROSE = ("code block", pages.EXAMPLE, "front matter", "mathematics")
LARGEST_LABEL = 12
"""A count in words up to this one, "three reasons", is seldom a finding, and no table has it."""
NO_FINDING = (
    "line of the note", "name", "participating States", "unit of a rate", "level of an interval",
    "number of an exercise", "cell that a register leaves open",
)  # fmt: skip
"""Ordinary numbers that need no source even where the sentence has one."""
FROM_ELSEWHERE = {
    ("S1-03", "34"): "treaty-ratifications; the chapter law publishes law-cets197-2011",
    ("S1-03", "47"): "treaty-ratifications; the chapter law publishes law-cets197",
    ("S2-01", "51"): "States of household-surveys in 1990, 1995 and 2010",
    ("S2-01", "52"): "States of household-surveys in 2010 and 2024",
    ("S2-01", "a third"): "medians of household-surveys in 2010 and 2024",
    ("S2-03", "0.1"): "3.5 less 3.4 per thousand, rows of ilo-rounds",
    ("S2-34", "57"): "the participating States",
    ("P5-02", "19"): "the chapter publishes tool-c-last",
    ("S1-Q5", "50"): "no row has it: look it up in the sources of the line",
    ("S1-Q6", "130"): "no row has it: look it up in greta2024impact or greta2024fifteen",
    ("S2-29", "35"): "no row has it: look it up in the sources of the line",
    ("P1-01", "33"): "no row has it: look it up in the sources of the line",
}
"""Numbers of the register that are nowhere else in words like theirs, and where they are from."""

UNIT = (
    "per cent|percentage points?|points?|times|thousand|million|billion|dollars|euros|pounds|"
    "people|persons|States|workers|victims|cases|years|months|days|hours|rows|studies|lines"
)
TWO_UNITS = re.compile(rf"\b({UNIT})(?=[\s-]({UNIT})\b)")
SCALES = ("thousand", "million", "billion", "per cent")
"""Units after which comes what is counted, and no other of these."""

FROM = re.compile(r"(?P<way>[^.;:()]{0,80})\bfrom (?:[^\W\d]+ ){0,3}$")
TO = re.compile(r"[^.;:()]{0,50}? to (?:[^\W\d]+ ){0,3}")
DATE = re.compile(rf" (?:{MONTH})\b")
OF = re.compile(r" of (?:the |these |all )?(?:its |their )?")
SHARE_OF = re.compile(r"[^.;:]{0,25}\((?:or )?")


@dataclass(frozen=True)
class Filled:
    """A sentence with its computed numbers put in: where it is, and each number's span and name."""

    place: str
    text: str
    names: tuple[tuple[int, int, tuple[str, str]], ...] = ()


def check(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield the numbers that nothing computes, and those that differ from their source."""
    if any(path.suffix in (".csv", ".bib") and path != root / REGISTER for path in files):
        files = ()
    changed = {path.relative_to(root).as_posix() for path in pages.changed(root, files)}
    for path in pages.changed(root, files):
        yield from orphans(path, root)
    published = snapshot_of(root)
    chapters: dict[str, list[Filled]] = {}
    touched: list[sentences.Sentence] = []
    for sentence in sentences.of_book(root):
        if sentence.kind not in NOT_PROSE and not sentence.from_the_note:
            filled = _filled(sentence, published)
            chapters.setdefault(sentence.file, []).append(filled)
            if sentence.file in changed:
                touched.append(sentence)
                yield from units(filled)
                for problem in within(filled.text):
                    yield f"{sentence.place}: “{pages.readable(filled.text)}”: {problem}."
    yield from cited(root, touched)
    compared = chapters.keys() if root / REGISTER in files else changed
    yield from in_register(root, chapters, published, compared)


def cited(root: Path, every: Iterable[sentences.Sentence]) -> Iterator[str]:
    """Yield the typed numbers that their source is not known to say, with what it says."""
    known = told.of_book(root)
    for sentence in every:
        text = _without(sentence.text, NO_FINDING)
        for own in _findings(text, sentence.place, root):
            number = own.number
            said = sentence.citations_of(number.start)
            if not said or any(each.key == claims.NOTE for each in said):
                continue
            keys = dict.fromkeys(each.key for each in said)
            named = [known[key] for key in keys if key in known]
            locators = [each.locator for each in said if each.locator]
            problem = _problem(own, named, locators=locators)
            if problem and not _is_of_the_place(number, said):
                yield (
                    f"{sentence.place}: {number.text} in “{sentence.readable}” is cited to "
                    f"{' and '.join(keys)}, and {problem}. Correct the one that is wrong; a number "
                    "that you read in the source and no table has belongs in its entry: "
                    f"quoted = {{{number.text} … [{said[0].locator}]}}."
                )


def _problem(
    own: Known,
    named: Sequence[told.Source],
    more: Sequence[Known] = (),
    *,
    locators: Sequence[str] = (),
    words: frozenset[str] = frozenset(),
    rounded: bool = False,
) -> str:
    """Return how a number differs from all that sources and others tell; empty if it agrees.

    If ``rounded``, it may also be another one in fewer digits.
    """
    number = own.number
    same = [each for source in named for each in source.telling(number)]
    same += [each for each in more if each.number.values & number.values]
    if rounded and not same:
        every = (*more, *(each for source in named for each in source.all()))
        same = [each for each in every if told.rounds_to(each.number, number)]
    if years_in(number.text):
        of_years = [*(source.years for source in named), *(each.years for each in more)]
        if (number.is_year and same) or any(number.values & years for years in of_years):
            return ""
    if same:
        return told.disagreement(own, same, locators=locators, words=words)
    every = (*more, *(each for source in named for each in source.all()))
    return f"is not there{told.nearest(number, every)}"


def _is_of_the_place(number: Number, said: Iterable[citations.Citation]) -> bool:
    """Return whether a number is of the place in the source: "Article 4", cited to Article 4."""
    places = [each.values for cited in said for each in numbers_in(cited.locator or "")]
    return number.kind == "" and any(number.values & values for values in places)


def in_register(
    root: Path,
    chapters: Mapping[str, Sequence[Filled]],
    published: Mapping[tuple[str, str], str],
    changed: Collection[str],
) -> Iterator[str]:
    """Yield the numbers of the register that no evidence, source or chapter of their line has."""
    by_source, known = told.of_book(root), {}
    for claim in rows.of_file(REGISTER, root):
        if f"notebooks/{claim['chapter']}.ipynb" not in changed:
            continue
        keys = [*(each.key for each in _sources(claim["sources"])), claim["id"]]
        named = [by_source[key] for key in keys if key in by_source]
        file = f"notebooks/{claim['chapter']}.ipynb"
        if file not in known:
            known[file] = [*_of_chapter(file, chapters.get(file, ()), published, root)]
        about = told.stems_of(claim["title"])
        for field in claims.TOLD:
            for sentence in sentences.split(claim[field] or ""):
                words = about | told.stems_of(sentence)
                text = _without(sentence, (*NO_FINDING, "date", "numbered part"))
                for own in _findings(text, REGISTER, root):
                    number = own.number
                    problem = _problem(own, named, known[file], words=words, rounded=True)
                    counted = (claim["id"], number.text) in FROM_ELSEWHERE
                    if problem and not number.is_year and not counted:
                        yield (
                            f"{REGISTER}, row {claim['id']}, {field}: {number.text} in “{sentence}”"
                            f" is compared with the evidence, the sources and the chapter of the "
                            f"line, and {problem}. Correct the one that is wrong, or add the "
                            f"finding to {EVIDENCE}."
                        )


def _of_chapter(
    file: str,
    said: Iterable[Filled],
    published: Mapping[tuple[str, str], str],
    root: Path,
) -> Iterator[Known]:
    """Yield the numbers of a chapter, typed and computed, each with its sentence."""
    placed = {name for sentence in said for *_, name in sentence.names}
    for sentence in said:
        yield from told.in_text(sentence.text, sentence.place, root)
    for (chapter, name), text in published.items():
        if chapter == Path(file).stem and (chapter, name) not in placed:
            for known in told.in_text(text, f"{file}, published as {name}", root):
                is_headline = name.startswith(("fig-", "tbl-"))
                yield known if is_headline else replace(known, context="")


def snapshot_of(root: Path) -> Mapping[tuple[str, str], str]:
    """Return the published numbers and headlines by chapter and name, as texts."""
    found = {}
    for (chapter, name), text in snapshot.read(root).items():
        name = name.removesuffix(" / headline")
        if " / " not in name:
            found[chapter, name] = text.strip("'")
    return found


def _filled(sentence: sentences.Sentence, published: Mapping[tuple[str, str], str]) -> Filled:
    """Return a sentence with its computed numbers put in."""
    parts, names, last, length = [], [], 0, 0
    for at, name in sentence.glued():
        file, own = _home(sentence.file, name)
        key = (Path(file).stem, own)
        parts += [sentence.text[last:at], published.get(key, "")]
        start = length + at - last
        length = start + len(parts[-1])
        names.append((start, length, key))
        last = at + 1
    text = "".join((*parts, sentence.text[last:]))
    return Filled(sentence.place, text, tuple(names))


def _findings(text: str, place: str, root: Path) -> Iterator[Known]:
    """Yield the numbers of a sentence that somebody found: not small counts in words."""
    for own in told.in_text(text, place, root):
        number = own.number
        counts = number.digits or number.kind == SHARE or min(number.values) > LARGEST_LABEL
        if number.values and counts:
            yield own


def _sources(text: str) -> Sequence[citations.Citation]:
    try:
        return citations.parse(text) if text else ()
    except ValueError:  # the register itself tells of it
        return ()


# ------------------------------------------------------------------ neither computed nor cited


def orphans(path: Path, root: Path = ROOT) -> list[str]:
    """Return the numbers of a notebook or page that are neither computed nor cited."""
    found = pages.cells(path, root)
    subject = _subject(found)
    return [
        problem
        for cell in found
        for problem in (
            (*_html(cell), *_in_text(cell, subject)) if cell.kind == "markdown" else _in_code(cell)
        )
    ]


def quantities(text: str) -> list[str]:
    """Return the numbers in a sentence, without those that are dates, names, labels or years."""
    if not numbers_in(text):
        return []
    text = _without(text, ORDINARY)
    return [each.text for each in numbers_in(text) if each.digits or each.is_scaled]


def _without(text: str, kinds: Iterable[str]) -> str:
    """Return a text with blanks in the place of ordinary numbers of some kinds."""
    return _pattern(tuple(kinds)).sub(lambda match: " " * len(match[0]), text)


@cache
def _pattern(kinds: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{ORDINARY[kind]})" for kind in kinds))


@cache
def uncited(text: str) -> list[tuple[str, list[str]]]:
    """Return the sentences of running text that have numbers and no citation, with the numbers."""
    found = ((one, quantities(one)) for one in sentences.split(text) if not is_cited(one))
    return [(sentence, typed) for sentence, typed in found if typed]


def _subject(found: Iterable[Cell]) -> set[str]:
    """Return the numbers of the note that a page is about: it quotes and cites them at its head."""
    quoted = (
        passage for cell in found if "note-says" in cell.text for passage in pages.shown(cell)
    )
    return {
        number
        for passage in quoted
        if passage.from_the_note and is_cited(passage.text)
        for number in quantities(passage.text)
    }


def _html(cell: Cell) -> Iterator[str]:
    for passage in pages.shown(cell):
        if passage.kind == "HTML":
            yield (
                f"{cell.place}: raw HTML or a comment, {passage.text.strip()[:60]!r}. "
                "No check reads it; write it in MyST, with a directive or a role, or take it out."
            )


def _in_text(cell: Cell, subject: set[str]) -> Iterator[str]:
    for passage in pages.shown(cell):
        if passage.kind in ("HTML", pages.EXAMPLE):
            continue
        if passage.from_the_note and is_cited(passage.text):
            continue
        for sentence, typed in uncited(passage.text):
            if passage.kind == "alt":
                typed = [number for number in typed if not number[0].isalpha()]
            if orphaned := [number for number in typed if number not in subject]:
                yield (
                    f"{cell.place}: {', '.join(orphaned)} in {passage.kind} "
                    f"“{pages.readable(sentence)}” is typed. {_advice(passage, sentence)}"
                )


def _advice(passage: Passage, sentence: str) -> str:
    if passage.kind == "alt":
        return "Say it in words; an alternative text is not computed."
    if pages.UNPLACED in sentence:
        return "Add the locator to the citation: {cite:p}`key{p. 5}`."
    return "Compute it (exhibits.number, {glue:text}), or cite its source with locator in it."


def _in_code(cell: Cell) -> Iterator[str]:
    for call in pages.nodes(cell.text) if "exhibits.number" in cell.text else ():
        for name, value in _published(call):
            if isinstance(value, ast.Constant) and re.search(r"\d", str(value.value)):
                yield f"{cell.place}: {name!r} is typed, {value.value!r}; compute it from a table."
    for text, drawn in pages.strings(cell):
        if NO_WORDS.fullmatch(text):
            continue
        text = FORMAT_FIELD.sub("", text)
        typed = quantities(text) if drawn else DRAWN_UNIT.findall(text)
        if typed:
            yield (
                f"{cell.place}: {', '.join(typed)} in the string {text!r} is typed. "
                "Compute it from the table and format it into the string."
            )


def _published(node: ast.AST) -> Iterator[tuple[object, ast.expr]]:
    """Yield the names that a call publishes numbers under, each with its expression."""
    match node:
        case ast.Call(ast.Attribute(attr="number"), [ast.Constant(name), value]):
            yield name, value
        case ast.Call(ast.Attribute(attr="numbers"), [ast.Dict(keys, values)]):
            for key, value in zip(keys, values, strict=True):
                yield getattr(key, "value", ""), value


# ------------------------------------------------------------------ numbers and words next to them


def within(text: str) -> Iterator[str]:
    """Yield how the numbers of one sentence do not fit its words, or each other."""
    if " of " not in text and " from " not in text:
        return
    found = [each for each in numbers_in(text) if not each.is_year and each.values]
    for one, other in itertools.pairwise(found):
        between, first, second = text[one.end : other.start], max(one.values), max(other.values)
        one_kind = not (one.kind and other.kind) or one.kind == other.kind
        if OF.fullmatch(between) and first > second and one.kind != SHARE and one_kind:
            yield f"{one.text} of {other.text} is more than all"
        goes = FROM.search(text[: one.start])
        if one_kind and goes and TO.fullmatch(between) and not DATE.match(text, one.end):
            for ways, is_so, noun in ((told.RISE, first <= second, "rise"),
                                      (told.FALL, first >= second, "fall")):  # fmt: skip
                others = told.FALL if ways is told.RISE else told.RISE
                if ways.search(goes["way"]) and not others.search(goes["way"]) and not is_so:
                    yield f"from {one.text} to {other.text} is no {noun}"
    for one, other, share in zip(found, found[1:], found[2:], strict=False):
        total = max(other.values)
        if (
            OF.fullmatch(text[one.end : other.start])
            and SHARE_OF.fullmatch(text[other.end : share.start])
            and share.kind == SHARE
            and share.digits
            and total
            and abs(part := 100 * max(one.values) / total - max(share.values)) > 1
        ):
            part += max(share.values)
            yield f"{one.text} of {other.text} are {part:.1f} per cent, not {share.text}"


def units(sentence: Filled) -> Iterator[str]:
    """Yield computed numbers that bring a unit with them, and have another one after them."""
    for start, stop, (_, name) in sentence.names:
        for two in TWO_UNITS.finditer(sentence.text, start):
            if two.end() == stop and not (two[1] in SCALES and two[2] not in SCALES):
                yield (
                    f"{sentence.place}: `{name}` in “{pages.readable(sentence.text)}” ends in "
                    f"“{two[1]}” and “{two[2]}” follows it. Leave one of the two out, or correct "
                    "the name of the number."
                )


def _home(file: str, content: str) -> tuple[str, str]:
    """Return the notebook that publishes a number, and its name there."""
    parts = content.split("::")
    return (file, content) if len(parts) == 1 else (parts[0], parts[1].partition(":")[0])
