"""All models of a table: the best of them, their average, and intervals that choose it again.

results = AllModels(histories, criterion="bic").fit()
results.total, results.averaged
results.conf_int(repeats=1000, seed=1)
print(results.summary())
"""

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from decentwork.estimation import bootstrap, enumeration, intervals, screening
from decentwork.estimation.histories import CaptureHistories
from decentwork.estimation.models import LogLinear
from decentwork.estimation.results import Results

SHOWN = 5
"""Models that a summary shows."""
NOT_COVERED = (
    "An interval of one model takes it for true. conf_int() chooses and averages anew for "
    "resampled tables, all with the observed number of cases. No interval covers people whom no "
    "list can reach."
)


class AllModels:
    """All hierarchical models of a table: the best by a criterion, and their average.

    A model may have no estimate for a table, because a term runs off to infinity or because the
    table leaves the hidden number undetermined (`existence`). It then has no total, is never
    chosen, and has no weight in the average. The weights of the other models add up to one. Models
    with a term whose lists share no case have their extended estimate, as in `LogLinear`. Of models
    with equal criteria the one with fewer terms is chosen, and of these the first in the order of
    `enumeration.sets_of_terms`.

    Parameters
    ----------
    histories
        The table, of six lists at most.
    criterion
        "bic" or "aic". n of BIC is the number of observed cases, as in the package Rcapture.
    order
        How many lists a term may join, 2 or 3; without it 3 for up to five lists and 2 for six, as
        in `all_models`.

    Raises
    ------
    ValueError
        For an unknown criterion, or an order that is neither 2 nor 3.
    HistoryError
        For more than six lists, and for six with order 3.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> results = estimation.AllModels(histories, "bic").fit()
    >>> results
    <AllModelsResults: 25,311 by the best of 6,212 models, 22,285 averaged by BIC>
    >>> estimation.AllModels(histories, order=2).fit()
    <AllModelsResults: 22,991 by the best of 1,024 models, 18,020 averaged by BIC>

    The interval chooses and averages again for each resampled table. Take more of them for a
    report:

    >>> estimation.AllModels(histories, order=2).fit().conf_int(repeats=20, seed=1).round(-2)
                lower    upper
    total
    chosen    10400.0  28600.0
    averaged  10800.0  27800.0
    """

    def __init__(
        self, histories: CaptureHistories, criterion: str = "bic", order: int | None = None
    ) -> None:
        if criterion not in screening.CRITERIA:
            raise ValueError(
                f"there is no criterion {criterion!r}; use one of {', '.join(screening.CRITERIA)}"
            )
        self.histories = histories
        self.criterion = criterion
        self.order = enumeration.order_of_models(histories, order)
        sets = enumeration.sets_of_terms(histories, self.order)
        self._sets = sets[np.argsort(sets.sum(axis=1), kind="stable")]

    def fit(self, jobs: int | None = None) -> "AllModelsResults":
        """Fit all models to the table (`enumeration.all_models`).

        Parameters
        ----------
        jobs
            Tasks that may run at the same time; see `tasks.run`.
        """
        frame = enumeration.all_models(self.histories, self.order, jobs)
        return AllModelsResults(self, frame)

    def choose(self, counts: np.ndarray, jobs: int | None = None) -> pd.DataFrame:
        """Choose the best model for each of other tables of the same lists, and average all models.

        Parameters
        ----------
        counts
            Tables, shape (r, 2**k - 1), or one table.
        jobs
            Tasks that may run at the same time; see `tasks.run`.

        Returns
        -------
        DataFrame
            One row a table. Columns: ``total`` (persons, by the best model), ``terms`` (of that
            model, joined by "+"), ``pairs`` (those of two lists), ``weight`` (of that model),
            ``averaged`` (mean of the totals of all models, each with its weight). Where no
            model has an estimate, both totals are infinite, and the row names no model. With order
            3 the mean is over the models within `screening.NEAR` points of the best, which may
            change its fourth digit.

        Raises
        ------
        HistoryError
            For tables of another shape, or counts that are negative, fractional or missing.
        """
        tables = self.histories.check_tables(counts)
        lists = len(self.histories.lists)
        chosen = screening.choose(lists, self._sets, self.criterion, tables, jobs)
        there = chosen.model >= 0
        sets = self._sets[chosen.model]
        number = len(self.histories.pairs)
        terms, pairs = (
            np.array(enumeration.names_of_sets(self.histories, some), dtype=object)
            for some in (sets, sets[:, :number])
        )
        return pd.DataFrame(
            {
                "total": np.where(there, chosen.total, np.inf),
                "terms": np.where(there, terms, None),
                "pairs": np.where(there, pairs, None),
                "weight": chosen.weight,
                "averaged": np.where(there, chosen.averaged, np.inf),
            }
        )

    def totals(self, counts: np.ndarray) -> np.ndarray:
        """Estimate the totals of other tables by the best model of each, (r, 2**k - 1) to (r,).

        Totals include the observed cases; nan where no model has an estimate, as in `LogLinear`.

        Raises
        ------
        HistoryError
            As `choose`.
        """
        return self.choose(counts)["total"].replace(np.inf, np.nan).to_numpy()


