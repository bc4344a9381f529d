"""Which cells and which terms a log-linear model fits, for many models and tables at once.

Arrays over many fits have the fits on their first axis: ``counts`` (r, c) with the c = 2**k - 1
histories of k lists, ``pairs`` (r, q) with the q = k(k - 1)/2 pairs of lists, ``terms`` (r, p) with
p = 1 + k + q, and ``cells`` (r, c). Where three-list terms may be in a model they follow the pairs,
in ``pairs`` and in ``terms`` (`hierarchy`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from decentwork.estimation import hierarchy, newton
from decentwork.estimation.histories import patterns


def all_terms(lists: int, order: int = 2) -> np.ndarray:
    """Return the value of each term in each cell, shape (c, p).

    The terms are the constant, the lists, the pairs and, if the order is 3, the groups of three
    lists. A term is 1 in the cells that name all its lists, and 0 in all others.
    """
    return _all_terms(lists, order)


def full(lists: int, order: int = 2) -> newton.Design:
    """Return the design with all terms, as Newton's method takes it."""
    return _full(lists, order)


@cache  # on arguments that are always both given: otherwise (10,) and (10, 2) are kept twice
def _all_terms(lists: int, order: int) -> np.ndarray:
    flags = patterns(lists)
    products = [flags[:, group].all(axis=1) for group in hierarchy.groups(lists, order)]
    terms = np.column_stack([np.ones(len(flags)), flags, *products]).astype(float)
    terms.flags.writeable = False
    return terms


@cache
def _full(lists: int, order: int) -> newton.Design:
    return newton.Design.of(_all_terms(lists, order))


def joint_columns(lists: int, order: int = 2) -> np.ndarray:
    """Return which columns of `all_terms` hold the terms that join lists, shape (q,)."""
    return np.arange(1 + lists, all_terms(lists, order).shape[1])


@dataclass(frozen=True, eq=False)
class Models:
    """Models for as many tables, without the cells and terms that a table says nothing about.

    A term in the model whose lists share no case has the estimate minus infinity. Its cells are
    left out and no term is fitted for it: this is the extended estimate of Chan, Silverman and
    Vincent (2019), who have pairs. For three lists it is the same: the model gives all cells that
    name the three the observed sum, which is zero. In a resampled table a list may hold no case,
    and it is treated in the same way.

    Attributes
    ----------
    terms
        Terms that are fitted, shape (r, p).
    cells
        Cells that are fitted, shape (r, c).
    identified
        Whether the cells tell the terms apart, shape (r,).
    """

    terms: np.ndarray
    cells: np.ndarray
    identified: np.ndarray


def specify(lists: int, counts: np.ndarray, pairs: np.ndarray) -> Models:
    """Specify the models with these terms for these tables.

    The cells tell the terms apart exactly if there are at least as many fitted cells as fitted
    terms. Proof: each fitted term except the constant has a cell of its own, the history of just
    its lists. If there is no other cell, the terms outnumber the cells by one. If there are others,
    take one with the fewest lists. All smaller histories in it are fitted cells, so each of them
    belongs to a term. Suppose now that a change of the terms changes no cell, and changes the
    constant by 1. In the cells that belong to a term this forces the change of each term of m lists
    to be (-1)**m. In the cell that was taken, of n lists, these changes add up to the sum of
    (-1)**m over all its smaller histories and the empty one. That is -(-1)**n, which is not zero.
    So there is no such change. The proof needs that the model is hierarchical.

    Parameters
    ----------
    lists
        Number of lists, k.
    counts
        Tables, shape (r, c), or one table for all models.
    pairs
        Pairs in each model, shape (r, q), or one model for all tables. If three-list terms follow
        the pairs, the model must be hierarchical.

    Returns
    -------
    Models
    """
    terms = all_terms(lists, hierarchy.order_of(lists, pairs.shape[-1]))
    counts, pairs = np.atleast_2d(counts), np.atleast_2d(pairs)
    margins = counts @ terms
    seen, overlap = margins[:, 1 : lists + 1] > 0, margins[:, lists + 1 :] > 0
    rows = max(len(counts), len(pairs))
    seen, overlap = (np.broadcast_to(each, (rows, each.shape[1])) for each in (seen, overlap))
    pairs = np.broadcast_to(pairs, overlap.shape)
    forbidden = np.column_stack([np.zeros(rows, bool), ~seen, pairs & ~overlap]).astype(float)
    chosen = np.column_stack([np.ones(rows, bool), seen, pairs & overlap])
    cells = forbidden @ terms.T == 0
    return Models(chosen, cells, identified=cells.sum(axis=1) >= chosen.sum(axis=1))
