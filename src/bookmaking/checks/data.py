"""Tables: each agrees with its metadata, is plausible, and gives its known numbers.

`check` reads every table once, before a build and in `make check`; `decentwork.data.read` reads
plainly. What describes a table is compared with its schema first (`bookmaking.tables.described`),
then the table with its metadata (`bookmaking.tables.contract`), then cells with each other
(`bookmaking.tables.rules`), then a built table with numbers that were computed in its original
without the builder. One fault is told once: a table whose metadata are unsound is not read further.
Rows typed by hand are compared with their source: the State that its title and the place in it
name, and how it was read. A verdict of the register has findings that speak so.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.checks import rows as table_rows
from bookmaking.record import reads
from bookmaking.source import pages
from bookmaking.tables import contract, described, originals, rules
from bookmaking.tables.known_numbers import agrees, given
from decentwork import data, sources
from decentwork.days import MONTHS
from decentwork.repository import ROOT, path_in_repository
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import NUMERIC, OF_THE_SOURCE, Metadata

WITHOUT_ROW_SOURCES = {
    "lines of the concept note", "parts of lines", "searches", "things to collect",
    "codes of policy options", "codes of rules",
    "decisions of officials",
    "proposed tests",
}  # fmt: skip
"""The claim register names its own sources, the findings theirs, and what should be has none."""
SHARED_BY_ALL = (places.SHARED, f"{places.STATES}.csv", "references.bib")
"""Files on which all tables depend."""
QUOTED, READ = re.compile(r"\"([\w-]+)\""), re.compile(r"\bdata\.read\(\"([^\"]+)\"")
"""A string of code that may be the name of a table, and one that must be."""
FEWEST = 3
"""How many known numbers a built table has at least."""
AS_QUOTED = re.compile(r"\bas (?:quoted|reported|cited|summari[sz]ed|printed) (?:by|in)\b")
SECOND_HAND = "secondary"
"""How ``read`` begins in the bibliography where only others' words on a source were read."""
PLACES = ("place", "state", "country", "territory", "importer", "name", "other_name")
"""Columns that hold the name of a place."""
OTHERS = ("source", "note", "read_in", "workers", "what_followed")
"""Columns that may speak of another State: keys, remarks, where people come from."""


@dataclass(frozen=True)
class Source:
    """What the bibliography says of a source: its years, its day as YYYY-MM-DD, and its fields."""

    years: tuple[int, ...]
    day: str
    fields: Mapping[str, str]


def cited(root: Path) -> Mapping[str, Source]:
    """Return what ``references.bib`` says of each source, by its key."""
    path = root / "references.bib"
    return _cited(path, path.stat().st_mtime_ns)


