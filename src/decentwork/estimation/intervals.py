"""Intervals of the total under a given model: Wald, and profile likelihood of two kinds."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

from decentwork.estimation import newton
from decentwork.estimation.histories import CONSTANT, CaptureHistories

WIDEST = 1e9
"""The search for a limit stops at this multiple of the hidden number, and at its inverse. The
interval is then open on that side: it goes down to nobody hidden, or up to infinity."""
NOBODY = 1e-6
"""Smallest number of hidden persons that is tried; zero has no logarithm."""
MOST_STEPS = 400
LONGEST_FIRST_STEP = 1.0
"""Longest first step of the search for a limit of a term, on the scale of logarithms."""


class FittedModel(Protocol):
    """What an interval needs to know of a fitted model; `Results` is one."""

    histories: CaptureHistories
    glm: GLMResultsWrapper
    bse: pd.Series
    hidden: float
    llf: float


def check_alpha(alpha: float) -> None:
    """Raise ValueError unless alpha is between 0 and 1."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha:g}: give a number between 0 and 1, as 0.05 for 95 %")


def wald(results: FittedModel, alpha: float) -> tuple[float, float]:
    """Return limits for a normal log of the hidden number (SparseMSE, ``estimatepopulation.0``)."""
    reach = stats.norm.ppf(1 - alpha / 2) * results.bse[CONSTANT]
    observed = results.histories.observed
    return observed + results.hidden / np.exp(reach), observed + results.hidden * np.exp(reach)


def profile(results: FittedModel, alpha: float) -> tuple[float, float]:
    """Return limits by the profile likelihood of the Poisson model.

    The hidden number is held at a value, and the other terms are fitted. The limits are the values
    at which the log-likelihood is lower than its maximum by half a quantile of chi-square. R's
    ``confint`` interpolates between a few values and may differ in the second decimal.
    """
    counts, terms = _fitted_cells(results)
    refit = _Refit(terms[:, 1:])

    def log_likelihood(hidden: float) -> float:
        return refit(counts, offset=np.log(hidden)).log_likelihood

    limits = limits_of(log_likelihood, results.hidden, results.llf, alpha)
    return results.histories.observed + limits[0], results.histories.observed + limits[1]


def multinomial(results: FittedModel, alpha: float) -> tuple[float, float]:
    """Return limits by the multinomial profile likelihood, as Rcapture's ``closedpCI.t``.

    The total N is a parameter of this model: the likelihood is that of all N persons, those on no
    list included.
    """
    log_likelihood = _multinomial_log_likelihood(results)
    observed = results.histories.observed
    best = max(multinomial_maximum(results) - observed, NOBODY)
    limits = limits_of(log_likelihood, best, log_likelihood(best), alpha)
    return observed + limits[0], observed + limits[1]


def multinomial_maximum(results: FittedModel) -> float:
    """Return the total with the largest multinomial likelihood.

    With h hidden persons of N, the slope of the log-likelihood is psi(N + 1) - psi(h + 1) + log(p),
    where p is the fitted probability of being on no list. The maximum is where the slope is zero.
    If the slope is negative down to h = 0, nobody is hidden.
    """
    refit = _with_cell_of_hidden(results)
    observed = results.histories.observed

    def slope(log_hidden: float) -> float:
        hidden = np.exp(log_hidden)
        log_share = refit(hidden).coefficients[0] - np.log(observed + hidden)
        return special.psi(observed + hidden + 1) - special.psi(hidden + 1) + log_share

    centre = np.log(results.hidden)
    below, above = centre - 0.5, centre + 0.5
    while slope(below) < 0:
        if below < np.log(NOBODY):
            return float(observed)
        below -= 1
    while slope(above) > 0:
        above += 1
    return observed + float(np.exp(optimize.brentq(slope, below, above, xtol=1e-13)))


METHODS: dict[str, Callable[[FittedModel, float], tuple[float, float]]] = {
    "wald": wald,
    "profile": profile,
    "multinomial": multinomial,
}


def params_wald(results: FittedModel, alpha: float) -> pd.DataFrame:
    """Return limits of the fitted terms, by their standard errors."""
    return results.glm.conf_int(alpha).set_axis(["lower", "upper"], axis=1)


