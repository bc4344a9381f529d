"""Every built table keeps the numbers that were reached in its original by another way.

A builder that scales a share by 0.8 still builds the same bytes at each run, and a public clone has
no originals against which the bytes could be held. So `data/<theme>/headlines.yml` holds numbers of
each built table: totals, extremes, named cells, rows of a group.

    uk-referrals:
      - what: people referred in 2023     what the number says, with its unit
        where: {year: 2023}               the rows; several values in a list; all rows without it
        column: referrals                 the column; `count` needs none
        take: sum                         sum, min, max, count (filled cells, or rows) or value
        is: 17004                         to as many decimals as are written here

A test in `tests/second_paths` computes the same numbers in the original, without the builder.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places
from decentwork.tables.fields import NUMERIC
from decentwork.tables.sidecars import Sidecar
from decentwork.tables.strict import NUMBER, StrictFile

FEWEST = 3
ROUNDED = Decimal("0.0005")
"""The part of a headline by which it may be rounded: a change of a cell must not hide in it."""
EXACT = Decimal("1e-9")
TAKES: dict[str, Callable[[list[str]], Any]] = {
    "sum": lambda cells: sum(map(Decimal, cells)),
    "min": lambda cells: min(cells, key=_in_order),
    "max": lambda cells: max(cells, key=_in_order),
    "count": len,
    "value": lambda cells: cells[0] if len(cells) == 1 else f"{len(cells)} cells",
}
MUST = {"what": str, "take": str, "is": (str, int, float, bool)}
MAY = {"where": dict, "column": str}
NEVER_NAMED = ("source", "locator", "grade")
"""What every row has of its source."""


@dataclass(frozen=True)
class Headline:
    """A number of a table: which rows, which column, what is taken of the cells, and the number."""

    table: str
    what: str
    take: str
    expected: Any
    where: dict[str, Any]
    column: str | None

    def of(self, rows: Sequence[dict[str, str]]) -> Any:
        """Return what the rows of a table, each a cell of text by column, give."""
        chosen = [row for row in rows if all(_same(row[c], v) for c, v in self.where.items())]
        if self.column is None:
            return len(chosen)
        cells = [row[self.column] for row in chosen if row[self.column] != ""]
        return TAKES[self.take](cells) if cells or self.take == "count" else "no cell"

    def agrees(self, found: Any) -> bool:
        """Return whether a number or a text is the one that is written in headlines.yml.

        A pair of numbers is a range; then the one that is written must lie in it.
        """
        if isinstance(found, tuple):
            low, high = found
            return bool(low <= self.expected <= high)
        if isinstance(self.expected, str | bool):
            return _same(str(found), self.expected)
        try:
            wanted = Decimal(str(self.expected))
            apart = abs(Decimal(str(found)) - wanted)
        except ArithmeticError:
            return False
        half_a_digit = Decimal(1).scaleb(min(int(wanted.as_tuple().exponent), 0)) / 2
        return apart <= max(min(half_a_digit, ROUNDED * abs(wanted)), EXACT)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the headlines that a table does not give, and the tables without headlines."""
    folder = root / DATA.name
    themes = {path.relative_to(folder).parts[0] for path in files if path.is_relative_to(folder)}
    return [
        problem
        for theme in sorted(folder.iterdir())
        if theme.is_dir() and (not files or theme.name in themes)
        for problem in _of_theme(theme, root)
    ]


def headlines(theme: Path) -> dict[str, tuple[Headline, ...]]:
    """Return the headlines of a theme's tables. Raises DataError for a file that is not readable.

    Parameters
    ----------
    theme
        A folder of ``data/``.
    """
    file = StrictFile(theme / places.HEADLINES)
    if not file.path.is_file():
        return {}
    return {
        name: tuple(_headline(file, name, i, entry) for i, entry in enumerate(entries))
        for name, entries in file.content().items()
    }


