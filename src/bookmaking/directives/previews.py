"""Previews of terms, sources, figures, tables and lines of the register.

What stands on the page itself is copied from it by ``book/_static/previews.js``. For what stands on
another page, each page that is mentioned gets a file with its previews (see `preview_content`).
"""

from collections import defaultdict
from functools import cache
from itertools import chain
from pathlib import Path

from docutils import nodes
from pybtex.backends import plaintext
from sphinx import addnodes
from sphinx.errors import ExtensionError

from bookmaking import site_files
from bookmaking.directives import citations
from bookmaking.directives import preview_content as content
from bookmaking.directives.domain_of_pages import DomainOfPages
from bookmaking.directives.preview_content import Preview
from bookmaking.directives.register import claims_of
from bookmaking.directives.register_content import row_label


class PreviewDomain(DomainOfPages):
    """The previews of terms, figures and tables, as they were read: ``{page: {name: preview}}``."""

    name = "previews"
    label = "Previews"
    initial_data = {"previews": {}}
    by_page = ("previews",)

    @property
    def previews(self) -> dict[str, dict[str, Preview]]:
        """The previews of each page, by the name of their place on it."""
        return self.data["previews"]


def _read(app, doctree: nodes.document) -> None:
    found = _terms(doctree) | _exhibits(doctree)
    if found:
        app.env.get_domain(PreviewDomain.name).previews[app.env.docname] = found


def _terms(doctree: nodes.document) -> dict[str, Preview]:
    """Return the previews of the terms of a glossary."""
    found = {}
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            terms = list(item.findall(nodes.term))
            meaning = [_text(each) for each in item.findall(nodes.paragraph)]
            for term in terms:
                found |= {name: [_text(term), *meaning] for name in term["ids"]}
    return found


def _exhibits(doctree: nodes.document) -> dict[str, Preview]:
    """Return the previews of figures and tables: the headline, or else the caption or title."""
    found = {}
    for exhibit in doctree.findall(lambda node: isinstance(node, nodes.figure | nodes.table)):
        paragraphs = exhibit.findall(nodes.paragraph)
        headlines = (each for each in paragraphs if "exhibit-headline" in each["classes"])
        names = exhibit.findall(lambda node: isinstance(node, nodes.caption | nodes.title))
        if says := next(chain(headlines, names), None):
            found |= {name: [_text(says)] for name in exhibit["ids"]}
    return found


def _text(node: nodes.Element) -> str:
    """Return the text of a node that was read, with its citations marked."""
    pieces = []
    for child in node.children:
        if isinstance(child, nodes.Text):
            pieces.append(child.astext())
        elif isinstance(child, addnodes.pending_xref) and child.get("refdomain") == "cite":
            pieces.append(content.marked(child["reftarget"]))
        elif not isinstance(child, nodes.Invisible | addnodes.index):
            pieces.append(_text(child))
    return "".join(pieces)


# ------------------------------------------------------------------ files of the site


def _all(env) -> dict[str, dict[str, Preview]]:
    """Return the previews of each page, by the name of their place on it."""
    found: dict[str, dict[str, Preview]] = defaultdict(dict)
    name_and_year, entries = _sources(env)
    for page, read in env.get_domain(PreviewDomain.name).previews.items():
        within = [] if _is_glossary(read) else [f"In: {env.titles[page].astext()}"]
        for name, told in read.items():
            found[page][name] = [content.named(each, name_and_year) for each in told] + within
    for page, name, told in entries:
        found[page][name] = told
    labels = env.get_domain("std").labels
    for claim in claims_of(env).values():
        if row_label(claim.id) in labels:
            page, name, _ = labels[row_label(claim.id)]
            found[page][name] = content.of_line(claim)
    return found


def _is_glossary(read: dict[str, Preview]) -> bool:
    return any(name.startswith("term-") for name in read)


def _sources(env):
    """Return a function that names a source by its key, and the entries of lists of all sources."""
    try:
        domain = env.get_domain("cite")
    except ExtensionError:  # a book without sources
        return str, []
    known = domain.bibdata.data.entries
    # By name, pybtex would look for a backend in all installed packages, 10 ms for each source.
    backend = plaintext.Backend()
    entries = [
        (page, name, [" ".join(entry.text.render(backend).split())])
        for page, name, entry in domain.listed_for_all()
    ]
    return cache(lambda key: ", ".join(citations.cited_as(known[key]))), entries


def _write_files(app, exception: Exception | None) -> None:
    """Write the file of each page with previews, and delete those of pages that are no more."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir)
    files = {
        folder / f"{page}{content.FILES}": content.as_script(previews)
        for page, previews in _all(app.env).items()
    }
    site_files.write_all(files, folder.rglob(f"*{content.FILES}"))


def _add_script(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if content.mentions(context.get("body", "")):
        app.add_js_file("previews.js", loading_method="defer")


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(PreviewDomain)
    app.connect("doctree-read", _read)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
