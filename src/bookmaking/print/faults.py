"""Read a finished PDF as a reader's program does, and say what is wrong with it.

What is looked for is what a printed book must have: tags and a language for those who have it read
aloud, words for each picture and link, an outline that agrees with the contents, numbers on the
pages, titles at their edges, links that lead somewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, OutlineItem, Pdf

from bookmaking.print import finish

ADDRESS = re.compile(r"https?://|mailto:")
EDGES = 100
"""A page with fewer letters holds nothing but its edges."""
TIMES = 2
"""A page of the book begins with its title as heading and at the edge of the paper."""


def of_pdf(path: Path, begins: Mapping[str, str]) -> list[str]:
    """Return a sentence for each fault of a PDF.

    ``begins`` has the titles of its pages of the book, and the number that the contents give the
    first page of each; "" without contents.
    """
    found = [*_of_text(path, begins)]
    with pikepdf.open(path) as pdf:
        with pdf.open_outline() as outline:
            titles = {item.title for item in _all(outline.root)}
        if missing := [title for title in begins if title not in titles]:
            found.append(f"its outline lacks {len(missing)} pages, the first is {missing[0]!r}.")
        found += [*_of_tags(pdf), *_of_links(pdf)]
    return [f"{path.name}: {fault}" for fault in found]


def _of_tags(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked") or "/K" not in root.get("/StructTreeRoot", {}):
        yield "it has no tags, so nobody can have it read aloud: print it with tagged=True."
    for number, page in enumerate(pdf.pages, 1):
        if any(is_bare for _, is_bare in finish.stretches(page.Contents.read_bytes())):
            yield f"page {number} shows what is neither tagged nor marked as no content."
    elements = [each for each in pdf.objects if isinstance(each, Dictionary)]
    silent = [each for each in elements if each.get("/S") == Name.Figure and "/Alt" not in each]
    if silent:
        yield f"{len(silent)} pictures have no words: give each image an alt text."
    if not any(each.get("/S") == Name.H1 for each in elements):
        yield "no heading is tagged as one: each page of the book must have an h1."


def _of_links(pdf: Pdf) -> Iterator[str]:
    pages = {page.objgen for page in pdf.pages}
    places = {name for name, place in pdf.Root.get("/Dests", {}).items()
              if place[0].objgen in pages}  # fmt: skip
    for number, page in enumerate(pdf.pages, 1):
        for link in page.get("/Annots", ()):
            address = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
            if "/Dest" in link and str(link.Dest) not in places:
                yield f"page {number}: a link to {link.Dest} leads nowhere in the file."
            elif address and not ADDRESS.match(address):
                yield f"page {number}: a link to {address} leads to no place on the network."
            elif "/Contents" not in link:
                yield f"page {number}: a link has no words."


def _all(items: Sequence[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _all(item.children)


def _of_text(path: Path, begins: Mapping[str, str]) -> Iterator[str]:
    texts = texts_of(path)
    total = len(texts)
    has_contents = any(begins.values())
    for number, text in enumerate(texts, 1):
        edge = f"{number} / {total}"
        if edge not in text and not (number == 1 and has_contents):
            yield f"page {number} does not say {edge!r}: its edges are not printed."
        elif len(text) < EDGES:
            yield f"page {number} is empty: a break of pages is where nothing follows."
    for heading, first in begins.items() if has_contents else ():
        # A line that ends within a title has no blank at its end.
        letters = "".join(texts[int(first) - 1].split()) if first else ""
        if letters.count("".join(heading.split())) < TIMES:
            yield (
                f"the contents say that {heading!r} begins on page {first or 'no'}, and it is "
                "not there as heading and at the edge."
            )


def texts_of(path: Path) -> list[str]:
    """Return the words of each page, with one blank between them."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    finally:
        pdf.close()
