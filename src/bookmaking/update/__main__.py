"""Ask the publishers' own interfaces for newer vintages of tables, and say how they differ.

    python -m bookmaking.update                         all tables that can be asked for
    python -m bookmaking.update asylum-pending          one table
    python -m bookmaking.update --take asylum-pending   write it, after you read the changes

The first two change nothing but `_build/updates`. What arrived is kept there by day, so a run in
which some publishers did not answer goes on where it ended. For each table this prints how many
rows are new or gone and some cells that changed; all are in `<table>-changes.csv`. `--take`
writes a table and its metadata from what is kept. It refuses a table that lost rows or values, or
that a publisher now names otherwise, unless `--because` says why that is right. After it, `make
check` says which known numbers are others now, and the diff of `book/numbers.csv`, which `make
book` writes, shows what changed in the book.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from bookmaking.update import candidates, interfaces, series, taking
from bookmaking.update.answers import NoAnswerError
from bookmaking.update.interfaces import Arrived
from bookmaking.update.series import Series
from decentwork import data
from decentwork.repository import BUILD, DATA, ROOT
from decentwork.tables.metadata import Metadata

FOLDER = BUILD / "updates"
SHOWN = 8
"""How many cells of a table are printed; all are in a file."""


@dataclass(frozen=True)
class Newer:
    """A table as it would be, what it was made from, where that is kept, and how it differs."""

    series: Series
    metadata: Metadata
    arrived: Arrived
    path: Path
    made: pd.DataFrame
    differs: pd.DataFrame


def collect(names: Sequence[str], folder: Path, root: Path = ROOT) -> tuple[list[Newer], list[str]]:
    """Ask for what is not kept in the folder of a day, and compare.

    Returns the tables that arrived, now or before, and a sentence for each that did not.
    """
    found, faults = [], []
    for name in names:
        one, path = series.known()[name], folder / f"{name}.csv"
        try:
            arrived = interfaces.kept(path)
            if arrived is None:
                print(f"Asking {one.publisher} for {name}", flush=True)
                arrived = interfaces.arrive(one, [*candidates.places(one, root / DATA.name)])
                compared(one, arrived, path, root)  # what cannot be used is asked for again
                arrived = interfaces.keep(arrived, path)
            found.append(compared(one, arrived, path, root))
        except NoAnswerError as error:
            faults.append(f"{name}: {error}")
    return found, faults


def compared(one: Series, arrived: Arrived, path: Path, root: Path = ROOT) -> Newer:
    """Return the table that what arrived would give, and how it differs from the one that is."""
    metadata = data.metadata(one.table, root / DATA.name)
    made = candidates.candidate(one, arrived.rows, root / DATA.name)
    differs = candidates.difference(made, metadata)
    return Newer(one, metadata, arrived, path, made, differs)


def report(newer: Newer) -> Iterator[str]:
    """Yield how a table would differ, in sentences, and write all cells that differ to a file."""
    one, metadata, differs = newer.series, newer.metadata, newer.differs
    changed = differs.dropna(subset=["old", "new"])
    new, gone = (len(candidates.rows_of(differs[differs[each].isna()], metadata))
                 for each in ("old", "new"))  # fmt: skip
    yield (
        f"{one.table} ({one.publisher}, released: {newer.arrived.about['released'] or 'not said'}):"
        f" {new} rows new, {len(changed)} cells changed, {gone} rows gone."
    )
    yield from (f"  {meaning}." for meaning in taking.other_meanings(one, newer.arrived.about))
    flags = newer.arrived.rows["flag"].replace("", pd.NA).value_counts()
    if len(flags) and not one.flag:
        yield f"  {one.publisher} marks values: {flags.to_dict()}. Read what the marks mean."
    if not differs.empty:
        path = newer.path.with_name(f"{one.table}-changes.csv")
        differs.to_csv(path, index=False, lineterminator="\n")
        yield f"{differs.head(SHOWN).to_string(index=False)}\n  all: {path}"


def take(name: str, folder: Path, because: str = "", root: Path = ROOT) -> list[str]:
    """Write a table from what is kept in the folder of a day, and return what to do next.

    NoAnswerError says why it is not taken, DataError how it does not agree with its metadata.
    """
    path = folder / f"{name}.csv"
    arrived = interfaces.kept(path)
    if arrived is None:
        told = f"nothing of {name} is kept in {folder}: run `python -m bookmaking.update` first."
        raise NoAnswerError(told)
    newer = compared(series.known()[name], arrived, path, root)
    if newer.differs.empty:
        raise NoAnswerError(f"{name} is as it was, so there is nothing to take.")
    told = "; ".join(taking.refusals(newer.differs, newer.series, arrived.about))
    if told and not because:
        raise NoAnswerError(
            f"{name} is not taken: {told}. If that is right, give the command again with --because "
            '"the reason".'
        )
    taking.write(newer.series, newer.made, arrived.about, folder.name, root / DATA.name)
    said = [f"Say in the message of the commit that {told}, and why: {because}."] if told else []
    return [*said, *taking.next_steps(newer.series, arrived.about, path, root)]


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a table did not arrive or was refused."""
    parser = argparse.ArgumentParser(description="Ask publishers for newer vintages of tables.")
    known = series.known()
    parser.add_argument("--take", action="store_true", help="write the tables that are named")
    parser.add_argument("--because", default="", help="why a loss or another meaning is right")
    parser.add_argument("names", nargs="*", help="tables (all, when none is named)")
    options = parser.parse_args(arguments)
    for name in {*options.names} - {*known}:
        why = series.left_out().get(name, f"known are {', '.join(known)}")
        parser.error(f"{name} cannot be asked for: {why}.")
    if options.take and not options.names:
        parser.error("name the tables to take, as in `--take asylum-pending`.")
    if options.take:
        return max(_take(name, options.because) for name in options.names)
    names, folder = options.names or list(known), FOLDER / date.today().isoformat()
    found, faults = collect(names, folder)
    for newer in found:
        print(*report(newer), sep="\n")
    for fault in faults:
        print(f"Not arrived: {fault}", file=sys.stderr)
    print(f"{len(found)} of {len(names)} tables arrived and are kept in {folder}; the same command "
          "asks today only for the others.")  # fmt: skip
    return 1 if faults else 0


def _take(name: str, because: str) -> int:
    days = [path.parent for path in FOLDER.glob(f"*/{name}.json")]
    try:
        steps = take(name, max(days, default=FOLDER), because)
    except (NoAnswerError, data.DataError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{name} is written. Now:")
    print("\n".join(f"  {number}. {step}" for number, step in enumerate(steps, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
