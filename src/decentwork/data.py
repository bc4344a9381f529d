"""The tables of the book: `read(name)` gives a typed frame that was checked against its sidecar."""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path

import pandas as pd

from decentwork.contract import DATA, DataError, Sidecar, check
from decentwork.sidecars import shown

__all__ = ["DataError", "digest", "names", "read", "sidecar", "states"]

asked: set[str] = set()
"""Tables that this process has asked for: a notebook is executed again when one of them changes."""


def names(folder: Path = DATA) -> list[str]:
    """The names that `read` knows, in alphabetical order."""
    if not folder.is_dir():
        raise DataError(
            shown(folder),
            "the folder of tables is not here. Install the package from the repository "
            "(`pip install -e .`), so that it finds data/ beside src/",
        )
    return sorted(path.stem for path in folder.glob("*.yml"))


def sidecar(name: str, folder: Path = DATA) -> Sidecar:
    """What is known of a table without its rows. DataError lists near names for an unknown one."""
    known = names(folder)
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.5)
        hint = f"Near names: {', '.join(near)}" if near else f"Known are: {', '.join(known)}"
        raise DataError(shown(folder), f"there is no table {name!r}. {hint}")
    asked.add(name)
    return Sidecar.load(folder / f"{name}.yml")


def digest(name: str, folder: Path = DATA) -> str:
    """Digest of what `read(name)` depends on: the bytes of the table and of its sidecar."""
    described = sidecar(name, folder)
    files = (described.csv_path, described.path)
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def read(name: str, folder: Path = DATA) -> pd.DataFrame:
    """A table as a typed frame, checked against its sidecar; DataError names every fault.

    `frame.attrs` holds `name`, `title`, `units` (column to unit), `sources` (citation keys of the
    rows, in order of appearance), `as_of`, `breaks` and `must_not_be_used_for`.
    """
    described = sidecar(name, folder)
    frame = check(described.csv_path, described)
    frame.attrs.update(
        name=name,
        title=described.title,
        units=described.units,
        sources=_citation_keys(frame),
        as_of=described.as_of,
        breaks=[dict(each) for each in described.breaks],
        must_not_be_used_for=list(described.must_not_be_used_for),
    )
    return frame


def states(folder: Path = DATA) -> pd.DataFrame:
    """The 57 participating States indexed by iso3, with names and memberships by date."""
    return read("participating-states", folder).set_index("iso3")


def _citation_keys(frame: pd.DataFrame) -> list[str]:
    """The keys in the column `source`, where one cell may name several, split by '; '."""
    if "source" not in frame:
        return []
    return list(dict.fromkeys(key for cell in frame["source"].dropna() for key in cell.split("; ")))
