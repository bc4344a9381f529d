"""From which commit the book was built, as a sentence that is on a page.

A commit changes no file of the book, and the page would still name the one before. So a build in
which nothing else has changed asks `is_named`, and writes the page again.
"""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bookmaking import fresh, site_files
from decentwork import days

OUTSIDE = "not known: built outside a repository"
CHANGED = ", with changes that are not committed"


@dataclass(frozen=True)
class Commit:
    """A commit of Git: its whole name, its date, and whether the book's files differ from it."""

    name: str
    date: datetime
    changed: bool

    @property
    def in_words(self) -> str:
        """Name and date, and whether something is not committed."""
        day = f"{days.in_words(self.date.date().isoformat())}, {self.date:%H:%M %Z}"
        return f"commit {self.name[:12]} of {day}{CHANGED if self.changed else ''}"


def commit(root: Path) -> Commit | None:
    """Return the commit of the repository whose root is ``root``, or None where there is none."""
    top = git(root, "rev-parse", "--show-toplevel")
    said = git(root, "log", "-1", "--format=%H %cI")
    if not top or Path(top).resolve() != root.resolve() or not said:
        return None
    name, _, date = said.partition(" ")
    changed = bool(git(root, "status", "--porcelain", "--", *fresh.MADE_FROM))
    return Commit(name, datetime.fromisoformat(date), changed)


def in_words(root: Path) -> str:
    """Return the commit of the book at ``root`` in words."""
    known = commit(root)
    return OUTSIDE if known is None else known.in_words


def note(root: Path, outdir: Path) -> None:
    """Note which commit the pages in ``outdir`` name."""
    site_files.replace(fresh.beside(outdir, "built-from"), in_words(root))


def is_named(root: Path, outdir: Path) -> bool:
    """Whether the pages in ``outdir`` name the commit of today, if they name one."""
    noted = fresh.beside(outdir, "built-from")
    return not noted.is_file() or noted.read_text(encoding="utf-8") == in_words(root)


def git(root: Path, *arguments: str) -> str:
    """Return what Git says, or "" where it says nothing, fails or is not installed."""
    try:
        run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
