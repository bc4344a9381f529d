"""Estimate a total from capture histories: a model with given terms, or with those of a rule.

Models are used as in statsmodels:

    model = LogLinear(histories, ["LA:NG"])  # or Stepwise(histories, threshold=0.02)
    results = model.fit()
    results.total, results.params, results.bse
    results.conf_int(method="bca")
    print(results.summary())

All numbers are of persons, and a total includes the observed cases.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from decentwork.estimation import choice, hierarchy
from decentwork.estimation.fitting import FittedModels, fit_models
from decentwork.estimation.histories import CaptureHistories
from decentwork.estimation.results import Results


class LogLinear:
    """Poisson log-linear model of capture histories with given pairs of lists, or three of them.

    The logarithm of the expected cases of a history is a constant, plus a term for each of its
    lists, plus a term for each of its pairs that the model has. The constant is the logarithm of
    the expected number of those on no list (Fienberg 1972; Bales, Hesketh and Silverman 2015).

    A term may also join three lists. The model is hierarchical, as in the package Rcapture: "A:B:C"
    means itself and its three pairs. It says that the tie of A and B differs between cases
    that are on C and cases that are not. Such a term rests on the cases that all three lists share,
    which are often few.

    Parameters
    ----------
    histories
        The table.
    pairs
        Terms: pairs as "A:B", three lists as "A:B:C". Without any, the lists are independent.

    Attributes
    ----------
    completed
        Pairs that were not named and that a term of three lists brings.

    Raises
    ------
    HistoryError
        For a term that does not join two or three of the table's lists.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> results = estimation.LogLinear(histories, ["LA:NG", "LA:PFNCA"]).fit()
    >>> round(results.total)
    15122
    >>> results.params.round(2).tail(2)
    term
    LA:NG       1.83
    LA:PFNCA    1.25
    Name: estimate, dtype: float64
    """

    def __init__(self, histories: CaptureHistories, pairs: Sequence[str] = ()) -> None:
        self.histories = histories
        self._pairs, self.completed = hierarchy.read(histories, pairs)

    @property
    def pairs(self) -> list[str]:
        """The pairs in the model, in the order of the lists."""
        number = len(self.histories.pairs)
        return [self.histories.pairs[i] for i in np.flatnonzero(self._pairs[:number])]

    @property
    def triples(self) -> list[str]:
        """The groups of three lists with a term of their own, in the order of the lists."""
        number = len(self.histories.pairs)
        names = hierarchy.names(self.histories, 3)[number:]
        return [names[i] for i in np.flatnonzero(self._pairs[number:])]

    def fit(self) -> Results:
        """Estimate by maximum likelihood, with statsmodels.

        A term whose lists share no case has the estimate minus infinity, and its cells are left out
        (Chan, Silverman and Vincent 2019, for pairs).

        Raises
        ------
        NoEstimateError
            If the table has no finite estimate under the model; the message says what it lacks.
        """
        fitted = fit_models(len(self.histories.lists), self.histories.counts, self._pairs)
        return Results(self, self.histories, fitted)

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Estimate the totals of other tables of the same lists, (r, 2**k - 1) to (r,).

        Totals include the observed cases; nan where a table has no estimate.

        Raises
        ------
        HistoryError
            For tables of another shape, or counts that are negative, fractional or missing.
        """
        return self.fit_tables(self.histories.check_tables(counts)).total

    def fit_tables(self, counts: np.ndarray) -> FittedModels:
        """Fit this model to other tables of the same lists, (r, 2**k - 1), without checks."""
        return fit_models(len(self.histories.lists), counts, self._pairs)