@cache
def _cited(path: Path, _changed: int) -> Mapping[str, Source]:
    found = {}
    for key, entry in sources.load(path).items():
        fields = {field.key: re.sub(r"[{}\\]", "", str(field.value)) for field in entry.fields}
        days = [
            f"{day[3]}-{MONTHS[day[2]]:02}-{int(day[1]):02}"
            for day in rules.WRITTEN_DAY.finditer(fields.get("date", ""))
            if day[1]
        ]
        dated = " ".join(fields.get(name, "") for name in ("year", "date", "dated"))
        years = tuple(map(int, rules.YEAR.findall(dated)))
        found[key] = Source(years, days[0] if len(days) == 1 else "", fields)
    return found


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return every fault of tables and what describes them, one sentence each.

    Parameters
    ----------
    files
        The files that changed. If there are any, only their tables are read, except where one of
        them is a file on which all tables depend.
    """
    folder = root / "data"
    problems = [*unpaired(root), *described.faults(folder / places.SHARED, "shared")]
    try:
        paths = places.metadata_files(folder)
    except DataError as error:
        return [*problems, *error.sentences]
    if problems:
        return problems
    for path in folder.glob(f"*/{originals.CATALOGUE}/*.yml"):
        problems += described.faults(path, "catalogue")
    known = cited(root)
    changed = () if any(path.name in SHARED_BY_ALL for path in files) else files
    for path in paths.values():
        mine = {path, path.with_suffix(".csv"), path.parent / "builders" / _module_of(path)}
        if not changed or mine & set(changed):
            problems += of_table(path, root, known)
    for table in table_rows.tables(root):
        if not changed or {table.path, table.path.with_suffix(".yml")} & set(changed):
            problems += rows_and_sources(table, root, known)
    taken = {taken for path in paths.values() for taken in _taken(path)}
    return [*problems, *_unused(folder, taken), *unread(root)]


def of_table(path: Path, root: Path, cited: Mapping[str, Any]) -> list[str]:
    """Return the faults of the table whose metadata are at ``path``."""
    if found := described.faults(path, "metadata"):
        return found
    metadata = Metadata.load(path)
    where, said_in = path_in_repository(metadata.csv_path), path_in_repository(path)
    try:
        cells = contract.read(metadata)
    except DataError as error:
        return error.sentences

    try:
        if found := contract.faults(cells, metadata):
            return [f"{where}: {fault}" for fault in found]
        return [
            *(f"{said_in}: {sentence}" for sentence in rules.unsound(metadata, cells)),
            *(f"{where}, {sentence}" for sentence in rules.broken(metadata, cells, cited)),
            *(f"{said_in}: {sentence}" for sentence in _sources(metadata, cells, cited)),
            *(f"{said_in}, known_numbers{sentence}" for sentence in _known(metadata, cells)),
        ]
    except KeyError as error:
        near = described.near(error.args[0], cells.columns)
        return [f"{said_in}: names the column {error}, which is not in schema.fields; {near}"]


def _module_of(path: Path) -> str:
    return f"{path.stem.replace('-', '_')}.py"


def unpaired(root: Path) -> list[str]:
    """Return tables without metadata or a theme, metadata without a table, builders of none."""
    folder = root / "data"
    tables = {_inside(path, folder) for path in folder.rglob("*.csv")}
    others = {folder / places.SHARED, *folder.glob(f"*/{originals.CATALOGUE}/*.yml")}
    metadata = {_inside(path, folder) for path in {*folder.rglob("*.yml")} - others}
    # data/reread.csv says who compared which row with what; it is no table of the book.
    tables -= {"reread"}
    problems = [
        f"data/{name}.csv has no metadata; write data/{name}.yml" for name in tables - metadata
    ]
    problems += [f"data/{name}.yml has no table; run `make data`" for name in metadata - tables]
    problems += [
        f"data/{name} is in no theme; move it into a folder of data/"
        for name in tables | metadata
        if name.count("/") != 1
    ]
    for builder in folder.glob("*/builders/*.py"):
        name = _inside(builder.parents[1] / builder.stem.replace("_", "-"), folder)
        if name not in metadata:
            inside = builder.relative_to(folder).as_posix()
            problems.append(f"data/{inside} builds no table: write data/{name}.yml, or rename it")
    return sorted(problems)


def _inside(path: Path, folder: Path) -> str:
    """Return theme and name of a table, as in ``scale/ilo-rounds``."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _sources(metadata: Metadata, cells: pd.DataFrame, cited: Mapping[str, Any]) -> Iterator[str]:
    """Yield columns of the source that a row may lack, and keys that nothing explains."""
    keys = {each["citation_key"] for each in metadata.origin}
    if metadata.unit_of_count not in WITHOUT_ROW_SOURCES:
        required = {field.name for field in metadata.fields if field.required}
        for column in OF_THE_SOURCE:
            if column not in required:
                yield (
                    f"the column {column} is missing or may be empty; give every row a value, and "
                    "require it"
                )
        keys |= {key for cell in cells.get("source", ()) for key in table_rows.parts(cell)}
    for key in sorted(keys - cited.keys()):
        hint = described.near(key, cited) if cited else ""
        yield f"the citation key {key} is not in references.bib; add the source, or {hint[:200]}"


