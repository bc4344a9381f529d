"""What would change in the book: numbers of tables, numbers and headlines of chapters, verdicts.

A copy of the tables, the notebooks and the package `decentwork` gets the candidate tables. There
the chapters that read them are executed, and what they publish is compared with what they publish
now. Nothing in the book itself is written.
"""

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from bookmaking.execute import KeptNotebooks, folder_of
from bookmaking.record import chapter, reads
from bookmaking.source import folding
from bookmaking.tables import contract, known_numbers
from decentwork import claims, data
from decentwork.repository import DATA, ROOT

NEEDED = ("src/decentwork", "data", "notebooks", "references.bib", "_toc.yml", "CITATION.cff")
"""What a chapter needs to run."""
SECONDS = 120
"""How long one cell may run."""
HEADLINE = "headline of "


@dataclass(frozen=True)
class Says:
    """What a chapter publishes.

    ``texts`` has the text of each number and the headline of each figure, ``values`` the values
    behind each figure and table as CSV, both by name; ``shows`` and ``tables`` have what the
    section of each line of the note shows, and the tables behind that.
    """

    texts: Mapping[str, str]
    values: Mapping[str, str]
    shows: Mapping[str, Collection[str]]
    tables: Mapping[str, Collection[str]]


@dataclass
class Effect:
    """What would change in one chapter, which ``chapter`` names by its path without the ending.

    ``changed`` has name, text now and text then of each number and headline that differs;
    ``drawn`` the figures and tables that would show other values, and how many rows of values
    differ; ``fails`` the cells that fail with the candidate tables, each with its first line.
    ``lines`` has line, verdict and strength of what a reader of the register would look at again:
    lines whose section shows something that differs, or, where a cell fails, something of the
    tables.
    """

    chapter: str
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    drawn: list[tuple[str, int]] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changed or self.drawn or self.fails)


def copy_of_the_book(folder: Path, root: Path = ROOT) -> Path:
    """Copy what chapters need into a folder, and return the folder."""
    for name in NEEDED:
        source, target = root / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb*"))
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return folder


def numbers_that_break(copy: Path, table: str) -> list[tuple[str, str, str]]:
    """Return the known numbers of a table that it does not give in a copy.

    Each is a triple: what it says, the number that is written, and the one that the table gives.
    """
    metadata = data.metadata(table, copy / DATA.name)
    broken = known_numbers.not_given(metadata, contract.read(metadata))
    return [(known["what"], str(known["is"]), str(found)) for known, found in broken]


def readers(tables: Collection[str], root: Path = ROOT) -> list[Path]:
    """Return the notebooks that read one of the tables."""
    known = data.names(root / DATA.name)
    folder, notebooks = folder_of(root / "_build" / "html"), root / "notebooks"
    kernels = KeptNotebooks(folder).tables([*notebooks.rglob("*.ipynb")]) if folder.is_dir() else {}
    by_table = reads.by_notebook(root, known, kernels)
    return sorted({root / path for table in tables for path in by_table.get(table, ())})


def effects(tables: Collection[str], copy: Path, root: Path = ROOT) -> list[Effect]:
    """Return what would change in each chapter that reads one of the tables.

    ``copy`` is a copy of the book with the candidate tables (`copy_of_the_book`).
    """
    verdicts = {claim.id: claim for claim in claims.load(root / DATA.name)}
    return [_effect(path, tables, copy, root, verdicts) for path in readers(tables, root)]


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
    written = folding.read(path)
    now = of_executed(written, _outputs_now(path, root), known)
    run = _run(copy / name, copy)
    then = of_executed(written, run, known)
    effect.fails = _failed(run)
    # A number that a failed cell would have given is not gone.
    names = then.texts if effect.fails else dict.fromkeys((*now.texts, *then.texts))
    pairs = [(each, now.texts.get(each, ""), then.texts.get(each, "")) for each in names]
    effect.changed = [each for each in pairs if each[1] != each[2]]
    for each, values in then.values.items():
        after, before = {*values.splitlines()}, {*now.values.get(each, "").splitlines()}
        if differ := max(len(after - before), len(before - after)):
            effect.drawn.append((each, differ))
    differing = {each.removeprefix(HEADLINE) for each, _, _ in effect.changed}
    differing |= {each for each, _ in effect.drawn}
    effect.lines = [
        (line, verdicts[line].verdict, verdicts[line].strength or "")
        for line in sorted(now.shows.keys() & verdicts.keys())
        if differing.intersection(now.shows[line])
        or (effect.fails and set(tables).intersection(now.tables[line]))
    ]
    return effect


def _outputs_now(path: Path, root: Path) -> nbformat.NotebookNode:
    """Return a notebook with the outputs of the book as it is: those kept, if they still hold."""
    folder = folder_of(root / "_build" / "html")
    if folder.is_dir():
        kept = KeptNotebooks(folder)
        if (found := kept.executed(path)) is not None:
            return found
    return _run(path, root)


def _run(path: Path, root: Path) -> nbformat.NotebookNode:
    """Run all cells of a notebook, also after one that fails, with the tables of a book."""
    client = NotebookClient(
        folding.read(path),
        resources={"metadata": {"path": str(path.parent)}},
        timeout=SECONDS,
        allow_errors=True,
        shutdown_kernel="immediate",
        record_timing=False,
    )
    # It comes before the installed package, whose tables are always those of the book itself.
    return client.execute(env={**os.environ, "PYTHONPATH": str(root / "src")})


def _failed(executed: nbformat.NotebookNode) -> list[str]:
    return [
        f"cell {number}: {output.evalue.splitlines()[0] if output.evalue else output.ename}"
        for number, cell in enumerate(executed.cells, 1)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def of_executed(
    notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode, known: Collection[str]
) -> Says:
    """Return what an executed notebook publishes, and what its lines show.

    Parameters are those of `bookmaking.record.chapter.of_notebook`.
    """
    made = chapter.of_notebook(notebook, executed, known)
    texts = {name: each.text for name, each in made.published.items() if each.kind == "number"}
    values = {}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            exhibit = output.get("metadata", {}).get("exhibit") or {}
            if exhibit:
                name = output["metadata"]["scrapbook"]["name"]
                values[name] = exhibit["csv"]
                if "headline" in exhibit:
                    texts[f"{HEADLINE}{name}"] = exhibit["headline"]
    tables = {line: made.tables_of_line(line) for line in made.argued}
    return Says(texts, values, made.argued, tables)
