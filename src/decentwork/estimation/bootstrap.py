"""Intervals from resampled tables, with the choice of the model made anew for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from joblib import Parallel, delayed
from scipy import stats

from decentwork.estimation import intervals

if TYPE_CHECKING:
    from decentwork.estimation.models import Results

KINDS = ("parametric", "bca")
CHUNK = 128
"""Tables in one task: fixed, so that tasks and digits do not depend on the number of workers."""


class Model(Protocol):
    """What can be estimated for many tables at once."""

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Totals of tables, (r, c) to (r,), nan where a table has no estimate."""


@dataclass(frozen=True)
class Bootstrap:
    """Totals of resampled tables.

    Attributes
    ----------
    kind
        "parametric" or "bca".
    total
        Estimate for the observed table.
    totals
        Estimates for the resampled tables, (repeats,); infinity where one has no finite estimate.
    correction, acceleration
        Of the BCa method; zero for percentiles. The correction is infinite where all totals lie on
        one side of the estimate, and the acceleration nan where one case less leaves no estimate.
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
        """The shares of the totals at which the limits of an interval are read, (2,).

        BCa moves them from alpha/2 and 1 - alpha/2 by the share of totals below the estimate and by
        the skewness of the jackknife (SparseMSE, ``bcaconfvalues``). A level below one by the
        number of repeats makes the smallest total the limit, which more repeats would lower.

        Raises ValueError for an alpha outside 0 to 1, or where BCa cannot be computed.
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
        """Lower and upper limit of the total; infinity where too many tables had no estimate."""
        finite = np.where(np.isinf(self.totals), np.finfo(float).max / 4, self.totals)
        limits = np.quantile(finite, self.levels(alpha), method="median_unbiased")
        lower, upper = (float(each) if each < 1e300 else np.inf for each in limits)
        return lower, upper


def run(results: Results, kind: str, *, repeats: int, seed: int, jobs: int | None) -> Bootstrap:
    """Resample the table of a fitted model and estimate each anew.

    Parameters
    ----------
    results
        The fitted model.
    kind
        "bca" draws the observed cases with replacement. "parametric" draws tables from the fitted
        model: the number seen is binomial with the rounded total, and falls to the histories as
        fitted (SparseMSE, ``BICandbootstrapsim``).
    repeats
        Tables to draw.
    seed
        Of numpy's generator. The same seed gives the same digits, whatever runs the tasks.
    jobs
        Workers of joblib; None leaves the choice to ``joblib.parallel_config``, whose backend may
        be dask or ray.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no bootstrap {kind!r}; use one of {', '.join(KINDS)}")
    if repeats < 1:
        raise ValueError(f"repeats = {repeats}: at least one table must be drawn")
    generator = np.random.default_rng(seed)
    histories = results.histories
    if kind == "parametric":
        shares = results.fittedvalues.to_numpy() / results.fittedvalues.sum()
        persons = round(results.total)
        seen = generator.binomial(persons, histories.observed / results.total, size=repeats)
        tables = generator.multinomial(seen, shares)
        return Bootstrap(kind, results.total, totals_of(results.model, tables, jobs))
    shares = histories.counts / histories.observed
    tables = generator.multinomial(histories.observed, shares, size=repeats)
    totals = totals_of(results.model, tables, jobs)
    with np.errstate(divide="ignore"):
        correction = float(stats.norm.ppf((totals < results.total).mean()))
    return Bootstrap(kind, results.total, totals, correction, acceleration(results))


def totals_of(model: Model, tables: np.ndarray, jobs: int | None = None) -> np.ndarray:
    """Totals of many tables, in tasks of joblib; infinity where a table has no finite estimate."""
    chunks = [tables[at : at + CHUNK] for at in range(0, len(tables), CHUNK)]
    parts = Parallel(n_jobs=jobs)(delayed(model.totals)(chunk) for chunk in chunks)
    totals = np.concatenate(parts)
    return np.where(np.isnan(totals), np.inf, totals)


def acceleration(results: Results) -> float:
    """The acceleration of BCa from a jackknife that leaves out one case of each history in turn.

    It is nan if one of these tables has no finite estimate.
    """
    counts = results.histories.counts
    there = np.flatnonzero(counts)
    tables = np.tile(counts, (len(there), 1))
    tables[np.arange(len(there)), there] -= 1
    totals = totals_of(results.model, tables)
    if np.isinf(totals).any():
        return np.nan
    weights = counts[there]
    apart = (weights @ totals) / weights.sum() - totals
    return float(weights @ apart**3 / (6 * (weights @ apart**2) ** 1.5))
