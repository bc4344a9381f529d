"""Stepwise choice of the terms in a model, for one table or for many at once.

Three rules start from independent lists and add one pair at a time:

overlap
    The rule of SparseMSE (Chan, Silverman and Vincent 2019). It adds the pair whose overlap is the
    least likely under the model so far, as long as that probability is below a threshold. The
    probability is the smaller tail of a Poisson distribution. A pair that would leave no estimate
    is passed over.
aic
    The rule of Bales, Hesketh and Silverman (2015), as in the package modslavmse. It adds the pair
    that makes AIC smallest, as long as AIC falls and the new term has a Wald p-value of at most a
    threshold.
bic
    It adds the pair that makes BIC smallest, as long as BIC falls. n is the number of observed
    cases, as in the package Rcapture.

Where terms of three lists are asked for (order 3), each rule may also add one whose three pairs are
in the model, and treats it as it treats a pair: the overlap is then that of the three lists.
SparseMSE adds pairs only.

No rule uses its threshold to choose a pair, only to stop. The choices at all thresholds are
therefore the beginnings of one path. If two pairs are equal except for rounding, the first in the
order of the lists is added.

The rule "overlap" differs from the R code of SparseMSE in two cases, and nowhere else that was
tried:

- Overlaps far from the expected number have a probability that is zero in a computer's arithmetic.
  If several pairs have it, the R code takes the first in the order of the lists. Here the pair with
  the largest deviance is taken, so that the order of the lists decides nothing.
- In a resampled table a list may hold no case. The R code then adds no pair at all. Here the other
  lists are treated as in any other table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from decentwork.estimation import design, hierarchy, newton
from decentwork.estimation.fitting import FittedModels, fit_models

RULES = ("overlap", "aic", "bic")
EQUAL_WITHIN = 1e-9
"""Two probabilities or criteria are equal if they differ by a smaller share. Without this margin
rounding, and so the machine, would decide between pairs that are exactly equal."""


@dataclass(frozen=True)
class Step:
    """One pair that a rule added, or one term of three lists.

    Attributes
    ----------
    pair
        Number of the term, in the order of `hierarchy.names`: pairs are first.
    p_value
        The probability that the rule compares with its threshold.
    total
        Estimated total with the pair, observed cases included.
    aic, bic
        Criteria of the model with the pair.
    """

    pair: int
    p_value: float
    total: float
    aic: float
    bic: float


@dataclass
class Choices:
    """The models that a rule chose.

    Attributes
    ----------
    models
        One model for each table.
    steps
        The pairs that were added for the first table, in order.
    """

    models: FittedModels
    steps: list[Step] = field(default_factory=list)

    def record_step_of_first_table(self, pair: int, p_value: float) -> None:
        """Append the pair that was just added to the model of the first table."""
        first = self.models.first()
        criteria = first.criteria()
        values = (first.total[0], criteria.aic[0], criteria.bic[0])
        self.steps.append(Step(int(pair), float(p_value), *map(float, values)))


def choose(rule: str, lists: int, counts: np.ndarray, threshold: float, order: int = 2) -> Choices:
    """Choose a model for each table by a rule, and fit it.

    Parameters
    ----------
    rule
        One of `RULES`.
    lists
        Number of lists, k.
    counts
        Tables, shape (r, 2**k - 1), or one table.
    threshold
        Where the rule stops; "bic" does not use it.
    order
        How many lists a term may join, 2 or 3.

    Returns
    -------
    Choices
    """
    independent = np.zeros(len(hierarchy.groups(lists, order)), dtype=bool)
    choices = Choices(fit_models(lists, np.atleast_2d(counts), independent))
    if rule == "overlap":
        _add_by_overlap(choices, threshold)
    elif rule == "aic":
        _add_by_criterion(choices, threshold, lambda models: models.criteria().aic)
    else:
        _add_by_criterion(choices, np.inf, lambda models: models.criteria().bic)
    return choices


def _add_by_overlap(choices: Choices, threshold: float) -> None:
    if threshold <= 0:
        return  # no probability is below it
    models = choices.models
    in_all = _cells_of_terms(models)
    shared = models.counts @ in_all
    expected = models.fitted @ in_all
    p_values, deviances = _poisson_tail(shared, expected), _poisson_deviance(shared, expected)
    p_values[~models.exists] = 1
    p_values[~hierarchy.may_be_added(models.lists, models.pairs)] = 1
    going = np.arange(len(models.counts))
    while True:
        best = _least_likely(p_values[going], deviances[going])
        low = p_values[going, best] < min(threshold, 1)
        going, best = going[low], best[low]
        if not going.size:
            return
        fits = _with_one_more_term(models, going, best)
        added = fits.exists
        p_value = p_values[going[0], best[0]]
        p_values[going[~added], best[~added]] = 1  # no estimate: never tried again
        rows = going[added]
        models.take_over(rows, fits, added)
        expected = fits.fitted[added] @ in_all
        tails = _poisson_tail(shared[rows], expected)
        allowed = hierarchy.may_be_added(models.lists, models.pairs[rows])
        p_values[rows] = np.where(allowed, tails, 1)
        deviances[rows] = _poisson_deviance(shared[rows], expected)
        if going[0] == 0 and added[0]:
            choices.record_step_of_first_table(best[0], p_value)


def _add_by_criterion(
    choices: Choices, threshold: float, criterion: Callable[[FittedModels], np.ndarray]
) -> None:
    models = choices.models
    columns = design.joint_columns(models.lists, models.order)
    going = np.flatnonzero(models.exists)
    present = criterion(models)
    while going.size:
        place, pair = np.nonzero(hierarchy.may_be_added(models.lists, models.pairs[going]))
        if not place.size:
            return
        fits = _with_one_more_term(models, going[place], pair)
        values = np.full((len(going), len(columns)), np.inf)
        values[place, pair] = criterion(fits)
        best = _first_lowest(values)
        lowest = values[np.arange(len(going)), best]
        fit_of = np.full(values.shape, -1)
        fit_of[place, pair] = np.arange(len(place))
        chosen = fit_of[np.arange(len(going)), best]
        falls = np.isfinite(lowest) & (lowest < present[going])
        p_value = np.ones(len(going))
        p_value[falls] = _wald_p_value(fits, chosen[falls], columns[best[falls]])
        added = falls & (p_value <= threshold)
        models.take_over(going[added], fits, chosen[added])
        present[going[added]] = lowest[added]
        if going[0] == 0 and added[0]:
            choices.record_step_of_first_table(best[0], p_value[0])
        going = going[added]


def _cells_of_terms(models: FittedModels) -> np.ndarray:
    """Return which cells name all lists of a term, shape (c, q), 0 or 1."""
    columns = design.joint_columns(models.lists, models.order)
    return design.all_terms(models.lists, models.order)[:, columns]


def _with_one_more_term(models: FittedModels, rows: np.ndarray, pair: np.ndarray) -> FittedModels:
    """Fit the models of some tables with one more pair, or one more group of three lists.

    The fits start from the present coefficients. The coefficient of the new term starts from the
    logarithm of its cases divided by the expected ones, its estimate if no other term changed.

    Parameters
    ----------
    models
        The present models.
    rows
        The tables, by number; a table may appear several times.
    pair
        The term that is added for each of them, by number.
    """
    each = np.arange(len(rows))
    pairs = models.pairs[rows]
    pairs[each, pair] = True
    in_all = _cells_of_terms(models)
    shared = (models.counts @ in_all)[rows, pair]
    expected = (models.fitted @ in_all)[rows, pair]
    known = (shared > 0) & (expected > 0)
    start = models.coefficients[rows]
    columns = design.joint_columns(models.lists, models.order)
    start[each[known], columns[pair[known]]] = np.log(shared[known] / expected[known])
    return fit_models(models.lists, models.counts[rows], pairs, start=start)


def _first_lowest(values: np.ndarray) -> np.ndarray:
    """Return the column of the first of the lowest numbers of each row, shape (r,)."""
    lowest = values.min(axis=1, keepdims=True)
    return (values <= lowest + EQUAL_WITHIN * np.abs(lowest)).argmax(axis=1)


def _least_likely(p_values: np.ndarray, deviances: np.ndarray) -> np.ndarray:
    """Return the column of the first of the least likely overlaps of each row, shape (r,).

    Where several probabilities are zero in a computer's arithmetic, the deviance decides.
    """
    return np.where(
        (p_values == 0).sum(axis=1) > 1,
        _first_lowest(np.where(p_values == 0, -deviances, np.inf)),
        _first_lowest(p_values),
    )


def _poisson_deviance(shared: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return half the Poisson deviance of a number from the expected one: x log(x/m) - x + m."""
    return special.kl_div(shared, expected)


def _poisson_tail(shared: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the smaller tail of a Poisson distribution, the observed number included."""
    below = special.gammaincc(shared + 1, expected)
    above = np.where(shared > 0, special.gammainc(np.maximum(shared, 1), expected), 1)
    return np.minimum(below, above)


def _wald_p_value(fits: FittedModels, rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Return the p-value of one term of each fit, shape (r,); 1 for a term at minus infinity."""
    there = fits.terms[rows, terms]
    p_value = np.ones(len(rows))
    rows, terms = rows[there], terms[there]
    if rows.size:
        matrix = design.full(fits.lists, fits.order)
        variance = newton.variance_of_term(matrix, fits.fitted[rows], fits.terms[rows], terms)
        ratio = np.abs(fits.coefficients[rows, terms]) / np.sqrt(variance)
        p_value[there] = 2 * special.ndtr(-ratio)
    return p_value
