"""What would change in the book: numbers of tables, numbers and headlines of chapters, verdicts.

A copy of the tables, the notebooks and the package `decentwork` gets the candidate tables. There
the chapters that read them are executed, and what they publish is compared with what they publish
now. Nothing in the book itself is written.
"""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from bookmaking.build.kept import KeptNotebooks, folder_of
from bookmaking.gates import headlines
from bookmaking.pages import folding
from bookmaking.record import chapter, reads
from decentwork import claims, data
from decentwork.repository import DATA, ROOT

NEEDED = ("src/decentwork", "data", "notebooks", "references.bib", "_toc.yml", "CITATION.cff")
"""What a chapter needs to run."""
SECONDS = 120
"""How long one cell may run."""


@dataclass(frozen=True)
class Says:
    """What a chapter publishes: the text of each number and the headline of each figure, by name.

    ``lines`` are the lines of the note whose section shows something made from a table, by table.
    """

    texts: Mapping[str, str]
    lines: Mapping[str, Collection[str]]


@dataclass
class Effect:
    """What would change in one chapter.

    Parameters
    ----------
    chapter
        Its path, without the ending.
    changed
        Name, text now and text then of each number and headline that differs; "" for none.
    fails
        The cells that fail with the candidate tables, each with its first line: a test of a figure
        that no longer holds, for example. Later cells that need what such a cell computes fail
        with it.
    lines
        Line, verdict and strength of what a reader of the register would look at again.
    """

    chapter: str
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)


@contextmanager
def copy_of_the_book(folder: Path, root: Path = ROOT) -> Iterator[Path]:
    """Copy what chapters need into a folder, and let kernels that start now work there."""
    for name in NEEDED:
        source, target = root / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb*"))
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    before = os.environ.get("PYTHONPATH")
    # It comes before the installed package, whose tables are those of the book itself.
    os.environ["PYTHONPATH"] = str(folder / "src")
    try:
        yield folder
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def headlines_that_break(copy: Path, tables: Collection[str]) -> list[str]:
    """Return the numbers of `headlines.yml` that the tables in a copy do not give."""
    found = []
    for name in sorted(tables):
        path = data.sidecar(name, copy / DATA.name).csv_path
        found += [each for each in headlines.check(copy, [path]) if f"/{name}.csv" in each]
    return found


def readers(tables: Collection[str], root: Path = ROOT) -> list[Path]:
    """Return the notebooks that read one of the tables."""
    known = data.names(root / DATA.name)
    by_table = reads.by_notebook(root / "notebooks", known)
    return sorted({root / path for table in tables for path in by_table.get(table, ())})


def effects(
    tables: Collection[str], copy: Path, root: Path = ROOT, notebooks: Collection[Path] = ()
) -> list[Effect]:
    """Return what would change in each chapter that reads one of the tables.

    Parameters
    ----------
    tables
        The tables that differ in the copy.
    copy
        A copy of the book with the candidate tables (`copy_of_the_book`).
    notebooks
        The notebooks to run; those that read the tables, if none are named.
    """
    verdicts = {claim.id: claim for claim in claims.load(root / DATA.name)}
    return [
        _effect(path, tables, copy, root, verdicts) for path in notebooks or readers(tables, root)
    ]


def _effect(
    path: Path,
    tables: Collection[str],
    copy: Path,
    root: Path,
    verdicts: Mapping[str, claims.Claim],
) -> Effect:
    name = path.relative_to(root)
    effect = Effect(name.with_suffix("").as_posix())
    known = data.names(root / DATA.name)
    now = said(path, _outputs_now(path, root), known)
    run = _run(copy / name)
    then = said(path, run, known)
    effect.fails = _failed(run)
    # A number that a failed cell would have given is not gone.
    names = then.texts if effect.fails else dict.fromkeys((*now.texts, *then.texts))
    pairs = [(each, now.texts.get(each, ""), then.texts.get(each, "")) for each in names]
    effect.changed = [each for each in pairs if each[1] != each[2]]
    lines = {line for table in tables for line in now.lines.get(table, ())}
    effect.lines = [
        (line, verdicts[line].verdict, verdicts[line].strength or "")
        for line in sorted(lines & verdicts.keys())
    ]
    return effect


def _outputs_now(path: Path, root: Path) -> nbformat.NotebookNode:
    """Return a notebook with the outputs of the book as it is: those kept, if they still hold."""
    folder = folder_of(root / "_build" / "html")
    if folder.is_dir():
        kept = KeptNotebooks(folder)
        if str(path) not in kept.outdated() and (found := kept.executed(path)) is not None:
            return found
    inside = os.environ.pop("PYTHONPATH", None)  # the chapter as it is reads the book's own tables
    try:
        return _run(path)
    finally:
        if inside is not None:
            os.environ["PYTHONPATH"] = inside


def _run(path: Path) -> nbformat.NotebookNode:
    """Run all cells of a notebook, also after one that fails."""
    client = NotebookClient(
        folding.read(path),
        resources={"metadata": {"path": str(path.parent)}},
        timeout=SECONDS,
        allow_errors=True,
        shutdown_kernel="immediate",
        record_timing=False,
    )
    return client.execute()


def _failed(executed: nbformat.NotebookNode) -> list[str]:
    return [
        f"cell {number}: {output.evalue.splitlines()[0] if output.evalue else output.ename}"
        for number, cell in enumerate(executed.cells, 1)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def said(path: Path, executed: nbformat.NotebookNode, known: Collection[str]) -> Says:
    """Return what an executed notebook publishes, and which lines each table stands behind."""
    made = chapter.of_notebook(folding.read(path), executed, known)
    texts = {name: each.text for name, each in made.published.items() if each.kind == "number"}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            exhibit = output.get("metadata", {}).get("exhibit") or {}
            if "headline" in exhibit:
                name = output["metadata"]["scrapbook"]["name"]
                texts[f"headline of {name}"] = exhibit["headline"]
    lines: dict[str, set[str]] = {}
    for line in made.argued:
        for table in made.tables_of_line(line):
            lines.setdefault(table, set()).add(line)
    return Says(texts, lines)
