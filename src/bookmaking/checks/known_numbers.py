"""Every built table gives the numbers that were computed in its original by another way.

A builder that scales a share by 0.8 still builds the same bytes at each run, and a public clone has
no originals against which the bytes could be held. So the sidecar of each built table has
``known_numbers``: totals, extremes, named cells, rows of a group. `decentwork.tables.sidecars`
explains their fields. A test in `tests/second_paths` computes the same numbers in the original,
without the builder.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.tables.known_numbers import not_given
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables.fields import NUMERIC, OF_THE_SOURCE
from decentwork.tables.sidecars import Sidecar

FEWEST = 3


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the known numbers that a table does not give, and built tables with too few."""
    folder = root / DATA.name
    names = {path.stem for path in files if path.is_relative_to(folder)}
    problems = []
    for name in data.names(folder):
        sidecar = data.sidecar(name, folder)
        if not files or name in names or (sidecar.builder and sidecar.builder.stem in names):
            problems += _of_table(sidecar, root)
    return problems


def _of_table(sidecar: Sidecar, root: Path) -> Iterator[str]:
    place = f"{sidecar.path.relative_to(root).as_posix()}, known_numbers"
    if sidecar.builder:
        yield from _too_few(place, sidecar)
    for known, found in not_given(sidecar):
        yield (
            f"{place}, “{known['what']}”: the table gives {found}, not {known['is']}. Mend the "
            "builder or the table; if the original changed, compute the number in it anew"
        )


def _too_few(place: str, sidecar: Sidecar) -> Iterator[str]:
    """Say which columns of a built table no number holds: each number, date, flag and kind."""
    kept = sidecar.known_numbers
    said = [known["what"] for known in kept]
    for what in sorted({what for what in said if said.count(what) > 1}):
        yield f"{place}: two say “{what}”; say what each of them is"
    if len(kept) < FEWEST:
        yield (
            f"{place}: there are {len(kept)}; write {FEWEST} or more that were computed in the "
            "original without the builder"
        )
    if all(known["take"] != "count" for known in kept):
        yield f"{place}: none counts rows; add one with `take: count`"
    taken = {known["column"] for known in kept if known["take"] != "count"}
    named = {known["column"] for known in kept} | {c for known in kept for c in known["where"]}
    for field in sidecar.fields:
        measured = field.type in NUMERIC and field.enum is None and field.name not in sidecar.key
        closed = field.type in (*NUMERIC, "boolean", "date") or field.enum is not None
        if field.name in OF_THE_SOURCE or not closed:
            continue
        if field.name not in (taken if measured else named):
            yield f"{place}: none holds the column {field.name}; add one"
