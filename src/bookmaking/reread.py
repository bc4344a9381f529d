"""Rows typed by hand: who compared which of them with its source, when and how far.

    python -m bookmaking.reread                                    how many rows nobody has re-read
    python -m bookmaking.reread sign "eu-acts: *" --by "A. Reader" --how-far "the act, by article"

`data/reread.csv` has a line for each row that somebody looked for in its source. A line holds as
long as its row is as it was: the digest of the row says so. When a row changes, its line ends and
the row counts as not re-read. Nothing else follows from a change, so an honest edit touches the
table alone. A reader who could not open a source signs with "not opened" and what was tried; such a
row counts as not re-read too. A release counts the rows that nobody has re-read.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Mapping, Sequence
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

    @property
    def compared(self) -> bool:
        """Whether the row was compared, rather than only its source looked for."""
        return not self.how_far.startswith(NOT_OPENED)

    def holds(self, now: Mapping[tuple[str, str], str]) -> bool:
        """Whether the row is as it was when it was read."""
        return now.get((self.table, self.key)) == self.digest


def typed_rows(root: Path = ROOT) -> dict[tuple[str, str], str]:
    """Return a digest of each row that is typed by hand, by its table and its key."""
    return {
        (table.path.stem, " | ".join(_short(row[column]) for column in table.key)): _digest(
            "\n".join(f"{column}={cell}" for column, cell in sorted(row.cells.items()))
        )
        for table in rows.tables(root)
        if not table.is_built
        for row in table.rows
    }


def readings(root: Path = ROOT) -> list[Reading]:
    """Return all lines of the file, also those whose rows have changed since."""
    return [Reading(**line) for line in rows.of_file(FILE.as_posix(), root)]


def standing(root: Path = ROOT) -> list[Reading]:
    """Return the comparisons of rows that are still as they were when they were compared."""
    now = typed_rows(root)
    return [each for each in readings(root) if each.compared and each.holds(now)]


def counts(root: Path = ROOT) -> tuple[int, int]:
    """Return how many typed rows a second reader has compared, and how many there are."""
    return len({(each.table, each.key) for each in standing(root)}), len(typed_rows(root))


def not_reread(root: Path = ROOT) -> int:
    """Return how many typed rows nobody has compared with their source as they are now."""
    compared, all_rows = counts(root)
    return all_rows - compared


def in_words(root: Path = ROOT) -> str:
    """Return the sentence on how many rows nobody has re-read."""
    compared, all_rows = counts(root)
    return (
        f"Of {all_rows:,} rows typed by hand, {all_rows - compared:,} were not re-read by a second "
        "reader."
    )


def sign(patterns: Sequence[str], by: str, how_far: str, root: Path = ROOT) -> int:
    """Write that somebody looked at the rows of ``patterns`` today; return how many rows.

    Parameters
    ----------
    patterns
        Rows as ``table: key``; ``*`` is any text, as in ``eu-acts: *``.
    """
    today, now = date.today().isoformat(), typed_rows(root)
    signed = {
        row: Reading(*row, digest, by, today, how_far)
        for row, digest in now.items()
        if any(fnmatchcase(": ".join(row), pattern) for pattern in patterns)
    }
    kept = {(each.table, each.key): each for each in readings(root) if each.holds(now)}
    lines = sorted((kept | signed).values(), key=lambda each: (each.table, each.key))
    with (root / FILE).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field.name for field in fields(Reading))
        writer.writerows(map(astuple, lines))
    return len(signed)


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 8]}… {_digest(cell)[:6]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main(arguments: Sequence[str] | None = None) -> int:
    """Report or sign from the command line; the exit code is 1 where nothing was signed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", nargs="?", choices=("sign",))
    parser.add_argument("rows", nargs="*", help="rows as 'table: key'; * is any text")
    parser.add_argument("--by", help="who compared the rows")
    parser.add_argument("--how-far", help="what was compared with what")
    options = parser.parse_args(arguments)
    if options.action is None:
        print(in_words())
        return 0
    if not (options.rows and options.by and options.how_far):
        parser.error("to sign, name the rows, --by whom, and --how-far they were compared")
    signed = sign(options.rows, options.by, options.how_far)
    print(f"{signed} rows signed in {FILE}." if signed else "No typed row has such a name.")
    return 0 if signed else 1


if __name__ == "__main__":
    sys.exit(main())
