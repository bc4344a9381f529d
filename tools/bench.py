"""Measure what the book costs, print one table, and say what is over its budget.

Times are given in seconds and as multiples of the time that importing the same libraries takes in
the same run, so that two machines can be compared. Of several runs the shortest counts: other work
on a machine only ever makes a run longer. What is compared is measured in turns, because a machine
may be slower for minutes. Everything happens on a copy of the sources, and then on a copy in which
each chapter stands twice. What was measured is written to docs/measured.csv and into README, which
tells the same; the rest of the working tree stays as it is.

    python tools/bench.py [--runs N]
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from playwright.sync_api import sync_playwright

import copied
from bookmaking.checks import browser, site
from bookmaking.make.kernels import WITHOUT_COLLECTION
from bookmaking.site import assets
from bookmaking.source import page_numbers, pages
from bookmaking.tools import chromium, measured
from bookmaking.tools.measured import Row
from decentwork import data
from decentwork.repository import ROOT

LAW = "notebooks/foundations/law.ipynb"
LARGEST = "notebooks/second_segment/estimates_tested.ipynb"
TABLE = "ilo-rounds"
LIBRARIES = """
import pkgutil, sys, yaml
from importlib import import_module
import jupyter_book.sphinx, bookmaking.make, bookmaking.site, bookmaking.directives
for name in yaml.safe_load(open("_config.yml"))["sphinx"]["config"]["extensions"]:
    import_module(name)
for group in (bookmaking.make, bookmaking.site, bookmaking.directives):
    for part in pkgutil.iter_modules(group.__path__, group.__name__ + "."):
        if part.name != "bookmaking.make.live":
            import_module(part.name)
"""
"""What a build imports: Jupyter Book, Sphinx, its extensions in _config.yml, and the book's own.

They are imported as they come, because this time is what other times are measured by. A part that
the book leaves out of its imports would shorten the measure, and a faster build would look slower.
"""
AS_THE_BOOK_DOES = f"from bookmaking.make import no_address_grammar\n{LIBRARIES}"
"""The same imports without what the book leaves out of them."""
WITH_SPHINX = (
    "import gc, sys; gc.disable(); from bookmaking.make.book import build; sys.exit(build())"
)
"""A build that does not first look whether anything has changed."""
ANOTHER_ANSWER = """
from decentwork import data
path = data.metadata("claims").csv_path
text = path.read_text(encoding="utf-8")
path.write_text(text.replace(",moderate,", ",weak,", 1), encoding="utf-8")
"""
AGAIN = "-again"
SUFFIXED = """
from decentwork import exhibits as _published
_glue = _published._glue
_published._glue = lambda name, *rest, **more: _glue(name + "-again", *rest, **more)
"""


class Copy:
    """A copy of the sources, in which things are changed and builds measured."""

    def __init__(self, root: Path) -> None:
        self.root = root
        copied.sources(root)
        self.environment = {**os.environ, "PYTHONPATH": str(root / "src")}
        self.changes = 0

    def run(self, *arguments: str) -> float:
        """Run Python in the copy and return the seconds; stop the bench where it fails."""
        command = [sys.executable, *arguments]
        start = time.perf_counter()
        run = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        seconds = time.perf_counter() - start
        if run.returncode:
            sys.exit(f"{' '.join(arguments)} failed, so nothing is said.\n{run.stdout}{run.stderr}")
        self.said = run.stdout
        return seconds

    def build(self, *arguments: str) -> float:
        """Build as `make book` does."""
        return self.run("-m", "bookmaking.make.book", *arguments)

    def executed(self) -> list[str]:
        """Return the notebooks that the last run executed."""
        return re.findall(r"^  (\S+): executed in", self.said, re.MULTILINE)

    # ------------------------------------------------------------------- what is measured

    def imports(self) -> float:
        """Import what a build imports, as the libraries come."""
        return self.run("-c", LIBRARIES)

    def own_imports(self) -> float:
        """Import what a build imports, as the book does it."""
        return self.run("-c", AS_THE_BOOK_DOES)

    def with_sphinx(self) -> float:
        """Build although nothing has changed."""
        return self.run("-c", WITH_SPHINX)

    def sphinx_alone(self) -> float:
        """Read and write all pages, of which every notebook is kept."""
        for left in (".doctrees", "html"):
            shutil.rmtree(self.root / "_build" / left)
        return self.build()

    def cell_changed(self, notebook: str) -> float:
        """Build after the first code cell of a notebook has changed."""
        self.changes += 1
        path = self.root / notebook
        read = nbformat.read(path, as_version=4)
        next(
            cell for cell in read.cells if cell.cell_type == "code"
        ).source += f"\n# {self.changes}"
        nbformat.write(read, path)
        return self.build()

    def verdict_changed(self) -> float:
        """Build after a cell of the claim register has changed."""
        self.run("-c", ANOTHER_ANSWER)
        return self.build()

    def table_changed(self) -> float:
        """Build after the metadata of a table has changed."""
        self.changes += 1
        path = self.root / data.metadata(TABLE).path.relative_to(ROOT)
        with path.open("a", encoding="utf-8") as metadata:
            metadata.write(f"# {self.changes}\n")
        return self.build()

    def cells(self, notebook: str) -> float:
        """Run the cells of one notebook and return their own time."""
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = self.environment["PYTHONPATH"]
        try:
            return cell_time(self.root / notebook)
        finally:
            os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def main() -> int:
    """Measure, print and write the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each thing is measured")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        single, double = Copy(Path(folder, "single")), Copy(Path(folder, "double"))
        each_chapter_twice(double.root)
        of_whole = whole(single, double, runs)
        rows = [*changes(single, runs), *of_whole, *weights(single.root)]
    measured.keep(ROOT, [*circumstances(), *rows])
    print(measured.in_readme(measured.read(ROOT)))
    return 0


