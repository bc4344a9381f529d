"""Lists that did not run in some strata or years: one model for all, with the possible cells only.

A list that began in 2016 says nothing of the people of 2015. To write 0 for its cells of 2015 would
say that it looked and found nobody. Here each stratum has the histories that its own lists could
make, and no others: a cell of a stratum without list C holds the people whom C would have found and
those whom it would not, so its expected cases are the sum of both. Strata are joined by terms that
they share: where a list and its ties are the same in all years, a year with two lists, or with one,
is estimated from the others. (The model is a Poisson model of sums, derived here.)
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from scipy import special, stats

from decentwork.estimation import intervals, newton
from decentwork.estimation.bootstrap import check_repeats
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import HistoryError, patterns

MOST_STEPS, LONGEST_STEP, CONVERGED_BELOW = 400, 2.0, 1e-9
"""On the scale of logarithms of expected cases, as in `newton`."""
EMPTY_BELOW = 1e-7
"""Without an estimate some expected cases fall towards zero; below this they are taken as zero."""


class Design(NamedTuple):
    """What is summed: g finest cells (a history of all lists in a stratum), c observed cells.

    Attributes
    ----------
    terms
        Value of each term in each finest cell, shape (g, p).
    sums
        Which finest cells an observed cell adds up, shape (c, g).
    hidden
        Which finest cells are the people on no list that ran, by stratum, shape (s, g).
    """

    terms: np.ndarray
    sums: np.ndarray
    hidden: np.ndarray


class PartialLists:
    """Cases by stratum and capture history, where lists did not all run in all strata.

    Parameters
    ----------
    ran
        The lists that ran in each stratum, by its name. No person may be in two strata.
    counts
        Cases of each stratum, by its name: of m lists that ran, 2**m - 1 counts in the order of
        `CaptureHistories`.

    Raises
    ------
    HistoryError
        For strata without lists or counts, counts of another number, and counts that are negative,
        fractional or missing; and if lists share no case in any stratum.

    Examples
    --------
    The third list began in the second year. In the first year only two lists say how many people
    are hidden, and their tie is known from the second:

    >>> from decentwork.estimation import PartialLists
    >>> ran = {"2015": ["A", "B"], "2016": ["A", "B", "C"]}
    >>> counts = {"2015": [70, 60, 30], "2016": [60, 50, 28, 40, 10, 9, 6]}
    >>> results = PartialLists(ran, counts).fit(["A:B"])
    >>> results.to_frame().round()
      stratum  lists  observed  hidden  total
    0    2015    A+B       160   256.0  416.0
    1    2016  A+B+C       203   221.0  424.0
    >>> results.conf_int().round().tolist()
    [649.0, 1159.0]
    """

    def __init__(
        self, ran: Mapping[str, Sequence[str]], counts: Mapping[str, Sequence[float]]
    ) -> None:
        self.ran = {str(stratum): tuple(map(str, lists)) for stratum, lists in ran.items()}
        self.counts = {str(name): np.array(each, dtype=float) for name, each in counts.items()}
        self.lists = tuple(dict.fromkeys(name for lists in self.ran.values() for name in lists))
        if not self.ran or set(self.ran) != set(self.counts):
            raise HistoryError(
                f"lists ran in the strata {', '.join(self.ran) or 'none'}, and there are counts of "
                f"{', '.join(self.counts) or 'none'}: give both for each stratum."
            )
        for stratum, lists in self.ran.items():
            given = self.counts[stratum]
            if len(set(lists)) < len(lists) or not lists:
                raise HistoryError(f"the stratum {stratum}: name each list that ran, once.")
            if given.shape != (2 ** len(lists) - 1,):
                raise HistoryError(
                    f"the stratum {stratum}: {len(lists)} lists ran, which make "
                    f"{2 ** len(lists) - 1} histories, and there are {given.size} counts: give one "
                    "for each, zeros included."
                )
            if not ((given >= 0) & (given == np.round(given)) & np.isfinite(given)).all():
                raise HistoryError(
                    f"the stratum {stratum}: a count is no number of cases: write 0, 1, 2, ..."
                )
        if not any(self.counts[name][self._flags(name).sum(axis=1) > 1].any() for name in self.ran):
            raise HistoryError(
                "no case is on two lists in any stratum. The estimate rests on cases that lists "
                "share: without any, the total may be any number."
            )

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        ran: Mapping[str, Sequence[str]],
        *,
        by: str,
        history: str = "history",
        cases: str = "cases",
    ) -> Self:
        """Make the table from a frame with one row for each stratum and history.

        Parameters
        ----------
        frame
            The column ``history`` names lists joined by "+". A history without a row has no case.
        ran
            The lists that ran in each stratum, by its name as text.
        by
            The column of strata.

        Raises
        ------
        HistoryError
            For a missing column, a stratum that ``ran`` does not name, a case on a list that did
            not run, a history that appears twice in a stratum, and as the class.
        """
        if missing := [name for name in (by, history, cases) if name not in frame]:
            raise HistoryError(f"there is no column {', '.join(missing)}: name it as an option.")
        counts = {str(name): np.zeros(2 ** len(lists) - 1) for name, lists in ran.items()}
        seen = set()
        for stratum, text, number in frame[[by, history, cases]].itertuples(index=False):
            if str(stratum) not in counts:
                raise HistoryError(f"ran does not say which lists ran in the stratum {stratum}.")
            lists = [str(name) for name in ran[stratum if stratum in ran else str(stratum)]]
            named = {name.strip() for name in str(text).split("+")}
            if named - set(lists):
                raise HistoryError(
                    f"the stratum {stratum} has a case on {', '.join(sorted(named - set(lists)))}, "
                    "which did not run there: correct the history, or ran."
                )
            place = sum(1 << lists.index(name) for name in named) - 1
            if (str(stratum), place) in seen:
                raise HistoryError(f"the history {text} appears twice in {stratum}: add them up.")
            seen.add((str(stratum), place))
            counts[str(stratum)][place] = number
        return cls(ran, counts)

    @property
    def observed(self) -> int:
        """Cases on one list or more, of all strata."""
        return int(sum(each.sum() for each in self.counts.values()))

    def fit(self, terms: Sequence[str] = (), varying: Sequence[str] = ()) -> "PartialResults":
        """Estimate the total of each stratum from one Poisson log-linear model.

        Each stratum has a constant of its own, the logarithm of its hidden number. A term that is
        shared says that the odds of a list, or the tie of lists, are the same in all strata where
        they ran. A pair or group of lists that shares no case anywhere has the estimate minus
        infinity, as in `LogLinear`.

        Parameters
        ----------
        terms
            Pairs as "A:B" and groups of three, as in `LogLinear`; a group brings its pairs.
        varying
            Lists, or terms from ``terms``, that have a value of their own in each stratum. With
            all lists and terms here each stratum stands alone.

        Raises
        ------
        HistoryError
            For a term that does not join lists of the table, or a varying one that is neither a
            list nor a term.
        NoEstimateError
            If the strata do not tell the terms apart, or leave a hidden number open.
        """
        groups = self._groups(terms)
        vary = {frozenset(name.split(":")) for name in varying}
        if unknown := vary - set(map(frozenset, groups)):
            names = ", ".join(":".join(sorted(each)) for each in unknown)
            raise HistoryError(f"{names} is neither a list nor a term: name it among the terms.")
        for group in groups:
            if not any(set(group) <= set(lists) for lists in self.ran.values()):
                raise HistoryError(
                    f"{' and '.join(group)} ran together in no stratum, so nothing is known of "
                    "their tie: take the term out."
                )
        self._check_ties(groups, vary)
        histories = np.vstack([np.zeros(len(self.lists), bool), patterns(len(self.lists))])
        strata = list(self.ran)
        on = np.tile(histories, (len(strata), 1))
        stratum = np.repeat(np.arange(len(strata)), len(histories))
        columns = list((stratum[:, None] == np.arange(len(strata))).T)
        names = [("const", each) for each in strata]
        for group in groups:
            with_all = on[:, [self.lists.index(name) for name in group]].all(axis=1)
            if frozenset(group) not in vary:
                columns.append(with_all)
                names.append((":".join(group), ""))
                continue
            for at, each in enumerate(strata):
                if set(group) <= set(self.ran[each]):
                    columns.append(with_all & (stratum == at))
                    names.append((":".join(group), each))
        sums, hidden = [], []
        for at, each in enumerate(strata):
            places = [self.lists.index(name) for name in self.ran[each]]
            number = on[:, places] @ (1 << np.arange(len(places)))
            here = stratum == at
            hidden.append(here & (number == 0))
            sums += [here & (number == cell) for cell in range(1, 2 ** len(places))]
        design = Design(np.column_stack(columns).astype(float), np.array(sums), np.array(hidden))
        return PartialResults(self, design, names)

    def _check_ties(self, groups: list[tuple[str, ...]], vary: set[frozenset[str]]) -> None:
        """Refuse a list that was away while its ties are shared and its size is not."""
        for name in self.lists:
            ties = [group for group in groups if name in group and len(group) > 1]
            alike = {frozenset(each) in vary for each in [(name,), *ties]}
            if len(alike) > 1 and any(name not in lists for lists in self.ran.values()):
                raise HistoryError(
                    f"{name} did not run everywhere. What its ties did to others there is known "
                    "only if strata share the list and all its ties: let all of them vary, or none."
                )

    def _flags(self, stratum: str) -> np.ndarray:
        return patterns(len(self.ran[stratum]))

    def _groups(self, terms: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the lists, and the terms with the pairs that they bring, each as its lists."""
        found = [(name,) for name in self.lists]
        for term in terms:
            joined = term.split(":")
            if not 2 <= len(joined) == len(set(joined)) <= 3 or not set(joined) <= set(self.lists):
                raise HistoryError(
                    f"{term!r} does not join two or three lists: join lists of "
                    f"{', '.join(self.lists)} by a colon."
                )
            inside = [*combinations(joined, 2)] if len(joined) == 3 else []
            found += [tuple(sorted(g, key=self.lists.index)) for g in [*inside, tuple(joined)]]
        return list(dict.fromkeys(found))


