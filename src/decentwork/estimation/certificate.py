"""Coverage certificate: how often each interval holds a total that is known, for tables like yours.

The level of an interval is a promise for a model that is true and given. A table whose model was
chosen keeps it only if the choice is easy. So tables are drawn from each model that is near the
best for this table. Each model knows its own total, and each interval is tried on all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from decentwork.estimation import bootstrap, tasks
from decentwork.estimation.enumeration import all_models
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.graph_average import DecomposableGraphs
from decentwork.estimation.histories import CaptureHistories, HistoryError
from decentwork.estimation.models import LogLinear, Stepwise
from decentwork.estimation.reselection import AllModels

Interval = Callable[[CaptureHistories], Sequence[float]]
REPEATS = 99
"""Resampled tables in each interval that chooses anew; more take longer for each drawn table."""


RULES = {"overlap": "overlap rule", "aic": "AIC step by step", "bic": "BIC step by step"}
METHODS = {"profile": {}, "parametric": {"repeats": REPEATS}, "bca": {"repeats": REPEATS}}


def _stepwise(histories: CaptureHistories, rule: str, **options: object) -> pd.Series:
    return Stepwise(histories, rule).fit().conf_int(**options)


def _best_anew(histories: CaptureHistories) -> pd.Series:
    return AllModels(histories).fit().conf_int(repeats=REPEATS, jobs=1).loc["chosen"]


def _graphs(histories: CaptureHistories) -> Sequence[float]:
    return DecomposableGraphs(histories).fit().credible_interval()


INTERVALS: dict[str, Interval] = {
    f"{said}, {method}": partial(_stepwise, rule=rule, method=method, **options)
    for rule, said in RULES.items()
    for method, options in METHODS.items()
} | {
    "best BIC of all models, anew": _best_anew,
    "decomposable graphs": _graphs,
}
"""Intervals at the level of 95 per cent, each a function of a table that returns two limits."""
QUICK = ("overlap rule, profile", "BIC step by step, profile")
"""Intervals that resample nothing."""


def coverage_certificate(
    histories: CaptureHistories,
    intervals: Mapping[str, Interval] | Sequence[str] = QUICK,
    *,
    near: float = 2.0,
    most: int = 5,
    order: int | None = None,
    tables: int = 200,
    seed: int = 1,
    jobs: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Measure how often intervals hold the total, if a model near the best for this table is true.

    Parameters
    ----------
    histories
        The table.
    intervals
        Names from `INTERVALS`, or functions by name, each of a table and with two limits.
    near
        Models are tried whose BIC is at most this far above the lowest.
    most
        How many models are tried, the lowest BIC first.
    order
        Of the models, as in `all_models`.
    tables
        Drawn from each model.
    seed
        Of numpy's generator; each model has its own stream, and all intervals see the same tables.
    jobs
        Tasks that may run at the same time; see `tasks.run`.
    progress
        Called after each model with how many were tried, and how many will be.

    Returns
    -------
    DataFrame
        One row for each model and interval. Columns: ``terms`` and ``weight`` (of the model, by
        BIC among all), ``truth`` (persons), and those of `coverage_of`.

    Raises
    ------
    ValueError
        For an unknown interval, fewer tables than one, fewer models than one, or ``near`` below 0.

    Examples
    --------
    One model is near the best of these lists. If it is true, the rule often misses its pair, and
    an interval of 95 per cent that takes the rule's choice as given holds the total in 62 tables of
    a hundred:

    >>> from decentwork.estimation import CaptureHistories, Population, coverage_certificate
    >>> people = Population(1000, [0.25, 0.25, 0.25], {(0, 1): 2})
    >>> histories = CaptureHistories("ABC", people.tables(1, seed=4)[0])
    >>> certificate = coverage_certificate(histories, ["overlap rule, profile"], tables=60)
    >>> certificate[["terms", "truth", "covered", "error"]].round(2)
      terms  truth  covered  error
    0   A:B   1040     0.62   0.06
    """
    if near < 0 or most < 1:
        raise ValueError(f"near = {near:g} and most = {most}: give 0 or more, and 1 or more")
    chosen = _named(intervals)
    bootstrap.check_repeats(tables)
    models = all_models(histories, order)
    models = models[models["exists"] & (models["bic"] <= models["bic"].min() + near)].head(most)
    rows = []
    streams = np.random.SeedSequence(seed).spawn(len(models))
    for model, stream in zip(models.itertuples(), streams, strict=True):
        fitted = LogLinear(histories, model.terms.split("+") if model.terms else []).fit()
        drawn = bootstrap.drawn_from_model(fitted, tables, np.random.default_rng(stream))
        frame = coverage_of(chosen, histories.lists, drawn, round(fitted.total), jobs)
        frame.insert(0, "terms", model.terms)
        frame.insert(1, "weight", model.bic_weight)
        frame.insert(2, "truth", round(fitted.total))
        rows.append(frame)
        if progress is not None:
            progress(len(rows), len(models))
    return pd.concat(rows, ignore_index=True)


