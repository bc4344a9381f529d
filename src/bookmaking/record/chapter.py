"""What an executed notebook publishes, in which cell, from which tables; and where it argues lines.

Cells are counted from 1 with the cells of text, as messages of the build count them.
"""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import nbformat

from bookmaking.record import reads
from bookmaking.source import pages

FENCE = re.compile(r"^\s{0,3}(`{3,}|:{3,}|~{3,})")
HEADING = re.compile(r"^(#{1,6}) ")
OUTSIDE = 7
"""The level of text that is below no heading."""


@dataclass(frozen=True)
class Published:
    """A number, figure or table: its cell, its kind, the tables behind it, and what it says.

    ``text`` is the text of a number; ``source`` holds the citations of a figure or table.
    """

    cell: int
    kind: str
    tables: tuple[str, ...]
    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class Argued:
    """Where a line of the note is argued: the cell of its box, and what its section shows."""

    cell: int
    shows: tuple[str, ...] = ()


@dataclass
class Chapter:
    """What a page publishes and argues; ``cells`` counts its code cells."""

    published: dict[str, Published] = field(default_factory=dict)
    argued: dict[str, Argued] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)
    cells: int = 0

    def tables_of_line(self, line: str) -> list[str]:
        """Return the tables behind what the section of a line shows."""
        shown = (self.published[name] for name in self.argued[line].shows if name in self.published)
        return sorted({table for each in shown for table in each.tables})


def of_notebook(
    notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode, known: Collection[str]
) -> Chapter:
    """Return what a notebook publishes and argues.

    Parameters
    ----------
    notebook
        The notebook as it is written, with its text.
    executed
        The notebook with its outputs; kept notebooks have only the cells of code.
    known
        The names of all tables.
    """
    numbered = list(enumerate(notebook.cells, 1))
    code = [(number, cell) for number, cell in numbered if cell.cell_type == "code"]
    chapter = of_text(
        [(number, cell.source) for number, cell in numbered if cell.cell_type == "markdown"]
    )
    chapter.cells = len(code)
    found = reads.of_cells([cell.source for _, cell in code], known)
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    for (number, _), read, of_cell in zip(code, found, outputs, strict=True):
        for name, output in _published(of_cell):
            exhibit = output.metadata.get("exhibit")
            tables = read.of(name, is_number=exhibit is None)
            if exhibit is None:
                made = Published(number, "number", tuple(sorted(tables)), text=_text(output))
            else:
                source = exhibit["source"]
                made = Published(number, exhibit["kind"], tuple(sorted(tables)), source=source)
            chapter.published[name] = made
    return chapter


def of_text(cells: list[tuple[int, str]]) -> Chapter:
    """Return what the text of a page argues and places, from its cells with their numbers."""
    pieces = [(number, *piece) for number, text in cells for piece in _pieces(text)]
    chapter = Chapter()
    shown, lines = [], []
    for _, _, text in pieces:
        inside = list(pages.directives(text))
        placed = [argument for name, argument, _, _ in inside if name == "exhibit"]
        glued = [content for name, content in pages.roles(text) if name.startswith("glue")]
        chapter.placed += placed
        shown.append((*placed, *glued))
        lines.append([argument for name, argument, _, _ in inside if name == "claim"])
    for position, named in enumerate(lines):
        end = _end_of_section([level for _, level, _ in pieces], position)
        shows = dict.fromkeys(name for each in shown[position:end] for name in each)
        for line in re.split(r"[\s,]+", " ".join(named).strip()):
            if line:
                chapter.argued[line] = Argued(pieces[position][0], tuple(shows))
    return chapter


def _pieces(text: str) -> Iterator[tuple[int | None, str]]:
    """Yield the parts of a cell between headings, each with the level of its heading or None."""
    level, lines, fence = None, [], ""
    for line in text.splitlines():
        if opened := FENCE.match(line):
            mark = opened[1]
            if not fence:
                fence = mark
            elif mark.startswith(fence) and line.strip() == mark:
                fence = ""
        heading = None if fence else HEADING.match(line)
        if heading:
            if lines:
                yield level, "\n".join(lines)
            level, lines = len(heading[1]), []
        lines.append(line)
    if lines:
        yield level, "\n".join(lines)


def _end_of_section(levels: list[int | None], position: int) -> int:
    """Return the first piece after ``position`` that stands outside its section."""
    own = next((each for each in reversed(levels[: position + 1]) if each is not None), OUTSIDE)
    for later in range(position + 1, len(levels)):
        if levels[later] is not None and levels[later] <= own:
            return later
    return len(levels)


def _published(
    outputs: list[nbformat.NotebookNode],
) -> Iterator[tuple[str, nbformat.NotebookNode]]:
    """Yield what a cell published through `decentwork.exhibits`, by its name."""
    for output in outputs:
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        if name:
            yield name, output


def _text(output: nbformat.NotebookNode) -> str:
    """Return a number as it is read; `exhibits` publishes it as a literal of Python."""
    texts = [text for mime, text in output.data.items() if mime.endswith("text/plain")]
    try:
        return str(ast.literal_eval("".join(texts[0]))) if texts else ""
    except (SyntaxError, ValueError):
        return "".join(texts[0])
