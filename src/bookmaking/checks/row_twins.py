"""No row twice: a row doubled under another spelling of its key counts twice in every sum.

Keys are compared without case, accents, punctuation, articles and plurals, and with every name of a
State as its code. Where all other cells agree, one key that holds the words of the other is enough.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from pathlib import Path

from bookmaking.checks import rows, state_names
from decentwork.tables.fields import OF_THE_SOURCE

LITTLE = re.compile(r"\b(?:[Tt]he|an?|of|in|and|for|to|on|by|or)\b")
SAME_AS = {"&": " and ", "%": " per cent ", "percent": " per cent ", "labor": "labour"}
WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
ABOUT_THE_SOURCE = (*OF_THE_SOURCE, "read_in", "note", "osce_area", "as_of")
"""Columns that many rows share."""
ALIKE = 0.9
LONG_CELL = 12
"""Characters from which a text cell is no code that many rows share."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return rows that say again what another row of their table says."""
    return [problem for table in rows.tables(root, files) for problem in twins(table, root)]


def twins(table: rows.Table, root: Path) -> Iterator[str]:
    """Yield a sentence for each row whose key is that of an earlier row in another spelling."""
    first: dict[tuple[str, ...], rows.Row] = {}
    states = state_names.version(root)
    if not table.key:
        return
    for row in table.rows:
        key = tuple(_plain(row[column], root, states) for column in table.key)
        if key in first:
            yield _problem(row, first[key], table)
        else:
            first[key] = row
    if not table.is_built:
        yield from _same_content(table, root)


def _same_content(table: rows.Table, root: Path) -> Iterator[str]:
    rest = [column for column in table.columns if column not in table.key]
    states = state_names.version(root)
    alike: dict[tuple[str, ...], list[rows.Row]] = defaultdict(list)
    for row in table.rows:
        alike[tuple(row[column] for column in rest)].append(row)
    for content, group in alike.items():
        told = [cell for column, cell in zip(rest, content, strict=True)
                if column not in ABOUT_THE_SOURCE and _tells(cell)]  # fmt: skip
        for one, other in combinations(group, 2) if told else ():
            pairs = [(one[column], other[column]) for column in table.key]
            differing = [pair for pair in pairs if pair[0] != pair[1]]
            if len(differing) != 1:
                continue
            if _near(*(_plain(cell, root, states) for cell in differing[0])):
                yield _problem(other, one, table)


def _tells(cell: str) -> bool:
    return len(cell) > LONG_CELL or any(char.isdigit() for char in cell)


def _near(one: str, other: str) -> bool:
    """Return whether two texts have the same numbers and nearly the same words."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    words, others = set(one.split()), set(other.split())
    held = bool(words & others) and (words <= others or others <= words)
    return held or SequenceMatcher(None, one, other).ratio() >= ALIKE


@cache
def _plain(cell: str, root: Path, _states: tuple[Path, int]) -> str:
    for text, instead in SAME_AS.items():
        cell = cell.replace(text, instead)
    text = unicodedata.normalize("NFKD", LITTLE.sub(" ", state_names.with_one_name(cell, root)))
    text = "".join(char for char in text if not unicodedata.combining(char)).casefold()
    words = WORD.findall(text)
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def _problem(row: rows.Row, first: rows.Row, table: rows.Table) -> str:
    key = ", ".join(repr(row[column]) for column in table.key)
    return (
        f"{row.place}: {key} says again what {first.place.rpartition(', ')[2]} says; keep one of "
        "the two rows, or tell in the key how they differ."
    )
