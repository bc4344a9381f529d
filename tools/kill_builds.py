"""Kill builds at random moments, resume them, and compare the site with that of an undisturbed one.

    python tools/kill_builds.py [MOMENTS] [SEED]    (make kills)

Everything happens on a copy of the book. It is built once without disturbance. Then builds are
killed, each with all processes of its group, at moments drawn from the time that such a build took
before. Each build resumes what the one before left. Every second one builds a changed book, and the
next one finds the change taken back. A build that ends before its moment is compared and does not
count, and half of these times the next one starts from nothing. At the end a build is left alone,
and every byte of its site is compared. The exit code is 1 if a file differs, or a build does not
resume. The seed is printed; with it the same parts of these times are drawn again.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import copied
from bookmaking.fresh.fingerprint import unfinished

MOMENTS = 20
CHANGED = "notebooks/foundations/law.ipynb"
"""The notebook that every second build finds changed."""
SECONDS_OF_RUNS = re.compile(rb"\b\d+\.\d s\b")
TIMED = ("book/check.html",)
"""Pages that say how long each notebook ran, which differs between any two builds."""


class FailedBuildError(Exception):
    """A build failed; the message has what it said."""


@dataclass(frozen=True)
class Book:
    """A book that a command builds.

    Parameters
    ----------
    root
        Its folder.
    command
        What builds it.
    change
        Changes the book so that its pages show it, or takes the change back. Without it each build
        after one that ended starts from nothing.
    environment
        Variables for the command, beside those of this process.
    """

    root: Path
    command: Sequence[str]
    change: Callable[[bool], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """The folder of the built pages."""
        return self.root / "_build" / "html"

    def build(self) -> float:
        """Build without disturbance and return the seconds. FailedBuildError says why it failed."""
        return self.killed_after(None)

    def killed_after(self, seconds: float | None) -> float | None:
        """Kill a build after ``seconds``; return how long it took if it ended before."""
        start = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            build = subprocess.Popen(
                self.command,
                cwd=self.root,
                env={**os.environ, **self.environment},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = build.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(build.pid, signal.SIGKILL)
                build.wait()
                return None
            said.seek(0)
            if status:
                raise FailedBuildError(said.read().decode(errors="replace"))
        return time.perf_counter() - start


def differing(one: Path, other: Path) -> list[str]:
    """Return the files that two sites do not share byte for byte, apart from `SECONDS_OF_RUNS`."""
    files = {path.relative_to(site).as_posix() for site in (one, other) for path in _files(site)}
    return sorted(
        name for name in files if without_run_times(one, name) != without_run_times(other, name)
    )


def _files(site: Path) -> list[Path]:
    return [path for path in site.rglob("*") if path.is_file()]


def without_run_times(site: Path, name: str) -> bytes | None:
    """Return a file of a site without the seconds that notebooks ran, or None for no file."""
    path = site / name
    if not path.is_file():
        return None
    content = path.read_bytes()
    return SECONDS_OF_RUNS.sub(b"", content) if name in TIMED else content


def disturbed(book: Book, moments: int, seed: int, say: Callable[[str], None] = print) -> list[str]:
    """Kill builds of a book and resume them; return the files that differ from an undisturbed one.

    Parameters
    ----------
    book
        The book; nothing is built there yet.
    moments
        How many builds are killed.
    seed
        What the moments are drawn from.
    say
        What is done with a line on each build.

    Raises
    ------
    FailedBuildError
        If a build fails after another was killed.
    """
    drawn, undisturbed = random.Random(seed), book.root.with_name("undisturbed")
    whole = book.build()
    shutil.move(book.site, undisturbed)
    shutil.rmtree(book.root / "_build")
    say(f"An undisturbed build took {whole:.0f} s.")
    found: list[str] = []
    killed, takes, is_changed = 0, whole, False
    while killed < moments:
        if book.change:
            book.change(is_changed)
        moment = drawn.uniform(0, takes)
        took = book.killed_after(moment)
        if took is None:
            killed += 1
            say(f"{killed}: killed after {moment:.1f} s{_left(book.site)}")
        else:
            say(f"-: ended after {took:.1f} s, before {moment:.1f} s")
            if not (book.change and is_changed):
                found += differing(undisturbed, book.site)
            takes = took
            if book.change is None or drawn.random() < 0.5:
                shutil.rmtree(book.root / "_build")
                takes = whole
        is_changed = not is_changed
    if book.change:
        book.change(False)
    book.build()
    return sorted({*found, *differing(undisturbed, book.site)})


def _left(site: Path) -> str:
    """Return in words what a killed build left of a site."""
    half = len(_files(unfinished(site)))
    return f", {half} files of the site made" if half else ", no page made yet"


def real_book(root: Path) -> Book:
    """Return a copy of the book of this repository in the folder ``root``."""
    copied.sources(root)
    notebook = root / CHANGED
    text = notebook.read_text(encoding="utf-8")
    headline = 'headline=\\"'
    if headline not in text:
        sys.exit(f"{CHANGED} has no headline to change: name another notebook in {__file__}.")
    changed = text.replace(headline, f"{headline}Changed: ", 1)

    def change(on: bool) -> None:
        notebook.write_text(changed if on else text, encoding="utf-8")

    command = [sys.executable, "-m", "bookmaking.make.book"]
    return Book(root, command, change, {"PYTHONPATH": str(root / "src")})


def main(arguments: Sequence[str]) -> int:
    """Kill builds of a copy of the book, name the files that differ, and return the exit code."""
    moments = int(arguments[0]) if arguments else MOMENTS
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    print(f"{moments} builds are killed, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            book = real_book(Path(folder, "book"))
            found = disturbed(book, moments, seed, lambda line: print(line, flush=True))
        except FailedBuildError as error:
            print(f"A build failed:\n{error}", file=sys.stderr)
            return 1
    for name in found:
        print(f"differs from the undisturbed build: {name}", file=sys.stderr)
    if not found:
        print("Every file of the site is that of the undisturbed build.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
