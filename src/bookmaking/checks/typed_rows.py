"""Rows typed by hand: one that changed, appeared or vanished shows until somebody enters it.

A table that is made from the files of a publisher is made again and again. Only a reader compares a
typed row with its source. So each such row is an item of a ledger.
"""

from collections.abc import Sequence
from pathlib import Path

from bookmaking import ledgers
from bookmaking.checks import ROOT, rows

LEDGER = ledgers.TYPED_ROWS
HOLDS = "rows typed by hand, to compare with their sources"
LONGEST = 48
"""Characters of a cell in the name of an item; of a longer one the name has the beginning."""


def items(root: Path) -> dict[str, str]:
    """Return every row of every typed table: all its cells, by table and key."""
    return {
        f"{table.name}: {' | '.join(_short(row[column]) for column in table.key)}": _content(row)
        for table in rows.tables(root)
        if not table.is_built
        for row in table.rows
    }


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the rows of typed tables that are not as the ledger has them."""
    return ledgers.differences(LEDGER, items(root), root)


def not_reread(root: Path = ROOT) -> int:
    """Return how many rows of typed tables nobody has re-read."""
    return len(ledgers.not_reread(LEDGER, root))


def in_words(root: Path = ROOT) -> str:
    """Return the sentence on how many rows nobody has re-read."""
    known = ledgers.read(LEDGER, root)
    return (
        f"Of {len(known):,} rows typed by hand, {not_reread(root):,} were not re-read by a "
        "second reader."
    )


def _content(row: rows.Row) -> str:
    """Return all cells, so that neither the order of columns nor that of rows matters."""
    return "\n".join(f"{column}={cell}" for column, cell in sorted(row.cells.items()))


def _short(cell: str) -> str:
    if len(cell) <= LONGEST:
        return cell
    return f"{cell[: LONGEST - 8]}… {ledgers.digest(cell)[:6]}"