def apart(frame: pd.DataFrame, found: Mapping[str, Any]) -> list[str]:
    """Return where the headlines of a table and what was found without its builder differ.

    Parameters
    ----------
    frame
        The table, as `decentwork.data.read` returns it.
    found
        Its headlines by what they say. A pair of numbers is a range in which the headline must
        lie, as for numbers that are drawn by chance.
    """
    name = frame.attrs["name"]
    kept = headlines(data.sidecar(name).path.parent)[name]
    problems = [
        f"{name}, “{headline.what}”: {found.get(headline.what, 'nothing')} was found, and "
        f"headlines.yml holds {headline.expected}; read the original"
        for headline in kept
        if not headline.agrees(found.get(headline.what, "nothing"))
    ]
    unknown = sorted(found.keys() - {headline.what for headline in kept})
    return problems + [f"{name}: headlines.yml does not hold “{what}”; add it" for what in unknown]


def _headline(file: StrictFile, name: str, number: int, entry: Any) -> Headline:
    given = file.fields(f"{name}[{number}]", entry, MUST, MAY)
    file.one_of(f"{name}[{number}].take", given["take"], TAKES)
    if given["take"] != "count" and "column" not in given:
        raise file.fault(f"{name}[{number}].column", "is missing; say what is taken")
    return Headline(
        name, given["what"], given["take"], given["is"], given.get("where", {}), given.get("column")
    )


def _of_theme(theme: Path, root: Path) -> Iterator[str]:
    built = {path.stem.replace("_", "-") for path in theme.glob("builders/*.py")}
    place = f"{theme.relative_to(root).as_posix()}/{places.HEADLINES}"
    kept = headlines(theme)
    for name in sorted(built - kept.keys()):
        yield (
            f"{place}: the built table {name} has no headlines; write {FEWEST} or more that were "
            "reached in its original without its builder"
        )
    for name in sorted(kept):
        table = theme / f"{name}.csv"
        if not table.is_file():
            yield f"{place}: {name} is not a table of this theme; mend the name"
            continue
        with table.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        if name in built:
            yield from _too_few(f"{place}, {name}", kept[name], data.sidecar(name, theme.parent))
        yield from _not_given(place, table.relative_to(root).as_posix(), kept[name], rows)


def _not_given(
    place: str, table: str, kept: Sequence[Headline], rows: list[dict[str, str]]
) -> Iterator[str]:
    for headline in kept:
        named = [*headline.where, *filter(None, [headline.column])]
        if unknown := [column for column in named if rows and column not in rows[0]]:
            yield f"{place}, “{headline.what}”: {table} has no column {unknown[0]}; mend the name"
            continue
        try:
            found = headline.of(rows)
        except ArithmeticError:
            found = "no number"
        if not headline.agrees(found):
            yield (
                f"{place}, “{headline.what}”: {table} gives {found}, not {headline.expected}. Mend "
                "the builder or the table; if the original changed, compute the headline in it anew"
            )


def _too_few(place: str, kept: Sequence[Headline], sidecar: Sidecar) -> Iterator[str]:
    """Say which columns of a built table no headline holds: each number, date, flag and kind."""
    said = [each.what for each in kept]
    for what in sorted({what for what in said if said.count(what) > 1}):
        yield f"{place}: two headlines say “{what}”; say what each of them is"
    if len(kept) < FEWEST:
        yield f"{place}: has {len(kept)} headlines; write {FEWEST} or more"
    if all(each.take != "count" for each in kept):
        yield f"{place}: no headline counts rows; add one with `take: count`"
    taken = {each.column for each in kept if each.take != "count"}
    named = {each.column for each in kept} | {column for each in kept for column in each.where}
    for field in sidecar.fields:
        measured = field.type in NUMERIC and field.enum is None and field.name not in sidecar.key
        closed = field.type in (*NUMERIC, "boolean", "date") or field.enum is not None
        if field.name in NEVER_NAMED or not closed:
            continue
        if field.name not in (taken if measured else named):
            yield f"{place}: no headline holds the column {field.name}; add one"


def _same(cell: str, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_same(cell, each) for each in wanted)
    if isinstance(wanted, bool):
        return cell.lower() == str(wanted).lower()
    if isinstance(wanted, NUMBER):
        try:
            return Decimal(cell) == Decimal(str(wanted))
        except ArithmeticError:
            return False
    return cell == wanted


def _in_order(cell: str) -> tuple[Decimal, str]:
    try:
        return Decimal(cell), ""
    except ArithmeticError:
        return Decimal(0), cell
