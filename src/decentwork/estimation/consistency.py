"""Estimators compared with totals that are known: the cases on one list, seen by the others."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import CaptureHistories, HistoryError
from decentwork.estimation.models import LogLinear, Stepwise

LEAST_SEEN = 30
"""As in the code of Binette and Steorts (2021)."""


def internal_consistency(
    histories: CaptureHistories,
    estimator: Callable[[CaptureHistories], LogLinear | Stepwise],
    least: int = LEAST_SEEN,
) -> pd.DataFrame:
    """Estimate the number of cases on each list from the other lists (Binette and Steorts 2021).

    Parameters
    ----------
    histories
        The table.
    estimator
        What makes a model of a table, as ``Stepwise``.
    least
        A list is left out if the others see fewer of its cases.

    Returns
    -------
    DataFrame
        One row a list. Columns: ``list``, ``truth`` (persons on it), ``seen`` (those on another
        list too), ``blind`` (lists that see none of them, joined by "+"), ``total`` (the estimate
        of ``truth``), ``log_ratio`` (logarithm of ``total`` divided by ``truth``), ``lacks`` (why
        there is no estimate; empty if there is one).

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> tested = estimation.internal_consistency(histories, estimation.Stepwise)
    >>> tested[["list", "truth", "seen", "total", "log_ratio"]].round(2)
        list  truth  seen    total  log_ratio
    0     LA     94    40   139.87       0.40
    1     NG    567   104   425.67      -0.29
    2  PFNCA   1169   174  1480.76       0.24
    3     GO    807   112   482.86      -0.51
    """
    rows = []
    for name in histories.lists:
        on_list = histories.flags[:, histories.lists.index(name)]
        truth = int(histories.counts[on_list].sum())
        seen = int(histories.counts[on_list & (histories.flags.sum(axis=1) > 1)].sum())
        if seen < least:
            continue
        partners = _partners(histories, name)
        blind = "+".join(other for other in histories.lists if other not in partners)
        total, lacks = np.nan, ""
        try:
            total = estimator(histories.given(name)).fit().total
        except (HistoryError, NoEstimateError) as error:
            lacks = str(error)
        rows.append((name, truth, seen, blind, total, np.log(total / truth), lacks))
    columns = ["list", "truth", "seen", "blind", "total", "log_ratio", "lacks"]
    return pd.DataFrame(rows, columns=columns)


def _partners(histories: CaptureHistories, name: str) -> set[str]:
    """Return the list itself and the lists that share a case with it."""
    shared = histories.overlaps
    pairs = [set(pair.split(":")) for pair, cases in shared.items() if cases]
    return {name}.union(*(pair for pair in pairs if name in pair))
