"""Rows typed by hand: who compared which of them with its source, when and how far.

    python -m bookmaking.reread                                    how many rows nobody has re-read
    python -m bookmaking.reread sign "eu-acts: *" --by "A. Reader" --how-far "the act, by article"

`data/reread.csv` has a line for each row that somebody looked for in its source. A line holds as
long as its row is as it was: the digest of the row says so. When a row changes, its line ends and
the row counts as not re-read. Nothing else follows from a change, so an honest edit touches the
table alone. A reader who could not open a source signs with "not opened" and what was tried; such a
row counts as not re-read too. A release counts the rows that nobody has re-read. Tables without a
column of sources hold judgements: they have nothing that a row could be compared with.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from bookmaking.checks import rows
from decentwork.repository import ROOT

FILE = Path("data/reread.csv")
NOT_OPENED = "not opened"
"""Begins what a reader says of a row whose source could not be read."""
LONGEST = 48
"""Characters of a cell in the key of a row; a longer cell is cut and ends in a short digest."""


@dataclass(frozen=True)
class Reading:
    """One reader's comparison of one row with its source."""

    table: str
    key: str
    digest: str
    by: str
    on: str
    how_far: str


def typed_rows(root: Path = ROOT) -> dict[tuple[str, str], str]:
    """Return a digest of each row typed by hand from a source, by its table and its key."""
    return {
        (table.path.stem, " | ".join(_short(row[column]) for column in table.key)): _digest(
            "\n".join(f"{column}={cell}" for column, cell in sorted(row.cells.items()))
        )
        for table in rows.tables(root)
        if not table.is_built
        for row in table.rows
        if any("source" in column for column in row.cells)
    }


def readings(root: Path = ROOT) -> list[Reading]:
    """Return all lines of the file, also those whose rows have changed since."""
    return [Reading(**line) for line in rows.of_file(FILE.as_posix(), root)]


def _as_it_was(root: Path) -> list[Reading]:
    now = typed_rows(root)
    return [each for each in readings(root) if now.get((each.table, each.key)) == each.digest]


def standing(root: Path = ROOT) -> list[Reading]:
    """Return the comparisons of rows that are still as they were when they were compared."""
    return [each for each in _as_it_was(root) if not each.how_far.startswith(NOT_OPENED)]


def counts(root: Path = ROOT) -> tuple[int, int]:
    """Return how many typed rows a second reader has compared, and how many there are."""
    return len({(each.table, each.key) for each in standing(root)}), len(typed_rows(root))


def not_reread(root: Path = ROOT) -> int:
    """Return how many typed rows nobody has compared with their source as they are now."""
    compared, typed = counts(root)
    return typed - compared


def in_words(root: Path = ROOT) -> str:
    """Return the sentence on how many rows nobody has re-read."""
    compared, typed = counts(root)
    left = typed - compared
    return f"Of {typed:,} rows typed by hand, {left:,} were not re-read by a second reader."


def sign(patterns: Sequence[str], by: str, how_far: str, root: Path = ROOT) -> int:
    """Write that somebody looked at the rows of ``patterns`` today; return how many rows.

    Parameters
    ----------
    patterns
        Rows as ``table: key``; ``*`` is any text, as in ``eu-acts: *``.
    """
    signed = {
        row: Reading(*row, digest, by, date.today().isoformat(), how_far)
        for row, digest in typed_rows(root).items()
        if any(fnmatchcase(": ".join(row), pattern) for pattern in patterns)
    }
    kept = {(each.table, each.key): each for each in _as_it_was(root)} | signed
    with (root / FILE).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field.name for field in fields(Reading))
        writer.writerows(astuple(kept[row]) for row in sorted(kept))
    return len(signed)


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 8]}… {_digest(cell)[:6]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> int:
    """Report or sign from the command line; the exit code is 1 where nothing was signed."""
    parser = argparse.ArgumentParser(description="Rows typed by hand: who compared which of them.")
    command = parser.add_subparsers(dest="action").add_parser("sign")
    command.add_argument("rows", nargs="+", help="rows as 'table: key'; * is any text")
    command.add_argument("--by", required=True, help="who compared the rows")
    command.add_argument("--how-far", required=True, help="what was compared with what")
    options = parser.parse_args()
    if options.action is None:
        print(in_words())
        return 0
    signed = sign(options.rows, options.by, options.how_far)
    print(f"{signed} rows signed in {FILE}." if signed else "No typed row has such a name.")
    return 0 if signed else 1


if __name__ == "__main__":
    sys.exit(main())
