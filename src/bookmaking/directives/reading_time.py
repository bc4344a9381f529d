"""The role that says how long a page takes to read: its words, and its figures and tables.

``{reading-time}`this chapter``` says it of its own page. With the name of another page, as in
``{doc}``, it says it of the other; its own page is read again when the other changes.
The time is computed, so that it stays true when a chapter is rewritten. Exercises and folded parts
do not count: whether they are read at all depends on the reader.
"""

import math
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxRole

from bookmaking.directives import THIS_CHAPTER
from bookmaking.directives.elements import PARALLEL
from bookmaking.source import pages
from bookmaking.warn import warn

WORDS_A_MINUTE = 150
"""A student who reads in a second language, and looks up a term now and then."""
MINUTES_AN_EXHIBIT = 1
ROUNDED_TO = 5
LAST_PART, READ = "## Exercises", ("text", "cell", "heading")
FOLDED = re.compile(r"^(`{3,})\{dropdown\}.*?^\1$", re.MULTILINE | re.DOTALL)


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
        source = Path(self.env.doc2path(page))
        self.env.note_dependency(str(source))
        return [nodes.Text(f"about {minutes(source, Path(self.env.srcdir))} minutes")], []


def minutes(source: Path, root: Path) -> int:
    """Return the minutes for the open text before the exercises, rounded up to five."""
    words = exhibits = 0
    for cell in (each for each in pages.cells(source, root) if each.kind == "markdown"):
        text, last, _ = cell.text.partition(LAST_PART)
        text = FOLDED.sub("", text)
        read = pages.shown(pages.Cell(cell.file, cell.number, cell.kind, text))
        words += sum(len(each.text.split()) for each in read if each.kind in READ)
        exhibits += sum(name == "exhibit" for name, *_ in pages.directives(text))
        if last:
            break
    taken = words / WORDS_A_MINUTE + exhibits * MINUTES_AN_EXHIBIT
    return max(ROUNDED_TO, ROUNDED_TO * math.ceil(taken / ROUNDED_TO))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_role("reading-time", ReadingTimeRole())
    return PARALLEL
