"""Numbers in a row's own words equal its cells, and numbers of a description stand in its table.

A remark or a finding often repeats a number of its row; the metadata's description repeats one of its
table. The ledger keeps these pairs. Where one of the two changes alone, the pair is gone.
Numbers that the metadata says alone are kept as well.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bookmaking.checks import cited_numbers, frozen, rows
from bookmaking.checks.cited_numbers import NUMBER
from decentwork.tables.metadata import OF_THE_SOURCE

LEDGER = "row-numbers"
ADVICE = "Hold the number against its source, and mend the one that is wrong."
NO_WORDS_OF_OURS = (*OF_THE_SOURCE, "sources", "read_in", "url")
FEWEST_DIGITS = 2
"""A number of one digit meets its equal too often by chance."""
SAID = (
    "title", "description", "must_not_be_used_for", "breaks", "remarks", "corrections", "totals",
)  # fmt: skip
"""The parts of the metadata that say something of the values."""
KEY = re.compile(r"^  primaryKey: \[([^\]]*)\]", re.MULTILINE)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers of rows and metadata that differ from what they stood beside."""
    return frozen.differences(LEDGER, facts(root), root, advice=ADVICE)


def items(root: Path) -> dict[str, str]:
    """Return each number in the words of a row or metadata, with what it agrees with."""
    return frozen.items(facts(root))


def facts(root: Path) -> Iterator[frozen.Fact]:
    """Yield the numbers of the words of rows that a cell has too, and those of metadata."""
    described = _described(root)
    for path in sorted((root / "data").glob("*/*.csv")):
        metadata = path.with_suffix(".yml")
        if not metadata.is_file():
            continue
        table = path.relative_to(root)
        file, says = table.as_posix(), metadata.read_text(encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        for row, column, name, words in _of_rows(text, says):
            place = f"{file}, row {row}, {column}"
            yield frozen.Fact(f"{path.stem}: {row}: {column}", name, name, place, words)
        for part, name, words in _of_sidecar(says, text, described):
            place = f"{file.removesuffix('.csv')}.yml, {part}"
            yield frozen.Fact(f"{path.stem}: {part}", name, words, place, words)


@cache
def _of_rows(table: str, metadata: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return row, column, number with the cell that has it too, and words."""
    key = KEY.search(metadata)
    names = [name.strip() for name in key[1].split(",")] if key else []
    return tuple(_agreements(table, names))


def _agreements(table: str, key: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    for row in csv.DictReader(io.StringIO(table)):
        cells = {
            column: values
            for column, cell in row.items()
            if cell and (values := _plain(cell)) and column not in NO_WORDS_OF_OURS
        }
        if not cells:
            continue
        named = " / ".join(filter(None, (row.get(name) for name in key)))
        for column, words in row.items():
            if not words or " " not in words or column in (*NO_WORDS_OF_OURS, *key):
                continue
            for match in NUMBER.finditer(words):
                if sum(map(str.isdigit, match[0])) < FEWEST_DIGITS:
                    continue
                found = cited_numbers.values(match[0], words[match.end() :])
                there = [other for other, values in cells.items() if set(found) & set(values)]
                where = f"as {', '.join(there)}" if there else "in no cell"
                yield named, column, f"{match[0]} ({where})", words


@cache
def _plain(cell: str) -> tuple[str, ...]:
    """Return the values of a cell that is a number, or a range of two."""
    if not re.fullmatch(r"[-−+<>]?\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?", cell):
        return ()
    return tuple(value for each in NUMBER.findall(cell) for value in cited_numbers.values(each))


def _described(root: Path) -> tuple[tuple[str, str], ...]:
    """Return the description of each shared field, by its name."""
    fields = rows.shared(root).get("fields", {})
    return tuple((name, str(field.get("description"))) for name, field in fields.items())


@cache
def _of_sidecar(
    metadata: str, table: str, described: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str, str], ...]:
    content = yaml.load(metadata, Loader=LOADER)
    numbers = {value for each in NUMBER.findall(table) for value in cited_numbers.values(each)}
    found = []
    # What a column takes by its own name, such as a code of ISO 3166, says nothing of this table.
    by_all = dict(described)
    columns = [
        field.get("description") or by_all.get(field.get("as"))
        for field in content["schema"]["fields"]
    ]
    for part in (*SAID, "columns"):
        for words in _texts(columns if part == "columns" else content.get(part)):
            for match in NUMBER.finditer(words):
                values = cited_numbers.values(match[0], words[match.end() :])
                where = "in the table" if numbers & set(values) else "only here"
                found.append((part, f"{match[0]} ({where})", words))
    return tuple(found)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for each in node.values():
            yield from _texts(each)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif node is not None and not isinstance(node, bool):
        yield " ".join(str(node).split())
