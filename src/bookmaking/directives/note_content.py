"""The note at a glance: its parts and paragraphs in the words of the book, each with its lines.

Each function takes paragraphs and claims and returns elements (see `elements`); nothing here needs
Sphinx. `register` places the result on a page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookmaking.directives.elements import Content, Element, LabelLink, PageLink, Section, html
from bookmaking.directives.pieces import capital, joined
from bookmaking.directives.register_content import row_link, verdict
from decentwork.claims import PARTS, Claim

NAME = "note-paragraphs"
"""The table of the note's paragraphs."""
FOOTNOTES = "footnotes"
ONLY = "paragraph 1"
NO_LINE = "No line is taken from it."


class NoteError(ValueError):
    """A line of the note whose paragraph has no row."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the note: its part (a key of `claims.PARTS`), its place there, its gist."""

    part: str
    place: str
    summary: str


def paragraphs(rows: Iterable[Mapping[str, str]]) -> list[Paragraph]:
    """Return the paragraphs that the rows of the table describe."""
    return [Paragraph(row["part"], row["place"], row["summary"]) for row in rows]


def place_of(claim: Claim) -> str:
    """Return the paragraph from which a line comes, as the table of paragraphs names it.

    A panel is one paragraph, so its lines name sentences.
    """
    if claim.place.startswith("paragraph"):
        return claim.place.partition(",")[0]
    return FOOTNOTES if claim.place.startswith("footnote") else ONLY


def glance(note: Sequence[Paragraph], register: Sequence[Claim]) -> list[Section]:
    """Return a section for each part of the note, with its paragraphs and their lines.

    Raises NoteError when a line comes from a paragraph that has no row.
    """
    lines: dict[tuple[str, str], list[Claim]] = {(one.part, one.place): [] for one in note}
    for claim in register:
        place = (claim.prefix, place_of(claim))
        if place not in lines:
            raise NoteError(
                f"{claim.id} comes from {place[1]} of {claim.part}, which {NAME} does not have; "
                "add its row, or correct the place of the line."
            )
        lines[place].append(claim)
    return [
        Section(
            named.title,
            [_paragraph(one, lines[one.part, one.place]) for one in note if one.part == part],
        )
        for part, named in PARTS.items()
    ]


def _paragraph(paragraph: Paragraph, lines: Sequence[Claim]) -> Element:
    place = html("strong", f"{capital(paragraph.place)}.", class_="glance-place")
    said: list[Content] = [place, f" {paragraph.summary} "]
    if not lines:
        return html("p", *said, html("small", NO_LINE), class_="glance-said")
    pages = joined(PageLink(page) for page in dict.fromkeys(claim.page for claim in lines))
    listed = html("ul", *map(_line, lines), role="list")
    argued = html("small", "Argued in ", *pages, ".")
    return html("div", html("p", *said, argued, class_="glance-said"), listed, class_="glance")


def _line(claim: Claim) -> Element:
    """Return a line: its id leads to its row, its title to the place where the book argues it."""
    title = LabelLink(claim.label, claim.title) if claim.is_examined else claim.title
    words = html("span", title, class_="glance-line")
    return html("li", row_link(claim.id), " ", words, " ", verdict(claim))
