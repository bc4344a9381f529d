"""Which tests stand behind a table, and what each file of tests holds the book to.

All of it is found in the tests themselves: what they say of themselves, what they import and which
tables they read by name.
"""

import ast
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bookmaking.record import reads

HELD_TO = {
    "tables": "every table",
    "at_hand": "every table",
    "notebooks": "every notebook",
    "pages": "every notebook",
    "numbers": "every notebook",
    "words": "every notebook",
    "plain": "every notebook",
    "built": "every built page",
    "site": "every built page",
    "browser": "every built page",
    "bibliography": "every source",
    "register": "every line of the note",
    "environment": "the code",
    "layers": "the code",
}
"""What each module of `bookmaking.gates` looks at: a file of tests that imports it does as well."""
OTHER = "the code"
GATES = "bookmaking.gates"


@dataclass(frozen=True)
class TestOfTable:
    """A test that reads a table by its name; ``file`` is a path from the root of the book."""

    __test__ = False  # no test of pytest

    file: str
    name: str
    reads_original: bool

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


def tests_by_table(root: Path, known: Collection[str]) -> dict[str, list[TestOfTable]]:
    """Return the tests of the book at ``root`` that read each table by its name."""
    found = defaultdict(list)
    for path in _files(root):
        code = path.read_text(encoding="utf-8")
        for name, tables in reads.of_functions(code, known).items():
            if name.startswith("test_"):
                test = TestOfTable(_name(path, root), name, _compares(code, name))
                for table in sorted(tables):
                    found[table].append(test)
    return dict(found)


def gates(root: Path) -> list[Gate]:
    """Return all files of tests of the book at ``root``, in the order of their names."""
    return [_gate(path, root) for path in _files(root)]


def _gate(path: Path, root: Path) -> Gate:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    looks_at = {HELD_TO[module] for module in _gates_imported(tree) if module in HELD_TO}
    if "second_paths" in path.parts:
        looks_at = {"the tables that it reads"}
    tests = sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for node in ast.walk(tree)
    )
    says = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
    return Gate(_name(path, root), says, tuple(sorted(looks_at or {OTHER})), tests)


def _gates_imported(tree: ast.Module) -> set[str]:
    """Return the modules of `bookmaking.gates` that a file of tests imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == GATES:
                found |= {alias.name for alias in node.names}
            elif node.module.startswith(f"{GATES}."):
                found.add(node.module.removeprefix(f"{GATES}."))
    return found


def _compares(code: str, name: str) -> bool:
    """Whether a test asks for an original: the file of a publisher from which a table was made."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return any(getattr(each, "id", "") == "original" for each in ast.walk(node))
    return False


def _files(root: Path) -> list[Path]:
    return sorted((root / "tests").rglob("test_*.py"))


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
