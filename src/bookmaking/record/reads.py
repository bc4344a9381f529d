"""What figures and tables an executed notebook publishes, and from which tables of data.

A kernel says which tables a notebook read, but not what for. So a name holds here the tables from
which its value was computed, and a statement those of the names in it. The result may name a table
too many, for example where a variable is used twice for different things. It misses none that is
read by its name. Cells are counted from 1 with the cells of text.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import nbformat

from bookmaking.source import pages
from decentwork import claims, decisions
from decentwork.tables import places

READS = {"states": places.STATES, "findings": "evidence"}
"""Functions of `data` and `exhibits` that read one table, which their call does not name."""

Tables = frozenset[str]
NONE: Tables = frozenset()


@dataclass(frozen=True)
class Published:
    """A figure or table: its cell, and the tables behind it."""

    cell: int
    tables: tuple[str, ...]


@dataclass
class Chapter:
    """What figures and tables a notebook publishes, and which of them its text places."""

    published: dict[str, Published] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)


def of_notebook(
    notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode, known: Collection[str]
) -> Chapter:
    """Return what a notebook publishes and places.

    ``notebook`` has its text, and ``executed`` its outputs, with or without the cells of text;
    ``known`` are the names of all tables.
    """
    numbered = list(enumerate(notebook.cells, 1))
    code = [(number, cell.source) for number, cell in numbered if cell.cell_type == "code"]
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    inside = (each for text in prose for each in pages.directives(text))
    chapter = Chapter(placed=[argument for name, argument, _, _ in inside if name == "exhibit"])
    found = of_cells([source for _, source in code], known)
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    for (number, _), read, of_cell in zip(code, found, outputs, strict=True):
        for about in (output.get("metadata", {}) for output in of_cell):
            if "exhibit" in about:
                name = about["scrapbook"]["name"]
                # A name that is put together in a loop is in no statement.
                tables = tuple(sorted(read.get(name) or NONE.union(*read.values())))
                chapter.published[name] = Published(number, tables)
    return chapter


def of_cells(cells: Iterable[str], known: Collection[str]) -> list[dict[str, Tables]]:
    """Return the tables behind what each code cell publishes, by the texts in its statements.

    One of these texts is the name of what is published. ``cells`` are in the order in which they
    run, and ``known`` are the names of all tables. Code that cannot be parsed reads nothing.
    """
    holds: dict[str, Tables] = {}
    made = []
    for code in cells:
        cell: dict[str, Tables] = {}
        for statement in pages.tree(code).body:
            loaded, replaced, altered = _names(statement)
            tables = NONE.union(_read(statement, known), *(holds.get(name, ()) for name in loaded))
            holds |= dict.fromkeys(replaced, tables)
            holds |= {name: holds[name] | tables for name in altered & holds.keys()}
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant):
                    cell[str(node.value)] = cell.get(str(node.value), NONE) | tables
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
            case ast.Subscript(ast.Name(name), _, ast.Store()):
                altered.add(name)
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        # Names inside are its own; an argument may be a fixture of pytest.
        return loaded - replaced, {statement.name}, set()
    return loaded - inner, replaced - inner, altered


def _read(statement: ast.AST, known: Collection[str]) -> Iterator[str]:
    """Yield the tables that a statement names, and those that its calls read without naming them.

    Outside a call of ``data.read`` a name of one word does not count: it can be that of a column.
    """
    for node in ast.walk(statement):
        match node:
            case ast.Constant(str(name)) if name in known and "-" in name:
                yield name
            case ast.Call(ast.Attribute(ast.Name("data"), called), [ast.Constant(name), *_]):
                yield from [name] if called in ("read", "metadata") else ()
            case ast.Call(ast.Attribute(ast.Name("data" | "exhibits"), called)) if called in READS:
                yield READS[called]
            case ast.Call(ast.Attribute(ast.Name("claims"), "load")):
                yield from claims.TABLES
            case ast.Call(ast.Attribute(ast.Name("decisions"), "load")):
                yield from decisions.LOADED
