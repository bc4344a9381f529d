"""Does a model have an estimate for a table at all? Answered by a linear program.

The maximum likelihood estimate of a log-linear model exists exactly if some table with positive
numbers in all cells has the same sums as the observed one (Fienberg and Rinaldo 2012; for sparse
capture histories Chan, Silverman and Vincent 2019, section 3). Where none has, the program also
names the cells that every such table must leave empty.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from decentwork.estimation import design
from decentwork.estimation.histories import CaptureHistories


class NoEstimateError(ValueError):
    """The table holds no estimate under this model; the message says what it lacks."""


def forced_empty(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The cells that are empty in every table with the observed sums, shape (c,), true or false.

    Parameters
    ----------
    terms
        Design of the model, shape (c, p), with the cells that are fitted.
    counts
        Cases in these cells, shape (c,).

    The estimate exists exactly if no cell is named. A cell is one of them if some weights of the
    terms add up to zero in every cell that has cases, to less than zero in none, and to more than
    zero in this one: the observed sums give such a total of zero. The program finds weights that
    do so for all these cells at once. It sees which cells have cases and not how many, so that no
    count is too large for it.
    """
    cells, parameters = terms.shape
    with_cases, without = terms[counts > 0], terms[counts == 0]
    free = len(without)
    found = optimize.linprog(
        np.concatenate([np.zeros(parameters), -np.ones(free)]),
        A_ub=np.column_stack([-without, np.eye(free)]),
        b_ub=np.zeros(free),
        A_eq=np.column_stack([with_cases, np.zeros((len(with_cases), free))]),
        b_eq=np.zeros(len(with_cases)),
        bounds=[(None, None)] * parameters + [(0, 1)] * free,
        method="highs",
    )
    if not found.success:
        raise RuntimeError(f"the linear program on the existence of an estimate: {found.message}")
    forced = np.zeros(cells, dtype=bool)
    forced[counts == 0] = found.x[parameters:] > 0.5
    return forced


def exists(lists: int, counts: np.ndarray, pairs: np.ndarray) -> bool:
    """Whether the model with these pairs has one finite estimate for the table.

    Parameters
    ----------
    lists
        Number of lists, k.
    counts
        Cases by history, shape (2**k - 1,).
    pairs
        Pairs in the model, shape (k(k - 1)/2,), true or false.
    """
    model = design.specify(lists, counts, pairs)
    if not model.identified[0]:
        return False
    terms, cells = model.terms[0], model.cells[0]
    return not forced_empty(design.full(lists)[np.ix_(cells, terms)], counts[cells]).any()


def require(histories: CaptureHistories, pairs: np.ndarray) -> None:
    """Raise NoEstimateError with what the table lacks, if the model has no estimate for it."""
    lists = len(histories.lists)
    chosen = [name for name, on in zip(histories.pairs, pairs, strict=True) if on]
    named = f"the model with {', '.join(chosen)}"
    model = design.specify(lists, histories.counts, pairs)
    if not model.identified[0]:
        raise NoEstimateError(
            f"{named} has a term for every pair of lists that share a case, and no three lists "
            "share cases each with each: the hidden number could be any. Take a pair out."
        )
    terms, cells = model.terms[0], model.cells[0]
    matrix = design.full(lists)[np.ix_(cells, terms)]
    empty = forced_empty(matrix, histories.counts[cells])
    if empty.any():
        names = [name for name, kept in zip(histories.names, cells, strict=True) if kept]
        lacking = [name for name, forced in zip(names, empty, strict=True) if forced]
        more = f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""
        raise NoEstimateError(
            f"{named} has no finite estimate: with the observed sums of its lists and pairs "
            f"nobody can have the history {', '.join(lacking[:4])}{more}, so a term runs off to "
            "infinity. Take a pair out, or merge lists."
        )
