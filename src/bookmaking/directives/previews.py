"""Previews of terms, sources, figures, tables and lines of the register.

A preview is a heading and paragraphs, as plain text. What is on the page itself is copied from it
by ``book/_static/previews.js``. For what is on another page, each page that is mentioned gets a
script with its previews: a script, because a page that is opened from disk may load no other file.
It is made from the HTML of the page, whenever the page is written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import lxml.html

from bookmaking import site_files
from bookmaking.directives.elements import PARALLEL
from bookmaking.directives.list_of_sources import lists_all
from bookmaking.directives.register import claims_of, row_label
from decentwork.claims import Claim

Preview = list[str]
"""A heading, and paragraphs."""

FILES = ".previews.js"
"""How the name of the file with the previews of a page ends; its start is the page's own."""
HAS_SOME = re.compile(r'\bid="(?:term|fig|tbl|line|source)-')


def of_line(claim: Claim) -> Preview:
    """Return the preview of a line: the note's words, the answer, and the words of its parts."""
    return [claim.id, f"The note says: {claim.line}", claim.answer, f"By parts: {claim.verdict}."]


def in_page(
    body: str, title: str, lines: Mapping[str, Preview], *, with_sources: bool
) -> Iterator[tuple[str, Preview]]:
    """Yield the previews of what is on a page, each with the name of its place there.

    ``body`` is the HTML of the page without its frame; ``lines`` are the previews of the lines of
    the note, and ``with_sources`` says whether citations on other pages lead to sources here.
    """
    page = lxml.html.fragment_fromstring(body, create_parent=True)
    for link in page.find_class("headerlink"):
        link.drop_tree()
    for place in page.xpath("//dt[@id] | //li[@id] | //figure[@id] | //table[@id]"):
        name = place.get("id")
        kind = name.partition("-")[0]
        if kind == "term":
            meaning = next(place.itersiblings("dd"))
            yield name, [_text(place), *map(_text, meaning.iter("p"))]
        elif kind in ("fig", "tbl"):
            for says in (place.find_class("exhibit-headline") + place.find_class("caption-text"))[
                :1
            ]:
                yield name, [_text(says), f"In: {title}"]
        elif kind == "source" and with_sources:
            yield name, [_text(place.find("p"))]
        elif name in lines:
            yield name, lines[name]


def _text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def as_script(previews: Mapping[str, Preview]) -> str:
    """Return the file with the previews of a page by the name of their place on it."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(previews[name], ensure_ascii=False)}"
        for name in sorted(previews)
    ]
    return "bookPreviews({\n" + ",\n".join(lines) + "\n});\n"


def _write(app, page: str, _template: str, context: dict, doctree: object) -> None:
    """Write the file of a page that is written, if the page has places with a preview."""
    if doctree is None or not HAS_SOME.search(context["body"]) or app.builder.name != "html":
        return
    lines = {row_label(claim.id): of_line(claim) for claim in claims_of(app.env).values()}
    title, with_sources = app.env.titles[page].astext(), lists_all(app.env, page)
    told = dict(in_page(context["body"], title, lines, with_sources=with_sources))
    if told:
        site_files.write(Path(app.outdir, f"{page}{FILES}"), as_script(told))


def _forget(app, env, page: str) -> None:
    Path(app.outdir, f"{page}{FILES}").unlink(missing_ok=True)


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.connect("html-page-context", _write)
    app.connect("env-purge-doc", _forget)
    return PARALLEL
