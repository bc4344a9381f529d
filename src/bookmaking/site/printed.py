"""What a printed page says at its edges.

Style sheets of today cannot take a title from the page into its margins (``string-set`` of CSS is
in no browser), but a margin may read a property of the page's root. So each page carries its title
and its date as such properties, and ``book.css`` shows them in the margins of paper.
"""


def running_heads(title: str, date: str) -> str:
    """Return a style element with the ``title`` and the ``date`` of a page, for its margins."""
    return f"<style>:root{{--book-title:{quoted(title)};--book-date:{quoted(date)}}}</style>\n"


def quoted(text: str) -> str:
    """Return ``text`` as a string of CSS that cannot end the element that holds it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return f'"{" ".join(escaped.split())}"'


def _add(app, pagename: str, _template: str, context: dict, doctree: object) -> None:
    if doctree is not None and app.builder.format == "html":
        title = app.env.titles[pagename].astext()
        context["metatags"] += running_heads(title, context.get("last_updated") or "")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run when other tags are there."""
    app.connect("html-page-context", _add, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