class Stepwise:
    """Poisson log-linear model with pairs of lists that a rule adds one by one.

    Parameters
    ----------
    histories
        The table.
    rule
        "overlap" (SparseMSE), "aic" (Bales, Hesketh and Silverman) or "bic"; `choice` describes
        them.
    threshold
        Highest p-value with which a pair is added. If it is not given, it is as in the packages:
        below 0.02 for "overlap", and up to 0.05 for "aic". The rule "bic" takes none.
    order
        2 adds pairs, as SparseMSE does. 3 also adds terms of three lists, each once its three
        pairs are in the model.

    Raises
    ------
    ValueError
        For an unknown rule, a threshold that is not between 0 and 1, or one for the rule "bic", and
        for an order that is neither 2 nor 3.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> rules = ["overlap", "aic", "bic"]
    >>> {rule: round(estimation.Stepwise(histories, rule).fit().total) for rule in rules}
    {'overlap': 11313, 'aic': 11313, 'bic': 12262}
    >>> estimation.Stepwise(histories).path()[["pair", "p_value", "total"]].round(3).tail(3)
           pair  p_value      total
    7  NG:PFNCA    0.241  11815.034
    8     LA:GO    0.416  11689.535
    9  PFNCA:GO    0.515  11232.531
    """

    def __init__(
        self,
        histories: CaptureHistories,
        rule: str = "overlap",
        threshold: float | None = None,
        *,
        order: int = 2,
    ) -> None:
        if rule not in choice.RULES:
            raise ValueError(f"there is no rule {rule!r}; use one of {', '.join(choice.RULES)}")
        if rule == "bic" and threshold is not None:
            raise ValueError("the rule 'bic' compares no p-value: leave the threshold out")
        if threshold is None:
            threshold = {"overlap": 0.02, "aic": 0.05, "bic": 0.0}[rule]
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold {threshold:g} is not a probability from 0 to 1")
        self.histories = histories
        self.rule = rule
        self.threshold = threshold
        self.order = order
        hierarchy.check_order(order)

    def fit(self) -> Results:
        """Choose the pairs, then estimate as `LogLinear.fit` does.

        There is always an estimate: every table has one under independence, where all rules start,
        and no rule adds a pair that leaves none.

        Raises
        ------
        NoEstimateError
            Only if the estimate is lost in rounding.
        """
        chosen = self._choose()
        steps = self._frame_of_steps(chosen.steps)
        return Results(self, self.histories, chosen.models, steps)

    def path(self) -> pd.DataFrame:
        """Return the pairs that the rule adds one after the other if the threshold is one.

        Every threshold stops somewhere on this path: before the first p_value that is not below it
        ("overlap"), or before the first p_value above it ("aic").

        Returns
        -------
        DataFrame
            One row a pair, with the columns ``pair``, ``p_value``, ``total``, ``aic``, ``bic``.
            With order 3 a row may also hold three lists, as "A:B:C".
        """
        return self._frame_of_steps(self._choose(threshold=1.0).steps)

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Estimate the totals of other tables of the same lists, (r, 2**k - 1) to (r,).

        The pairs are chosen again for each table; nan where a table has no estimate.

        Raises
        ------
        HistoryError
            For tables of another shape, or counts that are negative, fractional or missing.
        """
        return self.fit_tables(self.histories.check_tables(counts)).total

    def fit_tables(self, counts: np.ndarray) -> FittedModels:
        """Fit other tables of the same lists, (r, 2**k - 1), without checks.

        The pairs are chosen again for each table.
        """
        return self._choose(counts).models

    def _choose(
        self, counts: np.ndarray | None = None, threshold: float | None = None
    ) -> choice.Choices:
        histories = self.histories
        return choice.choose(
            self.rule,
            len(histories.lists),
            histories.counts if counts is None else counts,
            self.threshold if threshold is None else threshold,
            self.order,
        )

    def _frame_of_steps(self, steps: Sequence[choice.Step]) -> pd.DataFrame:
        columns = ["pair", "p_value", "total", "aic", "bic"]
        names = hierarchy.names(self.histories, self.order)
        rows = [(names[step.pair], step.p_value, step.total, step.aic, step.bic) for step in steps]
        return pd.DataFrame(rows, columns=columns)


def sweep(
    histories: CaptureHistories, thresholds: Sequence[float], rule: str = "overlap"
) -> pd.Series:
    """Estimate the total at each of many thresholds, from one path.

    Parameters
    ----------
    histories
        The table.
    thresholds
        Probabilities from 0 to 1.
    rule
        "overlap" or "aic".

    Returns
    -------
    Series
        Totals, observed cases included, indexed by threshold.

    Raises
    ------
    ValueError
        As `Stepwise`.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> estimation.sweep(histories, [0, 0.001, 0.02, 0.1]).round()
    threshold
    0.000    13444.0
    0.001    13101.0
    0.020    11313.0
    0.100    11313.0
    Name: total, dtype: float64
    """
    models = [Stepwise(histories, rule, threshold) for threshold in thresholds]
    highest = max((model.threshold for model in models), default=0.0)
    steps = Stepwise(histories, rule, highest)._choose().steps
    independent = LogLinear(histories).totals(histories.counts)
    totals = np.array([*independent, *(step.total for step in steps)])
    p_values = np.array([step.p_value for step in steps])
    limits = np.asarray(thresholds, dtype=float)[:, None]
    passed = p_values < limits if rule == "overlap" else p_values <= limits
    taken = np.logical_and.accumulate(passed, axis=1).sum(axis=1)
    return pd.Series(totals[taken], index=pd.Index(thresholds, name="threshold"), name="total")
