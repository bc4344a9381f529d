"""Plots of an estimate: fitted against observed cells, models by BIC, totals of resampled tables.

They need matplotlib, which the rest of the package does not; it is imported when a plot is drawn.
Colours and letters are those of matplotlib's settings, which the caller chooses.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from decentwork.estimation.bootstrap import Bootstrap
from decentwork.estimation.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NAMED = 3
FURTHEST = 12.0
"""Points of BIC behind the best model up to which models are shown: beyond, a model has less than
one four-hundredth of the best one's weight."""
SHARE_SHOWN = 0.99
"""Share of resampled totals that a histogram shows: a few very high ones would press the others
into one bar."""


def fitted_against_observed(results: Results, ax: "Axes | None" = None) -> "Axes":
    """Draw fitted against observed cases, one mark a history that was fitted.

    Marks on the line are fitted exactly. The histories with the largest Pearson residuals are
    named, if the residual is above 1.

    Parameters
    ----------
    results
        The fitted model.
    ax
        Where to draw; without it, in a new figure.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, LogLinear, plots
    >>> table = CaptureHistories.from_counts("AB", [("A", 20), ("B", 30), ("AB", 10)])
    >>> plots.fitted_against_observed(LogLinear(table).fit()).get_xlabel()
    'observed cases'
    """
    ax = _axes(ax)
    observed = pd.Series(results.histories.counts, index=results.histories.names)
    residuals = results.resid_pearson.dropna()
    observed, fitted = observed[residuals.index], results.fittedvalues[residuals.index]
    highest = 1.25 * max(observed.max(), fitted.max(), 1.0)
    ax.plot([0, highest], [0, highest], color="C1", linewidth=1, zorder=1)
    ax.plot(observed, fitted, "o", color="C0", markersize=5, zorder=2)
    largest = residuals.abs().sort_values(ascending=False)
    for name in largest[largest > 1].index[:MOST_NAMED]:
        below = fitted[name] < observed[name]
        ax.annotate(
            name,
            (observed[name], fitted[name]),
            xytext=(7, -4) if below else (5, 6),  # off the line, and inside the left edge
            textcoords="offset points",
            fontsize="small",
        )
    ax.set_xscale("symlog", linthresh=1)
    ax.set_yscale("symlog", linthresh=1)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(_whole)
    ax.set(
        xlim=(-0.3, highest), ylim=(-0.3, highest), xlabel="observed cases", ylabel="fitted cases"
    )
    return ax


def totals_by_bic(models: pd.DataFrame, ax: "Axes | None" = None) -> "Axes":
    """Draw each model of `all_models`: its total, and how far its BIC lies behind the best.

    A larger mark has more weight. Models far behind the best are left out, and so are models
    without an estimate.

    Parameters
    ----------
    models
        What `all_models` returns.
    ax
        Where to draw; without it, in a new figure.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, all_models, plots
    >>> table = CaptureHistories.from_counts(
    ...     "ABC", [("A", 40), ("B", 30), ("C", 20), ("AB", 6), ("BC", 4), ("AC", 3), ("ABC", 1)]
    ... )
    >>> plots.totals_by_bic(all_models(table)).get_ylabel()
    'points of BIC behind the best'
    """
    ax = _axes(ax)
    behind = models["bic"] - models["bic"].min()
    near = models[behind < FURTHEST]
    ax.scatter(
        near["total"], behind[near.index], 9 + 400 * near["bic_weight"], color="C0", linewidths=0
    )
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter(_whole)
    ax.set(
        ylim=(FURTHEST + 0.5, -1.2),
        xlabel="estimated total, persons",
        ylabel="points of BIC behind the best",
    )
    return ax


def resampled_totals(drawn: Bootstrap, alpha: float = 0.05, ax: "Axes | None" = None) -> "Axes":
    """Draw how often resampled tables gave each total, with the estimate and its interval.

    Tables without an estimate, and the highest hundredth of totals, are left out; a label says how
    many. A missing interval means that it cannot be computed.

    Parameters
    ----------
    drawn
        What `Results.bootstrap` or `StratifiedResults.bootstrap` returns.
    alpha
        One minus the level of the interval.
    ax
        Where to draw; without it, in a new figure.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.

    Examples
    --------
    >>> from decentwork.estimation import CaptureHistories, LogLinear, plots
    >>> table = CaptureHistories.from_counts("AB", [("A", 20), ("B", 30), ("AB", 10)])
    >>> drawn = LogLinear(table).fit().bootstrap("parametric", repeats=100)
    >>> plots.resampled_totals(drawn).get_ylabel()
    'resampled tables'
    """
    ax = _axes(ax)
    finite = drawn.totals[np.isfinite(drawn.totals)]
    shown = finite[finite <= np.quantile(finite, SHARE_SHOWN)] if finite.size else finite
    ax.hist(shown, bins=30, color="C0")
    ax.axvline(drawn.total, color="C1", linewidth=2)
    top = ax.get_xaxis_transform()
    ax.text(drawn.total, 1.02, "estimate", color="C1", ha="center", fontsize="small", transform=top)
    try:
        limits = drawn.conf_int(alpha)
    except ValueError:  # BCa cannot always be computed; the totals can be drawn all the same
        limits = ()
    for limit in filter(np.isfinite, limits):
        ax.axvline(limit, color="C1", linewidth=1, linestyle=(0, (4, 3)))
    if left_out := len(drawn.totals) - len(shown):
        text = f"{left_out:,} further right"
        ax.text(1, 1.02, text, ha="right", fontsize="small", transform=ax.transAxes)
    ax.locator_params(axis="x", nbins=5)  # more numbers of five digits would touch each other
    ax.xaxis.set_major_formatter(_whole)
    ax.set(xlabel="estimated total, persons", ylabel="resampled tables")
    return ax


def _whole(value: float, _: object) -> str:
    return f"{value:,.0f}"


def _axes(ax: "Axes | None") -> "Axes":
    """Return the axes that were given, or those of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise ModuleNotFoundError(
            "a plot needs matplotlib, which is not installed. Install the package with the extra "
            'that has it, from a checkout: pip install ".[figures]". All else works without it.',
            name="matplotlib",
        ) from None
    return pyplot.figure(layout="constrained").subplots()
