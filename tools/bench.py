"""Measure what builds of the book cost and what its pages weigh: docs/measured.md.

Each build is measured once, on a copy of the sources: seconds by the clock, and seconds of the
processor, which say more on a machine that does other work. The budgets hold for two calm cores.

    .venv/bin/python tools/bench.py
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

import copied
from bookmaking.checks import browser, site
from bookmaking.tools import chromium
from decentwork.repository import ROOT

LAW = "notebooks/foundations/law.ipynb"
TABLE = "ilo-rounds"
COLD, NOTHING, ONE_CELL = 120, 1, 20
"""Budgets in seconds; that of one cell comes on top of the seconds of its notebook."""
EXECUTED = re.compile(r"executed in ([\d.]+) s")


class Copy:
    """A copy of the sources, in which things are changed and builds measured."""

    def __init__(self, root: Path) -> None:
        self.root = root
        copied.sources(root)
        self.environment = {**os.environ, "PYTHONPATH": str(root / "src")}

    def measure(self, what: str, most: float | None = None) -> None:
        """Build as `make book` does and print a row; stop the bench where it fails.

        ``most`` is the budget in seconds, besides the seconds of the notebooks that are executed.
        """
        command = [sys.executable, "-m", "bookmaking.make"]
        start, before = time.perf_counter(), _processor()
        run = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        seconds, work = time.perf_counter() - start, _processor() - before
        if run.returncode:
            sys.exit(f"The build failed, so nothing is said.\n{run.stdout}{run.stderr}")
        ran = [float(each) for each in EXECUTED.findall(run.stdout)]
        if most == ONE_CELL:
            most += sum(ran)
        told = f"{what}; executed: {len(ran)}" if ran else what
        _row(told, f"{seconds:.1f} s", f"{work:.0f} s", f"{most:.0f} s" if most else "")

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change the text of a file."""
        path = self.root / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def file_of(self, table: str) -> str:
        """Return the file of a table."""
        (path,) = (self.root / "data").rglob(f"{table}.csv")
        return path.relative_to(self.root).as_posix()


def _processor() -> float:
    """Return the seconds of the processor that finished processes have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


ROWS: list[str] = []


def _row(*cells: str) -> None:
    ROWS.append("| " + " | ".join(cells) + " |")
    print(ROWS[-1], flush=True)


def main() -> int:
    """Measure, print the table, and write it down."""
    _row("What", "Clock", "Processor", "Budget")
    _row("---", "---:", "---:", "---:")
    with tempfile.TemporaryDirectory() as folder:
        book = Copy(Path(folder, "book"))
        book.measure("Cold build", COLD)
        book.measure("Nothing changed", NOTHING)
        book.edit(LAW, lambda text: text.replace('headline=\\"', 'headline=\\"Now: ', 1))
        book.measure("One cell of law changed", ONE_CELL)
        book.edit(book.file_of("claims"), lambda text: text.replace(",moderate,", ",weak,", 1))
        book.measure("A verdict changed")
        book.edit(book.file_of(TABLE).replace(".csv", ".yml"), lambda text: f"{text}# changed\n")
        book.measure(f"The table {TABLE} changed")
        weigh(book.root)
    told = f"Measured by `tools/bench.py` on {date.today():%-d %B %Y}, on {os.cpu_count()} cores."
    text = "\n".join(["# What a build costs", "", told, "", *ROWS, ""])
    (ROOT / "docs" / "measured.md").write_text(text, encoding="utf-8")
    return 0


def weigh(root: Path) -> None:
    """Print what the first visit of the landing page and of the heaviest page loads."""
    built, names = root / "_build" / "html", site.listed(root / "_toc.yml")
    with sync_playwright() as playwright, browser.served(built) as address:
        running = browser.launch(playwright, chromium.provide())
        weights = {name: browser.Visit(running, address, name).run().weight for name in names}
        running.close()
    for name in (names[0], max(names, key=weights.get)):
        _row(f"First visit of {name}", f"{weights[name] / 1e6:.2f} MB", "", "1 MB")


if __name__ == "__main__":
    sys.exit(main())
