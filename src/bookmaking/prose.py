"""How plain the prose is, and whether it hangs together: a report, `make prose`, and no check.

    python -m bookmaking.prose                               every notebook and page, one row each
    python -m bookmaking.prose notebooks/x/y.ipynb -n 12     and the places to look at first

A limit would make writers dodge the limit. A high figure is a place to look: a long sentence can be
clear, a short one a riddle. Read the paragraph aloud, ask why the next sentence follows, and write
that down if the sentence does not show it. Only running prose counts: no code, citations, options,
tables, quotations of the note or captions.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bookmaking.checks import ROOT
from bookmaking.source import pages
from bookmaking.source.sentences import split

GOALS = {
    "words": (0, float("inf")),
    "w/sent": (13, 18),
    ">30w%": (0, 8),
    "<8w%": (0, 14),
    "semi%": (0, 4),
    "neg2%": (0, 3),
    "clause%": (0, 1.5),
    "num/100w": (0, 3),
    "conn/100s": (14, 20),
    "unlinked%": (0, 62),
    "runs%": (0, 28),
    "own/100s": (0, 1.5),
    "ends%": (0, 18),
}
"""What is measured, and between what four well-written books lie, as measured in December 2026:
words of a sentence; shares of sentences over 30 and under 8 words, with semicolons, with two
negations, with a clause before the verb; numbers in 100 words; words that connect (because, so,
but) in 100 sentences; shares of sentences that no word links to the one before, of paragraphs with
four such in a row; what was not read, in 100 sentences; paragraphs that end on a limit.
"""
NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|nor|never|neither|hardly|without|cannot|nowhere)\b|n[’']t\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"(?:and |but |so )?(?:whether |what [a-z’]+ [a-z]|how (?:many|much|often|far|well|they|it)\b"
    r"|who (?:may|is|they|would|wants|decides)\b|whom\b|which of\b"
    r"|of (?:the |these |those |this |what |all |people |a |its |some )|for it speaks)",
    re.IGNORECASE,
)
CONNECTIVE = re.compile(
    r"\bbecause\b|(?:^|[,;:] |\band )so\b(?! far| many| much| few)|\b(?:therefore|thus|hence|but)\b"
    r"|\b(?:although|though|while|whereas|however|nevertheless)\b|(?:^|, )yet\b"
    r"|\b(?:which|this|that) means?\b",
    re.IGNORECASE,
)
LINK = re.compile(
    r"^(?:this|these|that|those|it|they|he|she|his|her|their|its|such|both|another|others?|first"
    r"|second|third|the (?:first|second|third|last|other|same|former|latter)|then|also|and|or|nor"
    r"|instead|still|for (?:example|instance)|in (?:contrast|fact|other words|short|particular)"
    r"|as a result|by contrast|even|moreover|later|there|here|(?:all|most|none|each|some) of"
    r"|of (?:these|them)|we|you|our|your|to (?:see|do)|if|suppose|now|since then)\b",
    re.IGNORECASE,
)
OWN = re.compile(
    r"\b(?:not (?:read|found)|we (?:have )?(?:read|found|saw|know of) (?:no|none|nothing|only|one)"
    r"|(?:that|which|as far as) we (?:have )?(?:read|found)|we did not (?:read|find|search|see))\b",
    re.IGNORECASE,
)
LIMIT = re.compile(
    r"\b(?:cannot|do(?:es)? not|did not) (?:show|say|tell|prove|know|test|decide|measure)\b"
    r"|\b(?:nobody|unknown|untested|not known)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(rf"(?<![A-Za-z0-9.-])\d[\d,.]*|{pages.GLUED}")
MANY_IN_A_ROW, MANY_NUMBERS, SHORT, LONG = 4, 8, 8, 30

Paragraph = list[str]


def paragraphs(path: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of running prose of a page or notebook, each as its sentences."""
    for cell in pages.cells(path, ROOT):
        if cell.kind != "markdown":
            continue
        for passage in pages.passages(cell):
            if passage.kind != "text" or passage.from_the_note:
                continue
            text = re.sub(rf"\s*[{pages.CITED}{pages.UNPLACED}]", "", passage.text)
            found = [each for each in split(text) if len(each.split()) > 1]
            if sum(len(each.split()) for each in found) >= MANY_IN_A_ROW:
                yield found


