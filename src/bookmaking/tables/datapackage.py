"""Write the tables as a data package: a folder with the tables and one descriptor of them all.

The descriptor follows the Data Package specification (v1, tabular profiles). It is made from the
metadata and is not kept in the repository: the build and the release write it.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from decentwork import data, sources
from decentwork.repository import DATA
from decentwork.tables.metadata import ALLOWED, Metadata, without_gaps

DESCRIPTOR = "datapackage.json"


def package(folder: Path = DATA) -> dict[str, Any]:
    """Return the descriptor of all tables of a folder, in alphabetical order."""
    return {
        "profile": "tabular-data-package",
        "name": "decent-work-and-social-justice",
        "title": "Tables of the book Decent Work and Social Justice",
        "description": "Each table has its own licence (rights) and limits (must_not_be_used_for).",
        "resources": [_resource(data.metadata(name, folder)) for name in data.names(folder)],
    }


def write(into: Path, folder: Path = DATA) -> Path:
    """Write descriptor and tables into a folder and return the descriptor's path.

    A table is at the path that it has in the repository's data folder, ``<theme>/<name>.csv``.
    What is in the folder is removed first, so that no table outlives its metadata.
    """
    shutil.rmtree(into, ignore_errors=True)
    described = package(folder)
    for resource in described["resources"]:
        copy = into / resource["path"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / resource["path"], copy)
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    (into / DESCRIPTOR).write_text(text, encoding="utf-8", newline="\n")
    return into / DESCRIPTOR


def faults(descriptor: Path) -> list[str]:
    """Return what frictionless finds wrong with the data package of a descriptor."""
    import frictionless  # takes a second, and only those who validate need it

    report = frictionless.Package(descriptor).validate()
    problems = [f"{descriptor.name}: {error.message}" for error in report.errors]
    for task in report.tasks:
        problems += [f"{task.place}: {error.message}" for error in task.errors]
    return problems


def _resource(metadata: Metadata) -> dict[str, Any]:
    content = metadata.csv_path.read_bytes()
    resource = {
        "profile": "tabular-data-resource",
        "name": metadata.name,
        "path": metadata.csv_path.relative_to(metadata.folder).as_posix(),
        "title": metadata.title,
        "description": metadata.description,
        "theme": metadata.theme,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": metadata.schema,
        "sources": _sources(metadata),
        "rights": dict(metadata.licence),
        "class": "constructed" if metadata.builder else "hand",
        "unit_of_count": metadata.unit_of_count,
        "as_of": metadata.as_of,
        "breaks": [dict(each) for each in metadata.breaks],
        "remarks": [dict(each) for each in metadata.remarks],
        "corrections": [dict(each) for each in metadata.corrections],
        "must_not_be_used_for": list(metadata.must_not_be_used_for),
    }
    if metadata.licence["redistribution"] == ALLOWED and "url" in metadata.licence:
        resource["licenses"] = [
            {"title": metadata.licence["name"], "path": metadata.licence["url"]}
        ]
    return resource


def _sources(metadata: Metadata) -> list[dict[str, Any]]:
    """Return what a table was made from, or the sources that its rows name."""
    if metadata.origin:
        named = [(f"{each['producer']}: {each['title']}", each.get("url"))
                 for each in metadata.origin]  # fmt: skip
    else:
        keys = data.read(metadata.name, metadata.folder).attrs["sources"]
        named = [(": ".join(filter(None, each[:2])), each.address)
                 for each in map(sources.in_words, keys)]  # fmt: skip
    return [without_gaps({"title": title, "path": address}) for title, address in named]
