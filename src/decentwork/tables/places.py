"""Where tables are: ``data/<theme>/<name>.csv`` with ``<name>.yml`` next to it.

The theme of a table is the name of its folder, and nothing else says it. A name is in one theme, so
that ``read(name)`` needs no theme. Next to its tables a theme may hold the folders ``builders`` and
``originals``. The folder of all themes holds ``shared.yml``.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path

from decentwork.repository import DATA, NOT_HERE, path_in_repository
from decentwork.tables.errors import DataError

SHARED = "shared.yml"
STATES = "participating-states"
"""The one table that holds names and codes of the participating States."""
NOT_SAID = " of America"
"""What tables leave out of the name of a State."""


def named_in(title: str, states: Iterable[str]) -> list[str]:
    """Return the States that a title names, by their whole name or without `NOT_SAID`."""
    return [name for name in states if name.removesuffix(NOT_SAID) in title]


def metadata_files(folder: Path) -> dict[str, Path]:
    """Return the metadata of each table below a folder, by the table's name in alphabetical order.

    Raises DataError if there is no such folder, or if two metadata have the same name.
    """
    if not folder.is_dir():
        elsewhere = f"there is no such folder; name the one that holds {SHARED}"
        raise DataError(path_in_repository(folder), NOT_HERE if folder == DATA else elsewhere)
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*/*.yml"), key=lambda path: (path.stem, path)):
        if path.stem in found:
            both = " and ".join(path_in_repository(each) for each in (found[path.stem], path))
            raise DataError(
                path_in_repository(folder), f"{both} have the same name; give one another name"
            )
        found[path.stem] = path
    return found


def metadata_file(name: str, folder: Path) -> Path:
    """Return the metadata of one table. Raises DataError for an unknown name, with near ones."""
    known = metadata_files(folder)
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.5)
        hint = f"Near names: {', '.join(near)}" if near else f"Known are: {', '.join(known)}"
        raise DataError(path_in_repository(folder), f"there is no table {name!r}. {hint}")
    return known[name]
