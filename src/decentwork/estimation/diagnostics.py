"""Checks of an estimate: fit of the model, lower bound, sample coverage, and one list less."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from decentwork.estimation import bootstrap, tasks
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.fitting import FittedModels
from decentwork.estimation.histories import CaptureHistories, HistoryError
from decentwork.estimation.models import LogLinear, Stepwise
from decentwork.estimation.results import Results

EQUAL_WITHIN = 1e-9
"""Two deviances are equal if they differ by less. Rounding must not decide whether a drawn table
fits as badly as the observed one."""


class Model(Protocol):
    """A model that can be fitted to many tables at once; `LogLinear` and `Stepwise` can."""

    def fit_tables(self, counts: np.ndarray) -> FittedModels:
        """Fit the model to tables of shape (r, 2**k - 1)."""


@dataclass(frozen=True, eq=False)
class GoodnessOfFit:
    """The deviance of a fit, compared with that of tables drawn from the fitted model.

    `goodness_of_fit` makes it.

    Attributes
    ----------
    deviance
        Of the observed table.
    deviances
        Of the drawn tables, shape (repeats,); nan where a table has no estimate.
    """

    deviance: float
    deviances: np.ndarray

    @property
    def without_estimate(self) -> int:
        """Drawn tables without an estimate; the p-value leaves them out."""
        return int(np.isnan(self.deviances).sum())

    @property
    def p_value(self) -> float:
        """The share of tables, the observed one included, whose deviance is no smaller."""
        there = self.deviances[~np.isnan(self.deviances)]
        as_large = there >= self.deviance - EQUAL_WITHIN * max(1.0, self.deviance)
        return float((1 + as_large.sum()) / (1 + len(there)))


def goodness_of_fit(
    results: Results, *, repeats: int = 1000, seed: int = 1, jobs: int | None = None
) -> GoodnessOfFit:
    """Compare the deviance with that of tables drawn from the fitted model.

    Sparse tables do not have the deviances that a chi-square distribution gives, so tables are
    drawn instead. They are fitted as the observed table was: a stepwise rule chooses its pairs in
    each again. A small p-value says that the model misses something. A large one says little: a
    model may fit what was observed and be wrong about those on no list.

    Parameters
    ----------
    results
        The fitted model.
    repeats
        Tables to draw, in the way of the parametric `bootstrap`.
    seed, jobs
        As in `bootstrap`.

    Raises
    ------
    ValueError
        For fewer repeats than one.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, LogLinear, goodness_of_fit
    >>> histories = CaptureHistories.from_counts(
    ...     "ABC",
    ...     [("A", 40), ("B", 30), ("C", 20), ("AB", 6), ("BC", 4), ("AC", 3), ("ABC", 1)],
    ... )
    >>> fit = goodness_of_fit(LogLinear(histories).fit(), repeats=200)
    >>> round(fit.deviance, 3), fit.p_value > 0.05
    (0.702, True)
    """
    bootstrap.check_repeats(repeats)
    tables = bootstrap.drawn_from_model(results, repeats, np.random.default_rng(seed))
    parts = tasks.run(
        lambda some: results.model.fit_tables(some).deviance,
        tasks.chunks(tables, bootstrap.TABLES_PER_TASK),
        jobs,
    )
    return GoodnessOfFit(results.deviance, np.concatenate(parts))


class LowerBound(NamedTuple):
    """A lower bound of the total, and its standard error; both in persons."""

    total: float
    bse: float


def chao_lower_bound(histories: CaptureHistories) -> LowerBound:
    """Compute Chao's lower bound of the total, corrected for bias.

    With n cases on k lists, f1 of them on one list and f2 on two, it is
    n + (k - 1) / (2 k) * f1 (f1 - 1) / (f2 + 1). Bound and standard error are those of Rcapture
    (function ``closedp.bc``, model Mh, heterogeneity Chao).

    People may differ in how easily lists see them: this only makes the bound too low. But each
    person must have the same chance on all lists, and lists must be independent for each person.
    If lists send cases to each other, the bound is too low; if they divide cases among themselves,
    it may lie above the true total. Rcapture asks for three lists or more.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, chao_lower_bound
    >>> histories = CaptureHistories.from_counts(
    ...     "ABC",
    ...     [("A", 40), ("B", 30), ("C", 20), ("AB", 6), ("BC", 4), ("AC", 3), ("ABC", 1)],
    ... )
    >>> bound = chao_lower_bound(histories)
    >>> round(bound.total, 1), round(bound.bse, 1)
    (294.7, 64.2)
    """
    times = histories.flags.sum(axis=1)
    once, twice = (float(histories.counts[times == number].sum()) for number in (1, 2))
    k = len(histories.lists)
    hidden = (k - 1) / (2 * k) * once * (once - 1) / (twice + 1)
    spread = once * (once - 1) * (once**2 + 4 * once * twice + 3 * once - 6 * twice - 6)
    spread *= ((k - 1) / (2 * k * (twice + 1))) ** 2 / (twice + 2)
    return LowerBound(histories.observed + hidden, float(np.sqrt(max(hidden + spread, 0))))


class SampleCoverage(NamedTuple):
    """The sample coverage of lists and three totals; `sample_coverage` explains them."""

    coverage: float
    total_independent: float
    total_one_step: float
    total_high_coverage: float


def sample_coverage(histories: CaptureHistories) -> SampleCoverage:
    """Compute the sample coverage and the totals that rest on it, as the R package CARE1 does.

    The coverage is one minus the mean share of a list's cases that no other list has (CARE1,
    function ``Chat``, which names equation 14 of Chao and Tsay 1998; the article was not read).
    CARE1 warns of coverages up to 0.55: the last of the totals is then unstable.

    Returns
    -------
    SampleCoverage
        ``coverage``; ``total_independent``, for independent lists (``estN`` of CARE1, method
        Indep); ``total_one_step``, for lists that depend on each other and have low coverage
        (LSC); ``total_high_coverage``, for those with high coverage (HSC). Two lists cannot show
        whether they depend on each other, so the last two are then nan.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, sample_coverage
    >>> histories = CaptureHistories.from_counts(
    ...     "ABC",
    ...     [("A", 40), ("B", 30), ("C", 20), ("AB", 6), ("BC", 4), ("AC", 3), ("ABC", 1)],
    ... )
    >>> found = sample_coverage(histories)
    >>> round(found.coverage, 3), round(found.total_independent, 1)
    (0.251, 294.4)
    """
    counts, flags, k = histories.counts, histories.flags, len(histories.lists)
    times = flags.sum(axis=1)
    sizes = flags.T @ counts
    single = np.array([counts[flags[:, i] & (times == 1)].sum() for i in range(k)])
    # Above zero, because CaptureHistories refuses a table in which no lists share a case.
    coverage = 1 - (single / sizes).mean()
    distinct = histories.observed - single.mean()
    independent = distinct / coverage
    if k == 2:
        return SampleCoverage(float(coverage), float(independent), np.nan, np.nan)
    pairs = list(combinations(range(k), 2))
    both = np.array([flags[:, i] & flags[:, j] for i, j in pairs])
    singles = np.array([single[i] + single[j] for i, j in pairs])
    weights = singles + 2 * (both & (times == 2)) @ counts
    together = both @ counts / np.array([sizes[i] * sizes[j] for i, j in pairs])

    def step_from(total: float) -> float:
        """Return the total if an earlier total measures how pairs depend on each other."""
        return independent + weights @ (total * together - 1) / (k * coverage)

    rest, divisor = k * distinct - weights.sum(), k * coverage - weights @ together
    high = rest / divisor if rest > 0 and divisor != 0 else 0.0
    return SampleCoverage(
        float(coverage),
        float(independent),
        float(step_from(step_from(independent))),
        float(max(high, histories.observed)),
    )


def leave_one_list_out(
    histories: CaptureHistories,
    estimator: Callable[[CaptureHistories], LogLinear | Stepwise] = Stepwise,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Estimate the total without each list in turn.

    Cases that are on no other list are then hidden. So all totals are of the same persons, if the
    left-out list is not alone in reaching some group. If one total lies far from the others, the
    estimate rests on that list, or that list reaches people whom the others cannot reach.

    Returns
    -------
    DataFrame
        The first row is of all lists. Columns: ``left_out`` (empty in the first row), ``observed``,
        ``shared``, ``total``, ``lower`` and ``upper`` (by multinomial likelihood, the model
        taken as given), ``pairs``, ``lacks`` (why there is no estimate; empty if there is one).

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, LogLinear, leave_one_list_out
    >>> histories = CaptureHistories.from_counts(
    ...     "ABC",
    ...     [("A", 40), ("B", 30), ("C", 20), ("AB", 6), ("BC", 4), ("AC", 3), ("ABC", 1)],
    ... )
    >>> leave_one_list_out(histories, LogLinear)[["left_out", "observed", "total"]].round(1)
      left_out  observed  total
    0                104  293.5
    1        A        64  229.6
    2        B        74  350.0
    3        C        84  292.9
    """
    rows = []
    for name in ("", *histories.lists):
        seen, estimate, pairs, lacks = (np.nan, np.nan), (np.nan,) * 3, "", ""
        try:
            table = histories.without(name) if name else histories
            seen = (table.observed, table.shared)
            results = estimator(table).fit()
            estimate = (results.total, *results.conf_int(alpha))
            pairs = "+".join([*results.pairs, *results.triples])
        except (HistoryError, NoEstimateError) as error:
            lacks = str(error)
        rows.append((name, *seen, *estimate, pairs, lacks))
    columns = ["left_out", "observed", "shared", "total", "lower", "upper", "pairs", "lacks"]
    return pd.DataFrame(rows, columns=columns)
