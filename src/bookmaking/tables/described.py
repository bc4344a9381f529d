"""What describes tables, compared with its schema: metadata, ``shared.yml``, lists of originals.

A slip in a description otherwise stays unseen: YAML takes ``enumm: [a, b]`` as well as
``enum: [a, b]``, and a closed list that nobody checks looks like one that passed. The JSON Schema
``metadata.schema.yml`` says what is allowed; the names of columns, units, licences and shared
fields are compared here.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from bookmaking.tables.rules import columns_of, sides_of
from decentwork.repository import path_in_repository
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import NUMERIC, builder_of, load_shared, read_yaml

SCHEMA = Path(__file__).with_name("metadata.schema.yml")
UNITS = {
    "per cent": r"per cent|percent\b|%", "million": r"millions?", "thousand": r"thousands?",
    "billion": r"billions?", "US dollars": r"US dollars|USD", "euros": r"euros?|EUR",
    "pounds": r"pounds|GBP", "hours": r"hours", "months": r"months",
}  # fmt: skip
"""Units that a description may name, by how they are found in it and in a unit."""
IN_NAMES = {"percent": "per cent", "million": "million", "thousand": "thousand",
            "billion": "billion", "usd": "US dollars"}  # fmt: skip
"""Parts of a column's name that say a unit."""
COUNTED = r"(?<!\d )(?<!\bone )(?<!\bsix )(?<!\bsixteen )(?<!\btwelve )(?<!\bper )"
"""What does not come before a unit: “95 per cent” and “six months” name no unit of the column."""


def faults(path: Path, kind: str) -> list[str]:
    """Return what a file says against its schema, a sentence each with the field and a near name.

    Parameters
    ----------
    kind
        ``metadata`` of a table, ``shared`` (``shared.yml``) or ``catalogue`` of originals.
    """
    where = path_in_repository(path)
    try:
        said = read_yaml(path)
    except DataError as error:
        return error.sentences
    found = [
        f"{where}: {sentence}"
        for error in _validator(kind).iter_errors(said)
        for sentence in _in_words(error)
    ]
    if kind == "metadata" and not found:
        found = [f"{where}: {sentence}" for sentence in _names(path, said)]
    return found


@cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = _closed(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]},
        format_checker=jsonschema.FormatChecker(["regex"]),
    )


def _closed(schema: Any) -> Any:
    """Return a schema in which what has properties is an object and has no others."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"type": "object", "additionalProperties": False} if "properties" in schema else {}
    return closed | {name: _closed(each) for name, each in schema.items()}


def _in_words(error: jsonschema.ValidationError) -> Iterator[str]:
    """Yield what an error of jsonschema says as this house says it: the field, and a near name."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    at = "".join(parts).removeprefix(".")
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for name in error.instance.keys() - known.keys():
            yield f"field {f'{at}.{name}' if at else name}: is not known; {near(name, known)}"
    elif error.validator == "enum":
        yield f"field {at}: is {error.instance!r}; {near(error.instance, error.validator_value)}"
    else:
        yield f"field {at or '(whole file)'}: {error.message}"


def near(name: Any, known: Iterable[str]) -> str:
    """Return a hint at the names nearest to one that is not known."""
    found = difflib.get_close_matches(str(name), [str(each) for each in known], 3, 0.5)
    if found:
        return f"did you mean {' or '.join(map(repr, found))}?"
    return f"known are {', '.join(map(str, known))}"


def _unknown(at: str, name: Any, known: Iterable[str], part: str) -> Iterator[str]:
    """Yield a sentence on a name that ``shared.yml`` does not have."""
    if isinstance(name, str) and name not in known:
        yield f"field {at}: is {name!r}; {near(name, known)} See data/{places.SHARED}: {part}"


