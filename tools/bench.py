"""Measure how fast the book is built and how heavy its pages are; print one table.

Everything happens on a copy of the sources, so that the working tree stays as it is. The table is
also written to _build/bench.md.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median

import nbformat
from nbclient import NotebookClient
from playwright.sync_api import sync_playwright

from bookmaking import chromium
from bookmaking.gates import browser, pages, site
from decentwork.repository import ROOT

RUNS = 3
Row = tuple[str, str, str]


def main() -> int:
    """Measure, print and write the table, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "book")
        _copy(copy)
        os.environ["PYTHONPATH"] = str(copy / "src")
        rows = [*speed(copy), *weights(copy)]
    head: list[Row] = [("What", "Measured", "Budget"), ("---", "---:", "---:")]
    table = "\n".join(f"| {' | '.join(row)} |" for row in head + rows)
    print(table)
    written = ROOT / "_build" / "bench.md"
    written.parent.mkdir(exist_ok=True)
    written.write_text(table + "\n", encoding="utf-8")
    return 0


def speed(root: Path) -> list[Row]:
    """Measure builds of the book at ``root``, each the median of some runs."""
    cells = median(sum(map(cell_time, pages.notebooks(root))) for _ in range(RUNS))
    cold = median(_build(root, cold=True) for _ in range(RUNS))
    sphinx = median(_sphinx_alone(root) for _ in range(RUNS))
    changed = median(_one_cell_changed(root, run) for run in range(RUNS))
    unchanged = median(_build(root) for _ in range(RUNS))
    return [
        ("Cells of all notebooks, their own time", f"{cells:.1f} s", ""),
        ("Sphinx alone, all pages, nothing executed", f"{sphinx:.1f} s", ""),
        ("Cold build, everything executed", f"{cold:.1f} s", ""),
        ("… as a multiple of the two above", f"{cold / (cells + sphinx):.2f}", "1.5"),
        ("Build after a change of one cell of the largest chapter", f"{changed:.1f} s", "6 s"),
        ("Build when nothing changed", f"{unchanged:.1f} s", "4 s"),
    ]


def weights(root: Path) -> list[Row]:
    """Weigh the built pages: the heaviest with its figures, and what a first visit loads."""
    book = root / "_build" / "html"
    names = site.listed(root / "_toc.yml")
    heaviest = max(names, key=lambda name: page_weight(book, name))
    with sync_playwright() as playwright, browser.served(book) as address:
        running = browser.launch(playwright, chromium.provide())
        visits = {name: browser.Visit(running, address, name).run().weight for name in names}
        running.close()
    largest = max(visits, key=visits.get)
    return [
        (
            f"Heaviest page with its figures ({heaviest})",
            _size(page_weight(book, heaviest)),
            "1 MB",
        ),
        (f"First visit without figures ({largest})", _size(visits[largest]), "1 MB"),
    ]


def cell_time(path: Path) -> float:
    """Run a notebook and return the seconds that its cells took, without the kernel's start."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, resources=resources, record_timing=True).execute()
    timings = [cell.metadata.execution for cell in notebook.cells if cell.cell_type == "code"]
    return sum(
        (
            _moment(timing["iopub.status.idle"]) - _moment(timing["iopub.status.busy"])
        ).total_seconds()
        for timing in timings
    )


def page_weight(book: Path, name: str) -> int:
    """Return the bytes of a page and the figures that it shows."""
    page = site.Page(book, name)
    figures = {
        page.file_of(image["src"]) for image in page.tree.select("img[src]:not([src^=data])")
    }
    return sum(path.stat().st_size for path in {page.path, *figures})


def _copy(target: Path) -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _build(root: Path, *, cold: bool = False) -> float:
    command = [sys.executable, "-m", "bookmaking.build.book", *(["--cold"] if cold else [])]
    start = time.perf_counter()
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if run.returncode:
        sys.exit(f"The book was not built, so nothing was measured.\n{run.stdout}{run.stderr}")
    print(f"  built in {seconds:.1f} s", file=sys.stderr, flush=True)
    return seconds


def _sphinx_alone(root: Path) -> float:
    for left in (".doctrees", "html"):
        shutil.rmtree(root / "_build" / left)
    return _build(root)


def _one_cell_changed(root: Path, run: int) -> float:
    path = max(pages.notebooks(root), key=lambda each: each.stat().st_size)
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += f"\n# {run}"
    nbformat.write(notebook, path)
    return _build(root)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _size(count: int) -> str:
    return f"{count / 1e6:.2f} MB"


if __name__ == "__main__":
    sys.exit(main())
