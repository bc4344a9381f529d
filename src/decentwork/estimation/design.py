"""Which cells and which terms a log-linear model fits, for many models and tables at once.

Arrays over many fits have the fits on their first axis: ``counts`` (r, c) with the c = 2**k - 1
histories of k lists, ``pairs`` (r, q) with the q = k(k - 1)/2 pairs of lists, ``terms`` (r, p) with
p = 1 + k + q, and ``cells`` (r, c).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from decentwork.estimation import newton
from decentwork.estimation.histories import list_pairs, patterns


@cache
def all_terms(lists: int) -> np.ndarray:
    """Value of each term in each cell, shape (c, p): the constant, each list, each pair of lists.

    A term is 1 in the cells of its list or of both its lists, and 0 in all others.
    """
    flags = patterns(lists)
    products = [flags[:, i] & flags[:, j] for i, j in list_pairs(lists)]
    terms = np.column_stack([np.ones(len(flags)), flags, *products]).astype(float)
    terms.flags.writeable = False
    return terms


@cache
def full(lists: int) -> newton.Design:
    """The design with all terms, as Newton's method takes it."""
    return newton.Design.of(all_terms(lists))


def pair_columns(lists: int) -> np.ndarray:
    """The columns of the pairs among all terms, shape (q,)."""
    return np.arange(1 + lists, all_terms(lists).shape[1])


@cache
def triples(lists: int) -> np.ndarray:
    """The three pairs of each three lists, by number of the pair, shape (k(k - 1)(k - 2)/6, 3)."""
    place = {pair: number for number, pair in enumerate(list_pairs(lists))}
    found = [
        (place[i, j], place[i, m], place[j, m])
        for i, j in list_pairs(lists)
        for m in range(j + 1, lists)
    ]
    return np.array(found, dtype=int).reshape(-1, 3)


@dataclass(frozen=True)
class Models:
    """Models for as many tables, without the cells and terms that a table says nothing about.

    A pair in the model whose lists share no case has the estimate minus infinity. Its cells are
    left out and no term is fitted for it: this is the extended estimate of Chan, Silverman and
    Vincent (2019). In a resampled table a list may hold no case, and it is treated in the same way.

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
    """The models with these pairs for these tables.

    Two things together leave the terms undetermined: every pair of lists whose common cells are
    fitted has a term, and no cell of three lists is fitted. The constant can then rise by any
    number, while the terms of all lists fall by that number and those of all pairs rise by it, and
    no fitted cell changes. A fitted cell of three lists would change, and so would a fitted cell of
    two lists whose pair has no term.

    Parameters
    ----------
    lists
        Number of lists, k.
    counts
        Tables, shape (r, c), or one table for all models.
    pairs
        Pairs in each model, shape (r, q), or one model for all tables.

    Returns
    -------
    Models
    """
    terms = all_terms(lists)
    counts, pairs = np.atleast_2d(counts), np.atleast_2d(pairs)
    margins = counts @ terms
    seen, overlap = margins[:, 1 : lists + 1] > 0, margins[:, lists + 1 :] > 0
    rows = max(len(counts), len(pairs))
    seen, overlap = (np.broadcast_to(each, (rows, each.shape[1])) for each in (seen, overlap))
    pairs = np.broadcast_to(pairs, overlap.shape)
    both_seen = np.column_stack([seen[:, i] & seen[:, j] for i, j in list_pairs(lists)])
    empty = pairs & ~overlap & both_seen
    fitted = pairs & overlap
    forbidden = np.column_stack([np.zeros(rows, bool), ~seen, empty]).astype(float)
    open_pairs = both_seen & ~empty
    triangle = open_pairs[:, triples(lists)].all(axis=2).any(axis=1)
    return Models(
        terms=np.column_stack([np.ones(rows, bool), seen, fitted]),
        cells=forbidden @ terms.T == 0,
        identified=triangle | (open_pairs & ~fitted).any(axis=1),
    )
