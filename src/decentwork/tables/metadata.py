"""What is known of a table without its rows: ``<name>.yml`` next to ``<name>.csv``.

The metadata are read plainly here. `bookmaking.checks.data` checks them against their schema, which
says what each field means (``src/bookmaking/tables/metadata.schema.yml``). They hold nothing that
can be derived: the table's name, its theme, its builder and which fields are required follow from
where files are and from other fields. What several tables say alike is said once, in
``data/shared.yml``, and they name it: a field by its name, or by ``as`` where its column has
another name; a licence or an origin in place of a mapping.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from decentwork.extras import lacking
from decentwork.repository import path_in_repository, remedy
from decentwork.tables import places
from decentwork.tables.errors import DataError

if _error := lacking("tables", "yaml"):
    raise _error
import yaml
from yaml.constructor import ConstructorError

NUMERIC = ("integer", "number")
OF_THE_SOURCE = ("source", "locator", "grade")
"""The columns that say where the cells of a row are found, and how it was read."""
ALLOWED, FIGURES_CITED, NOT_SETTLED = ("allowed", "figures cited", "not settled")
"""What a licence says of redistribution."""
LISTS = ("breaks", "remarks", "corrections", "must_not_be_used_for", "origin", "totals",
         "known_numbers")  # fmt: skip
"""Fields of metadata that are lists; none where one is left out."""


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a date stays the text that was written, and no key is given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping. YAML would take the last of two equal keys and lose the first."""
        made = super().construct_mapping(node, deep=deep)
        if len(made) < len(node.value):
            names = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = next(name for name in names if names.count(name) > 1)
            raise ConstructorError(
                problem=f"{twice!r} is given twice", problem_mark=node.start_mark
            )
        return made


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in _PlainLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds, parsed once for each change; do not change it.

    Raises DataError if it is missing or is not YAML in UTF-8.
    """
    try:
        status = path.stat()
        return _parsed(path, status.st_mtime_ns, status.st_size)
    except FileNotFoundError:
        fault = f"there is no such file; {remedy(path, 'write it')}"
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        at = getattr(error, "problem_mark", None)
        line = f"line {at.line + 1}: " if at else ""
        # A character that YAML or UTF-8 does not allow has a reason and no mark.
        reason = getattr(error, "problem", None) or getattr(error, "reason", error)
        fault = f"{line}this is not YAML in UTF-8 ({reason}); fix it"
    raise DataError(path_in_repository(path), fault)


@cache
def _parsed(path: Path, _changed: int, _size: int) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)


@dataclass(frozen=True)
class Field:
    """One column: its type, its unit, and what a cell may hold."""

    name: str
    type: str
    description: str
    unit: str | None = None
    missing_reason: str | None = None
    states: bool = False
    constraints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether every row must have a value: true unless the field says why one may lack."""
        return self.missing_reason is None

    @property
    def said(self) -> tuple[str, str]:
        """The name, and the meaning with its unit and the reason for an empty cell."""
        unit = f" ({self.unit})" if self.unit and self.unit != self.description else ""
        empty = f". Empty: {self.missing_reason}" if self.missing_reason else ""
        return self.name, f"{self.description}{unit}{empty}"

    @property
    def descriptor(self) -> dict[str, Any]:
        """The field as Table Schema describes it."""
        required = {"required": True} if self.required else {}
        described = {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "unit": self.unit,
            "missing_reason": self.missing_reason,
            "constraints": {**required, **self.constraints} or None,
        }
        return without_gaps(described)


@dataclass(frozen=True)
class Shared:
    """What ``shared.yml`` defines for all tables, by name; ``kinds`` has the kind of each unit."""

    fields: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, str]
    licences: Mapping[str, Mapping[str, Any]]
    origins: Mapping[str, Mapping[str, Any]]


def load_shared(folder: Path) -> Shared:
    """Return what ``<folder>/shared.yml`` defines."""
    said = read_yaml(folder / places.SHARED)
    kinds = {unit: kind for kind, units in said["units_of_count"].items() for unit in units}
    return Shared(said["fields"], kinds, said["licences"], said["origins"])


