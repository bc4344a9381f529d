"""Estimate a total from capture histories: a model with given pairs, or with those of a rule.

The habits are those of statsmodels:

    model = LogLinear(histories, ["LA:NG"])  # or Stepwise(histories, threshold=0.02)
    results = model.fit()
    results.total, results.params, results.bse
    results.conf_int("profile")
    print(results.summary())

All numbers are of persons; a total includes the observed cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from decentwork.estimation import bootstrap, choice, design, existence, intervals, poisson
from decentwork.estimation.histories import CONSTANT, CaptureHistories


class LogLinear:
    """Poisson log-linear model of capture histories with some pairs of lists.

    The logarithm of the expected cases of a history is a constant, plus a term for each of its
    lists, plus a term for each of its pairs that the model has. The constant is the logarithm of
    the expected number of those on no list (Fienberg 1972; Bales, Hesketh and Silverman 2015).

    Parameters
    ----------
    histories
        The table.
    pairs
        Pairs with a term, as "A:B"; none means independent lists.

    Raises HistoryError for a pair that the table has not.
    """

    def __init__(self, histories: CaptureHistories, pairs: Sequence[str] = ()) -> None:
        self.histories = histories
        self._pairs = histories.pair_flags(pairs)

    @property
    def pairs(self) -> list[str]:
        """The pairs in the model, in the order of the lists."""
        return [p for p, on in zip(self.histories.pairs, self._pairs, strict=True) if on]

    def fit(self) -> Results:
        """Estimate by maximum likelihood, with statsmodels.

        A pair that shares no case has the estimate minus infinity, and its cells are left out
        (Chan, Silverman and Vincent 2019). Raises NoEstimateError if the table has no finite
        estimate under the model; the message says what it lacks.
        """
        existence.require(self.histories, self._pairs)
        return Results(self, self.histories, self._pairs)

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Totals by this model for other tables of the same lists, (r, 2**k - 1) to (r,).

        Totals include the observed cases; nan where a table has no estimate.
        """
        return choice.fitted_models(len(self.histories.lists), counts, self._pairs).total


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
        Highest p-value with which a pair enters: below 0.02 for "overlap" and up to 0.05 for
        "aic" if none is given, as in the packages. The rule "bic" takes none.

    Raises ValueError for an unknown rule, or a threshold outside 0 to 1.
    """

    def __init__(
        self, histories: CaptureHistories, rule: str = "overlap", threshold: float | None = None
    ) -> None:
        if rule not in choice.RULES:
            raise ValueError(f"there is no rule {rule!r}; use one of {', '.join(choice.RULES)}")
        if rule == "bic" and threshold is not None:
            raise ValueError("the rule 'bic' compares no p-value: leave the threshold out")
        if threshold is None:
            threshold = {"overlap": 0.02, "aic": 0.05, "bic": 0.0}[rule]
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold {threshold:g} is no probability from 0 to 1")
        self.histories = histories
        self.rule = rule
        self.threshold = threshold

    def fit(self) -> Results:
        """Choose the pairs, then estimate as `LogLinear.fit` does.

        There is an estimate: each table has one under independence, where all rules start, and no
        rule adds a pair that leaves none. Raises NoEstimateError only if it is lost in rounding.
        """
        chosen = self._choose()
        return Results(self, self.histories, chosen.pairs[0], _step_frame(self.histories, chosen))

    def path(self) -> pd.DataFrame:
        """The pairs that the rule adds one after the other at a threshold of one.

        Columns: pair, p_value, total, aic, bic. Every threshold stops somewhere on this path: at
        the first p_value that is not below it ("overlap") or above it ("aic").
        """
        return _step_frame(self.histories, self._choose(threshold=1.0))

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Totals by this rule for other tables of the same lists, (r, 2**k - 1) to (r,).

        The pairs are chosen anew for each table; nan where a table has no estimate.
        """
        return self._choose(counts).total

    def _choose(
        self, counts: np.ndarray | None = None, threshold: float | None = None
    ) -> choice.Choices:
        histories = self.histories
        return choice.choose(
            self.rule,
            len(histories.lists),
            histories.counts if counts is None else counts,
            self.threshold if threshold is None else threshold,
        )


