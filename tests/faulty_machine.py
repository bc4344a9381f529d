"""Machines with a fault, for one process and those that it forks; `prepare` names them.

Python tells an audit hook of each file before it is opened, and of each folder before it is made. A
hook that raises stops that. So a disk can be full or read-only here for everybody, also for root,
who may otherwise write everywhere.
"""

import errno
import os
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

CHANGES = {
    "os.mkdir": (0,),
    "os.rename": (0, 1),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "sqlite3.connect": (0,),
}
"""Audited events that change a disk, with the places of the paths among their arguments."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _written(event: str, arguments: tuple) -> list[Path]:
    """Return the paths that an audited event is about to change."""
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if mode else flags & WRITES
        named = [path] if writes else []
    else:
        named = [arguments[place] for place in CHANGES.get(event, ())]
    return [
        Path(os.fsdecode(each)) for each in named if isinstance(each, (str, bytes, os.PathLike))
    ]


def _watch(root: Path, at: str, number: int) -> None:
    """Refuse every write below ``root`` from that of a file ``at`` on, with an error number.

    Without ``at`` the first write is refused.
    """
    reached = False

    def hook(event: str, arguments: tuple) -> None:
        nonlocal reached
        if event != "open" and event not in CHANGES:
            return
        # A full disk still lets go of what it has.
        if number == errno.ENOSPC and event in ("os.remove", "os.rmdir"):
            return
        inside = [path for path in _written(event, arguments) if path.is_relative_to(root)]
        reached = reached or any(path.name.startswith(at) for path in inside)
        if inside and reached:
            raise OSError(number, os.strerror(number), str(inside[0]))

    sys.addaudithook(hook)


class _Hidden(MetaPathFinder):
    """Lets no module of a package be found."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def prepare(fault: str, root: Path) -> None:
    """Give this process a machine with a fault.

    Parameters
    ----------
    fault
        ``full NAME``: the disk is full when a file whose name begins so is written below ``root``,
        ``read-only``: nothing below ``root`` can be written. ``without PACKAGE``: a package is not
        installed. "": none.
    root
        The folder of a book.
    """
    kind, _, about = fault.partition(" ")
    if kind == "full":
        _watch(root, about, errno.ENOSPC)
    elif kind == "read-only":
        _watch(root, "", errno.EROFS)
    elif kind == "without":
        sys.meta_path.insert(0, _Hidden(about))
