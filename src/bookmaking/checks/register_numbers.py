"""Each number in an answer of the register stands in the evidence, or in the chapter of its line.

The ledger says where each stands: in a row of the table of evidence for the line, in a row of
another table from a source of the line, or in the chapter. A number that changes on either side
shows. Numbers that stand nowhere else are only kept, and may only become fewer.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import cited_numbers, frozen, numbers, numbers_in_words, written_sentences
from bookmaking.checks.cited_numbers import NUMBER
from bookmaking.checks.rows import EVIDENCE, REGISTER
from decentwork import citations
from decentwork.claims import TOLD

LEDGER = "register-numbers"
ANY = re.compile(f"{NUMBER.pattern}|{numbers_in_words.WORDED.pattern}", re.IGNORECASE)
ADVICE = "Hold it against the evidence for the line and against its chapter."
NOWHERE = "only here"
MOST_NOWHERE = 97
"""How many numbers of the register may stand nowhere else. Only ever lower it."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers of the register that are not as the ledger has them."""
    found = list(facts(root))
    problems = frozen.differences(LEDGER, found, root, advice=ADVICE)
    nowhere = sum(fact.name.endswith(f"({NOWHERE})") for fact in found)
    if nowhere > MOST_NOWHERE:
        problems.append(
            f"{REGISTER}: {nowhere} numbers stand neither in the evidence nor in the chapter, more "
            f"than the {MOST_NOWHERE} that did. Enter the finding into {EVIDENCE}."
        )
    return problems


def items(root: Path) -> dict[str, str]:
    """Return the sentences of each number in the register, by line, field and number."""
    return frozen.items(facts(root))


def facts(root: Path) -> Iterator[frozen.Fact]:
    """Yield each number in the answers of the register, in digits or in words."""
    evidence = _evidence(_text(root / EVIDENCE))
    tables = cited_numbers.in_tables(root)
    in_chapters = _in_chapters(root)
    for claim in csv.DictReader(io.StringIO(_text(root / REGISTER))):
        line, chapter = claim["id"], f"notebooks/{claim['chapter']}.ipynb"
        keys = [citation.key for citation in _sources(claim["sources"])]
        for field in TOLD:
            for sentence in numbers.sentences(claim[field] or ""):
                for typed, found, content in _numbers(sentence):
                    where = [
                        name
                        for name, there in (
                            ("evidence", found & evidence.get(line, frozenset())),
                            ("tables", any((key, one) in tables for key in keys for one in found)),
                            ("chapter", found & in_chapters.get(chapter, frozenset())),
                        )
                        if there
                    ]
                    yield frozen.Fact(
                        f"{line}: {field}",
                        f"{typed} ({', '.join(where) or NOWHERE})",
                        content,
                        f"{REGISTER}, row {line}, {field}",
                        sentence,
                    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _sources(text: str) -> Sequence[citations.Citation]:
    try:
        return citations.parse(text) if text else ()
    except ValueError:  # the register itself tells of it
        return ()


def _numbers(sentence: str) -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield each number as it is typed, the values that it may have elsewhere, and the sentence."""
    for match in ANY.finditer(sentence):
        typed = match[0].lower()
        values = [typed]
        if typed[0].isdigit():
            values = cited_numbers.values(typed, sentence[match.end() :])
        yield typed, frozenset(values), frozen.around(sentence, match, ANY)


@cache
def _evidence(table: str) -> Mapping[str, frozenset[str]]:
    """Return the numbers of the findings and of the people of each line."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(io.StringIO(table)):
        text = f"{row['finding']} {row['population']}"
        found[row["claim"]].update(*(values for _, values, _ in _numbers(text)))
    return {line: frozenset(values) for line, values in found.items()}


def _in_chapters(root: Path) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for sentence in written_sentences.of_book(root):
        found[sentence.file].update(*_values_of(sentence.text))
    return {file: frozenset(values) for file, values in found.items()}


@cache
def _values_of(sentence: str) -> tuple[frozenset[str], ...]:
    return tuple(values for _, values, _ in _numbers(sentence))