class Results:
    """A fitted model, with the habits of statsmodels.

    Attributes
    ----------
    model, histories
        What was fitted to what.
    pairs
        Pairs in the model.
    steps
        For a stepwise model the pairs in the order in which they entered, as `Stepwise.path`.
    glm
        Results of statsmodels for the cells and terms that were fitted.
    params, bse, pvalues
        Estimates, standard errors and Wald p-values by term; a pair that shares no case has the
        estimate minus infinity and no standard error.
    hidden, total
        Estimated persons on no list, and in all.
    bse_total
        Standard error of the total, as in the package Rcapture: the square root of h + h**2 v for
        h persons hidden, and v the variance of the constant.
    llf, deviance, df_resid, aic, bic
        As in statsmodels and Rcapture: n of the Bayesian criterion is the number of observed cases,
        and a pair at minus infinity counts as a parameter for both criteria.
    """

    def __init__(
        self,
        model: LogLinear | Stepwise,
        histories: CaptureHistories,
        pairs: np.ndarray,
        steps: pd.DataFrame | None = None,
    ) -> None:
        self.model = model
        self.histories = histories
        self.steps = steps
        self.pairs = [p for p, on in zip(histories.pairs, pairs, strict=True) if on]
        k = len(histories.lists)
        specified = design.specify(k, histories.counts, pairs)
        self._terms, self._cells = specified.terms[0], specified.cells[0]
        names = [CONSTANT, *histories.lists, *histories.pairs]
        in_model = np.concatenate([np.ones(1 + k, bool), pairs])
        cell_names = np.array(histories.names)[self._cells]
        frame = pd.DataFrame(
            design.full(k)[np.ix_(self._cells, self._terms)],
            index=cell_names,
            columns=np.array(names)[self._terms],
        )
        counts = pd.Series(histories.counts[self._cells], index=cell_names, name="cases")
        start = choice.fitted_models(k, histories.counts, pairs).coefficients[0, self._terms]
        try:
            self.glm = poisson.fit(counts, frame, start=start)
            lost = not np.isclose(self.glm.params[CONSTANT], start[0])
        except ValueError:  # statsmodels met weights that are no numbers
            lost = True
        if lost:
            raise existence.NoEstimateError(
                f"lists of up to {histories.counts.max():,.0f} cases share so few that the "
                "estimate is lost in rounding. Take a pair out, or merge lists."
            )
        listed = pd.Series(names)[in_model]
        self.params = self.glm.params.reindex(listed).fillna(-np.inf).rename("estimate")
        self.bse = self.glm.bse.reindex(listed).rename("standard error")
        self.pvalues = self.glm.pvalues.reindex(listed).rename("p-value")
        for series in (self.params, self.bse, self.pvalues):
            series.index.name = "term"
        self.parameters = len(listed)
        self.hidden = float(np.exp(self.params[CONSTANT]))
        self.total = histories.observed + self.hidden
        self.bse_total = float(np.sqrt(self.hidden + (self.hidden * self.bse[CONSTANT]) ** 2))
        self.llf = float(self.glm.llf)
        self.deviance = float(self.glm.deviance)
        self.df_resid = len(histories.counts) - self.parameters
        self.aic = 2 * self.parameters - 2 * self.llf
        self.bic = float(np.log(histories.observed)) * self.parameters - 2 * self.llf

    @cached_property
    def fittedvalues(self) -> pd.Series:
        """Expected cases by history, 0 where an empty pair forbids them."""
        return self.glm.fittedvalues.reindex(self.histories.names, fill_value=0.0)

    @cached_property
    def total_multinomial(self) -> float:
        """The total that makes the multinomial likelihood largest, as Rcapture gives it."""
        return intervals.multinomial_maximum(self)

    def cov_params(self) -> pd.DataFrame:
        """Covariances of the terms that were fitted."""
        return self.glm.cov_params()

    def conf_int(
        self, method: str = "profile", alpha: float = 0.05, **options: object
    ) -> pd.Series:
        """Lower and upper limit of the total.

        Parameters
        ----------
        method
            "wald": normal for the logarithm of the hidden number, as in SparseMSE.
            "profile": profile likelihood of the Poisson model, as R's ``confint``.
            "multinomial": profile likelihood of the multinomial model, as in Rcapture.
            "parametric": percentiles of tables drawn from the fitted model.
            "bca": bias-corrected and accelerated bootstrap of the cases, as in SparseMSE.
        alpha
            One minus the level.
        options
            For the last two methods, ``repeats``, ``seed`` and ``jobs`` of `bootstrap`.

        The first three take the model as given; the last two choose the pairs of a stepwise model
        anew for each table. Raises ValueError for an unknown method or an alpha outside 0 to 1.
        """
        intervals.check_alpha(alpha)
        if method in intervals.METHODS:
            if options:
                raise ValueError(f"the method {method!r} takes no {', '.join(options)}")
            limits = intervals.METHODS[method](self, alpha)
        elif method in bootstrap.KINDS:
            limits = self.bootstrap(method, **options).conf_int(alpha)
        else:
            known = ", ".join([*intervals.METHODS, *bootstrap.KINDS])
            raise ValueError(f"there is no method {method!r}; use one of {known}")
        return pd.Series(limits, index=["lower", "upper"], name="total")

    def bootstrap(
        self, kind: str = "bca", *, repeats: int = 1000, seed: int = 1, jobs: int | None = None
    ) -> bootstrap.Bootstrap:
        """Totals of resampled tables; see `bootstrap.Bootstrap`."""
        return bootstrap.run(self, kind, repeats=repeats, seed=seed, jobs=jobs)

    def summary(self, alpha: float = 0.05) -> Summary:
        """The estimate, its limits by profile likelihood, and the terms, as text or HTML."""
        lower, upper = self.conf_int("profile", alpha)
        above = [
            ["Observed cases", f"{self.histories.observed:,}", "Deviance", f"{self.deviance:.3f}"],
            ["Estimated hidden", f"{self.hidden:,.1f}", "Degrees of freedom", f"{self.df_resid}"],
            ["Estimated total", f"{self.total:,.1f}", "AIC", f"{self.aic:.3f}"],
            ["Standard error", f"{self.bse_total:,.1f}", "BIC", f"{self.bic:.3f}"],
            [f"{100 * (1 - alpha):g}% profile interval", f"{lower:,.0f} to {upper:,.0f}", "", ""],
        ]
        below = [
            [f"{self.params[term]:.4f}", f"{self.bse[term]:.4f}", f"{self.pvalues[term]:.4f}"]
            for term in self.params.index
        ]
        summary = Summary()
        title = f"{type(self.model).__name__} model of {len(self.histories.lists)} lists"
        summary.tables.append(SimpleTable(above, title=title))
        head = [self.params.name, self.bse.name, self.pvalues.name]
        summary.tables.append(SimpleTable(below, headers=head, stubs=list(self.params.index)))
        return summary


