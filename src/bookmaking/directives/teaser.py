"""The directive ``{teaser}``: a figure of another page, small, with a sentence and no number.

It shows the headline and the narrow drawing that the site already keeps of the exhibit, so nothing
is copied or typed again::

    ```{teaser} fig-rounds
    :alt: What a person who cannot see the figure needs in order to follow the words.

    A sentence below the drawing, with {numref}`fig-rounds`, which leads to figure and sources.
    ```
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from bookmaking.directives import exhibit_content
from bookmaking.directives.exhibit import WORDS, drawn, shelf
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn


class teaser_drawing(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """Where the drawing comes; `key` and `alt` say which, and what is read in its place."""


class Teaser(SphinxDirective):
    """Place the drawing of another page's figure next to a few words."""

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return drawing and words, or a warning that says what to fix."""
        key = self.arguments[0]
        if not (self.options.get("alt") and self.content):
            wanted = "words below the options, and :alt: with what a blind reader needs to know"
            warn("teaser", f"the teaser of {key!r} needs {wanted}.", self.get_location())
            return []
        drawing = teaser_drawing(key=key, alt=self.options["alt"])
        self.set_source_info(drawing)
        teaser = nodes.container("", classes=["teaser"])
        self.state.nested_parse(self.content, self.content_offset, teaser)
        teaser.insert(0, drawing)
        return [teaser]


def shown(env, key: str) -> tuple[str, str] | None:
    """Return headline and narrow drawing that a page keeps of the figure ``key``, or None."""
    for figures in notes(env, WORDS).values():
        if key in figures:
            name = exhibit_content.drawing_name(key, "narrow")
            return figures[key][0], (shelf(env) / name).read_text(encoding="utf-8")
    return None


def _draw(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(teaser_drawing)):
        figure = shown(app.env, node["key"])
        if figure is None:
            fault = f"no page of the book places a figure {node['key']!r}; correct the name."
            warn("teaser", fault, node)
            node.parent.remove(node)
            continue
        headline, svg = figure
        picture = exhibit_content.small_picture(node["key"], docname, svg, node["alt"])
        title = nodes.paragraph("", "", nodes.strong("", headline))
        node.replace_self([title, drawn(picture)])


def _add_style(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if 'class="teaser' in context.get("body", ""):
        app.add_css_file("landing.css")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(teaser_drawing)
    app.add_directive("teaser", Teaser)
    app.connect("doctree-resolved", _draw)
    app.connect("html-page-context", _add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
