"""The bar below an exhibit: its values, its drawing, its code, its tables, its link, its citation.

The number of an exhibit, its tables and its code are known when all pages have been read. So the
directive ``{exhibit}`` leaves a place, which is filled when the page is written. All of the bar
works without JavaScript.
"""

from docutils import nodes

from bookmaking.directives import error_report, numbering
from bookmaking.directives.catalogue import table_label
from bookmaking.directives.code_cells import place_of_code
from bookmaking.directives.elements import PARALLEL, as_is, render
from bookmaking.directives.exhibit_content import link_to
from bookmaking.directives.page_citation import of_part
from bookmaking.directives.record import chapters_of, page_of_tables
from bookmaking.site.public_address import of_page


class exhibit_bar(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """The place of a bar; `key`, `kind` and `title` are those of its exhibit."""


def _fill(app, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(exhibit_bar))
    if not places:
        return
    called = numbering.called(app.env, docname)
    code = {name for node in doctree.findall(nodes.container) for name in node["ids"]}
    for place in places:
        bar = _bar(app, docname, place, called.get(place["key"], place["key"]), code)
        place.replace_self(as_is(bar))


def _bar(app, docname: str, place: exhibit_bar, called: str, code: set[str]) -> str:
    """Return the bar of an exhibit; ``code`` are the places of the code that the page shows."""
    key, report = place["key"], error_report.PAGE
    text, bibtex = _cited(app, docname, place, called)
    to_report = ""
    if report in app.env.all_docs:
        asked = error_report.asked(f"{called} ({key})")
        to_report = app.builder.get_relative_uri(docname, report) + asked
    return render(
        "exhibit_bar.html",
        key=key,
        called=called,
        is_figure=place["kind"] == "figure",
        address=lambda ending: link_to(f"{key}.{ending}", docname),
        code=place_of_code(key) if place_of_code(key) in code else "",
        tables=_tables(app, docname, key),
        text=text,
        bibtex=bibtex,
        report=to_report,
    )


def _tables(app, docname: str, key: str) -> list[tuple[str, str]]:
    """Return the tables from which an exhibit was made, with the addresses of their entries."""
    page = page_of_tables(app.env)
    chapter = chapters_of(app.env).get(docname)
    if page is None or chapter is None or key not in chapter.published:
        return []
    catalogue = app.builder.get_relative_uri(docname, page)
    tables = chapter.published[key].tables
    return [(name, f"{catalogue}#{table_label(name)}") for name in tables]


def _cited(app, docname: str, place: exhibit_bar, called: str) -> tuple[str, str]:
    """Return the citation of an exhibit as text and as BibTeX."""
    return of_part(
        place["key"],
        " ".join((place["title"] or _heading_above(place)).split()),
        app.config.citation_metadata,
        called=called,
        chapter=app.env.titles[docname].astext(),
        address=of_page(app, docname, f"#{place['key']}"),
    )


def _heading_above(place: exhibit_bar) -> str:
    """Return the heading of the section in which an exhibit is: a table has no headline."""
    section = place
    while section is not None and not isinstance(section, nodes.section):
        section = section.parent
    return section.next_node(nodes.title).astext() if section is not None else ""


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(exhibit_bar)
    app.connect("doctree-resolved", _fill)
    return PARALLEL
