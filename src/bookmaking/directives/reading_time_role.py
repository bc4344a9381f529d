"""The role that says how long a page takes to read.

``{reading-time}`this chapter``` says it of its own page. With the name of another page, as in
``{doc}``, it says it of the other; its own page is read again when the other changes.
How the time is found is written in `reading_time`.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxRole

from bookmaking.directives import THIS_CHAPTER, reading_time
from bookmaking.warn import warn


class ReadingTimeRole(SphinxRole):
    """``{reading-time}`this chapter```: how long the page takes to read, without exercises."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the time in words, or the name and a warning where the book has no such page."""
        here = self.env.docname
        page = here if self.text == THIS_CHAPTER else docname_join(here, self.text)
        if page not in self.env.found_docs:
            fault = f"the book has no page {page!r}; write {THIS_CHAPTER!r}, or one as in {{doc}}."
            warn("reading-time", fault, self.get_location())
            return [nodes.Text(self.text)], []
        source = self.env.doc2path(page)
        self.env.note_dependency(str(source))
        time = reading_time.in_words(Path(source), Path(self.env.srcdir))
        return [nodes.Text(time)], []


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_role("reading-time", ReadingTimeRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
