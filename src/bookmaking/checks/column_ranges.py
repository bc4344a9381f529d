"""Columns of built tables: how many values, from where to where, and their sum.

A builder that scales a share, turns a scale round or drops a group builds a sound table, and the
stamp on it is right. What each column held when somebody last looked is kept in a ledger, which
neither builders nor stamps write.
"""

from collections.abc import Sequence
from math import fsum
from pathlib import Path

from bookmaking import ledgers
from bookmaking.checks import rows

LEDGER = "columns"


def items(root: Path) -> dict[str, str]:
    """Return what each column of each built table holds."""
    return {item: content for table in rows.tables(root) for item, content in _of(table).items()}


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the columns of built tables that hold other values than the ledger says."""
    return ledgers.differences(LEDGER, items(root), root)


def _of(table: rows.Table) -> dict[str, str]:
    if not table.is_built or not table.lines:
        return {}
    complete = [row for _, row in table.lines if len(row) == len(table.columns)]
    columns = dict(zip(table.columns, zip(*complete, strict=True), strict=True))
    keys = list(zip(*(columns[column] for column in table.key), strict=True))
    order = sorted(range(len(complete)), key=keys.__getitem__) if keys else range(len(complete))
    return {f"{table.name} {name}": _content(cells, order) for name, cells in columns.items()}


def _content(cells: Sequence[str], order: Sequence[int]) -> ledgers.Shown:
    """Return the summary of a column, and a digest of its values in the order of the key.

    The digest stands beside the sum because values that change places leave every sum as it is.
    """
    given = [cell for cell in cells if cell]
    summary = f"{len(given)} values, {len(cells) - len(given)} empty, {len(set(given))} different"
    if numbers := _numbers(given):
        summary += f", from {min(numbers):g} to {max(numbers):g}, sum {fsum(numbers):.9g}"
    return ledgers.Shown(f"{summary}, {ledgers.digest(chr(10).join(cells[row] for row in order))}")


def _numbers(cells: Sequence[str]) -> list[float]:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return []
