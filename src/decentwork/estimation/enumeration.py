"""All models of a table, each with its estimate and its weight.

A model is a hierarchical set of terms for two lists, or for two and three (`hierarchy`).
"""

from functools import partial

import numpy as np
import pandas as pd

from decentwork.estimation import hierarchy, tasks
from decentwork.estimation.fitting import fit_models
from decentwork.estimation.histories import CaptureHistories, HistoryError

MOST_PAIRS = 15
MOST_LISTS_OF_ORDER_THREE = 5
"""Six lists have 3.7 million hierarchical models with terms of two and three lists."""
MODELS_PER_TASK = 1024
EQUAL_DIGITS = 8
"""Criteria are equal if they agree in so many decimals. Rounding, and so the machine, must not
order models whose criteria are equal."""


def all_models(
    histories: CaptureHistories, order: int | None = None, jobs: int | None = None
) -> pd.DataFrame:
    """Fit every hierarchical model of a table, with terms of up to two lists or of up to three.

    Whether terms of three lists are allowed can decide the answer, so no class of models should be
    reported alone: `answer_map` compares them.

    Parameters
    ----------
    histories
        The table, of six lists at most.
    order
        How many lists the largest term may join. 2: terms of two lists, which are 64 models of four
        lists, 1,024 of five and 32,768 of six. 3: also terms of three lists whose pairs are in the
        model, 113 models of four lists and 6,212 of five; not for six, which have 3.7 million.
        Without it 3 for up to five lists and 2 for six, as the R package
        MultipleSystemsEstimation.
    jobs
        Tasks that may run at the same time; see `tasks.run`.

    Returns
    -------
    DataFrame
        One row a model, the lowest BIC first. Columns: ``terms`` (joined by "+"), ``pairs`` (those
        of two lists), ``number`` (of terms), ``exists`` (whether there is an estimate), ``total``
        (persons), ``log_likelihood``, ``aic``, ``bic``, ``aic_weight``, ``bic_weight``. For the
        weights, let d be the distance from a model's criterion to the lowest of all models. The
        weight is exp(-d/2) divided by the sum of exp(-d/2) over all models, so the weights add up
        to one. A model without an estimate has no total, and its weight is zero.

    Raises
    ------
    HistoryError
        For more than six lists, and for six with order 3; `search_models` finds the best of them.
    ValueError
        For an order that is neither 2 nor 3.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> models = estimation.all_models(histories)
    >>> len(models)
    6212
    >>> models[["number", "total", "bic_weight"]].head(3).round(2)
       number     total  bic_weight
    0       6  25311.29        0.21
    1       5  28822.13        0.17
    2       5  22991.33        0.15
    >>> len(estimation.all_models(histories, order=2))
    1024
    """
    order = order_of_models(histories, order)
    sets = sets_of_terms(histories, order)
    fit = partial(_fit_sets, len(histories.lists), histories.counts)
    parts = tasks.run(fit, tasks.chunks(sets, MODELS_PER_TASK), jobs)
    frame = pd.DataFrame(
        np.concatenate(parts), columns=["exists", "total", "log_likelihood", "aic", "bic"]
    ).astype({"exists": bool})
    frame.insert(0, "terms", names_of_sets(histories, sets))
    frame.insert(1, "pairs", names_of_sets(histories, sets[:, : len(histories.pairs)]))
    frame.insert(2, "number", sets.sum(axis=1))
    for name in ("aic", "bic"):
        frame[f"{name}_weight"] = weights(frame[name].to_numpy())
    return frame.sort_values(
        ["bic", "number"], key=lambda column: column.round(EQUAL_DIGITS), ignore_index=True
    )


def weights(criterion: np.ndarray) -> np.ndarray:
    """Return the weight exp(-d/2) of each model, (m,) to (m,), so that all add up to one.

    d is the distance from a model's criterion to the lowest; a model without an estimate has the
    criterion infinity and no weight.
    """
    weight = np.exp((criterion.min() - criterion) / 2)
    return weight / weight.sum()


def order_of_models(histories: CaptureHistories, order: int | None) -> int:
    """Return how many lists a term may join: the given order, or the usual one of so many lists.

    Raises
    ------
    HistoryError
        For more lists than all models can be fitted of.
    ValueError
        For an order that is neither 2 nor 3.
    """
    lists, pairs = len(histories.lists), len(histories.pairs)
    if pairs > MOST_PAIRS:
        raise HistoryError(
            f"{lists} lists have 2**{pairs} models; six lists are the most. Merge small lists, let "
            "a rule choose (Stepwise), or find the best model alone (search_models)."
        )
    if order is None:
        return 3 if lists <= MOST_LISTS_OF_ORDER_THREE else 2
    hierarchy.check_order(order)
    if order == 3 and lists > MOST_LISTS_OF_ORDER_THREE:
        raise HistoryError(
            f"{lists} lists have millions of models with terms of three lists; for order 3, "
            f"{MOST_LISTS_OF_ORDER_THREE} lists are the most. Take order=2, or find the best "
            "model alone (search_models)."
        )
    return order


def sets_of_terms(histories: CaptureHistories, order: int = 2) -> np.ndarray:
    """Return all hierarchical sets of terms, shape (m, q) for order 2 and (m, q + t) for 3.

    Entries are true or false, in the order of `hierarchy.names`. The sets are in the order of
    binary numbers: the first pair is the unit, and groups of three lists vary fastest.
    """
    number = len(histories.pairs)
    pairs = (np.arange(2**number)[:, None] >> np.arange(number) & 1).astype(bool)
    if order == 2:
        return pairs
    inside = hierarchy.pairs_of_triples(len(histories.lists))
    found = []
    for row, may in zip(pairs, pairs[:, inside].all(axis=2), strict=True):
        free = np.flatnonzero(may)
        sets = np.zeros((2 ** len(free), number + len(inside)), dtype=bool)
        sets[:, :number] = row
        sets[:, number + free] = np.arange(len(sets))[:, None] >> np.arange(len(free)) & 1
        found.append(sets)
    return np.concatenate(found)


def names_of_sets(histories: CaptureHistories, sets: np.ndarray) -> list[str]:
    """Return the names of sets of terms, shape (m, q) or (m, q + t), each joined by "+"."""
    order = hierarchy.order_of(len(histories.lists), sets.shape[1])
    names = np.array(hierarchy.names(histories, order), dtype=object)
    return ["+".join(names[row]) for row in sets]


def _fit_sets(lists: int, counts: np.ndarray, sets: np.ndarray) -> np.ndarray:
    models = fit_models(lists, counts, sets)
    return np.column_stack([models.exists, models.total, *models.criteria()])
