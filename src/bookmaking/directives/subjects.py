"""``{subjects}``: what readers look for, each with the section that answers it.

The search offers the same subjects (`bookmaking.site.search_index`), and refuses a place that the
book does not have.
"""

from itertools import groupby
from pathlib import Path

import yaml
from docutils import nodes

from bookmaking.directives.elements import PARALLEL, WritesHtml, render

SUBJECTS = Path("book", "subjects.yml")
"""Subjects that readers look for, with the sections that answer them."""


class Subjects(WritesHtml):
    """Place the subjects by their group."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        self.env.note_dependency(SUBJECTS.as_posix())
        rows = yaml.safe_load(Path(self.env.srcdir, SUBJECTS).read_text(encoding="utf-8"))
        groups = {name: list(found) for name, found in groupby(rows, lambda row: row["group"])}
        return self.nodes_of(render("subjects.html", groups=groups))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("subjects", Subjects)
    return PARALLEL
