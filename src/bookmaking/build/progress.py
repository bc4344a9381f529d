"""Say what is being read, and of each notebook how long it ran or why it failed, as it happens.

Sphinx holds back what its reading processes log until they end, which can take a minute.
"""

import time
from pathlib import Path

from myst_nb.sphinx_ import NbMetadataCollector


def _announce(app, env, docnames) -> None:
    app.reading_since = time.time()
    notebooks = sum(Path(env.doc2path(name)).suffix == ".ipynb" for name in docnames)
    if docnames:
        print(f"Pages to read: {len(docnames)}, of which notebooks: {notebooks}", flush=True)


def _report(app, doctree) -> None:
    run = NbMetadataCollector.get_exec_data(app.env, app.env.docname)
    if run is None:
        return
    if not run["succeeded"]:
        outcome = "failed. " + run["traceback"].rpartition("CellExecutionError: ")[2].strip()
    elif run["mtime"] < app.reading_since:
        outcome = "unchanged, outputs from the cache"
    else:
        outcome = f"executed in {run['runtime']:.1f} s"
    print(f"  {app.env.docname}: {outcome}", flush=True)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("env-before-read-docs", _announce)
    app.connect("doctree-read", _report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
