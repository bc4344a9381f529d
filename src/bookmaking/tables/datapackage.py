"""Write data/datapackage.json, the machine-readable list of all tables, from their sidecars.

The file follows the Data Package specification (v1, tabular profiles). It is never edited by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from decentwork import data, sources
from decentwork.contract import DATA, STATES_FILE, Sidecar
from decentwork.sidecars import Column

PACKAGE = "datapackage.json"


def package(folder: Path = DATA) -> dict[str, Any]:
    """The descriptor of all tables of a folder, in alphabetical order."""
    return {
        "profile": "tabular-data-package",
        "name": "decent-work-and-social-justice",
        "title": "Tables of the book Decent Work and Social Justice",
        "description": "Each table has its own licence (rights) and limits (must_not_be_used_for).",
        "resources": [
            _resource(Sidecar.load(folder / f"{name}.yml")) for name in data.names(folder)
        ],
    }


def render(folder: Path = DATA) -> str:
    """The text of datapackage.json."""
    return json.dumps(package(folder), indent=2, ensure_ascii=False) + "\n"


def _resource(sidecar: Sidecar) -> dict[str, Any]:
    content = sidecar.csv_path.read_bytes()
    resource = {
        "profile": "tabular-data-resource",
        "name": sidecar.name,
        "path": sidecar.filename,
        "title": sidecar.title,
        "description": sidecar.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sidecar.integrity['sha256']}",
        "schema": _schema(sidecar),
        "sources": _sources(sidecar),
        "rights": _without_gaps(sidecar.licence),
        "class": sidecar.kind,
        "unit_of_count": sidecar.unit_of_count,
        "as_of": sidecar.as_of,
        "breaks": [_without_gaps(each) for each in sidecar.breaks],
        "corrections": [_without_gaps(each) for each in sidecar.corrections],
        "must_not_be_used_for": list(sidecar.must_not_be_used_for),
    }
    if sidecar.licence["redistribution"] == "allowed" and sidecar.licence["url"]:
        resource["licenses"] = [{"title": sidecar.licence["name"], "path": sidecar.licence["url"]}]
    return resource


def _sources(sidecar: Sidecar) -> list[dict[str, Any]]:
    """What a table was made from, or the sources that its rows name."""
    if sidecar.origin:
        named = [(each["producer"], each["title"], each["url"]) for each in sidecar.origin]
    else:
        cited = data.read(sidecar.name, sidecar.path.parent).attrs["sources"]
        named = [sources.described(key) for key in cited]
    return [
        _without_gaps({"title": f"{who}: {title}" if who else title, "path": url})
        for who, title, url in named
    ]


def _schema(sidecar: Sidecar) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in sidecar.columns],
        "primaryKey": list(sidecar.key),
        "missingValues": [""],
    }
    if codes := [column.name for column in sidecar.columns if column.states]:
        reference = {"resource": Path(STATES_FILE).stem, "fields": ["iso3"]}
        schema["foreignKeys"] = [{"fields": [name], "reference": reference} for name in codes]
    return schema


def _field(column: Column) -> dict[str, Any]:
    numeric = {"integer": int, "number": float}.get(column.type, str)
    constraints = {
        "required": column.required or None,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "enum": [numeric(value) for value in column.enum] if column.enum else None,
        "pattern": column.pattern,
    }
    field = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        "unit": column.unit,
        "missing_reason": column.missing_reason,
        "constraints": _without_gaps(constraints) or None,
    }
    return _without_gaps(field)


def _without_gaps(fields: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(fields).items() if value is not None}


def main() -> int:
    """Write data/datapackage.json."""
    (DATA / PACKAGE).write_text(render(), encoding="utf-8", newline="\n")
    print(f"{PACKAGE}: {len(data.names())} tables")
    return 0


if __name__ == "__main__":
    sys.exit(main())
