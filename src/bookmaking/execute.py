"""Execute the notebooks whose outputs no longer hold, before Sphinx reads pages.

MyST-NB takes an executed notebook from jupyter-cache, which finds it by its code cells alone. What
a notebook shows also depends on the tables and modules that it reads. So when its last cell has
run, the kernel is asked which files of the book it opened. Their digests are kept with the outputs,
and one digest of them is written into the metadata that jupyter-cache looks at, in memory. When one
of these files changes, the notebook is another one and is executed; when the file is as before
again, the earlier outputs are found again. The bibliography counts only for a notebook that shows
parts of the note: how sure a part is depends on how far its sources were read. Of any other source
a notebook shows its key, and a page that cites a key which is gone is a warning of Sphinx.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.errors import SphinxError
from sphinx.util.console import strip_escape_sequences

from bookmaking import fresh, snapshot
from bookmaking.source import folding, pages

AT_A_TIME = 3
"""So many notebooks run at a time: two that compute, and one that starts or ends meanwhile."""
LATE = 600
"""So many seconds a message may come after its cell has run: on a busy machine some come late."""
MOST_KEPT = 200
"""So many executed notebooks are kept; what was changed back is not executed again."""
MADE_FROM = "made_from"
BIBLIOGRAPHY, PARTS = "references.bib", "data/register/parts.csv"
"""The first counts only for a notebook that also read the second."""

WATCH = """
def _watch():
    import json, os, sys
    from IPython import get_ipython
    opened, published = set(), []
    def note(event, arguments):
        if event == "open" and isinstance(arguments[0], str):
            opened.add(os.path.abspath(arguments[0]))
    def publish(message):
        if message["msg_type"] == "display_data":
            published.append(message["content"]["metadata"].get("scrapbook", {}).get("name"))
        return message
    def tell():
        modules = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
        print(json.dumps([sorted(opened.union(filter(None, modules))), published]))
    sys.addaudithook(note)
    get_ipython().display_pub.register_hook(publish)
    get_ipython().tell = tell
