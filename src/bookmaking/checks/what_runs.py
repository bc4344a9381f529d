"""What decides which checks run, frozen whole: a gate that is silenced shows as a change.

The ledger holds a digest of the test command and its settings, of every test, of every planted
fault, and of every limit and list of exceptions of a gate. Who changes one of them enters it
(`python -m bookmaking.ledgers enter what-runs`), and a reviewer sees the line. Beside that, what
lets a test pass without proving anything is refused.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from bookmaking import ledgers
from bookmaking.source.folding import COMPARED

LEDGER = "what-runs"
COMMANDS = (
    ".ci/run", ".gitignore", "Makefile", "tests/conftest.py", "tests/nbval.cfg", "tools/setup.py",
    "src/bookmaking/checks/elsewhere.py", "src/bookmaking/checks/another_day.py", "src/bookmaking/ledgers.py",
    "src/bookmaking/checks/notebook_calls.txt", "src/decentwork/figures/proof.py",
    "src/decentwork/tables/contract.py", "src/decentwork/tables/strict.py",
    ".github/workflows/book.yml", "Containerfile", "postBuild",
)  # fmt: skip
"""Files that decide what is installed, what runs, and what counts as the same."""
SETTINGS = ("pytest", "ruff", "codespell")
"""Tables of pyproject.toml that decide what is looked at."""
GATES = "src/bookmaking/checks"
STANDS_ON = (
    "src/bookmaking/checks/planting.py", "src/bookmaking/tables/known_numbers.py",
    "src/bookmaking/source/pages.py", "src/decentwork/option_codes.py",
    "src/decentwork/tables/cited_cells.py",
)  # fmt: skip
"""Modules outside their folder that decide what gates see and what counts as the same."""
SKIPPING = ("skip", "skipif", "xfail", "importorskip", "exit")
MAY_SKIP = (f"{GATES}/at_hand.py", "tests/test_tables.py")
"""Where a check may be left out, because an original of a publisher is not at hand."""
PROVES = re.compile(r"_?assert|raises$|fail$|wait_for|visit$|hold$|check_python$")
"""Calls that end a test when something is not so; those of a browser wait and give up."""
CONFIGURING = (
    "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "conftest.py", "ruff.toml", ".ruff.toml",
    ".codespellrc", "GNUmakefile", "makefile", "sitecustomize.py", "usercustomize.py", "setup.py",
    "noxfile.py", ".nbval.cfg",
)  # fmt: skip
"""Files that would change what runs before pyproject.toml and the Makefile are asked."""
ALLOWED = ("tests/conftest.py", "tools/setup.py")
TOO_WIDE = ("Exception", "BaseException")
SWALLOWING = ("raises", "suppress")


def items(root: Path) -> dict[str, str]:
    """Return what decides which checks run, by its place."""
    found = {name: _text(root / name) for name in COMMANDS}
    tools = tomllib.loads(_text(root / "pyproject.toml") or "")["tool"]
    found |= {f"pyproject.toml, tool.{name}": repr(tools.get(name)) for name in SETTINGS}
    for path, text in _modules(root):
        found |= _looked_at(path, text).frozen
    for path in sorted((root / GATES).glob("*.yml")):
        found |= _faults(path.name, _text(path))
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        file = path.relative_to(root).as_posix()
        found[f"{file}, cells that are compared"] = str(_text(path).count(f'"{COMPARED}"'))
    return found


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what changed in what runs, and what lets a test pass without proving anything."""
    problems = ledgers.differences(LEDGER, items(root), root)
    for folder in ("", "tests", "tests/second_paths", "notebooks", "src", "tools", "data"):
        for name in CONFIGURING:
            place = f"{folder}/{name}".lstrip("/")
            if place not in ALLOWED and (root / place).exists():
                problems.append(
                    f"{place}: would change what runs; settings stand in pyproject.toml, commands "
                    "in the Makefile, fixtures in tests/conftest.py."
                )
    for path, text in _modules(root):
        if not files or root / path in files:
            problems += _looked_at(path, text).silent
    return problems


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _modules(root: Path) -> Iterator[tuple[str, str]]:
    """Yield path and text of each test, of each gate and of what gates stand on."""
    of_gates = [*(root / GATES).glob("*.py"), *map(root.joinpath, STANDS_ON)]
    for path in sorted([*(root / "tests").rglob("*.py"), *of_gates]):
        yield path.relative_to(root).as_posix(), _text(path)


class Module(NamedTuple):
    """What a module of tests or a gate holds that is frozen, and where it would be silent."""

    frozen: dict[str, str]
    silent: list[str]


@cache
def _looked_at(path: str, text: str) -> Module:
    tree, lines = ast.parse(text), text.split("\n")
    return Module(
        {f"{path}::{name}": content for name, content in _frozen(tree, lines, path)},
        [f"{path}, line {line}: {what}" for line, what in _silent(tree, path)],
    )


@cache
def _faults(name: str, text: str) -> dict[str, str]:
    planted = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["faults"]
    return {f"{name}::{fault['fault']}": repr(fault) for fault in planted}


def _frozen(tree: ast.Module, lines: list[str], path: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of all that a module defines: tests, checks, limits."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and path.startswith("tests/"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", _source(inner, lines)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, _source(node, lines)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (each.id for each in targets if isinstance(each, ast.Name)):
                yield name, _source(node, lines)


def _source(node: ast.stmt, lines: list[str]) -> str:
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    return "\n".join(lines[first - 1 : node.end_lineno])


def _silent(tree: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    """Yield line and sentence on each place where a test would pass in silence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING and path not in MAY_SKIP:
            if _names_pytest(node.value):
                yield node.lineno, f"pytest.{node.attr} leaves a check out; let it run, or fail."
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SWALLOWING:
            if any(getattr(each, "id", "") in TOO_WIDE for each in node.args):
                yield node.lineno, "takes any exception for the right one; name the one meant."
        elif isinstance(node, ast.ExceptHandler):
            if node.type is None or getattr(node.type, "id", "") in TOO_WIDE:
                yield node.lineno, "catches every exception; name the one that is meant."
        elif isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant | ast.Tuple):
            yield node.lineno, "asserts what is always true; assert what the test is for."
    if path.startswith("tests/") and Path(path).name.startswith("test_"):
        for node in ast.walk(tree):
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_test and not _can_fail(node):
                yield node.lineno, f"{node.name} asserts nothing, so it cannot fail."


def _names_pytest(node: ast.expr) -> bool:
    return bool(re.match(r"pytest(?:\.mark)?$", ast.unparse(node)))


def _can_fail(test: ast.FunctionDef) -> bool:
    """Whether a test asserts, expects an error, or calls a helper that asserts."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if PROVES.match(name):
                return True
    return False