def measure(found: Sequence[Paragraph]) -> dict[str, float]:
    """Return what is measured of paragraphs, by the names in `GOALS`."""
    every = [sentence for paragraph in found for sentence in paragraph]
    if not every:
        return {}
    words = sum(len(each.split()) for each in every)

    def in_100(pattern: re.Pattern, of: int) -> float:
        return 100 * sum(len(pattern.findall(each)) for each in every) / of

    return {
        "words": words,
        "w/sent": words / len(every),
        ">30w%": _share(lambda each: len(each.split()) > LONG, every),
        "<8w%": _share(lambda each: len(each.split()) < SHORT, every),
        "semi%": _share(lambda each: ";" in each, every),
        "neg2%": _share(lambda each: len(NEGATION.findall(each)) > 1, every),
        "clause%": _share(_opens_with_clause, every),
        "num/100w": in_100(NUMBER, words),
        "conn/100s": in_100(CONNECTIVE, len(every)),
        "unlinked%": _share(_is_unlinked, [each for one in found for each in one[1:]]),
        "runs%": _share(
            lambda one: _longest_run(one) >= MANY_IN_A_ROW,
            [one for one in found if len(one) >= MANY_IN_A_ROW],
        ),
        "own/100s": in_100(OWN, len(every)),
        "ends%": _share(_ends_on_a_limit, [one for one in found if len(one) > 2]),
    }


def places(found: Iterable[Paragraph]) -> list[str]:
    """Return where to look first, the heaviest first."""
    weighed: list[tuple[float, str]] = []
    for one in found:
        if (run := _longest_run(one)) >= MANY_IN_A_ROW:
            weighed.append((run, f"{run} unlinked in a row: {one[0]} … {one[-1]}"))
        if len(one) > 2 and _ends_on_a_limit(one):
            weighed.append((3 + len(one) / 10, f"ends on a limit: … {one[-1]}"))
        if (numbers := sum(len(NUMBER.findall(each)) for each in one)) >= MANY_NUMBERS:
            weighed.append((numbers / 3, f"{numbers} numbers in one paragraph: {one[0]} …"))
        weighed += [(_burden(each), f"hard to read: {each}") for each in one if _burden(each) > 3]
    return [pages.readable(said) for _, said in sorted(weighed, reverse=True)]


def _share(is_so: Callable, of: Sequence) -> float:
    return 100 * sum(map(bool, map(is_so, of))) / len(of) if of else 0.0


def _opens_with_clause(sentence: str) -> bool:
    return not sentence.rstrip('"” ').endswith("?") and bool(CLAUSE.match(sentence))


def _is_unlinked(sentence: str) -> bool:
    return not LINK.match(sentence) and not CONNECTIVE.search(sentence)


def _longest_run(paragraph: Paragraph) -> int:
    best = now = 0
    for sentence in paragraph:
        now = now + 1 if _is_unlinked(sentence) else 0
        best = max(best, now)
    return best


def _ends_on_a_limit(paragraph: Paragraph) -> bool:
    return any(pattern.search(paragraph[-1]) for pattern in (OWN, LIMIT, NEGATION))


def _burden(sentence: str) -> float:
    negations = max(0, len(NEGATION.findall(sentence)) - 1)
    length = max(0, len(sentence.split()) - 24) / 6
    return 4 * _opens_with_clause(sentence) + 2 * sentence.count(";") + 2 * negations + length


def _row(name: str, measured: dict[str, float]) -> str:
    cells = []
    for column, (low, high) in GOALS.items():
        value = measured[column]
        mark = " " if low <= value <= high else "*"
        cells.append(f"{value:>9.0f} " if column == "words" else f"{value:>9.1f}{mark}")
    return f"{name[-44:]:<44}{''.join(cells)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each page, and the places to look at first where they are asked for."""
    parser = argparse.ArgumentParser(description="Measure the prose of notebooks and pages.")
    parser.add_argument("paths", nargs="*", type=Path, help="all notebooks and pages, if none")
    parser.add_argument("-n", type=int, default=0, help="how many places to show of each page")
    asked = parser.parse_args(arguments)
    print(f"{'(* outside four well-written books)':<44}{''.join(f'{each:>10}' for each in GOALS)}")
    whole: list[Paragraph] = []
    for path in [each.resolve() for each in asked.paths] or pages.written(ROOT):
        found = list(paragraphs(path))
        whole += found
        if measured := measure(found):
            print(_row(path.relative_to(ROOT).as_posix(), measured))
            for place in places(found)[: asked.n]:
                print(f"    {place[:230]}")
    if whole:
        print(_row("all together", measure(whole)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
