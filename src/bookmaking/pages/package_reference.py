"""The reference of the package: what its docstrings say, on pages.

Sphinx reads the docstrings (``sphinx.ext.autodoc``), and ``sphinx.ext.napoleon`` their sections. A
page names a module in a block ``{eval-rst}`` with ``automodule``, so what the module adds to its
``__all__`` appears by itself. The settings stand in ``_config.yml``.
"""

from docutils import nodes

STYLE = "package.css"


def _leave_unlinked(app, env, node: nodes.Element, contnode: nodes.Node) -> nodes.Node | None:
    """Return what stands in backquotes as it is where it names nothing that has a page.

    In docstrings it is a link if it names a class or function, and code if it names a parameter.
    """
    is_any_object = (node.get("refdomain"), node.get("reftype")) == ("py", "obj")
    return contnode if is_any_object else None


def _add_style(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    objects = app.env.get_domain("py").objects.values()
    if any(each.docname == pagename for each in objects):
        app.add_css_file(STYLE)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("missing-reference", _leave_unlinked)
    app.connect("html-page-context", _add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
