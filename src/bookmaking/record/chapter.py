"""What an executed notebook publishes, in which cell, from which tables; and where it argues lines.

Cells are counted from 1 with the cells of text, as messages of the build count them.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import nbformat

from bookmaking.record import reads
from bookmaking.source import pages

FENCE_OR_HEADING = re.compile(
    r"^ {0,3}(`{3,}|:{3,}|~{3,}).*?^ {0,3}\1\s*$|^(?P<heading>#{1,6}) ", re.MULTILINE | re.DOTALL
)
OUTSIDE = 7
"""The level of text that is below no heading."""


@dataclass(frozen=True)
class Published:
    """A number, figure or table: its cell, its kind, the tables behind it, a number's text."""

    cell: int
    kind: str
    tables: tuple[str, ...]
    text: str = ""


@dataclass
class Chapter:
    """What a page publishes and argues.

    ``argued`` has the figures, tables and numbers of the section of each line of the note, and
    ``cells`` counts the cells of code.
    """

    published: dict[str, Published] = field(default_factory=dict)
    argued: dict[str, list[str]] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)
    cells: int = 0

    def tables_of_line(self, line: str) -> list[str]:
        """Return the tables behind what the section of a line shows."""
        shown = (self.published[name] for name in self.argued[line] if name in self.published)
        return sorted({table for each in shown for table in each.tables})


def of_notebook(
    notebook: nbformat.NotebookNode, executed: nbformat.NotebookNode, known: Collection[str]
) -> Chapter:
    """Return what a notebook publishes and argues.

    ``notebook`` has its text, and ``executed`` its outputs, with or without the cells of text;
    ``known`` are the names of all tables.
    """
    numbered = list(enumerate(notebook.cells, 1))
    code = [(number, cell.source) for number, cell in numbered if cell.cell_type == "code"]
    chapter = of_text(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    chapter.cells = len(code)
    found = reads.of_cells([source for _, source in code], known)
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    for (number, _), read, of_cell in zip(code, found, outputs, strict=True):
        for output in of_cell:
            about = output.get("metadata", {})
            if not (name := about.get("scrapbook", {}).get("name")):
                continue
            kind = about.get("exhibit", {}).get("kind", "number")
            tables = tuple(sorted(read.of(name, is_number=kind == "number")))
            text = _text(output) if kind == "number" else ""
            chapter.published[name] = Published(number, kind, tables, text)
    return chapter


def of_text(cells: Iterable[str]) -> Chapter:
    """Return what the text of a page argues and places, from its cells."""
    chapter = Chapter()
    level = OUTSIDE
    of_lines: list[tuple[int, list[str]]] = []
    for heading, text in _pieces(cells):
        if heading:
            level = heading
            of_lines = [each for each in of_lines if each[0] < level]
        inside = list(pages.directives(text))
        placed = [argument for name, argument, _, _ in inside if name == "exhibit"]
        chapter.placed += placed
        for name, argument, _, _ in inside:
            if name == "claim":
                for line in re.split(r"[\s,]+", argument.strip()):
                    of_lines.append((level, chapter.argued.setdefault(line, [])))
        glued = [content for name, content in pages.roles(text) if name.startswith("glue")]
        for _, shown in of_lines:
            shown += [name for name in dict.fromkeys([*placed, *glued]) if name not in shown]
    return chapter


def _pieces(cells: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the parts of cells between headings, each with the level of its heading or 0."""
    for text in cells:
        found = [each for each in FENCE_OR_HEADING.finditer(text) if each["heading"]]
        starts = [(0, 0), *((each.start(), len(each["heading"])) for each in found)]
        for (start, level), (end, _) in pairwise([*starts, (len(text), 0)]):
            if start < end:
                yield level, text[start:end]


def _text(output: nbformat.NotebookNode) -> str:
    """Return a number as it is read; `exhibits` publishes it as a literal of Python."""
    texts = [text for mime, text in output.data.items() if mime.endswith("text/plain")]
    try:
        return str(ast.literal_eval("".join(texts[0]))) if texts else ""
    except (SyntaxError, ValueError):
        return "".join(texts[0])