_watch()
del _watch
"""
"""What a kernel runs before the first cell: it notes the files that are opened, and what is sent"""
TELL = "get_ipython().tell()"
"""What it runs after the last cell."""


class Executed(NamedTuple):
    """A notebook after its last cell: with outputs, its seconds, and the files that it opened."""

    notebook: nbformat.NotebookNode
    seconds: float
    files: list[str]


class NotebookError(Exception):
    """A notebook that could not be executed; the message says which cell failed and why."""


class KeptNotebooks:
    """The executed notebooks of the book at ``root``, as jupyter-cache keeps them."""

    def __init__(self, root: Path) -> None:
        """Open the cache, or make it: where MyST-NB looks for it."""
        self.root, self.cache = root, get_cache(root / "_build" / ".jupyter_cache")
        # This also makes its tables, before two processes read at the same time and both would.
        self.cache.change_cache_limit(MOST_KEPT)
        self.now = fresh.fingerprint(self.root)
        self._found: dict[Path, NbCacheRecord | None] = {}

    @staticmethod
    @lru_cache(maxsize=1)
    def of_build(app) -> "KeptNotebooks":
        """Return those of a build, opened once."""
        return KeptNotebooks(Path(app.srcdir))

    def record(self, path: Path) -> NbCacheRecord | None:
        """Return the record of a notebook as it is now, or None if no kept outputs hold."""
        if path not in self._found:
            cells = self.cache.create_hashed_notebook(folding.read(path))[1]
            fitting = (
                each
                for each in self.cache.list_cache_records()
                if each.data.get("cells") == cells
                and each.data[MADE_FROM] == self._digests(each.data[MADE_FROM])
            )
            self._found[path] = next(fitting, None)
        return self._found[path]

    def _digests(self, names: Iterable[str]) -> fresh.Digests:
        return {name: self.now.get(name, "missing") for name in names}

    def keep(self, executed: Executed, path: Path) -> None:
        """Keep an executed notebook; NotebookError if what it read has changed in the meantime."""
        inside = {str(self.root / name): name for name in self.now}
        read = {fresh.PACKAGES, *(inside[each] for each in executed.files if each in inside)}
        read -= set() if PARTS in read else {BIBLIOGRAPHY}
        made_from, self.now = self._digests(sorted(read)), fresh.fingerprint(self.root)
        if altered := fresh.changes(made_from, self._digests(read)):
            told = fresh.listed(altered)
            raise NotebookError(f"is not kept: {told} changed while it ran; build the book again.")
        cells = self.cache.create_hashed_notebook(executed.notebook)[1]
        add_key(executed.notebook.metadata, fresh.digest(made_from))
        data = {"cells": cells, MADE_FROM: made_from}
        bundle = CacheBundleIn(executed.notebook, str(path), data=data)
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        self._found.pop(path, None)

    def tables(self, notebooks: Iterable[Path]) -> dict[Path, set[str]]:
        """Return the tables that the kernel of each notebook read, where outputs are kept."""
        return {
            path: {Path(name).stem for name in found.data[MADE_FROM] if name.startswith("data/")}
            - {"shared"}
            for path in notebooks
            if (found := self.record(path))
        }

    def executed(self, path: Path) -> nbformat.NotebookNode | None:
        """Return the code cells of a notebook with their kept outputs, or None if none are kept."""
        if (found := self.record(path)) is None:
            return None
        file = self.cache.path / "executed" / found.hashkey / "base.ipynb"
        # Not by jupyter-cache, which checks each by its schema for half a second.
        return nbformat.from_dict(json.loads(file.read_text(encoding="utf-8")))

    def published(self) -> snapshot.Published:
        """Return what the notebooks of the book publish, by chapter and name."""
        found: snapshot.Published = {}
        for path in sorted(pages.notebooks(self.root)):
            for cell in getattr(self.executed(path), "cells", ()):
                found |= snapshot.of_outputs(path.stem, cell.get("outputs", ()))
        return found


def add_key(metadata: dict, key: str) -> None:
    """Write the key of a notebook where jupyter-cache looks at the metadata."""
    metadata.setdefault("kernelspec", {})[MADE_FROM] = key


# ------------------------------------------------------------------ run


async def _execute_all(paths: Iterable[Path], kept: KeptNotebooks, timeout: int) -> int:
    """Execute notebooks, a few at a time, and return how many failed, which is printed.

    One that fails does not stop the others, and what was executed is kept.
    """
    free = asyncio.Semaphore(AT_A_TIME)

    async def one(path: Path) -> bool:
        name = path.relative_to(kept.root).with_suffix("").as_posix()
        async with free:
            try:
                executed = await execute(path, timeout)
                kept.keep(executed, path)
            except NotebookError as error:
                print(f"{name}, {error}", file=sys.stderr, flush=True)
                return True
            print(f"  {name}: executed in {executed.seconds:.1f} s", flush=True)
            return False

    return sum(await asyncio.gather(*map(one, paths)))


async def execute(path: Path, timeout: int) -> Executed:
    """Run the cells of a notebook in order, and ask the kernel what it read and sent.

    NotebookError shows the cell that failed. ``timeout`` is in seconds, for each cell.
    """
    start, notebook = time.perf_counter(), folding.read(path)

    async def watch(**_: object) -> None:
        with suppress(RuntimeError):  # Windows knows no such handler
            # nbclient catches Ctrl-C, kills one kernel and goes on; here it stops the build.
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        await client.async_wait_for_reply(client.kc.execute(WATCH, silent=True))

    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(path.parent)}},
        timeout=timeout,
        # By default a message that comes four seconds after its cell is lost, and nobody is told.
        iopub_timeout=LATE,
        raise_on_iopub_timeout=True,
        shutdown_kernel="immediate",
        record_timing=False,  # timings in cells would make them other cells for jupyter-cache
        on_notebook_start=watch,
    )
    notebook.cells.append(nbformat.v4.new_code_cell(TELL))
    try:
        await client.async_execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(strip_escape_sequences(str(error)).strip()) from error
    files, published = json.loads(notebook.cells.pop().outputs[0].text)
    _check_outputs(notebook, published)
    return Executed(notebook, time.perf_counter() - start, files)


def _check_outputs(notebook: nbformat.NotebookNode, published: list[str | None]) -> None:
    """Raise NotebookError unless a notebook holds all that its kernel says that it published."""
    missing = list(published)
    for output in (each for cell in notebook.cells for each in cell.get("outputs", ())):
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        if output.output_type == "display_data" and name in missing:
            missing.remove(name)
    if missing:
        told = fresh.listed([name or "an output without a name" for name in missing])
        raise NotebookError(
            f"is not kept: {len(missing)} of the {len(published)} outputs that its cells published "
            f"did not arrive ({told}); build the book again."
        )


# ------------------------------------------------------------------ in a build


def _execute(app) -> None:
    """Execute what needs it, before any page is read, what takes longest first."""
    root, kept = Path(app.srcdir), KeptNotebooks.of_build(app)
    paths = [root / f"{page}.ipynb" for page in getattr(app.config, "external_site_map", ())]
    needed = [path for path in paths if path.is_file() and kept.record(path) is None]
    if needed:
        print(f"Notebooks to execute: {len(needed)}", flush=True)
    needed.sort(key=lambda path: path.stat().st_size, reverse=True)
    if failed := asyncio.run(_execute_all(needed, kept, app.config.nb_execution_timeout)):
        raise SphinxError(f"notebooks that failed: {failed}; the lines above say why.")


def _add_key(app, docname: str, source: list[str]) -> None:
    """Let MyST-NB find the kept outputs, and note that the page depends on what they are from."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb" and (record := KeptNotebooks.of_build(app).record(path)):
        content = json.loads(source[0])
        add_key(content["metadata"], fresh.digest(record.data[MADE_FROM]))
        source[0] = json.dumps(content, ensure_ascii=False)
        for name in set(record.data[MADE_FROM]) - {fresh.PACKAGES}:
            app.env.note_dependency(name)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    # Notebooks are kept with the tags that this gives them, and MyST-NB must find them by the same.
    app.setup_extension("bookmaking.source.folding")
    app.connect("builder-inited", _execute)
    app.connect("source-read", _add_key, priority=600)  # after the tags
    return {"parallel_read_safe": True, "parallel_write_safe": True}
