"""Add to a printed PDF what a browser cannot know.

It gets the book's data (title, authors, date), page numbers as its reader's program shows them, and
an outline with the parts of the book.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from bookmaking.print.contents import Entry
from bookmaking.print.document import PaperError, anchor
from bookmaking.site.page_metadata import person_name
from decentwork import days


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

    ``book`` is what CITATION.cff says, ``title`` the title of the PDF, and ``parts`` are those that
    its outline shall have. Raises PaperError if a picture would say nothing to those who have the
    file read aloud.
    """
    with pikepdf.open(printed) as pdf:
        elements = [each for each in pdf.objects if isinstance(each, Dictionary)]
        if any(each.get("/S") == Name.Figure and "/Alt" not in each for each in elements):
            raise PaperError(f"{title}: a picture has no words; give each image an alt text.")
        _describe(pdf, book, title)
        if parts:
            _put_into_parts(pdf, parts)
        pdf.save(
            finished,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )


def page_numbers(printed: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the number of the page on which each page of the book begins, from 1."""
    with pikepdf.open(printed) as pdf:
        places = _places(pdf)
        return {name: str(places[f"/{anchor(name)}"] + 1) for name in names}


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


def _put_into_parts(pdf: Pdf, parts: Sequence[Entry]) -> None:
    """Let the outline show the parts of the book, and pages below other pages."""
    places, index = _places(pdf), _page_index(pdf)
    with pdf.open_outline() as outline:
        items = {index[item.destination[0].objgen]: item for item in outline.root}

        def tree(entry: Entry) -> OutlineItem:
            below = [tree(each) for each in entry.below]
            if entry.page:
                item = items.pop(places[f"/{anchor(entry.page)}"])
            else:
                item = OutlineItem(entry.caption, below[0].destination)
            item.children.extend(below)
            return item

        in_parts = [tree(part) for part in parts]
        outline.root[:] = [*items.values(), *in_parts]
