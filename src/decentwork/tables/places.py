"""Where tables stand: ``data/<theme>/<name>.csv`` with ``<name>.yml`` next to it.

The theme of a table is the name of its folder, and nothing else says it. A name stands once in all
themes, so that ``read(name)`` needs no theme. Next to its tables a theme may hold the folders
``builders`` and ``originals``, the catalogue of the files that its tables are made from. The folder
of all themes holds ``shared.yml``.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path

from decentwork.repository import DATA, NOT_HERE, path_in_repository, remedy
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

    Raises
    ------
    DataError
        If there is no such folder, or if two metadata have the same name.
    """
    if not folder.is_dir():
        elsewhere = f"there is no such folder; name the one that holds {SHARED}"
        raise DataError(path_in_repository(folder), NOT_HERE if folder == DATA else elsewhere)
    found: dict[str, Path] = {}
    # No deeper: a theme has folders of builders and of originals, where no metadata stands.
    paths = [*folder.glob("*.yml"), *folder.glob("*/*.yml")]
    for path in sorted(paths, key=lambda path: (path.stem, path)):
        if path.name == SHARED:
            continue
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


def folder_of_all_themes(path: Path) -> Path:
    """Return the folder of all themes, which holds ``shared.yml``, from the path of metadata.

    Raises DataError if neither the metadata's folder nor the one above it has the file.
    """
    for folder in (path.parent, path.parent.parent):
        if (folder / SHARED).is_file():
            return folder
    what_to_do = remedy(path, "put the table into a theme of data/")
    raise DataError(
        path_in_repository(path.parent),
        f"neither this folder nor the one above it holds {SHARED}, which defines shared fields and "
        f"units of count; {what_to_do}",
    )
