"""What makes the book: its pages, their output, the build, the tables, and the checks of it.

Sphinx loads this package as one extension (`_config.yml`). Notebooks do not import it; what they
share is the package `decentwork`.
"""


def setup(app) -> dict[str, bool]:
    """Register every extension of the book with Sphinx, in this one place.

    The order matters in two cases: `execute` keeps executed notebooks before MyST-NB looks for
    them, and `directives.citations` registers its styles before sphinxcontrib.bibtex reads the
    configuration. Whatever must run late gives its own priority.
    """
    for name in ("fresh", "execute", "directives", "site"):
        app.setup_extension(f"bookmaking.{name}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
