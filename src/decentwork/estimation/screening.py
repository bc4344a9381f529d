"""The best of all models for each of many tables, and the average of all models.

Resampled tables are alike, and so are the fits of one model to them. The tables are therefore
worked through in groups, and each model is first fitted to the mean of a group. From there three
steps lead to the models of each table:

1. One matrix product gives a bound for the likelihood of each model and table (`_Group.bounds`).
2. The model with the most promising bound is fitted. Its criterion is at least as high as the
   lowest of all.
3. A model is left out if its bound proves that its weight is below `LEAST_WEIGHT` times that of the
   best model. All others are fitted, from a start that the mean of the group gives.

With terms of three lists there are six times as many models, and sparse tables are seldom alike. So
each table is taken by itself, `pruning` leaves out models that cannot be near its best, and the
average is over the models within `NEAR` points of it.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
from scipy import special

from decentwork.estimation import design, hierarchy, pruning, tasks
from decentwork.estimation.fitting import FittedModels, fit_models

CRITERIA = ("bic", "aic")
LEAST_WEIGHT = 1e-10
"""A model is left out of an average if its weight is proved to be a smaller part of the weight of
the best model. All models that are left out have together at most this part times their number, so
an average changes only if their totals are huge."""
NEAR = 20.0
"""With terms of three lists, points of the criterion behind the best within which models are
averaged. A model at this distance has less than one twenty-thousandth of the weight of the best."""
EQUAL_WITHIN = 1e-8
"""Two criteria are equal if they differ by less. Rounding, and so the machine, must not decide
between models that are exactly equal."""
TABLES_PER_TASK = 256
NUMBERS_PER_TASK = 2**18
"""Models times tables of one task, which is what its memory grows with."""
MODELS_PER_BLOCK = 64


@dataclass(frozen=True, eq=False)
class Chosen:
    """What all models say of r tables.

    Attributes
    ----------
    model
        Number of the model with the lowest criterion, shape (r,); -1 where no model has an
        estimate.
    total
        Its total, observed cases included, shape (r,); nan where no model has an estimate.
    weight
        Its weight, shape (r,).
    averaged
        Mean of the totals of all models, each with its weight, shape (r,).
    """

    model: np.ndarray
    total: np.ndarray
    weight: np.ndarray
    averaged: np.ndarray


def choose(
    lists: int, sets: np.ndarray, criterion: str, tables: np.ndarray, jobs: int | None = None
) -> Chosen:
    """Choose the best of all models for each table, and average over all of them.

    Parameters
    ----------
    lists
        Number of lists, k.
    sets
        The terms of each model, shape (m, q), or (m, q + t) if three lists may have one
        (`hierarchy`). Of models with equal criteria the first is chosen.
    criterion
        One of `CRITERIA`.
    tables
        Cases by history, shape (r, 2**k - 1).
    jobs
        Tasks that may run at the same time; see `tasks.run`.

    Returns
    -------
    Chosen
    """
    tables = tables.astype(float)
    kinds = _kinds(lists, sets, tables)
    # Tables of one kind are together, so that few tasks have to fit the models to their mean.
    order = np.argsort(kinds, kind="stable")
    size = max(1, min(TABLES_PER_TASK, NUMBERS_PER_TASK // len(sets)))
    parts = tasks.run(
        partial(_choose, lists, sets, criterion), tasks.chunks(tables[order], size), jobs
    )
    found = np.full((len(tables), 4), np.nan)
    if parts:
        found[order] = np.concatenate(parts)
    return Chosen(found[:, 0].astype(int), *found[:, 1:].T)


def _choose(lists: int, sets: np.ndarray, criterion: str, tables: np.ndarray) -> np.ndarray:
    """Return the four arrays of `Chosen` as columns, shape (r, 4)."""
    if hierarchy.order_of(lists, sets.shape[1]) == 3:
        return _of_all(*_near_best(lists, sets, criterion, tables))
    found = np.empty((len(tables), 4))
    kinds = _kinds(lists, sets, tables)
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        values, totals = _Group.of(lists, sets, criterion, tables[rows]).fit()
        found[rows] = _of_all(values, totals)
    return found


def _near_best(
    lists: int, sets: np.ndarray, criterion: str, tables: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return criterion and total of each model for each table, shape (r, m) each.

    A model without an estimate, and one further than `NEAR` from the best, has infinity and nan.
    """
    values = np.full((len(tables), len(sets)), np.inf)
    totals = np.full(values.shape, np.nan)
    table, model = np.nonzero(pruning.possible(lists, sets, criterion, tables, NEAR))
    fits = fit_models(lists, tables[table], sets[model])
    values[table, model] = getattr(fits.criteria(), criterion)
    totals[table, model] = fits.total
    values[values > values.min(axis=1, keepdims=True) + NEAR] = np.inf
    return values, totals


