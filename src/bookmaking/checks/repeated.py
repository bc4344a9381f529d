"""What several sidecars say alike, and what ``shared.yml`` says for none of them.

What stands in two files is mended in one of them, and the other goes on saying what was wrong.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bookmaking.checks import rows
from decentwork.tables import places
from decentwork.tables.fields import with_shared

SHARED = f"data/{places.SHARED}"
PARTS = {"fields": "field", "licences": "licence", "origins": "origin"}
"""The parts of ``shared.yml`` from which sidecars take something, and what that is called."""


@dataclass(frozen=True)
class _Entry:
    """A field, a licence or an origin of a sidecar: its own, or taken from a shared one."""

    part: str
    file: str
    column: str
    taken: str | None
    own: Mapping[str, Any] | None

    @property
    def named(self) -> str:
        return f"{self.file} ({self.column})" if self.column else self.file


def problems(root: Path) -> list[str]:
    """Return definitions that stand alike in two files, and shared ones that no sidecar takes."""
    shared = {part: rows.shared(root).get(part) or {} for part in PARTS}
    entries = list(chain(*(_entries(table, shared["fields"]) for table in rows.tables(root))))
    return sorted([*_alike(entries, shared), *_unused(entries, shared)])


def _entries(table: rows.Table, shared_fields: Mapping[str, Any]) -> Iterator[_Entry]:
    file = f"data/{table.name}.yml"
    for name, field in table.fields.items():
        own = with_shared(field, shared_fields) if field.keys() - {"name", "as"} else None
        yield _Entry("fields", file, name, field.get("as") or name, own)
    found = [("licences", table.said.get("licence"))]
    found += [("origins", each) for each in table.said.get("origin") or ()]
    for part, said in found:
        if isinstance(said, Mapping):
            yield _Entry(part, file, "", None, said)
        elif isinstance(said, str):
            yield _Entry(part, file, "", said, None)


def _alike(entries: list[_Entry], shared: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    said_by_all = {
        (part, _text(said)): name
        for part, defined in shared.items()
        for name, said in reversed(defined.items())
    }
    own: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
    for entry in entries:
        if entry.own is not None:
            own[entry.part, _text(entry.own)].append(entry)
    for (part, text), alike in own.items():
        what, first = PARTS[part], alike[0]
        if name := said_by_all.get((part, text)):
            for entry in alike:
                yield (
                    f"{entry.named}: {SHARED} has the same {what}, {name!r}; take it from there: "
                    f"{_taking(entry, name)}."
                )
        elif len({entry.file for entry in alike}) > 1:
            others = " and ".join(dict.fromkeys(entry.named for entry in alike))
            yield (
                f"{others} have the same {what}, word for word; define it once in {SHARED}, below "
                f"{part}, and take it from there in each: {_taking(first, '<name>')}."
            )


def _taking(entry: _Entry, name: str) -> str:
    """Return how a sidecar takes what is shared under a name."""
    if entry.part == "licences":
        return f"licence: {name}"
    if entry.part == "origins":
        return f"origin: [{name}]"
    return f"{{name: {entry.column}" + (f", as: {name}}}" if name != entry.column else "}")


def _unused(entries: list[_Entry], shared: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    taken = {(entry.part, entry.taken) for entry in entries}
    for part, defined in shared.items():
        for name in defined:
            if (part, name) not in taken:
                yield f"{SHARED}, {part}: no sidecar takes {name!r}; take it out."


def _text(said: Mapping[str, Any]) -> str:
    given = {name: value for name, value in said.items() if value is not None}
    return json.dumps(given, sort_keys=True, ensure_ascii=False)
