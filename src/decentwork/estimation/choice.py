"""Stepwise choice of the pairs of lists in a model, for one table or for many at once.

Three rules start from independent lists and add one pair at a time:

overlap
    SparseMSE (Chan, Silverman and Vincent 2019): the pair whose overlap is the least likely under
    the present model, by the smaller tail of a Poisson distribution, while that probability is
    below a threshold. Pairs that would leave no estimate are passed over.
aic
    Bales, Hesketh and Silverman (2015), as in the package modslavmse: the pair that makes AIC
    smallest, while AIC falls and the new term has a p-value (Wald) of no more than a threshold.
bic
    The pair that makes BIC smallest, while BIC falls. n is the number of observed cases, as in
    the package Rcapture.

No rule looks at its threshold before it compares it, so all thresholds share one path. Of pairs
that are equal but for rounding the first enters, in the order of the lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from decentwork.estimation import design, existence, newton

RULES = ("overlap", "aic", "bic")
MANY_STEPS = 400
TIE = 1e-9
"""Probabilities and criteria that differ by a smaller part are equal."""


@dataclass(frozen=True)
class Step:
    """One pair that a rule added.

    Attributes
    ----------
    pair
        Number of the pair, in the order of `CaptureHistories.pairs`.
    p_value
        The probability that the rule compares with its threshold.
    total
        Estimated total with the pair, observed cases included.
    aic, bic
        Of the model with the pair.
    """

    pair: int
    p_value: float
    total: float
    aic: float
    bic: float


@dataclass
class Choices:
    """Models for r tables, with their fits.

    ``pairs`` (r, q) says which pairs are in, ``total`` (r,) what each table is estimated at (nan
    where it has no estimate), ``steps`` what was added, for the first table alone.
    """

    lists: int
    counts: np.ndarray
    pairs: np.ndarray
    coefficients: np.ndarray
    fitted: np.ndarray
    terms: np.ndarray
    exists: np.ndarray
    steps: list[Step] = field(default_factory=list)

    @property
    def observed(self) -> np.ndarray:
        """Observed cases of each table, (r,)."""
        return self.counts.sum(axis=1)

    @property
    def total(self) -> np.ndarray:
        """Estimated totals, observed cases included, (r,)."""
        hidden = np.where(self.exists, self.coefficients[:, 0], np.nan)
        return self.observed + np.exp(hidden)

    @property
    def log_standard_error(self) -> np.ndarray:
        """Standard error of the logarithm of the hidden number, (r,), as if the model was given."""
        there, variance = self.exists, np.full(len(self.exists), np.nan)
        variance[there] = newton.variance_of_term(
            design.full(self.lists), self.fitted[there], self.terms[there], 0
        )
        return np.sqrt(variance)

    def put(self, rows: np.ndarray, others: Choices, these: np.ndarray) -> None:
        """Take over the models of some rows of other choices."""
        for name in ("pairs", "coefficients", "fitted", "terms", "exists"):
            getattr(self, name)[rows] = getattr(others, name)[these]

    def of(self, rows: list[int]) -> Choices:
        """Some rows alone."""
        arrays = (self.counts, self.pairs, self.coefficients, self.fitted, self.terms, self.exists)
        return Choices(self.lists, *(each[rows] for each in arrays))


def fitted_models(lists: int, counts: np.ndarray, pairs: np.ndarray) -> Choices:
    """Fit models with given pairs: many tables, many models, or as many of both.

    Where Newton's method proves no estimate, the linear program decides whether there is one. One
    that is lost in rounding, between counts of many millions and counts of a few, is as none.
    """
    matrix = design.full(lists)
    models = design.specify(lists, counts, pairs)
    rows = len(models.terms)
    counts = np.broadcast_to(np.atleast_2d(counts), (rows, matrix.shape[0])).astype(float)
    pairs = np.array(np.broadcast_to(np.atleast_2d(pairs), (rows, pairs.shape[-1])))
    exists = models.identified & (counts.sum(axis=1) > 0)
    coefficients = np.full((rows, matrix.shape[1]), np.nan)
    fitted = np.zeros(counts.shape)
    sure = np.flatnonzero(exists)
    if sure.size:
        fits = newton.fit(matrix, counts[sure], models.terms[sure], models.cells[sure])
        coefficients[sure], fitted[sure] = fits.coefficients, fits.fitted
        for row in sure[~fits.proved]:
            exists[row] = existence.exists(lists, counts[row], pairs[row])
        for row in sure[exists[sure] & ~fits.converged]:
            one = slice(row, row + 1)
            slow = newton.fit(
                matrix, counts[one], models.terms[one], models.cells[one], most_steps=MANY_STEPS
            )
            exists[row] = slow.converged[0]
            coefficients[row], fitted[row] = slow.coefficients[0], slow.fitted[0]
    return Choices(lists, counts, pairs, coefficients, fitted, models.terms, exists)


def choose(rule: str, lists: int, counts: np.ndarray, threshold: float) -> Choices:
    """Choose a model for each table by a rule, and fit it.

    Parameters
    ----------
    rule
        One of `RULES`.
    lists
        Number of lists, k.
    counts
        Tables, (r, 2**k - 1).
    threshold
        For the rule "bic" it has no meaning.
    """
    start = np.zeros(len(list_columns(lists)), dtype=bool)
    choices = fitted_models(lists, np.atleast_2d(counts), start)
    rank = _by_overlap if rule == "overlap" else _by_criterion
    penalty = _bic_penalty if rule == "bic" else _aic_penalty
    limit = np.inf if rule == "bic" else threshold
    rank(choices, limit, penalty)
    return choices


def list_columns(lists: int) -> np.ndarray:
    """The columns of the pairs in the full design, (q,)."""
    return np.arange(1 + lists, design.full(lists).shape[1])


def log_likelihood(choices: Choices) -> np.ndarray:
    """The Poisson log-likelihood of each fit, (r,), with its constant."""
    counts, fitted = choices.counts, choices.fitted
    return (special.xlogy(counts, fitted) - fitted - special.gammaln(counts + 1)).sum(axis=1)


def criterion(choices: Choices, penalty: Callable[[Choices], np.ndarray]) -> np.ndarray:
    """Minus twice the log-likelihood plus a penalty a parameter, infinite without estimate, (r,).

    A pair whose overlap is empty counts as a parameter, as in SparseMSE and Rcapture.
    """
    parameters = 1 + choices.lists + choices.pairs.sum(axis=1)
    value = -2 * log_likelihood(choices) + penalty(choices) * parameters
    return np.where(choices.exists, value, np.inf)


def aic(choices: Choices) -> np.ndarray:
    """Akaike's criterion, (r,)."""
    return criterion(choices, _aic_penalty)


