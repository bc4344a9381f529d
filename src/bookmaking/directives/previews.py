"""Previews of terms, sources, figures, tables and lines of the register.

A preview is a heading and paragraphs, as plain text. What is on the page itself is copied from it
by ``book/_static/previews.js``. For what is on another page, each page that is mentioned gets a
script with its previews: a script, because a page that is opened from disk may load no other file.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from bookmaking import site_files
from bookmaking.directives import citations as cited
from bookmaking.directives.list_of_sources import name_of, of_the_book
from bookmaking.directives.page_notes import notes
from bookmaking.directives.register import claims_of
from bookmaking.directives.register_content import row_label
from decentwork import citations, claims
from decentwork.claims import Claim

Preview = list[str]
"""A heading, and paragraphs."""

FILES = ".previews.js"
"""How the name of the file with the previews of a page ends; its start is the page's own."""
MENTION = re.compile(r'class="bibtex-citation"|href="[^"#]*#(?:term|line|fig|tbl)-')
"""What a page holds that mentions something with a preview."""
MARKED = re.compile("\u27e6(.+?)\u27e7")
"""Citations in a text that was read, in the notation of `decentwork.citations`."""


READ = "previews"
"""For each page the previews of its terms, figures and tables as they were read, by their name."""


def _read(app, doctree: nodes.document) -> None:
    if found := dict(chain(_terms(doctree), _exhibits(doctree))):
        notes(app.env, READ)[app.env.docname] = found


def _terms(doctree: nodes.document) -> Iterator[tuple[str, Preview]]:
    """Yield name and preview of each term of a glossary."""
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            meaning = [_text(each) for each in item.findall(nodes.paragraph)]
            for term in item.findall(nodes.term):
                yield from ((name, [_text(term), *meaning]) for name in term["ids"])


def _exhibits(doctree: nodes.document) -> Iterator[tuple[str, Preview]]:
    """Yield name and preview of figures and tables: the headline, or else the caption or title."""
    for exhibit in doctree.findall(lambda node: isinstance(node, nodes.figure | nodes.table)):
        paragraphs = exhibit.findall(nodes.paragraph)
        headlines = (each for each in paragraphs if "exhibit-headline" in each["classes"])
        names = exhibit.findall(lambda node: isinstance(node, nodes.caption | nodes.title))
        if says := next(chain(headlines, names), None):
            yield from ((name, [_text(says)]) for name in exhibit["ids"])


def _text(node: nodes.Element) -> str:
    """Return the text of a node that was read, with its citations marked."""
    pieces = []
    for child in node.children:
        if isinstance(child, nodes.Text):
            pieces.append(child.astext())
        elif isinstance(child, addnodes.pending_xref) and child.get("refdomain") == "cite":
            pieces.append(f"\u27e6{child['reftarget']}\u27e7")
        elif not isinstance(child, nodes.Invisible | addnodes.index):
            pieces.append(_text(child))
    return "".join(pieces)


# ------------------------------------------------------------------ what they say


def of_line(claim: Claim) -> Preview:
    """Return the preview of a line: the note's words, verdict and strength, and the answer."""
    found = [f"The note says: {claim.line}"]
    if claim.is_examined:
        strength = claims.strength_in_words(claim.strength)
        found += [f"Verdict: {claim.verdict} ({strength}).", claim.answer]
    return [claim.id, *found]


def named(text: str, name_and_year: Callable[[str], str]) -> str:
    """Return a text of one line, its `MARKED` citations as a page shows them.

    ``name_and_year`` gives name and year of a source by its key.
    """

    def shown(match: re.Match[str]) -> str:
        told = [
            ", ".join(filter(None, (name_and_year(each.key), each.locator)))
            for each in citations.parse(match[1])
        ]
        return f"({'; '.join(told)})"

    return MARKED.sub(shown, " ".join(text.split()))


def as_script(previews: Mapping[str, Preview]) -> str:
    """Return the file with the previews of a page by the name of their place on it."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(previews[name], ensure_ascii=False)}"
        for name in sorted(previews)
    ]
    return "bookPreviews({\n" + ",\n".join(lines) + "\n});\n"


def _all(env) -> dict[str, dict[str, Preview]]:
    """Return the previews of each page, by the name of their place on it."""
    found: dict[str, dict[str, Preview]] = defaultdict(dict)
    has_sources = "cite" in env.domains
    entries = env.get_domain("cite").bibdata.data.entries if has_sources else {}
    name_and_year = cache(lambda key: ", ".join(cited.cited_as(entries[key])))
    for page, read in notes(env, READ).items():
        is_glossary = any(name.startswith("term-") for name in read)
        within = [] if is_glossary else [f"In: {env.titles[page].astext()}"]
        for name, told in read.items():
            found[page][name] = [named(each, name_and_year) for each in told] + within
    for page, entry in of_the_book(env) if has_sources else ():
        found[page][name_of(entry.key)] = [cited.as_plain(cited.listed(entry))]
    labels = env.get_domain("std").labels
    for claim in claims_of(env).values():
        if row_label(claim.id) in labels:
            page, name, _ = labels[row_label(claim.id)]
            found[page][name] = of_line(claim)
    return found


def _write_files(app, exception: Exception | None) -> None:
    """Write the file of each page with previews, and delete those of pages that are no more."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    files = {folder / f"{page}{FILES}": as_script(told) for page, told in _all(app.env).items()}
    site_files.write_all(files, folder.rglob(f"*{FILES}"))


def _add_script(app, _page: str, _template: str, context: dict, _doctree: object) -> None:
    if MENTION.search(context.get("body", "")):
        app.add_js_file("previews.js")


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    app.connect("doctree-read", _read)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
