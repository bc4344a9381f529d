"""The role that says how long a page takes to read.

``{reading-time}`this chapter``` says it of its own page. With the name of another page, as in
``{doc}``, it says it of the other; its own page is read again when that time has become another.
How the time is found is written in `reading_time`.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxRole

from bookmaking.keeping import fingerprint
from bookmaking.keeping.unless_kept import unless_kept
from bookmaking.pages import THIS_CHAPTER, reading_time
from bookmaking.pages.domain_of_pages import DomainOfPages
from bookmaking.warn import warn


class ReadingTimeDomain(DomainOfPages):
    """What each page says of the time for other pages: ``{page: {other: "about 35 minutes"}}``."""

    name = "reading_time"
    label = "Time for reading"
    initial_data = {"said": {}}
    by_page = ("said",)

    @property
    def said(self) -> dict[str, dict[str, str]]:
        """What each page says, by page and other page."""
        return self.data["said"]

    def of(self, page: str) -> str:
        """Return the time for a page of the book, in words."""
        source, root = Path(self.env.doc2path(page)), Path(self.env.srcdir)
        made_from = fingerprint.of_files(root, (source.relative_to(root).as_posix(),))
        return unless_kept(
            self.env, f"reading time of {page}", made_from,
            lambda: reading_time.in_words(source, root),
        )  # fmt: skip


class ReadingTimeRole(SphinxRole):
    """``{reading-time}`this chapter```: how long the page takes to read, without exercises."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the time in words, or the name and a warning where the book has no such page."""
        here, domain = self.env.docname, self.env.get_domain(ReadingTimeDomain.name)
        page = here if self.text == THIS_CHAPTER else docname_join(here, self.text)
        if page not in self.env.found_docs:
            fault = f"the book has no page {page!r}; write {THIS_CHAPTER!r}, or one as in {{doc}}."
            warn("reading-time", fault, self.get_location())
            return [nodes.Text(self.text)], []
        time = domain.of(page)
        if page != here:
            domain.said.setdefault(here, {})[page] = time
        return [nodes.Text(time)], []


def _pages_to_read_again(app, env, *more) -> list[str]:
    """Return the pages that say another time than their other pages take now, or name one gone."""
    domain = env.get_domain(ReadingTimeDomain.name)
    return [
        page
        for page, said in domain.said.items()
        if page in env.found_docs
        and any(other not in env.found_docs or domain.of(other) != said[other] for other in said)
    ]


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_domain(ReadingTimeDomain)
    app.add_role("reading-time", ReadingTimeRole())
    app.connect("env-get-outdated", _pages_to_read_again)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
