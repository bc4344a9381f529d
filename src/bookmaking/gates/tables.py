"""What must hold between the tables, their sidecars, builders, originals and readers."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import pandas as pd
from decentwork.contract import DATA, Sidecar

from decentwork import data
from decentwork.repository import ROOT

ORIGINALS = Path(os.environ.get("DECENTWORK_ORIGINALS", ROOT.parent / "shared/data/raw"))
PER_ROW = ("source", "locator", "grade")
WITHOUT_ROW_SOURCES = {"lines of the concept note"}  # the claim register names its own sources


def unpaired(folder: Path = DATA) -> list[str]:
    """Tables without a sidecar, sidecars without a table, builders without a file."""
    tables = {path.stem for path in folder.glob("*.csv")}
    sidecars = {path.stem for path in folder.glob("*.yml")}
    problems = [
        f"data/{name}.csv has no sidecar; write data/{name}.yml" for name in tables - sidecars
    ]
    problems += [f"data/{name}.yml has no table; run `make data`" for name in sidecars - tables]
    for name in tables & sidecars:
        builder = Sidecar.load(folder / f"{name}.yml").builder
        if builder and not (folder.parent / builder).is_file():
            problems.append(f"data/{name}.yml, field builder: there is no file {builder}")
    return sorted(problems)


def unsourced(folder: Path = DATA, bibliography: Path = ROOT / "references.bib") -> list[str]:
    """Tables without source, locator and grade per row, and citation keys that nothing explains."""
    known = set(re.findall(r"^@\w+\{\s*([^,\s]+),", bibliography.read_text("utf-8"), re.MULTILINE))
    problems = []
    for name in data.names(folder):
        sidecar = Sidecar.load(folder / f"{name}.yml")
        keys = {each["citation_key"] for each in sidecar.origin}
        if sidecar.unit_of_count not in WITHOUT_ROW_SOURCES:
            columns = {column.name: column for column in sidecar.columns}
            for column in PER_ROW:
                if column not in columns or not columns[column].required:
                    problems.append(f"data/{name}.yml: the column {column} is not in every row")
            keys |= set(data.read(name, folder).attrs["sources"])
        for key in sorted(keys - known):
            problems.append(f"data/{name}: the citation key {key} is not in {bibliography.name}")
    return problems


def readers(notebooks: Path = ROOT / "notebooks", folder: Path = DATA) -> list[str]:
    """Where the consumers of a sidecar and what notebooks read differ, in either direction."""
    reads = {
        path.relative_to(notebooks.parent).as_posix(): _tables_read(path)
        for path in sorted(notebooks.rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
    }
    consumers = {
        name: Sidecar.load(folder / f"{name}.yml").consumers for name in data.names(folder)
    }
    problems = []
    for name, named in consumers.items():
        for consumer in named:
            if consumer.endswith(".ipynb") and name not in reads.get(consumer, set()):
                problems.append(f"data/{name}.yml, consumers: {consumer} does not read the table")
            elif not (notebooks.parent / consumer).is_file():
                problems.append(f"data/{name}.yml, consumers: there is no file {consumer}")
    for notebook, tables in reads.items():
        for name in sorted(tables):
            if notebook not in consumers.get(name, ()):
                problems.append(
                    f"{notebook} reads {name}: name it under consumers in data/{name}.yml"
                )
    return problems


def _tables_read(notebook: Path) -> set[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    tables = set(re.findall(r"\bdata\.(?:read|sidecar)\(\s*[\"']([\w-]+)[\"']", code))
    return tables | ({"participating-states"} if re.search(r"\bdata\.states\(", code) else set())


def unexplained(
    name: str,
    original: dict[tuple[str, ...], dict[str, str]],
    frame: pd.DataFrame,
    folder: Path = DATA,
) -> list[str]:
    """Values of a typed table that differ from its original without an entry under corrections.

    `original` gives, for each key of the table as text, the values of the original by column.
    """
    sidecar = Sidecar.load(folder / f"{name}.yml")
    explained = {(tuple(map(str, each["row"])), each["column"]) for each in sidecar.corrections}
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
            f"data/{name}.csv, row {list(key)}: {what} is not as in the original; correct it, "
            f"or say why under corrections in data/{name}.yml"
        )
    for key, column in sorted(explained - differing, key=str):
        what = f"column {column}" if column else "the whole row"
        problems.append(
            f"data/{name}.yml, corrections: row {list(key)}, {what}: nothing differs there "
            "from the original; take the entry out"
        )
    return problems


def rows(path: Path) -> list[dict[str, str]]:
    """An original as text, row by row."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
