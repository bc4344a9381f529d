"""Build the book from nothing with two versions of Python, and compare all files of both sites.

    python tools/same_pages.py OTHER_PYTHON    (make pythons OTHER=/path/to/python3.13)

In a copy of the book the other Python gets an environment from requirements.lock, which needs the
package index. Both builds stand at the same place, one after the other. The name of the version of
Python may differ, and how long notebooks ran. The command names each file that differs otherwise,
with the first place. The exit code is 1 if one of them is a page.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import copied
from bookmaking.release.dist import LEFT_BY_SPHINX
from kill_builds import without_run_times

VERSION = "import platform; print(platform.python_version())"
MARK = b"(version of Python)"
IN_INDEX = re.compile(rb"\\n" + re.escape(MARK) + rb"[0-9a-z ]*")
"""The version among the words of the search, which stand in the order of the alphabet."""
AROUND = 60
"""Bytes that are shown on each side of the first place that differs."""
MOST_SHOWN = 40


class Difference(NamedTuple):
    """A file that differs: its name below the site, and both texts around the first place."""

    name: str
    one: str
    other: str


class BuildError(Exception):
    """A command failed; the message is what it said."""


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command in a folder and return what it prints. BuildError has the end of its errors."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"[-4000:])
    return done.stdout


def built(python: Path, book: Path, into: Path) -> str:
    """Build ``book`` from nothing, move its site to ``into``, and return the version of Python."""
    version = run([python, "-c", VERSION], book).strip()
    print(f"Building with Python {version}", flush=True)
    run([python, "-m", "bookmaking.make.book", "--cold"], book)
    shutil.move(book / "_build" / "html", into)
    return version


def differences(one: Path, other: Path, versions: tuple[str, str]) -> list[Difference]:
    """Compare two sites byte for byte, apart from the versions of Python that made them."""
    paths = {path.relative_to(site) for site in (one, other) for path in site.rglob("*")}
    # A digest of Sphinx's settings, for itself; no reader gets it.
    names = {path for path in paths if path.name not in LEFT_BY_SPHINX}
    found = []
    for name in sorted(name.as_posix() for name in names):
        sites = zip((one, other), versions, strict=True)
        texts = [_content(site, name, version) for site, version in sites]
        if texts[0] != texts[1]:
            found.append(Difference(name, *_around(*texts)))
    return found


def _content(site: Path, name: str, version: str) -> bytes:
    """Return a file without what names a version or a time; a file that is missing says so."""
    if (site / name).is_dir():
        return b""
    content = without_run_times(site, name)
    if content is None:
        return b"(there is no such file)"
    return IN_INDEX.sub(b"", content.replace(version.encode(), MARK))


def _around(one: bytes, other: bytes) -> tuple[str, str]:
    """Return both texts around the first byte that differs."""
    pairs = enumerate(zip(one, other, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    start, end = max(0, first - AROUND), first + AROUND
    return tuple(text[start:end].decode("utf-8", "replace") for text in (one, other))


def compared(other_python: Path, folder: Path) -> list[Difference]:
    """Build a copy of the book in ``folder`` with both Pythons and return what differs."""
    book = folder / "book"
    copied.sources(book)
    print(f"Making an environment for {other_python}", flush=True)
    run([other_python, "tools/setup.py"], book)
    python = book / ".venv" / "bin" / "python"
    versions = (
        built(Path(sys.executable), book, folder / "one"),
        built(python, book, folder / "other"),
    )
    return differences(folder / "one", folder / "other", versions)


def main(arguments: Sequence[str]) -> int:
    """Compare, say what differs, and return the exit code."""
    if len(arguments) != 1 or not (path := shutil.which(arguments[0])):
        print("Name another Python that is installed: make pythons OTHER=/path/to/python3.13.",
              file=sys.stderr)  # fmt: skip
        return 2
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = compared(Path(path), Path(folder))
        except BuildError as error:
            print(f"A build failed, so nothing was compared: {error}", file=sys.stderr)
            return 1
    for each in found[:MOST_SHOWN]:
        print(f"{each.name} differs:\n  {each.one!r}\n  {each.other!r}")
    pages = [each.name for each in found if each.name.endswith(".html")]
    print(f"{len(pages)} pages and {len(found) - len(pages)} other files differ.")
    return int(bool(pages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
