"""From which commit the book was built, as a sentence that is on a page.

A commit changes no file of the book, and the page would still name the one before. So a build in
which nothing else has changed asks `is_named`, and writes the page again.
"""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bookmaking import fresh
from decentwork import days

PAGE = "book/check.html"
"""The page of the site that names the commit."""


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
        changed = ", with changes that are not committed" if self.changed else ""
        return f"commit {self.name[:12]} of {day}{changed}"


def commit(root: Path) -> Commit | None:
    """Return the commit of the repository whose root is ``root``, or None where there is none."""
    top, said = git(root, "rev-parse", "--show-toplevel"), git(root, "log", "-1", "--format=%H %cI")
    if not top or Path(top).resolve() != root.resolve() or not said:
        return None
    name, _, date = said.partition(" ")
    changed = bool(git(root, "status", "--porcelain", "--", *fresh.MADE_FROM))
    return Commit(name, datetime.fromisoformat(date), changed)


def in_words(root: Path) -> str:
    """Return the commit of the book at ``root`` in words."""
    known = commit(root)
    return known.in_words if known else "not known: built outside a repository"


def is_named(root: Path, outdir: Path) -> bool:
    """Whether the page in ``outdir`` names the commit of today, if the book has that page."""
    page = outdir / PAGE
    return not page.is_file() or in_words(root) in page.read_text(encoding="utf-8")


def git(root: Path, *arguments: str) -> str:
    """Return what Git says, or "" where it says nothing, fails or is not installed."""
    try:
        run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
