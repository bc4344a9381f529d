"""Chances of being listed that depend on what is known of each person: age, sex, district, form.

    results = Covariates(frame, lists=["police", "clinic"], covariates=["age", "sex"]).fit()
    results.total, results.conf_int(), results.by("sex")

The chance of being on a list is a logistic function of the covariates, with its own coefficients
for each list. They are estimated from the persons who are on some list, given that they are
(conditional likelihood). Each listed person with the chance p of being on some list then stands for
1/p persons (Horvitz and Thompson). This is the form of Huggins and of Alho; their papers were not
read, and the formulas are derived here.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from decentwork.estimation import cases, intervals
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import CONSTANT, HistoryError

MOST_STEPS, LONGEST_STEP, CONVERGED_BELOW = 100, 3.0, 1e-9
"""On the scale of log-odds."""
RUN_OFF = 15.0
"""Log-odds of being on a list beyond this mean that the estimate runs off to infinity: a chance of
less than one in three million, or of all but so many."""


class Covariates:
    """Lists that are independent given covariates of the listed persons.

    People differ in how easily lists see them, and a total that ignores this is too low if the same
    people are hard to see for all lists. This model takes out the part of the difference that
    covariates explain, without strata that become too small.

    Limits:

    - Given the covariates, the lists must be independent. The model has no pairs; with strata,
      `Stratified` has.
    - What no covariate measures stays in, and mostly makes the total too low.
    - The covariates must be known, and the same, for each person on whichever list.
    - Values that no list holds, and people whom no list can reach, are in no total.
    - Persons with a small chance of being listed stand for many. ``results.chances`` shows them;
      where many are below 0.1, the total rests on the form of the model.

    Parameters
    ----------
    frame
        One row a person.
    lists
        The columns that are lists: 1 or 0, yes or no, True or False.
    covariates
        Other columns. Numbers enter as they are; of texts and categories the first value is the
        one that others are compared with.
    shared
        Covariates whose coefficients are the same for all lists. The others have one for each list.
    person
        The column that identifies a person. If it is given, no person may have two rows.

    Raises
    ------
    HistoryError
        For fewer than two lists, a missing column or cell, a person on no list or with two rows.

    Examples
    --------
    A thousand imagined people. The older they are, the less either list sees them:

    >>> import numpy as np, pandas as pd
    >>> from decentwork.estimation import CaptureHistories, Covariates, LogLinear
    >>> draws = np.random.default_rng(1)
    >>> age = draws.uniform(20, 60, 1000)
    >>> chance = 1 / (1 + np.exp((age - 30) / 10))
    >>> frame = pd.DataFrame({"age": age, **{name: draws.random(1000) < chance for name in "AB"}})
    >>> listed = frame[frame["A"] | frame["B"]]
    >>> results = Covariates(listed, lists=["A", "B"], covariates=["age"]).fit()
    >>> round(results.total), results.conf_int().round().tolist()
    (969, [782.0, 1282.0])
    >>> histories = CaptureHistories.from_cases(listed, lists=["A", "B"])
    >>> round(LogLinear(histories).fit().total)  # as if all ages were alike
    719
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        lists: Sequence[str],
        covariates: Sequence[str] = (),
        shared: Sequence[str] = (),
        person: str | None = None,
    ) -> None:
        if len(lists) < 2:
            raise HistoryError("name two lists or more with lists=[...].")
        if unknown := set(shared) - set(covariates):
            raise HistoryError(f"{', '.join(sorted(unknown))} is shared and is no covariate.")
        if missing := [name for name in covariates if name not in frame]:
            raise HistoryError(f"there is no column {', '.join(missing)}: name the covariates.")
        for name in covariates:
            if (empty := np.flatnonzero(frame[name].isna())).size:
                raise HistoryError(
                    f"column {name}, row {empty[0] + 1}: the covariate is missing. Write a value, "
                    "as 'not known' in a column of texts, or leave the covariate out."
                )
        cases.count(frame, lists, person, None)  # checks each row
        self.lists = tuple(map(str, lists))
        self.on = np.column_stack(
            [frame[name].astype(str).str.strip().str.lower().isin(cases.YES) for name in lists]
        )
        self.frame = frame.reset_index(drop=True)
        self.covariates, self.shared = tuple(covariates), tuple(shared)
        self.terms, self.names = self._terms()

    def _terms(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        """Return the value of each term for each person and list, shape (n, k, q), and names."""
        persons, number = self.on.shape
        columns, names = [], []

        def add(name: str, values: np.ndarray, alike: bool) -> None:
            if alike:
                columns.append(np.repeat(values[:, None], number, axis=1))
                names.append((name, ""))
                return
            for at, one in enumerate(self.lists):
                columns.append(np.zeros((persons, number)))
                columns[-1][:, at] = values
                names.append((name, one))

        add(CONSTANT, np.ones(persons), False)
        for name in self.covariates:
            column = self.frame[name]
            if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
                add(name, column.to_numpy(dtype=float), name in self.shared)
                continue
            for value in sorted(column.astype(str).unique())[1:]:
                flags = (column.astype(str) == value).to_numpy(dtype=float)
                add(f"{name}: {value}", flags, name in self.shared)
        return np.stack(columns, axis=2), names

    def fit(self) -> "CovariatesResults":
        """Estimate the coefficients by conditional likelihood, and the total.

        Raises
        ------
        NoEstimateError
            If the covariates do not tell the terms apart, or a chance runs off to 0 or 1, as where
            a value of a covariate has no person on two lists.
        """
        scale = np.abs(self.terms).max(axis=(0, 1))
        scale[scale == 0] = 1
        terms = self.terms / scale
        flat = terms.reshape(-1, terms.shape[2])
        if np.linalg.matrix_rank(flat) < terms.shape[2]:
            raise NoEstimateError(
                "the covariates do not tell their terms apart: one of them can be computed from "
                "others, or has one value. Take it out."
            )
        coefficients = np.zeros(terms.shape[2])
        for _ in range(MOST_STEPS):
            state = _state(terms, self.on, coefficients)
            change = np.linalg.lstsq(state.information, state.score, rcond=None)[0]
            longest = float(np.abs(terms @ change).max())
            coefficients = coefficients + change * min(1, LONGEST_STEP / max(longest, LONGEST_STEP))
            if longest < CONVERGED_BELOW:
                break
        state = _state(terms, self.on, coefficients)
        if longest >= CONVERGED_BELOW or np.abs(terms @ coefficients).max() > RUN_OFF:
            raise NoEstimateError(
                "a chance of being on a list runs off to 0 or 1: persons with some values of the "
                "covariates share no list, or are all on one. Join values, share a covariate among "
                "lists (shared=...), or take one out."
            )
        return CovariatesResults(self, terms, scale, coefficients, state)


class _State(NamedTuple):
    """Chances (n, k), of some list (n,), log-likelihood, score (q,) and information (q, q)."""

    chances: np.ndarray
    some: np.ndarray
    log_likelihood: float
    score: np.ndarray
    information: np.ndarray


def _state(terms: np.ndarray, on: np.ndarray, coefficients: np.ndarray) -> _State:
    """Return the conditional likelihood and its derivatives.

    Given that a person is on some list, with the chance s, the mean of the flag of list j is p_j/s,
    and the covariance of two flags is p_j p_l / s - p_j p_l / s**2.
    """
    odds = terms @ coefficients
    chances = special.expit(odds)
    none = np.exp(-np.logaddexp(0, odds).sum(axis=1))
    some = -np.expm1(-np.logaddexp(0, odds).sum(axis=1))
    likelihood = (on * odds - np.logaddexp(0, odds)).sum() - np.log(some).sum()
    mean = chances / some[:, None]
    score = np.einsum("nk,nkq->q", on - mean, terms)
    along = np.einsum("nk,nkq->nq", chances, terms)
    own = np.einsum("nk,nkq,nkr->qr", mean * (1 - chances), terms, terms, optimize=True)
    both = (along * (none / some**2)[:, None]).T @ along
    return _State(chances, some, float(likelihood), score, own - both)


class CovariatesResults:
    """The fitted model. Numbers are of persons.

    Attributes
    ----------
    model
        The `Covariates`.
    params, bse
        Coefficients (log-odds) and standard errors, indexed by term and list; the list is empty
        where all share the coefficient.
    chances
        The chance of each person, in the order of the rows, to be on some list.
    observed, hidden, total
        Persons listed, estimated to be on no list, and all.
    bse_total
        Standard error of the total: the sum of (1 - p) / p**2 over persons, and what the error of
        the coefficients adds.
    llf, aic
        Of the conditional likelihood.
    """

    def __init__(
        self,
        model: Covariates,
        terms: np.ndarray,
        scale: np.ndarray,
        coefficients: np.ndarray,
        state: _State,
    ) -> None:
        self.model = model
        index = pd.MultiIndex.from_tuples(model.names, names=["term", "list"])
        self._covariance = np.linalg.inv(state.information)
        self.params = pd.Series(coefficients / scale, index=index, name="estimate")
        errors = np.sqrt(np.diag(self._covariance)) / scale
        self.bse = pd.Series(errors, index=index, name="standard error")
        self.chances = pd.Series(state.some, name="chance")
        self.observed = len(state.some)
        # d(1/s) = -(1 - s) / s**2 times the sum over lists of p_j and the change of its log-odds.
        along = np.einsum("nk,nkq->nq", state.chances, terms)
        self._slopes = -((1 - state.some) / state.some**2)[:, None] * along
        self.total = float((1 / state.some).sum())
        self.hidden = self.total - self.observed
        self.bse_total = self._error(np.ones(self.observed, dtype=bool))
        self.llf = state.log_likelihood
        self.aic = 2 * len(index) - 2 * self.llf

    def _error(self, some: np.ndarray) -> float:
        chance = self.chances.to_numpy()[some]
        slope = self._slopes[some].sum(axis=0)
        return float(np.sqrt(((1 - chance) / chance**2).sum() + slope @ self._covariance @ slope))

    def __repr__(self) -> str:
        """Return the total in one line."""
        return (
            f"<CovariatesResults of {len(self.model.lists)} lists: total {self.total:,.0f}, of "
            f"whom {self.observed:,} on lists>"
        )

    def conf_int(self, alpha: float = 0.05) -> pd.Series:
        """Return the limits of the total, for a normal logarithm of the hidden number.

        The interval takes the model as given: independent lists, these covariates, this form.
        """
        intervals.check_alpha(alpha)
        limits = _limits(self.observed, self.total, self.bse_total, alpha)
        return pd.Series(limits, index=["lower", "upper"], name="total")

    def by(self, column: str, alpha: float = 0.05) -> pd.DataFrame:
        """Return totals by the values of a column, which need not be a covariate.

        Parameters
        ----------
        column
            Of the frame.
        alpha
            One minus the level of the limits.

        Returns
        -------
        DataFrame
            One row a value. Columns: the value, ``observed``, ``hidden``, ``total``, ``lower``,
            ``upper``. Totals add up to that of all.

        Raises
        ------
        HistoryError
            If there is no such column.
        """
        intervals.check_alpha(alpha)
        if column not in self.model.frame:
            raise HistoryError(f"there is no column {column}: name one of the frame.")
        rows = []
        values = self.model.frame[column]
        for value in sorted(values.unique()):
            some = (values == value).to_numpy()
            total = float((1 / self.chances[some]).sum())
            limits = _limits(int(some.sum()), total, self._error(some), alpha)
            rows.append((value, int(some.sum()), total - some.sum(), total, *limits))
        return pd.DataFrame(rows, columns=[column, "observed", "hidden", "total", "lower", "upper"])


def _limits(observed: int, total: float, error: float, alpha: float) -> tuple[float, float]:
    hidden = total - observed
    reach = np.exp(stats.norm.ppf(1 - alpha / 2) * error / hidden)
    return observed + hidden / reach, observed + hidden * reach
