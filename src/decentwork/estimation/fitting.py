"""Fits models with given terms: many tables, many models, or as many of both."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from scipy import special

from decentwork.estimation import design, existence, hierarchy, newton

MOST_STEPS_WHERE_SLOW = 400
"""Newton steps for a fit whose estimate exists and was not reached in the usual number of steps."""


class Criteria(NamedTuple):
    """The log-likelihood of each fit and two information criteria, shape (r,) each.

    Without an estimate the log-likelihood is nan, and the criteria are infinite.
    """

    log_likelihood: np.ndarray
    aic: np.ndarray
    bic: np.ndarray


@dataclass(eq=False)
class FittedModels:
    """Models of r tables with their fits.

    Attributes
    ----------
    lists
        Number of lists, k.
    counts
        Tables, shape (r, c).
    pairs
        Which pairs of lists each model has, and after them which groups of three, if it may have
        any (`hierarchy`), shape (r, q).
    coefficients
        Estimates, shape (r, p); nan without an estimate, 0 for terms that are not fitted.
    fitted
        Fitted counts, shape (r, c).
    terms
        Terms that are fitted, shape (r, p).
    exists
        Whether there is an estimate, shape (r,).
    """

    lists: int
    counts: np.ndarray
    pairs: np.ndarray
    coefficients: np.ndarray
    fitted: np.ndarray
    terms: np.ndarray
    exists: np.ndarray

    @property
    def order(self) -> int:
        """How many lists a term may join, 2 or 3."""
        return hierarchy.order_of(self.lists, self.pairs.shape[1])

    @property
    def observed(self) -> np.ndarray:
        """Observed cases of each table, shape (r,)."""
        return self.counts.sum(axis=1)

    @property
    def total(self) -> np.ndarray:
        """Estimated totals, observed cases included, shape (r,); nan without an estimate."""
        hidden = np.where(self.exists, self.coefficients[:, 0], np.nan)
        return self.observed + np.exp(hidden)

    @property
    def log_standard_error(self) -> np.ndarray:
        """Standard error of the logarithm of the hidden number, the model taken as given, (r,)."""
        there, variance = self.exists, np.full(len(self.exists), np.nan)
        matrix = design.full(self.lists, self.order)
        variance[there] = newton.variance_of_term(matrix, self.fitted[there], self.terms[there], 0)
        return np.sqrt(variance)

    @property
    def deviance(self) -> np.ndarray:
        """Poisson deviance of each fit, shape (r,); nan without an estimate."""
        apart = special.kl_div(self.counts, self.fitted).sum(axis=1)
        return np.where(self.exists, 2 * apart, np.nan)

    def criteria(self) -> Criteria:
        """Return the log-likelihood, AIC and BIC of each fit.

        A term whose lists share no case counts as a parameter, and n of BIC is the number of
        observed cases, both as in the packages SparseMSE and Rcapture.
        """
        likelihood = newton.log_likelihood(self.counts, self.fitted)
        parameters = 1 + self.lists + self.pairs.sum(axis=1)
        lack_of_fit = np.where(self.exists, -2 * likelihood, np.inf)
        log_observed = np.log(np.maximum(self.observed, 1))
        return Criteria(
            log_likelihood=np.where(self.exists, likelihood, np.nan),
            aic=lack_of_fit + 2 * parameters,
            bic=lack_of_fit + log_observed * parameters,
        )

    def take_over(self, rows: np.ndarray, others: Self, their_rows: np.ndarray) -> None:
        """Replace the models of some tables by some of ``others``, which are of the same tables."""
        for name in ("pairs", "coefficients", "fitted", "terms", "exists"):
            getattr(self, name)[rows] = getattr(others, name)[their_rows]

    def first(self) -> Self:
        """Return the model of the first table alone."""
        arrays = (self.counts, self.pairs, self.coefficients, self.fitted, self.terms, self.exists)
        return type(self)(self.lists, *(each[:1] for each in arrays))


def fit_models(
    lists: int, counts: np.ndarray, pairs: np.ndarray, *, start: np.ndarray | None = None
) -> FittedModels:
    """Fit models with given pairs, and three-list terms if the arrays hold them.

    Where Newton's method does not prove that the estimate exists, the linear program decides. An
    estimate may also exist and be lost in rounding, if some counts are in the millions and others
    are a few: the model then counts as one without an estimate.

    Parameters
    ----------
    lists
        Number of lists, k.
    counts
        Tables, shape (r, c), or one table for all models.
    pairs
        Which pairs each model has, shape (r, q), or one model for all tables. Three-list terms
        follow the pairs (`hierarchy`).
    start
        Coefficients near the estimates, shape (r, p), as those of a model with one term less. They
        save steps and do not change the result.

    Returns
    -------
    FittedModels
    """
    matrix = design.full(lists, hierarchy.order_of(lists, pairs.shape[-1]))
    models = design.specify(lists, counts, pairs)
    rows = len(models.terms)
    counts = np.broadcast_to(np.atleast_2d(counts), (rows, matrix.terms.shape[0])).astype(float)
    pairs = np.array(np.broadcast_to(np.atleast_2d(pairs), (rows, pairs.shape[-1])))
    exists = models.identified & (counts.sum(axis=1) > 0)
    coefficients = np.full((rows, matrix.terms.shape[1]), np.nan)
    fitted = np.zeros(counts.shape)
    tried = np.flatnonzero(exists)
    if tried.size:
        fits = newton.fit(
            matrix,
            counts[tried],
            models.terms[tried],
            models.cells[tried],
            start=None if start is None else start[tried],
        )
        coefficients[tried], fitted[tried] = fits.coefficients, fits.fitted
        if (open_ := tried[~fits.proved]).size:
            exists[open_] = existence.exists(lists, counts[open_], pairs[open_])
        for row in tried[exists[tried] & ~fits.converged]:
            one = slice(row, row + 1)
            slow = newton.fit(
                matrix,
                counts[one],
                models.terms[one],
                models.cells[one],
                most_steps=MOST_STEPS_WHERE_SLOW,
            )
            exists[row] = slow.converged[0]
            coefficients[row], fitted[row] = slow.coefficients[0], slow.fitted[0]
        coefficients[~exists] = np.nan
    return FittedModels(lists, counts, pairs, coefficients, fitted, models.terms, exists)
