"""What no library checks of the repository: contents, old addresses, pins, tests that can fail.

Files, line ends, large files, private keys and spelling are looked at by `.pre-commit-config.yaml`,
layers by import-linter, dependencies by deptry, CITATION.cff by check-jsonschema, labels by Sphinx.
"""

import ast
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from bookmaking.checks import site
from bookmaking.source import pages
from bookmaking.tools import lock

PROVES = re.compile(r"_?assert|compare$|raises$|fail$|wait_for|visit$|hold$|check_python$")
"""Names of calls that fail if something is not as it should be."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with contents, redirects, the lock, and tests."""
    return [*contents(root), *redirects(root), *lock_file(root), *silent_tests(root)]


def contents(root: Path) -> list[str]:
    """Return pages and notebooks of the repository that no reader would find."""
    listed = set(site.listed(root / "_toc.yml"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in pages.written(root)]
    return [
        f"{name} is not in _toc.yml: list it, or delete it." for name in names if name not in listed
    ]


def redirects(root: Path) -> Iterator[str]:
    """Yield old addresses of pages that lead nowhere."""
    listed = site.listed(root / "_toc.yml")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    for old, new in settings["sphinx"]["config"].get("redirects", {}).items():
        path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
        if path.with_suffix("").as_posix() not in listed:
            yield (
                f"_config.yml, redirects: {old} leads to {new}, which is no page; name a page by "
                "its path from there, with .html."
            )


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


def silent_tests(root: Path) -> Iterator[str]:
    """Yield tests that can never fail: they assert nothing, expect no error, or are left out."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        helpers = {each.name for each in functions if _can_fail(each)}
        for each in functions:
            marks = " ".join(map(ast.unparse, each.decorator_list))
            # A second path gives rows, and its decorator compares them with the table.
            if not each.name.startswith("test_") or "second_path" in marks:
                continue
            place = f"{path.relative_to(root).as_posix()}, line {each.lineno}: {each.name}"
            if re.search(r"\b(?:skip|skipif|xfail)\b", marks):
                yield f"{place} is left out; let it run, or delete it."
            elif not _can_fail(each, helpers):
                yield f"{place} asserts nothing, so it cannot fail."


def _can_fail(test: ast.FunctionDef, helpers: Container[str] = ()) -> bool:
    """Return whether a test asserts, expects an error, or calls a helper that does."""
    calls = [ast.unparse(each.func) for each in ast.walk(test) if isinstance(each, ast.Call)]
    asserts = any(isinstance(each, ast.Assert | ast.Raise) for each in ast.walk(test))
    return asserts or any(
        PROVES.match(name.rpartition(".")[2]) or name in helpers for name in calls
    )
