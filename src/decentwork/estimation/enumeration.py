"""All models with two-list terms, each with its estimate and its weight."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from decentwork.estimation import choice
from decentwork.estimation.histories import CaptureHistories, HistoryError

MOST_PAIRS = 15
CHUNK = 1024


def all_models(histories: CaptureHistories, jobs: int | None = None) -> pd.DataFrame:
    """Fit the model of every set of pairs of lists: 2**q models for q pairs.

    Parameters
    ----------
    histories
        The table, of six lists at most.
    jobs
        Workers of joblib; None leaves the choice to ``joblib.parallel_config``.

    Returns a frame with one row a model, those with the lowest BIC first, and the columns ``pairs``
    (joined by "+"), ``number`` (of pairs), ``exists``, ``total`` (persons), ``log_likelihood``,
    ``aic``, ``bic``, ``aic_weight`` and ``bic_weight``. A weight is exp(-d/2) for the distance d
    to the lowest value, by the sum over all models. A model without an estimate has no total and
    the weight zero.

    Raises HistoryError for more than six lists: 2**21 models are too many.
    """
    pairs = len(histories.pairs)
    if pairs > MOST_PAIRS:
        raise HistoryError(
            f"{len(histories.lists)} lists have 2**{pairs} models; six lists are the most. "
            "Merge small lists, or let a rule choose (Stepwise)."
        )
    masks = (np.arange(2**pairs)[:, None] >> np.arange(pairs) & 1).astype(bool)
    chunks = [masks[at : at + CHUNK] for at in range(0, len(masks), CHUNK)]
    lists, counts = len(histories.lists), histories.counts
    parts = Parallel(n_jobs=jobs)(delayed(_fitted)(lists, counts, chunk) for chunk in chunks)
    frame = pd.DataFrame(
        np.concatenate(parts), columns=["exists", "total", "log_likelihood", "aic", "bic"]
    ).astype({"exists": bool})
    names = np.array(histories.pairs)
    frame.insert(0, "pairs", ["+".join(names[mask]) for mask in masks])
    frame.insert(1, "number", masks.sum(axis=1))
    for name in ("aic", "bic"):
        weight = np.exp((frame[name].min() - frame[name]) / 2)
        frame[f"{name}_weight"] = weight / weight.sum()
    return frame.sort_values(["bic", "number"], ignore_index=True)


def _fitted(lists: int, counts: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    models = choice.fitted_models(lists, counts, pairs)
    likelihood = np.where(models.exists, choice.log_likelihood(models), np.nan)
    values = (models.exists, models.total, likelihood, choice.aic(models), choice.bic(models))
    return np.column_stack(values)
