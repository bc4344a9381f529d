"""``{error-report}``: the text in which a reader reports an error.

Each exhibit, each line in the register and the foot of each page link to the page that holds it.
What it says is written in `error_report_content`.
"""

from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.util.docutils import SphinxDirective

from bookmaking.directives import error_report_content as content
from bookmaking.directives.element_nodes import as_nodes

SCRIPT = "report.js"


class ErrorReport(SphinxDirective):
    """``{error-report}``: the text to copy, and where to send it."""

    def run(self) -> list[nodes.Node]:
        """Return both."""
        said = content.form(self.env.config.citation_metadata)
        return [node for element in said for node in as_nodes(element, self.env.docname, list)]


def _add(app, pagename: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Give the form its script, and the foot of every other page a link to it."""
    if pagename == content.PAGE:
        app.add_js_file(SCRIPT, loading_method="defer")
    elif content.PAGE in app.env.found_docs:
        title = Markup(context.get("title") or pagename).striptags()
        context["error_report"] = context["pathto"](content.PAGE) + content.asked(title)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("error-report", ErrorReport)
    app.connect("html-page-context", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
