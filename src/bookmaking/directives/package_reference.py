"""The reference of the package: what its docstrings say, on pages.

Sphinx reads the docstrings (``sphinx.ext.autodoc``), and ``sphinx.ext.napoleon`` their sections. A
page names a module in a block ``{eval-rst}`` with ``automodule``, so what the module adds to its
``__all__`` appears by itself. The settings are in ``_config.yml``.
"""

from docutils import nodes

from bookmaking.directives.elements import PARALLEL

FIELDS = "said-of"
"""The class of the lists of parameters, errors and the like."""


def _leave_unlinked(app, env, node: nodes.Element, contnode: nodes.Node) -> nodes.Node | None:
    """Return what is in backquotes as it is where it names nothing that has a page.

    In docstrings it is a link if it names a class or function, and code if it names a parameter.
    """
    is_any_object = (node.get("refdomain"), node.get("reftype")) == ("py", "obj")
    return contnode if is_any_object else None


def _fields_as_definitions(app, doctree: nodes.document, docname: str) -> None:
    """Write lists of fields as lists of definitions: the theme's own rules weigh a kilobyte."""
    for fields in list(doctree.findall(nodes.field_list)):
        items = (
            nodes.definition_list_item("", nodes.term("", "", *name), nodes.definition("", *body))
            for name, body in (field.children for field in fields)
        )
        fields.replace_self(nodes.definition_list("", *items, classes=[FIELDS]))


def _leave_index_to_terms(app, env) -> list[str]:
    """Keep the names of the package out of the index, which leads to terms; the search has them."""
    for page in {each.docname for each in env.get_domain("py").objects.values()}:
        env.get_domain("index").entries[page] = []
    return []


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("missing-reference", _leave_unlinked)
    app.connect("env-updated", _leave_index_to_terms)
    app.connect("doctree-resolved", _fields_as_definitions)
    return PARALLEL