def coverage_of(
    intervals: Mapping[str, Interval] | Sequence[str],
    lists: Sequence[str],
    tables: np.ndarray,
    truth: float,
    jobs: int | None = None,
) -> pd.DataFrame:
    """Count how often intervals hold a known total.

    Parameters
    ----------
    intervals
        As in `coverage_certificate`.
    lists
        Names of the k lists.
    tables
        Drawn from a population of known size, shape (r, 2**k - 1).
    truth
        That size, in persons.
    jobs
        As in `coverage_certificate`.

    Returns
    -------
    DataFrame
        One row an interval. Columns: ``interval``, ``tables``, ``covered`` (share of tables whose
        interval holds the truth), ``error`` (Monte Carlo standard error of this share), ``below``
        and ``above`` (shares whose whole interval lies below or above the truth), ``ratio``
        (median of upper to lower limit), ``failed`` (share of tables without an interval, which
        count as not covered).

    Examples
    --------
    >>> from decentwork.estimation import Population, coverage_of
    >>> tables = Population(1000, [0.3] * 3, {(0, 1): 1.5}).tables(100, seed=1)
    >>> measured = coverage_of(["overlap rule, profile"], "ABC", tables, 1000)
    >>> measured[["tables", "covered", "error", "below", "above"]].round(2)
       tables  covered  error  below  above
    0     100     0.63   0.05   0.35   0.02
    """
    chosen = _named(intervals)
    inputs = [(interval, lists, counts) for interval in chosen.values() for counts in tables]
    limits = np.array(tasks.run(_limits_of, inputs, jobs)).reshape(len(chosen), len(tables), 2)
    rows = []
    for name, (lower, upper) in zip(chosen, limits.transpose(0, 2, 1), strict=True):
        there = ~np.isnan(lower)
        covered = (there & (lower <= truth) & (truth <= upper)).mean()
        rows.append(
            {
                "interval": name,
                "tables": len(tables),
                "covered": covered,
                "error": np.sqrt(covered * (1 - covered) / len(tables)),
                "below": (upper < truth).mean(),
                "above": (lower > truth).mean(),
                "ratio": np.median(upper[there] / lower[there]) if there.any() else np.nan,
                "failed": 1 - there.mean(),
            }
        )
    return pd.DataFrame(rows)


def _named(intervals: Mapping[str, Interval] | Sequence[str]) -> Mapping[str, Interval]:
    """Return intervals by name."""
    if isinstance(intervals, Mapping):
        return intervals
    if unknown := sorted(set(intervals) - set(INTERVALS)):
        raise ValueError(f"there is no interval {unknown}; use {', '.join(INTERVALS)}")
    return {name: INTERVALS[name] for name in intervals}


def _limits_of(interval: Interval, lists: Sequence[str], counts: np.ndarray) -> tuple[float, float]:
    """Return the limits for one table; nan where it has none."""
    try:
        lower, upper = interval(CaptureHistories(lists, counts))
    except (HistoryError, NoEstimateError, RuntimeError, ValueError):
        return np.nan, np.nan
    return float(lower), float(upper)
