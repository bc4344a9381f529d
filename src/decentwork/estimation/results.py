"""The results of a fitted model: the total, its intervals, its terms and its summary."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from decentwork.estimation import bootstrap, design, existence, hierarchy, intervals, poisson
from decentwork.estimation.fitting import FittedModels
from decentwork.estimation.histories import CONSTANT, CaptureHistories, HistoryError

CHOSEN_AS_GIVEN = (
    "The interval takes the chosen pairs as given. conf_int(method='bca') chooses them anew."
)


class Results:
    """A fitted model. Names are those of statsmodels; numbers are of persons.

    Attributes
    ----------
    model, histories
        The model, and the table to which it was fitted.
    pairs, triples
        Pairs in the model, and groups of three lists with a term of their own.
    steps
        The pairs that a stepwise model added, in order, with the columns of `Stepwise.path`; None
        for a model with given pairs.
    glm
        Results of statsmodels for the cells and terms that were fitted.
    params, bse, pvalues
        Estimates, standard errors and Wald p-values by term. A term whose lists share no case has
        the estimate minus infinity and no standard error.
    hidden, total
        Estimated number of persons on no list, and estimated number of all.
    bse_total
        Standard error of the total, as in the package Rcapture: the square root of h + h**2 v for
        h persons hidden, and v the variance of the constant.
    llf, deviance, df_resid, aic, bic
        As in statsmodels and Rcapture. n of BIC is the number of observed cases, and a pair at
        minus infinity counts as a parameter for both criteria. ``df_resid`` counts the cells and
        terms that were fitted.
    df_resid_all_cells
        As SparseMSE and Rcapture count degrees of freedom: all histories less all terms, also those
        of a pair at minus infinity, whose cells are not fitted. A p-value from it is too high.
    nobs
        Histories that were fitted, which are the observations of the Poisson model; the number of
        cases is ``histories.observed``.
    converged
        Whether statsmodels' fit converged.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> results = estimation.Stepwise(histories).fit()
    >>> round(results.total), round(results.hidden), histories.observed
    (11313, 8569, 2744)
    >>> results.pairs
    ['LA:NG', 'LA:PFNCA', 'NG:GO', 'NG:GP', 'PFNCA:GP', 'GO:GP']
    >>> results.conf_int().round()
    lower     9889.0
    upper    13063.0
    Name: total, dtype: float64

    The pairs are chosen again in each resampled table. Take more of them for a report:

    >>> results.conf_int(method="bca", repeats=200, seed=1).round(-2)
    lower     9500.0
    upper    17600.0
    Name: total, dtype: float64
    """

    def __init__(
        self,
        model: bootstrap.Model,
        histories: CaptureHistories,
        fitted: FittedModels,
        steps: pd.DataFrame | None = None,
    ) -> None:
        """Fit with statsmodels, starting from a fit of the same model.

        Raises NoEstimateError if there is no such fit, or if statsmodels arrives elsewhere.
        """
        self.model = model
        self.histories = histories
        self.steps = steps
        pairs = fitted.pairs[0]
        joint = hierarchy.names(histories, fitted.order)
        joined = [name for name, on in zip(joint, pairs, strict=True) if on]
        self.pairs = [name for name in joined if name.count(":") == 1]
        self.triples = [name for name in joined if name.count(":") == 2]
        if not fitted.exists[0]:
            raise existence.missing_estimate(histories, pairs)
        k = len(histories.lists)
        specified = design.specify(k, histories.counts, pairs)
        terms, cells = specified.terms[0], specified.cells[0]
        names = np.array([CONSTANT, *histories.lists, *joint])
        cell_names = np.array(histories.names)[cells]
        frame = pd.DataFrame(
            design.all_terms(k, fitted.order)[np.ix_(cells, terms)],
            index=cell_names,
            columns=names[terms],
        )
        counts = pd.Series(histories.counts[cells], index=cell_names, name="cases")
        start = fitted.coefficients[0, terms]
        try:
            self.glm = poisson.fit(counts, frame, start)
            arrived = np.isclose(self.glm.params[CONSTANT], start[0])
        except ValueError:  # from statsmodels, for expected counts that are not numbers
            arrived = False
        if not arrived:
            raise existence.missing_estimate(histories, pairs)
        listed = pd.Index(names[np.concatenate([np.ones(1 + k, bool), pairs])], name="term")
        self.params = self.glm.params.reindex(listed).fillna(-np.inf).rename("estimate")
        self.bse = self.glm.bse.reindex(listed).rename("standard error")
        self.pvalues = self.glm.pvalues.reindex(listed).rename("p-value")
        self.parameters = len(listed)
        self.hidden = float(np.exp(self.params[CONSTANT]))
        self.total = histories.observed + self.hidden
        self.bse_total = float(np.sqrt(self.hidden + (self.hidden * self.bse[CONSTANT]) ** 2))
        self.llf = float(self.glm.llf)
        self.deviance = float(self.glm.deviance)
        self.df_resid = int(self.glm.df_resid)
        self.nobs = int(self.glm.nobs)
        self.converged = bool(self.glm.converged)
        self.df_resid_all_cells = len(histories.counts) - self.parameters
        self.aic = 2 * self.parameters - 2 * self.llf
        self.bic = float(np.log(histories.observed)) * self.parameters - 2 * self.llf

    def __repr__(self) -> str:
        """Return the total and the model in one line."""
        lists = len(self.histories.lists)
        pairs = f"the pairs {', '.join(self.pairs)}" if self.pairs else "no pair"
        return (
            f"<Results of {type(self.model).__name__}, {lists} lists with {pairs}: "
            f"total {self.total:,.0f}, of whom {self.histories.observed:,} on lists>"
        )

    @cached_property
    def fittedvalues(self) -> pd.Series:
        """Expected cases by history; 0 where two lists share no case and the model has the pair."""
        return self.glm.fittedvalues.reindex(self.histories.names, fill_value=0.0)

    @cached_property
    def resid_response(self) -> pd.Series:
        """Observed less expected cases by history; nan where a history was not fitted."""
        return self._of_all_histories(self.glm.resid_response)

    @cached_property
    def resid_pearson(self) -> pd.Series:
        """Residuals divided by the root of the expected cases; nan where none was fitted."""
        return self._of_all_histories(self.glm.resid_pearson)

    @cached_property
    def resid_deviance(self) -> pd.Series:
        """Signed roots of the parts of the deviance; nan where a history was not fitted."""
        return self._of_all_histories(self.glm.resid_deviance)

    def _of_all_histories(self, fitted: pd.Series) -> pd.Series:
        return fitted.reindex(self.histories.names)

    def predict(self, histories: str | Sequence[str] | None = None) -> pd.Series:
        """Return the expected cases of some histories.

        Parameters
        ----------
        histories
            One history or several, as "A+B", the lists in any order; "" means those on no
            list. Without them, all histories but that of no list.

        Raises
        ------
        HistoryError
            For a history of other lists, and one with an empty or a repeated list.
        """
        if histories is None:
            return self.fittedvalues.rename("expected")
        known = {frozenset(name.split("+")): name for name in self.histories.names}
        expected = {}
        # A text is a sequence of letters: read one by one, "+" would be the history of no list.
        for history in [histories] if isinstance(histories, str) else histories:
            parts = [part.strip() for part in history.split("+")] if history.strip() else []
            lists = frozenset(parts)
            if "" in lists or len(lists) < len(parts):
                raise HistoryError(
                    f"{history!r} has an empty or a repeated list: write each list once, as in "
                    f"{'+'.join(self.histories.lists[:2])!r}."
                )
            if lists and lists not in known:
                raise HistoryError(
                    f"{history!r} is not a history of the lists {', '.join(self.histories.lists)}. "
                    f"Join their names by a plus, as in {'+'.join(self.histories.lists[:2])!r}."
                )
            expected[history] = self.fittedvalues[known[lists]] if lists else self.hidden
        return pd.Series(expected, name="expected", dtype=float)

    @cached_property
    def total_multinomial(self) -> float:
        """The total with the largest multinomial likelihood, as Rcapture gives it."""
        return intervals.multinomial_maximum(self)

    def cov_params(self) -> pd.DataFrame:
        """Return the covariances of the terms that were fitted."""
        return self.glm.cov_params()

    def conf_int(
        self, alpha: float = 0.05, *, method: str = "multinomial", **options: object
    ) -> pd.Series:
        """Return the lower and the upper limit of the total.

        The first three methods take the model as given. The last two choose the pairs of a stepwise
        model again for each resampled table.

        The danger is a dependence that is too weak for a rule to find and strong enough to mislead.
        A thousand people, three lists with a fifth of them each, and a pair with the odds ratios 1,
        1.5, 2, 3 and 5: 95 per cent limits after the rule "overlap" held the truth, of 200 tables
        each, in 0.94, 0.72, 0.66, 0.86 and 0.92 ("profile"), 0.96, 0.74, 0.70, 0.86 and 0.92
        ("multinomial"), 0.96, 0.80, 0.75, 0.86 and 0.92 ("parametric"), and 0.95, 0.86, 0.90, 0.91
        and 0.92 ("bca"). `AllModels` held it in 0.94 to 0.98. Where lists reach most people,
        "profile" and "wald" are too narrow: of 100 people, three independent lists with three
        quarters each, "profile" held 0.54 and "multinomial" 0.97.

        Parameters
        ----------
        alpha
            One minus the level.
        method
            "wald": normal for the logarithm of the hidden number, as in SparseMSE.
            "profile": profile likelihood of the Poisson model, as in R's ``confint``.
            "multinomial": profile likelihood of the multinomial model, as in Rcapture. It holds the
            chance in how many people came on any list.
            "parametric": quantiles of tables that are drawn from the fitted model.
            "bca": bias-corrected and accelerated bootstrap of the cases, as in SparseMSE.
        options
            For the last two methods, ``repeats``, ``seed`` and ``jobs`` of `bootstrap`.

        Returns
        -------
        Series
            With the index "lower" and "upper".

        Raises
        ------
        ValueError
            For an unknown method, an option that the method does not take, or an alpha that is not
            between 0 and 1.
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

    def params_conf_int(self, alpha: float = 0.05, *, method: str = "wald") -> pd.DataFrame:
        """Return the lower and the upper limit of each term, the model taken as given.

        Parameters
        ----------
        alpha
            One minus the level.
        method
            "wald": normal, as ``conf_int`` of statsmodels. "profile": as ``confint`` of R.

        Returns
        -------
        DataFrame
            One row a term, with the columns "lower" and "upper". Limits are missing for a pair at
            minus infinity.

        Raises
        ------
        ValueError
            For an unknown method, or an alpha that is not between 0 and 1.
        """
        intervals.check_alpha(alpha)
        if method not in intervals.PARAMS_METHODS:
            known = ", ".join(intervals.PARAMS_METHODS)
            raise ValueError(f"terms have no limits by {method!r}; use one of {known}")
        return intervals.PARAMS_METHODS[method](self, alpha).reindex(self.params.index)

    def tidy(self, alpha: float = 0.05, *, method: str = "profile") -> pd.DataFrame:
        """Return terms and total in one table, one row each.

        Parameters
        ----------
        alpha
            One minus the level of the limits.
        method
            "wald" or "profile", for terms and total.

        Returns
        -------
        DataFrame
            Columns: ``term`` (the last is "total"), ``estimate`` (of a term: a logarithm; of the
            total: persons), ``std_error``, ``statistic`` and ``p_value`` (Wald; missing for the
            total), ``conf_low``, ``conf_high``.
        """
        limits = self.params_conf_int(alpha, method=method)
        terms = pd.DataFrame(
            {
                "term": self.params.index,
                "estimate": self.params.to_numpy(),
                "std_error": self.bse.to_numpy(),
                "statistic": (self.params / self.bse).to_numpy(),
                "p_value": self.pvalues.to_numpy(),
                "conf_low": limits["lower"].to_numpy(),
                "conf_high": limits["upper"].to_numpy(),
            }
        )
        lower, upper = self.conf_int(alpha, method=method)
        total = ["total", self.total, self.bse_total, np.nan, np.nan, lower, upper]
        terms.loc[len(terms)] = total
        return terms

    def bootstrap(
        self, kind: str = "bca", *, repeats: int = 1000, seed: int = 1, jobs: int | None = None
    ) -> bootstrap.Bootstrap:
        """Estimate the totals of resampled tables; `bootstrap.resample` explains the parameters."""
        return bootstrap.resample(self, kind, repeats=repeats, seed=seed, jobs=jobs)

    def summary(self, alpha: float = 0.05) -> Summary:
        """Return the estimate, its multinomial limits, and the terms, as text or HTML."""
        lower, upper = self.conf_int(alpha)
        above = [
            ["Observed cases", f"{self.histories.observed:,}", "Deviance", f"{self.deviance:.3f}"],
            ["Estimated hidden", f"{self.hidden:,.1f}", "Degrees of freedom", f"{self.df_resid}"],
            ["Estimated total", f"{self.total:,.1f}", "AIC", f"{self.aic:.3f}"],
            ["Standard error", f"{self.bse_total:,.1f}", "BIC", f"{self.bic:.3f}"],
            [
                f"{100 * (1 - alpha):g}% interval (multinomial)",
                f"{lower:,.0f} to {upper:,.0f}",
                "",
                "",
            ],
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
        notes = [CHOSEN_AS_GIVEN] if self.steps is not None else []
        if completed := getattr(self.model, "completed", []):
            notes.append(
                f"Terms of three lists bring pairs that were not named: {', '.join(completed)}."
            )
        if notes:
            summary.add_extra_txt(notes)
        return summary
