"""Tipping points: how strong an unseen dependence must be before the total is another one.

Every estimate from lists assumes something that no table shows. Three dependences are tried:

- "no other list": two lists go together among people whom no other list has. Whatever the odds
  ratio of these people is, the observed cases are the same, so the table cannot contradict it.
- a pair, as "A:B": its odds ratio given the other lists is held at a value, and the rest of the
  model is fitted. With three lists or more the table speaks for or against such a value.
- people whom no list can reach, as a share of all people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import optimize, special

from decentwork.estimation import design, hierarchy, newton
from decentwork.estimation.histories import CaptureHistories
from decentwork.estimation.models import Stepwise
from decentwork.estimation.results import Results

HIDDEN_CELL = "no other list"
ODDS_RATIOS = (0.2, 1 / 3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
FURTHEST = np.log(1000)
"""The search for a tipping point goes so far from the odds ratio of the model, as a logarithm."""
STEP = 0.25
EQUAL_DIGITS = 6
"""Dependences that are equally strong to so many decimals stay in their order."""


class Model(Protocol):
    """A model of a table, as `LogLinear`, `Stepwise` and `AllModels`."""

    def fit(self) -> object:
        """Estimate the total."""


@dataclass(frozen=True, eq=False)
class TippingPoint:
    """What changes a total by a factor.

    Attributes
    ----------
    results
        The fitted model.
    factor
        By which the total changes.
    values
        One row a dependence, the weakest that suffices first. Columns: ``dependence``, ``now``
        (the odds ratio in the model; of "no other list": 1, as ratio to that of the model), ``at``
        (the odds ratio at which the total has changed by the factor; nan if none does),
        ``times`` (``at`` / ``now``), ``deviance_change`` (how much worse the table then fits than
        under the model; above 3.84 it speaks against the value at the level of 5 per cent).
    curve
        One row for each dependence and odds ratio. Columns: ``dependence``, ``odds_ratio`` (as in
        ``at``), ``total`` (persons), ``deviance_change``.
    unreachable
        Share of all people that no list can reach at which their number is the total times the
        factor: 1 - 1/factor, whatever the table says. nan for a factor below 1.
    """

    results: Results
    factor: float
    values: pd.DataFrame
    curve: pd.DataFrame
    unreachable: float

    def __repr__(self) -> str:
        """Return the weakest dependence that suffices, in one line."""
        first = self.values.iloc[0]
        return (
            f"<TippingPoint: total {self.results.total:,.0f} becomes "
            f"{self.results.total * self.factor:,.0f} if the odds ratio of {first['dependence']} "
            f"is {first['times']:.2g} times that of the model>"
        )


def tipping_point(
    histories: CaptureHistories,
    model: Callable[[CaptureHistories], Model] = Stepwise,
    factor: float = 2.0,
    odds_ratios: Sequence[float] = ODDS_RATIOS,
) -> TippingPoint:
    """Say how strong an unseen dependence must be before the total changes by a factor.

    The hidden number is the odds ratio of two lists among people on no other list, times the
    product of those on one of the two alone, divided by those on just both. The model fits the last
    three and assumes the odds ratio. So if it is r times what the model has, the hidden number is r
    times as large, and the total doubles at r = (2 total - observed) / hidden. (Derived here.)

    Parameters
    ----------
    histories
        The table.
    model
        What makes a model of a table, as ``Stepwise``; of all models (`AllModels`) the best is
        taken. Its terms are held, except for the odds ratio that is tried.
    factor
        2 for twice the total, 0.5 for half of it.
    odds_ratios
        Values of the curve.

    Raises
    ------
    ValueError
        For odds ratios that are not above zero, a factor that is 1, or one so small that the total
        is below the observed cases.
    NoEstimateError
        If the table has no finite estimate under the model.

    Examples
    --------
    With two lists the total doubles at an odds ratio of 2.7, which no table can rule out:

    >>> from decentwork.estimation import CaptureHistories, LogLinear, tipping_point
    >>> point = tipping_point(CaptureHistories(["A", "B"], [160, 110, 40]), LogLinear)
    >>> round(point.results.total), point.values["at"].round(2).tolist()
    (750, [2.7, 2.7])

    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'uk_2013_five_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> point = estimation.tipping_point(histories)
    >>> point.values.round(2).head(3)
          dependence  now    at  times  deviance_change
    0  no other list  1.0  2.32   2.32             0.00
    1       PFNCA:GO  1.0  3.40   3.40            52.74
    2       NG:PFNCA  1.0  4.71   4.71            61.63
    >>> point.unreachable
    0.5
    """
    if factor == 1 or not factor > 0:
        raise ValueError(f"factor = {factor:g}: give 2 for twice the total, or 0.5 for half of it")
    if not all(ratio > 0 for ratio in odds_ratios):
        raise ValueError(f"odds_ratios = {list(odds_ratios)}: give numbers above zero")
    fitted = model(histories).fit()
    results = getattr(fitted, "best", fitted)
    target = factor * results.total
    if target <= results.histories.observed:
        raise ValueError(
            f"factor = {factor:g} leaves {target:,.0f} people, and {histories.observed:,} were "
            "observed: give a larger factor"
        )
    times = (target - histories.observed) / results.hidden
    values = [(HIDDEN_CELL, 1.0, times, 0.0)]
    curve = [
        (HIDDEN_CELL, ratio, histories.observed + ratio * results.hidden, 0.0)
        for ratio in odds_ratios
    ]
    for place, pair in enumerate(histories.pairs):
        held = _Held(results, place)
        now = float(np.exp(results.params.get(pair, 0.0)))
        at = _crossing(lambda log, held=held: np.log(held(log)[0] / target), np.log(max(now, 1e-3)))
        change = np.nan if np.isnan(at) else held(at)[1]
        values.append((pair, now, np.exp(at), change))
        curve += [(pair, ratio, *held(np.log(ratio))) for ratio in odds_ratios]
    frame = pd.DataFrame(values, columns=["dependence", "now", "at", "deviance_change"])
    with np.errstate(divide="ignore"):
        frame.insert(3, "times", frame["at"] / frame["now"])
    frame["times"] = frame["times"].where(frame["now"] > 0)
    order = (
        np.log(frame["times"])
        .abs()
        .round(EQUAL_DIGITS)
        .sort_values(kind="stable", na_position="last")
        .index
    )
    return TippingPoint(
        results,
        factor,
        frame.loc[order].reset_index(drop=True),
        pd.DataFrame(curve, columns=["dependence", "odds_ratio", "total", "deviance_change"]),
        1 - 1 / factor if factor > 1 else np.nan,
    )


class _Held:
    """A function of the log odds ratio of a pair: total and change of deviance, the rest fitted."""

    def __init__(self, results: Results, place: int) -> None:
        histories = results.histories
        lists = len(histories.lists)
        flags = hierarchy.read(histories, [*results.pairs, *results.triples]).flags.copy()
        flags[place] = False
        order = hierarchy.order_of(lists, len(flags))
        self.deviance = results.deviance
        self.counts = histories.counts
        self.design = design.full(lists, order)
        self.column = design.all_terms(lists, order)[:, 1 + lists + place]
        self.models = design.specify(lists, histories.counts, flags)

    def __call__(self, log_odds_ratio: float) -> tuple[float, float]:
        fits = newton.fit(
            self.design,
            self.counts[None],
            self.models.terms,
            self.models.cells,
            offset=log_odds_ratio * self.column,
            most_steps=400,
        )
        if not fits.converged[0]:
            return np.nan, np.nan
        deviance = 2 * special.kl_div(self.counts, fits.fitted[0])[self.models.cells[0]].sum()
        total = self.counts.sum() + np.exp(fits.coefficients[0, 0])
        return float(total), float(deviance - self.deviance)


def _crossing(excess: Callable[[float], float], start: float) -> float:
    """Return the nearest place where a function is zero, searched both ways; nan if none is."""
    inner = {direction: (start, excess(start)) for direction in (-1, 1)}
    for reach in np.arange(STEP, FURTHEST + STEP, STEP):
        for direction, (near, value) in inner.items():
            far = start + direction * reach
            beyond = excess(far)
            if value * beyond <= 0:
                return float(optimize.brentq(excess, *sorted((near, far)), xtol=1e-10))
            inner[direction] = far, beyond
    return np.nan
