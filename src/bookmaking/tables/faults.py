"""Faults of originals: changes that a builder must notice; tests plant them in a copy.

Each kind of file has its own way to plant one: `text`, `r_value`, `cell` and, for a workbook that
is too large to open for one cell, `part_of_workbook`.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyreadr

from bookmaking.tables.originals import Original

Change = Callable[[Path], None]
"""What changes a copy of an original."""


@dataclass(frozen=True)
class Fault:
    """A change of an original that its builder must notice.

    Parameters
    ----------
    what
        The fault in words.
    original
        The file in which it is planted.
    change
        What plants it.
    said
        What the builder's message must hold.
    """

    what: str
    original: Original
    change: Change
    said: str


class CannotPlantError(ValueError):
    """The original no longer holds what a fault changes, so that the fault would prove nothing."""


def text(old: str, new: str, encoding: str = "utf-8") -> Change:
    """Replace the first occurrence of a piece of text."""

    def change(path: Path) -> None:
        # Bytes, so that the ends of lines stay what they are.
        path.write_bytes(_replaced(path.read_bytes(), old, new, encoding, path.name))

    return change


def part_of_workbook(part: str, old: str, new: str) -> Change:
    """Replace the first occurrence of a text in one part of a workbook, which is a zip of XML."""

    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        parts[part] = _replaced(parts[part], old, new, "utf-8", f"{path.name}, {part},")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for name, content in parts.items():
                book.writestr(name, content)

    return change


def _replaced(before: bytes, old: str, new: str, encoding: str, name: str) -> bytes:
    if old.encode(encoding) not in before:
        raise CannotPlantError(f"{name} no longer holds {old!r}; plant the fault elsewhere")
    return before.replace(old.encode(encoding), new.encode(encoding), 1)


def r_value(row: Mapping[str, Any], column: str, value: object) -> Change:
    """Change one value of a data frame that R saved, in the first row with these values."""

    def change(path: Path) -> None:
        [(name, frame)] = pyreadr.read_r(str(path)).items()
        chosen = frame.index[(frame[list(row)] == list(row.values())).all(axis=1)]
        if chosen.empty:
            raise CannotPlantError(
                f"{path.name} no longer has a row {dict(row)}; plant it elsewhere"
            )
        frame[column] = frame[column].astype(object)
        frame.loc[chosen[0], column] = value
        if path.suffix == ".rds":
            pyreadr.write_rds(str(path), frame)
        else:
            pyreadr.write_rdata(str(path), frame, df_name=name)

    return change


def cell(sheet: str, place: str, value: object) -> Change:
    """Change one cell of a workbook, as in ``cell("Data", "B4", 7)``."""

    def change(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        book[sheet][place].value = value
        book.save(path)

    return change
