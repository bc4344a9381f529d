"""Numbers in prose: each is computed, or agrees with what its source is known to say.

A number in the text is published by a notebook and placed by ``{glue:text}``, or its sentence cites
the source that has it, with the place. A cited number is compared with the rows of that source, and
with what its entry in ``references.bib`` quotes: value, kind of thing, State, year and place. A
number in an answer of the register is compared with the evidence for its line, the rows of its
sources, and its chapter. A computed number brings its unit, or the sentence has it, and not both.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from bookmaking import snapshot
from bookmaking.checks import ROOT, rows, told, wording
from bookmaking.checks.rows import EVIDENCE, REGISTER
from bookmaking.checks.told import Known
from bookmaking.source import pages, sentences
from bookmaking.source.number_words import SHARE, Number, numbers_in, years_in
from bookmaking.source.pages import Cell, Passage
from bookmaking.source.sentences import is_cited
from decentwork import citations, claims
from decentwork.days import MONTHS

MONTH = "|".join(MONTHS)
LABELS = (
    "Annex|Appendix|Art|Article|Chapter|Convention|Decision|Exercise|Fig|Figure|Footnote|Goal|"
    "Indicator|Instrument|Level|Note|P|Page|Panel|Para|Paragraph|Part|Pillar|Pp|Principle|"
    "Protocol|Question|Recommendation|Resolution|Rule|Section|Session|Step|Table|Target|Tier|Version"
)
LOWER_CASE_LABELS = (
    "annex|appendix|art|article|chapter|exercise|fig|figure|footnote|indicator|p|page|para|"
    "paragraph|pp|principle|question|section|session|table|target"
)
COUNTED = (
    r"(?i:people|persons?|men|women|girls|boys|children|adults|victims|survivors|workers|migrants"
    r"|employees|employers|inspectors?|inspections|households|firms|compan(?:y|ies)|cases"
    r"|convictions|prosecutions|investigations|complaints|decisions|referrals|visas|licences"
    r"|States|countries|members|studies|rows|cells|conferences|commitments|sites"
    r"|thousand|million|billion|hundred|per cent|percent"
    r"|percentage|points|dollars|euros?|pounds|francs|tonnes|times|days|weeks|months|years|hours)\b"
    r"|%"
)
"""What a number counts; before it no number is a year, a label or a name. No word is a verb too."""
NOT_COUNTING = rf"(?!\s?[-–]?\s?(?:of the )?(?:{COUNTED}))"
NO_AMOUNT_BEFORE = (
    "(?<!was )(?<!were )(?<!are )(?<!only )(?<!than )(?<!nearly )(?<!almost )(?<!some )"
    "(?<!reached )(?<!totalled )(?<!numbered )(?<!counted )(?<!exactly )(?<!roughly )"
    "(?<!found )(?<!identified )(?<!detected )(?<!registered )(?<!employed )(?<!had )(?<!has )"
    "(?<!have )(?<!another )(?<!all )(?<!equals )(?<!is )(?<!at least )(?<!at most )"
    "(?<!recorded )(?<!helped )(?<!convicted )(?<!rescued )(?<!over )(?<!below )(?<!above )"
)
ORDINARY = {
    # What is written with digits without being a quantity; the key says so, the pattern finds it.
    # A pattern that is too wide hides a quantity: each names what is around the number.
    "date": rf"\b(?:[12]?\d|3[01])(?:\s*(?:[-–]|to|and)\s*(?:[12]?\d|3[01]))?\s+(?:{MONTH})\b"
    r"|\b\d{4}-\d\d-\d\d\b",
    "line of the note": rf"\b{claims.LINE}\b|#line-s2-05\b",
    "numbered part": rf"\b(?:(?:{LABELS}|{LOWER_CASE_LABELS})s?\b\.?|Nos?\b\.?)\s*"
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
    "year": rf"(?<![\d.,/-]){NO_AMOUNT_BEFORE}(?:1[89]\d\d|20\d\d|2100)"
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
COUNTED = {
    ("B-03", "fourteen"): "rows of alliance-conferences after 2011",
    ("B-03", "thirteen"): "rows of alliance-conferences after 2011 that have a title",
    ("S1-03", "34"): "treaty-ratifications; the chapter law publishes law-cets197-2011",
    ("S1-03", "47"): "treaty-ratifications; the chapter law publishes law-cets197",
    ("S2-01", "51"): "States of household-surveys in 1990, 1995 and 2010",
    ("S2-01", "52"): "States of household-surveys in 2010 and 2024",
    ("S2-01", "a third"): "medians of household-surveys in 2010 and 2024",
    ("S2-03", "0.1"): "3.5 less 3.4 per thousand, rows of ilo-rounds",
    ("S2-22", "52"): "the chapter publishes globalization-own-states",
    ("S2-22", "15"): "the chapter publishes globalization-agreed-later-fell",
    ("S2-34", "57"): "the participating States",
    ("P5-02", "19"): "the chapter publishes tool-c-last",
    ("S1-Q5", "50"): "no row has it: look it up in the sources of the line",
    ("S1-Q6", "130"): "no row has it: look it up in greta2024impact or greta2024fifteen",
    ("S2-29", "35"): "no row has it: look it up in the sources of the line",
    ("P1-01", "33"): "no row has it: look it up in the sources of the line",
}
"""Numbers of the register that are nowhere else in words like theirs, and where they are from."""

UNITS = (
    "per cent|percentage|points?|times|thousand|million|billion|dollars|euros|pounds|people|persons"
    "|States|workers|victims|cases|years|months|days|hours|rows|studies|lines|to"
)
UNIT_AT_END = re.compile(rf"\b({UNITS})\b[^\w{{}}]*$")
UNIT_AFTER = re.compile(rf"\s*(?:-|\s)({UNITS})\b|\s?%")
MAY_FOLLOW = {"per cent": re.compile("points?|to")} | dict.fromkeys(
    ("thousand", "million", "billion"),
    re.compile("people|persons|workers|victims|cases|dollars|euros|pounds|to"),
)
"""What may follow a unit that ends a published text. After another unit only a range goes on."""
ONLY_A_RANGE = re.compile("to")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers that nothing computes, and those that differ from their source."""
    if any(path.suffix in (".csv", ".bib") for path in files):
        files = ()
    return [
        *(problem for path in pages.changed(root, files) for problem in orphans(path, root)),
        *cited(root, files),
        *in_register(root),
        *units(root, files),
        *worded(root, files),
    ]


