"""The sentences of what people write, each with the roles that stand in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bookmaking.checks import numbers
from bookmaking.source import pages
from bookmaking.tools import measured
from decentwork import citations

BESIDE = ("README.md", "CONTRIBUTING.md", "CITATION.cff")
"""Files that readers see beside the pages."""
OF_A_RELEASE = ("version:", "date-released:", "cff-version:")
"""What changes in them with each release; the gate `repository` compares it."""
MARKED = re.compile("[" + "".join(pages.SHOWN) + "]")


@dataclass(frozen=True)
class Sentence:
    """A sentence that a reader sees, with the role that each marking character stands for."""

    file: str
    place: str
    section: str
    kind: str
    text: str
    marks: tuple[tuple[str, str], ...]
    from_the_note: bool

    @property
    def readable(self) -> str:
        """The sentence with words in the place of roles."""
        return pages.readable(self.text)

    def source_of(self, at: int) -> tuple[str, ...]:
        """Return the keys of the next citation after a place in the text, or else the last."""
        cited = [
            (match.start(), _keys(content))
            for match, (name, content) in zip(MARKED.finditer(self.text), self.marks, strict=False)
            if name.startswith("cite:")
        ]
        if not cited:
            return ()
        return next((keys for start, keys in cited if start >= at), cited[-1][1])

    def with_roles(self, text: str | None = None, *, glued: bool = False) -> str:
        """Return the sentence with the content of its citations, and of glued numbers if wanted.

        ``text`` is the sentence with other words in it, and the same marking characters.
        """
        contents = iter(self.marks)

        def put(match: re.Match[str]) -> str:
            name, content = next(contents, ("", ""))
            if name.startswith("cite:") or (glued and name.startswith("glue:")):
                return f"[{content}]"
            return pages.SHOWN[match[0]]

        return " ".join(MARKED.sub(put, self.text if text is None else text).split())


def of_book(root: Path, files: Sequence[Path] = ()) -> Iterator[Sentence]:
    """Yield the sentences of all pages and notebooks, and of what stands beside them."""
    for path in pages.changed(root, files):
        section = ""
        for cell in pages.cells(path, root):
            if cell.kind == "markdown":
                for sentence in of_cell(cell):
                    section = sentence.section or section
                    yield replace(sentence, section=section)
    for name in BESIDE:
        path = root / name
        if path.is_file() and (not files or path in files):
            lines = measured.without(path.read_text(encoding="utf-8")).splitlines()
            text = "\n".join(line for line in lines if not line.startswith(OF_A_RELEASE))
            yield from of_cell(pages.Cell(name, None, "markdown", text))


@cache
def of_cell(cell: pages.Cell) -> tuple[Sentence, ...]:
    """Return the sentences of a Markdown cell."""
    return tuple(_of_cell(cell))


def _of_cell(cell: pages.Cell) -> Iterator[Sentence]:
    section = ""
    for passage in pages.shown(cell):
        if passage.kind == "HTML":
            continue
        if passage.kind == "heading" and not passage.inside:
            section = pages.readable(passage.text)
        marks = iter(passage.marks)
        for text in numbers.sentences(passage.text):
            own = tuple(mark for _, mark in zip(MARKED.findall(text), marks, strict=False))
            yield Sentence(
                cell.file, cell.place, section, passage.kind, text, own, passage.from_the_note
            )


def _keys(content: str) -> tuple[str, ...]:
    try:
        return tuple(citation.key for citation in citations.parse(content))
    except ValueError:
        return (content,)
