"""Runs independent tasks: with joblib if it is installed, otherwise one after the other."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


def run(task: Callable[..., Any], inputs: Iterable[tuple], jobs: int | None = None) -> list[Any]:
    """Call a function once for each group of arguments.

    Parameters
    ----------
    task
        The function.
    inputs
        Its arguments, one tuple a call.
    jobs
        How many calls may run at the same time. None leaves this to ``joblib.parallel_config``,
        whose backend may also be a cluster of dask or ray, and means one call at a time if nothing
        is configured or joblib is not installed.

    Returns
    -------
    list
        What the calls returned, in the order of the inputs. It does not depend on ``jobs``.

    Notes
    -----
    A cluster of dask needs no change of the call. Two workers of dask 2026.8 gave the same digits
    as one process; dask is no dependency::

        import dask.distributed, joblib

        client = dask.distributed.Client("scheduler:8786")  # or Client() for this machine
        with joblib.parallel_config(backend="dask"):
            estimation.AllModels(histories).fit().bootstrap(repeats=10_000)

    Raises
    ------
    ModuleNotFoundError
        If ``jobs`` asks for more than one call at a time and joblib is not installed.
    """
    try:
        import joblib
    except ModuleNotFoundError as error:
        if error.name != "joblib":
            raise
        if jobs not in (None, 1):
            raise ModuleNotFoundError(
                f"jobs = {jobs} needs the package joblib, which is not installed. Install it "
                "(pip install joblib), or leave jobs out to run one task after the other.",
                name="joblib",
            ) from None
        return [task(*each) for each in inputs]
    return joblib.Parallel(n_jobs=jobs)(joblib.delayed(task)(*each) for each in inputs)


def chunks(rows: np.ndarray, size: int) -> list[tuple[np.ndarray]]:
    """Return the rows in groups of a fixed size, each as the arguments of one call.

    The size is fixed so that the groups, and the last digits of what is computed from them, do not
    depend on how many calls run at the same time.
    """
    return [(rows[at : at + size],) for at in range(0, len(rows), size)]
