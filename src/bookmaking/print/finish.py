"""Add to a printed PDF what a browser cannot know, and take out what differs between two prints.

It gets the book's data (title, authors, date), page numbers as its reader's program shows them, an
outline with the parts of the book, and words for each link. Chromium leaves three things undone
that those need who have a PDF read aloud. It does not say that running heads and lines are no
content, it marks the frame around a picture as a second picture without words, and it gives links
no description. Upstream: no issue found. Each can go when `faults` finds nothing without it
(tests/test_paper.py fails then).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from bookmaking.print.contents import Entry
from bookmaking.print.document import anchor
from bookmaking.site.page_metadata import person_name
from decentwork import days

MARKED = re.compile(rb"^(?:/\S+ (?:<<.*>> ?BDC|BMC)|EMC)\n", re.MULTILINE)
FRAMED = (Name.Figure, Name.Table)
"""What a frame holds; a picture holds nothing."""
PAINTS = re.compile(rb"\b(?:Tj|TJ|Do|f\*?|S|s|B\*?|b\*?|sh)\n")


def version(book: Mapping[str, Any]) -> str:
    """Return the version of the book and its date, as CITATION.cff gives them."""
    return f"Version {book['version']}, {days.in_words(str(book['date-released']))}"


def authors(book: Mapping[str, Any]) -> list[str]:
    """Return the authors of the book, as CITATION.cff names them."""
    return [person_name(each) for each in book["authors"]]


def finish(
    printed: Path, finished: Path, book: Mapping[str, Any], title: str, parts: Sequence[Entry] = ()
) -> None:
    """Write the ``finished`` file from the ``printed`` one.

    Parameters
    ----------
    book
        What CITATION.cff says.
    title
        The title of the PDF.
    parts
        The parts of the book, which the outline then has; empty for a chapter.
    """
    with pikepdf.open(printed) as pdf:
        _describe(pdf, book, title)
        _name_links(pdf)
        _only_pictures_are_figures(pdf)
        for page in pdf.pages:
            page.Contents = pdf.make_stream(_with_artifacts(page.Contents.read_bytes()))
        if parts:
            _put_into_parts(pdf, parts)
        pdf.save(
            finished,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )


def page_numbers(printed: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the number of the page on which each page of the book begins, from 1.

    A page of the book that has no place in the PDF is left out, and `faults` names it.
    """
    with pikepdf.open(printed) as pdf:
        places = _places(pdf)
        begins = {name: places.get(f"/{anchor(name)}") for name in names}
        return {name: str(number + 1) for name, number in begins.items() if number is not None}


def _places(pdf: Pdf) -> dict[str, int]:
    """Return the index of the page of each named place."""
    index = _page_index(pdf)
    return {name: index[place[0].objgen] for name, place in pdf.Root.get("/Dests", {}).items()}


def _page_index(pdf: Pdf) -> dict[tuple[int, int], int]:
    return {page.objgen: number for number, page in enumerate(pdf.pages)}


def _describe(pdf: Pdf, book: Mapping[str, Any], title: str) -> None:
    del pdf.docinfo  # what Chromium says of itself; pikepdf writes it again from the metadata
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = authors(book)
        metadata["dc:description"] = " ".join(book["abstract"].split())
        metadata["dc:language"] = {"en"}
        metadata["pdf:Keywords"] = ", ".join(book.get("keywords", ()))
        metadata["xmp:CreatorTool"] = f"{book['title'].partition(':')[0]}, {version(book)}"
        released = f"{book['date-released']}T00:00:00Z"
        metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = released
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def _name_links(pdf: Pdf) -> None:
    """Describe each link by where it leads: the page and its title, or the address.

    A link to a place that is not in the PDF stays as it is, so that `faults` names it.
    """
    places, index = _places(pdf), _page_index(pdf)
    with pdf.open_outline() as outline:
        begins = {index[item.destination[0].objgen]: item.title for item in reversed(outline.root)}
    titles, current = [], ""
    for number in range(len(pdf.pages)):
        current = begins.get(number, current)
        titles.append(current)
    for page in pdf.pages:
        for link in page.get("/Annots", ()):
            if "/Dest" in link and (number := places.get(str(link.Dest))) is not None:
                words = f"Page {number + 1}: {titles[number]}".removesuffix(": ")
                link.Contents = String(words)
            elif "/A" in link and "/URI" in link.A:
                link.Contents = String(str(link.A.URI))


def _only_pictures_are_figures(pdf: Pdf) -> None:
    """Let frames be no pictures. A picture without words stays one, so that `faults` names it."""
    for each in pdf.objects:
        if not isinstance(each, Dictionary) or each.get("/S") != Name.Figure or "/Alt" in each:
            continue
        if any(inner.get("/S") in FRAMED for inner in _elements_in(each)):
            each.S = Name.Div


def _elements_in(element: Dictionary) -> Iterator[Dictionary]:
    """Give each element of the tree of tags below an ``element``."""
    below = element.get("/K", ())
    for each in below if isinstance(below, Array) else [below]:
        if isinstance(each, Dictionary) and "/S" in each:
            yield each
            yield from _elements_in(each)


def _with_artifacts(content: bytes) -> bytes:
    """Return the ``content`` of a page in which all that is not tagged is marked as no content."""
    return b"".join(
        b"/Artifact BMC\n" + stretch.rstrip(b"\n") + b"\nEMC\n" if is_bare else stretch
        for stretch, is_bare in stretches(content)
    )


def stretches(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut the ``content`` of a page at its marks.

    Give each stretch, and whether it is bare: whether it paints and is outside of all marks.
    """
    end, depth = 0, 0
    for mark in MARKED.finditer(content):
        stretch = content[end : mark.start()]
        yield stretch, depth == 0 and bool(PAINTS.search(stretch))
        yield mark[0], False
        depth += -1 if mark[0] == b"EMC\n" else 1
        end = mark.end()
    yield content[end:], depth == 0 and bool(PAINTS.search(content[end:]))


def _put_into_parts(pdf: Pdf, parts: Sequence[Entry]) -> None:
    """Let the outline show the parts of the book, and pages below other pages."""
    places, index = _places(pdf), _page_index(pdf)
    with pdf.open_outline() as outline:
        items = {index[item.destination[0].objgen]: item for item in outline.root}

        def tree(entry: Entry) -> list[OutlineItem]:
            # A page that is missing in the PDF is missing here too, and `faults` names it.
            item = items.pop(places.get(f"/{anchor(entry.page)}"), None)
            below = [item for each in entry.below for item in tree(each)]
            if item is None and entry.caption and below:
                item = OutlineItem(entry.caption, below[0].destination)
            if item is None:
                return below
            item.children.extend(below)
            return [item]

        in_parts = [item for part in parts for item in tree(part)]
        outline.root[:] = [*items.values(), *in_parts]