def sweep(
    histories: CaptureHistories, thresholds: Sequence[float], rule: str = "overlap"
) -> pd.Series:
    """Totals at many thresholds, from one path.

    Parameters
    ----------
    histories
        The table.
    thresholds
        Probabilities from 0 to 1.
    rule
        "overlap" or "aic".

    Returns a series of totals, observed cases included, indexed by threshold.
    """
    each = [Stepwise(histories, rule, threshold) for threshold in thresholds]
    highest = max((model.threshold for model in each), default=0.0)
    chosen = Stepwise(histories, rule, highest)._choose()
    start = LogLinear(histories).totals(histories.counts)
    totals = np.array([*start, *(step.total for step in chosen.steps)])
    p_values = np.array([step.p_value for step in chosen.steps])
    at = np.asarray(thresholds, dtype=float)[:, None]
    passed = p_values < at if rule == "overlap" else p_values <= at
    steps = np.logical_and.accumulate(passed, axis=1).sum(axis=1)
    index = pd.Index(thresholds, name="threshold")
    return pd.Series(totals[steps], index=index, name="total")


def _step_frame(histories: CaptureHistories, chosen: choice.Choices) -> pd.DataFrame:
    columns = ["pair", "p_value", "total", "aic", "bic"]
    rows = [
        (histories.pairs[step.pair], step.p_value, step.total, step.aic, step.bic)
        for step in chosen.steps
    ]
    return pd.DataFrame(rows, columns=columns)
