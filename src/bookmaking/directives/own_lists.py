"""``{own-lists}``: the form in which a reader estimates from lists of their own, in the browser."""

from docutils import nodes

from bookmaking.directives.elements import PARALLEL, WritesHtml, render


class OwnLists(WritesHtml):
    """``{own-lists}``: the form; the script own_lists.js gives it its fields and its answer."""

    def run(self) -> list[nodes.Node]:
        """Return it."""
        return self.nodes_of(render("own_lists.html"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("own-lists", OwnLists)
    return PARALLEL
