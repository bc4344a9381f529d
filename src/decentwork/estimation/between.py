"""Poisson counts that are known only to lie between two limits: moments, likelihood, many fits.

Given its limits, a count with mean m has a mean e and a variance v of its own. The logarithm of its
chance then has the slope e - m in log m, and the curvature v - m. Limits that leave one number mean
e = the number and v = 0, which is the usual Poisson model. The curvature is never positive, because
a Poisson count varies less once it is known to lie between limits: there is one maximum.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

CONVERGED_BELOW, LONGEST_STEP, MOST_STEPS = 1e-9, 4.0, 400
"""On the scale of logarithms of fitted counts, as in `newton`."""


class Moments(NamedTuple):
    """Log of the chance to lie between the limits, and mean and variance there; shape (r, c)."""

    log_chance: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


class Maxima(NamedTuple):
    """Maxima of r likelihoods: coefficients (r, p), fitted counts (r, c), variances (r,).

    ``variance`` is that of the first coefficient, from the inverse information matrix.
    """

    coefficients: np.ndarray
    fitted: np.ndarray
    variance: np.ndarray
    converged: np.ndarray


def moments(fitted: np.ndarray, low: np.ndarray, high: np.ndarray) -> Moments:
    """Return what is known of Poisson counts between limits.

    Parameters
    ----------
    fitted
        Their means, shape (r, c). A mean of 0 is the certain count 0.
    low, high
        Whole numbers, shape (c,), low not above high.

    Examples
    --------
    A count of mean 2 that is known to be 1 to 4:

    >>> import numpy as np
    >>> from decentwork.estimation import between
    >>> known = between.moments(np.array([[2.0]]), np.array([1]), np.array([4]))
    >>> np.exp(known.log_chance).round(3), known.mean.round(3), known.variance.round(3)
    (array([[0.812]]), array([[2.111]]), array([[0.988]]))
    """
    log_chance = special.xlogy(low, fitted) - fitted - special.gammaln(low + 1)
    mean = np.broadcast_to(low, fitted.shape).astype(float)
    variance = np.zeros(fitted.shape)
    between = np.flatnonzero(high > low)
    if between.size:
        count = low[between, None] + np.arange((high - low).max() + 1)
        logs = special.xlogy(count, fitted[:, between, None]) - special.gammaln(count + 1)
        logs[:, count > high[between, None]] = -np.inf
        total = special.logsumexp(logs, axis=2)
        chance = np.exp(logs - np.where(np.isfinite(total), total, 0)[:, :, None])
        mean[:, between] = (chance * count).sum(axis=2)
        variance[:, between] = (chance * (count - mean[:, between, None]) ** 2).sum(axis=2)
        log_chance[:, between] = total - fitted[:, between]
    return Moments(log_chance, mean, variance)


def maximize(
    terms: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    flags: np.ndarray,
    cells: np.ndarray,
    start: np.ndarray,
    offset: float = 0.0,
) -> Maxima:
    """Fit ``log E[counts] = offset + terms @ coefficients`` to counts between limits, many models.

    Parameters
    ----------
    terms
        Value of each term in each cell, shape (c, p).
    low, high
        Limits of the counts, shape (c,).
    flags, cells
        Which terms each model has and which cells it fits, shapes (r, p) and (r, c).
    start
        Coefficients to start from, shape (r, p).
    offset
        Added to all logarithms.
    """
    size, number = terms.shape
    coefficients = start * flags
    products = (terms[:, :, None] * terms[:, None, :]).reshape(size, -1)
    absent = np.eye(number) * ~flags[:, :, None]
    both = flags[:, :, None] & flags[:, None, :]
    converged = np.zeros(len(flags), dtype=bool)

    def state(some: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logs = np.minimum(coefficients[some] @ terms.T + offset, 700)
        fitted = np.exp(logs) * cells[some]
        known = moments(fitted, low, high)
        weights = (fitted - known.variance) * cells[some]
        information = (weights @ products).reshape(-1, number, number) * both[some] + absent[some]
        score = ((known.mean - fitted) * cells[some]) @ terms * flags[some]
        return fitted, information, score

    for _ in range(MOST_STEPS):
        going = np.flatnonzero(~converged)
        if not going.size:
            break
        _, information, score = state(going)
        change = np.linalg.solve(information, score[:, :, None])[:, :, 0]
        longest = np.abs((change @ terms.T) * cells[going]).max(axis=1)
        change *= np.minimum(1, LONGEST_STEP / np.maximum(longest, LONGEST_STEP))[:, None]
        coefficients[going] += change
        converged[going] = longest < CONVERGED_BELOW
    fitted, information, _ = state(np.arange(len(flags)))
    first = np.zeros((len(flags), number, 1))
    first[:, 0] = 1
    variance = np.linalg.solve(information, first)[:, 0, 0]
    return Maxima(coefficients, fitted, variance, converged)
