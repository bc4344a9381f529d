"""Intervals of the total under a given model: Wald, and profile likelihood of two kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats
from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

from decentwork.estimation import poisson
from decentwork.estimation.histories import CONSTANT

if TYPE_CHECKING:
    from decentwork.estimation.models import Results

WIDEST = 1e9
"""A limit beyond this many times the hidden number is none: the interval is open."""
NOBODY = 1e-6
"""Fewer hidden persons than this are none."""


def check_alpha(alpha: float) -> None:
    """ValueError if this is no alpha."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha:g}: give a number between 0 and 1, as 0.05 for 95 %")


def wald(results: Results, alpha: float) -> tuple[float, float]:
    """Limits for a normal logarithm of the hidden number, as SparseMSE's estimatepopulation.0."""
    reach = stats.norm.ppf(1 - alpha / 2) * results.bse[CONSTANT]
    observed = results.histories.observed
    return observed + results.hidden / np.exp(reach), observed + results.hidden * np.exp(reach)


def profile(results: Results, alpha: float) -> tuple[float, float]:
    """Limits at which the Poisson likelihood, with the hidden number held, falls by a chi-square.

    R's ``confint`` interpolates between a few such points and may differ in the second decimal.
    """
    counts, terms = _fitted_part(results)

    def log_likelihood(hidden: float) -> float:
        return poisson.fit(counts, terms[:, 1:], offset=np.log(hidden)).llf

    limits = _limits(log_likelihood, results.hidden, results.llf, alpha)
    return results.histories.observed + limits[0], results.histories.observed + limits[1]


def multinomial(results: Results, alpha: float) -> tuple[float, float]:
    """Limits at which the multinomial likelihood of the total falls by a chi-square.

    The total N is a parameter of the likelihood of all N persons, those on no list included, as in
    Rcapture's ``closedpCI.t``.
    """
    log_likelihood = _multinomial(results)
    observed = results.histories.observed
    best = max(multinomial_maximum(results) - observed, NOBODY)
    limits = _limits(log_likelihood, best, log_likelihood(best), alpha)
    return observed + limits[0], observed + limits[1]


def multinomial_maximum(results: Results) -> float:
    """The total with the largest multinomial likelihood, where its slope is zero or nobody hidden.

    The slope by the number of the hidden is psi(N + 1) - psi(hidden + 1) + log(p), with p the
    fitted probability of being on no list.
    """
    refit = _with_hidden(results)
    observed = results.histories.observed

    def slope(log_hidden: float) -> float:
        hidden = np.exp(log_hidden)
        nobody = np.asarray(refit(hidden).params)[0] - np.log(observed + hidden)
        return special.psi(observed + hidden + 1) - special.psi(hidden + 1) + nobody

    centre = np.log(results.hidden)
    below, above = centre - 0.5, centre + 0.5
    while slope(below) < 0:
        if below < np.log(NOBODY):
            return float(observed)
        below -= 1
    while slope(above) > 0:
        above += 1
    return observed + float(np.exp(optimize.brentq(slope, below, above, xtol=1e-13)))


METHODS: dict[str, Callable[[Results, float], tuple[float, float]]] = {
    "wald": wald,
    "profile": profile,
    "multinomial": multinomial,
}


def _fitted_part(results: Results) -> tuple[np.ndarray, np.ndarray]:
    model = results.glm.model
    return np.asarray(model.endog), np.asarray(model.exog)


def _with_hidden(results: Results) -> Callable[[float], GLMResultsWrapper]:
    """The model fitted to the table with a cell for those on no list."""
    counts, terms = _fitted_part(results)
    nobody = np.zeros(terms.shape[1])
    nobody[0] = 1
    all_terms = np.vstack([nobody, terms])
    start = np.asarray(results.glm.params)

    def refit(hidden: float) -> GLMResultsWrapper:
        return poisson.fit(np.concatenate([[hidden], counts]), all_terms, start=start)

    return refit


def _multinomial(results: Results) -> Callable[[float], float]:
    refit = _with_hidden(results)
    observed = results.histories.observed

    def log_likelihood(hidden: float) -> float:
        total = observed + hidden
        of_total = total - special.xlogy(total, total) + special.gammaln(total + 1)
        return refit(hidden).llf + of_total

    return log_likelihood


def _limits(
    log_likelihood: Callable[[float], float], best: float, highest: float, alpha: float
) -> tuple[float, float]:
    """Where a log-likelihood of the hidden number falls by half a quantile of chi-square."""
    fall = stats.chi2.ppf(1 - alpha, 1) / 2

    def excess(log_hidden: float) -> float:
        return log_likelihood(np.exp(log_hidden)) - highest + fall

    centre = np.log(best)
    found = []
    for direction, beyond in ((-1, 0.0), (1, np.inf)):
        inner, reach = centre, 0.25
        while excess(outer := centre + direction * reach) > 0 and reach < np.log(WIDEST):
            inner, reach = outer, 2 * reach
        if excess(outer) > 0:
            found.append(beyond)
        else:
            found.append(float(np.exp(optimize.brentq(excess, inner, outer, xtol=1e-12))))
    return found[0], found[1]
