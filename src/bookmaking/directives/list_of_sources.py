"""The page of all sources: a filter, and the letters from A to Z.

``{sources} filter`` is the form that filter.js shows: without JavaScript it stays hidden.
``{sources} letters`` stands before a list in the order of names: it becomes links to the letters,
and each letter a heading in the list that follows.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookmaking.directives.citations import without_accents
from bookmaking.directives.element_nodes import as_nodes
from bookmaking.directives.elements import html, render
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn

OTHER = "0–9"
"""What stands in place of a letter for sources whose first sign is no Latin letter."""
PARTS = ("filter", "letters")
FILTERED = "pages with a filter of sources"


class letters(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """The place of the links to the letters of the list that follows."""


class Sources(SphinxDirective):
    """``{sources} filter`` or ``{sources} letters``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the form, or the place of the letters."""
        part = self.arguments[0]
        if part not in PARTS:
            told = f"{{sources}} has no part {part!r}; write one of {', '.join(PARTS)}."
            warn("sources", told, self.get_location())
            return []
        if part == "letters":
            return [letters()]
        notes(self.env, FILTERED)[self.env.docname] = True
        return as_nodes(render("filter_of_sources.html"), self.env.docname, list)


def letter_of(text: str) -> str:
    """Return the capital letter under which a source that begins with ``text`` stands."""
    first = next(filter(str.isalnum, without_accents(text)), "").upper()
    return first if "A" <= first <= "Z" else OTHER


def anchor(letter: str) -> str:
    """Return the name of the place of a letter on the page."""
    return "sources-" + ("other" if letter == OTHER else letter.lower())


def _resolve(app, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(letters)):
        found: dict[str, nodes.citation] = {}
        for entry in place.parent.findall(nodes.citation):
            text = next(entry.findall(nodes.paragraph)).astext()
            found.setdefault(letter_of(text), entry)
        for letter, entry in found.items():
            heading = html("h4", letter, id=anchor(letter), class_="letter")
            entry.parent.insert(entry.parent.index(entry), as_nodes(heading, docname, list))
        row = render("letters.html", places=[(letter, anchor(letter)) for letter in found])
        place.replace_self(as_nodes(row, docname, list))


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if pagename in notes(app.env, FILTERED):
        app.add_css_file("register.css")
        app.add_js_file("filter.js", loading_method="defer")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    app.add_directive("sources", Sources)
    app.add_node(letters)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-page-context", _add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
