"""The typefaces of the book, which come with two packages of the environment."""

import sys
from importlib import import_module
from pathlib import Path

SANS, SERIF = "font_source_sans_pro", "font_source_serif_pro"
FACES = {
    "sans-regular": (SANS, "SourceSansPro"),
    "sans-semibold": (SANS, "SourceSansProSemibold"),
    "serif-regular": (SERIF, "SourceSerifPro"),
    "serif-italic": (SERIF, "SourceSerifProIt"),
    "serif-semibold": (SERIF, "SourceSerifProSemibold"),
}
"""Package and name of each face of text."""


def file_of(face: str) -> Path:
    """Return the TrueType font of a face of text.

    Raises FileNotFoundError if its package is not installed, or lacks it.
    """
    package, name = FACES[face]
    try:
        return Path(import_module(package).font_files_ttf[name])
    except (ModuleNotFoundError, KeyError):
        raise FileNotFoundError(
            f"the typeface {name} of the package {package} is missing in {sys.prefix}: "
            "remove the folder .venv, which `make book` then makes again"
        ) from None


def check() -> None:
    """Raise FileNotFoundError if a face of text is missing.

    Each notebook and each page would fail for it, and say it in its own way.
    """
    for face in FACES:
        file_of(face)
