"""What a printed page says at its edges, and the button that prints it.

Style sheets of today cannot take a title from the page into its margins (``string-set`` of CSS is
in no browser), but a margin may read a property of the page's root. So each page carries its title
and its date as such properties, and ``book.css`` shows them in the margins of paper.
"""

from typing import Any

LABEL_OF_PRINT = "download-pdf-button"
"""What the theme calls its button that prints."""


def running_heads(title: str, date: str) -> str:
    """Return a style element with the ``title`` and the ``date`` of a page, for its margins."""
    return f"<style>:root{{--book-title:{quoted(title)};--book-date:{quoted(date)}}}</style>\n"


def quoted(text: str) -> str:
    """Return ``text`` as a string of CSS that cannot end the element that holds it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return f'"{" ".join(escaped.split())}"'


def name_print_button(groups: list[dict[str, Any]]) -> None:
    """Call the theme's button by what it does: it prints, and says ".pdf"."""
    for group in groups:
        for button in group.get("buttons", ()):
            if button.get("label") == LABEL_OF_PRINT:
                button |= {"text": "Print", "tooltip": "Print, or keep as PDF"}


def _add(app, pagename: str, _template: str, context: dict[str, Any], doctree) -> None:
    name_print_button(context.get("header_buttons", []))
    if doctree is None or app.builder.format != "html":
        return
    title = app.env.titles[pagename].astext()
    context["metatags"] += running_heads(title, context.get("last_updated") or "")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has made its buttons."""
    app.connect("html-page-context", _add, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
