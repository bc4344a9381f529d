"""What describes tables, compared with its schema: metadata, ``shared.yml``, lists of originals.

A slip in a description otherwise stays unseen: YAML takes ``enumm: [a, b]`` as well as
``enum: [a, b]``, and a closed list that nobody checks looks like one that passed. The JSON Schema
``metadata.schema.yml`` says what is allowed; the names of units, licences and shared fields are
compared here.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from decentwork.repository import path_in_repository
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import NUMERIC, builder_of, load_shared, read_yaml

SCHEMA = Path(__file__).with_name("metadata.schema.yml")
IN_NAMES = {"percent": "per cent|1,000", "million": "million", "thousand": "thousand|1,000",
            "billion": "billion", "usd": "US dollars"}  # fmt: skip
"""Parts of a column's name that say a unit, and what the unit then says."""


def faults(path: Path, kind: str) -> list[str]:
    """Return what a file says against its schema, a sentence each with the field.

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
        f"{where}: field {error.json_path[2:] or '(whole file)'}: {error.message}"
        for error in _validator(kind).iter_errors(said)
    ]
    if kind == "metadata" and not found:
        found = [f"{where}: {sentence}" for sentence in _names(path, said)]
    return found


@cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = _closed(read_yaml(SCHEMA))
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]},
        format_checker=jsonschema.FormatChecker(["regex"]),
    )


def _closed(schema: Any) -> Any:
    """Return a schema in which what has properties is an object and has no others."""
    if not isinstance(schema, dict):
        return schema
    closed = {"type": "object", "additionalProperties": False} if "properties" in schema else {}
    return closed | {name: _closed(each) for name, each in schema.items()}


def near(name: Any, known: Iterable[str]) -> str:
    """Return a hint at the names nearest to one that is not known."""
    found = difflib.get_close_matches(str(name), [str(each) for each in known], 3, 0.5)
    if found:
        return f"did you mean {' or '.join(map(repr, found))}?"
    return f"known are {', '.join(map(str, known))}"


def _names(path: Path, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield names that nothing defines: of units, shared things and columns."""
    shared, fields = load_shared(path.parents[1]), said["schema"]["fields"]
    named = [("unit_of_count", said["unit_of_count"], shared.kinds, "units_of_count"),
             ("licence", said["licence"], shared.licences, "licences")]  # fmt: skip
    named += [("origin", each, shared.origins, "origins") for each in said.get("origin") or ()]
    named += [(f"as of {f['name']}", f["as"], shared.fields, "fields") for f in fields if "as" in f]
    for at, name, known, part in named:
        if isinstance(name, str) and name not in known:
            yield f"field {at}: is {name!r}; {near(name, known)} See data/{places.SHARED}: {part}"
    rows_say = not builder_of(path) and any(field["name"] == "source" for field in fields)
    if rows_say and said.get("origin"):
        yield "field origin: the rows of a table typed by hand name their sources; take it out"
    elif not rows_say and not said.get("origin"):
        yield "field origin: is missing; say what the table was made from"
    for number, field in enumerate(fields):
        at, name = f"field schema.fields[{number}]", field["name"]
        properties = {**shared.fields.get(field.get("as", name), {}), **field}
        lacking = [each for each in ("type", "description") if not properties.get(each)]
        if lacking and "as" not in field:
            yield (
                f"{at}: {name!r} has no {' and no '.join(lacking)}, and data/{places.SHARED} has "
                "no such field; define it here, or there if several tables have it"
            )
        unit, is_number = str(properties.get("unit") or ""), properties.get("type") in NUMERIC
        for part in set(IN_NAMES) & set(name.lower().split("_")) if is_number else ():
            if not re.search(IN_NAMES[part], unit):
                yield f"{at}: the name {name!r} says {part}, and the unit is {unit!r}; fix one"
