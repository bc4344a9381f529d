"""Executed notebooks that are kept between builds, in the cache that MyST-NB reads.

jupyter-cache finds an executed notebook by its code cells. Each record also holds what else the
notebook was made from (see `made_from`). A record of which that no longer holds is dropped before
MyST-NB looks; so is one of which it is not known, which MyST-NB makes when it executes a notebook
itself.
"""

from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from bookmaking.build import fingerprint
from bookmaking.build.made_from import MadeFrom, outdated


def folder_of(outdir: Path) -> Path:
    """Return the folder of executed notebooks that belongs to the pages in ``outdir``."""
    return outdir.parent / ".jupyter_cache"


class KeptNotebooks:
    """The executed notebooks in one folder."""

    def __init__(self, folder: Path) -> None:
        """Open the cache in ``folder``, or make it."""
        self.cache = get_cache(folder)
        # Two processes that read at the same time would both create its tables, and one would fail.
        _ = self.cache.db

    def drop_outdated(self) -> dict[str, list[str]]:
        """Drop the records that no longer hold; return what has changed, by the notebook's path."""
        dropped = {}
        for record in self.cache.list_cache_records():
            made_from = record.data.get("made_from")
            changed = outdated(made_from) if made_from else ["what it was made from is not known"]
            if changed:
                self.cache.remove_cache(record.pk)
                dropped[record.uri] = changed
        return dropped

    def outputs(self, notebook: Path) -> str | None:
        """Return a digest of the outputs kept for a notebook as it is now, None if there are none.

        Outputs that MyST-NB has kept by itself have the time of their execution as digest.
        """
        try:
            record = self.cache.match_cache_notebook(nbformat.read(notebook, as_version=4))
        except KeyError:
            return None
        return record.data.get("outputs") or str(record.created)

    def keep(
        self, notebook: nbformat.NotebookNode, path: Path, seconds: float, made_from: MadeFrom
    ) -> None:
        """Keep an executed notebook."""
        outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
        known = {
            "execution_seconds": seconds,
            "made_from": made_from,
            "outputs": fingerprint.digest(outputs),
        }
        bundle = CacheBundleIn(notebook, str(path), data=known)
        self.cache.cache_notebook_bundle(bundle, overwrite=True)

    def seconds(self) -> dict[str, float]:
        """Return how long each notebook took when it was executed last, by its path."""
        records = sorted(self.cache.list_cache_records(), key=lambda record: record.created)
        return {record.uri: record.data.get("execution_seconds") or 0 for record in records}
