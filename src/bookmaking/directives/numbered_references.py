"""References to numbered figures and tables, resolved from their numbers alone.

For each ``{numref}`` Sphinx reads the whole tree of the page on which the figure is, only to learn
whether it is a figure or a table; in this book these readings take a quarter of a build. The kind
is also known from the numbers that figures and tables were given (`numbering`). What is not found
there is left to Sphinx, which says what is wrong.
"""

from sphinx import addnodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform


class NumberedReferences(SphinxPostTransform):
    """Replaces references to figures and tables that have a number, before Sphinx looks at them."""

    default_priority = ReferencesResolver.default_priority - 1

    def run(self, **_: object) -> None:
        """Replace them on a page."""
        labels = self.env.get_domain("std")
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node["reftype"] != "numref":
                continue
            page, place, name = labels.labels.get(node["reftarget"], ("", "", ""))
            kinds = self.env.toc_fignumbers.get(page, {})
            kind = next((kind for kind, numbers in kinds.items() if place in numbers), None)
            if kind is None:
                continue
            number = ".".join(map(str, kinds[kind][place]))
            form = node[0].astext() if node["refexplicit"] else self.config.numfig_format[kind]
            is_new = "{name}" in form or "{number}" in form
            text = form.format(name=name, number=number) if is_new else form % number
            made = labels.build_reference_node(
                self.env.docname, self.app.builder, page, place, text, "numref",
                nodeclass=addnodes.number_reference, title=form,
            )  # fmt: skip
            node.replace_self(made)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(NumberedReferences)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
