"""What must hold between the tables, their sidecars, builders, originals and readers."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.checks import repeated
from bookmaking.checks import rows as gate_rows
from bookmaking.record import reads
from bookmaking.tables import originals
from decentwork import data, sources
from decentwork.repository import BIBLIOGRAPHY, DATA, NOTEBOOKS, ROOT
from decentwork.tables import places
from decentwork.tables.fields import OF_THE_SOURCE, with_shared

WITHOUT_ROW_SOURCES = {"lines of the concept note", "things to collect"}
"""The claim register names its own sources, and what should be collected has none yet."""

REREAD = "data/reread.csv"
"""Who compared which typed row with its source (`bookmaking.reread`): no table of facts."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what does not hold between tables, sidecars, builders, sources and notebooks."""
    return [*unpaired(root), *unsourced(root, files), *unread(root), *repeated.problems(root)]


def unpaired(root: Path) -> list[str]:
    """Return tables without a sidecar or a theme, sidecars without a table, builders of none."""
    folder = root / "data"
    tables = {_inside(path, folder) for path in {*folder.rglob("*.csv")} - {root / REREAD}}
    no_sidecars = {folder / places.SHARED, *folder.glob(f"*/{originals.CATALOGUE}/*.yml")}
    sidecars = {_inside(path, folder) for path in {*folder.rglob("*.yml")} - no_sidecars}
    problems = [
        f"data/{name}.csv has no sidecar; write data/{name}.yml" for name in tables - sidecars
    ]
    problems += [f"data/{name}.yml has no table; run `make data`" for name in sidecars - tables]
    problems += [
        f"data/{name} stands in no theme; move it into a folder of data/"
        for name in tables | sidecars
        if name.count("/") != 1
    ]
    for builder in folder.glob("*/builders/*.py"):
        name = _inside(builder.parents[1] / builder.stem.replace("_", "-"), folder)
        if name not in sidecars:
            inside = builder.relative_to(folder).as_posix()
            problems.append(f"data/{inside} builds no table: write data/{name}.yml, or rename it")
    return sorted(problems)


def _inside(path: Path, folder: Path) -> str:
    """Return theme and name of a table, as in ``scale/ilo-rounds``."""
    return path.relative_to(folder).with_suffix("").as_posix()


def unsourced(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return tables without source, locator and grade per row, and keys that nothing explains.

    All tables are looked at where the bibliography or the shared fields changed.
    """
    bibliography, shared_file = root / BIBLIOGRAPHY.name, root / "data" / places.SHARED
    changed = () if {bibliography, shared_file}.intersection(files) else files
    known, shared = sources.load(bibliography), gate_rows.shared(root)
    problems = []
    for table in gate_rows.tables(root, changed):
        place = f"data/{table.name}"
        keys = {each.get("citation_key", "") for each in _origins(table, shared)}
        if table.said.get("unit_of_count") not in WITHOUT_ROW_SOURCES:
            problems += [
                f"{place}.yml: the column {column} is missing or may be empty; give every row a "
                "value, and require it"
                for column in OF_THE_SOURCE
                if column not in table.fields or _may_be_empty(table.fields[column], shared)
            ]
            keys |= {key for row in table.rows for key in gate_rows.parts(row["source"])}
        problems += [
            f"{place}: the citation key {key} is not in {bibliography.name}; add the source, or "
            "correct the key"
            for key in sorted(keys - known.keys())
        ]
    return problems


def _origins(table: gate_rows.Table, shared: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a table was made from; the gate `data_contract` tells of names not shared."""
    for each in table.said.get("origin", ()):
        if not isinstance(each, str):
            yield each
        elif each in shared["origins"]:
            yield shared["origins"][each]


def _may_be_empty(field: Mapping[str, Any], shared: Mapping[str, Any]) -> bool:
    """Whether a field says, itself or where it is shared, why a cell may be empty."""
    return with_shared(field, shared["fields"]).get("missing_reason") is not None


def unread(root: Path) -> list[str]:
    """Return tables that no notebook reads and that do not say why, and the reverse.

    Also returns notebooks that read a table which is not there.
    """
    known = {path.stem: path for path in places.sidecars(root / "data").values()}
    readers = readers_of_tables(root)
    problems = []
    for name, path in known.items():
        place = path.relative_to(root).as_posix()
        kept_for = gate_rows.sidecar(path).get("kept_for")
        if name not in readers and not kept_for:
            problems.append(
                f"{place}: no notebook reads the table; read it, remove it, or say under kept_for "
                "what it waits for"
            )
        elif name in readers and kept_for:
            problems.append(f"{place}: {readers[name][0]} reads the table; take out kept_for")
    problems += [
        f"{notebook} reads {name}, which is not a table of data/; mend the name"
        for name, all_readers in readers.items()
        if name not in known
        for notebook in all_readers
    ]
    return sorted(problems)


def readers_of_tables(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the notebooks whose code reads each table, by the table's name."""
    known = frozenset(data.names(root / "data"))
    return reads.by_notebook(root / NOTEBOOKS.name, known, look=_tables_of)


def _tables_of(notebook: Path, known: Collection[str]) -> frozenset[str]:
    return _tables_in(notebook.read_text(encoding="utf-8"), frozenset(known))


_tables_in = cache(reads.of_text)
"""A notebook that did not change is not read again, whatever its folder."""


def unexplained(
    name: str,
    original: dict[tuple[str, ...], dict[str, str]],
    frame: pd.DataFrame,
    folder: Path = DATA,
) -> list[str]:
    """Return values of a typed table that differ from its original and are not corrections.

    Parameters
    ----------
    name
        The table.
    original
        For each key of the table as text, the values of the original by column, as text.
    frame
        The table's rows.
    folder
        The folder of all themes, for the corrections in the table's sidecar.
    """
    sidecar = data.sidecar(name, folder)
    place = f"data/{_inside(sidecar.path, folder)}"
    explained = {(tuple(map(str, each["row"])), each.get("column")) for each in sidecar.corrections}
    keys = list(frame[list(sidecar.key)].astype(str).itertuples(index=False, name=None))
    table = dict(zip(keys, frame.to_dict("records"), strict=True))
    differing: set[tuple[tuple[str, ...], str | None]] = {
        (key, None) for key in table.keys() ^ original.keys()
    }
    for key in table.keys() & original.keys():
        for column, was in original[key].items():
            now = table[key][column]
            if (was == "") != bool(pd.isna(now)) or (was != "" and float(was) != float(now)):
                differing.add((key, column))
    problems = []
    for key, column in sorted(differing - explained, key=str):
        what = f"column {column}" if column else "the whole row"
        problems.append(
            f"{place}.csv, row {list(key)}: {what} is not as in the original; correct it, "
            f"or say why under corrections in {place}.yml"
        )
    for key, column in sorted(explained - differing, key=str):
        what = f"column {column}" if column else "the whole row"
        problems.append(
            f"{place}.yml, corrections: row {list(key)}, {what}: nothing differs there "
            "from the original; take the entry out"
        )
    return problems


def rows(path: Path) -> list[dict[str, str]]:
    """Return an original as text, row by row."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
