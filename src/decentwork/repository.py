"""Where the book's files are. This is the only module that knows.

In a checkout they are next to ``src/``. A wheel brings the tables, their metadata and the
bibliography inside the package, in the folder ``book_files``, under the names that they have in the
repository. If both are missing, as in a copy of the folder ``decentwork`` alone, the first function
that needs a file says so (`NOT_HERE`).
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BROUGHT = _PACKAGE / "book_files"

IS_INSTALLED = _BROUGHT.is_dir()
"""Whether the files came with the package. If not, they are those of a checkout."""
ROOT = _BROUGHT if IS_INSTALLED else _PACKAGE.parents[1]
DATA = ROOT / "data"
BIBLIOGRAPHY = ROOT / "references.bib"

# Only a checkout has these.
CONTENTS = ROOT / "_toc.yml"
BUILD = ROOT / "_build"

NOT_HERE = (
    "the tables and sources of the book are not here. Install the package from its wheel or from a "
    "checkout of the book (`pip install path/to/checkout`), not by copying its folder"
)
INSTALL_AGAIN = (
    "install the package again, which brings the file as it was (`pip install --force-reinstall "
    "--no-deps` and what you installed it from)"
)


def path_in_repository(path: Path) -> str:
    """Return a path as a reader of the repository writes it, or whole if it lies elsewhere.

    A file that came with an installed package is named whole: its reader has no repository.
    """
    path = path.resolve()
    is_short = path.is_relative_to(ROOT) and not IS_INSTALLED
    return path.relative_to(ROOT).as_posix() if is_short else str(path)


def remedy(path: Path, in_checkout: str) -> str:
    """Return what to do about a wrong file: ``in_checkout``, or `INSTALL_AGAIN` if it came so."""
    came_so = IS_INSTALLED and path.resolve().is_relative_to(ROOT)
    return INSTALL_AGAIN if came_so else in_checkout
