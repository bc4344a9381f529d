"""Measure what builds of the book cost and what its pages weigh: docs/measured.md.

Each build is measured once, on a copy of the sources: seconds by the clock, and seconds of the
processor, which say more on a machine that does other work. The budgets hold for two calm cores;
that of one cell comes on top of the seconds of its notebook.

    .venv/bin/python tools/bench.py
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from bookmaking.checks import browser, site
from bookmaking.tools import chromium
from decentwork.repository import ROOT

LAW = "notebooks/foundations/law.ipynb"
BUILDS = (
    ("Cold build", "", "", "", 120),
    ("Nothing changed", "", "", "", 1),
    ("One cell of law changed", LAW, 'headline=\\"', 'headline=\\"Now: ', 20),
    ("A word changed", "data/register/parts.csv", ",wrong,", ",right,", 0),
    ("The table ilo-rounds changed", "data/scale/ilo-rounds.yml", "title:", "# changed\ntitle:", 0),
)
"""What is built: after which change of which file, and the budget in seconds, if there is one."""
rows = [("What", "Clock", "Processor", "Budget"), ("---", "---:", "---:", "---:")]


def row(*cells: str) -> None:
    """Add a row and print it."""
    rows.append(cells)
    print(*cells, sep=" | ", flush=True)


def processor() -> float:
    """Return the seconds of the processor that finished processes have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def build(root: Path, what: str, budget: int) -> None:
    """Build as `make book` does and add a row; stop the bench where it fails."""
    own = os.environ | {"PYTHONPATH": str(root / "src")}
    start, before = time.perf_counter(), processor()
    command = [sys.executable, "-m", "bookmaking.make"]
    run = subprocess.run(command, cwd=root, env=own, capture_output=True, text=True)
    seconds, work = time.perf_counter() - start, processor() - before
    if run.returncode:
        sys.exit(f"The build failed, so nothing is said.\n{run.stdout}{run.stderr}")
    ran = [float(each) for each in re.findall(r"executed in ([\d.]+) s", run.stdout)]
    most = f"{budget + (sum(ran) if budget == 20 else 0):.0f} s" if budget else ""
    told = f"{what}; executed: {len(ran)}" if ran else what
    row(told, f"{seconds:.1f} s", f"{work:.0f} s", most)


def weigh(built: Path) -> None:
    """Add what the first visit of the landing page and of the heaviest chapter loads."""
    first, *others = site.listed(ROOT / "_toc.yml")
    names = [first, *(name for name in others if name.startswith("notebooks/"))]
    with sync_playwright() as playwright, browser.served(built) as address:
        running = browser.launch(playwright, chromium.provide())
        weights = {name: browser.Visit(running, address, name).run().weight for name in names}
        running.close()
    for name in (names[0], max(names, key=weights.get)):
        row(f"First visit of {name}", f"{weights[name] / 1e6:.2f} MB", "", "1 MB")


def main() -> None:
    """Measure, print the table, and write it down."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "book")
        for name in filter(lambda name: (ROOT / name).is_file(), names.splitlines()):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
        for what, name, old, new, budget in BUILDS:
            if name:
                text = (root / name).read_text(encoding="utf-8")
                assert old in text
                (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
            build(root, what, budget)
        weigh(root / "_build" / "html")
    told = f"Measured by `tools/bench.py` on {date.today():%-d %B %Y}, on {os.cpu_count()} cores."
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    text = "\n".join(["# What a build costs", "", told, "", *table, ""])
    (ROOT / "docs" / "measured.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
