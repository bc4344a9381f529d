"""The fields of tables in the words of Table Schema, and those that many tables share.

``data/shared.yml`` defines a field that several tables have, once. A sidecar takes it by its name
alone: ``{name: grade}``. Where it stands there under another name, ``as`` says which it is:
``{name: grade, as: grade_or_copy}``. A property that is given beside the name overrides that of the
shared field. A field may be empty only if it says why (``missing_reason``), so whether it is
required is never typed. Two properties are not those of Table Schema: ``unit``, and
``states: true`` for a column that holds codes of participating States.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


def read_field(
    file: StrictFile, at: str, content: Any, shared: Mapping[str, Mapping[str, Any]]
) -> Field:
    """Turn one entry of a schema into a field, with what it takes from a shared field.

    Raises DataError if a property is unknown, missing, or does not fit the type, and if ``as``
    names no shared field.
    """
    given = file.fields(at, content, {"name": str}, {"as": str, **_PROPERTIES})
    name, taken = given["name"], given.get("as")
    if taken == name:
        raise file.fault(
            f"{at}.as", "is the name of the column, which is taken without it; take `as` out"
        )
    if taken and taken not in shared:
        raise file.fault(f"{at}.as", not_shared(taken, shared, "field"))
    if not taken and name not in shared and "type" not in given:
        raise file.fault(
            at,
            f"{name!r} has no type, and {SHARED} has no field of this name; define it here, or in "
            f"data/{SHARED} if several tables have it",
        )
    return field_of(file, at, name, with_shared(content, shared))


def field_of(file: StrictFile, at: str, name: str, properties: Any) -> Field:
    """Turn a name and all its properties into a field. Raises DataError if one does not fit."""
    given = file.fields(at, properties, {"type": str, "description": str}, _PROPERTIES)
    file.one_of(f"{at}.type", given["type"], PYTHON_TYPES)
    constraints = _constraints(file, f"{at}.constraints", given["type"], given)
    given.pop("constraints", None)
    return Field(name, **given, **constraints)


def with_shared(
    content: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the properties of an entry of a schema, with those of the shared field that it takes.

    A property that is given without a value takes the shared one away.
    """
    own = {name: value for name, value in content.items() if name not in ("name", "as")}
    return {**shared.get(content.get("as") or content.get("name", ""), {}), **own}


def not_shared(name: str, shared: Iterable[str], what: str) -> str:
    """Return the sentence on a name that ``shared.yml`` lacks, with a near one if there is any."""
    near = difflib.get_close_matches(name, list(shared), 1)
    hint = f"did you mean {near[0]!r}?" if near else "define it there, or here"
    return f"is {name!r}, and data/{SHARED} has no {what} of this name; {hint}"


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
