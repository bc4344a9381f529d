"""Let Sphinx read and write pages in parallel, with as many notebooks in each process.

Two extensions that Jupyter Book always loads say nothing of parallel work, and Sphinx then reads
page by page. Both only store data of pages that Sphinx merges, and a serial and a parallel build
give the same pages.
"""

from pathlib import Path

from sphinx.util.parallel import make_chunks

SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def spread(heavy: list[str], light: list[str], jobs: int) -> list[str]:
    """Order pages so that the chunks that Sphinx makes of them for ``jobs`` processes weigh alike.

    The first chunks, one a process, start together and share the heavy pages; the rest is light.
    """
    sizes = [len(chunk) for chunk in make_chunks(heavy + light, jobs)]
    chunks: list[list[str]] = [[] for _ in sizes]
    for page in heavy + light:
        open_chunks = [
            chunk for chunk, size in zip(chunks, sizes, strict=True) if len(chunk) < size
        ]
        first = open_chunks[:jobs] if page in heavy else open_chunks
        min(first, key=len).append(page)
    return [page for chunk in chunks for page in chunk]


def _declare_safe(app) -> None:
    for name in SILENT:
        if extension := app.extensions.get(name):
            extension.parallel_read_safe = extension.parallel_write_safe = True


def _order(app, env, docnames: list[str]) -> None:
    notebooks = [name for name in docnames if Path(env.doc2path(name)).suffix == ".ipynb"]
    others = [name for name in docnames if name not in notebooks]
    docnames[:] = spread(notebooks, others, app.parallel)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _declare_safe)
    app.connect("env-before-read-docs", _order)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
