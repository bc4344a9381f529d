"""Execute the notebooks that need it, before Sphinx reads pages.

Two run at a time, the heaviest first, and each result is said as it comes. A notebook that fails
does not stop the others. The executed notebooks are kept where MyST-NB looks for them, so that it
executes none itself.
"""

import asyncio
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx_external_toc.parsing import parse_toc_yaml

from bookmaking.fresh.fingerprint import all_changes, fingerprint, listed
from bookmaking.fresh.kept import KeptNotebooks
from bookmaking.fresh.made_from import EXPRESSIONS, MadeFrom, answers, known_sources, made_from
from bookmaking.make import kernels
from bookmaking.make.kernels import Kernels
from bookmaking.source import folding
from bookmaking.tools.terminal import without_colours

FILE_OF_CELL = re.compile(r"\S*[/\\]ipykernel_\d+[/\\](\d+\.py)")
"""Where a warning says that a cell stands: below a folder named after the process of the kernel."""


@dataclass(frozen=True)
class Executed:
    """A notebook after its last cell: the notebook with outputs, seconds, and what it read."""

    notebook: nbformat.NotebookNode
    seconds: float
    read: dict[str, list[str]]


class NotebookError(Exception):
    """A notebook that could not be executed; the message says which cell failed and why."""


async def execute_needed(
    root: Path,
    kept: KeptNotebooks,
    seconds: dict[str, float],
    started: Kernels,
    waiting: Callable[[], None],
) -> int:
    """Execute the notebooks of the book at ``root`` whose outputs are not kept or no longer hold.

    Parameters
    ----------
    root
        Folder of the book.
    kept
        Where executed notebooks are kept.
    seconds
        How long notebooks took when they were executed last, by their path, where ``kept`` has
        lost it.
    started
        Kernels that were started already; those that are used are taken out.
    waiting
        What to call when all is ready and kernels are waited for.

    Returns
    -------
    int
        How many notebooks failed; what failed is printed.
    """
    seconds = {**seconds, **kept.seconds()}
    dropped = kept.drop_outdated()
    listed_notebooks = notebooks(root)
    found = kept.outputs(listed_notebooks)
    needed = [path for path in listed_notebooks if path not in found]
    await kernels.stop({path: started.pop(path) for path in {*started} - {*needed}})
    if not needed:
        return 0
    print(f"Notebooks to execute: {len(needed)}", flush=True)
    for path in needed:
        if changed := dropped.get(str(path)):
            print(f"  {_name(path, root)}: again, because of {listed(changed)}", flush=True)
    # A notebook that was never executed is taken by its size, after those whose time is known.
    needed.sort(key=lambda path: (seconds.get(str(path), 0), path.stat().st_size), reverse=True)
    return await _execute_all(needed, root, kept, started, waiting)


def notebooks(root: Path) -> list[Path]:
    """Return the notebooks in the table of contents of the book at ``root``."""
    paths = [root / f"{name}.ipynb" for name in parse_toc_yaml(root / "_toc.yml")]
    return [path for path in paths if path.is_file()]


async def _execute_all(
    paths: list[Path],
    root: Path,
    kept: KeptNotebooks,
    started: Kernels,
    waiting: Callable[[], None],
) -> int:
    before = fingerprint(root)
    timeout = _timeout(root)
    free = asyncio.Semaphore(kernels.AT_A_TIME)

    async def one(path: Path) -> bool:
        async with free:
            try:
                executed = await execute(path, timeout, started.pop(path, None))
                kept.keep(
                    executed.notebook, path, executed.seconds, _made_from(executed, before, root)
                )
            except NotebookError as error:
                # A kernel that was stopped, because Sphinx failed, looks like one that died.
                if not asyncio.current_task().cancelling():
                    print(f"{_name(path, root)}, {error}", file=sys.stderr, flush=True)
                return False
            print(f"  {_name(path, root)}: executed in {executed.seconds:.1f} s", flush=True)
            return True

    async def while_kernels_start() -> None:
        known_sources()
        waiting()

    try:
        # Where one of them fails or all are stopped, it waits until each has stopped its kernel.
        async with asyncio.TaskGroup() as group:
            executing = [group.create_task(one(path)) for path in paths]
            group.create_task(while_kernels_start())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return sum(not each.result() for each in executing)


async def execute(path: Path, timeout: int, started: AsyncKernelManager | None = None) -> Executed:
    """Run the cells of a notebook in order, and ask the kernel what it read.

    NotebookError names the cell that failed. ``timeout`` is in seconds, for each cell. A kernel
    that was ``started`` already is used and stopped.
    """
    start = time.perf_counter()
    notebook = folding.read(path)
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(path.parent)}},
        timeout=timeout,
        # All that a kernel has to say has been received when its last cell is done.
        shutdown_kernel="immediate",
        extra_arguments=[kernels.WITHOUT_COLLECTION],
        record_timing=False,  # timings in cells would make them other cells for jupyter-cache
    )
    client.km = started
    number = 0
    try:
        async with client.async_setup_kernel():
            reply = await client.async_wait_for_reply(client.kc.kernel_info())
            notebook.metadata["language_info"] = reply["content"]["language_info"]
            for number, cell in enumerate(notebook.cells, 1):
                await client.async_execute_cell(cell, number - 1)
            asked = client.kc.execute("pass", silent=True, user_expressions=EXPRESSIONS)
            reply = await client.async_wait_for_reply(asked)
    except CellExecutionError as error:
        traceback = without_colours(error.traceback).strip()
        raise NotebookError(f"cell {number}: {error.ename}: {error.evalue}\n{traceback}") from error
    except CellTimeoutError as error:
        raise NotebookError(
            f"cell {number}: ran longer than {timeout} s, the limit in _config.yml."
        ) from error
    except DeadKernelError as error:
        raise NotebookError(f"cell {number}: the kernel died; is there memory enough?") from error
    finally:
        # nbclient leaves a kernel running that is stopped while it starts.
        if client.km is not None and client.km.has_kernel:
            await client.km.shutdown_kernel(now=True)
    _same_in_each_run(notebook)
    displayed = reply["content"]["user_expressions"]
    read = answers({name: displayed[name]["data"]["text/plain"] for name in EXPRESSIONS})
    return Executed(notebook, time.perf_counter() - start, read)


def _same_in_each_run(notebook: nbformat.NotebookNode) -> None:
    """Take out of printed outputs what another run would print otherwise: the kernel's process."""
    for cell in notebook.cells:
        for printed in cell.get("outputs", ()):
            if printed.output_type == "stream":
                printed.text = FILE_OF_CELL.sub(r"cell \1", printed.text)


def _made_from(executed: Executed, before: dict, root: Path) -> MadeFrom:
    """Return the digests of what a notebook read; NotebookError if that may have changed since."""
    digests = made_from(executed.read)
    if changed := all_changes(before, fingerprint(root)):
        raise NotebookError(
            f"is not kept: {listed(changed)} changed while notebooks ran; build the book again."
        )
    return digests


def _timeout(root: Path) -> int:
    return _settings(root).get("execute", {}).get("timeout", 30)  # Jupyter Book's own default


def _settings(root: Path) -> dict:
    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) or {}


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()
