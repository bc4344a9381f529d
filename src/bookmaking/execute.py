"""Execute the notebooks whose outputs no longer hold, before Sphinx reads pages.

MyST-NB takes an executed notebook from jupyter-cache, which finds it by its code cells alone. What
a notebook shows also depends on the tables and modules that it reads. So when its last cell has
run, the kernel is asked which files of the book it opened. Their digests are kept with the outputs,
and one digest of them is written into the metadata that jupyter-cache looks at, in memory. When one
of these files changes, the notebook is another one and is executed; when the file is as before
again, the earlier outputs are found again. A notebook that was never executed counts as made from
everything.
"""

import ast
import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.errors import SphinxError
from sphinx.util.console import strip_escape_sequences

from bookmaking import fresh
from bookmaking.source import folding
from decentwork import sources

AT_A_TIME = 2
LATE = 600
"""So many seconds a message may come after its cell has run: on a busy machine some come late."""
MOST_KEPT = 200
"""So many executed notebooks are kept; what was changed back is not executed again."""
BIBLIOGRAPHY = "references.bib"
SOURCE = "source "
"""How a source is named among what a notebook is made from."""
PACKAGES = "Python and its packages"
MADE_FROM = "made_from"
FILE_OF_CELL = re.compile(r"\S*[/\\]ipykernel_\d+[/\\](\d+\.py)")
"""Where a warning says that a cell is: in a folder named after the process of the kernel."""

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
    def told():
        modules = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
        files = sorted(opened.union(filter(None, modules)))
        tables, sources = (sorted(getattr(sys.modules.get(f"decentwork.{name}"), "asked", ()))
                           for name in ("data", "sources"))
        return json.dumps({"read": [files, tables, sources], "published": published})
    sys.addaudithook(note)
    get_ipython().display_pub.register_hook(publish)
    get_ipython().told_of_run = told
_watch()
del _watch
"""
"""What a kernel runs before the first cell: it notes the files that are opened, and what is sent.

A notebook that cites opens the whole bibliography, but holds as long as its own keys are there."""


class Executed(NamedTuple):
    """A notebook after its last cell: with outputs, its seconds, and what it read."""

    notebook: nbformat.NotebookNode
    seconds: float
    files: list[str]
    tables: list[str]
    sources: list[str]


class NotebookError(Exception):
    """A notebook that could not be executed; the message says which cell failed and why."""


class KeptNotebooks:
    """The executed notebooks of the book at ``root``, as jupyter-cache keeps them in a folder."""

    _of_builds: WeakKeyDictionary = WeakKeyDictionary()

    def __init__(self, folder: Path, root: Path | None = None) -> None:
        """Open the cache in ``folder``, or make it; ``root`` is two folders up if not given."""
        self.folder, self.root = folder, root or folder.parents[1]
        self.cache = get_cache(folder)
        # Two processes that read at the same time would both create its tables, and one would fail.
        _ = self.cache.db
        self.now = _now(self.root)
        self._found: dict[Path, NbCacheRecord | None] = {}

    @classmethod
    def of_build(cls, app) -> "KeptNotebooks":
        """Return that of a build, opened once; a book without MyST-NB keeps none."""
        if app not in cls._of_builds:
            folder = getattr(app.config, "nb_execution_cache_path", "")
            place = Path(folder) if folder else folder_of(Path(app.outdir))
            cls._of_builds[app] = cls(place, Path(app.srcdir))
        return cls._of_builds[app]

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
        """Return the digests of what a notebook read, as these are now."""
        known = _known_sources(self.root, self.now.get(BIBLIOGRAPHY, ""))
        return {name: known.get(name) or self.now.get(name, "missing") for name in names}

    def _file(self, record: NbCacheRecord) -> Path:
        return self.folder / "executed" / record.hashkey / "base.ipynb"

    def key(self, path: Path) -> str:
        """Return what is written into a notebook's metadata, so that jupyter-cache finds it."""
        if record := self.record(path):
            return fresh.digest(record.data[MADE_FROM])
        apart = tuple(f"{folder}/" for folder in fresh.PAGES)
        return fresh.digest({n: each for n, each in self.now.items() if not n.startswith(apart)})

    def keep(self, executed: Executed, path: Path) -> None:
        """Keep an executed notebook; NotebookError if what it read has changed in the meantime."""
        before, self.now = self.now, _now(self.root)
        files = {str(self.root / name): name for name in self.now if name != BIBLIOGRAPHY}
        read = [*sorted({files[file] for file in executed.files if file in files}), PACKAGES]
        if altered := [name for name in read if before.get(name) != self.now.get(name)]:
            told = fresh.listed(altered)
            raise NotebookError(f"is not kept: {told} changed while it ran; build the book again.")
        notebook = executed.notebook
        cells = self.cache.create_hashed_notebook(notebook)[1]
        made_from = self._digests([*read, *(f"{SOURCE}{key}" for key in executed.sources)])
        add_key(notebook.metadata, fresh.digest(made_from))
        known = {"tables": executed.tables, "cells": cells}
        bundle = CacheBundleIn(notebook, str(path), data={**known, MADE_FROM: made_from})
        self.cache.change_cache_limit(MOST_KEPT)
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        self._found.pop(path, None)

    def tables(self, notebooks: Iterable[Path]) -> dict[Path, tuple[str, ...]]:
        """Return the tables that the kernel of each notebook read, where outputs are kept."""
        return {
            path: tuple(found.data["tables"]) for path in notebooks if (found := self.record(path))
        }

    def files(self, notebooks: Iterable[Path]) -> dict[Path, Path]:
        """Return the file that holds the kept outputs of each notebook that has some."""
        return {path: self._file(found) for path in notebooks if (found := self.record(path))}

    def executed(self, path: Path) -> nbformat.NotebookNode | None:
        """Return a notebook with its kept outputs, or None if none are kept."""
        found = self.record(path)
        # Not by nbformat.read, which checks each by its schema for half a second.
        return found and nbformat.from_dict(json.loads(self._file(found).read_text("utf-8")))


