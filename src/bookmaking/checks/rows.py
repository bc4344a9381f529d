"""Tables as text, for checks that look at rows: no types, no pandas, each file read once.

And the names by which texts speak of participating States.
"""

import csv
import io
import re
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

OTHER_NAMES = {
    "BIH": ("Bosnia", "Bosnian"),
    "CZE": ("Czech",),
    "GBR": ("UK", "U.K.", "Great Britain", "Britain", "British", "England", "English", "Scotland",
            "Scottish", "Wales", "Northern Ireland"),
    "KGZ": ("Kyrgyz Republic", "Kyrgyz"),
    "MDA": ("Moldova", "Moldovan"),
    "MKD": ("Macedonia",),
    "NLD": ("Dutch", "The Netherlands", "Holland"),
    "RUS": ("Russia", "Russian"),
    "SVK": ("Slovak Republic", "Slovak"),
    "TUR": ("Turkish", "Turkiye"),
    "USA": ("United States", "US", "U.S.", "USA", "American", "California", "Florida", "New York"),
    "VAT": ("Vatican",),
}  # fmt: skip
"""Names, adjectives and parts of States that texts use, next to those of the table of States."""
ADJECTIVES = {
    "ALB": "Albanian", "ARM": "Armenian", "AUT": "Austrian", "AZE": "Azerbaijani",
    "BEL": "Belgian", "BGR": "Bulgarian", "BLR": "Belarusian", "CAN": "Canadian", "CHE": "Swiss",
    "CYP": "Cypriot", "DEU": "German", "DNK": "Danish", "ESP": "Spanish", "EST": "Estonian",
    "FIN": "Finnish", "FRA": "French", "GEO": "Georgian", "GRC": "Greek", "HRV": "Croatian",
    "HUN": "Hungarian", "IRL": "Irish", "ISL": "Icelandic", "ITA": "Italian", "KAZ": "Kazakh",
    "LTU": "Lithuanian", "LVA": "Latvian", "MLT": "Maltese", "MNE": "Montenegrin",
    "NOR": "Norwegian", "POL": "Polish", "PRT": "Portuguese", "ROU": "Romanian",
    "SRB": "Serbian", "SVN": "Slovenian", "SWE": "Swedish", "TJK": "Tajik", "UKR": "Ukrainian",
    "UZB": "Uzbek",
}  # fmt: skip
NO_STATE = re.compile(
    r"New England|South Wales|US dollars|US\$|non-U[KS]|[A-Z]\w+-(?:speaking|born|language)"
    r"|[A-Z]\w+ (?:translation|language|version|text|press|newspaper|embass\w+|women|men|girls"
    r"|boys|children|people|workers|nationals|citizens|victims|migrants|drivers|fishers)\b"
)
"""Phrases that speak of a language, a currency or where people are from, and not of a State."""


@dataclass(frozen=True)
class Row:
    """A row: where it is, and its cells by column."""

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

    def unit(self, column: str) -> str:
        """Return the unit of a column, such as "million people"; empty if it has none."""
        return self._columns[column][0] if column in self._columns else ""

    def about(self, column: str) -> str:
        """Return what the metadata says of a column: its name in words, its unit, and what it is.

        What the table counts is said of each column that has a unit.
        """
        return self._columns[column][1] if column in self._columns else ""

    @property
    def title(self) -> str:
        """The title of the table."""
        return str(self.said.get("title") or "")

    @cached_property
    def _columns(self) -> Mapping[str, tuple[str, str]]:
        found = {}
        for name, field in self.fields.items():
            unit = str(field.get("unit") or "")
            about = " ; ".join((name.replace("_", " "), unit, str(field.get("description") or "")))
            found[name] = unit, about
        return found

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


# ------------------------------------------------------------------ names of States


@cache
def states_by_name(root: Path) -> Mapping[str, str]:
    """Return the code of each name, adjective and variant by which texts name a State."""
    found = {adjective: code for code, adjective in ADJECTIVES.items()}
    found |= {name: code for code, names in OTHER_NAMES.items() for name in names}
    path = places.metadata_file(places.STATES, root / "data").with_suffix(".csv")
    for state in of_file(path.relative_to(root).as_posix(), root):
        found |= {state[column]: state["iso3"] for column in ("name", "other_name")}
    found.pop("", None)
    return found


@cache
def states_named(text: str, root: Path) -> frozenset[str]:
    """Return the codes of the States that a text names."""
    known = states_by_name(root)
    return frozenset(known[name] for name in _pattern(root).findall(NO_STATE.sub("", text)))


@cache
def _pattern(root: Path) -> re.Pattern[str]:
    names = sorted(states_by_name(root), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?!\w)")
