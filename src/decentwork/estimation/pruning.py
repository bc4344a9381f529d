"""Proves, from a few large models, which of all models cannot be near the best of a table.

A model fits no better than a larger one. So its criterion is at least the lack of fit of any model
that has all its terms, and what its own terms cost. Large models are made here by leaving out one
term, or two or three pairs of lists with the terms that need them. Two hundred of them rule out
most of the 6,212 models of five lists.
"""

from functools import cache
from itertools import combinations

import numpy as np

from decentwork.estimation import choice, design, hierarchy, newton

MOST_LEFT_OUT = 3
SLACK = 0.01
"""Points by which a bound is lowered, so that it holds for a fit that ends near its maximum."""
NEAR_SUMS = 1e-3
"""A fit gives a bound if no sum of a term differs by more cases from the observed one."""


def possible(
    lists: int, sets: np.ndarray, criterion: str, tables: np.ndarray, within: float
) -> np.ndarray:
    """Return which models may be within some points of the best of each table, shape (r, m).

    Parameters
    ----------
    lists
        Number of lists, k.
    sets
        The terms of each model, shape (m, q) or (m, q + t).
    criterion
        "bic" or "aic".
    tables
        Shape (r, 2**k - 1).
    within
        Points of the criterion.

    Returns
    -------
    ndarray
        False where a model is proved to lie further behind.
    """
    order = hierarchy.order_of(lists, sets.shape[1])
    found = choice.choose(criterion, lists, tables, 1.0, order).models
    highest = getattr(found.criteria(), criterion) + within
    cost = np.log(np.maximum(tables.sum(axis=1), 1)) if criterion == "bic" else 2.0
    penalty = np.outer(np.broadcast_to(cost, len(tables)), 1 + lists + sets.sum(axis=1))
    tops = large_models(lists, order)
    lack = lack_of_fit(lists, tops, tables)
    # A model is inside a large one if it has none of the terms that the large one leaves out.
    outside = sets.astype(np.float32) @ ~tops.T > 0
    may = np.empty(penalty.shape, dtype=bool)
    for row in range(len(tables)):
        bound = np.where(outside, -np.inf, lack[row]).max(axis=1)
        may[row] = bound + penalty[row] <= highest[row]
    return may


@cache
def large_models(lists: int, order: int) -> np.ndarray:
    """Return the model of all terms, and those without a few, shape (g, q) or (g, q + t)."""
    pairs, terms = len(hierarchy.groups(lists, 2)), len(hierarchy.groups(lists, order))
    left_out = [(), *((term,) for term in range(terms))]
    for number in range(2, MOST_LEFT_OUT + 1):
        left_out += combinations(range(pairs), number)
    found = np.ones((len(left_out), terms), dtype=bool)
    for row, without in zip(found, left_out, strict=True):
        row[list(without)] = False
    if order == 3:
        found[:, pairs:] &= found[:, hierarchy.pairs_of_triples(lists)].all(axis=2)
    return np.unique(found, axis=0)


def lack_of_fit(lists: int, models: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """Return a number below which minus two log-likelihoods cannot lie, shape (r, g).

    It is that of the fit, less `SLACK`. Where a model does not tell its terms apart, or its fit did
    not come near the observed sums, it is that of a model with a term for each cell.
    """
    matrix = design.full(lists, hierarchy.order_of(lists, models.shape[1]))
    counts = np.repeat(tables, len(models), axis=0).astype(float)
    specified = design.specify(lists, counts, np.tile(models, (len(tables), 1)))
    lowest = -2 * newton.log_likelihood(counts, counts)
    rows = np.flatnonzero(specified.identified)
    terms, cells = specified.terms[rows], specified.cells[rows]
    fitted = newton.fit(matrix, counts[rows], terms, cells).fitted
    apart = np.abs((fitted - counts[rows]) @ matrix.terms * terms).max(axis=1)
    near = apart < NEAR_SUMS
    found = -2 * newton.log_likelihood(counts[rows[near]], fitted[near]) - SLACK
    lowest[rows[near]] = np.maximum(lowest[rows[near]], found)
    return lowest.reshape(len(tables), len(models))
