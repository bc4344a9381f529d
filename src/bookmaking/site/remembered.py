"""Small files that spare a build what an earlier one worked out from the same."""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bookmaking import fresh, site_files


class Remembered:
    """Values by name, kept in a JSON file; what cannot be read counts as nothing remembered."""

    def __init__(self, file: Path) -> None:
        """Take up what earlier builds left in ``file``, if there is one."""
        self.file = file
        try:
            self.values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self.values = {}

    def save(self) -> None:
        """Write all to the file, or nothing."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        site_files.replace(self.file, json.dumps(self.values))


class MadeBefore:
    """Values by what they were made from; those that a build does not ask for are given up.

    The code that makes them and the packages that it may use count as well: when one of them has
    changed, every value is made anew.
    """

    def __init__(self, file: Path, *code: ModuleType) -> None:
        """Take up what earlier builds left in ``file``, made by the modules ``code``."""
        self._memory = Remembered(file)
        self._form = fresh.digest([_texts(code), fresh.environment()])
        left = self._memory.values
        self._before: dict[str, Any] = left["made"] if left.get("form") == self._form else {}
        self._now: dict[str, Any] = {}

    def get(self, made_from: object, make: Callable[[], Any]) -> Any:
        """Return what an earlier build made from the same, or make it.

        ``made_from`` and what is made have a form that JSON can hold. ``made_from`` must name all
        that the result depends on, apart from code and packages.
        """
        key = fresh.digest(made_from)
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        return self._now[key]

    def write(self, path: Path, made_from: object, make: Callable[[], str]) -> None:
        """Write the file ``path``, unless it stands there as it was made from the same.

        Only a digest of its text is kept. ``made_from`` is as for `get`.
        """
        text = cache(make)
        if self.get(made_from, lambda: _digest(text().encode())) != _digest_of_file(path):
            site_files.write(path, text())

    def save(self) -> None:
        """Keep for the next build what this one asked for, if that is not what is kept."""
        if self._now.keys() != self._before.keys():
            self._memory.values = {"form": self._form, "made": self._now}
            self._memory.save()


def _digest_of_file(path: Path) -> str:
    return _digest(path.read_bytes()) if path.is_file() else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _texts(code: Iterable[ModuleType]) -> list[str]:
    return [Path(module.__file__).read_text(encoding="utf-8") for module in code]
