"""Data for tests: a small folder with the States and one table, and a line of the note."""

import shutil
from datetime import date
from pathlib import Path

from decentwork.citations import Citation
from decentwork.claims import Claim, LinePart
from decentwork.repository import DATA

CLAIM = Claim(
    id="S2-05",
    kind="figure",
    place="paragraph 2",
    title="12.3 million people",
    line="12.3 million people are in forced labour.",
    chapter="second_segment/how_many",
    as_of=date(2026, 11, 25),
    answer="What the book finds.",
    sources=(Citation("ilo2005", "p. 1"), Citation("note", "para. 2; note 1")),
    grade="B",
    changed_since_2011="Nothing.",
    parts=(LinePart("S2-05a", "number", "12.3 *million* people", "right, corrected", {"one"}),),
)
"""A line with its answer and its part."""


def folder_of_data(root: Path, metadata: str, table: str) -> Path:
    """Write the table ``sample`` with its metadata below ``root`` and return ``root``."""
    for path in (DATA / "register").rglob("participating*"):
        copy = root / path.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copy(DATA / "shared.yml", root)
    sample = root / "theme" / "sample"
    sample.parent.mkdir()
    sample.with_suffix(".yml").write_text(metadata, encoding="utf-8")
    sample.with_suffix(".csv").write_text(table, encoding="utf-8")
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Plant a fault: replace a piece of text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}; plant the fault elsewhere"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
