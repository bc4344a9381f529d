"""Many small Poisson log-linear models fitted at once by Newton's method.

One fit of statsmodels takes about a millisecond, most of it outside the arithmetic. A thousand
bootstrap tables with a stepwise choice each need tens of thousands of fits; as one array
computation they take seconds (`tools/bench_estimation.py` measures both). Tests hold the results
against statsmodels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLOSE = 1e-7
NEAR = 0.01
"""Newton's method closes in by squares: before the last step, one below this. Where no estimate
exists, fitted cells fall by a factor of e a step, until rounding hides them and a fit seems to
settle at once, out of a step near 1."""
LONGEST_STEP = 4.0
MOST_STEPS = 25
MOST_NUMBERS = 2**20
"""In one array: 8 MB, so that memory does not grow with lists."""


@dataclass(frozen=True)
class Fits:
    """Fits of r models to as many tables of c cells with p terms.

    Attributes
    ----------
    coefficients
        Estimates, (r, p), 0 for terms that are not in the model.
    fitted
        Fitted cases, (r, c), 0 in cells that are not fitted.
    converged
        Whether the fit has settled, (r,).
    proved
        Whether the way in which it settled proves that the estimate exists, (r,); see `fit`.
    """

    coefficients: np.ndarray
    fitted: np.ndarray
    converged: np.ndarray
    proved: np.ndarray


def fit(
    design: np.ndarray,
    counts: np.ndarray,
    terms: np.ndarray,
    cells: np.ndarray,
    *,
    most_steps: int = MOST_STEPS,
) -> Fits:
    """Fit ``log E[counts] = design @ coefficients`` for many tables or models.

    Parameters
    ----------
    design
        All terms, (c, p).
    counts
        Tables, (r, c), or (1, c) for one table under many models.
    terms, cells
        Terms and cells of each model, (r, p) and (r, c), true or false; terms must be identified.
    most_steps
        Newton steps after which a fit is given up: it has no finite estimate, or hardly one.

    A fit that converges by squares proves that the estimate exists. With fitted values m and
    the next change d of their logarithms, the table m(1 + d) has exactly the observed sums; its
    numbers are positive if all d are smaller than one in size, and such a table is what existence
    asks for.
    """
    rows, (size, parameters) = len(terms), design.shape
    counts = np.broadcast_to(counts, (rows, size))
    coefficients = np.zeros((rows, parameters))
    fitted = np.zeros((rows, size))
    converged, proved = np.zeros((2, rows), dtype=bool)
    going = np.arange(rows)
    before = np.full(rows, np.inf)
    log_fitted = np.log(counts + 0.5)
    weights = (counts + 0.5) * cells
    working = weights * log_fitted + (counts - weights) * cells  # weights times working response
    for step in range(most_steps):
        now = terms[going]
        change = _solve(design, weights, working @ design, now)
        moved = change @ design.T
        if step:
            furthest = np.abs(np.where(cells[going], moved, 0)).max(axis=1)
            scale = np.minimum(1, LONGEST_STEP / np.maximum(furthest, 1e-300))[:, None]
            coefficients[going] += change * scale
            log_fitted = log_fitted + moved * scale
        else:
            furthest = np.full(len(going), np.inf)
            coefficients[going], log_fitted = change, moved
        weights = np.exp(np.minimum(log_fitted, 700)) * cells[going]
        fitted[going] = weights
        done = furthest < CLOSE
        converged[going[done]] = True
        proved[going[done & (before < NEAR)]] = True
        going, before = going[~done], furthest[~done]
        log_fitted, weights = log_fitted[~done], weights[~done]
        if not going.size:
            break
        working = (counts[going] - weights) * cells[going]
    return Fits(coefficients, fitted, converged, proved)


def variance_of_term(
    design: np.ndarray, fitted: np.ndarray, terms: np.ndarray, term: np.ndarray | int
) -> np.ndarray:
    """The variance of one coefficient of each fit, (r,), from the inverse information.

    ``term`` is its number, one for all fits or one for each, (r,).
    """
    unit = np.zeros(terms.shape)
    rows = np.arange(len(fitted))
    unit[rows, term] = 1
    return _solve(design, fitted, unit, terms)[rows, term]


def _solve(
    design: np.ndarray, weights: np.ndarray, gradient: np.ndarray, terms: np.ndarray
) -> np.ndarray:
    """Solve the information matrix of each fit for its gradient; terms not in the model get 0.

    A fit on its way to infinity may reach a singular matrix. It gets nan, and the others an answer.

    All information matrices are one product: the weights of each fit by the products of each pair
    of terms in each cell.
    """
    parameters = design.shape[1]
    information = np.zeros((len(weights), parameters**2))
    parts = 1 + design.size * parameters // MOST_NUMBERS
    for cells in np.array_split(np.arange(len(design)), parts):
        pairs = design[cells, :, None] * design[cells, None, :]
        information += weights[:, cells] @ pairs.reshape(len(cells), -1)
    information = information.reshape(-1, parameters, parameters)
    information *= terms[:, :, None] & terms[:, None, :]
    diagonal = np.arange(terms.shape[1])
    information[:, diagonal, diagonal] += ~terms
    wanted = (gradient * terms)[:, :, None]
    try:
        return np.linalg.solve(information, wanted)[:, :, 0]
    except np.linalg.LinAlgError:
        information[np.linalg.slogdet(information).sign == 0] = np.nan
        return np.linalg.solve(information, wanted)[:, :, 0]
