"""Where the book's files are. This is the only module that knows the root of the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
NOTEBOOKS = ROOT / "notebooks"
BIBLIOGRAPHY = ROOT / "references.bib"
CONTENTS = ROOT / "_toc.yml"
BUILD = ROOT / "_build"


def path_in_repository(path: Path) -> str:
    """Return a path as a reader of the repository writes it, or as it is if it lies elsewhere."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
