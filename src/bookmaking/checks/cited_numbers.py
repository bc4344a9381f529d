"""Each typed number of the text is the one that was last held against its source.

A number with a citation belongs to the next source that its sentence cites. The ledger says in
which tables the number stands in a row of that source. So a digit that changes in the text shows,
and so does one that changes in the table. The numbers that stand in no table may only become fewer.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import frozen, numbers, written_sentences
from bookmaking.checks.written_sentences import Sentence
from bookmaking.source import pages
from decentwork.tables.cited_cells import keys_of
from decentwork.tables.metadata import OF_THE_SOURCE

LEDGER = "cited-numbers"
HOLDS = "numbers typed beside a citation"
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
SCALE = {"thousand": 3, "million": 6, "billion": 9}
NO_FACTS = (*OF_THE_SOURCE, "sources", "read_in")
NOWHERE = "no table"
NO_SOURCE = "no source"
YEAR = re.compile(r"(?:1[5-9]|20)\d\d ")
MOST_OUTSIDE = 309
"""How many numbers with a source, other than years, may stand in no table. Only ever lower it."""
ADVICE = "Hold the number against its source and the tables that have it."

Rows = Mapping[tuple[str, str], tuple[str, ...]]


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the typed numbers that are not as the ledger has them."""
    if any(path.suffix == ".csv" for path in files):
        files = ()
    problems = frozen.differences(
        LEDGER, facts(root, files), root, frozen.of_files(root, files), ADVICE
    )
    outside = sum(
        fact.name.endswith(f"({NOWHERE})") and not YEAR.match(fact.name) for fact in facts(root)
    )
    if outside > MOST_OUTSIDE:
        problems.append(
            f"{outside} typed numbers with a source stand in no table, more than the "
            f"{MOST_OUTSIDE} that did. Put the new ones into a table, and show them from it with "
            "{glue:text}."
        )
    return problems


def items(root: Path) -> dict[str, str]:
    """Return the sentences of each typed number, by page, source and number."""
    return frozen.items(facts(root))


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[frozen.Fact]:
    """Yield every number that is typed into the text."""
    rows = in_tables(root)
    for sentence in written_sentences.of_book(root, files):
        if sentence.kind not in ("code block", pages.EXAMPLE):
            yield from _of_sentence(sentence, rows)


def _of_sentence(sentence: Sentence, rows: Rows) -> Iterator[frozen.Fact]:
    text = re.sub(numbers.ORDINARY["number of an exercise"], "  ", sentence.text)
    for match in NUMBER.finditer(text):
        keys = sentence.source_of(match.start())
        there = sorted(
            {
                table
                for key in keys
                for value in values(match[0], text[match.end() :])
                for table in rows.get((key, value), ())
            }
        )
        where = f" ({', '.join(there) or NOWHERE})" if keys else ""
        yield frozen.Fact(
            f"{sentence.file}: {'+'.join(keys) or NO_SOURCE}",
            match[0] + where,
            sentence.with_roles(frozen.around(text, match, NUMBER)),
            sentence.place,
            sentence.readable,
        )


def values(typed: str, after: str = "") -> list[str]:
    """Return a number as tables may have it: as it is, and multiplied by the word that follows."""
    plain = typed.replace(",", "")
    if plain.count(".") > 1:
        return [plain]
    number = float(plain)
    word = re.match(r"\s(\w+)", after)
    scaled = [number * 10 ** SCALE[word[1]]] if word and word[1] in SCALE else []
    return [f"{value:.10g}" for value in (number, *scaled)]


def in_tables(root: Path) -> Rows:
    """Return the names of the tables that have a number in a row of a source, by both."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in sorted((root / "data").glob("*/*.csv")):
        for pair in _numbers_of(path.read_text(encoding="utf-8")):
            found[pair].add(path.stem)
    return {pair: tuple(sorted(names)) for pair, names in found.items()}


@cache
def _numbers_of(table: str) -> frozenset[tuple[str, str]]:
    """Return each source of a table with each number in a row of it."""
    found: set[tuple[str, str]] = set()
    for row in csv.DictReader(io.StringIO(table)):
        if not (sources := row.get("source")):
            continue
        text = " ".join(cell for column, cell in row.items() if cell and column not in NO_FACTS)
        numbers_of_row = {value for each in NUMBER.findall(text) for value in values(each)}
        for key in keys_of(sources):
            found.update((key, value) for value in numbers_of_row)
    return frozenset(found)