def circumstances() -> list[Row]:
    """Return when and with what is measured."""
    states = [name for name in site.listed(ROOT / "_toc.yml") if name.startswith("book/states/")]
    return [
        Row("On", f"{date.today():%-d %B %Y}"),
        Row("Chapters", str(len(pages.notebooks()))),
        Row("Pages of States", str(len(states))),
        Row("Cores", str(os.cpu_count())),
        Row("Python", f"{sys.version_info.major}.{sys.version_info.minor}"),
    ]


def shortest(runs: int, measures: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Return the shortest of some runs of each of the ``measures``, which take turns."""
    seconds: dict[str, list[float]] = {what: [] for what in measures}
    for _ in range(runs):
        for what, run in measures.items():
            seconds[what].append(run())
            said = f"  {what}: {seconds[what][-1]:.1f} s (load {os.getloadavg()[0]:.1f})"
            print(said, file=sys.stderr, flush=True)
    return {what: min(taken) for what, taken in seconds.items()}


def whole(single: Copy, double: Copy, runs: int) -> list[Row]:
    """Measure builds of the whole book, and of one with each chapter twice."""
    notebooks = [path.relative_to(single.root).as_posix() for path in pages.notebooks(single.root)]
    seconds = shortest(
        runs,
        {
            "imports": single.imports,
            "cold": lambda: single.build("--cold"),
            "Sphinx alone": single.sphinx_alone,
            "Sphinx started": single.with_sphinx,
            **{name: lambda name=name: single.cells(name) for name in notebooks},
            "twice: cold": lambda: double.build("--cold"),
            "twice: Sphinx alone": double.sphinx_alone,
            "twice: Sphinx started": double.with_sphinx,
        },
    )
    cells = sum(seconds[name] for name in notebooks)
    most = 0.9 * (cells + seconds["Sphinx alone"])
    row = partial(_row, imports=seconds["imports"])
    rows = [
        row("Cells of all notebooks, one after the other", cells),
        row(f"Cells of {Path(LARGEST).stem}", seconds[LARGEST], 6, "6 s"),
        row("Sphinx alone: all pages read and written", seconds["Sphinx alone"]),
        row("Cold build", seconds["cold"], most, f"{most:.1f} s: 0.9 x (cells + Sphinx)"),
    ]
    for what in ("cold", "Sphinx alone", "Sphinx started"):
        once, twice = seconds[what], seconds[f"twice: {what}"]
        budget = f"2 x {once:.1f} s, is {twice / once:.2f} x"
        rows.append(row(f"Each chapter twice, {what}", twice, 2 * once, budget))
    return rows


def changes(book: Copy, runs: int) -> list[Row]:
    """Measure builds after nothing, a cell, a verdict or a table has changed."""
    seconds = shortest(
        runs,
        {
            "imports": book.imports,
            "own imports": book.own_imports,
            "nothing changed": book.build,
            "nothing changed, with Sphinx": book.with_sphinx,
            **{f"cells of {name}": lambda name=name: book.cells(name) for name in (LAW, LARGEST)},
            **{name: lambda name=name: book.cell_changed(name) for name in (LAW, LARGEST)},
        },
    )
    imports = seconds["imports"]
    row = partial(_row, imports=imports)
    rows = [
        row("Importing the libraries of a build, as they come", imports),
        row("… without the part that this book leaves out", seconds["own imports"]),
        row("Nothing changed", seconds["nothing changed"], 1.2 * imports, "1.2 x imports"),
        row("… where Sphinx is started all the same", seconds["nothing changed, with Sphinx"]),
    ]
    for name in (LAW, LARGEST):
        most = seconds[f"cells of {name}"] + 2 * imports
        title = Path(name).stem
        budget = f"{most:.1f} s: cells + 2 x imports"
        rows.append(row(f"One cell of {title} changed", seconds[name], most, budget))
    verdict = shortest(runs, {"a verdict": book.verdict_changed})["a verdict"]
    rows.append(row(f"A verdict changed; executed: {len(book.executed())}", verdict))
    table = shortest(runs, {"a table": book.table_changed})["a table"]
    rows.append(row(f"The table {TABLE} changed; executed: {len(book.executed())}", table))
    return rows


def _row(
    what: str, seconds: float, most: float | None = None, budget: str = "", *, imports: float
) -> Row:
    over = most is not None and seconds > most
    return Row(what, f"{seconds:.1f} s", f"{seconds / imports:.1f}", budget, over)


def each_chapter_twice(root: Path) -> None:
    """Put a copy of each chapter beside it, with other labels, exhibits and glue names.

    A line of the concept note has its box in one chapter only, so the copies have none.
    """
    for path in pages.notebooks(root):
        notebook = nbformat.read(path, as_version=4)
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        own = {*re.findall(r"^\(([\w-]+)\)=", text, re.MULTILINE)}
        own |= {
            *re.findall(r"\{exhibit\} (\S+)", text),
            *re.findall(r"\{glue:text\}`([^`:]+)`", text),
        }
        name = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, own))})(?![\w-])")
        first = True
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                source = re.sub(
                    r"^(`{3,}|:{3,})\{claim\}.*?^\1$", "", cell.source, flags=re.M | re.S
                )
                source = source.replace("{verdicts}`this chapter`", "The verdicts stand there.")
                cell.source = _in_markup(source, name)
            elif first:
                cell.source += SUFFIXED
                first = False
        notebook.metadata[page_numbers.KEY] = page_numbers.next_free(page_numbers.given(root))
        nbformat.write(notebook, path.with_name(f"{path.stem}_again.ipynb"))
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for part in contents["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        again = [f"{file}_again" for file in files if file.startswith("notebooks/")]
        part["chapters"] += [{"file": file} for file in again]
    (root / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")


def _in_markup(text: str, name: re.Pattern) -> str:
    """Rename what stands in labels, roles and directives, and leave the prose as it is."""
    markup = re.compile(
        r"^\([\w-]+\)=|\{[\w:]+\}`[^`]*`|\{exhibit\} \S+|\]\(#[\w-]+\)", re.MULTILINE
    )
    # A number that another page publishes ("page.ipynb::name") keeps its name.
    return markup.sub(
        lambda found: found[0] if "::" in found[0] else name.sub(rf"\1{AGAIN}", found[0]), text
    )


def weights(root: Path) -> list[Row]:
    """Weigh the built pages: the heaviest with its figures, and what a first visit loads."""
    book = root / "_build" / "html"
    names = site.listed(root / "_toc.yml")
    heaviest = max(names, key=lambda name: page_weight(book, name))
    with sync_playwright() as playwright, browser.served(book) as address:
        running = browser.launch(playwright, chromium.provide())
        visits = {name: browser.Visit(running, address, name).run().weight for name in names}
        slow = {
            name: min(
                browser.slow_visit(running, f"{address}{name}.html", browser.PHONE).first_paint
                for _ in range(3)
            )
            for name in ("book/landing", Path(LARGEST).with_suffix("").as_posix())
        }
        running.close()
    largest = max(visits, key=visits.get)
    weighed = {
        f"Heaviest page with its figures ({heaviest})": page_weight(book, heaviest),
        f"First visit with all figures, read to its end ({largest})": visits[largest],
        "Style of every page": sum(
            (book / "_static" / name).stat().st_size for name in (assets.SHARED, "book.css")
        ),
    }
    budgets = [1e6, 1e6, 1e5]
    return [
        Row(what, f"{size / 1e6:.2f} MB", budget=f"{most / 1e6:g} MB", over=size > most)
        for (what, size), most in zip(weighed.items(), budgets, strict=True)
    ] + [
        Row(f"First paint at 1.6 Mbit/s ({name})", f"{s:.2f} s", budget="1.5 s", over=s > 1.5)
        for name, s in slow.items()
    ]


def cell_time(path: Path) -> float:
    """Run a notebook as a build does; return its cells' seconds, without the kernel's start."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=[WITHOUT_COLLECTION],
        record_timing=True,
    ).execute()
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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


if __name__ == "__main__":
    sys.exit(main())