def folder_of(outdir: Path) -> Path:
    """Return the folder of executed notebooks that belongs to the pages in ``outdir``."""
    return outdir.parent / ".jupyter_cache"


def add_key(metadata: dict, key: str) -> None:
    """Write the key of a notebook where jupyter-cache looks at the metadata."""
    metadata.setdefault("kernelspec", {})[MADE_FROM] = key


@cache
def _known_sources(root: Path, _changed: str) -> dict[str, str]:
    """Return all sources that notebooks can cite; it takes a quarter of a second."""
    try:
        return {f"{SOURCE}{key}": "known" for key in sources.load(root / BIBLIOGRAPHY)}
    except (sources.SourceError, OSError):
        return {}  # then notebooks that cite are executed, and say what is wrong


def _now(root: Path) -> fresh.Digests:
    return fresh.fingerprint(root) | {PACKAGES: fresh.digest(fresh.environment())}


# ------------------------------------------------------------------ run


async def _execute_all(paths: Iterable[Path], kept: KeptNotebooks, timeout: int) -> int:
    """Execute notebooks, two at a time, and return how many failed, which is printed.

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
                return False
            print(f"  {name}: executed in {executed.seconds:.1f} s", flush=True)
            return True

    try:
        async with asyncio.TaskGroup() as group:
            executing = [group.create_task(one(path)) for path in paths]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return sum(not each.result() for each in executing)


async def execute(path: Path, timeout: int) -> Executed:
    """Run the cells of a notebook in order, and ask the kernel what it read and sent.

    NotebookError names the cell that failed. ``timeout`` is in seconds, for each cell.
    """
    start, number = time.perf_counter(), 0
    notebook = folding.read(path)
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(path.parent)}},
        timeout=timeout,
        # By default a message that comes four seconds after its cell is lost, and nobody is told.
        iopub_timeout=LATE,
        raise_on_iopub_timeout=True,
        shutdown_kernel="immediate",
        record_timing=False,  # timings in cells would make them other cells for jupyter-cache
    )
    try:
        async with client.async_setup_kernel():
            with suppress(RuntimeError):  # Windows knows no such handler
                # nbclient catches Ctrl-C, kills one kernel and goes on; here it stops the build.
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            reply = await client.async_wait_for_reply(client.kc.kernel_info())
            notebook.metadata["language_info"] = reply["content"]["language_info"]
            await client.async_wait_for_reply(client.kc.execute(WATCH, silent=True))
            for number, cell in enumerate(notebook.cells, 1):
                await client.async_execute_cell(cell, number - 1)
            expressions = {"told": "get_ipython().told_of_run()"}
            asked = client.kc.execute("pass", silent=True, user_expressions=expressions)
            reply = await client.async_wait_for_reply(asked)
    except CellExecutionError as error:
        why = strip_escape_sequences(f"{error.ename}: {error.evalue}\n{error.traceback.strip()}")
        raise NotebookError(f"cell {number}: {why}") from error
    except CellTimeoutError as error:
        what = f"ran longer than {timeout} s, the limit in _config.yml."
        if "IOPub" in str(error):
            what = f"its outputs did not arrive within {LATE} s; build the book again."
        raise NotebookError(f"cell {number}: {what}") from error
    except DeadKernelError as error:
        raise NotebookError(f"cell {number}: the kernel died; is there memory enough?") from error
    told = reply["content"]["user_expressions"]["told"]["data"]["text/plain"]
    said = json.loads(ast.literal_eval(told))
    _check_outputs(notebook, said["published"])
    return Executed(notebook, time.perf_counter() - start, *said["read"])


def _check_outputs(notebook: nbformat.NotebookNode, published: list[str | None]) -> None:
    """Raise NotebookError unless a notebook holds all that its kernel says that it published.

    In what was printed, the process of the kernel is taken out, which differs in each run.
    """
    missing = list(published)
    for output in (each for cell in notebook.cells for each in cell.get("outputs", ())):
        if output.output_type == "stream":
            output.text = FILE_OF_CELL.sub(r"cell \1", output.text)
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
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        content = json.loads(source[0])
        add_key(content["metadata"], KeptNotebooks.of_build(app).key(path))
        source[0] = json.dumps(content, ensure_ascii=False)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    # Notebooks are kept with the tags that this gives them, and MyST-NB must find them by the same.
    app.setup_extension("bookmaking.source.folding")
    app.connect("builder-inited", _execute)
    app.connect("source-read", _add_key, priority=600)  # after the tags
    return {"parallel_read_safe": True, "parallel_write_safe": True}
