"""Codes and names of States: where a row has both, they speak of the same State."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.checks import rows, state_names
from decentwork.tables import places

PLACES = ("place", "state", "country", "territory", "importer", "name", "other_name")
"""Columns that hold the name of a place."""
OTHERS = ("source", "note", "read_in")
"""Columns that may speak of another State: keys, remarks, and where a text was read."""
FROM = ("workers", "what_followed")
"""Columns that say from where people come, or where a court of the State looked."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return rows whose codes of States and names of States do not belong together."""
    found = [problem for table in rows.tables(root, files) for problem in _of(table, root)]
    return found + (_of_states(root) if _may_have_changed(root, files) else [])


def _of(table: rows.Table, root: Path) -> Iterator[str]:
    codes = _columns_of_codes(table, root)
    named = [column for column in PLACES if column in table.columns and column not in codes]
    if table.path.stem == places.STATES or not (codes or named):
        return
    texts = [column for column in table.columns if column not in (*codes, *named, *OTHERS)]
    # Locators of a built table are made from one phrase; what they name is not the row's State.
    texts = [] if table.is_built else [column for column in texts if column not in FROM]
    for row in table.rows:
        coded = {code for column in codes for code in rows.parts(row[column])}
        said = {code for column in named for code in state_names.named(row[column], root)}
        if "iso3" in codes and said and not coded:
            yield (
                f"{row.place}: {_cells(row, named)} is a participating State, and the row has no "
                f"code; write {' or '.join(sorted(said))}."
            )
        if coded and said and not coded & said:
            yield (
                f"{row.place}: the code {', '.join(sorted(coded))} is not that of "
                f"{_cells(row, named)}; mend one of them."
            )
        for column in texts:
            other = state_names.named(row[column], root)
            if other and (coded | said) and not other & (coded | said):
                yield (
                    f"{row.place}, column {column}: {row[column]!r} names "
                    f"{' and '.join(sorted(other))}, and the row is of "
                    f"{', '.join(sorted(coded | said))}; mend one of them."
                )


def _columns_of_codes(table: rows.Table, root: Path) -> list[str]:
    """Return the columns in which every filled cell is one or several codes of States."""
    known = set(state_names.by_name(root).values())
    found = []
    for index, column in enumerate(table.columns):
        cells = {row[index] for _, row in table.lines if len(row) > index and row[index]}
        if cells and all(set(rows.parts(cell)) <= known for cell in cells):
            found.append(column)
    return found


def _cells(row: rows.Row, columns: Sequence[str]) -> str:
    return ", ".join(repr(row[column]) for column in columns if row[column])


def _may_have_changed(root: Path, files: Sequence[Path]) -> bool:
    return not files or any(path.stem == places.STATES for path in files)


def _of_states(root: Path) -> list[str]:
    """Return codes and names that two participating States share."""
    table = rows.table(places.STATES, root)
    problems = []
    for column in ("iso3", "iso2", "name", "other_name"):
        first: dict[str, str] = {}
        for row in table.rows if table else ():
            if row[column] in first:
                problems.append(
                    f"{row.place}, column {column}: {row[column]!r} is that of "
                    f"{first[row[column]]} too; mend one of them."
                )
            if row[column]:
                first[row[column]] = row["iso3"]
    return problems