@dataclass(frozen=True)
class Metadata:
    """What is known of a table without its rows; the attributes are the fields of the file."""

    path: Path
    title: str
    description: str
    licence: Mapping[str, Any]
    integrity: Mapping[str, Any]
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    unit_of_count: str
    must_not_be_used_for: tuple[str, ...]
    as_of: str
    origin: tuple[Mapping[str, Any], ...] = ()
    totals: tuple[Mapping[str, Any], ...] = ()
    breaks: tuple[Mapping[str, Any], ...] = ()
    remarks: tuple[Mapping[str, Any], ...] = ()
    corrections: tuple[Mapping[str, Any], ...] = ()
    known_numbers: tuple[Mapping[str, Any], ...] = ()
    holds: Mapping[str, Any] = field(default_factory=dict)
    kept_for: str | None = None

    @property
    def name(self) -> str:
        """The name by which `read` knows the table."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """The folder of all themes."""
        return self.path.parents[1]

    @property
    def theme(self) -> str:
        """The name of the table's folder."""
        return self.path.parent.name

    @property
    def csv_path(self) -> Path:
        """The table itself, next to its metadata."""
        return self.path.with_suffix(".csv")

    @property
    def builder(self) -> Path | None:
        """The module that builds the table; None for a table typed by hand."""
        return builder_of(self.path)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""
        return {field.name: field.unit for field in self.fields if field.unit}

    @property
    def schema(self) -> dict[str, Any]:
        """The table's Table Schema descriptor, with shared fields put in."""
        descriptor: dict[str, Any] = {
            "fields": [field.descriptor for field in self.fields],
            "primaryKey": list(self.key),
            "missingValues": [""],
        }
        reference = {"resource": places.STATES, "fields": ["iso3"]}
        if codes := [field.name for field in self.fields if field.states]:
            descriptor["foreignKeys"] = [{"fields": [n], "reference": reference} for n in codes]
        return descriptor

    @classmethod
    def load(cls, path: Path) -> "Metadata":
        """Read the metadata of a table.

        Raises DataError if the file cannot be read; what it should hold is checked by `make check`.
        """
        said, shared = read_yaml(path), load_shared(path.parents[1])
        try:
            return cls(path=path, **_with_shared(said, shared))
        except (KeyError, TypeError, AttributeError) as error:
            why = f"{type(error).__name__}: {error}"
            raise DataError(
                path_in_repository(path), f"cannot be read ({why}); `make check` says what to fix"
            ) from None


def _with_shared(said: Mapping[str, Any], shared: Shared) -> dict[str, Any]:
    """Return the fields of a file in the types of `Metadata`, with what is shared put in."""
    given = without_gaps(said)
    schema, licence = given.pop("schema"), given["licence"]
    for name in LISTS:
        given[name] = tuple(given.get(name, ()))
    origins = (shared.origins[each] if isinstance(each, str) else each for each in given["origin"])
    known = ({"where": {}, "column": None, **each} for each in given["known_numbers"])
    return given | {
        "licence": shared.licences[licence] if isinstance(licence, str) else licence,
        "key": tuple(schema["primaryKey"]),
        "fields": tuple(_field(each, shared) for each in schema["fields"]),
        "origin": tuple(origins),
        "known_numbers": tuple(known),
    }


def _field(said: Mapping[str, Any], shared: Shared) -> Field:
    """Return a field with what it takes from a shared one; what is given next to it overrides."""
    own = {name: value for name, value in said.items() if name != "as"}
    return Field(**without_gaps({**shared.fields.get(said.get("as", said["name"]), {}), **own}))


def builder_of(metadata: Path) -> Path | None:
    """Return the module that builds a table: ``builders/<name_with_underscores>.py`` next to it."""
    module = metadata.parent / "builders" / f"{metadata.stem.replace('-', '_')}.py"
    return module if module.is_file() else None


def do_not_use(limits: Iterable[str]) -> str:
    """Return the sentence on what a table must not be used for; none for no limits."""
    told = "; ".join(limits)
    return f"Do not use this for: {told}." if told else ""


def without_gaps(fields: Any) -> dict[str, Any]:
    """Return the entries of a mapping that hold something."""
    return {name: value for name, value in dict(fields).items() if value is not None}
