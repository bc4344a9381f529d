"""Kernels of changed notebooks, started before all else that a build needs is loaded.

A kernel takes as long to start as a build takes to load its libraries, and both can happen at the
same time. So this module loads little.
"""

from pathlib import Path

from jupyter_client.manager import AsyncKernelManager

from bookmaking.fresh import fingerprint

AT_A_TIME = 2
# A kernel runs one notebook and is gone: looking for garbage would take a tenth of its time.
WITHOUT_COLLECTION = "--IPKernelApp.exec_lines=import gc; gc.disable()"
# What readers type is kept for them to find again; a build has nothing to find.
WITHOUT_HISTORY = "--HistoryManager.hist_file=:memory:"

Kernels = dict[Path, AsyncKernelManager]


def changed_notebooks(root: Path, outdir: Path) -> list[Path]:
    """Return notebooks whose files differ from those of the last build, two at most.

    Some of them may not need to be executed, because only their text has changed.
    """
    last = fingerprint.last_build(outdir)
    if last is None:
        return []
    now = fingerprint.of_files(root, fingerprint.PAGES)
    found = [
        root / name
        for name in fingerprint.changes(last["pages"], now)
        if name in now and name.endswith(".ipynb")
    ]
    return found[:AT_A_TIME]


async def start(notebooks: list[Path]) -> Kernels:
    """Start a kernel for each notebook, in its folder, and do not wait until it answers."""
    started = {}
    for path in notebooks:
        started[path] = AsyncKernelManager(kernel_name="python3")
        arguments = [WITHOUT_COLLECTION, WITHOUT_HISTORY]
        await started[path].start_kernel(cwd=str(path.parent), extra_arguments=arguments)
    return started


async def stop(kernels: Kernels) -> None:
    """Stop kernels that nothing needs."""
    for manager in kernels.values():
        await manager.shutdown_kernel(now=True)
    kernels.clear()
