"""Files of the built site that are no pages: written only where they differ from what stands there.

So a file keeps its date while nothing of it changes, and a build that changes little writes little.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Write a file, in a folder that may be new, unless it stands there as it should."""
    wanted = content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted)


def write_all(files: Mapping[Path, str | bytes], before: Iterable[Path]) -> None:
    """Write ``files``, and delete those of a build ``before`` that are not among them."""
    for path in set(before) - set(files):
        path.unlink()
    for path, content in files.items():
        write(path, content)
