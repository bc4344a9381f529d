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
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from bookmaking.print import front
from bookmaking.print.contents import Entry, Part
from bookmaking.print.document import anchor

MARKED = re.compile(rb"^(?:/\S+ (?:<<.*>> ?BDC|BMC)|EMC)\n", re.MULTILINE)
FRAMED = (Name.Figure, Name.Table)
"""What a frame holds; a picture holds nothing."""
PAINTS = re.compile(rb"\b(?:Tj|TJ|Do|f\*?|S|s|B\*?|b\*?|sh)\n")


def finish(
    printed: Path, finished: Path, book: Mapping[str, Any], title: str, parts: Sequence[Part] = ()
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
    index = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return {name: index[place[0].objgen] for name, place in pdf.Root.get("/Dests", {}).items()}


def _describe(pdf: Pdf, book: Mapping[str, Any], title: str) -> None:
    day = date.fromisoformat(str(book["date-released"]))
    written = f"D:{day:%Y%m%d}000000Z"
    about = " ".join(book["abstract"].split())
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=String(title),
            Author=String("; ".join(front.authors(book))),
            Subject=String(about),
            Keywords=String(", ".join(book.get("keywords", ()))),
            Creator=String(f"{book['title'].partition(':')[0]}, {front.version(book)}"),
            CreationDate=String(written),
            ModDate=String(written),
        )
    )
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = front.authors(book)
        metadata["dc:description"] = about
        metadata["dc:language"] = {"en"}
        metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = f"{day}T00:00:00Z"
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def _name_links(pdf: Pdf) -> None:
    """Describe each link by where it leads: the page and its title, or the address.

    A link to a place that is not in the PDF stays as it is, so that `faults` names it.
    """
    places = _places(pdf)
    begins = sorted((number, title) for title, number in _first_headings(pdf))
    titles, current = [], ""
    for number in range(len(pdf.pages)):
        current = next((title for page, title in begins if page == number), current)
        titles.append(current)
    for page in pdf.pages:
        for link in page.get("/Annots", ()):
            if "/Dest" in link:
                number = places.get(str(link.Dest))
                if number is not None:
                    words = f"Page {number + 1}: {titles[number]}".removesuffix(": ")
                    link.Contents = String(words)
            elif "/A" in link and "/URI" in link.A:
                link.Contents = String(str(link.A.URI))


def _first_headings(pdf: Pdf) -> list[tuple[str, int]]:
    """Return the title of each entry of the outline's first level, with the index of its page."""
    index = {page.objgen: number for number, page in enumerate(pdf.pages)}
    with pdf.open_outline() as outline:
        return [(item.title, index[item.destination[0].objgen]) for item in outline.root]


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


def _put_into_parts(pdf: Pdf, parts: Sequence[Part]) -> None:
    """Let the outline show the parts of the book, and pages below other pages."""
    index = {page.objgen: number for number, page in enumerate(pdf.pages)}
    places = _places(pdf)
    with pdf.open_outline() as outline:
        items = {index[item.destination[0].objgen]: item for item in outline.root}
        entries = [entry for part in parts for entry in part.entries]
        begins = {page: places.get(f"/{anchor(page)}")
                  for entry in entries for page in entry.pages()}  # fmt: skip
        # A page that is missing in the PDF is missing here too, and `faults` names it.
        found = {page: items[number] for page, number in begins.items() if number in items}
        in_parts = {id(item) for item in found.values()}
        root = [item for item in outline.root if id(item) not in in_parts]
        for part in parts:
            for entry in part.entries:
                _put_below(entry, found)
            entries = [found[entry.page] for entry in part.entries if entry.page in found]
            if part.caption and entries:
                first = entries[0].destination
                head = OutlineItem(part.caption, first)
                head.children.extend(entries)
                root.append(head)
            else:
                root.extend(entries)
        outline.root[:] = root


def _put_below(entry: Entry, found: Mapping[str, OutlineItem]) -> None:
    for below in entry.below:
        _put_below(below, found)
        if entry.page in found and below.page in found:
            found[entry.page].children.append(found[below.page])
