"""The total as an average over all decomposable graphs of the lists, in closed form.

    results = DecomposableGraphs(histories).fit()
    results.total, results.credible_interval(), results.frame
    print(results.summary())

Each graph is a model. Under it the probabilities of the histories have a hyper-Dirichlet prior, and
the probability of the table is a quotient of gamma functions for every number of hidden persons
(Madigan and York 1997, which was not read; an excerpt of their report of 1992 and the R
package dga 2.0.2 were, and the formula is that of the package). So nothing is drawn at random, and
no model is chosen. The weight of a graph, and of a hidden number, is its posterior probability.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from decentwork.estimation import intervals
from decentwork.estimation.decomposable import Graphs, decomposable_graphs
from decentwork.estimation.histories import CaptureHistories, HistoryError, patterns

MOST_LISTS = 6
"""The package dga takes five. Six lists have 18,154 decomposable graphs of 32,768 in all."""
HIDDEN_FOR_ONE_OBSERVED = 20
"""Unless a user says otherwise, up to this many hidden persons for each observed one are tried."""
MOST_NUMBERS = 2**21
"""Numbers that are computed at once: 16 megabytes."""
GRAPHS_IN_SUMMARY = 5
FAR, POINTS_BEYOND = 1e4, 1000
"""How many times the largest hidden number the far one is, and the points between them."""
LITTLE = 0.001
"""A share of the posterior probability beyond the largest hidden number that is told to a user."""

PRIORS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "1/N": lambda totals: -np.log(totals),
    "uniform": lambda totals: np.zeros(len(totals)),
}
"""The logarithm of the prior of a total, up to a constant."""


class DecomposableGraphs:
    """All decomposable graphs of the lists of a table, with a prior on the total.

    Parameters
    ----------
    histories
        The table, of two to six lists. Six have 18,154 graphs, which take about twenty seconds.
    prior
        Prior of the total N: "1/N" (as dga), "uniform", or a function that takes totals, shape
        (m,), and gives the logarithm of their prior, shape (m,), up to a constant.
    delta
        Cases that the prior adds to each of the 2**k histories, those on no list included. Without
        it 2**-k, as dga suggests: one case in all. It can decide the answer: `delta_sweep`.
    saturated
        Whether the graph that joins all lists takes part, as in dga. It fits every table, so under
        it the lists say nothing of the hidden number, and only the prior does.
    hidden
        Numbers of hidden persons that are tried. Without it, from 0 to twenty for each observed
        case. All of the posterior probability is put on these numbers.

    Raises
    ------
    HistoryError
        For more than six lists.
    ValueError
        For an unknown prior, a delta that is not above zero, and hidden numbers that are negative
        or not a range with steps of one.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> estimation.DecomposableGraphs(histories).fit()
    <GraphResults: total 22,990, 95% credible 10,387 to 33,508>
    """

    def __init__(
        self,
        histories: CaptureHistories,
        *,
        prior: str | Callable[[np.ndarray], np.ndarray] = "1/N",
        delta: float | None = None,
        saturated: bool = True,
        hidden: range | None = None,
    ) -> None:
        lists = len(histories.lists)
        if lists > MOST_LISTS:
            raise HistoryError(
                f"{lists} lists have too many graphs; {MOST_LISTS} lists are the most. Merge "
                "small lists."
            )
        if not callable(prior) and prior not in PRIORS:
            raise ValueError(
                f"there is no prior {prior!r}; use {', '.join(PRIORS)}, or a function of totals"
            )
        if delta is not None and not 0 < delta < np.inf:
            raise ValueError(f"delta = {delta:g}: the prior adds more than no case to a history")
        if hidden is None:
            hidden = range(HIDDEN_FOR_ONE_OBSERVED * histories.observed + 1)
        if not isinstance(hidden, range) or hidden.step != 1 or len(hidden) < 2 or hidden[0] < 0:
            raise ValueError(
                f"hidden = {hidden!r}: give a range of two or more whole numbers from 0 on, as "
                "range(0, 10_001)"
            )
        self.histories = histories
        self.prior = prior
        self.delta = 2.0**-lists if delta is None else float(delta)
        self.saturated = saturated
        self.hidden = hidden

    @property
    def graphs(self) -> Graphs:
        """The graphs that take part; the saturated one is the last, if it does."""
        all_graphs = decomposable_graphs(len(self.histories.lists))
        kept = slice(None) if self.saturated else slice(-1)
        return Graphs(all_graphs.pairs[kept], all_graphs.powers[kept])

    def log_weights(self, hidden: np.ndarray) -> np.ndarray:
        """Return the log-probability of the table and a hidden number, by graph.

        Parameters
        ----------
        hidden
            Numbers of hidden persons, shape (m,).

        Returns
        -------
        ndarray
            Shape (g, m), for g graphs. All graphs have the same prior; a constant is left out if
            the prior of the total leaves one out.
        """
        of_sets = _log_probabilities_of_sums(self.histories, self.delta, hidden)
        totals = self.histories.observed + hidden
        prior = self.prior if callable(self.prior) else PRIORS[self.prior]
        ways = special.gammaln(totals + 1) - special.gammaln(hidden + 1)
        ways -= special.gammaln(self.histories.counts + 1).sum()
        return self.graphs.powers @ of_sets + ways + np.asarray(prior(totals), dtype=float)

    def fit(self) -> "GraphResults":
        """Compute the posterior probabilities of all graphs and hidden numbers.

        Raises
        ------
        ValueError
            If the prior gives a value that is not a number, or rules all totals out.
        """
        return GraphResults(self)


class GraphResults:
    """Posterior probabilities of totals and graphs. Numbers are of persons.

    Attributes
    ----------
    model, histories
        The model, and its table.
    posterior
        Probability of each total, observed cases included, as a series indexed by total.
    frame
        One row a graph, the most probable first. Columns: ``graph`` (its cliques, joined by "+";
        the lists of a clique, joined by ":", go together), ``pairs`` (number of joined pairs),
        ``weight`` (posterior probability; they add up to one), ``mean`` and ``total`` (mean, and
        total of the least relative error, under this graph alone).
    share_beyond
        About how much of the posterior probability would lie beyond the largest hidden number if
        the range went on. It is 1 if the probability has no end, as with the saturated graph, the
        prior "uniform" and the delta that is usual: the range then decides the total.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> results = estimation.DecomposableGraphs(histories).fit()
    >>> results.frame[["graph", "weight"]].round(2).head(2)
                            graph  weight
    0  LA:NG:PFNCA+NG:GP+PFNCA:GO    0.44
    1  LA:NG:GP+LA:PFNCA:GP+GO:GP    0.15
    >>> results.credible_interval()
    lower    10387
    upper    33508
    Name: total, dtype: int64
    >>> results.quantile(0.25), results.quantile(0.75)
    (12672, 26490)
    >>> round(results.probability_above(20_000), 2)
    0.65
    """

    def __init__(self, model: DecomposableGraphs) -> None:
        self.model = model
        self.histories = model.histories
        observed = self.histories.observed
        hidden = np.arange(model.hidden.start, model.hidden.stop)
        top, sums, of_totals = -np.inf, np.zeros((len(model.graphs), 4)), []
        for block in _blocks(hidden, len(model.graphs)):
            logs = model.log_weights(block)
            highest = logs.max()
            if np.isnan(highest) or highest == np.inf:
                raise ValueError("the prior gives a value that is not a number: fix it")
            if highest > top:
                sums *= np.exp(top - highest)
                top = highest
            if top == -np.inf:
                of_totals.append(np.full(len(block), top))
                continue
            chances = np.exp(logs - top)
            totals = observed + block
            each = [np.ones(len(block)), totals, 1 / totals, 1 / totals**2]
            sums += chances @ np.column_stack(each)
            with np.errstate(divide="ignore"):  # less than a computer's numbers is nothing
                of_totals.append(np.log(chances.sum(axis=0)) + top)
        if top == -np.inf:
            raise ValueError("the prior rules out all totals that are tried: change one of them")
        weights = sums[:, 0] / sums[:, 0].sum()
        self.posterior = pd.Series(
            special.softmax(np.concatenate(of_totals)),
            index=pd.Index(observed + hidden, name="total"),
            name="probability",
        )
        self.share_beyond = _share_beyond(model, top, sums[:, 0].sum())
        with np.errstate(invalid="ignore"):  # a graph may have no weight in a computer's numbers
            columns = {
                "graph": model.graphs.names(self.histories.lists),
                "pairs": model.graphs.pairs.sum(axis=1),
                "weight": weights,
                "mean": sums[:, 1] / sums[:, 0],
                "total": sums[:, 2] / sums[:, 3],
            }
        self.frame = pd.DataFrame(columns).sort_values(
            ["weight", "pairs"], ascending=[False, True], ignore_index=True, kind="stable"
        )

    @cached_property
    def total(self) -> int:
        """The median of the total, which is as probably too high as too low."""
        return self.quantile(0.5)

    @cached_property
    def mean(self) -> float:
        """The mean of the total.

        With the saturated graph, the prior "1/N" and the delta that is usual, it grows with the
        range of hidden numbers without end, however small the weight of that graph is. The median
        settles.
        """
        return float(self.posterior.to_numpy() @ self.posterior.index.to_numpy())

    @cached_property
    def total_of_least_relative_error(self) -> float:
        """The total T that makes the expected square of (T - N)/N smallest.

        It is the mean of 1/N divided by the mean of 1/N**2, the estimate with which the tests of
        dga compare Madigan and York (1997).
        """
        totals = self.posterior.index.to_numpy().astype(float)
        chances = self.posterior.to_numpy()
        return float((chances @ (1 / totals)) / (chances @ (1 / totals**2)))

    def quantile(self, level: float) -> int:
        """Return the smallest number that the total exceeds with probability 1 - level or less.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise ValueError(f"level = {level:g}: give a number between 0 and 1, as 0.5")
        place = int(np.searchsorted(self.posterior.to_numpy().cumsum(), level))
        return int(self.posterior.index[min(place, len(self.posterior) - 1)])

    def probability_above(self, line: float) -> float:
        """Return the probability that the total is above a line, in persons."""
        return float(self.posterior[self.posterior.index > line].sum())

    def credible_interval(self, alpha: float = 0.05) -> pd.Series:
        """Return the limits between which the total lies with probability 1 - alpha.

        A probability of alpha/2 lies on each side. The interval holds uncertainty about the graph.
        It rests on the prior, and does not cover the truth in a known share of tables, as a
        confidence interval is made to do. Of a thousand people on three lists with a fifth of them
        each, and one dependent pair with odds ratios 1, 1.5, 2, 3 and 5, it held the truth in 0.97,
        0.89, 0.93, 0.97 and 0.97 of 200 tables each.

        Returns
        -------
        Series
            With the index "lower" and "upper".

        Raises
        ------
        ValueError
            If alpha is not between 0 and 1.

        Warns
        -----
        UserWarning
            If much of the probability lies beyond the largest hidden number that was tried: the
            range then decides the limits.
        """
        limits = self._limits(alpha)
        if beyond := self._beyond():
            warnings.warn(beyond, stacklevel=2)
        return limits

    def _limits(self, alpha: float) -> pd.Series:
        intervals.check_alpha(alpha)
        limits = [self.quantile(alpha / 2), self.quantile(1 - alpha / 2)]
        return pd.Series(limits, index=["lower", "upper"], name="total")

    def _beyond(self) -> str:
        """Return a warning if much probability lies beyond the tried numbers; otherwise nothing."""
        if self.share_beyond == 1:
            return (
                "The probability has no end: the more hidden numbers are tried, the higher the "
                "total. Take the prior '1/N', or leave the saturated graph out."
            )
        if self.share_beyond > LITTLE:
            return (
                f"About {self.share_beyond:.1%} of the probability lies beyond the largest "
                "hidden number that was tried: try more."
            )
        return ""

    def summary(self, alpha: float = 0.05) -> Summary:
        """Return the total, its limits and the most probable graphs, as text or HTML."""
        model = self.model
        lower, upper = self._limits(alpha)
        prior = model.prior if isinstance(model.prior, str) else "a function"
        above = [
            ["Observed cases", f"{self.histories.observed:,}", "Graphs", f"{len(self.frame)}"],
            ["Median of the total", f"{self.total:,}", "Prior of the total", prior],
            ["Mean of the total", f"{self.mean:,.1f}", "delta", f"{model.delta:g}"],
            [
                f"{100 * (1 - alpha):g}% credible interval",
                f"{lower:,} to {upper:,}",
                "Hidden numbers tried",
                f"{model.hidden[0]:,} to {model.hidden[-1]:,}",
            ],
        ]
        best = self.frame.head(GRAPHS_IN_SUMMARY)
        below = [[f"{row.weight:.4f}", f"{row.total:,.1f}"] for row in best.itertuples()]
        summary = Summary()
        title = f"Average over decomposable graphs of {len(self.histories.lists)} lists"
        summary.tables.append(SimpleTable(above, title=title))
        summary.tables.append(
            SimpleTable(below, headers=["weight", "total"], stubs=best["graph"].tolist())
        )
        if beyond := self._beyond():
            summary.add_extra_txt([beyond])
        return summary

    def __repr__(self) -> str:
        """Return median and limits, and where these are cut off if much probability lies beyond."""
        lower, upper = self._limits(0.05)
        cut = f", cut off at {self.posterior.index[-1]:,}" if self.share_beyond > LITTLE else ""
        return f"<GraphResults: total {self.total:,}, 95% credible {lower:,} to {upper:,}{cut}>"


