"""One list of dependencies and its lock: nothing is missing, nothing is there that nobody uses."""

import re
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bookmaking.tools import lock

IMPORT = re.compile(r"^\s*(?:from ([a-zA-Z]\w*)[\w.]* import\b|import ([a-zA-Z]\w*))", re.MULTILINE)
IMPORT_IN_CELL = re.compile(r'"(?:from ([a-zA-Z]\w*)[\w.]* import\b|import ([a-zA-Z]\w*))')
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")
SETTINGS = ("Makefile", "pyproject.toml", "_config.yml")
OWN_PACKAGE = "decentwork"


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the list of dependencies and its lock."""
    return [
        *drift(root),
        *strange_lines(root / lock.LOCK.name),
        *(unused_or_unlocked(root) if (root / "src").is_dir() else ()),
    ]


def drift(root: Path) -> list[str]:
    """Return pins of environment.yml that the lock does not hold."""
    held = {_named(each.partition(";")[0]) for each in lock.locked(root / lock.LOCK.name)}
    problems = []
    for pin in lock.pins(root / "environment.yml"):
        if not re.fullmatch(r"[\w.-]+==[\w.]+", pin):
            problems.append(f"environment.yml: {pin} is not pinned; write name==version.")
        elif _named(pin) not in held:
            problems.append(f"environment.yml: {pin} is not in the lock; run `make lock`.")
    return problems


def strange_lines(locked: Path) -> list[str]:
    """Return lines of a lock that are not a name, an exact version, a marker and digests."""
    problems = []
    for number, line in lock.requirements(locked):
        named, *digests = re.split(r"\s+(?=--)", line)
        try:
            requirement = Requirement(named)
            exact = requirement.url is None and str(requirement.specifier).startswith("==")
        except InvalidRequirement:
            exact = False
        if not exact:
            problems.append(f"{locked.name}, line {number}: {named!r} is no name==version.")
        elif not digests or not all(map(DIGEST.fullmatch, digests)):
            problems.append(
                f"{locked.name}, line {number}: {named} has no SHA-256 of its files, or something "
                "else beside it; run `make lock`."
            )
    return problems


def unused_or_unlocked(root: Path) -> list[str]:
    """Return dependencies that nothing uses, and packages that are imported and not locked.

    A dependency is used if code or a notebook imports it, or if a setting or a comment names it.
    """
    code = "".join(path.read_text(encoding="utf-8") for path in _files(root, "*.py"))
    cells = "".join(path.read_text(encoding="utf-8") for path in _files(root, "*.ipynb"))
    settings = "".join((root / name).read_text(encoding="utf-8") for name in SETTINGS)
    imported = {a or b for a, b in IMPORT.findall(code) + IMPORT_IN_CELL.findall(cells)}
    brings = packages_distributions()
    locked = lock.locked(root / lock.LOCK.name)
    held = {canonicalize_name(each.partition("==")[0]) for each in locked}
    problems = []
    for module in sorted(imported & brings.keys()):
        packages = {canonicalize_name(name) for name in brings[module]} - {OWN_PACKAGE}
        if packages and not packages & held:
            problems.append(
                f"requirements.lock: {module} is imported, and {', '.join(packages)} is not "
                "locked; add it to environment.yml and run `make lock`."
            )
    for pin in lock.pins(root / "environment.yml"):
        name = canonicalize_name(pin.partition("==")[0])
        modules = {m for m, by in brings.items() if name in map(canonicalize_name, by)}
        names = "|".join(map(re.escape, {name, name.replace("-", "_"), *modules}))
        if not modules & imported and not re.search(rf"\b(?:{names})\b", code + settings):
            problems.append(
                f"environment.yml: nothing uses {name}; take it out and run `make lock`."
            )
    return problems


def _files(root: Path, pattern: str) -> list[Path]:
    folders = ("src", "tests", "tools", "data", "notebooks")
    return [path for folder in folders for path in sorted((root / folder).rglob(pattern))]


def _named(pin: str) -> str:
    name, _, version = pin.strip().partition("==")
    return f"{canonicalize_name(name)}=={version}"
