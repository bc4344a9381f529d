"""What an executed notebook publishes, in which cell and from which tables, and what it places.

Cells are counted from 1 with the cells of text, as messages of the build count them.
"""

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

import nbformat

from bookmaking.record import reads
from bookmaking.source import pages


@dataclass(frozen=True)
class Published:
    """A number, figure or table: its cell, its kind, the tables behind it, a number's text."""

    cell: int
    kind: str
    tables: tuple[str, ...]
    text: str = ""


@dataclass
class Chapter:
    """What a notebook publishes, what its text places, and how many cells of code it has."""

    published: dict[str, Published] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)
    cells: int = 0


def of_notebook(
    notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode, known: Collection[str]
) -> Chapter:
    """Return what a notebook publishes and places.

    ``notebook`` has its text, and ``executed`` its outputs, with or without the cells of text;
    ``known`` are the names of all tables.
    """
    numbered = list(enumerate(notebook.cells, 1))
    code = [(number, cell.source) for number, cell in numbered if cell.cell_type == "code"]
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    inside = (each for text in prose for each in pages.directives(text))
    placed = [argument for name, argument, _, _ in inside if name == "exhibit"]
    chapter = Chapter(placed=placed, cells=len(code))
    found = reads.of_cells([source for _, source in code], known)
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    for (number, _), read, of_cell in zip(code, found, outputs, strict=True):
        for output in of_cell:
            about = output.get("metadata", {})
            if name := about.get("scrapbook", {}).get("name"):
                kind = about.get("exhibit", {}).get("kind", "number")
                tables = tuple(sorted(read.of(name, is_number=kind == "number")))
                text = _text(output) if kind == "number" else ""
                chapter.published[name] = Published(number, kind, tables, text)
    return chapter


def _text(output: nbformat.NotebookNode) -> str:
    """Return a number as it is read; `exhibits` publishes it as a literal of Python."""
    texts = [text for mime, text in output.data.items() if mime.endswith("text/plain")]
    return str(ast.literal_eval("".join(texts[0]))) if texts else ""