def delta_sweep(
    histories: CaptureHistories,
    deltas: Sequence[float] | None = None,
    *,
    above: float | None = None,
    alpha: float = 0.05,
    **options: object,
) -> pd.DataFrame:
    """Average over the graphs with each of several priors, because delta can decide the answer.

    Parameters
    ----------
    histories
        The table.
    deltas
        Cases that the prior adds to each history. Without them 2**-k (the usual one), 0.01, 0.1 and
        0.5, the smallest first.
    above
        A line, in persons.
    alpha
        One minus the level of the limits.
    options
        ``prior``, ``saturated`` and ``hidden`` of `DecomposableGraphs`.

    Returns
    -------
    DataFrame
        One row a delta. Columns: ``delta``, ``total`` (median), ``lower``, ``upper``, ``graph``
        (the most probable), ``weight`` (of that graph), ``probability_above`` (of the line, if one
        is given).

    Raises
    ------
    HistoryError, ValueError
        As `DecomposableGraphs`.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> swept = estimation.delta_sweep(histories, [2**-5, 0.1, 0.5], above=20_000)
    >>> swept[["delta", "total", "probability_above"]].round(2)
       delta  total  probability_above
    0   0.03  22990               0.65
    1   0.10  12521               0.35
    2   0.50   2786               0.00
    """
    rows = []
    for delta in deltas or sorted({2.0 ** -len(histories.lists), 0.01, 0.1, 0.5}):
        results = DecomposableGraphs(histories, delta=delta, **options).fit()
        first = results.frame.iloc[0]
        rows.append(
            {
                "delta": delta,
                "total": results.total,
                **results.credible_interval(alpha),
                "graph": first["graph"],
                "weight": first["weight"],
            }
        )
        if above is not None:
            rows[-1]["probability_above"] = results.probability_above(above)
    return pd.DataFrame(rows)


