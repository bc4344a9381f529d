"""The role that says how long a page takes to read.

``{reading-time}`this chapter``` says it of its own page. With the name of another page, as in
``{doc}``, it says it of the other; its own page is read again when that time has become another.
How the time is found is written in `reading_time`.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxRole

from bookmaking.directives import THIS_CHAPTER, reading_time
from bookmaking.directives.domain_of_pages import DomainOfShown
from bookmaking.warn import warn


class ReadingTimeDomain(DomainOfShown):
    """The times for other pages that each page shows."""

    name = "reading_time"
    label = "Time for reading"

    def now(self, what: str) -> str | None:
        """Return the time for a page, in words; None if the book has no such page."""
        if what not in self.env.found_docs:
            return None
        return reading_time.in_words(Path(self.env.doc2path(what)), Path(self.env.srcdir))


class ReadingTimeRole(SphinxRole):
    """``{reading-time}`this chapter```: how long the page takes to read, without exercises."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the time in words, or the name and a warning where the book has no such page."""
        here, domain = self.env.docname, self.env.get_domain(ReadingTimeDomain.name)
        page = here if self.text == THIS_CHAPTER else docname_join(here, self.text)
        time = domain.now(page)
        if time is None:
            fault = f"the book has no page {page!r}; write {THIS_CHAPTER!r}, or one as in {{doc}}."
            warn("reading-time", fault, self.get_location())
            return [nodes.Text(self.text)], []
        if page != here:
            domain.note_shown(here, page)
        return [nodes.Text(time)], []


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_domain(ReadingTimeDomain)
    app.add_role("reading-time", ReadingTimeRole())
    app.connect("env-get-outdated", ReadingTimeDomain.read_again)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
