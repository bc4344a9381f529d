"""``{own-lists}``: the form in which a reader types the overlaps of two to four lists.

The script ``own_lists.js`` works the answer out in the browser. Nothing is sent or kept.
"""

from docutils import nodes

from bookmaking.directives.elements import PARALLEL, WritesHtml, render


class OwnLists(WritesHtml):
    """``{own-lists}``: the form, which stays hidden without JavaScript."""

    def run(self) -> list[nodes.Node]:
        """Return the form."""
        return self.nodes_of(render("own_lists.html"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("own-lists", OwnLists)
    return PARALLEL