def _log_probabilities_of_sums(
    histories: CaptureHistories, delta: float, hidden: np.ndarray
) -> np.ndarray:
    """Return the log-probability of the sums over each set of lists, shape (2**k, m).

    The sums over s lists have 2**s cells, whose probabilities have a Dirichlet prior with
    delta * 2**(k - s) cases a cell. The hidden persons are in the cell of those on none of the s
    lists. The number of ways in which persons can be ordered is left out: it is the same for all
    graphs.
    """
    lists = len(histories.lists)
    flags = np.vstack([np.zeros(lists, dtype=bool), patterns(lists)])
    counts = np.concatenate([[0.0], histories.counts])
    everybody = 2**lists * delta
    of_all = special.gammaln(everybody) - special.gammaln(histories.observed + hidden + everybody)
    rows = np.zeros((2**lists, len(hidden)))  # the sum over no list is everybody: probability one
    for number in range(1, 2**lists):
        inside = flags[number]
        cell_of = flags[:, inside] @ (1 << np.arange(inside.sum()))
        sums = np.bincount(cell_of, weights=counts)
        prior = delta * 2 ** (lists - inside.sum())
        rows[number] = (
            of_all
            + special.gammaln(hidden + sums[0] + prior)
            + special.gammaln(sums[1:] + prior).sum()
            - len(sums) * special.gammaln(prior)
        )
    return rows


