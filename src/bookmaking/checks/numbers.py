"""No orphan number: a number in the text is computed, or its sentence says where it stands."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from bookmaking.checks import ROOT
from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT, Cell, Passage
from decentwork import claims
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
    # A pattern that is too wide hides a quantity: each names what stands around the number.
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
QUANTITY = re.compile(
    r"[-−+]?\d[\d.,]*\d|\d"
    r"|\b(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)"
    r"(?:-\w+)? (?:hundred|thousand|million|billion|per cent)\b"
)
DRAWN_UNIT = re.compile(r"\d[\d.,]*\s?(?:%|per cent|million|billion|thousand)")
NO_WORDS = re.compile(r"#[0-9a-f]{6}|[A-Za-z_][\w.-]*")
"""A string of code that nobody reads as text: a colour, or the name of a column or an exhibit."""
FORMAT_FIELD = re.compile(r"\{[^{}]*\}")
ABBREVIATIONS = (
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bv)(?<!\bvs)(?<!\bp)(?<!\bpp)(?<!\bpara)(?<!\bparas)"
    r"(?<!\bNo)(?<!\bNos)(?<!\bart)(?<!\bArt)(?<!\bFig)(?<!\bal)(?<!\bapp)(?<!\bApp)(?<!\bvol)"
    r"(?<!\b[A-Z])"
)
END = re.compile(
    rf"{ABBREVIATIONS}[.!?…][\"”’')\]]*(?:\s*[{CITED}{pages.UNPLACED}])*\s+(?=[^\sa-z{CITED}])"
)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers of all notebooks and pages that are neither computed nor cited."""
    return [problem for path in pages.changed(root, files) for problem in orphans(path, root)]


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


def sentences(text: str) -> list[str]:
    """Split running text into sentences; a citation in brackets belongs to the words before it."""
    cuts = [0, *(match.end() for match in END.finditer(text)), len(text)]
    return [text[start:stop].strip() for start, stop in pairwise(cuts)]


def quantities(text: str) -> list[str]:
    """Return the numbers in a sentence, without those that are dates, names, labels or years."""
    if not QUANTITY.search(text):
        return []
    for pattern in ORDINARY.values():
        text = re.sub(pattern, lambda match: " " * len(match[0]), text)
    return QUANTITY.findall(text)


@cache
def uncited(text: str) -> list[tuple[str, list[str]]]:
    """Return the sentences of running text that have numbers and no citation, with the numbers."""
    found = ((one, quantities(one)) for one in sentences(text) if not is_cited(one))
    return [(sentence, typed) for sentence, typed in found if typed]


def _subject(found: Iterable[Cell]) -> set[str]:
    """Return the numbers of the note that a page is about: it quotes and cites them at its head."""
    quoted = (
        passage for cell in found if cell.kind == "markdown" for passage in pages.passages(cell)
    )
    return {
        number
        for passage in quoted
        if passage.from_the_note and is_cited(passage.text)
        for number in quantities(passage.text)
    }


def is_cited(text: str) -> bool:
    """Return whether a sentence cites a source with the place in it."""
    return CITED in text or CITED_IN_TEXT in text


def _html(cell: Cell) -> Iterator[str]:
    for passage in pages.shown(cell):
        if passage.kind == "HTML":
            yield (
                f"{cell.place}: raw HTML or a comment, {passage.text.strip()[:60]!r}. "
                "No gate reads it; write it in MyST, with a directive or a role, or take it out."
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
