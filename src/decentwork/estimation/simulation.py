"""Estimators tried on tables that are drawn from a population of known size.

The population has a chance of being on each list, and may depart from independence in three ways:

- Two lists may go together, as when one refers its cases to the other, or avoid each other.
- All lists may see one part of the population less than the rest.
- One part of the population may be such that no list can see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import optimize, special

from decentwork.estimation import bootstrap, choice, tasks
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import CaptureHistories, HistoryError, list_pairs, patterns

ESTIMATORS: dict[str, tuple[str, float]] = {
    "independence": ("overlap", 0.0),
    "overlap": ("overlap", 0.02),
    "aic": ("aic", 0.05),
    "bic": ("bic", 0.0),
}
"""Rule and threshold of the estimators that a study compares. At a threshold of zero no pair is
added, which is independence."""
Estimator = Callable[[CaptureHistories], tuple[float, float, float]]
"""What a study may try: from a table to the total and the limits of its interval."""
CHANCES_WITHIN = 1e-12
"""How close a population's chances come to those that it was given, on the scale of log-odds."""


@dataclass(frozen=True)
class Population:
    """A population of known size, and how lists see it.

    Parameters
    ----------
    size
        Number of persons.
    chances
        The share of the reachable persons that is on each list, shape (k,).
    odds_ratios
        For pairs of lists (numbers i < j), the odds ratio of being on both, among persons who are
        equally easy to see. At 1 the lists are independent, above 1 they go together, below 1 they
        avoid each other.
    elusive
        Share of the reachable persons who are harder to see.
    faintness
        The odds that an elusive person is on a list, divided by the odds of the others; 1 if there
        is no difference.
    unreachable
        Share of all persons whom no list can see.

    Raises
    ------
    ValueError
        For chances, shares or odds ratios that are impossible.

    Examples
    --------
    A thousand people, and three lists that each hold three in ten of them. The first list refers
    people to the second:

    >>> from decentwork.estimation import CaptureHistories, LogLinear, Population
    >>> people = Population(1000, [0.3, 0.3, 0.3], {(0, 1): 3})
    >>> table = people.tables(1, seed=1)[0]
    >>> histories = CaptureHistories(["A", "B", "C"], table)
    >>> round(LogLinear(histories).fit().total), round(LogLinear(histories, ["A:B"]).fit().total)
    (846, 1018)
    """

    size: int
    chances: Sequence[float]
    odds_ratios: Mapping[tuple[int, int], float] = field(default_factory=dict)
    elusive: float = 0.0
    faintness: float = 1.0
    unreachable: float = 0.0

    def __post_init__(self) -> None:
        """Check that such a population is possible."""
        lists = len(self.chances)
        if lists < 2 or not all(0 < chance < 1 for chance in self.chances):
            raise ValueError(
                f"chances = {list(self.chances)}: give two or more, each between 0 and 1"
            )
        if self.size < 1 or self.size != round(self.size):
            raise ValueError(f"size = {self.size}: give a whole number, one person or more")
        if not 0 <= self.elusive < 1 or not 0 <= self.unreachable < 1:
            raise ValueError(
                f"elusive = {self.elusive:g} and unreachable = {self.unreachable:g} are shares: "
                "give each a number from 0 to below 1"
            )
        if self.faintness <= 0:
            raise ValueError(f"faintness = {self.faintness:g}: give a number above zero")
        if low := {pair: ratio for pair, ratio in self.odds_ratios.items() if ratio <= 0}:
            raise ValueError(f"odds_ratios has {low}: give each pair a number above zero")
        if strange := set(self.odds_ratios) - set(list_pairs(lists)):
            raise ValueError(
                f"odds_ratios: {sorted(strange)} are not pairs of the {lists} lists. Number the "
                f"lists from 0 to {lists - 1}, and write a pair as (i, j) with i below j"
            )

    def probabilities(self) -> np.ndarray:
        """Return the chance of each history, shape (2**k - 1,).

        One minus their sum is the chance of being on no list.

        Raises
        ------
        ValueError
            If no population has these chances and odds ratios together.
        """
        lists = len(self.chances)
        flags = np.vstack([np.zeros(lists, bool), patterns(lists)])
        pairs = np.ones(len(flags))
        for (i, j), ratio in self.odds_ratios.items():
            pairs[flags[:, i] & flags[:, j]] *= ratio
        faint = pairs * self.faintness ** flags.sum(axis=1)

        def reachable(log_odds: np.ndarray) -> np.ndarray:
            odds = np.exp(flags @ log_odds)
            plain, elusive = pairs * odds, faint * odds
            mixed = (1 - self.elusive) * plain / plain.sum()
            return mixed + self.elusive * elusive / elusive.sum()

        wanted = special.logit(self.chances)
        found = optimize.root(
            lambda log_odds: special.logit(flags.T @ reachable(log_odds)) - wanted,
            wanted,
            tol=CHANCES_WITHIN,
        )
        if not found.success:
            raise ValueError(
                f"no population was found with chances = {list(self.chances)} and odds_ratios = "
                f"{dict(self.odds_ratios)}: give less extreme ones ({found.message})"
            )
        return reachable(found.x)[1:] * (1 - self.unreachable)

    def tables(self, repeats: int, seed: int | np.random.SeedSequence) -> np.ndarray:
        """Draw tables of capture histories, shape (repeats, 2**k - 1)."""
        seen = self.probabilities()
        shares = np.append(seen, 1 - seen.sum())
        return np.random.default_rng(seed).multinomial(self.size, shares, size=repeats)[:, :-1]


