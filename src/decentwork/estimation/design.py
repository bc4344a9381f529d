"""Which cells and which terms a log-linear model has, for many models and tables at once.

Arrays over many fits have the fits on their first axis: ``counts`` (r, c) with c = 2**k - 1
histories, ``pairs`` (r, q) with q = k(k - 1)/2 pairs, ``terms`` (r, p) with p = 1 + k + q, and
``cells`` (r, c).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from decentwork.estimation.histories import list_pairs, patterns


@cache
def full(lists: int) -> np.ndarray:
    """The design with all terms, shape (c, p): one, each list, each pair of lists."""
    flags = patterns(lists)
    products = [flags[:, i] & flags[:, j] for i, j in list_pairs(lists)]
    design = np.column_stack([np.ones(len(flags)), flags, *products]).astype(float)
    design.flags.writeable = False
    return design


@cache
def triples(lists: int) -> np.ndarray:
    """The pairs in each three lists, shape (k(k - 1)(k - 2)/6, 3), by number of the pair."""
    place = {pair: number for number, pair in enumerate(list_pairs(lists))}
    found = [
        (place[i, j], place[i, m], place[j, m])
        for i, j in list_pairs(lists)
        for m in range(j + 1, lists)
    ]
    return np.array(found, dtype=int).reshape(-1, 3)


@dataclass(frozen=True)
class Models:
    """Models for as many tables, where what the data cannot tell is taken out.

    A pair in the model whose overlap is empty has the estimate minus infinity: its cells are left
    out, and no term is fitted for it (Chan, Silverman and Vincent 2019, the extended estimate). A
    list on which no case of a resampled table stands is treated likewise.

    Attributes
    ----------
    terms
        Terms that are fitted, (r, p).
    cells
        Cells that are fitted, (r, c).
    identified
        Whether the terms can be told apart, (r,).
    """

    terms: np.ndarray
    cells: np.ndarray
    identified: np.ndarray


def specify(lists: int, counts: np.ndarray, pairs: np.ndarray) -> Models:
    """The models with these pairs for these tables.

    The terms can be told apart unless every pair of lists that share a case is in the model and
    no three lists are, each with each, among those pairs. For then the constant can rise by any
    number if the terms of all lists fall by it and those of all pairs rise by it; a cell of three
    lists forbids that, and so does a pair that is not in the model.
    """
    design = full(lists)
    counts, pairs = np.atleast_2d(counts), np.atleast_2d(pairs)
    margins = counts @ design
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
        cells=forbidden @ design.T == 0,
        identified=triangle | (open_pairs & ~fitted).any(axis=1),
    )
