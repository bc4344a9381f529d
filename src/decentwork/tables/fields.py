"""The fields of tables in the words of Table Schema, and those that many tables share.

``data/shared.yml`` defines a field that several tables have, once. A sidecar takes it by its name
alone, and overrides a property by giving it beside the name. A field may be empty only if it says
why (``missing_reason``), so whether it is required is never typed. Two properties are not those of
Table Schema: ``unit``, and ``states: true`` for a column that holds codes of participating States.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from decentwork.tables.places import SHARED, STATES
from decentwork.tables.strict import NUMBER, StrictFile

PYTHON_TYPES = {"string": str, "integer": int, "number": NUMBER, "date": str, "boolean": bool}
NUMERIC = ("integer", "number")
OF_THE_SOURCE = ("source", "locator", "grade")
"""The columns that say where the cells of a row stand, and how it was read."""

_PROPERTIES = {
    "type": str, "description": str, "unit": str, "missing_reason": str, "states": bool,
    "constraints": dict,
}  # fmt: skip
_CONSTRAINTS = {"minimum": NUMBER, "maximum": NUMBER, "enum": list, "pattern": str}


@dataclass(frozen=True)
class Field:
    """One column: its type, its unit, and what may stand in a cell."""

    name: str
    type: str
    description: str
    unit: str | None = None
    missing_reason: str | None = None
    states: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[Any, ...] | None = None
    pattern: str | None = None

    @property
    def required(self) -> bool:
        """Whether every row must have a value: true unless the field says why one may lack."""
        return self.missing_reason is None

    @property
    def descriptor(self) -> dict[str, Any]:
        """The field as Table Schema describes it."""
        constraints = {
            "required": self.required or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": list(self.enum) if self.enum else None,
            "pattern": self.pattern,
        }
        described = {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "unit": self.unit,
            "missing_reason": self.missing_reason,
            "constraints": without_gaps(constraints) or None,
        }
        return without_gaps(described)


@dataclass(frozen=True)
class Shared:
    """What ``shared.yml`` defines for all tables: fields by name, and units of count with kinds.

    ``kinds`` names the kind of each unit of count: people found, cases, money and so on.
    """

    fields: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, str]


def load_shared(folder: Path) -> Shared:
    """Read ``<folder>/shared.yml``. Raises DataError if a definition is not as it should be."""
    path = folder / SHARED
    return _read_shared(path, path.stat().st_mtime_ns)


@cache
def _read_shared(path: Path, _changed: int) -> Shared:
    file = StrictFile(path)
    top = file.fields("", file.content(), {"fields": dict, "units_of_count": dict}, {})
    for name, properties in top["fields"].items():
        at = f"fields.{name}"
        file.fields(at, properties, {"type": str, "description": str}, _PROPERTIES)
        read_field(file, at, {"name": name, **properties}, {})
    kinds: dict[str, str] = {}
    by_kind = top["units_of_count"]
    file.fields("units_of_count", by_kind, dict.fromkeys(by_kind, list), {})
    for kind, units in by_kind.items():
        at = f"units_of_count.{kind}"
        for unit in file.texts(at, units):
            if unit in kinds:
                raise file.fault(at, f"{unit!r} stands under {kinds[unit]!r} as well; keep one")
            kinds[unit] = kind
    return Shared(MappingProxyType(top["fields"]), MappingProxyType(kinds))


def read_field(
    file: StrictFile, at: str, content: Any, shared: Mapping[str, Mapping[str, Any]]
) -> Field:
    """Turn one entry of a schema into a field, with what the shared field of its name defines.

    Raises DataError if a property is unknown, missing, or does not fit the type.
    """
    given = file.fields(at, content, {"name": str}, _PROPERTIES)
    name = given["name"]
    if name not in shared and "type" not in given:
        raise file.fault(
            at,
            f"{name!r} has no type, and {SHARED} has no field of this name; define it here, or in "
            f"data/{SHARED} if several tables have it",
        )
    # A property that is given without a value takes the shared one away.
    merged = {**shared.get(name, {}), **content}
    merged = file.fields(at, merged, {"name": str, "type": str, "description": str}, _PROPERTIES)
    file.one_of(f"{at}.type", merged["type"], PYTHON_TYPES)
    constraints = _constraints(file, f"{at}.constraints", merged["type"], merged)
    merged.pop("constraints", None)
    return Field(**merged, **constraints)


def _constraints(
    file: StrictFile, at: str, of_type: str, merged: Mapping[str, Any]
) -> dict[str, Any]:
    content = merged.get("constraints", {})
    if "required" in content:
        raise file.fault(
            f"{at}.required",
            "is not typed: a field is required unless it has a missing_reason; take it out",
        )
    given = file.fields(at, content, {}, _CONSTRAINTS)
    for bound in ("minimum", "maximum"):
        if bound in given and of_type not in NUMERIC:
            raise file.fault(f"{at}.{bound}", f"stands in a field of type {of_type}")
    try:
        re.compile(given.get("pattern", ""))
    except re.error as error:
        fault = f"cannot be read as a regular expression ({error})"
        raise file.fault(f"{at}.pattern", fault) from None
    for value in given.get("enum", ()):
        stray_bool = isinstance(value, bool) and of_type != "boolean"
        if not isinstance(value, PYTHON_TYPES[of_type]) or stray_bool:
            hint = " (put it in quotes)" if of_type == "string" else ""
            raise file.fault(f"{at}.enum", f"{value!r} is not of type {of_type}{hint}")
    if "enum" in given:
        given["enum"] = tuple(given["enum"])
    return given


def schema(fields: tuple[Field, ...], key: tuple[str, ...]) -> dict[str, Any]:
    """Return the Table Schema descriptor of a table."""
    descriptor: dict[str, Any] = {
        "fields": [field.descriptor for field in fields],
        "primaryKey": list(key),
        "missingValues": [""],
    }
    reference = {"resource": STATES, "fields": ["iso3"]}
    if codes := [field.name for field in fields if field.states]:
        descriptor["foreignKeys"] = [{"fields": [name], "reference": reference} for name in codes]
    return descriptor


def without_gaps(fields: Any) -> dict[str, Any]:
    """Return the entries of a mapping that hold something."""
    return {name: value for name, value in dict(fields).items() if value is not None}
