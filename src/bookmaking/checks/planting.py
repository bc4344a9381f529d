"""Planted faults: proof that each check finds what it should.

A check is a module of this package with a function ``check(root, files=())``: what it says of the
tree at ``root``, one sentence a problem. ``files`` are the only files that changed since the tree
was found sound; a check that looks at files one by one looks only at these.

Next to `<check>.py` is `<check>.yml`, with a document for each tree in which it is proved::

    holds: Each source is listed once  what is true when the check is silent, a sentence
    tree: sample                       where faults are planted: one of `TREES`
    faults:
      - fault: a key twice             what is wrong, as a careless author would do it
        in: references.bib             the file, then one change
        add: "@book{a2011, …}"
        said: Duplicate                words of the check's message, as they are printed

A fault of several changes lists them under ``changes``. A change is one of

    replace: old text   with   by: new text     (in a notebook: in the source of a cell)
    add: text                                   at the end of the file, or of the last cell
    write: text                                 the whole file
    remove: true
    row: {column: cell} with   set: {column: cell},   double: {column: cell}   or   drop: true
    cell: number        with   set: {source: …, metadata: …, outputs: …, execution_count: …}
"""

import csv
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import yaml

from decentwork import data

CHECKS = Path(__file__).parent
"""Where checks are, each next to its planted faults."""
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "_build", "build", "dist", "__pycache__", ".*_cache", "*.egg-info",
    ".ipynb_checkpoints",
)  # fmt: skip
TREES = {
    "sample": "tests/sample",
    "site": "tests/sample_site",
    "figures": "tests/sample_figures",
    "build": "tests/sample_build",
    "book": ".",
}
"""What each tree is a copy of: a small repository, built pages, figures, a book to build, all."""
OF_SOURCES = ("sample", "book")
"""Trees whose checks look at the sources of the book too; others need something made of them."""


class PlantingError(Exception):
    """A fault that cannot be planted; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Fault:
    """A fault: what is wrong, the changes that plant it, and what its check says of it."""

    name: str
    changes: tuple[dict[str, Any], ...]
    said: str

    @property
    def where(self) -> str:
        """The first file that is changed."""
        return self.changes[0]["in"]


@dataclass(frozen=True)
class Check:
    """A check in one tree: its module, and the faults that prove it."""

    name: str
    tree: str
    faults: tuple[Fault, ...]

    def problems(self, root: Path, files: Sequence[Path] = ()) -> list[str]:
        """Return what the check says of the tree at ``root``."""
        try:
            return list(import_module(f"bookmaking.checks.{self.name}").check(root, files))
        except data.DataError as error:
            return [str(error)]


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks that have planted faults, by name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(
        Check(path.stem, said["tree"], tuple(map(_fault, said["faults"])))
        for path in sorted(CHECKS.glob("*.yml"))
        for said in yaml.load_all(path.read_text(encoding="utf-8"), loader)
    )


def _fault(content: dict[str, Any]) -> Fault:
    one = {key: value for key, value in content.items() if key not in ("fault", "said", "changes")}
    changes = tuple(content.get("changes", [one]))
    return Fault(content["fault"], changes, " ".join(content["said"].split()))


class Tree:
    """A copy of a repository in which one fault at a time is planted, and taken out again."""

    def __init__(self, source: Path, root: Path) -> None:
        shutil.copytree(source, root, ignore=NOT_COPIED)
        self.root = root
        self._before: dict[Path, bytes | None] = {}

    def plant(self, fault: Fault) -> list[Path]:
        """Make the changes of a fault, and return the files that changed."""
        for change in fault.changes:
            path = self.root / change["in"]
            self._before.setdefault(path, path.read_bytes() if path.is_file() else None)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _change(path, change)
            except (PlantingError, KeyError, OSError) as error:
                raise PlantingError(f"{fault.name!r} cannot be planted: {error}") from None
        return [path for path in self._before if path.exists()]

    def restore(self) -> None:
        """Take out what was planted."""
        for path, before in self._before.items():
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        self._before.clear()


def problems(check: Check, fault: Fault, tree: Tree) -> list[str]:
    """Return what a check says while a fault is planted in a tree."""
    try:
        return check.problems(tree.root, tree.plant(fault))
    finally:
        tree.restore()


def _change(path: Path, change: dict[str, Any]) -> None:
    if "remove" in change:
        path.unlink()
        return
    if "write" in change:
        text = change["write"]
    elif "row" in change:
        text = _with_row(path.read_text(encoding="utf-8"), change)
    elif path.suffix == ".ipynb":
        text = _with_cell(nbformat.read(path, as_version=4), change)
    else:
        text = _changed(path.read_bytes().decode(), change)
    path.write_bytes(text.encode())


def _changed(text: str, change: dict[str, Any]) -> str:
    if "add" in change:
        return text + change["add"]
    if change["replace"] not in text:
        raise PlantingError(f"{change['in']} does not hold {change['replace']!r}; plant elsewhere.")
    return text.replace(change["replace"], change["by"], 1)


def _with_row(text: str, change: dict[str, Any]) -> str:
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    columns = list(rows[0])
    wanted = {column: str(cell) for column, cell in change["row"].items()}
    chosen = [row for row in rows if wanted.items() <= row.items()]
    if len(chosen) != 1:
        raise PlantingError(f"{change['in']} has {len(chosen)} rows with {wanted}; name one.")
    place = rows.index(chosen[0])
    told = change.get("set", change.get("double", {}))
    new = chosen[0] | {column: str(cell) for column, cell in told.items()}
    rows[place : place + 1] = [] if "drop" in change else [*chosen[: "double" in change], new]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _with_cell(notebook: nbformat.NotebookNode, change: dict[str, Any]) -> str:
    if "cell" in change:
        notebook.cells[change["cell"] - 1].update(nbformat.from_dict(change["set"]))
    else:
        every = notebook.cells[-1:] if "add" in change else notebook.cells
        holds = [cell for cell in every if change.get("replace", "") in cell.source]
        cell = holds[0] if holds else nbformat.v4.new_raw_cell()
        cell.source = _changed(cell.source, change)
    return nbformat.writes(notebook)
