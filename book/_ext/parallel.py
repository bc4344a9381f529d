"""Let Sphinx read and write pages in parallel.

Two extensions that Jupyter Book always loads say nothing of it, and Sphinx then reads page by page. Both only
store per-page data that Sphinx merges, and a serial and a parallel build give the same pages.
"""

SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def _declare_safe(app, config) -> None:
    for name in SILENT:
        if extension := app.extensions.get(name):
            extension.parallel_read_safe = extension.parallel_write_safe = True


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _declare_safe, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