def _known(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield known numbers that a table does not give, and what none of them covers."""
    kept = metadata.known_numbers
    for known in kept:
        if not agrees(known, found := given(known, cells)):
            yield (
                f", “{known['what']}”: the table gives {found}, not {known['is']}. Fix the builder "
                "or the table; if the original changed, compute the number in it again."
            )
    if not metadata.builder:
        return
    said = [known["what"] for known in kept]
    for what in sorted({what for what in said if said.count(what) > 1}):
        yield f": two say “{what}”; say what each of them is."
    if len(kept) < FEWEST:
        yield (
            f": there are {len(kept)}; write {FEWEST} or more that were computed in the original "
            "without the builder."
        )
    if all(known["take"] != "count" for known in kept):
        yield ": none counts rows; add one with `take: count`."
    taken = {known["column"] for known in kept if known["take"] != "count"}
    named = {known["column"] for known in kept} | {c for known in kept for c in known["where"]}
    for field in metadata.fields:
        listed = "enum" in field.constraints
        measured = field.type in NUMERIC and not listed and field.name not in metadata.key
        closed = field.type in (*NUMERIC, "boolean", "date") or listed
        if field.name in OF_THE_SOURCE or not closed:
            continue
        if field.name not in (taken if measured else named):
            yield f": none covers the column {field.name}; add one."


# Rows and what their source is


def rows_and_sources(
    table: table_rows.Table, root: Path, known: Mapping[str, Source]
) -> Iterator[str]:
    """Yield rows that say of State or grade another thing than their source or its place."""
    codes = _columns_of_codes(table, root)
    named = [column for column in PLACES if column in table.columns and column not in codes]
    texts = [column for column in table.columns if column not in (*codes, *named, *OTHERS)]
    of_states = (codes or named) and table.path.stem != places.STATES
    if table.is_built:  # the same words in all rows; what they name is not the row's State
        texts = []
    for row in table.rows:
        keys = table_rows.parts(row["source"])
        if row["grade"] == "A":
            if quoted := AS_QUOTED.search(row["locator"]):
                yield (
                    f"{row.place}, column grade: A, but the place says “{quoted[0]}”; a figure "
                    "that was read in another text has grade B."
                )
            for key in keys:
                how = known[key].fields.get("read", "") if key in known else ""
                if how.startswith(SECOND_HAND):
                    yield (
                        f"{row.place}, column grade: A, but references.bib says that {key} was "
                        f"read “{how}”; set the grade to B, or read the source."
                    )
        coded = {code for column in codes for code in table_rows.parts(row[column])}
        said = {code for column in named for code in table_rows.states_named(row[column], root)}
        own = coded | said
        if not of_states or not own:
            continue
        if coded and said and not coded & said:
            cells = ", ".join(repr(row[column]) for column in named if row[column])
            yield (
                f"{row.place}: the code {', '.join(sorted(coded))} is not that of {cells}; fix one "
                "of them."
            )
        if len(keys) == 1 and keys[0] in known and not table.is_built:
            title, note = (known[keys[0]].fields.get(name, "") for name in ("title", "note"))
            there = table_rows.states_named(title, root)
            if there and not own & (there | table_rows.states_named(note, root)):
                yield (
                    f"{row.place}: the row is of {', '.join(sorted(own))}, and its source "
                    f"{keys[0]} is called “{title}”; fix one of them."
                )
        for column in texts:
            other = table_rows.states_named(row[column], root)
            if other and not other & own:
                yield (
                    f"{row.place}, column {column}: {row[column]!r} names "
                    f"{' and '.join(sorted(other))}, and the row is of "
                    f"{', '.join(sorted(own))}; fix one of them."
                )


def _columns_of_codes(table: table_rows.Table, root: Path) -> list[str]:
    """Return the columns in which every filled cell is one or several codes of States."""
    known = set(table_rows.states_by_name(root).values())
    found = []
    for index, column in enumerate(table.columns):
        cells = {row[index] for _, row in table.lines if len(row) > index and row[index]}
        if cells and all(set(table_rows.parts(cell)) <= known for cell in cells):
            found.append(column)
    return found


# What all tables share, and who reads them


def _taken(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what metadata take from ``shared.yml``: the part and the name."""
    said = table_rows.said(path)
    for field in said.get("schema", {}).get("fields", ()):
        yield "fields", field.get("as", field.get("name"))
    for part, names in (("licences", [said.get("licence")]), ("origins", said.get("origin", ()))):
        yield from ((part, name) for name in names if isinstance(name, str))


def _unused(folder: Path, taken: Collection[tuple[str, str]]) -> Iterator[str]:
    shared = table_rows.said(folder / places.SHARED)
    for part in ("fields", "licences", "origins"):
        for name in shared[part]:
            if (part, name) not in taken:
                yield f"data/{places.SHARED}, {part}: no table takes {name!r}; take it out."


def unread(root: Path) -> list[str]:
    """Return tables that no notebook reads and that do not say why, and the reverse.

    Also returns notebooks that read a table which is not there.
    """
    known = {path.stem: path for path in places.metadata_files(root / "data").values()}
    readers = readers_of_tables(root)
    problems = []
    for name, path in known.items():
        place = path.relative_to(root).as_posix()
        kept_for = (table_rows.said(path) or {}).get("kept_for")
        if name not in readers and not kept_for:
            problems.append(
                f"{place}: no notebook reads the table; read it, remove it, or say under kept_for "
                "what it waits for."
            )
        elif name in readers and kept_for:
            problems.append(f"{place}: {readers[name][0]} reads the table; take out kept_for.")
    problems += [
        f"{notebook} reads {name}, which is not a table of data/; {described.near(name, known)}"
        for name, all_readers in readers.items()
        if name not in known
        for notebook in all_readers
    ]
    return sorted(problems)


def readers_of_tables(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the notebooks whose code names each table, by the name of the table.

    A name that is read and that is no table is among them.
    """
    known = {*data.names(root / "data")}
    found: dict[str, list[str]] = {}
    for path in pages.notebooks(root):
        code = "\n".join(cell.text for cell in pages.cells(path, root) if cell.kind == "code")
        named = known.intersection(QUOTED.findall(code)) | {*READ.findall(code)}
        named |= {table for function, table in reads.READS.items() if f".{function}(" in code}
        for name in sorted(named):
            found.setdefault(name, []).append(path.relative_to(root).as_posix())
    return found
