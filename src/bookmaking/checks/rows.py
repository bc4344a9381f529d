"""Tables as text, for checks that look at rows: no types, no pandas, each file read once."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from decentwork.tables import places
from decentwork.tables.cited_cells import BETWEEN
from decentwork.tables.metadata import builder_of, read_yaml

SEVERAL = BETWEEN.strip()
"""What separates the sources, places and codes that share a cell; without a blank, which a slip may
lose."""

REGISTER = "data/register/claims.csv"
EVIDENCE = "data/register/evidence.csv"
"""The tables that several checks read by their path: the lines of the note, and the findings."""


@dataclass(frozen=True)
class Row:
    """A row: where it stands, and its cells by column."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the text of a cell; empty where the table has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A table of ``data/`` and what its metadata says.

    ``name`` has the theme, as in ``scale/ilo-rounds``. ``said`` is the metadata as it is written,
    without the shared fields. ``is_built`` says whether a program makes the table.
    """

    name: str
    path: Path
    said: Mapping[str, Any]
    is_built: bool
    columns: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def place(self) -> str:
        """The file of the table, as a message names it."""
        return f"data/{self.name}.csv"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart, as far as the table has them."""
        wanted = self.said.get("schema", {}).get("primaryKey") or ()
        return tuple(column for column in wanted if column in self.columns)

    @property
    def fields(self) -> dict[str, Mapping[str, Any]]:
        """What the metadata says of each column, by its name."""
        fields = self.said.get("schema", {}).get("fields") or ()
        return {field["name"]: field for field in fields if "name" in field}

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, each with the line on which it ends."""
        return tuple(
            Row(f"{self.place}, line {line}", dict(zip(self.columns, cells, strict=False)))
            for line, cells in self.lines
        )


def tables(root: Path, files: Sequence[Path] = ()) -> Iterator[Table]:
    """Yield the tables below ``root`` by theme and name.

    Parameters
    ----------
    files
        The files that changed. If there are any, only tables of which the rows or the metadata are
        among them are given.
    """
    for path in sorted((root / "data").glob("*/*.csv")):
        metadata = path.with_suffix(".yml")
        if files and path not in files and metadata not in files:
            continue
        if metadata.is_file():
            yield _table(path, _version(path), _version(metadata))


def table(name: str, root: Path) -> Table | None:
    """Return the table of a name, without its theme; None if there is none."""
    found = list((root / "data").glob(f"*/{name}.csv"))
    return next(tables(root, found), None) if found else None


def of_file(name: str, root: Path) -> list[dict[str, str]]:
    """Return the rows of one CSV file, named by its path from ``root``; none if it is not there."""
    path = root / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def said(path: Path) -> Any:
    """Return what a YAML file of ``data/`` says. Raises DataError if it is no YAML."""
    return _said(path, _version(path))


def shared(root: Path) -> Mapping[str, Any]:
    """Return what the metadata of a repository share."""
    return said(root / "data" / places.SHARED)


def parts(cell: str) -> list[str]:
    """Return the entries of a cell that holds several."""
    return [part.strip() for part in cell.split(SEVERAL) if part.strip()]


def _version(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@cache
def _said(path: Path, version: tuple[int, int]) -> Any:
    return read_yaml(path)


@cache
def _table(path: Path, version: tuple[int, int], of_metadata: tuple[int, int]) -> Table:
    beside = path.with_suffix(".yml")
    text = path.read_text(encoding="utf-8", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    columns = tuple(next(reader, ()))
    return Table(
        name=f"{path.parent.name}/{path.stem}",
        path=path,
        said=_said(beside, of_metadata) or {},
        is_built=builder_of(beside) is not None,
        columns=columns,
        lines=tuple((reader.line_num, tuple(row)) for row in reader),
    )