def _kinds(lists: int, sets: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """Return the kind of each table as a number, shape (r,).

    Tables are of one kind if they have as many cases and the same lists and terms without a case. A
    model then has the same terms and cells in all of them, and takes the same off for each term.
    """
    sums = tables @ design.all_terms(lists, hierarchy.order_of(lists, sets.shape[1]))
    marks = np.column_stack([sums[:, 0], sums[:, 1:] > 0])
    return np.unique(marks, axis=0, return_inverse=True)[1].ravel()


def _of_all(values: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return the chosen model with total and weight, and the averaged total, shape (r, 4).

    Parameters
    ----------
    values, totals
        Criterion and total of each model for each table, shape (r, m); infinity and nan without an
        estimate.
    """
    rows = np.arange(len(values))
    lowest = values.min(axis=1, keepdims=True)
    best = (values <= lowest + EQUAL_WITHIN).argmax(axis=1)
    there = np.isfinite(lowest[:, 0])
    weights = np.zeros(values.shape)
    weights[there] = np.exp((lowest[there] - values[there]) / 2)
    weights[there] /= weights[there].sum(axis=1, keepdims=True)
    averaged = (weights * np.where(weights > 0, totals, 0)).sum(axis=1)
    found = np.column_stack([best, totals[rows, best], weights[rows, best], averaged])
    found[~there] = [-1, np.nan, np.nan, np.nan]
    return found


@dataclass(frozen=True, eq=False)
class _Group:
    """Tables of one kind, and all models fitted to their mean.

    Attributes
    ----------
    lists
        Number of lists, k.
    sets
        The terms of each model, shape (m, q) or (m, q + t).
    criterion
        "bic" or "aic".
    tables
        Shape (n, c).
    of_mean
        The m models fitted to the mean of the tables. A model has an estimate for the mean if it
        has one for any of the tables: the mean of tables with the observed sums of these tables has
        the sums of the mean.
    """

    lists: int
    sets: np.ndarray
    criterion: str
    tables: np.ndarray
    of_mean: FittedModels

    @classmethod
    def of(cls, lists: int, sets: np.ndarray, criterion: str, tables: np.ndarray) -> Self:
        """Make the group of these tables."""
        mean = tables.mean(axis=0)
        return cls(lists, sets, criterion, tables, fit_models(lists, mean, sets))

    def fit(self) -> tuple[np.ndarray, np.ndarray]:
        """Return criterion and total of each model for each table, shape (n, m) each.

        A model without an estimate, and one that is left out, has the criterion infinity.
        """
        bounds = self.bounds()
        values = np.full(bounds.shape, np.inf)
        totals = np.full(bounds.shape, np.nan)
        if not self._blocks:
            return values, totals
        promising = np.where(np.isneginf(bounds), np.finfo(float).max, bounds).argmin(axis=1)
        start = self.of_mean.coefficients[promising]
        fits = fit_models(self.lists, self.tables, self.sets[promising], start=start)
        highest = self._criterion(fits)[:, None] - 2 * np.log(LEAST_WEIGHT)
        for models in self._blocks:
            model, table = np.nonzero((bounds[:, models] <= highest).T)
            if not model.size:
                continue
            steps = self._deviations @ self._solutions(models).transpose(0, 2, 1)
            start = self.of_mean.coefficients[models][model] + steps[model, table]
            model = models[model]
            fits = fit_models(self.lists, self.tables[table], self.sets[model], start=start)
            values[table, model] = self._criterion(fits)
            totals[table, model] = fits.total
        return values, totals

    def bounds(self) -> np.ndarray:
        """Return a number below which the criterion cannot lie, by table and model, shape (n, m).

        Let x be any table with the same sums over the terms of a model as the observed table, and e
        the counts that the model expects under some coefficients. The logarithm of e is a sum of
        terms, so the log-likelihood of e is the same for both tables, except for a part in which
        there is no e: the sum of x log(e) - e over the cells. In each cell this is largest at
        e = x. So the sum of x log(x) - x is a bound for all e, that is, for the model.

        Such a table comes from the fit to the mean of the group. With m its counts, one step of
        Newton's method says by which share d each of them changes, and m(1 + d) has the sums of the
        observed table. If one of its numbers is negative there is no bound, which is minus
        infinity here. A model without an estimate for the mean has none for any table, and the
        bound is infinity.
        """
        cases = self.tables.sum(axis=1)
        without_counts = cases + special.gammaln(self.tables + 1).sum(axis=1)
        bounds = np.full((len(self.tables), len(self.sets)), np.inf)
        terms = design.all_terms(self.lists, self.of_mean.order)
        for models in self._blocks:
            table = self._deviations @ (terms @ self._solutions(models))
            table += 1
            table *= self.of_mean.fitted[models][:, None, :]
            likelihood = special.xlogy(table, table).sum(axis=2) - without_counts
            bounds[:, models] = self._penalty[models] - 2 * likelihood.T
        bounds[np.isnan(bounds)] = -np.inf
        return bounds

    @cached_property
    def _deviations(self) -> np.ndarray:
        """How far each table is from the mean, shape (n, c)."""
        return self.tables - self.tables.mean(axis=0)

    @cached_property
    def _blocks(self) -> list[np.ndarray]:
        """The models that have an estimate for the mean, by number, in blocks that fit a cache."""
        there = np.flatnonzero(self.of_mean.exists)
        return [there[at : at + MODELS_PER_BLOCK] for at in range(0, len(there), MODELS_PER_BLOCK)]

    @cached_property
    def _penalty(self) -> np.ndarray:
        """What the criterion takes off for the terms of each model, shape (m,).

        It depends on the number of cases, which is the same in all tables and in their mean.
        """
        return self._criterion(self.of_mean) + 2 * self.of_mean.criteria().log_likelihood

    def _criterion(self, models: FittedModels) -> np.ndarray:
        return getattr(models.criteria(), self.criterion)

    def _solutions(self, models: np.ndarray) -> np.ndarray:
        """Return how one more case in each cell changes coefficients, shape (b, p, c).

        This is one step of Newton's method from the fit to the mean. Absent terms have 0.
        """
        terms = design.all_terms(self.lists, self.of_mean.order)
        there = self.of_mean.terms[models]
        weighted = terms.T * self.of_mean.fitted[models][:, None, :]
        information = weighted @ terms
        information *= there[:, :, None] & there[:, None, :]
        diagonal = np.arange(terms.shape[1])
        information[:, diagonal, diagonal] += ~there
        return np.linalg.solve(information, there[:, :, None] * terms.T)
