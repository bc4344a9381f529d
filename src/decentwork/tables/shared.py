"""What ``data/shared.yml`` says once for all tables: fields, licences, origins, units of count.

A sidecar takes a licence or an origin by its name in place of a mapping. How it takes a field is
said in `decentwork.tables.fields`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from decentwork.tables import fields
from decentwork.tables.places import SHARED
from decentwork.tables.strict import StrictFile

ALLOWED, FIGURES_CITED, NOT_SETTLED = REDISTRIBUTION = ("allowed", "figures cited", "not settled")

# Name and kind of the fields that a licence and an origin must have, and may have.
LICENCE = ({"name": str, "redistribution": str}, {"url": str, "note": str})
ORIGIN = (
    {"producer": str, "title": str, "citation_key": str},
    {"url": str, "date_published": str, "date_accessed": str, "version": str},
)
TOP = dict.fromkeys(("fields", "licences", "origins", "units_of_count"), dict)

_Defined = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Shared:
    """What ``shared.yml`` defines for all tables, by name, and units of count with kinds.

    ``kinds`` names the kind of each unit of count: people found, cases, money and so on.
    """

    fields: _Defined
    kinds: Mapping[str, str]
    licences: _Defined
    origins: _Defined


def load_shared(folder: Path) -> Shared:
    """Read ``<folder>/shared.yml``. Raises DataError if a definition is not as it should be."""
    path = folder / SHARED
    return _read_shared(path, path.stat().st_mtime_ns)


def read_licence(file: StrictFile, at: str, content: Any, shared: _Defined) -> Mapping[str, Any]:
    """Return the licence that an entry gives, or names. Raises DataError for a faulty entry."""
    if isinstance(content, str):
        return _taken(file, at, content, shared, "licence")
    licence = file.fields(at, content, *LICENCE)
    file.one_of(f"{at}.redistribution", licence["redistribution"], REDISTRIBUTION)
    return licence


def read_origin(file: StrictFile, at: str, content: Any, shared: _Defined) -> Mapping[str, Any]:
    """Return the origin that an entry gives, or names. Raises DataError for a faulty entry."""
    if isinstance(content, str):
        return _taken(file, at, content, shared, "origin")
    return file.fields(at, content, *ORIGIN)


def _taken(file: StrictFile, at: str, name: str, shared: _Defined, what: str) -> Mapping[str, Any]:
    if name not in shared:
        raise file.fault(at, fields.not_shared(name, shared, what))
    return dict(shared[name])


@cache
def _read_shared(path: Path, _changed: int) -> Shared:
    file = StrictFile(path)
    top = file.fields("", file.content(), TOP, {})
    for name, properties in top["fields"].items():
        fields.field_of(file, f"fields.{name}", name, properties)
    read = {"licences": read_licence, "origins": read_origin}
    taken = {
        part: {name: one(file, f"{part}.{name}", said, {}) for name, said in top[part].items()}
        for part, one in read.items()
    }
    return Shared(
        fields=MappingProxyType(top["fields"]),
        kinds=MappingProxyType(_kinds(file, top["units_of_count"])),
        licences=MappingProxyType(taken["licences"]),
        origins=MappingProxyType(taken["origins"]),
    )


def _kinds(file: StrictFile, by_kind: dict[str, Any]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    file.fields("units_of_count", by_kind, dict.fromkeys(by_kind, list), {})
    for kind, units in by_kind.items():
        at = f"units_of_count.{kind}"
        for unit in file.texts(at, units):
            if unit in kinds:
                raise file.fault(at, f"{unit!r} stands under {kinds[unit]!r} as well; keep one")
            kinds[unit] = kind
    return kinds