def _names(path: Path, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield names that nothing defines: of units, shared things and columns."""
    shared, fields = load_shared(path.parents[1]), said["schema"]["fields"]
    yield from _unknown("unit_of_count", said["unit_of_count"], shared.kinds, "units_of_count")
    yield from _unknown("licence", said["licence"], shared.licences, "licences")
    for number, origin in enumerate(said.get("origin") or ()):
        yield from _unknown(f"origin[{number}]", origin, shared.origins, "origins")
    rows_say = not builder_of(path) and any(field["name"] == "source" for field in fields)
    if rows_say and said.get("origin"):
        yield "field origin: the rows of a table typed by hand name their sources; take it out"
    elif not rows_say and not said.get("origin"):
        yield "field origin: is missing; say what the table was made from"
    types: dict[str, str] = {}
    for number, field in enumerate(fields):
        at, name = f"field schema.fields[{number}]", field["name"]
        yield from _unknown(f"schema.fields[{number}].as", field.get("as"), shared.fields, "fields")
        properties = {**shared.fields.get(field.get("as", name), {}), **field}
        lacking = [each for each in ("type", "description") if not properties.get(each)]
        if lacking and "as" not in field:
            yield (
                f"{at}: {name!r} has no {' and no '.join(lacking)}, and data/{places.SHARED} has "
                "no such field; define it here, or there if several tables have it"
            )
        types[name] = properties.get("type", "string")
        yield from _units(at, name, properties)
        for bound in {"minimum", "maximum"} & set(properties.get("constraints") or {}):
            if types[name] not in NUMERIC:
                yield f"{at}.constraints.{bound}: is given for a field of type {types[name]}"
    for at, names in _columns_named(said):
        for name in names:
            if name not in types:
                yield f"field {at}: names the column {name!r}, which is not in schema.fields"
    for number, total in enumerate(said.get("totals") or ()):
        if types.get(total["sum_of"], "number") not in NUMERIC:
            yield f"field totals[{number}].sum_of: is a column of type {types[total['sum_of']]}"
    for number, known in enumerate(said.get("known_numbers") or ()):
        if "column" not in known and known["take"] != "count":
            yield f"field known_numbers[{number}].column: is missing; say what is taken"


def _units(at: str, name: str, field: Mapping[str, Any]) -> Iterator[str]:
    """Yield units that the name or the description of a column tells differently from its unit."""
    unit, told = str(field.get("unit") or ""), str(field.get("description", ""))
    for part in set(IN_NAMES) & set(name.lower().split("_")):
        if field.get("type") in NUMERIC and not re.search(f"{UNITS[IN_NAMES[part]]}|1,000", unit):
            yield f"{at}: the name {name!r} says {part}, and the unit is {unit!r}; fix one of them"
    for one, words in UNITS.items() if unit else ():
        if re.search(rf"{COUNTED}\b(?:{words})", told) and not re.search(words, unit):
            yield f"{at} ({name}): the description says {one}, and the unit is {unit!r}; fix one"


def _columns_named(said: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield where metadata name columns, and which."""
    yield "schema.primaryKey", said["schema"]["primaryKey"]
    for part, column in (("totals", "sum_of"), ("known_numbers", "column"),
                         ("corrections", "column")):  # fmt: skip
        for number, each in enumerate(said.get(part) or ()):
            named = [each[column]] if column in each else []
            yield f"{part}[{number}]", [*named, *each.get("where", {})]
    for number, remark in enumerate(said.get("remarks") or ()):
        yield f"remarks[{number}].repeated", ("iso3", "year") if "repeated" in remark else ()
    for name, held in (said.get("holds") or {}).items():
        for each in held:
            if name == "rules":
                yield f"holds.{name}", columns_of(each) if sides_of(each)[0] else ()
            elif name == "elsewhere":
                yield f"holds.{name}", [each["column"], *each["on"], *each.get("when", {})]
            else:
                yield f"holds.{name}", each if isinstance(each, dict) else [each]
                of_column = held[each] if isinstance(held, dict) else ()
                if name in ("same", "printed"):
                    yield f"holds.{name}", of_column
                elif name in ("same_year", "not_before"):
                    yield f"holds.{name}", [of_column["by"] if name == "not_before" else of_column]
