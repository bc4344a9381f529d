"""Rows typed by hand: who compared which of them with its source, when and how far.

    python -m bookmaking.reread                                    how many rows nobody has re-read
    python -m bookmaking.reread left                               which rows these are
    python -m bookmaking.reread sign "eu-acts: *" --by "A. Reader" --how-far "the act, by article"

`data/reread.csv` has a line for each reading: one reader, one day, one way of comparing, and the
digests of the rows that were compared. When a row changes, its digest is another, and the row
counts as not re-read. Nothing else follows from a change, so an honest edit touches the table
alone. A reader who could not open a source signs with "not opened" and what was tried; such a row
counts as not re-read too. A release counts the rows that nobody has re-read. Tables without a
column of sources hold judgements: they have nothing that a row could be compared with.
"""

import argparse
import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from bookmaking.checks import rows
from decentwork.repository import ROOT

FILE = Path("data/reread.csv")
NOT_OPENED = "not opened"
"""Begins what a reader says of a row whose source could not be read."""


@dataclass(frozen=True)
class Reading:
    """One reader's comparison of rows of one table with their sources; ``rows`` are digests."""

    table: str
    by: str
    on: str
    how_far: str
    rows: frozenset[str]


def typed_rows(root: Path = ROOT) -> dict[tuple[str, str], str]:
    """Return a digest of each row typed by hand from a source, by its table and its key."""
    return {
        (table.path.stem, " | ".join(row[column] for column in table.key)): _digest(
            "\n".join(f"{column}={cell}" for column, cell in sorted(row.cells.items()))
        )
        for table in rows.tables(root)
        if not table.is_built
        for row in table.rows
        if any("source" in column for column in row.cells)
    }


def readings(root: Path = ROOT) -> list[Reading]:
    """Return all readings of the file, also of rows that have changed since."""
    return [
        Reading(**line | {"rows": frozenset(line["rows"].split())})
        for line in rows.of_file(FILE.as_posix(), root)
    ]


def _as_it_was(root: Path) -> list[Reading]:
    now: dict[str, set[str]] = defaultdict(set)
    for (table, _), digest in typed_rows(root).items():
        now[table].add(digest)
    still = (replace(each, rows=each.rows & now[each.table]) for each in readings(root))
    return [each for each in still if each.rows]


def standing(root: Path = ROOT) -> list[Reading]:
    """Return the readings with those of their rows that are as they were when compared."""
    return [each for each in _as_it_was(root) if not each.how_far.startswith(NOT_OPENED)]


def left(root: Path = ROOT) -> list[str]:
    """Return the typed rows that nobody has compared as they are now, as ``table: key``."""
    compared = {(each.table, digest) for each in standing(root) for digest in each.rows}
    return [
        f"{table}: {key}"
        for (table, key), digest in typed_rows(root).items()
        if (table, digest) not in compared
    ]


def counts(root: Path = ROOT) -> tuple[int, int]:
    """Return how many typed rows a second reader has compared, and how many there are."""
    typed = len(typed_rows(root))
    return typed - len(left(root)), typed


def not_reread(root: Path = ROOT) -> int:
    """Return how many typed rows nobody has compared with their source as they are now."""
    return len(left(root))


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
    signed: dict[str, set[str]] = defaultdict(set)
    for (table, key), digest in typed_rows(root).items():
        if any(fnmatchcase(f"{table}: {key}", pattern) for pattern in patterns):
            signed[table].add(digest)
    # A row has one reading, the last one.
    kept = [replace(each, rows=each.rows - signed[each.table]) for each in _as_it_was(root)]
    today = date.today().isoformat()
    kept += [Reading(table, by, today, how_far, frozenset(signed[table])) for table in signed]
    with (root / FILE).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field.name for field in fields(Reading))
        writer.writerows(
            sorted([*astuple(each)[:-1], " ".join(sorted(each.rows))] for each in kept if each.rows)
        )
    return sum(map(len, signed.values()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def main() -> int:
    """Report or sign from the command line; the exit code is 1 where nothing was signed."""
    parser = argparse.ArgumentParser(description="Rows typed by hand: who compared which of them.")
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("left", help="the rows that nobody has compared")
    command = actions.add_parser("sign", help="say that you compared rows with their source")
    command.add_argument("rows", nargs="+", help="rows as 'table: key'; * is any text")
    command.add_argument("--by", required=True, help="who compared the rows")
    command.add_argument("--how-far", required=True, help="what was compared with what")
    options = parser.parse_args()
    if options.action != "sign":
        print("\n".join(left()) if options.action else in_words())
        return 0
    signed = sign(options.rows, options.by, options.how_far)
    print(f"{signed} rows signed in {FILE}." if signed else "No typed row has such a name.")
    return 0 if signed else 1


if __name__ == "__main__":
    sys.exit(main())
