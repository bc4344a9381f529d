"""The typefaces of the book, which come with two packages of the environment."""

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
    """Return the TrueType font of a face of text."""
    package, name = FACES[face]
    return Path(import_module(package).font_files_ttf[name])
