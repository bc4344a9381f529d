"""Which tables code reads, found in the code itself.

A kernel says which tables a notebook read, but not what for. So `by_notebook` takes its word where
it is known, and the functions below look into the code. Here a name holds the tables from
which its value was computed, and a call holds the tables of the names in it. The result may name a
table too many, for example where a variable is used twice for different things. It misses none that
is read by its name.
"""

import ast
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bookmaking.source import pages
from decentwork.tables import places

EVIDENCE = "evidence"
"""As `decentwork.exhibits` names it, which would load matplotlib into every build."""
READS = {"states": places.STATES, "findings": EVIDENCE}
"""Functions of `data` and `exhibits` that read one table, which their call does not name."""
NAMED = ("figure", "publish", "table", "number", "findings")
"""Functions of `exhibits` that publish one thing, whose name is in the call."""
NUMBERS = ("number", "numbers")

Tables = frozenset[str]
NONE: Tables = frozenset()


@dataclass(frozen=True)
class CellReads:
    """The tables behind what one cell publishes.

    ``named`` has them by the name of the exhibit, ``numbers`` for the numbers of the cell, and
    ``every`` for all that the cell does.
    """

    named: dict[str, Tables] = field(default_factory=dict)
    numbers: Tables = NONE
    every: Tables = NONE

    def of(self, name: str, *, is_number: bool) -> Tables:
        """Return the tables behind what is published as ``name``."""
        if name in self.named:
            return self.named[name]
        return self.numbers if is_number else self.every


def of_notebook(path: Path, known: Collection[str]) -> Tables:
    """Return the tables whose names a notebook reads in its code."""
    return of_text(path.read_text(encoding="utf-8"), known)


def of_text(notebook: str, known: Collection[str]) -> Tables:
    """Return the tables that a notebook reads, from the text of its file."""
    cells = json.loads(notebook)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return NONE.union(*(each.every for each in of_cells(code, known)))


def by_notebook(
    folder: Path,
    known: Collection[str],
    kernels: Mapping[Path, Collection[str]] | None = None,
    look: Callable[[Path, Collection[str]], Tables] = of_notebook,
) -> dict[str, list[str]]:
    """Return the notebooks below a folder that read each table, by the table's name.

    Notebooks are named by their path from the folder above. A name that a notebook reads and that
    is no table is returned as well.

    Parameters
    ----------
    known
        The names of all tables.
    kernels
        The tables that the kernel of a notebook read, by its path, where this is known: among them
        are tables whose names are in cells of other tables, and nowhere in the code.
    look
        Returns what `of_notebook` does, for example what an earlier build kept of it.
    """
    readers: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        for name in sorted(look(path, known).union((kernels or {}).get(path, ()))):
            readers.setdefault(name, []).append(path.relative_to(folder.parent).as_posix())
    return readers


def of_cells(cells: Iterable[str], known: Collection[str]) -> list[CellReads]:
    """Return the tables behind what each code cell of a notebook publishes.

    Parameters
    ----------
    cells
        The code of the cells, in the order in which they run. Code that cannot be parsed reads
        nothing.
    known
        The names of all tables.
    """
    holds: dict[str, Tables] = {}
    mentions: dict[str, Tables] = {}
    found = []
    for code in cells:
        named: dict[str, Tables] = {}
        numbers = every = NONE
        for statement in pages.tree(code).body:
            use = _Use.of(statement, known)
            mentioned = use.mentions.union(*(mentions.get(name, NONE) for name in use.loaded))
            tables = use.tables.union(*(holds.get(name, NONE) for name in use.loaded))
            if use.reads_by_variable:
                tables |= mentioned
            for name in use.replaced:
                holds[name], mentions[name] = tables, mentioned
            for name in use.altered & holds.keys():
                holds[name] |= tables
            for function, name in _published(statement):
                if name:
                    named[name] = tables
                if function in NUMBERS:
                    numbers |= tables
            every |= tables
        found.append(CellReads(named, numbers, every))
    return found


@dataclass(frozen=True)
class _Use:
    """What one statement uses: names, tables that it reads, tables whose names are in it."""

    loaded: frozenset[str]
    replaced: frozenset[str]
    altered: frozenset[str]
    tables: Tables
    mentions: Tables
    reads_by_variable: bool

    @classmethod
    def of(cls, statement: ast.stmt, known: Collection[str]) -> "_Use":
        loaded, replaced, altered, tables, mentions = set(), set(), set(), set(), set()
        arguments, inner = set(), set()
        by_variable = False
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                (loaded if isinstance(node.ctx, ast.Load) else replaced).add(node.id)
            elif isinstance(node, ast.arg):
                arguments.add(node.arg)
            elif isinstance(node, ast.comprehension):
                inner |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
            elif isinstance(node, ast.Constant) and node.value in known:
                mentions.add(node.value)
            elif isinstance(node, ast.Call):
                read = _read(node)
                if read:  # also a table that is not there: a gate names it
                    tables.add(read)
                by_variable |= read == ""
            altered |= _altered(node)
        loaded, replaced = loaded - inner, replaced - inner
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            # Names inside are its own; an argument may be a fixture of pytest.
            loaded, replaced, altered = (loaded - replaced) | arguments, {statement.name}, set()
        return cls(*map(frozenset, (loaded, replaced, altered, tables, mentions)), by_variable)


def _read(call: ast.Call) -> str | None:
    """Return the table that a call reads, "" if a variable names it, None if it reads none."""
    module, function = _function(call)
    named = call.args[:1] if module == "data" and function in ("read", "metadata") else []
    if module == "data" and function == "without_repeated":
        # Its frame is known by its name; only another table is in the call.
        named = [each.value for each in call.keywords if each.arg == "like"]
    for name in named:
        return name.value if isinstance(name, ast.Constant) else ""
    return READS.get(function) if module in ("data", "exhibits") else None


def _published(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the functions of `exhibits` that a statement calls, each with the name it publishes."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            module, function = _function(node)
            if module == "exhibits":
                position = 1 if function in ("findings", "publish") else 0
                argument = node.args[position] if len(node.args) > position else None
                named = function in NAMED and isinstance(argument, ast.Constant)
                yield function, argument.value if named else ""


def _altered(node: ast.AST) -> set[str]:
    """Return the names whose value a part of a statement alters, as ``x[...] = `` does."""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
        return {node.value.id} if isinstance(node.value, ast.Name) else set()
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return {function.value.id}
    return set()


def _function(call: ast.Call) -> tuple[str, str]:
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id, function.attr
    return "", getattr(function, "id", "")
