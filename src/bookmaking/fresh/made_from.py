"""What an executed notebook was made from, beside its own cells.

A notebook shows what its cells, the tables that it read and the modules that it imported make of
each other. When its cells have run, the kernel is asked what it really read; the digests of that
are kept with the outputs, and the outputs hold as long as the digests do. A file beside the
notebooks that is none of them (the gate `notebook_code` refuses it) counts as read by all.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bookmaking.fresh import fingerprint
from decentwork import data, sources
from decentwork.repository import BIBLIOGRAPHY, DATA

OWN = ("decentwork", "bookmaking")
"""Packages of this repository: their modules change without a new version."""

_LOADED = "__import__('sys').modules"
QUESTIONS = {
    "tables": f"sorted(getattr({_LOADED}.get('decentwork.data'), 'asked', ()))",
    "sources": f"sorted(getattr({_LOADED}.get('decentwork.sources'), 'asked', ()))",
    "modules": f"sorted(m.__file__ for n, m in list({_LOADED}.items())"
    f" if n.partition('.')[0] in {OWN} and getattr(m, '__file__', None))",
}
"""What a kernel is asked, as expressions that it evaluates."""
EXPRESSIONS = {
    # As JSON, because the kernel shortens the display of a long list.
    name: f"__import__('json').dumps({expression})"
    for name, expression in QUESTIONS.items()
}

MadeFrom = dict[str, str | dict[str, str] | list[str]]


def answers(displayed: dict[str, str]) -> dict[str, list[str]]:
    """Return the answers to the questions, from the text that the kernel displays for each."""
    return {name: json.loads(ast.literal_eval(text)) for name, text in displayed.items()}


def made_from(read: dict[str, list[str]]) -> MadeFrom:
    """Return the digests of what a kernel says it read: tables, sources, modules, packages."""
    return {
        "tables": {name: _table(name) for name in read["tables"]},
        "sources": read["sources"],
        "beside": _beside(),
        "modules": {name: _file(name) for name in read["modules"]},
        "environment": environment(),
    }


def outdated(kept: MadeFrom) -> list[str]:
    """Return the names of what has changed since; none if the outputs still hold."""
    tables, modules = kept["tables"].items(), kept["modules"].items()
    changed = [name for name, digest in tables if digest != _table(name)]
    changed += [file.rpartition("/src/")[2] for file, digest in modules if digest != _file(file)]
    changed += fingerprint.changes(kept.get("beside", {}), _beside())
    keys = known_sources()
    changed += [key for key in kept["sources"] if key not in keys]
    if kept["environment"] != environment():
        changed.append("another Python or package")
    return changed


def surroundings(kept: Iterable[MadeFrom]) -> str:
    """Return a digest of all that can make any of these outdated."""
    modules = {file for each in kept for file in each.get("modules", ())}
    return fingerprint.digest(
        {
            "tables": fingerprint.of_files(DATA.parent, (DATA.name,)),
            "sources": _file(str(BIBLIOGRAPHY)),
            "beside": _beside(),
            "modules": {file: _file(file) for file in sorted({*modules, __file__})},
            "environment": environment(),
        }
    )


# Kept for one process: a build asks for the same tables several times, and stops if one changes.


@cache
def _table(name: str) -> str:
    try:
        return data.digest(name)
    except (data.DataError, OSError):
        return "cannot be read"


@cache
def _file(name: str) -> str:
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return "cannot be read"


@cache
def _beside() -> fingerprint.Digests:
    """Return the digests of the files in the folder of notebooks that are no notebooks."""
    found = fingerprint.of_files(DATA.parent, (fingerprint.NOTEBOOKS,))
    return {name: found[name] for name in found if not name.endswith(".ipynb")}


@cache
def environment() -> str:
    """Return a digest of Python and the installed packages."""
    return fingerprint.digest(fingerprint.environment())


@cache
def known_sources() -> set[str]:
    """Return the keys of all sources that notebooks can cite; it takes a quarter of a second."""
    try:
        return set(sources.load())
    except (sources.SourceError, OSError):
        return set()  # then notebooks that cite are executed, and say what is wrong
