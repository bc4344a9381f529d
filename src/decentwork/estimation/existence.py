"""Whether a model has an estimate for a table, decided by a linear program.

The maximum likelihood estimate of a log-linear model exists exactly if some table with positive
numbers in all cells has the same sums as the observed one (Fienberg and Rinaldo 2012; for sparse
capture histories Chan, Silverman and Vincent 2019, section 3). If there is no such table, the
program also names the cells that are empty in every table with the observed sums. Nothing in this
rests on how many lists a term joins: it holds for pairs and for groups of three.
"""

import numpy as np
from scipy import optimize

from decentwork.estimation import design, hierarchy
from decentwork.estimation.histories import CaptureHistories

MOST_NAMED = 4
"""Histories that an error names; it gives the number of the others."""


class NoEstimateError(ValueError):
    """The table has no estimate under this model; the message says what the table lacks.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, LogLinear, NoEstimateError
    >>> histories = CaptureHistories(["police", "charities"], [5, 5, 2])
    >>> try:
    ...     LogLinear(histories, ["police:charities"]).fit()
    ... except NoEstimateError as error:
    ...     print(error)
    the model with police:charities has a term for every pair of lists that share a case, and no
    three lists share cases each with each: the hidden number could be any. Take a pair out.
    """


def forced_empty(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the cells that are empty in every table with the observed sums.

    Give each term a weight, and each cell the sum of the weights of its terms. Suppose this sum is
    zero in every cell with cases, negative in no cell, and positive in the cell in question. The
    products of counts and sums then add up to zero in the observed table. They add up to the same
    number in every table with the same observed sums, so none of these tables has a case in the
    cell. The program finds weights that show this for all such cells at once. It uses which cells
    have cases and not how many, so no count is too large for it.

    Parameters
    ----------
    terms
        Terms of the model in the cells that are fitted, shape (c, p).
    counts
        Cases in these cells, shape (c,).

    Returns
    -------
    ndarray
        True for the cells that are forced to be empty, shape (c,). The estimate exists exactly if
        there are none.

    Raises
    ------
    RuntimeError
        If the program does not come to an end.
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


def exists(lists: int, counts: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return whether each model has one finite estimate for its table, shape (r,).

    The weights by which `forced_empty` shows that a cell is empty decide more than one model. They
    are also weights of every model with more terms that fits no other cells, and they depend only
    on which histories have cases. So small models come first, and a larger one that fits one of
    their empty cells needs no program.

    Parameters
    ----------
    lists
        Number of lists, k.
    counts
        Cases by history, shape (r, 2**k - 1).
    pairs
        Which pairs each model has, and after them which groups of three, if it has any, shape
        (r, q).
    """
    model = design.specify(lists, counts, pairs)
    matrix = design.all_terms(lists, hierarchy.order_of(lists, pairs.shape[1]))
    found = model.identified.copy()
    support = counts > 0
    proofs: dict[bytes, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
    for row in np.argsort(model.terms.sum(axis=1), kind="stable"):
        if not found[row]:
            continue
        terms, cells = model.terms[row], model.cells[row]
        known = proofs.setdefault(support[row].tobytes(), [])
        if any(
            (fewer <= terms).all() and (cells <= more).all() and empty[cells].any()
            for fewer, more, empty in known
        ):
            found[row] = False
            continue
        empty = np.zeros(len(cells), dtype=bool)
        empty[cells] = forced_empty(matrix[np.ix_(cells, terms)], counts[row, cells])
        if empty.any():
            found[row] = False
            known.append((terms, cells, empty))
    return found


def missing_estimate(histories: CaptureHistories, pairs: np.ndarray) -> NoEstimateError:
    """Return the error that says what the table lacks for an estimate under the model.

    Parameters
    ----------
    histories
        The table.
    pairs
        As in `exists`.
    """
    lists = len(histories.lists)
    order = hierarchy.order_of(lists, len(pairs))
    chosen = [name for name, on in zip(hierarchy.names(histories, order), pairs, strict=True) if on]
    joins_three = pairs[len(histories.pairs) :].any()
    joined = "terms" if joins_three else "pairs"
    remedy = f"Take a {'term of three lists' if joins_three else 'pair'} out"
    named = f"the model with {', '.join(chosen)}" if chosen else "the model of independent lists"
    model = design.specify(lists, histories.counts, pairs)
    if not model.identified[0]:
        of_pairs = "pair of lists that share a case, and no three lists share cases each with each"
        of_all = "history that may hold cases"
        return NoEstimateError(
            f"{named} has a term for every {of_all if joins_three else of_pairs}: the hidden "
            f"number could be any. {remedy}."
        )
    terms, cells = model.terms[0], model.cells[0]
    matrix = design.all_terms(lists, order)[np.ix_(cells, terms)]
    empty = forced_empty(matrix, histories.counts[cells])
    if empty.any():
        fitted = [name for name, kept in zip(histories.names, cells, strict=True) if kept]
        lacking = [name for name, forced in zip(fitted, empty, strict=True) if forced]
        others = len(lacking) - MOST_NAMED
        more = f" and {others} more" if others > 0 else ""
        return NoEstimateError(
            f"{named} has no finite estimate: with the observed sums of its lists and {joined} "
            f"nobody can have the history {', '.join(lacking[:MOST_NAMED])}{more}, so a term runs "
            f"off to infinity. {remedy}, or merge lists."
        )
    return NoEstimateError(
        f"lists of up to {histories.counts.max():,.0f} cases share so few that the "
        f"estimate is lost in rounding. {remedy}, or merge lists."
    )
