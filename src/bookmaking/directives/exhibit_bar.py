"""The bar below an exhibit: its values, its drawing, its code, its tables, its link, its citation.

The number of an exhibit, its tables and its code are known when all pages have been read. So the
directive ``{exhibit}`` leaves a place, which is filled when the page is written. All of the bar
works without JavaScript.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docutils import nodes

from bookmaking.directives import citing, error_report, numbering
from bookmaking.directives.catalogue import table_label
from bookmaking.directives.citing import Cited
from bookmaking.directives.code_cells import place_of_code
from bookmaking.directives.element_nodes import as_nodes
from bookmaking.directives.elements import Element, html, joined
from bookmaking.directives.exhibit_content import link_to
from bookmaking.directives.record import chapters_of, page_of_tables
from bookmaking.site.public_address import of_page

DRAWN = ("SVG", "PNG")
"""The forms in which a drawing can be had."""
ALSO_CITE = "If you use the values, cite their source as well."


class exhibit_bar(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """The place of a bar; `key` names the exhibit, `kind` says whether it is a figure."""


@dataclass(frozen=True)
class Bar:
    """What a bar says.

    Parameters
    ----------
    key, called
        The name of the exhibit, and its number on the page.
    is_figure
        Whether it has a drawing.
    page
        The page on which it stands.
    code
        Whether the page shows the code that made it.
    tables
        The tables from which it was made, each with its address.
    text, bibtex
        Its citation; "" leaves it out.
    report
        The address of the page on which a reader reports an error; "" leaves it out.
    """

    key: str
    called: str
    is_figure: bool
    page: str
    code: bool = False
    tables: Sequence[tuple[str, str]] = ()
    text: str = ""
    bibtex: str = ""
    report: str = ""

    def as_element(self) -> Element:
        """Return the bar."""
        parts = [html("span", "Values: ", _file("CSV", f"{self.key}.csv", self.page))]
        if self.is_figure:
            files = (_file(form, f"{self.key}.{form.lower()}", self.page) for form in DRAWN)
            parts.append(html("span", "Drawing: ", *joined(files, " ")))
        if self.code:
            parts.append(html("a", "Code", href=f"#{place_of_code(self.key)}"))
        if self.tables:
            links = (html("a", name, href=address) for name, address in self.tables)
            parts.append(html("span", "Made from: ", *joined(links, " ")))
        parts.append(html("a", "Link", href=f"#{self.key}"))
        if self.text:
            parts.append(_citation(self.text, self.bibtex))
        if self.report:
            at = error_report.asked(f"{self.called} ({self.key})")
            parts.append(html("a", "Report an error", href=self.report + at))
        label = f"{self.called}: files, code, citation"
        return html("div", *parts, class_="exhibit-bar", role="group", aria_label=label)


def _file(text: str, name: str, page: str) -> Element:
    return html("a", text, href=link_to(name, page), download="")


def _citation(text: str, bibtex: str) -> Element:
    copied = (html("div", html(tag, text), class_="exhibit-copied")
              for tag, text in (("p", text), ("pre", bibtex)))  # fmt: skip
    return html("details", html("summary", "Cite"), *copied, html("p", ALSO_CITE))


# ------------------------------------------------------------------ on the page


def _fill(app, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(exhibit_bar))
    if not places:
        return
    called = numbering.called(app.env, docname)
    code = {name for node in doctree.findall(nodes.container) for name in node["ids"]}
    reports = error_report.PAGE in app.env.all_docs
    report = app.builder.get_relative_uri(docname, error_report.PAGE) if reports else ""
    for place in places:
        key = place["key"]
        bar = Bar(
            key,
            called.get(key, key),
            place["kind"] == "figure",
            docname,
            place_of_code(key) in code,
            _tables(app, docname, key),
            *_cited(app, docname, place, called.get(key, key)),
            report,
        )
        place.replace_self(as_nodes(bar.as_element(), docname, list))


def _tables(app, docname: str, key: str) -> list[tuple[str, str]]:
    """Return the tables from which an exhibit was made, with the addresses of their entries."""
    page = page_of_tables(app.env)
    chapter = chapters_of(app.env).get(docname)
    if page is None or chapter is None or key not in chapter.published:
        return []
    catalogue = app.builder.get_relative_uri(docname, page)
    names: Iterable[str] = chapter.published[key].tables
    return [(name, f"{catalogue}#{table_label(name)}") for name in names]


def _cited(app, docname: str, place: exhibit_bar, called: str) -> tuple[str, str]:
    """Return the citation of an exhibit as text and as BibTeX."""
    book = app.config.citation_metadata
    address = of_page(app, docname, f"#{place['key']}")
    title = " ".join((place["title"] or _heading_above(place)).split())
    chapter = app.env.titles[docname].astext()
    cited = Cited(place["key"], called, title, chapter, address)
    return citing.as_text(cited, book), citing.as_bibtex(cited, book)


def _heading_above(place: exhibit_bar) -> str:
    """Return the heading of the section in which an exhibit stands: a table has no headline."""
    section = place
    while section is not None and not isinstance(section, nodes.section):
        section = section.parent
    return section.next_node(nodes.title).astext() if section is not None else ""


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(exhibit_bar)
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
