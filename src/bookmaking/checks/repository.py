"""What no library checks of the repository: tests that can fail, redirects, contents, lock.

Files, line ends, large files, private keys and spelling are looked at by `.pre-commit-config.yaml`,
layers by import-linter, dependencies by deptry.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from bookmaking.checks import site
from bookmaking.source import pages
from bookmaking.tools import lock

CHECKS = "src/bookmaking/checks"
SKIPPING = ("skip", "skipif", "xfail", "importorskip", "exit")
MAY_SKIP = ("tests/at_hand.py", "tests/test_tables.py")
"""Where a test may be left out, because an original of a publisher is not available."""
PROVES = re.compile(r"_?assert|raises$|fail$|wait_for|visit$|hold$|check_python$")
"""Calls that end a test when something is not so; those of a browser wait and give up."""
OWN_TERMS = "LicenseRef-"
"""How the name of terms begins that no common licence is; CITATION.cff can name only those."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with tests, redirects, contents, licences and the lock."""
    return [
        *silent_tests(root, files),
        *contents(root),
        *redirects(root),
        *licences(root),
        *lock_file(root),
    ]


def contents(root: Path) -> list[str]:
    """Return pages and notebooks of the repository that no reader would find."""
    listed = set(site.listed(root / "_toc.yml"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in pages.written(root)]
    return [
        f"{name} is not in _toc.yml: list it, or delete it." for name in names if name not in listed
    ]


def redirects(root: Path) -> list[str]:
    """Return old addresses of pages that lead nowhere."""
    listed = site.listed(root / "_toc.yml")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    problems = []
    for old, new in settings["sphinx"]["config"].get("redirects", {}).items():
        path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
        if path.with_suffix("").as_posix() not in listed:
            problems.append(
                f"_config.yml, redirects: {old} leads to {new}, which is no page; name a page by "
                "its path from there, with .html."
            )
    return problems


def licences(root: Path) -> list[str]:
    """Return where CITATION.cff, pyproject.toml and LICENSES/ name different licences."""
    citation_file, project_file = root / "CITATION.cff", root / "pyproject.toml"
    if not (citation_file.is_file() and project_file.is_file()):
        return []
    named = set(yaml.safe_load(citation_file.read_text(encoding="utf-8")).get("license") or ())
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    packed = set(project.get("license", "").split(" AND "))
    problems = []
    if named != {each for each in packed if not each.startswith(OWN_TERMS)}:
        problems.append(
            f"CITATION.cff names {' and '.join(sorted(named)) or 'no licence'}, and pyproject.toml "
            f"{project.get('license')}; write the same."
        )
    return problems + [
        f"LICENSES has no text of {licence}, which CITATION.cff or pyproject.toml names; add it."
        for licence in sorted(named | packed)
        if not (root / "LICENSES" / f"{licence}.txt").is_file()
    ]


def lock_file(root: Path) -> list[str]:
    """Return pins of environment.yml that requirements.lock does not have.

    ``uv lock --check`` would do it, but writes the address of a registry into a file.
    """
    locked = {_named(each.partition(";")[0]) for each in lock.locked(root / lock.LOCK.name)}
    return [
        f"environment.yml: {pin} is not in {lock.LOCK.name}; write name==version and run "
        "`python -m bookmaking.tools.lock`."
        for pin in lock.pins(root / "environment.yml")
        if _named(pin) not in locked
    ]


def _named(pin: str) -> str:
    name, _, version = pin.strip().partition("==")
    return f"{canonicalize_name(name)}=={version}"


# ------------------------------------------------------------------ tests that can fail


def silent_tests(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what lets a test pass without proving anything."""
    problems = []
    for path in sorted([*(root / "tests").rglob("*.py"), *(root / CHECKS).glob("*.py")]):
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
        elif isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant | ast.Tuple):
            yield node.lineno, "asserts what is always true; assert what the test is for."
    if path.startswith("tests/") and Path(path).name.startswith("test_"):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        helpers = {node.name for node in functions if _can_fail(node, set())}
        for node in functions:
            # A second path gives rows, and its decorator compares them with the table.
            gives_rows = any("second_path" in ast.unparse(each) for each in node.decorator_list)
            if node.name.startswith("test_") and not (gives_rows or _can_fail(node, helpers)):
                yield node.lineno, f"{node.name} asserts nothing, so it cannot fail."


def _names_pytest(node: ast.expr) -> bool:
    return bool(re.match(r"pytest(?:\.mark)?$", ast.unparse(node)))


def _can_fail(test: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a test asserts, expects an error, or calls one of the ``helpers``, which assert."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if PROVES.match(name) or name in helpers:
                return True
    return False
