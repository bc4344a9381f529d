"""The table of contents: no page of the repository is left out of the book."""

from collections.abc import Sequence
from pathlib import Path

from bookmaking.checks import site
from bookmaking.source import pages


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return pages and notebooks of the repository that no reader would find."""
    listed = set(site.listed(root / "_toc.yml"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in pages.written(root)]
    return [
        f"{name} is not in _toc.yml: list it, or delete it." for name in names if name not in listed
    ]
