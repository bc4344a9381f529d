"""The sentences of what people write, each with the roles that are in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT
from decentwork import citations

ABBREVIATIONS = (
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bv)(?<!\bvs)(?<!\bp)(?<!\bpp)(?<!\bpara)(?<!\bparas)"
    r"(?<!\bNo)(?<!\bNos)(?<!\bart)(?<!\bArt)(?<!\bFig)(?<!\bal)(?<!\bapp)(?<!\bApp)(?<!\bvol)"
    r"(?<!\b[A-Z])"
)
END = re.compile(
    rf"{ABBREVIATIONS}[.!?…][\"”’')\]]*(?:\s*[{CITED}{pages.UNPLACED}])*\s+(?=[^\sa-z{CITED}])"
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

    def cited(self) -> Iterator[tuple[int, citations.Citation]]:
        """Yield the citations of the sentence, each with its place in the text."""
        for match, (name, content) in zip(MARKED.finditer(self.text), self.marks, strict=False):
            if name.startswith("cite:"):
                yield from ((match.start(), each) for each in _parsed(content))

    def citations_of(self, at: int) -> tuple[citations.Citation, ...]:
        """Return the next citations after a place in the text, or else the last."""
        by_place: dict[int, tuple[citations.Citation, ...]] = {}
        for start, each in self.cited():
            by_place[start] = (*by_place.get(start, ()), each)
        cited = [*by_place.items()]
        if not cited:
            return ()
        return next((found for start, found in cited if start >= at), cited[-1][1])

    def glued(self) -> Iterator[tuple[int, str]]:
        """Yield the place of each computed number in the text, and the name that it has."""
        for match, (_, content) in zip(MARKED.finditer(self.text), self.marks, strict=False):
            if match[0] == pages.GLUED:
                yield match.start(), content

    def with_roles(self) -> str:
        """Return the sentence with its citations and the names of computed numbers in brackets."""
        contents = iter(self.marks)

        def put(match: re.Match[str]) -> str:
            name, content = next(contents, ("", ""))
            named = name.startswith(("cite:", "glue:"))
            return f"[{content}]" if named else pages.SHOWN[match[0]]

        return " ".join(MARKED.sub(put, self.text).split())


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
        yield from _of_page(tuple(pages.cells(path, root)))


@cache
def _of_page(cells: tuple[pages.Cell, ...]) -> tuple[Sentence, ...]:
    found, section = [], ""
    for cell in cells:
        if cell.kind == "markdown":
            for sentence in of_cell(cell):
                section = sentence.section or section
                found.append(replace(sentence, section=section))
    return tuple(found)


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
        for text in split(passage.text):
            own = tuple(mark for _, mark in zip(MARKED.findall(text), marks, strict=False))
            yield Sentence(
                cell.file, cell.place, section, passage.kind, text, own, passage.from_the_note
            )


def _parsed(content: str) -> tuple[citations.Citation, ...]:
    try:
        return citations.parse(content)
    except ValueError:  # the check of sources tells of it
        return ()
