"""Intervals from resampled tables, for each of which the pairs of the model are chosen again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import stats

from decentwork.estimation import intervals, tasks
from decentwork.estimation.histories import CaptureHistories

KINDS = ("parametric", "bca")
TABLES_PER_TASK = 256
EQUAL_WITHIN = 1e-9
"""Two totals are equal if they differ by a smaller share. Many resampled tables of a small table
give its own total, and rounding must not decide whether such a total counts as lower."""
LARGEST = np.finfo(float).max / 4
"""In place of infinity while quantiles are computed, because infinity minus infinity is not a
number."""


class Model(Protocol):
    """A model that estimates the totals of many tables at once; `LogLinear` and `Stepwise` do."""

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Return the totals of tables, (r, c) to (r,); nan where a table has no estimate."""


class FittedModel(Protocol):
    """What a bootstrap needs to know of a fitted model; `Results` is one."""

    model: Model
    histories: CaptureHistories
    fittedvalues: pd.Series
    total: float


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Totals of resampled tables.

    Attributes
    ----------
    kind
        "parametric" or "bca".
    total
        Estimate for the observed table.
    totals
        Estimates for the resampled tables, shape (repeats,); infinity where a table has no finite
        estimate.
    correction, acceleration
        The two numbers by which BCa moves the limits; both are zero for "parametric". The
        correction is infinite if all totals lie on one side of the estimate. The acceleration is
        nan if the table has no estimate without one of its cases.
    """

    kind: str
    total: float
    totals: np.ndarray
    correction: float = 0.0
    acceleration: float = 0.0

    @property
    def without_estimate(self) -> int:
        """Resampled tables without a finite estimate."""
        return int(np.isinf(self.totals).sum())

    def levels(self, alpha: float = 0.05) -> np.ndarray:
        """Return which two quantiles of the totals are the limits of an interval, shape (2,).

        BCa moves them away from alpha/2 and 1 - alpha/2. How far depends on the share of totals
        below the estimate and on the skewness of the jackknife (SparseMSE, ``bcaconfvalues``). A
        level below 1/repeats makes the smallest total the limit, and with more repeats the limit
        would be lower.

        Raises
        ------
        ValueError
            If alpha is not between 0 and 1, or if BCa cannot be computed.
        """
        intervals.check_alpha(alpha)
        if np.isinf(self.correction):
            raise ValueError(
                f"all totals of {len(self.totals)} resampled tables lie on one side of the "
                "estimate, and BCa needs some on each: draw more tables, or take another method"
            )
        if np.isnan(self.acceleration):
            raise ValueError(
                "the table has no estimate without one of its cases, which BCa needs: take another "
                "method"
            )
        normal = stats.norm.ppf([alpha / 2, 1 - alpha / 2]) + self.correction
        return stats.norm.cdf(self.correction + normal / (1 - self.acceleration * normal))

    def conf_int(self, alpha: float = 0.05) -> tuple[float, float]:
        """Return the limits of the total; one is infinite if too many tables have no estimate."""
        return quantiles(self.totals, self.levels(alpha), "median_unbiased")


def resample(
    results: FittedModel,
    kind: str,
    *,
    repeats: int,
    seed: int | np.random.SeedSequence,
    jobs: int | None,
) -> Bootstrap:
    """Draw tables like the one of a fitted model, and estimate the total of each.

    Parameters
    ----------
    results
        The fitted model.
    kind
        "bca" draws the observed cases with replacement. "parametric" draws tables from the fitted
        model: the number of observed cases is binomial with the rounded total, and these cases have
        histories with the fitted probabilities (SparseMSE, ``BICandbootstrapsim``).
    repeats
        Tables to draw.
    seed
        Of numpy's generator. The same seed gives the same digits, however the tasks are run.
    jobs
        Tasks that may run at the same time; see `tasks.run`.

    Raises
    ------
    ValueError
        For an unknown kind, or fewer repeats than one.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no bootstrap {kind!r}; use one of {', '.join(KINDS)}")
    check_repeats(repeats)
    generator = np.random.default_rng(seed)
    histories = results.histories
    if kind == "parametric":
        tables = drawn_from_model(results, repeats, generator)
        return Bootstrap(kind, results.total, totals_of(results.model, tables, jobs))
    tables = redrawn(histories, repeats, generator)
    totals = totals_of(results.model, tables, jobs)
    moved = correction(totals, results.total)
    return Bootstrap(kind, results.total, totals, moved, acceleration(results))