def params_profile(results: FittedModel, alpha: float) -> pd.DataFrame:
    """Return limits of the fitted terms, by profile likelihood as in R's ``confint``.

    A term is held at a value, and the others are fitted. A limit is infinite if the likelihood does
    not fall far enough on that side.
    """
    counts, terms = _fitted_cells(results)
    fall = stats.chi2.ppf(1 - alpha, 1) / 2
    limits = {}
    for place, name in enumerate(results.glm.params.index):
        refit = _Refit(np.delete(terms, place, axis=1))
        values = terms[:, place]

        def excess(value: float, refit: _Refit = refit, values: np.ndarray = values) -> float:
            return refit(counts, offset=value * values).log_likelihood - results.llf + fall

        best, step = results.glm.params[name], results.glm.bse[name]
        limits[name] = _ends(excess, best, min(step, LONGEST_FIRST_STEP), np.log(WIDEST))
    return pd.DataFrame.from_dict(limits, orient="index", columns=["lower", "upper"])


PARAMS_METHODS: dict[str, Callable[[FittedModel, float], pd.DataFrame]] = {
    "wald": params_wald,
    "profile": params_profile,
}


class _Refitted:
    """One refit: its coefficients, shape (p,), and its Poisson log-likelihood."""

    def __init__(self, counts: np.ndarray, fits: newton.Fits) -> None:
        if not fits.converged[0]:
            raise RuntimeError(
                "the likelihood of a hidden number far from the estimate could not be computed: "
                "take the method 'wald', or merge lists"
            )
        self.coefficients = fits.coefficients[0]
        self.log_likelihood = float(newton.log_likelihood(counts, fits.fitted[0]))


class _Refit:
    """A function that fits the same terms to other counts, many times.

    Each fit starts from its own counts. The coefficients of the model are no better start: they are
    far off where a hidden number far from the estimate is tried.
    """

    def __init__(self, terms: np.ndarray) -> None:
        self.design = newton.Design.of(terms)
        self.all_terms = np.ones((1, terms.shape[1]), dtype=bool)
        self.all_cells = np.ones((1, terms.shape[0]), dtype=bool)

    def __call__(self, counts: np.ndarray, offset: float | np.ndarray = 0.0) -> _Refitted:
        fits = newton.fit(
            self.design,
            counts[None],
            self.all_terms,
            self.all_cells,
            offset=offset,
            most_steps=MOST_STEPS,
        )
        return _Refitted(counts, fits)


def _fitted_cells(results: FittedModel) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts of the fitted cells, shape (c,), and the terms in them, shape (c, p)."""
    model = results.glm.model
    return np.asarray(model.endog), np.asarray(model.exog)


def _with_cell_of_hidden(results: FittedModel) -> Callable[[float], _Refitted]:
    """Return a function that refits the model with a cell of given cases for those on no list."""
    counts, terms = _fitted_cells(results)
    constant_alone = np.eye(1, terms.shape[1])
    refit = _Refit(np.vstack([constant_alone, terms]))
    return lambda hidden: refit(np.concatenate([[hidden], counts]))


def _multinomial_log_likelihood(results: FittedModel) -> Callable[[float], float]:
    refit = _with_cell_of_hidden(results)
    observed = results.histories.observed

    def log_likelihood(hidden: float) -> float:
        total = observed + hidden
        of_total = total - special.xlogy(total, total) + special.gammaln(total + 1)
        return refit(hidden).log_likelihood + of_total

    return log_likelihood


def limits_of(
    log_likelihood: Callable[[float], float], best: float, highest: float, alpha: float
) -> tuple[float, float]:
    """Return the hidden numbers on both sides of the best where a log-likelihood falls enough.

    ``highest`` is the log-likelihood of ``best``; it has fallen enough where it is lower by half a
    quantile of chi-square with one degree of freedom.
    """
    fall = stats.chi2.ppf(1 - alpha, 1) / 2

    def excess(log_hidden: float) -> float:
        return log_likelihood(np.exp(log_hidden)) - highest + fall

    lower, upper = _ends(excess, np.log(best), 0.25, np.log(WIDEST))
    return float(np.exp(lower)), float(np.exp(upper))


def _ends(
    excess: Callable[[float], float], centre: float, first: float, most: float
) -> tuple[float, float]:
    """Return where a function that is positive at the centre becomes zero on both sides.

    The search goes ``first`` away from the centre, then twice as far each time, and stops at
    ``most``: the end on that side is then infinite.
    """
    found = []
    for direction in (-1, 1):
        inner, reach = centre, first
        while excess(outer := centre + direction * reach) > 0 and reach < most:
            inner, reach = outer, 2 * reach
        if excess(outer) > 0:
            found.append(direction * np.inf)
        else:
            found.append(float(optimize.brentq(excess, inner, outer, xtol=1e-12)))
    return found[0], found[1]
