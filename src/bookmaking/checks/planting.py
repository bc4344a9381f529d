"""Planted faults: proof that each gate finds what it should, and the list of what is checked.

A gate is a module of this package with a function ``check(root, files=())``: what it says of the
tree at ``root``, one sentence a problem. ``files`` are the only files that changed since the tree
was found sound; a gate that looks at files one by one looks only at these.

What is made of sources has trees of its own: `site` is a small folder of built pages, `figures` has
a few small figures, and `build` is a small book that a test builds. Built pages name their security
policy again after a change, as a build would do it, unless the change says ``policy: as it was``.

Next to `<gate>.py` stands `<gate>.yml`:

    kind: Bibliography                 the heading on the page "How this book is checked"
    looks_at: every source             what the gate looks at, in three words
    holds: Each source is listed once  what is true when the gate is silent, a sentence
    tree: sample                       where faults are planted: `sample` is tests/sample, a small
                                       repository; `book` is a copy of this one
    faults:
      - fault: a key twice             what is wrong, as a careless author would do it
        in: references.bib             the file, then one change
        add: "@book{a2011, …}"
        said: Duplicate                words of the gate's message, as they are printed

A fault of several changes lists them under ``changes``. A change is one of

    replace: old text   with   by: new text     (in a notebook: in the source of a cell)
    add: text                                   at the end of the file, or of the last cell
    write: text                                 the whole file
    bytes: number                               a file of so many bytes that are no text
    remove: true        rename: new name        mode: "755"
    row: {column: cell} with   set: {column: cell},   double: {column: cell}   or   drop: true
    column: name        with   times: 0.8   and, or,   plus: 1   in every filled cell of a table
    cell: number        with   set: {source: …, metadata: …, outputs: …, execution_count: …}
    kernel: name                                of a notebook
"""

import csv
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import yaml

from bookmaking.site import security_policy
from decentwork import data

GATES = Path(__file__).parent
"""Where gates stand, each next to its planted faults."""
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "_build", "build", "dist", "__pycache__", ".*_cache", "*.egg-info",
    ".ipynb_checkpoints",
)  # fmt: skip
NEEDED = ("kind", "looks_at", "holds", "tree", "faults")
TREES = {
    "sample": "tests/sample",
    "site": "tests/sample_site",
    "figures": "tests/sample_figures",
    "build": "tests/sample_build",
    "book": ".",
}
"""What each tree is a copy of: a folder below the root of the book."""
OF_SOURCES = ("sample", "book")
"""Trees whose gates look at the sources of the book too; other gates need something made of them.
"""
CHANGES = (
    "replace", "add", "write", "bytes", "remove", "rename", "mode", "row", "column", "cell",
    "kernel",
)  # fmt: skip
AS_IT_WAS = "as it was"


