"""How long a chapter takes to read: its words, and its figures and tables.

The time is computed, so that it stays true when a chapter is rewritten. Exercises do not count: how
long they take depends on the reader.
"""

import math
from pathlib import Path

from bookmaking.source import pages

WORDS_A_MINUTE = 150
"""A student who reads in a second language, and looks up a term now and then."""
MINUTES_AN_EXHIBIT = 1
ROUNDED_TO = 5
LAST_PART = "Exercises"


def in_words(source: Path, root: Path) -> str:
    """Return the time for a notebook or page, for example "about 35 minutes"."""
    return f"about {minutes(source, root)} minutes"


def minutes(source: Path, root: Path) -> int:
    """Return the minutes for the text before the exercises, rounded up to five."""
    words = exhibits = 0
    for cell in pages.cells(source, root):
        if cell.kind != "markdown":
            continue
        text, heading, _ = cell.text.partition(f"## {LAST_PART}")
        before = pages.Cell(cell.file, cell.number, cell.kind, text)
        words += sum(
            len(passage.text.split())
            for passage in pages.passages(before)
            if passage.kind not in ("alt", "headline")
        )
        exhibits += sum(name == "exhibit" for name, *_ in pages.directives(text))
        if heading:
            break
    taken = words / WORDS_A_MINUTE + exhibits * MINUTES_AN_EXHIBIT
    return max(ROUNDED_TO, ROUNDED_TO * math.ceil(taken / ROUNDED_TO))
