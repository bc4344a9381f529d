"""What a reader is given to report an error: a text to copy, and where to send it.

Nothing is sent from a page. A link names the place it speaks of in the address (``?at=…``), and a
script copies the name into the text; without JavaScript the reader types it.
"""

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

from bookmaking.directives.elements import html

PAGE = "book/report_an_error"
ISSUES = "/issues"
"""Where public services for repositories collect reports."""
FIELDS = (
    "Where (figure, table, line of the note, or the heading above)",
    "What the book says",
    "What is right",
    "Where this can be read (source, with its page or section)",
    "How far you read it (all of it, a part, or another text about it)",
)
"""What a report tells; the address of the page can fill in the first."""


def asked(at: str) -> str:
    """Return the end of an address that names the place ``at`` which a report is about."""
    return f"?at={quote(at)}"


def template(book: Mapping[str, object]) -> str:
    """Return the text of an empty report; ``book`` holds the fields of CITATION.cff."""
    title, *_ = str(book["title"]).split(":")
    head = f"{title}, version {book['version']}, {book['date-released']}"
    return "\n\n".join([head, *(f"{field}:" for field in FIELDS)])


def form(book: Mapping[str, object]) -> list[Markup]:
    """Return the text to copy, and where to send it: to the repository, if it has an address."""
    repository = str(book.get("repository-code", ""))
    copied = html("div", html("pre", template(book)), class_="exhibit-copied", id="report")
    if repository:
        collected = html("a", "the reports on this book", href=repository.rstrip("/") + ISSUES)
        sent = html("p", "Copy the text, fill it in, and add it to ", collected, ".")
    else:
        sent = html(
            "p",
            "Copy the text, fill it in, and send it to the person or organization that gave you "
            "the book. This copy does not name an address of its own.",
        )
    return [copied, sent]
