"""Files that a build writes: whole or not at all, and only where they differ from what is there.

So a file keeps its date while nothing of it changes, and a build that changes little writes little.
What is killed while it writes leaves the file as it was.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

UNFINISHED = ".part"
"""How the name of a file ends that is not yet whole."""


def write(path: Path, content: str | bytes) -> None:
    """Write a file, in a folder that may be new, unless it is there as it should be."""
    wanted = content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, wanted)


def replace(path: Path, content: str | bytes) -> None:
    """Write a file next to ``path`` and put it in its place, so that no half of it is there."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    unfinished.write_bytes(content.encode() if isinstance(content, str) else content)
    unfinished.replace(path)


OLD = "old"
"""The name under which a folder waits next to the one that takes its place."""


def put(new: Path, target: Path) -> None:
    """Put the folder ``new`` in the place of ``target``; what is next to it stays.

    The old folder is moved next to the new one, as `OLD`, and comes back if the new one cannot be
    moved.
    """
    target.parent.mkdir(exist_ok=True)
    old = new.with_name(OLD)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def write_all(files: Mapping[Path, str | bytes], before: Iterable[Path]) -> None:
    """Write ``files``, and delete those of a build ``before`` that are not among them."""
    for path in set(before) - set(files):
        path.unlink()
    for path, content in files.items():
        write(path, content)
