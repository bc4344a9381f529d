"""Multiple systems estimation as plain loops over statsmodels: short, slow and easy to check.

Tests compare `decentwork.estimation` with these loops, and `tools/bench_estimation.py` measures how
much faster it is.
"""

from itertools import combinations

import numpy as np
from scipy import optimize, stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

Pairs = list[tuple[int, int]]
"""Pairs of lists by number."""


def terms_and_cells(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs
) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms of a model and the cells that it fits.

    Parameters
    ----------
    flags
        Which lists each history names, shape (c, k), true or false.
    counts
        Cases by history, shape (c,).
    pairs
        Pairs in the model.

    Returns
    -------
    terms
        Shape (c, p); without a term for a pair that shares no case.
    cells
        Shape (c,), true or false; without the cells of such a pair.
    """
    both = [flags[:, i] & flags[:, j] for i, j in pairs]
    shared = [cells for cells in both if counts[cells].sum()]
    empty = [cells for cells in both if not counts[cells].sum()]
    kept = ~np.any([np.zeros(len(counts), bool), *empty], axis=0)
    return np.column_stack([np.ones(len(counts)), flags, *shared]).astype(float), kept


def estimates(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Coefficients of one model by statsmodels, shape (p,)."""
    model = GLM(counts, terms, family=Poisson())
    return model.fit(tol=1e-10, tol_criterion="params", maxiter=200).params


def exists(terms: np.ndarray, counts: np.ndarray) -> bool:
    """Whether a model has an estimate, by SparseMSE's ``checkident``.

    The terms must be told apart by the cells. Then, of all tables with the observed sums, a linear
    program finds the one whose smallest cell is largest. There is an estimate if it is above zero.
    """
    cells, parameters = terms.shape
    if np.linalg.matrix_rank(terms) < parameters:
        return False
    found = optimize.linprog(
        np.append(np.zeros(cells), -1),
        A_ub=np.column_stack([-np.eye(cells), np.ones(cells)]),
        b_ub=np.zeros(cells),
        A_eq=np.column_stack([terms.T, np.zeros(parameters)]),
        b_eq=terms.T @ counts,
    )
    return -found.fun > 1e-9


def total(flags: np.ndarray, counts: np.ndarray, pairs: Pairs) -> float:
    """Estimate the total by one model, observed cases included."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    return float(counts.sum() + np.exp(estimates(terms[kept], counts[kept])[0]))


def sparsemse_total(flags: np.ndarray, counts: np.ndarray, threshold: float) -> float:
    """Estimate the total by SparseMSE's ``stepwisefit``, step by step as in its source."""
    candidates = list(combinations(range(flags.shape[1]), 2))
    chosen: Pairs = []
    while True:
        terms, kept = terms_and_cells(flags, counts, chosen)
        expected = np.where(kept, np.exp(terms @ estimates(terms[kept], counts[kept])), 0)
        p_values = {}
        for i, j in set(candidates) - set(chosen):
            more, kept = terms_and_cells(flags, counts, [*chosen, (i, j)])
            if exists(more[kept], counts[kept]):
                both = flags[:, i] & flags[:, j]
                mean, shared = expected[both].sum(), counts[both].sum()
                tails = stats.poisson.cdf(shared, mean), stats.poisson.sf(shared - 1, mean)
                p_values[i, j] = min(tails)
        best = min(p_values, key=lambda pair: (p_values[pair], pair), default=None)
        if best is None or p_values[best] >= threshold:
            return total(flags, counts, chosen)
        chosen.append(best)
