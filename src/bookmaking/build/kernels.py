"""Let the kernels of a build start and stop as short-lived processes should.

A kernel runs one notebook and is gone. So it looks for no garbage in between, a tenth of its time,
and it is stopped at once when its notebook is done: by default it is asked to leave and waited for,
though all that it has to say has been received by then.
"""

from nbclient import NotebookClient

WITHOUT_COLLECTION = "--IPKernelApp.exec_lines=import gc; gc.disable()"


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    NotebookClient.shutdown_kernel.default_value = "immediate"
    NotebookClient.extra_arguments.default_args = ([WITHOUT_COLLECTION],)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
