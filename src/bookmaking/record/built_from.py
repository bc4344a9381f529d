"""From which commit the book was built, as a sentence that is on a page.

Git is asked at the end of each build, and again where nothing else has changed: a commit changes no
file of the book, and its page would name the one before. So the sentence is put into the built page
without Sphinx.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bookmaking import fresh, site_files
from decentwork import days

OUTSIDE = "not known: built outside a repository"
CHANGED = ", with changes that are not committed"
MARK = "built-from"
PLACE = re.compile(rf'(<span class="{MARK}">)[^<]*(</span>)')
"""Where a built page holds the sentence."""


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


def stamp(root: Path, outdir: Path, pages: list[str]) -> None:
    """Put the commit into built ``pages`` of ``outdir``, and note for the next build which."""
    said = in_words(root)
    for page in pages:
        path = outdir / f"{page}.html"
        text = path.read_text(encoding="utf-8")
        stamped = PLACE.sub(rf"\g<1>{said}\g<2>", text)
        if stamped != text:
            site_files.replace(path, stamped)
    site_files.replace(_note(outdir), json.dumps({"pages": pages, "said": said}))


def stamp_again(root: Path, outdir: Path) -> bool:
    """Put the commit into pages that name another, and return whether any did.

    For a build in which nothing changed: what that left is brought up to date, so that the pages
    still count as those of the last build.
    """
    try:
        noted = json.loads(_note(outdir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if noted["said"] == in_words(root):
        return False
    left = fresh.last_build(outdir)
    stamp(root, outdir, noted["pages"])
    fresh.leave(outdir, {**left, "site": fresh.listing(outdir)})
    return True


def _note(outdir: Path) -> Path:
    return fresh.beside(outdir, MARK)


def git(root: Path, *arguments: str) -> str:
    """Return what Git says, or "" where it says nothing, fails or is not installed."""
    try:
        run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
