"""The closed list of what notebooks may use, ``notebook_calls.txt``, as the gate reads it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

LIST = "src/bookmaking/checks/notebook_calls.txt"
ON_THE_LIST = "gates/notebook_calls.txt"


@dataclass(frozen=True)
class Allowed:
    """The closed list. Places are `notebook`, `what`, each with its reason."""

    imports: frozenset[str]
    builtins: frozenset[str]
    names: frozenset[str]
    tags: frozenset[str]
    tags_in_places: dict[tuple[str, str], str]
    numbers: dict[tuple[str, str], str]
    checked: dict[tuple[str, str], str]
    asserts: dict[tuple[str, str], str]


def read_list(root: Path) -> Allowed:
    """Return the closed list of the tree at ``root``, ``notebook_calls.txt``."""
    return _read((root / LIST).read_text(encoding="utf-8"))


@cache
def _read(text: str) -> Allowed:
    words: dict[str, set[str]] = {}
    places: dict[str, dict[tuple[str, str], str]] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            if " | " in line:
                notebook, what, reason = (part.strip() for part in line.split(" | "))
                places.setdefault(section, {})[notebook, what] = reason
            else:
                words.setdefault(section, set()).update(line.split())
    return Allowed(
        imports=frozenset(words["imports"]),
        builtins=frozenset(words["builtins"]),
        names=frozenset(words["modules"] | words["methods"] | words["fields"]),
        tags=frozenset(words["tags"]),
        tags_in_places=places.get("tags in places", {}),
        numbers=places.get("numbers in places", {}),
        checked=places.get("checked cells", {}),
        asserts=places.get("asserts", {}),
    )