class AllModelsResults:
    """All models of a table, fitted. Numbers are of persons.

    Attributes
    ----------
    model, histories
        The model, and the table to which it was fitted.
    models
        The frame of `enumeration.all_models`, the lowest criterion first, with the column
        ``weight``.
    terms
        Terms of the best model that join lists.
    pairs
        Those of them that join two lists.
    total
        Total by the best model, observed cases included.
    weight
        Weight of the best model.
    averaged
        Mean of the totals of all models, each with its weight.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> results = estimation.AllModels(histories).fit()
    >>> results.terms
    ['LA:NG', 'LA:PFNCA', 'NG:PFNCA', 'NG:GP', 'PFNCA:GO', 'LA:NG:PFNCA']
    >>> results.models[["total", "weight"]].head(2).round(2)
          total  weight
    0  25311.29    0.21
    1  28822.13    0.17
    >>> round(results.weight_above(20_000), 2)
    0.72
    >>> results.best.conf_int().round()  # takes the best model for true
    lower    19389.0
    upper    34111.0
    Name: total, dtype: float64
    """

    def __init__(self, model: AllModels, frame: pd.DataFrame) -> None:
        self.model = model
        self.histories = model.histories
        models = frame.assign(weight=frame[f"{model.criterion}_weight"]).sort_values(
            [model.criterion, "number"],
            key=lambda column: column.round(8),
            kind="stable",
            ignore_index=True,
        )
        self.models = models
        first = models.iloc[0]
        self.terms, self.pairs = (
            first[name].split("+") if first[name] else [] for name in ("terms", "pairs")
        )
        self.total = float(first["total"])
        self.weight = float(first["weight"])
        self.averaged = float((models["weight"] * models["total"]).sum())

    def __repr__(self) -> str:
        """Return both totals in a line."""
        return (
            f"<AllModelsResults: {self.total:,.0f} by the best of {len(self.models):,} models, "
            f"{self.averaged:,.0f} averaged by {self.model.criterion.upper()}>"
        )

    @cached_property
    def best(self) -> Results:
        """The best model as `LogLinear` fits it: its terms, and its intervals if it is given."""
        return LogLinear(self.histories, self.terms).fit()

    def weight_above(self, line: float) -> float:
        """Return the weight of all models whose total is above a line, in persons."""
        return float(self.models.loc[self.models["total"] > line, "weight"].sum())

    def bootstrap(
        self, *, repeats: int = 1000, seed: int = 1, jobs: int | None = None
    ) -> "AllModelsBootstrap":
        """Draw the observed cases with replacement, and choose and average again for each table.

        Parameters
        ----------
        repeats
            Tables to draw.
        seed
            Of numpy's generator. The same seed gives the same digits, however the tasks are run,
            and the same tables as the method "bca" of `Results.bootstrap`.
        jobs
            Tasks that may run at the same time; see `tasks.run`.

        Raises
        ------
        ValueError
            For fewer repeats than one.
        """
        tables = bootstrap.redrawn(self.histories, repeats, np.random.default_rng(seed))
        return AllModelsBootstrap(self.model.choose(tables, jobs))

    def conf_int(
        self,
        alpha: float = 0.05,
        *,
        method: str = "percentile",
        repeats: int = 1000,
        seed: int = 1,
        jobs: int | None = None,
    ) -> pd.DataFrame:
        """Return the limits of the total by the best model, and of the averaged total.

        They are quantiles of resampled tables, for each of which the model is chosen again among
        all models, and all models are weighed again. The limits reflect the chance by which these
        cases came on these lists, and what that chance does to the choice and to the weights.

        The number of observed cases is kept as it is. So the limits leave out the chance in how
        many people came on any list, and are too narrow where lists reach most people. With three
        independent lists that each reach 75 of 100 people, they held the truth in 7 of 10 imagined
        tables. Where each of three or four lists reaches a fifth of a thousand people and one
        pair depends, with odds ratios of 1 to 5, they held it in 0.94 to 0.98 (200 tables each).

        They do not cover terms of more lists than the models have, cases that came on a list
        together, differences between people in how easily lists see them, or people whom no list
        can reach.
        They also cover no doubt that the weights express: if two answers share the weight evenly in
        each table, all averages lie between them.

        Parameters
        ----------
        alpha
            One minus the level.
        method
            "percentile", or "bca": bias-corrected and accelerated, as MultipleSystemsEstimation
            has it. BCa moves the limits, sometimes to the very ends: then a limit is the lowest or
            the highest total that was drawn, and says only that. A warning tells it.
        repeats, seed, jobs
            As in `bootstrap`. Intervals of the best model alone are those of ``results.best``.

        Returns
        -------
        DataFrame
            With the rows "chosen" and "averaged", and the columns "lower" and "upper"; infinity if
            too many tables have no estimate.

        Raises
        ------
        ValueError
            For an unknown method, fewer repeats than one, an alpha that is not between 0 and 1, and
            where BCa cannot be computed (`Bootstrap.levels`).

        Warns
        -----
        UserWarning
            If BCa needs a level below 1/repeats or above 1 - 1/repeats.
        """
        intervals.check_alpha(alpha)
        if method not in ("percentile", "bca"):
            raise ValueError(f"there is no method {method!r}; use one of percentile, bca")
        drawn = self.bootstrap(repeats=repeats, seed=seed, jobs=jobs)
        if method == "percentile":
            return drawn.conf_int(alpha)
        tables, cases = bootstrap.without_a_case(self.histories.counts)
        jackknife = self.model.choose(tables, jobs)
        limits = {}
        for name, column, total in (
            ("chosen", "total", self.total),
            ("averaged", "averaged", self._averaged_as_drawn()),
        ):
            totals = drawn.replicates[column].to_numpy()
            corrected = bootstrap.Bootstrap(
                "bca",
                total,
                totals,
                bootstrap.correction(totals, total),
                bootstrap.skewness([(jackknife[column].to_numpy(), cases)]),
            )
            limits[name] = corrected.conf_int(alpha)
            levels = corrected.levels(alpha)
            if levels.min() < 1 / repeats or levels.max() > 1 - 1 / repeats:
                warnings.warn(
                    f"BCa takes the quantiles {levels[0]:.4f} and {levels[1]:.4f} of {repeats} "
                    f"totals ({name}), so a limit is the lowest or highest total that was drawn: "
                    "draw more tables, or say so.",
                    stacklevel=2,
                )
        frame = pd.DataFrame.from_dict(limits, orient="index", columns=["lower", "upper"])
        return frame.rename_axis("total")

    def _averaged_as_drawn(self) -> float:
        """Return the average of the table as it is computed for tables that are drawn."""
        return float(self.model.choose(self.histories.counts)["averaged"].iloc[0])

    def summary(self, drawn: "AllModelsBootstrap | None" = None, alpha: float = 0.05) -> Summary:
        """Return both totals and the best models, as text or HTML.

        Parameters
        ----------
        drawn
            What `bootstrap` gave. Without it the summary has no intervals, because they take
            seconds.
        alpha
            One minus the level of the intervals.
        """
        spans = ["", ""]
        if drawn is not None:
            limits = drawn.conf_int(alpha)
            spans = [f"{row.lower:,.0f} to {row.upper:,.0f}" for row in limits.itertuples()]
        criterion = self.model.criterion
        without = len(self.models) - int(self.models["exists"].sum())
        level = f"{100 * (1 - alpha):g}% bootstrap interval" if drawn is not None else ""
        above = [
            ["Observed cases", f"{self.histories.observed:,}", "Models", f"{len(self.models):,}"],
            ["Criterion", criterion.upper(), "Without estimate", f"{without:,}"],
            ["Total, best model", f"{self.total:,.1f}", level, spans[0]],
            ["Total, averaged", f"{self.averaged:,.1f}", level, spans[1]],
        ]
        best = self.models.head(SHOWN)
        below = [
            [f"{row.total:,.1f}", f"{getattr(row, criterion):.3f}", f"{row.weight:.4f}"]
            for row in best.itertuples()
        ]
        summary = Summary()
        title = f"All models of {len(self.histories.lists)} lists"
        summary.tables.append(SimpleTable(above, title=title))
        head = ["total", criterion.upper(), "weight"]
        names = [name.replace("+", ", ") or "independent lists" for name in best["terms"]]
        summary.tables.append(SimpleTable(below, headers=head, stubs=names))
        summary.add_extra_txt([NOT_COVERED])
        return summary


