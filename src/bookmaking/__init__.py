"""What makes the book: its pages, their output, the build, the tables, and the gates that check it.

Sphinx loads this package as one extension (`_config.yml`). Notebooks do not import it; what they
share is the package `decentwork`.
"""


def setup(app) -> dict[str, bool]:
    """Register every extension of the book with Sphinx, in this one place.

    The order matters in two cases: `build` drops kept notebooks that no longer hold before MyST-NB
    looks at them, and `pages.citations` registers its styles before sphinxcontrib.bibtex reads the
    configuration. Whatever must run late gives its own priority.
    """
    for name in ("bookmaking.make", "bookmaking.directives", "bookmaking.site"):
        app.setup_extension(name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