def worded(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield sentences whose words of number, direction or population others contradict."""
    published = snapshot_of(root)
    chapters: dict[str, list[wording.Sentence]] = {}
    for sentence in sentences.of_book(root):
        if sentence.kind not in NOT_PROSE and not sentence.from_the_note:
            filled = _filled(sentence, published)
            chapters.setdefault(sentence.file, []).append(filled)
            for problem in wording.within(filled.text):
                yield f"{filled.place}: “{pages.readable(filled.text)}”: {problem}."
    changed = (
        sentence
        for sentence in sentences.of_book(root, files)
        if sentence.kind not in NOT_PROSE and not sentence.from_the_note
    )
    yield from wording.of_rows(root, [*changed])
    yield from wording.of_chapters(root, chapters)
    every = [sentence for said in chapters.values() for sentence in said]
    yield from wording.of_computed(root, every, _definitions(root, published))


def _definitions(root: Path, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return the code that computes each published number, where a cell names it wholly."""
    found: dict[tuple[str, str], str] = {}
    for path in pages.notebooks(root):
        for cell in pages.cells(path, root):
            for name, code in published(cell):
                found[path.stem, name] = ast.unparse(code)
    by_end: dict[tuple[str, str], str] = {}
    for chapter, name in names:
        ends = [name] + [name[at + 1 :] for at, char in enumerate(name) if char == "-"]
        by_end[chapter, name] = next(
            (found[chapter, end] for end in ends if (chapter, end) in found), ""
        )
    return by_end


def cited(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield the typed numbers that their source is not known to say, with what it says."""
    known = told.of_book(root)
    for sentence in sentences.of_book(root, files):
        if sentence.kind in NOT_PROSE or sentence.from_the_note:
            continue
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


def in_register(root: Path) -> Iterator[str]:
    """Yield the numbers of the register that no evidence, source or chapter of their line has."""
    evidence = told.of_lines(root)
    by_source, by_chapter = told.of_book(root), _in_chapters(root)
    for claim in rows.of_file(REGISTER, root):
        keys = [each.key for each in _sources(claim["sources"])]
        named = [by_source[key] for key in keys if key in by_source]
        named += [evidence[claim["id"]]] if claim["id"] in evidence else []
        more = by_chapter.get(f"notebooks/{claim['chapter']}.ipynb", ())
        about = told.stems_of(claim["title"])
        for field in claims.TOLD:
            for sentence in sentences.split(claim[field] or ""):
                words = about | told.stems_of(sentence)
                text = _without(sentence, (*NO_FINDING, "date", "numbered part"))
                for own in _findings(text, REGISTER, root):
                    number = own.number
                    problem = _problem(own, named, more, words=words, rounded=True)
                    counted = (claim["id"], number.text) in COUNTED
                    if problem and not number.is_year and not counted:
                        yield (
                            f"{REGISTER}, row {claim['id']}, {field}: {number.text} in “{sentence}”"
                            f" is compared with the evidence, the sources and the chapter of the "
                            f"line, and {problem}. Correct the one that is wrong, or add the "
                            f"finding to {EVIDENCE}."
                        )


def _in_chapters(root: Path) -> Mapping[str, list[Known]]:
    """Return the numbers of each chapter, typed and computed, each with its sentence."""
    published = snapshot_of(root)
    found: dict[str, list[Known]] = {}
    placed = set()
    for sentence in sentences.of_book(root):
        filled = _filled(sentence, published)
        placed.update(name for *_, name in filled.names)
        known = told.in_text(filled.text, sentence.place, root)
        found.setdefault(sentence.file, []).extend(known)
    files = {path.stem: path.relative_to(root).as_posix() for path in pages.notebooks(root)}
    for (chapter, name), text in published.items():
        if (chapter, name) in placed or chapter not in files:
            continue
        known = told.in_text(text, f"{files[chapter]}, published as {name}", root)
        is_headline = name.startswith(("fig-", "tbl-"))
        found[files[chapter]] += known if is_headline else (replace(e, context="") for e in known)
    return found


def in_sentences(root: Path) -> Mapping[str, list[tuple[str, str]]]:
    """Return the sentences of each chapter, with computed numbers put in, and their places."""
    published = snapshot_of(root)
    found: dict[str, list[tuple[str, str]]] = {}
    for sentence in sentences.of_book(root, pages.notebooks(root)):
        text = pages.readable(_filled(sentence, published).text)
        found.setdefault(sentence.file, []).append((sentence.place, text))
    return found


def snapshot_of(root: Path) -> Mapping[tuple[str, str], str]:
    """Return the published numbers and headlines by chapter and name, as texts."""
    found = {}
    for (chapter, name), text in snapshot.read(root).items():
        name = name.removesuffix(" / headline")
        if " / " not in name:
            found[chapter, name] = text.strip("'")
    return found


def _filled(
    sentence: sentences.Sentence, published: Mapping[tuple[str, str], str]
) -> wording.Sentence:
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
    return wording.Sentence(sentence.file, sentence.place, sentence.kind, text, tuple(names))


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
    for kind in kinds:
        text = re.sub(ORDINARY[kind], lambda match: " " * len(match[0]), text)
    return text


@cache
def uncited(text: str) -> list[tuple[str, list[str]]]:
    """Return the sentences of running text that have numbers and no citation, with the numbers."""
    found = ((one, quantities(one)) for one in sentences.split(text) if not is_cited(one))
    return [(sentence, typed) for sentence, typed in found if typed]


def _subject(found: Iterable[Cell]) -> set[str]:
    """Return the numbers of the note that a page is about: it quotes and cites them at its head."""
    quoted = (
        passage for cell in found if "note-says" in cell.text for passage in pages.passages(cell)
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
                    f"“{pages.readable(sentence)}” is typed. {_mend(passage, sentence)}"
                )


def _mend(passage: Passage, sentence: str) -> str:
    if passage.kind == "alt":
        return "Say it in words; an alternative text is not computed."
    if pages.UNPLACED in sentence:
        return "Add the locator to the citation: {cite:p}`key{p. 5}`."
    return "Compute it (exhibits.number, {glue:text}), or cite its source with locator in it."


def _in_code(cell: Cell) -> Iterator[str]:
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


# ------------------------------------------------------------------ computed numbers


def units(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return computed numbers that bring a unit with them, and have another one after them."""
    ends = {
        (cell.file, name): unit
        for path in pages.notebooks(root)
        for cell in pages.cells(path, root)
        for name, code in published(cell)
        if (unit := _unit(code))
    }
    problems = []
    for sentence in sentences.of_book(root, files):
        for at, name in sentence.glued():
            unit = ends.get(_home(sentence.file, name))
            after = UNIT_AFTER.match(sentence.text, at + 1)
            if not (unit and after):
                continue
            if not MAY_FOLLOW.get(unit, ONLY_A_RANGE).fullmatch(after[1] or ""):
                problems.append(
                    f"{sentence.place}: `{name}` in “{sentence.with_roles()}” ends in "
                    f"“{unit}” and “{after[0].strip()}” follows it. Leave one of the two out, or "
                    "correct the name of the number."
                )
    return problems


def published(cell: pages.Cell) -> tuple[tuple[str, ast.expr], ...]:
    """Return the names that a cell of code publishes numbers under, each with its expression."""
    return _published(cell.text) if cell.kind == "code" and "exhibits.number" in cell.text else ()


@cache
def _published(code: str) -> tuple[tuple[str, ast.expr], ...]:
    found: list[tuple[str, ast.expr]] = []
    for node in ast.walk(pages.tree(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "number" and len(node.args) > 1:
            found.append((_name(node.args[0]), node.args[1]))
        elif node.func.attr == "numbers":
            for part in node.args:
                if isinstance(part, ast.Dict):
                    found += [
                        (_name(key), value)
                        for key, value in zip(part.keys, part.values, strict=True)
                    ]
                else:
                    found.append(("several", part))
    return tuple(found)


def _name(key: ast.expr | None) -> str:
    if isinstance(key, ast.Constant):
        return str(key.value)
    return ast.unparse(key) if key else "several"


def _unit(code: ast.expr) -> str | None:
    if isinstance(code, ast.JoinedStr) and code.values:
        code = code.values[-1]
    text = code.value if isinstance(code, ast.Constant) else ""
    found = UNIT_AT_END.search(text) if isinstance(text, str) else None
    return found[1] if found else None


def _home(file: str, content: str) -> tuple[str, str]:
    """Return the notebook that publishes a number, and its name there."""
    parts = content.split("::")
    if len(parts) == 1:
        return file, content
    steps = [step for step in parts[0].split("/") if step not in ("..", ".")]
    return "/".join(steps).removesuffix(".ipynb") + ".ipynb", parts[1].partition(":")[0]