def study(
    populations: Mapping[str, Population],
    *,
    estimators: Sequence[str] | Mapping[str, Estimator] = tuple(ESTIMATORS),
    repeats: int = 500,
    seed: int = 1,
    jobs: int | None = None,
) -> pd.DataFrame:
    """Estimate the totals of populations whose size is known, from many tables each.

    Parameters
    ----------
    populations
        The populations, by name.
    estimators
        Names from `ESTIMATORS`, or functions by name. A function takes a table
        (`CaptureHistories`) and returns the total and the two limits of its interval; where it
        raises HistoryError or NoEstimateError the table has no estimate.
    repeats
        Tables of each population.
    seed
        Of numpy's generator. Each population has its own stream, and all estimators see the same
        tables.
    jobs
        Tasks that may run at the same time; see `tasks.run`.

    Returns
    -------
    DataFrame
        One row for each population and estimator. Columns: ``population``, ``estimator``, ``truth``
        (persons), ``seen`` (mean number observed), ``median`` (of the totals), ``low`` and ``high``
        (their 2.5 and 97.5 percentiles), ``bias`` (median of log(total / truth)), ``error`` (its
        root mean square), ``coverage`` (share of intervals that hold the truth; for names of
        `ESTIMATORS` the 95 % Wald interval, as if the model was given), ``failed`` (share of tables
        without an estimate). Tables without an estimate are left out of the other columns, which
        are nan if no table is left.

    Raises
    ------
    ValueError
        For an unknown estimator, or fewer repeats than one.

    Examples
    --------
    >>> from decentwork.estimation import Population, study
    >>> people = {"referred": Population(1000, [0.3, 0.3, 0.3], {(0, 1): 3})}
    >>> tried = study(people, estimators=["independence", "overlap"], repeats=100)
    >>> tried[["estimator", "truth", "median", "coverage"]].round(2)
          estimator  truth  median  coverage
    0  independence   1000  853.65      0.01
    1       overlap   1000  999.97      0.95

    Any estimator and interval can be tried:

    >>> from decentwork.estimation import Stepwise
    >>> def by_bic(histories):
    ...     results = Stepwise(histories, "bic").fit()
    ...     return (results.total, *results.conf_int())
    >>> study(people, estimators={"bic": by_bic}, repeats=40)[["estimator", "coverage"]].round(2)
      estimator  coverage
    0       bic       1.0
    """
    named = isinstance(estimators, Mapping)
    if not named and (unknown := sorted(set(estimators) - set(ESTIMATORS))):
        raise ValueError(f"there is no estimator {unknown}; use {', '.join(ESTIMATORS)}")
    bootstrap.check_repeats(repeats)
    streams = np.random.SeedSequence(seed).spawn(len(populations))
    inputs = [
        (name, population, estimator, estimators[estimator] if named else None, repeats, stream)
        for (name, population), stream in zip(populations.items(), streams, strict=True)
        for estimator in estimators
    ]
    return pd.DataFrame(tasks.run(_estimate_known_total, inputs, jobs))


def _estimate_known_total(
    name: str,
    population: Population,
    estimator: str,
    function: Estimator | None,
    repeats: int,
    stream: np.random.SeedSequence,
) -> dict[str, object]:
    tables = population.tables(repeats, stream)
    if function is None:
        estimates = _by_rule(*ESTIMATORS[estimator], tables)
    else:
        estimates = np.array([_by_function(function, counts) for counts in tables])
    there = ~np.isnan(estimates[:, 0])
    totals = pd.Series(estimates[there, 0])
    lower, upper = (pd.Series(limits) for limits in estimates[there, 1:].T)
    ratio = np.log(totals / population.size)
    median, low, high = totals.quantile([0.5, 0.025, 0.975])
    return {
        "population": name,
        "estimator": estimator,
        "truth": population.size,
        "seen": tables.sum(axis=1).mean(),
        "median": median,
        "low": low,
        "high": high,
        "bias": ratio.median(),
        "error": np.sqrt((ratio**2).mean()),
        "coverage": ((lower <= population.size) & (population.size <= upper)).mean(),
        "failed": 1 - there.mean(),
    }


def _by_rule(rule: str, threshold: float, tables: np.ndarray) -> np.ndarray:
    """Return total and Wald limits of each table, shape (r, 3); nan without an estimate."""
    lists = (tables.shape[1] + 1).bit_length() - 1
    models = choice.choose(rule, lists, tables, threshold).models
    hidden = models.total - models.observed
    reach = np.exp(special.ndtri(0.975) * models.log_standard_error)
    return np.column_stack(
        [models.total, models.observed + hidden / reach, models.observed + hidden * reach]
    )


def _by_function(function: Estimator, counts: np.ndarray) -> tuple[float, float, float]:
    lists = (len(counts) + 1).bit_length() - 1
    try:
        return function(CaptureHistories([f"L{i}" for i in range(1, lists + 1)], counts))
    except (HistoryError, NoEstimateError):
        return (np.nan, np.nan, np.nan)
