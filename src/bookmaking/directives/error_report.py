"""``{error-report}``: the text in which a reader reports an error, and where to send it.

Each exhibit, each line in the register and the foot of each page link to the page that holds it.
Nothing is sent from a page. A link names the place it speaks of in the address (``?at=…``), and a
script copies the name into the text; without JavaScript the reader types it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from docutils import nodes
from markupsafe import Markup

from bookmaking.directives.elements import PARALLEL, WritesHtml, render

PAGE = "book/report_an_error"


def asked(at: str) -> str:
    """Return the end of an address that names the place ``at`` which a report is about."""
    return f"?at={quote(at)}"


def form(book: Mapping[str, object]) -> Markup:
    """Return the text to copy, and where to send it: to the repository, if it has an address.

    ``book`` holds the fields of CITATION.cff.
    """
    repository = str(book.get("repository-code", "")).rstrip("/")
    title = str(book["title"]).partition(":")[0]
    return render("error_report.html", book=book, title=title, repository=repository)


class ErrorReport(WritesHtml):
    """``{error-report}``: the text to copy, and where to send it."""

    def run(self) -> list[nodes.Node]:
        """Return both."""
        return self.nodes_of(form(self.env.config.citation_metadata))


def _link(app, pagename: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Give the foot of every other page a link to the form."""
    if pagename != PAGE and PAGE in app.env.found_docs:
        title = Markup(context.get("title") or pagename).striptags()
        context["error_report"] = context["pathto"](PAGE) + asked(title)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("error-report", ErrorReport)
    app.connect("html-page-context", _link)
    return PARALLEL
