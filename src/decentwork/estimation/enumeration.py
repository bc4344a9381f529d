"""All models with terms for pairs of lists, each with its estimate and its weight."""

from functools import partial

import numpy as np
import pandas as pd

from decentwork.estimation import tasks
from decentwork.estimation.fitting import fit_models
from decentwork.estimation.histories import CaptureHistories, HistoryError

MOST_PAIRS = 15
MODELS_PER_TASK = 1024


def all_models(histories: CaptureHistories, jobs: int | None = None) -> pd.DataFrame:
    """Fit the model of every set of pairs of lists: 2**q models for q pairs.

    Parameters
    ----------
    histories
        The table, of six lists at most.
    jobs
        Tasks that may run at the same time; see `tasks.run`.

    Returns
    -------
    DataFrame
        One row a model, the lowest BIC first. Columns: ``pairs`` (joined by "+"), ``number`` (of
        pairs), ``exists`` (whether there is an estimate), ``total`` (persons), ``log_likelihood``,
        ``aic``, ``bic``, ``aic_weight``, ``bic_weight``. For the weights, let d be the distance
        from a model's criterion to the lowest of all models. The weight is exp(-d/2) divided by
        the sum of exp(-d/2) over all models, so the weights add up to one. A model without an
        estimate has no total, and its weight is zero.

    Raises
    ------
    HistoryError
        For more than six lists: 2**21 models are too many.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> models = estimation.all_models(histories)
    >>> len(models)
    1024
    >>> models[["number", "total", "bic_weight"]].head(3).round(2)
       number     total  bic_weight
    0       5  22991.33        0.29
    1       5  12262.41        0.18
    2       4  25978.17        0.12
    """
    sets = sets_of_pairs(histories)
    fit = partial(_fit_sets, len(histories.lists), histories.counts)
    parts = tasks.run(fit, tasks.chunks(sets, MODELS_PER_TASK), jobs)
    frame = pd.DataFrame(
        np.concatenate(parts), columns=["exists", "total", "log_likelihood", "aic", "bic"]
    ).astype({"exists": bool})
    frame.insert(0, "pairs", names_of_sets(histories))
    frame.insert(1, "number", sets.sum(axis=1))
    for name in ("aic", "bic"):
        weight = np.exp((frame[name].min() - frame[name]) / 2)
        frame[f"{name}_weight"] = weight / weight.sum()
    # Rounding, and so the machine, must not order models whose criteria are equal.
    return frame.sort_values(
        ["bic", "number"], key=lambda column: column.round(8), ignore_index=True
    )


def sets_of_pairs(histories: CaptureHistories) -> np.ndarray:
    """Return all sets of pairs of lists, shape (2**q, q), in the order of binary numbers.

    Entries are true or false. The first pair is the unit.

    Raises
    ------
    HistoryError
        For more than six lists.
    """
    pairs = len(histories.pairs)
    if pairs > MOST_PAIRS:
        raise HistoryError(
            f"{len(histories.lists)} lists have 2**{pairs} models; six lists are the most. "
            "Merge small lists, or let a rule choose (Stepwise)."
        )
    return (np.arange(2**pairs)[:, None] >> np.arange(pairs) & 1).astype(bool)


def names_of_sets(histories: CaptureHistories) -> list[str]:
    """Return the names of all sets of pairs, joined by "+", in the order of `sets_of_pairs`."""
    names = [""]
    for pair in histories.pairs:
        names += [f"{name}+{pair}" if name else pair for name in names]
    return names


def _fit_sets(lists: int, counts: np.ndarray, sets: np.ndarray) -> np.ndarray:
    models = fit_models(lists, counts, sets)
    return np.column_stack([models.exists, models.total, *models.criteria()])