def drawn_from_model(
    results: FittedModel, repeats: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw tables from a fitted model, shape (repeats, 2**k - 1); `resample` says how."""
    shares = results.fittedvalues.to_numpy() / results.fittedvalues.sum()
    persons = round(results.total)
    seen = results.histories.observed / results.total
    return generator.multinomial(generator.binomial(persons, seen, size=repeats), shares)


def correction(totals: np.ndarray, total: float) -> float:
    """Return BCa's correction: the normal quantile of the share of totals below the estimate."""
    with np.errstate(divide="ignore"):
        return float(stats.norm.ppf(_below(totals, total).mean()))


def check_repeats(repeats: int) -> None:
    """Raise ValueError unless at least one table is drawn."""
    if repeats < 1:
        raise ValueError(f"repeats = {repeats}: at least one table must be drawn")


def redrawn(
    histories: CaptureHistories, repeats: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw the observed cases with replacement, as tables of shape (repeats, 2**k - 1).

    Raises
    ------
    ValueError
        For fewer repeats than one.
    """
    check_repeats(repeats)
    shares = histories.counts / histories.observed
    return generator.multinomial(histories.observed, shares, size=repeats)


def quantiles(totals: np.ndarray, levels: np.ndarray, method: str) -> tuple[float, float]:
    """Return two quantiles of totals, some of which may be infinite.

    Parameters
    ----------
    totals
        Shape (r,).
    levels
        Between 0 and 1, shape (2,).
    method
        As numpy's ``quantile`` names it.
    """
    finite = np.where(np.isinf(totals), LARGEST, totals)
    limits = np.quantile(finite, levels, method=method)
    lower, upper = (float(each) if each < 1e300 else np.inf for each in limits)
    return lower, upper


def totals_of(model: Model, tables: np.ndarray, jobs: int | None = None) -> np.ndarray:
    """Return the totals of many tables, shape (r,); infinity where one has no finite estimate."""
    parts = tasks.run(model.totals, tasks.chunks(tables, TABLES_PER_TASK), jobs)
    totals = np.concatenate(parts)
    return np.where(np.isnan(totals), np.inf, totals)


def _below(totals: np.ndarray, total: float) -> np.ndarray:
    """Return which totals lie below another total, shape (r,); an equal one does not."""
    return totals < total * (1 - EQUAL_WITHIN)


def acceleration(*parts: FittedModel) -> float:
    """Return BCa's acceleration for the sum of some totals, from a jackknife.

    The jackknife leaves out one case at a time. All cases of a history give the same total, so one
    table for each history is enough. Totals are compared with the mean of their own part: several
    parts are strata that were resampled apart. The acceleration is nan if one of these tables has
    no finite estimate.
    """
    without = [without_a_case(each.histories.counts) for each in parts]
    totals = [
        totals_of(each.model, tables) for each, (tables, _) in zip(parts, without, strict=True)
    ]
    return skewness([(each, weights) for each, (_, weights) in zip(totals, without, strict=True)])


def without_a_case(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a table without one case of each history that has any, and how many cases it has.

    Shapes are (h, c) and (h,), for h histories with cases.
    """
    with_cases = np.flatnonzero(counts)
    tables = np.tile(counts, (len(with_cases), 1))
    tables[np.arange(len(with_cases)), with_cases] -= 1
    return tables, counts[with_cases]


def skewness(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return BCa's acceleration from the totals without a case, and how many cases give each.

    It is nan if a total is infinite.
    """
    cubes = squares = 0.0
    for totals, weights in parts:
        if np.isinf(totals).any():
            return np.nan
        apart = (weights @ totals) / weights.sum() - totals
        cubes += weights @ apart**3
        squares += weights @ apart**2
    return float(cubes / (6 * squares**1.5))
