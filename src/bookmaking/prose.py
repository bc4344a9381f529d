"""How plain the prose is, and whether it hangs together: a report, `make prose`, and no check.

    python -m bookmaking.prose                               every notebook and page, one row each
    python -m bookmaking.prose notebooks/x/y.ipynb -n 12     and the places to look at first

A limit would make writers dodge the limit. A high figure is a place to look: a long sentence can be
clear, a short one a riddle. Read the paragraph aloud, ask why the next sentence follows, and write
that down if the sentence does not show it. Only running prose counts: no tables and captions, and
no quotations of the note.
"""

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from bookmaking.source import pages
from bookmaking.source.sentences import split
from decentwork.repository import ROOT

GOALS = {
    "w/sent": (13, 18), ">30w%": (0, 8), "semi%": (0, 4), "neg2%": (0, 3), "num/100w": (0, 3),
    "unlinked%": (0, 62),
}  # fmt: skip
"""What is measured, and between what four well-written books lie, as measured in December 2026:
words of a sentence; shares of sentences over 30 words, with semicolons, with two negations; numbers
in 100 words; the share of sentences that no word links to the one before.
"""
NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|nor|never|neither|hardly|without|cannot|nowhere)\b|n[’']t\b",
    re.IGNORECASE,
)
LINK = re.compile(
    r"^(?:this|these|that|those|it|they|he|she|his|her|their|its|such|both|another|others?|first"
    r"|second|third|the (?:first|second|third|last|other|same|former|latter)|then|also|and|or|nor"
    r"|instead|still|for (?:example|instance)|in (?:contrast|fact|other words|short|particular)"
    r"|as a result|by contrast|even|moreover|later|there|here|(?:all|most|none|each|some) of"
    r"|of (?:these|them)|we|you|our|your|to (?:see|do)|if|suppose|now|since then)\b"
    r"|\bbecause\b|(?:^|[,;:] |\band )so\b(?! far| many| much| few)"
    r"|\b(?:therefore|thus|hence|but|although|though|while|whereas|however|nevertheless)\b"
    r"|(?:^|, )yet\b|\b(?:which|this|that) means?\b",
    re.IGNORECASE,
)
NUMBER = re.compile(rf"(?<![A-Za-z0-9.-])\d[\d,.]*|{pages.GLUED}")
LONG, MANY = 30, 4
"""Words of a long sentence, and how many sentences in a row without a link are many."""

Paragraph = list[str]


def paragraphs(path: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of running prose of a page or notebook, each as its sentences."""
    texts = (cell for cell in pages.cells(path, ROOT) if cell.kind == "markdown")
    for passage in (each for cell in texts for each in pages.shown(cell)):
        if passage.kind == "text" and not passage.from_the_note:
            text = re.sub(rf"\s*[{pages.CITED}{pages.UNPLACED}]", "", passage.text)
            if found := [each for each in split(text) if len(each.split()) > 1]:
                yield found


def measure(found: Sequence[Paragraph]) -> dict[str, float]:
    """Return what is measured of paragraphs, by the names in `GOALS`."""
    sentences = pd.Series([each for one in found for each in one])
    words, numbers = sentences.str.split().str.len(), sentences.str.count(NUMBER)
    shares = {
        ">30w%": words > LONG,
        "semi%": sentences.str.contains(";"),
        "neg2%": sentences.str.count(NEGATION) > 1,
        "unlinked%": [not LINK.search(each) for one in found for each in one[1:]],
    }
    return {"w/sent": words.mean(), "num/100w": 100 * numbers.sum() / words.sum()} | {
        name: 100 * pd.Series(each, dtype=float).mean() for name, each in shares.items()
    }


def places(found: Iterable[Paragraph]) -> list[str]:
    """Return where to look first, the heaviest first."""
    weighed: list[tuple[float, str]] = []
    for one in found:
        marks = "".join(" " if LINK.search(each) else "-" for each in one)
        run = max(map(len, marks.split()), default=0)
        if run >= MANY:
            weighed.append((run, f"{run} unlinked in a row: {one[0]} … {one[-1]}"))
        for each in one:
            length, negations = len(each.split()), len(NEGATION.findall(each))
            burden = 2 * each.count(";") + 2 * max(0, negations - 1) + max(0, length - 24) / 6
            if burden > 3:
                weighed.append((burden, f"hard to read: {each}"))
    return [pages.readable(said) for _, said in sorted(weighed, reverse=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each page, and the places to look at first where they are asked for."""
    parser = argparse.ArgumentParser(description="Measure the prose of notebooks and pages.")
    parser.add_argument("paths", nargs="*", type=Path, help="all notebooks and pages, if none")
    parser.add_argument("-n", type=int, default=0, help="how many places to show of each page")
    asked = parser.parse_args(arguments)
    paths = [each.resolve() for each in asked.paths] or pages.written(ROOT)
    read = {path.relative_to(ROOT).as_posix(): list(paragraphs(path)) for path in paths}
    found = {name: each for name, each in read.items() if each}
    rows = pd.DataFrame({name: measure(each) for name, each in found.items()}).T
    for name, (low, high) in GOALS.items():
        mark = rows[name].between(low, high).map({True: " ", False: "*"})
        rows[name] = rows[name].map("{:.1f}".format) + mark
    print("(* outside four well-written books)", rows[[*GOALS]].to_string(), sep="\n")
    for name, each in found.items() if asked.n else ():
        print(f"\n{name}", *(place[:230] for place in places(each)[: asked.n]), sep="\n    ")


if __name__ == "__main__":
    main()
