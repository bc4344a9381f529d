"""Stop a kernel at once when its notebook is done.

By default it is asked to leave and waited for, a third of a second for each notebook; all that it
has to say has been received by then.
"""

from nbclient import NotebookClient


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    NotebookClient.shutdown_kernel.default_value = "immediate"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