class PartialResults:
    """One model of all strata, fitted. Numbers are of persons.

    Attributes
    ----------
    table
        The `PartialLists`.
    params, bse
        Estimates and standard errors, indexed by term and stratum (empty where strata share it).
    hidden
        Estimated number on no list that ran, by stratum.
    observed, total
        Cases on lists, and all, of all strata.
    bse_total
        Standard error of the total, by the delta method, with the chance in how many are hidden.
    llf, deviance, df_resid, aic, bic
        As in `Results`. A deviance far above ``df_resid`` says that strata differ in what they are
        made to share.
    """

    def __init__(self, table: PartialLists, design: Design, labels: list[tuple[str, str]]) -> None:
        self.table = table
        counts = np.concatenate([table.counts[stratum] for stratum in table.ran])
        joint = np.array([":" in term for term, _ in labels])
        certain = design.sums.astype(float) @ design.terms == design.sums.sum(axis=1)[:, None]
        gone = joint & (counts @ certain == 0)
        left = ~design.terms[:, gone].any(axis=1)
        cells = design.sums[:, left].any(axis=1)
        self._counts = counts[cells]
        self._design = Design(
            design.terms[np.ix_(left, ~gone)],
            design.sums[np.ix_(cells, left)].astype(float),
            design.hidden[:, left].astype(float),
        )
        fit = fit_sums(self._design, self._counts[None])
        scale = np.sqrt(np.diag(fit.information[0]))
        if np.linalg.matrix_rank(fit.information[0] / np.outer(scale, scale)) < len(scale):
            raise NoEstimateError(
                "the strata do not tell the terms apart: a stratum in which one list ran needs "
                "lists and terms that it shares with others. Let fewer terms vary, or take one out."
            )
        if not fit.exists[0]:
            raise NoEstimateError(
                "the hidden number could be any, because too many cells of the terms have no case: "
                "take a term out, let fewer vary, or join strata."
            )
        covariance = np.linalg.inv(fit.information[0])
        estimates, errors = np.full((2, len(gone)), np.nan)
        estimates[gone] = -np.inf
        estimates[~gone], errors[~gone] = fit.coefficients[0], np.sqrt(np.diag(covariance))
        index = pd.MultiIndex.from_tuples(labels, names=["term", "stratum"])
        self.params = pd.Series(estimates, index=index, name="estimate")
        self.bse = pd.Series(errors, index=index, name="standard error")
        self.hidden = pd.Series(fit.hidden[0], index=list(table.ran), name="hidden")
        self.observed = table.observed
        hidden = self.hidden.sum()
        self.total = float(self.observed + hidden)
        finest = np.exp(self._design.terms @ fit.coefficients[0]) * self._design.hidden.sum(axis=0)
        slope = finest @ self._design.terms / hidden
        self._log_error = float(np.sqrt(slope @ covariance @ slope))
        self.bse_total = float(np.sqrt(hidden + (hidden * self._log_error) ** 2))
        self._mean = fit.fitted[0]
        self.llf = float(newton.log_likelihood(self._counts, self._mean))
        self.deviance = float(2 * special.kl_div(self._counts, self._mean).sum())
        self.df_resid = len(self._counts) - int((~gone).sum())
        self.aic = 2 * len(index) - 2 * self.llf
        self.bic = float(np.log(self.observed)) * len(index) - 2 * self.llf

    def __repr__(self) -> str:
        """Return the total in one line."""
        return (
            f"<PartialResults of {len(self.hidden)} strata: total {self.total:,.0f}, of whom "
            f"{self.observed:,} on lists>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a stratum: ``stratum``, ``lists``, ``observed``, ``hidden``, ``total``."""
        table = self.table
        frame = pd.DataFrame(
            {
                "stratum": list(table.ran),
                "lists": ["+".join(lists) for lists in table.ran.values()],
                "observed": [int(table.counts[stratum].sum()) for stratum in table.ran],
                "hidden": self.hidden.to_numpy(),
            }
        )
        return frame.assign(total=frame["observed"] + frame["hidden"])

    def conf_int(
        self, alpha: float = 0.05, *, method: str = "wald", repeats: int = 1000, seed: int = 1
    ) -> pd.Series:
        """Return the limits of the total of all strata, the model taken as given.

        Parameters
        ----------
        alpha
            One minus the level.
        method
            "wald": normal for the logarithm of the hidden number of all strata. "parametric":
            quantiles of tables drawn from the model and fitted again.
        repeats, seed
            Of "parametric".

        Raises
        ------
        ValueError
            For an unknown method, fewer repeats than one, or an alpha that is not between 0 and 1.
        """
        intervals.check_alpha(alpha)
        hidden = self.hidden.sum()
        if method == "wald":
            reach = np.exp(stats.norm.ppf(1 - alpha / 2) * self._log_error)
            limits = [self.observed + hidden / reach, self.observed + hidden * reach]
        elif method == "parametric":
            check_repeats(repeats)
            shares = np.append(self._mean, hidden) / (self._mean.sum() + hidden)
            draws = np.random.default_rng(seed)
            drawn = draws.multinomial(round(self.total), shares, size=repeats)[:, :-1]
            fit = fit_sums(self._design, drawn.astype(float))
            totals = np.where(fit.exists, drawn.sum(axis=1) + fit.hidden.sum(axis=1), np.inf)
            limits = np.quantile(np.minimum(totals, 1e300), [alpha / 2, 1 - alpha / 2])
        else:
            raise ValueError(f"there is no method {method!r}; use wald or parametric")
        return pd.Series(limits, index=["lower", "upper"], name="total")


class SumFits(NamedTuple):
    """Fits to r tables: (r, p), (r, c), (r, s), (r, p, p) and (r,)."""

    coefficients: np.ndarray
    fitted: np.ndarray
    hidden: np.ndarray
    information: np.ndarray
    exists: np.ndarray


def fit_sums(design: Design, counts: np.ndarray) -> SumFits:
    """Fit a Poisson model of sums to many tables, shape (r, c), by Fisher's scoring.

    The expected cases of an observed cell are ``sums @ exp(terms @ coefficients)``.
    """
    terms, sums = design.terms, design.sums
    share = (counts + 0.5) / sums.sum(axis=1)
    used = sums.any(axis=0)
    weight = np.sqrt(share @ sums)[:, used, None]
    logs = np.log(np.maximum(share @ sums, EMPTY_BELOW))[:, used, None]
    coefficients = (np.linalg.pinv(terms[used] * weight) @ (logs * weight))[:, :, 0]
    slopes = (sums[:, :, None] * terms).transpose(1, 0, 2).reshape(len(terms), -1)
    longest = np.full(len(counts), np.inf)
    for _ in range(MOST_STEPS):
        finest = np.exp(np.minimum(coefficients @ terms.T, 300))
        fitted = finest @ sums.T
        slope = (finest @ slopes).reshape(len(counts), len(sums), -1)
        scaled = slope / fitted[:, :, None]
        information = scaled.transpose(0, 2, 1) @ slope
        if (longest < CONVERGED_BELOW).all():
            break
        score = (scaled.transpose(0, 2, 1) @ (counts - fitted)[:, :, None])[:, :, 0]
        change = (np.linalg.pinv(information, hermitian=True) @ score[:, :, None])[:, :, 0]
        longest = np.abs(change @ terms[used].T).max(axis=1)
        change *= np.minimum(1, LONGEST_STEP / np.maximum(longest, LONGEST_STEP))[:, None]
        coefficients = coefficients + change * (longest >= CONVERGED_BELOW)[:, None]
    exists = (longest < CONVERGED_BELOW) & (fitted > EMPTY_BELOW).all(axis=1)
    return SumFits(coefficients, fitted, finest @ design.hidden.T, information, exists)
