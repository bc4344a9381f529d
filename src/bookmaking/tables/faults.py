"""Faults of originals: changes that a builder must notice; tests plant them in a copy.

Each kind of file has its own way to plant one: `text`, `r_value`, `r_cached` and `cell`. `Instead`
puts a small workbook in the place of one that is long to read.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyreadr

from bookmaking.tables import r_cache
from bookmaking.tables.originals import Original

Change = Callable[[Path], None]
"""What changes a copy of an original."""


@dataclass(frozen=True)
class Fault:
    """A change of an original that its builder must notice.

    ``what`` is the fault in words, ``change`` what plants it, and ``said`` what the builder's
    message must hold.
    """

    what: str
    original: Original
    change: Change
    said: str

    @property
    def needed(self) -> bool:
        """Whether the original must be available, because the change keeps the rest of it."""
        return not isinstance(self.change, Instead)


@dataclass(frozen=True)
class Instead:
    """A workbook of one sheet, its head first, that takes the place of an original."""

    sheet: str
    lines: Sequence[Sequence[object]]

    def __call__(self, path: Path) -> None:
        """Write the workbook, whether the original is there or not."""
        book = openpyxl.Workbook()
        book.active.title = self.sheet
        for line in self.lines:
            book.active.append(line)
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)


class CannotPlantError(ValueError):
    """The original no longer holds what a fault changes, so that the fault would prove nothing."""

    def __init__(self, path: Path, wanted: str) -> None:
        super().__init__(f"{path.name} no longer holds {wanted}; plant the fault elsewhere")


def text(old: str, new: str, encoding: str = "utf-8") -> Change:
    """Replace the first occurrence of a piece of text."""

    def change(path: Path) -> None:
        # Bytes, so that the ends of lines stay what they are.
        before = path.read_bytes()
        if old.encode(encoding) not in before:
            raise CannotPlantError(path, repr(old))
        path.write_bytes(before.replace(old.encode(encoding), new.encode(encoding), 1))

    return change


def r_value(row: Mapping[str, Any], column: str, value: object) -> Change:
    """Change one value of a data frame that R saved, in the first row with these values."""

    def change(path: Path) -> None:
        [(name, frame)] = pyreadr.read_r(str(path)).items()
        chosen = frame.index[(frame[list(row)] == list(row.values())).all(axis=1)]
        if chosen.empty:
            raise CannotPlantError(path, f"a row {dict(row)}")
        if isinstance(value, str):
            # Numbers stay numbers: as objects, pyreadr would write all of them as text.
            frame[column] = frame[column].astype(object)
        frame.loc[chosen[0], column] = value
        if path.suffix == ".rds":
            pyreadr.write_rds(str(path), frame)
        else:
            pyreadr.write_rdata(str(path), frame, df_name=name)

    return change


def r_cached(old: float | str, new: float | str) -> Change:
    """Change the first such value in a cache of knitr; a text by one of the same length."""

    def change(path: Path) -> None:
        was, becomes = (
            each.encode() if isinstance(each, str) else struct.pack(">d", each)
            for each in (old, new)
        )
        before = r_cache.unpacked(path.read_bytes())
        if was not in before:
            raise CannotPlantError(path, repr(old))
        path.write_bytes(r_cache.packed(before.replace(was, becomes, 1)))

    return change


def cell(sheet: str, place: str, value: object) -> Change:
    """Change one cell of a workbook, as in ``cell("Data", "B4", 7)``."""

    def change(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        book[sheet][place].value = value
        book.save(path)

    return change
