"""Tables whose small cells are printed as "<5": estimates from counts known between two limits.

    histories = SuppressedHistories.from_frame(frame)  # cases such as 12, "<5" or "1-4"
    results = histories.fit(["LA:NG"])
    results.total, results.conf_int()

An authority that hides small cells can still publish its table. A hidden cell is a Poisson count
that is known to lie between two limits, and its likelihood is the chance of lying there
(`between`). Hiding small cells harms the choice of a model more than the estimate under a given
model, so the authority should choose on the full table and print its choice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from decentwork.estimation import (
    between,
    design,
    enumeration,
    existence,
    hierarchy,
    intervals,
    tasks,
)
from decentwork.estimation.fitting import fit_models
from decentwork.estimation.histories import CONSTANT, CaptureHistories, HistoryError

BELOW = re.compile(r"\s*<\s*(\d+)\s*")
BETWEEN = re.compile(r"\s*(\d+)\s*(?:-|–|to)\s*(\d+)\s*")
WIDEST = 1000
"""Numbers between the limits of a cell. The chance of each is computed, so they cost memory."""


@dataclass(frozen=True, eq=False)
class SuppressedHistories:
    """Cases by capture history, of which some are known only to lie between two limits.

    Parameters
    ----------
    least, most
        Tables with the least and the most cases that each history may have. They have the same
        lists, and are equal where a count was printed.
    observed
        Cases in the whole table, if their number was printed. The total is then this number and
        the hidden ones. Without it the cases of hidden cells are estimated as well.

    Raises
    ------
    HistoryError
        If the tables have other lists, if ``least`` is above ``most``, or if ``observed`` is not
        between their sums.

    Examples
    --------
    >>> import pandas as pd
    >>> from decentwork.estimation import SuppressedHistories
    >>> rows = {"A": 40, "B": 30, "C": 20, "A+B": 6, "B+C": "<5", "A+C": "<5", "A+B+C": "<5"}
    >>> frame = pd.DataFrame(list(rows.items()), columns=["history", "cases"])
    >>> results = SuppressedHistories.from_frame(frame).fit()
    >>> round(results.total), results.conf_int().round().tolist()
    (302, [205.0, 528.0])
    """

    least: CaptureHistories
    most: CaptureHistories
    observed: int | None = None

    def __post_init__(self) -> None:
        """Check that the limits belong to one table."""
        least, most = self.least, self.most
        if least.lists != most.lists:
            raise HistoryError(
                f"the least cases are of the lists {', '.join(least.lists)} and the most of "
                f"{', '.join(most.lists)}: give both for the same lists in the same order."
            )
        if (wrong := np.flatnonzero(least.counts > most.counts)).size:
            raise HistoryError(
                f"the least cases of {least.names[wrong[0]]} are more than the most: exchange them."
            )
        if (most.counts - least.counts).max() > WIDEST:
            raise HistoryError(
                f"a cell may hold more than {WIDEST:,} different counts: give closer limits."
            )
        if self.observed is not None and not least.observed <= self.observed <= most.observed:
            raise HistoryError(
                f"the cells add up to {least.observed:,} to {most.observed:,} cases, and observed "
                f"is {self.observed:,}: correct it, or leave it out."
            )

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        lists: Sequence[str] | None = None,
        history: str = "history",
        cases: str = "cases",
        zero_is_printed: bool = True,
        observed: int | None = None,
    ) -> Self:
        """Make the table from a frame whose cases may be "<5", "1-4" or "0-4".

        Parameters
        ----------
        frame, lists, history, cases
            As in `CaptureHistories.from_frame`; a history without a row has no case.
        zero_is_printed
            Whether the publisher prints 0 as 0. Then "<5" means 1 to 4; otherwise 0 to 4.
        observed
            Cases in the whole table, if printed.

        Raises
        ------
        HistoryError
            For a cell that says neither a number nor two limits, and as
            `CaptureHistories.from_frame`.
        """
        if cases not in frame:
            raise HistoryError(f"there is no column {cases!r}: name that of cases with cases=...")
        limits = np.array([limits_of(cell, zero_is_printed) for cell in frame[cases]])
        limits = limits.reshape(-1, 2).T
        names = {"lists": lists, "history": history, "cases": cases}
        try:
            least = CaptureHistories.from_frame(frame.assign(**{cases: limits[0]}), **names)
        except HistoryError as error:
            raise HistoryError(f"of the least cases that the cells allow: {error}") from None
        names["lists"] = least.lists
        most = CaptureHistories.from_frame(frame.assign(**{cases: limits[1]}), **names)
        return cls(least, most, observed)

    @classmethod
    def suppressing(cls, histories: CaptureHistories, below: int = 5, least: int = 1) -> Self:
        """Hide the cells from ``least`` to below ``below`` of a full table, as a publisher would.

        Examples
        --------
        >>> from decentwork.estimation import CaptureHistories, SuppressedHistories
        >>> full = CaptureHistories(["A", "B", "C"], [40, 30, 6, 20, 3, 4, 1])
        >>> SuppressedHistories.suppressing(full).to_frame()["cases"].tolist()
        ['40', '30', '6', '20', '1-4', '1-4', '1-4']
        """
        hidden = (histories.counts >= least) & (histories.counts < below)
        low, high = (np.where(hidden, each, histories.counts) for each in (least, below - 1))
        try:
            lower = CaptureHistories(histories.lists, low)
        except HistoryError as error:
            raise HistoryError(f"of the least cases that the cells allow: {error}") from None
        return cls(lower, CaptureHistories(histories.lists, high), histories.observed)

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the lists."""
        return self.least.lists

    @property
    def suppressed(self) -> int:
        """Cells that are known only between limits."""
        return int((self.least.counts < self.most.counts).sum())

    def filled(self, counts: np.ndarray) -> Self:
        """Return the table of a reader who takes these counts for those of all cells."""
        whole = CaptureHistories(self.lists, counts)
        return type(self)(whole, whole)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame: one column a list (0 or 1), and the cases as text, as "12" or "1-4"."""
        cells = zip(self.least.counts.astype(int), self.most.counts.astype(int), strict=True)
        texts = [f"{low}" if low == high else f"{low}-{high}" for low, high in cells]
        return self.least.to_frame().assign(cases=texts)

    def fit(self, terms: Sequence[str] = ()) -> "SuppressedResults":
        """Estimate the total under a model with these terms, by maximum likelihood.

        There is an estimate exactly if the table of the least cases has one: at the edge of what a
        model can fit, the likelihood of a cell of 1 to 4 falls as that of a count of 1 does, and
        that of a cell of 0 to 4 as that of 0. So a term whose lists need not share a case has the
        estimate minus infinity, and its cells are left out. The likelihood has one maximum, since
        a Poisson count varies less once it is known to lie between limits.

        Parameters
        ----------
        terms
            As in `LogLinear`; without any, the lists are independent.

        Raises
        ------
        NoEstimateError
            If the table has no finite estimate; the message says what it lacks.
        """
        flags = hierarchy.read(self.least, terms).flags
        fits = fit_sets(self, flags[None])
        if not fits.exists[0]:
            raise existence.missing_estimate(self.least, flags)
        return SuppressedResults(self, flags, fits)

    def all_models(self, order: int | None = None, jobs: int | None = None) -> pd.DataFrame:
        """Fit every hierarchical model; rows, columns and parameters are those of `all_models`.

        The choice of a model suffers more from hidden cells than the estimate under a given one,
        because small cells are where models differ.
        """
        order = enumeration.order_of_models(self.least, order)
        sets = enumeration.sets_of_terms(self.least, order)
        parts = tasks.run(self._fit_some, tasks.chunks(sets, enumeration.MODELS_PER_TASK), jobs)
        columns = ["exists", "total", "log_likelihood", "aic", "bic"]
        frame = pd.DataFrame(np.concatenate(parts), columns=columns).astype({"exists": bool})
        frame.insert(0, "terms", enumeration.names_of_sets(self.least, sets))
        pairs = sets[:, : len(self.least.pairs)]
        frame.insert(1, "pairs", enumeration.names_of_sets(self.least, pairs))
        frame.insert(2, "number", sets.sum(axis=1))
        for name in ("aic", "bic"):
            frame[f"{name}_weight"] = enumeration.weights(frame[name].to_numpy())
        return frame.sort_values(["bic", "number"], ignore_index=True)

    def _fit_some(self, sets: np.ndarray) -> np.ndarray:
        fits = fit_sets(self, sets)
        return np.column_stack([fits.exists, fits.total, fits.log_likelihood, fits.aic, fits.bic])


class SuppressedFits(NamedTuple):
    """Fits of r models with p terms to a table of c cells; nan or infinite without an estimate."""

    exists: np.ndarray
    maxima: between.Maxima
    flags: np.ndarray
    cells: np.ndarray
    expected: np.ndarray
    log_likelihood: np.ndarray
    total: np.ndarray
    aic: np.ndarray
    bic: np.ndarray


def fit_sets(histories: SuppressedHistories, sets: np.ndarray) -> SuppressedFits:
    """Fit many models, shape (r, q), to a table with hidden cells.

    A table with cases wherever the least is above zero has an estimate under the same models, so
    the fits of such a table decide this, and are near the estimates.
    """
    low, high = histories.least.counts, histories.most.counts
    lists = len(histories.lists)
    near = fit_models(lists, np.where(low > 0, (low + high) / 2, 0), sets)
    specified = design.specify(lists, low, sets)
    terms = design.all_terms(lists, near.order)
    there = near.exists
    maxima = between.maximize(
        terms,
        low,
        high,
        specified.terms & there[:, None],
        specified.cells & there[:, None],
        np.where(there[:, None], near.coefficients, 0),
    )
    there = there & maxima.converged
    known = between.moments(maxima.fitted, low, high)
    expected = np.where(specified.cells, known.mean, low)
    seen = histories.observed
    observed = expected.sum(axis=1) if seen is None else np.full(len(sets), float(seen))
    likelihood = np.where(specified.cells, known.log_chance, 0).sum(axis=1)
    parameters = 1 + lists + sets.sum(axis=1)
    lack = np.where(there, -2 * likelihood, np.inf)
    cases = (low + high).sum() / 2 if seen is None else seen
    return SuppressedFits(
        exists=there,
        maxima=maxima,
        flags=specified.terms,
        cells=specified.cells,
        expected=expected,
        log_likelihood=np.where(there, likelihood, np.nan),
        total=np.where(there, observed + np.exp(maxima.coefficients[:, 0]), np.nan),
        aic=lack + 2 * parameters,
        bic=lack + np.log(cases) * parameters,
    )


class SuppressedResults:
    """A model fitted to a table with hidden cells. Numbers are of persons.

    Attributes
    ----------
    histories, terms
        The table, and the names of the terms in the model.
    hidden, observed, total
        Persons on no list (estimated), on lists (estimated unless printed), and all.
    log_standard_error
        Standard error of the logarithm of the hidden number, the model taken as given.
    params, fittedvalues
        Estimates by term, minus infinity where lists need not share a case; expected cases by
        history.
    expected
        Cases by history: as printed, or the mean that a hidden cell has under the model.
    llf, aic, bic
        As in `Results`; the likelihood of a hidden cell is the chance of lying in its limits.
    """

    def __init__(
        self, histories: SuppressedHistories, flags: np.ndarray, fits: SuppressedFits
    ) -> None:
        least = histories.least
        names = np.array(hierarchy.names(least, hierarchy.order_of(len(least.lists), len(flags))))
        self.histories = histories
        self.terms = names[flags].tolist()
        self.hidden = float(np.exp(fits.maxima.coefficients[0, 0]))
        self.total = float(fits.total[0])
        self.observed = self.total - self.hidden
        self.log_standard_error = float(np.sqrt(fits.maxima.variance[0]))
        self.llf = float(fits.log_likelihood[0])
        self.aic, self.bic = float(fits.aic[0]), float(fits.bic[0])
        values = np.where(fits.flags[0], fits.maxima.coefficients[0], -np.inf)
        kept = np.concatenate([np.ones(1 + len(least.lists), bool), flags])
        index = pd.Index(np.array([CONSTANT, *least.lists, *names])[kept], name="term")
        self.params = pd.Series(values[kept], index=index, name="estimate")
        self.fittedvalues = pd.Series(fits.maxima.fitted[0], index=least.names, name="fitted")
        self.expected = pd.Series(fits.expected[0], index=least.names, name="expected")
        self._fits = fits

    def __repr__(self) -> str:
        """Return the total in one line."""
        return (
            f"<SuppressedResults of {len(self.histories.lists)} lists, "
            f"{self.histories.suppressed} cells hidden: total {self.total:,.0f}>"
        )

    def conf_int(self, alpha: float = 0.05) -> pd.Series:
        """Return the limits of the total by profile likelihood, the model taken as given.

        The interval covers what the hidden cells leave open under this model. It covers neither
        the choice of the model nor people whom no list can reach.
        """
        intervals.check_alpha(alpha)
        lists = len(self.histories.lists)
        flags, cells = self._fits.flags[0].copy(), self._fits.cells[0]
        order = hierarchy.order_of(lists, len(flags) - 1 - lists)
        flags[0] = False
        matrix = design.all_terms(lists, order)[np.ix_(cells, flags)]
        low, high = (each.counts[cells] for each in (self.histories.least, self.histories.most))
        start = self._fits.maxima.coefficients[:, flags]
        whole = [np.ones((1, size), dtype=bool) for size in matrix.shape[::-1]]

        def log_likelihood(hidden: float) -> float:
            fit = between.maximize(matrix, low, high, *whole, start, np.log(hidden))
            return float(between.moments(fit.fitted, low, high).log_chance.sum())

        limits = intervals.limits_of(log_likelihood, self.hidden, self.llf, alpha)
        return pd.Series(
            [self.observed + each for each in limits], index=["lower", "upper"], name="total"
        )


def suppression_cost(
    histories: CaptureHistories, terms: Sequence[str] = (), below: int = 5
) -> pd.DataFrame:
    """Compare ways to print the small cells of a full table: what each does to one estimate.

    Parameters
    ----------
    histories
        The full table, which the authority has.
    terms
        The model, as in `LogLinear`.
    below
        Cells smaller than this are hidden.

    Returns
    -------
    DataFrame
        One row a way to print. Columns: ``printed``, ``hidden_cells``, ``total`` (persons),
        ``log_standard_error`` (of the hidden number), ``cost`` (this divided by that of the full
        table), all nan where no estimate is left. The rows "filled" show what happens to a reader
        who writes a number into each hidden cell.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'us_western_site_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> estimation.suppression_cost(histories, ["A:E"])[["printed", "total", "cost"]].round(2)
                      printed    total  cost
    0                 in full  2483.38  1.00
    1    0 as 0, 1 to 4 as <5  2846.39  1.17
    2            0 to 4 as <5  2517.09  1.46
    3  hidden cells read as 0  6892.45  1.69
    4  hidden cells read as 2  2370.44  0.98
    """
    cut = partial(SuppressedHistories.suppressing, histories, below)
    ways = {
        "in full": lambda: SuppressedHistories(histories, histories),
        f"0 as 0, 1 to {below - 1} as <{below}": cut,
        f"0 to {below - 1} as <{below}": partial(cut, least=0),
        "hidden cells read as 0": lambda: _filled(histories, below, 0),
        f"hidden cells read as {below // 2}": lambda: _filled(histories, below, below // 2),
    }
    rows = []
    for printed, make in ways.items():
        row = {"printed": printed, "hidden_cells": np.nan, "total": np.nan}
        try:
            fit = (table := make()).fit(terms)
        except (HistoryError, existence.NoEstimateError):
            rows.append(row)
            continue
        row |= {"hidden_cells": table.suppressed, "total": histories.observed + fit.hidden}
        rows.append(row | {"log_standard_error": fit.log_standard_error})
    frame = pd.DataFrame(rows)
    return frame.assign(cost=frame["log_standard_error"] / frame["log_standard_error"].iloc[0])


def _filled(histories: CaptureHistories, below: int, number: int) -> SuppressedHistories:
    """Return the table of a reader who takes each hidden cell for one number."""
    cut = (histories.counts > 0) & (histories.counts < below)
    whole = SuppressedHistories(histories, histories)
    return whole.filled(np.where(cut, number, histories.counts))


def limits_of(cell: object, zero_is_printed: bool = True) -> tuple[int, int]:
    """Return the least and the most cases that a printed cell allows."""
    text = str(cell)
    if found := BELOW.fullmatch(text):
        return int(zero_is_printed), int(found[1]) - 1
    if found := BETWEEN.fullmatch(text):
        return int(found[1]), int(found[2])
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not (0 <= number < np.inf) or number != round(number):
        raise HistoryError(
            "a cell is neither a whole number nor two limits: write 12, <5 or 1-4. Of a cell that "
            "is only marked as hidden, write the limits that the publisher names."
        )
    return int(number), int(number)
