"""Which tests stand behind a table, and what each file of tests holds the book to.

All of it is found in the tests themselves: what they say of themselves, what they import and which
tables they read by name. Many tests take a table only as an example. So a test counts for a table
if it stands among the second paths, if its file imports what compares tables, or if it bears the
mark ``tables``.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bookmaking.checks import planting
from bookmaking.record import reads

GATES = "bookmaking.checks"
HELD_TO = {
    **{f"{GATES}.{gate.name}": gate.looks_at for gate in planting.gates()},
    f"{GATES}.planting": "all that a gate looks at",
    "bookmaking.tables.known_numbers": "every table",
    "bookmaking.source.pages": "every notebook",
    "at_hand": "every table",
    f"{GATES}.notebook_cells": "every code cell",
    f"{GATES}.notebook_list": "every code cell",
    f"{GATES}.notebook_numbers": "every code cell",
    f"{GATES}.published": "every number",
    f"{GATES}.browser": "every built page",
    f"{GATES}.drawings": "every figure",
    f"{GATES}.previews": "every built page",
}
"""What each of these modules looks at: a file of tests that imports it does as well."""
OTHER = "the code"
EVERY_TABLE = HELD_TO[f"{GATES}.data"]
SECOND_PATHS = "second_paths"
"""The folder of tests that reach a number of a table by a path that no builder took."""
MARK = "pytest.mark.tables"
PLANTS = frozenset({"copy", "tmp_path", "monkeypatch"})
"""Fixtures of a test that plants a fault: it proves the gate, not the table."""


@dataclass(frozen=True)
class TestOfTable:
    """A test that holds a table to something else.

    ``file`` is a path from the root of the book; ``is_second_path`` whether the test reaches a
    number by a path that no builder took, ``originals`` the files of publishers that it reads.
    """

    __test__ = False  # no test of pytest

    file: str
    name: str
    is_second_path: bool
    originals: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What the test proves, as its name says it."""
        return self.name.removeprefix("test_").replace("_", " ")


@dataclass(frozen=True)
class Gate:
    """A file of tests: what it says of itself, what it looks at, and how many tests it has."""

    file: str
    says: str
    looks_at: tuple[str, ...]
    tests: int


def read(root: Path, known: Collection[str]) -> tuple[dict[str, list[TestOfTable]], list[Gate]]:
    """Return the tests behind each table, and all files of tests in the order of their names.

    Parameters
    ----------
    root
        The root of the book.
    known
        The names of all tables.
    """
    by_table: dict[str, list[TestOfTable]] = defaultdict(list)
    gates = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        file = path.relative_to(root).as_posix()
        second, looks_at = SECOND_PATHS in path.parts, _looks_at(tree)
        for table, test in _of_tables(tree, file, known, looks_at, second=second):
            by_table[table].append(test)
        looked = {"the tables that it reads"} if second else looks_at or {OTHER}
        says = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
        gates.append(Gate(file, says, tuple(sorted(looked)), _count_of_tests(tree)))
    return dict(by_table), gates


def _of_tables(
    tree: ast.Module, file: str, known: Collection[str], looks_at: set[str], *, second: bool
) -> Iterator[tuple[str, TestOfTable]]:
    """Yield each table that a test of a file is held to, with the test."""
    compares = second or EVERY_TABLE in looks_at
    found = reads.of_functions(tree, known)
    for function in tree.body:
        if not _is_test(function) or not (compares or _is_marked(tree, function)):
            continue
        if PLANTS & {argument.arg for argument in function.args.args}:
            continue
        test = TestOfTable(file, function.name, second, _originals(function))
        for table in sorted(found[function.name]):
            yield table, test


def _count_of_tests(tree: ast.Module) -> int:
    """Return how many tests stand at the top of a file or in one of its classes."""
    classes = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    return sum(_is_test(node) for body in (tree.body, *classes) for node in body)


def _looks_at(tree: ast.Module) -> set[str]:
    return {HELD_TO[module] for module in _imported(tree) if module in HELD_TO}


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _is_marked(tree: ast.Module, function: ast.FunctionDef) -> bool:
    """Whether a test, or its whole file, bears the mark of tests that hold tables."""
    of_file = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    marks = [ast.unparse(each) for each in (*of_file, *function.decorator_list)]
    return any(MARK in each for each in marks)


def _imported(tree: ast.Module) -> set[str]:
    """Return the modules that a file of tests imports, or takes something from."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _originals(function: ast.FunctionDef) -> tuple[str, ...]:
    """Return the originals that a test asks for by their name."""
    asked = [
        node.args[0]
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "original" and node.args
    ]
    return tuple(each.value for each in asked if isinstance(each, ast.Constant))
