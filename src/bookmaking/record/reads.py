"""Which tables code reads, found in the code itself.

A kernel says which tables a notebook read, but not what for. So `by_notebook` takes its word where
it is known, and the functions below look into the code. Here a name holds the tables from
which its value was computed, and a call holds the tables of the names in it. The result may name a
table too many, for example where a variable is used twice for different things. It misses none that
is read by its name.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bookmaking.source import pages
from decentwork.tables import places

READS = {"states": places.STATES, "findings": "evidence"}
"""Functions of `data` and `exhibits` that read one table, which their call does not name."""
NAMED = {"figure": 0, "publish": 1, "table": 0, "number": 0, "findings": 1}
"""Functions of `exhibits` that publish one thing, and where its name is among the arguments."""
NUMBERS = ("number", "numbers")

Tables = frozenset[str]
NONE: Tables = frozenset()


@dataclass
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
        return self.named.get(name, self.numbers if is_number else self.every)


def by_notebook(
    root: Path, known: Collection[str], kernels: Mapping[Path, Collection[str]] | None = None
) -> dict[str, list[str]]:
    """Return the notebooks of the book at ``root`` that read each table, by the table's name.

    A name that a notebook reads and that is none of the ``known`` tables is returned as well.
    ``kernels`` has the tables that the kernel of a notebook read, where this is known: among them
    are tables whose names are in cells of other tables, and nowhere in the code.
    """
    readers: dict[str, list[str]] = {}
    for path in pages.notebooks(root):
        code = [cell.text for cell in pages.cells(path, root) if cell.kind == "code"]
        found = of_code(code, known)
        for name in sorted(found.union((kernels or {}).get(path, ()))):
            readers.setdefault(name, []).append(path.relative_to(root).as_posix())
    return readers


def of_code(cells: Iterable[str], known: Collection[str]) -> Tables:
    """Return all tables that the code cells of a notebook read; arguments are as in `of_cells`."""
    return NONE.union(*(each.every for each in of_cells(cells, known)))


def of_cells(cells: Iterable[str], known: Collection[str]) -> list[CellReads]:
    """Return the tables behind what each code cell of a notebook publishes.

    ``cells`` are in the order in which they run, and ``known`` are the names of all tables. Code
    that cannot be parsed reads nothing.
    """
    holds: dict[str, Tables] = {}
    made = []
    for code in cells:
        cell = CellReads()
        for statement in pages.tree(code).body:
            loaded, replaced, altered = _names(statement)
            tables = NONE.union(_read(statement, known), *(holds.get(name, ()) for name in loaded))
            holds |= dict.fromkeys(replaced, tables)
            holds |= {name: holds[name] | tables for name in altered & holds.keys()}
            for function, name in _published(statement):
                if name:
                    cell.named[name] = tables
                if function in NUMBERS:
                    cell.numbers |= tables
            cell.every |= tables
        made.append(cell)
    return made


def _names(statement: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """Return the names that a statement loads, gives a new value, and alters in their value."""
    loaded, replaced, altered, inner = set(), set(), set(), set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(name, ast.Load()):
                loaded.add(name)
            case ast.Name(name):
                replaced.add(name)
            case ast.comprehension(target):
                inner |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
            case ast.Subscript(ast.Name(name), _, ast.Store()) | ast.Attribute(
                ast.Name(name), _, ast.Store()
            ):
                altered.add(name)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name)))):
                altered.add(name)
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        # Names inside are its own; an argument may be a fixture of pytest.
        return loaded - replaced, {statement.name}, set()
    return loaded - inner, replaced - inner, altered


def _read(statement: ast.stmt, known: Collection[str]) -> Iterator[str]:
    """Yield the tables that a statement names, and those that its calls read without naming them.

    A name in a call of ``data.read`` counts also if it is no table: a check names it. Elsewhere a
    name of one word does not count, which can be that of a column.
    """
    for node in ast.walk(statement):
        if isinstance(node, ast.Constant) and node.value in known and "-" in node.value:
            yield node.value
        elif isinstance(node, ast.Call):
            module, function = _function(node)
            if module in ("data", "exhibits") and function in READS:
                yield READS[function]
            elif (module, function) in (("data", "read"), ("data", "metadata")):
                yield from (each.value for each in node.args[:1] if isinstance(each, ast.Constant))


def _published(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the functions of `exhibits` that a statement calls, each with the name it publishes."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and _function(node)[0] == "exhibits":
            function = _function(node)[1]
            place = NAMED.get(function, len(node.args))
            argument = node.args[place] if len(node.args) > place else None
            yield function, argument.value if isinstance(argument, ast.Constant) else ""


def _function(call: ast.Call) -> tuple[str, str]:
    match call.func:
        case ast.Attribute(ast.Name(module), function):
            return module, function
        case ast.Name(function):
            return "", function
    return "", ""
