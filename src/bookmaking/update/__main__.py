"""Ask the publishers' own interfaces for newer vintages of tables, and say what they would change.

    python -m bookmaking.update                         all tables that can be asked for
    python -m bookmaking.update asylum-pending          one table
    python -m bookmaking.update --take asylum-pending   write it, after you read the changes

The first two change nothing but `_build/updates`. What arrived is kept there by day, so a run in
which some publishers did not answer goes on where it ended. For each table this prints the rows
that are new, gone or changed, the known numbers that the table would no longer give, the numbers
and headlines of chapters that would change, and the lines of the note whose verdicts to read again.
All changed cells are in `<table>-changes.csv`. `--take` writes a table and its metadata from what
is kept. It refuses a table that lost rows or values, or that a publisher now names otherwise,
unless `--because` says why that is right.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from bookmaking.update import candidates, effects, interfaces, kept, series, taking
from bookmaking.update.answers import NoAnswerError, Patience, asker
from bookmaking.update.candidates import Difference
from bookmaking.update.kept import Kept
from bookmaking.update.series import Series
from decentwork import data
from decentwork.repository import DATA, ROOT

SHOWN = 8
"""How many changed cells of a table are printed; all are in a file."""


@dataclass(frozen=True)
class Newer:
    """A table as it would be, what it was made from, and how it differs."""

    series: Series
    kept: Kept
    made: pd.DataFrame
    difference: Difference


def collect(
    names: Sequence[str],
    folder: Path,
    *,
    patience: Patience | None = None,
    bases: Mapping[str, str] = interfaces.BASES,
    root: Path = ROOT,
) -> tuple[list[Newer], list[str]]:
    """Ask for what is not kept in the folder of a day, and compare.

    Returns the tables that arrived, now or before, and a sentence for each that did not.
    """
    patience = patience or Patience()
    ask, arrived, faults = asker(patience), [], []
    for name in names:
        one = series.known()[name]
        try:
            have = kept.kept(name, folder)
            if have is None:
                print(f"Asking {one.publisher} for {name}", flush=True)
                places = list(candidates.places(one, root / DATA.name))
                come = interfaces.arrive(one, places, ask, bases, patience.pause)
                candidates.candidate(one, come.rows, root / DATA.name)  # else it is asked again
                have = kept.keep(come, name, one.publisher, folder)
            arrived.append(compared(one, have, root))
        except NoAnswerError as error:
            faults.append(f"{name}: {error}")
    return arrived, faults


def compared(one: Series, have: Kept, root: Path = ROOT) -> Newer:
    """Return the table that what is kept would give, and how it differs from the one that is."""
    made = candidates.candidate(one, have.rows, root / DATA.name)
    metadata = data.metadata(one.table, root / DATA.name)
    return Newer(one, have, made, candidates.difference(made, metadata))


def report(arrived: Sequence[Newer], day: str, root: Path = ROOT) -> list[str]:
    """Return what would change, table by table and chapter by chapter, in sentences."""
    lines = [line for newer in arrived for line in _of_table(newer)]
    differing = [newer for newer in arrived if newer.difference]
    if not differing:
        return [*lines, "Nothing in the book would change."]
    with tempfile.TemporaryDirectory() as scratch:
        copy = effects.copy_of_the_book(Path(scratch).resolve(), root)
        written = []
        for newer in differing:
            try:
                taking.write(newer.series, newer.made, newer.kept.about, day, copy / DATA.name)
                written.append(newer.series.table)
            except data.DataError as error:
                told = "; ".join(error.faults[:3])
                lines.append(
                    f"{newer.series.table} cannot be taken as it is, and no chapter was run with "
                    f"it: {told}."
                )
        for table in written:
            lines += [
                f"{table}, known_numbers, “{what}”: {_figure(now)} -> {_figure(then)}"
                for what, now, then in effects.numbers_that_break(copy, table)
            ]
        for effect in effects.effects(written, copy, root):
            lines += _of_chapter(effect)
    return lines


def _of_table(newer: Newer) -> list[str]:
    one, found = newer.series, newer.difference
    released = newer.kept.about["released"]
    of = f"{one.publisher}, {'released ' + released if released else 'no date of release given'}"
    lines = [
        f"{one.table} ({of}): {len(found.new)} rows new, {len(found.changed)} cells changed, "
        f"{len(found.gone)} rows gone."
    ]
    lines += [f"  {meaning}." for meaning in taking.other_meanings(one, newer.kept.about)]
    for what, rows in (("new", found.new), ("gone", found.gone)):
        if rows:
            lines.append(f"  {what}: {_listed([' '.join(row) for row in rows])}")
    for row, column, old, new in sorted(found.changed, key=_size, reverse=True)[:SHOWN]:
        lines.append(f"  {' '.join(row)}, {column}: {_figure(old)} -> {_figure(new)}")
    if len(found.changed) > SHOWN:
        lines.append(f"  and {len(found.changed) - SHOWN} smaller changes")
    if found:
        lines.append(f"  all: {_written(newer)}")
    flags = newer.kept.rows["flag"].replace("", pd.NA).dropna().value_counts()
    if len(flags) and not one.flag:
        told = ", ".join(f"{flag} {number} times" for flag, number in flags.items())
        lines.append(f"  {one.publisher} marks values: {told}. Read what the marks mean.")
    return lines


def _written(newer: Newer) -> Path:
    """Write all that differs next to what is kept, and return the file."""
    path = newer.kept.path.with_name(f"{newer.series.table}-changes.csv")
    found = newer.difference
    rows = [[*row, "new", "", "", ""] for row in found.new]
    rows += [[*row, "gone", "", "", ""] for row in found.gone]
    rows += [[*row, "changed", *cell] for row, *cell in found.changed]
    frame = pd.DataFrame(rows, columns=[*found.key, "what", "column", "old", "new"])
    frame.to_csv(path, index=False, lineterminator="\n")
    return path


def _size(changed: tuple[tuple[str, ...], str, str, str]) -> float:
    """Return how far a cell moved, as a part of what it was; a cell of text moved furthest."""
    try:
        old, new = float(changed[2]), float(changed[3])
    except ValueError:
        return float("inf")
    return abs(new - old) / (abs(old) or 1)


def _figure(text: str) -> str:
    if text.isdecimal() and len(text) > 4:
        return f"{int(text):,}"
    return text or "nothing"


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - SHOWN} more" * (len(texts) > SHOWN)
    return ", ".join(texts[:SHOWN]) + more


def _of_chapter(effect: effects.Effect) -> list[str]:
    if not effect:
        return [f"{effect.chapter}: nothing would change."]
    lines = [f"{effect.chapter}: {len(effect.changed)} numbers or headlines would change."]
    lines += [
        f"  {name}: “{old or 'none'}” -> “{new or 'none'}”" for name, old, new in effect.changed
    ]
    lines += [f"  {name}: {rows} rows of its values would differ" for name, rows in effect.drawn]
    if effect.fails:
        lines.append(f"  {len(effect.fails)} cells would fail: {effect.fails[0]}")
        lines += [f"    {each}" for each in effect.fails[1:SHOWN]]
    if effect.lines:
        told = (f"{name} ({', '.join(filter(None, each))})" for name, *each in effect.lines)
        lines.append(f"  verdicts to look at: {', '.join(told)}")
    return lines


def take(name: str, folder: Path, because: str = "", root: Path = ROOT) -> list[str]:
    """Write a table from what is kept, and return what to do next.

    NoAnswerError says why it is not taken, DataError how it does not agree with its metadata.
    """
    have = kept.kept(name, folder)
    if have is None:
        raise NoAnswerError(
            f"nothing of {name} is kept in {folder}: run `python -m bookmaking.update` first."
        )
    newer = compared(series.known()[name], have, root)
    if not newer.difference:
        raise NoAnswerError(f"{name} is as it was, so there is nothing to take.")
    told = taking.refusals(newer.difference, newer.series, have.about)
    if told and not because:
        raise NoAnswerError(
            f"{name} is not taken: {'; '.join(told)}. If that is right, give the command again "
            'with --because "the reason".'
        )
    taking.write(newer.series, newer.made, have.about, folder.name, root / DATA.name)
    reason = f"Say in the message of the commit that {'; '.join(told)}, and why: {because}."
    said = [reason] if told else []
    return [*said, *taking.next_steps(newer.series, have.about, have.path, root)]


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a table did not arrive or was refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = series.known()
    parser.add_argument("--take", action="store_true", help="write the tables that are named")
    parser.add_argument("--because", default="", help="why a loss or another meaning is right")
    parser.add_argument("names", nargs="*", help="tables (all, when none is named)")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in known:
            why = series.left_out().get(name, f"known are {', '.join(known)}")
            print(f"{name} cannot be asked for: {why}.", file=sys.stderr)
            return 1
    if not options.take:
        return _ask(options.names or list(known), date.today().isoformat())
    if not options.names:
        print("Name the tables to take, as in `--take asylum-pending`.", file=sys.stderr)
        return 1
    return max(_take(name, options.because) for name in options.names)


def _ask(names: Sequence[str], day: str) -> int:
    folder = kept.FOLDER / day
    arrived, faults = collect(names, folder)
    for line in report(arrived, day):
        print(line)
    for fault in faults:
        print(f"Not arrived: {fault}", file=sys.stderr)
    if faults:
        print(
            f"{len(arrived)} of {len(names)} tables arrived and are kept in {folder}. Give the "
            "command again today: it asks only for the others.",
            file=sys.stderr,
        )
    return 1 if faults else 0


def _take(name: str, because: str) -> int:
    try:
        steps = take(name, kept.FOLDER / kept.last_day(name, kept.FOLDER), because)
    except (NoAnswerError, data.DataError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{name} is written. Now:")
    print("\n".join(f"  {number}. {step}" for number, step in enumerate(steps, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
