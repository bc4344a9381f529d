"""Errors of linkage: what missed and false matches between lists do to a total.

Lists are joined by names, dates of birth and the like, and both errors of this step move a total.
A missed match makes two people of one, so lists seem to share less and the total grows. A false
match makes one person of two, and the total shrinks. Two rates describe them:

- ``missed``: the share of people on several lists of whom one record was not matched.
- ``false``: the share of cases on several lists of which one record is another person's.

One less these rates are what a check of linkage by hand reports as recall and precision. The
formulas are derived here.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from scipy import stats

from decentwork.estimation import intervals
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import CaptureHistories, HistoryError, patterns

SPLITS = ("one", "all")
LEAST = -0.5
"""A repaired cell below this holds fewer than no case, even when rounded."""


class LinkedTotal(NamedTuple):
    """Persons: a corrected total, its standard error, and the limits of its interval."""

    total: float
    bse: float
    lower: float
    upper: float


class Fitted(Protocol):
    """What `linkage_sensitivity` needs to know of an estimate."""

    total: float


class Model(Protocol):
    """A model of a table, as `LogLinear`, `Stepwise` and `AllModels`."""

    def fit(self) -> Fitted:
        """Estimate the total."""


def linked_total(
    histories: CaptureHistories, missed: float, false: float = 0.0, alpha: float = 0.05
) -> LinkedTotal:
    """Correct the total of two independent lists for errors of linkage.

    Linkage does not change the lengths n1 and n2 of the lists, only the number x of cases that
    seem to be on both. Of these x (1 - false) are truly matched, and they are the share 1 - missed
    of the people who are on both. So the lists share x (1 - false) / (1 - missed) people, and the
    total is n1 n2 divided by this number.

    For the standard error of log(total) take five independent Poisson numbers: people on the first
    list alone, on the second alone, on both and matched, on both and missed, and false matches. If
    one of them grows by one, log(total) changes by 1/n1, 1/n2, 1/n1 + 1/n2 - 1/x, 1/n1 + 1/n2, and
    -1/x. The variance is the sum of each number times the square of its change. It is less by
    (1 + false)**2 / total, because the number of all people is fixed. The rates are taken as known.

    Parameters
    ----------
    histories
        A table of two lists, as linked.
    missed, false
        The rates, from 0 to below 1.
    alpha
        One minus the level of the interval, which is normal for the logarithm of the hidden number.

    Raises
    ------
    HistoryError
        For another number of lists, or rates with which more people are on both lists than on one.
    ValueError
        For a rate that is not from 0 to below 1, or an alpha that is not between 0 and 1.

    Examples
    --------
    Two lists share 40 people, but one match in five was missed:

    >>> from decentwork.estimation import CaptureHistories, linked_total
    >>> histories = CaptureHistories(["police", "shelters"], [160, 110, 40])
    >>> [round(each) for each in linked_total(histories, missed=0)]
    [750, 91, 604, 969]
    >>> [round(each) for each in linked_total(histories, missed=0.2)]
    [600, 73, 486, 785]
    """
    _check_rates(missed, false)
    intervals.check_alpha(alpha)
    if len(histories.lists) != 2:
        raise HistoryError(
            f"{len(histories.lists)} lists have no closed form: use linkage_sensitivity."
        )
    first, second, both = histories.counts
    one, other = first + both, second + both
    shared = both * (1 - false) / (1 - missed)
    if shared > min(one, other):
        raise HistoryError(
            f"if {missed:g} of the matches were missed and {false:g} are false, {shared:,.1f} "
            f"people are on both lists, more than on one: give a lower rate of missed matches."
        )
    total = one * other / shared
    on_both = 1 / one + 1 / other
    variance = (
        (one - shared) / one**2
        + (other - shared) / other**2
        + both * (1 - false) * (on_both - 1 / both) ** 2
        + shared * missed * on_both**2
        + false / both
        - (1 + false) ** 2 / total
    )
    seen = one + other - shared
    hidden = max(total - seen, np.finfo(float).tiny)
    reach = np.exp(stats.norm.ppf(1 - alpha / 2) * np.sqrt(variance) * total / hidden)
    return LinkedTotal(
        float(total),
        float(total * np.sqrt(variance)),
        float(seen + hidden / reach),
        float(seen + hidden * reach),
    )


def repaired_matches(
    histories: CaptureHistories, missed: float, false: float = 0.0, *, splits: str = "one"
) -> CaptureHistories:
    """Return the table as perfect linkage would have made it, in expectation.

    False matches are taken apart first, then missed ones are put together. Both undo a split of a
    case on several lists: one of its records, each as likely as the others, stands alone. So equal
    rates cancel out.

    Parameters
    ----------
    histories
        A table of two lists or more, as linked.
    missed, false
        The rates, from 0 to below 1.
    splits
        "one": of a person with a missed match one record stands alone. "all": each record stands
        alone. With three lists and more the truth is likely to lie between them.

    Returns
    -------
    CaptureHistories
        Expected cases, rounded.

    Raises
    ------
    HistoryError
        For rates with which a history would have fewer cases than none.
    ValueError
        For rates that are not from 0 to below 1, and an unknown split.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, repaired_matches
    >>> histories = CaptureHistories(["A", "B", "C"], [40, 30, 12, 20, 8, 6, 4])
    >>> repaired_matches(histories, missed=0.2).to_frame()["cases"].tolist()
    [35, 25, 15, 16, 10, 7, 5]
    """
    _check_rates(missed, false)
    if splits not in SPLITS:
        raise ValueError(f"there is no split {splits!r}; use one of {', '.join(SPLITS)}")
    lists = len(histories.lists)
    counts = split_matrix(lists, false, splits) @ histories.counts
    counts = np.linalg.solve(split_matrix(lists, missed, splits), counts)
    if counts[lowest := int(counts.argmin())] < LEAST:
        raise HistoryError(
            f"if {missed:g} of the matches were missed, {counts[lowest]:,.1f} cases would have the "
            f"history {histories.names[lowest]}: give a lower rate of missed matches."
        )
    return CaptureHistories(histories.lists, np.maximum(np.round(counts), 0))


def split_matrix(lists: int, share: float, splits: str = "one") -> np.ndarray:
    """Return what the cases of each history become if a share of those on several lists is split.

    Parameters
    ----------
    lists
        Number of lists, k.
    share
        Of the cases on two lists or more.
    splits
        As in `repaired_matches`.

    Returns
    -------
    ndarray
        Shape (2**k - 1, 2**k - 1). The matrix times the true counts gives the expected ones.

    Examples
    --------
    >>> from decentwork.estimation import linkage
    >>> linkage.split_matrix(2, 0.2) @ [10, 20, 30]
    array([16., 26., 24.])
    """
    flags = patterns(lists)
    matrix = np.eye(len(flags))
    for at in np.flatnonzero(flags.sum(axis=1) > 1):
        on = np.flatnonzero(flags[at])
        matrix[at, at] -= share
        each = share / len(on) if splits == "one" else share
        for one in on:
            matrix[(1 << one) - 1, at] += each
            if splits == "one":
                matrix[(at + 1 - (1 << one)) - 1, at] += each
    return matrix


def linkage_sensitivity(
    histories: CaptureHistories,
    model: Callable[[CaptureHistories], Model],
    *,
    missed: Sequence[float] = (0.0, 0.05, 0.1, 0.15, 0.2),
    false: Sequence[float] = (0.0,),
    splits: str = "one",
    interval: Callable[[Fitted], Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Estimate the total again from tables that are repaired with each of many rates.

    Parameters
    ----------
    histories
        The table, as linked.
    model
        What makes a model of a table, as ``Stepwise``; it chooses anew in each repaired table.
    missed, false
        Rates to try, each with each.
    splits
        As in `repaired_matches`.
    interval
        A function of the fitted results that returns two limits, as ``lambda results:
        results.conf_int(method="profile")``. It takes the repaired table as if it was counted.

    Returns
    -------
    DataFrame
        One row for each two rates. Columns: ``missed``, ``false``, ``observed`` and ``shared``
        (persons on a list, and on several, once repaired), ``total``, ``lower`` and ``upper`` (nan
        without an interval), ``lacks`` (why there is no estimate; empty where there is one). The
        least and the largest total are bounds for the rates that were tried.

    Examples
    --------
    If every fifth match was missed, the British total falls by a fifth. Rates that are equal cancel
    out:

    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> tried = estimation.linkage_sensitivity(
    ...     histories, estimation.Stepwise, missed=[0, 0.1, 0.2], false=[0, 0.1]
    ... )
    >>> tried[["missed", "false", "observed", "shared", "total"]].round(1)
       missed  false  observed  shared    total
    0     0.0    0.0      2744     221  11313.0
    1     0.0    0.1      2768     201  13533.1
    2     0.1    0.0      2719     244  10197.4
    3     0.1    0.1      2744     221  11313.0
    4     0.2    0.0      2690     275   8992.3
    5     0.2    0.1      2715     245  10114.0
    """
    rows = []
    for share in missed:
        for wrong in false:
            row: dict[str, object] = {"missed": share, "false": wrong}
            row |= dict.fromkeys(("observed", "shared", "total", "lower", "upper"), np.nan)
            try:
                table = repaired_matches(histories, share, wrong, splits=splits)
                row |= {"observed": table.observed, "shared": table.shared}
                results = model(table).fit()
                row |= {"total": results.total, "lacks": ""}
                if interval is not None:
                    row["lower"], row["upper"] = interval(results)
            except (HistoryError, NoEstimateError) as error:
                row["lacks"] = str(error)
            rows.append(row)
    return pd.DataFrame(rows)


def _check_rates(missed: float, false: float) -> None:
    for name, rate in (("missed", missed), ("false", false)):
        if not 0 <= rate < 1:
            raise ValueError(f"{name} = {rate:g} is a share: give a number from 0 to below 1")