def _blocks(hidden: np.ndarray, graphs: int) -> Iterator[np.ndarray]:
    """Yield the hidden numbers in groups for which the numbers of all graphs fit into memory."""
    size = max(1, MOST_NUMBERS // graphs)
    for start in range(0, len(hidden), size):
        yield hidden[start : start + size]


def _share_beyond(model: DecomposableGraphs, top: float, inside: float) -> float:
    """Estimate the share of probability beyond the last hidden number; 1 if it has no end.

    It is integrated on the scale of logarithms up to a far number. There the probability under a
    graph falls like a power of the hidden number, whose sum to infinity is known.
    """
    hidden = model.hidden[-1] * np.geomspace(1, FAR, POINTS_BEYOND)
    chances = np.exp(model.log_weights(hidden) - top) * hidden / inside
    step = np.log(hidden[1] / hidden[0])
    beyond = np.trapezoid(chances, dx=step, axis=1)
    at_end, before = chances[:, -1], chances[:, -1 - POINTS_BEYOND // 10]
    left = at_end > 0
    fall = np.log(before[left] / at_end[left]) / (step * (POINTS_BEYOND // 10))
    if (fall <= 0).any():
        return 1.0
    beyond[left] += at_end[left] / fall
    return float(beyond.sum() / (1 + beyond.sum()))
