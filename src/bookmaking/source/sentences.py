"""The sentences of what people write, each with the roles that are in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT
from decentwork import citations

SHORT = "e.g i.e cf v vs p pp para paras No Nos art Art Fig al app App vol [A-Z]"
"""Abbreviations: the full stop after them ends no sentence."""
NOT_AFTER = "".join(rf"(?<!\b{each})" for each in SHORT.replace(".", r"\.").split())
END = re.compile(
    rf"{NOT_AFTER}[.!?…][\"”’')\]]*(?:\s*[{CITED}{pages.UNPLACED}])*\s+(?=[^\sa-z{CITED}])"
)
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

    def marked(self) -> Iterator[tuple[int, str, str]]:
        """Yield the place of each role in the text, its name and its content."""
        for match, mark in zip(MARKED.finditer(self.text), self.marks, strict=False):
            yield match.start(), *mark

    def cited(self) -> Iterator[tuple[int, citations.Citation]]:
        """Yield the citations of the sentence, each with its place in the text."""
        for start, name, content in self.marked():
            if name.startswith("cite:"):
                yield from ((start, each) for each in _parsed(content))

    def citations_of(self, at: int) -> tuple[citations.Citation, ...]:
        """Return the next citations after a place in the text, or else the last."""
        cited = list(self.cited())
        starts = [start for start, _ in cited]
        chosen = next((start for start in starts if start >= at), starts[-1] if starts else None)
        return tuple(each for start, each in cited if start == chosen)

    def glued(self) -> Iterator[tuple[int, str]]:
        """Yield the place of each computed number in the text, and the name that it has."""
        return ((at, said) for at, name, said in self.marked() if name.startswith("glue:"))


@cache
def split(text: str) -> tuple[str, ...]:
    """Split running text into sentences; a citation in brackets belongs to the words before it."""
    cuts = [0, *(match.end() for match in END.finditer(text)), len(text)]
    return tuple(text[start:stop].strip() for start, stop in pairwise(cuts))


def is_cited(text: str) -> bool:
    """Return whether a sentence cites a source with the place in it."""
    return CITED in text or CITED_IN_TEXT in text


def of_book(root: Path, files: Sequence[Path] = ()) -> Iterator[Sentence]:
    """Yield the sentences of all pages and notebooks, or of those of them that are in ``files``."""
    for path in pages.changed(root, files):
        yield from of_cells(tuple(pages.cells(path, root)))


@cache
def of_cells(cells: tuple[pages.Cell, ...]) -> tuple[Sentence, ...]:
    """Return the sentences of Markdown cells that follow each other."""
    found, section = [], ""
    for cell in cells:
        for passage in pages.shown(cell) if cell.kind == "markdown" else ():
            if passage.kind == "HTML":
                continue
            if passage.kind == "heading" and not passage.inside:
                section = pages.readable(passage.text)
            marks, noted = iter(passage.marks), passage.from_the_note
            for text in split(passage.text):
                own = tuple(mark for _, mark in zip(MARKED.findall(text), marks, strict=False))
                found.append(
                    Sentence(cell.file, cell.place, section, passage.kind, text, own, noted)
                )
    return tuple(found)


def _parsed(content: str) -> tuple[citations.Citation, ...]:
    try:
        return citations.parse(content)
    except ValueError:  # the check of sources tells of it
        return ()
