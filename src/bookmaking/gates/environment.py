"""One list of dependencies and its lock; nothing in the repository that belongs to one machine."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bookmaking import lock

# Put together, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        [
            r"(?:--|_)(?:extra-)?" + r"index-" + r"url[ =]",
            r"--find-" + r"links[ =]",
            r"https?://\S+/" + r"simple\b",
            r"pypi\." + r"org|python" + r"hosted\.|npm" + r"js\.(?:org|com)",
        ]
    )
)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the list of dependencies and its lock."""
    return [*drift(root), *strange_lines(root / "requirements.lock")]


def drift(root: Path) -> list[str]:
    """Return pins of environment.yml that the lock does not hold."""
    locked = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    held = {_named(line.split(";")[0]) for line in locked}
    problems = []
    for pin in lock.pins(root / "environment.yml"):
        if not re.fullmatch(r"[\w.-]+==[\w.]+", pin):
            problems.append(f"environment.yml: {pin} is not pinned; write name==version.")
        elif _named(pin) not in held:
            problems.append(f"environment.yml: {pin} is not in the lock; run `make lock`.")
    return problems


def strange_lines(locked: Path) -> list[str]:
    """Return lines of a lock that are not a name, an exact version and perhaps a marker."""
    problems = []
    for number, line in enumerate(locked.read_text(encoding="utf-8").splitlines(), 1):
        try:
            requirement = Requirement(line)
            exact = requirement.url is None and str(requirement.specifier).startswith("==")
        except InvalidRequirement:
            exact = False
        if not exact:
            problems.append(f"{locked.name}, line {number}: {line!r} is no name==version.")
    return problems


def private(root: Path) -> list[str]:
    """Return places where a tracked file names a package registry or a path of this machine."""
    own = re.compile("|".join(re.escape(f"{path}/") for path in (root, Path.home())))
    problems = []
    for name in _tracked(root):
        try:
            lines = (root / name).read_text(encoding="utf-8").splitlines()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        for number, line in enumerate(lines, 1):
            if found := REGISTRIES.search(line):
                problems.append(f"{name}, line {number}: names a registry ({found[0]}).")
            if found := own.search(line):
                problems.append(f"{name}, line {number}: holds a path of this machine.")
    return problems


def _named(pin: str) -> str:
    name, _, version = pin.strip().partition("==")
    return f"{canonicalize_name(name)}=={version}"


def _tracked(root: Path) -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name]