def bic(choices: Choices) -> np.ndarray:
    """The Bayesian criterion with the number of observed cases as n, (r,)."""
    return criterion(choices, _bic_penalty)


def _aic_penalty(choices: Choices) -> np.ndarray:
    return np.full(len(choices.counts), 2.0)


def _bic_penalty(choices: Choices) -> np.ndarray:
    return np.log(np.maximum(choices.observed, 1))


def _by_overlap(choices: Choices, threshold: float, _: object) -> None:
    lists, columns = choices.lists, list_columns(choices.lists)
    both = design.full(lists)[:, columns]
    shared = choices.counts @ both
    p_values = _tail(shared, choices.fitted @ both)
    p_values[~choices.exists] = 1
    going = np.arange(len(choices.counts))
    while True:
        best = _first_lowest(p_values[going])
        low = p_values[going, best] < min(threshold, 1)
        going, best = going[low], best[low]
        if not going.size:
            return
        tried = choices.pairs[going]
        tried[np.arange(len(going)), best] = True
        fits = fitted_models(lists, choices.counts[going], tried)
        won = fits.exists
        p_value = p_values[going[0], best[0]]
        p_values[going[~won], best[~won]] = 1
        rows = going[won]
        choices.put(rows, fits, won)
        tails = _tail(shared[rows], fits.fitted[won] @ both)
        p_values[rows] = np.where(choices.pairs[rows], 1, tails)
        if going[0] == 0 and won[0]:
            _note(choices, best[0], p_value)


def _by_criterion(
    choices: Choices, threshold: float, penalty: Callable[[Choices], np.ndarray]
) -> None:
    lists, columns = choices.lists, list_columns(choices.lists)
    going = np.flatnonzero(choices.exists)
    now = criterion(choices, penalty)
    while going.size:
        row, pair = np.nonzero(~choices.pairs[going])
        if not row.size:
            return
        tried = choices.pairs[going][row]
        tried[np.arange(len(row)), pair] = True
        fits = fitted_models(lists, choices.counts[going][row], tried)
        values = np.full((len(going), len(columns)), np.inf)
        values[row, pair] = criterion(fits, penalty)
        best = _first_lowest(values)
        lowest = values[np.arange(len(going)), best]
        place = np.full(values.shape, -1)
        place[row, pair] = np.arange(len(row))
        chosen = place[np.arange(len(going)), best]
        falls = np.isfinite(lowest) & (lowest < now[going])
        p_value = np.ones(len(going))
        p_value[falls] = _wald(fits, chosen[falls], columns[best[falls]])
        won = falls & (p_value <= threshold)
        choices.put(going[won], fits, chosen[won])
        now[going[won]] = lowest[won]
        if going[0] == 0 and won[0]:
            _note(choices, best[0], p_value[0])
        going = going[won]


def _first_lowest(values: np.ndarray) -> np.ndarray:
    """The first of the lowest numbers of each row, (r,)."""
    lowest = values.min(axis=1, keepdims=True)
    return (values <= lowest + TIE * np.abs(lowest)).argmax(axis=1)


def _tail(shared: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """The smaller tail of a Poisson distribution with the observed number in it."""
    below = special.gammaincc(shared + 1, expected)
    above = np.where(shared > 0, special.gammainc(np.maximum(shared, 1), expected), 1)
    return np.minimum(below, above)


def _wald(fits: Choices, rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """The p-value of one term of each fit; 1 for a term at minus infinity."""
    there = fits.terms[rows, terms]
    p_value = np.ones(len(rows))
    rows, terms = rows[there], terms[there]
    if rows.size:
        matrix = design.full(fits.lists)
        variance = newton.variance_of_term(matrix, fits.fitted[rows], fits.terms[rows], terms)
        ratio = np.abs(fits.coefficients[rows, terms]) / np.sqrt(variance)
        p_value[there] = 2 * special.ndtr(-ratio)
    return p_value


def _note(choices: Choices, pair: int, p_value: float) -> None:
    first = choices.of([0])
    values = (first.total, aic(first), bic(first))
    choices.steps.append(Step(int(pair), float(p_value), *(float(each[0]) for each in values)))