class PlantingError(Exception):
    """A fault that cannot be planted; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Fault:
    """A fault: what is wrong, the changes that plant it, and what its gate says of it."""

    gate: str
    name: str
    changes: tuple[dict[str, Any], ...]
    said: str

    @property
    def where(self) -> str:
        """The first file that is changed."""
        return self.changes[0]["in"]


@dataclass(frozen=True)
class Gate:
    """A gate: its module, what it holds, and the faults that prove it."""

    name: str
    kind: str
    looks_at: str
    holds: str
    tree: str
    faults: tuple[Fault, ...]

    @property
    def module(self) -> ModuleType:
        """The module that has the function ``check``."""
        return import_module(f"bookmaking.checks.{self.name}")

    def problems(self, root: Path, files: Sequence[Path] = ()) -> list[str]:
        """Return what the gate says of the tree at ``root``."""
        try:
            return list(self.module.check(root, files))
        except data.DataError as error:
            return [str(error)]


@cache
def gates() -> tuple[Gate, ...]:
    """Return all gates that have planted faults, by name. Raises PlantingError for a bad file."""
    return tuple(_gate(path) for path in sorted(GATES.glob("*.yml")))


def _gate(path: Path) -> Gate:
    content = yaml.load(
        path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    if lacking := [name for name in NEEDED if not content.get(name)]:
        raise PlantingError(f"{path.name}: lacks {', '.join(lacking)}.")
    if content["tree"] not in TREES:
        raise PlantingError(f"{path.name}: tree is one of {', '.join(TREES)}.")
    faults = tuple(_fault(each, path) for each in content["faults"])
    names = [fault.name for fault in faults]
    if twice := {name for name in names if names.count(name) > 1}:
        raise PlantingError(f"{path.name}: two faults are called {twice.pop()!r}; rename one.")
    kind, looks_at, holds, tree = (content[name] for name in NEEDED[:-1])
    return Gate(path.stem, kind, looks_at, holds, tree, faults)


def _fault(content: dict[str, Any], path: Path) -> Fault:
    name = content.get("fault")
    one = {key: value for key, value in content.items() if key not in ("fault", "said", "changes")}
    changes = tuple(content.get("changes", [one]))
    for change in changes:
        if "in" not in change or sum(kind in change for kind in CHANGES) != 1:
            raise PlantingError(f"{path.name}, {name!r}: needs `in` and one of {CHANGES}.")
    if not name or not content.get("said"):
        raise PlantingError(f"{path.name}: each fault needs `fault` and `said`.")
    return Fault(path.stem, name, changes, " ".join(content["said"].split()))


class Tree:
    """A copy of a repository in which one fault at a time is planted, and taken out again."""

    def __init__(self, source: Path, root: Path) -> None:
        shutil.copytree(source, root, ignore=NOT_COPIED)
        self.root = root
        for page in sorted(root.rglob("*.html")):
            _name_policy(page)
        self._before: dict[Path, tuple[bytes, int] | None] = {}

    def plant(self, fault: Fault) -> list[Path]:
        """Make the changes of a fault, and return the files that changed."""
        try:
            for change in fault.changes:
                self._change(change)
        except (PlantingError, OSError) as error:
            raise PlantingError(
                f"{fault.gate}.yml, {fault.name!r} cannot be planted: {error}"
            ) from None
        return [path for path in self._before if path.exists()]

    def restore(self) -> None:
        """Take out what was planted."""
        for path, before in self._before.items():
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(before[0])
                path.chmod(before[1])
        self._before.clear()

    def _touch(self, name: str) -> Path:
        path = self.root / name
        if path not in self._before:
            there = path.is_file()
            self._before[path] = (path.read_bytes(), path.stat().st_mode) if there else None
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _change(self, change: dict[str, Any]) -> None:
        path = self._touch(change["in"])
        if "write" in change:
            path.write_bytes(change["write"].encode())
        elif "bytes" in change:
            path.write_bytes(bytes(range(256)) * (change["bytes"] // 256 + 1))
        elif "remove" in change:
            path.unlink()
        elif "rename" in change:
            path.rename(self._touch(change["rename"]))
        elif "mode" in change:
            path.chmod(int(change["mode"], 8))
        elif "row" in change:
            _change_row(path, change)
        elif "column" in change:
            _change_column(path, change)
        elif path.suffix == ".ipynb":
            _change_notebook(path, change)
        else:
            text = path.read_bytes().decode()
            text = text + change["add"] if "add" in change else _replaced(text, change)
            path.write_bytes(text.encode())
        if path.suffix == ".html" and path.is_file() and change.get("policy") != AS_IT_WAS:
            _name_policy(path)


def problems(gate: Gate, fault: Fault, tree: Tree) -> list[str]:
    """Return what a gate says while a fault is planted in a tree."""
    try:
        return gate.problems(tree.root, tree.plant(fault))
    finally:
        tree.restore()


def _name_policy(path: Path) -> None:
    """Let a built page name what it holds now; templates and others name no policy."""
    text = path.read_text(encoding="utf-8")
    if security_policy.POLICY.search(text):
        path.write_text(security_policy.with_policy(text), encoding="utf-8")


def _replaced(text: str, change: dict[str, Any]) -> str:
    if change["replace"] not in text:
        raise PlantingError(f"{change['in']} does not hold {change['replace']!r}; plant elsewhere.")
    return text.replace(change["replace"], change["by"], 1)


def _change_row(path: Path, change: dict[str, Any]) -> None:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))
    wanted = {column: str(value) for column, value in change["row"].items()}
    chosen = [row for row in rows if wanted.items() <= row.items()]
    if len(chosen) != 1:
        raise PlantingError(f"{change['in']} has {len(chosen)} rows with {wanted}; name one.")
    if unknown := {*change.get("set", {}), *change.get("double", {})} - rows[0].keys():
        raise PlantingError(f"{change['in']} has no column {', '.join(sorted(unknown))}.")
    (row,) = chosen
    place = rows.index(row)
    if "set" in change:
        row.update({column: str(value) for column, value in change["set"].items()})
    elif "double" in change:
        changed = {column: str(value) for column, value in change["double"].items()}
        rows.insert(place + 1, row | changed)
    else:
        rows.remove(row)
    _write_rows(path, rows)


def _change_column(path: Path, change: dict[str, Any]) -> None:
    """Multiply and add in a whole column; whole numbers stay whole."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))
    name, times, plus = change["column"], change.get("times", 1), change.get("plus", 0)
    if name not in rows[0]:
        raise PlantingError(f"{change['in']} has no column {name}.")
    digits = max((len(row[name].partition(".")[2]) for row in rows), default=0)
    for row in rows:
        if row[name]:
            row[name] = f"{float(row[name]) * times + plus:.{digits}f}"
    _write_rows(path, rows)


def _write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())


def _change_notebook(path: Path, change: dict[str, Any]) -> None:
    notebook = nbformat.read(path, as_version=4)
    if "cell" in change:
        notebook.cells[change["cell"] - 1].update(nbformat.from_dict(change["set"]))
    elif "kernel" in change:
        notebook.metadata.kernelspec["name"] = change["kernel"]
    elif "add" in change:
        notebook.cells[-1].source += change["add"]
    else:
        holding = [cell for cell in notebook.cells if change["replace"] in cell.source]
        if not holding:
            _replaced("", change)
        holding[0].source = _replaced(holding[0].source, change)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
