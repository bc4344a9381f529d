"""Let Sphinx read and write pages in two processes.

Why: two extensions that Jupyter Book always loads say nothing of parallel work, and Sphinx then
reads page by page. Both only store data of pages that Sphinx merges, and a serial and a parallel
build give the same pages.

Upstream: https://github.com/executablebooks/sphinx-multitoc-numbering/issues/27 (open);
sphinx-jupyterbook-latex: not reported yet, the patch is
``return {"parallel_read_safe": True, "parallel_write_safe": True}`` at the end of its ``setup``.

It can go when both declare it; `test_extensions_still_say_nothing_of_parallel_work` fails then.
"""

SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def _declare_safe(app) -> None:
    for name in SILENT:
        if extension := app.extensions.get(name):
            extension.parallel_read_safe = extension.parallel_write_safe = True


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _declare_safe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
