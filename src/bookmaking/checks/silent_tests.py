"""Tests that can fail: what would let one pass in silence is refused.

So is a second file of settings or commands, which would change what runs.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

GATES = "src/bookmaking/checks"
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


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what lets a test pass without proving anything."""
    problems = []
    for folder in ("", "tests", "tests/second_paths", "notebooks", "src", "tools", "data"):
        for name in CONFIGURING:
            place = f"{folder}/{name}".lstrip("/")
            if place not in ALLOWED and (root / place).exists():
                problems.append(
                    f"{place}: would change what runs; settings stand in pyproject.toml, commands "
                    "in the Makefile, fixtures in tests/conftest.py."
                )
    for path in sorted([*(root / "tests").rglob("*.py"), *(root / GATES).glob("*.py")]):
        if not files or path in files:
            name = path.relative_to(root).as_posix()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            problems += [f"{name}, line {line}: {what}" for line, what in _silent(tree, name)]
    return problems


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