@dataclass(frozen=True, eq=False)
class AllModelsBootstrap:
    """The best model and the average for each of many resampled tables.

    Attributes
    ----------
    replicates
        One row a resampled table, with the columns of `AllModels.choose`.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> drawn = estimation.AllModels(histories, order=2).fit().bootstrap(repeats=20, seed=1)
    >>> drawn.replicates[["total", "averaged"]].round().head(2)
         total  averaged
    0  24923.0   23274.0
    1  12060.0   13209.0
    >>> drawn.conf_int().round(-2)
                lower    upper
    total
    chosen    10400.0  28600.0
    averaged  10800.0  27800.0
    >>> drawn.without_estimate
    0
    """

    replicates: pd.DataFrame

    @property
    def without_estimate(self) -> int:
        """Resampled tables for which no model has an estimate."""
        return int(np.isinf(self.replicates["total"]).sum())

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Return quantiles of both totals, as numpy takes them; see `AllModelsResults.conf_int`."""
        intervals.check_alpha(alpha)
        levels = np.array([alpha / 2, 1 - alpha / 2])
        limits = {
            name: bootstrap.quantiles(self.replicates[column].to_numpy(), levels, "linear")
            for name, column in (("chosen", "total"), ("averaged", "averaged"))
        }
        frame = pd.DataFrame.from_dict(limits, orient="index", columns=["lower", "upper"])
        return frame.rename_axis("total")
