"""Plots of an estimate: fitted against observed cells, models by BIC, totals of resampled tables.

They need matplotlib, which the rest of the package does not, and are imported by themselves:

    from decentwork.estimation import plots
    plots.fitted_against_observed(results)

Colours and letters are those of matplotlib's settings, which the caller chooses.
"""

import numpy as np
import pandas as pd

from decentwork.estimation.bootstrap import Bootstrap
from decentwork.estimation.results import Results

try:
    from matplotlib import pyplot
    from matplotlib.axes import Axes
except ModuleNotFoundError as error:
    if error.name != "matplotlib":
        raise
    raise ModuleNotFoundError(
        "The plots need the package matplotlib, which is not installed. Install it (pip install "
        "matplotlib); all that is not a plot works without it.",
        name="matplotlib",
    ) from None

MOST_NAMED = 3
FURTHEST = 12.0
"""Points of BIC behind the best model up to which models are shown: beyond, a model has less than
one four-hundredth of the best one's weight."""


def fitted_against_observed(results: Results, ax: Axes | None = None) -> Axes:
    """Draw fitted against observed cases, one mark a history that was fitted.

    Marks on the line are fitted exactly. The histories with the largest Pearson residuals are
    named, if the residual is above 1.
    """
    ax = ax or pyplot.figure(layout="constrained").subplots()
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
            xytext=(7, -4) if below else (-7, 0),
            textcoords="offset points",
            ha="left" if below else "right",
            fontsize="small",
        )
    ax.set_xscale("symlog", linthresh=1)
    ax.set_yscale("symlog", linthresh=1)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set(
        xlim=(-0.3, highest), ylim=(-0.3, highest), xlabel="observed cases", ylabel="fitted cases"
    )
    return ax


def totals_by_bic(models: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw each model of `all_models`: its total, and how far its BIC lies behind the best.

    A larger mark has more weight. Models far behind the best are left out.
    """
    ax = ax or pyplot.figure(layout="constrained").subplots()
    behind = models["bic"] - models["bic"].min()
    near = models[behind < FURTHEST]
    ax.scatter(
        near["total"], behind[near.index], 9 + 400 * near["bic_weight"], color="C0", linewidths=0
    )
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set(
        ylim=(FURTHEST + 0.5, -1.2),
        xlabel="estimated total, persons",
        ylabel="points of BIC behind the best",
    )
    return ax


def resampled_totals(drawn: Bootstrap, alpha: float = 0.05, ax: Axes | None = None) -> Axes:
    """Draw how often resampled tables gave each total, with the estimate and its interval.

    Tables without an estimate, and the highest hundredth of totals, are left out; a label says how
    many. A missing interval means that it cannot be computed.
    """
    ax = ax or pyplot.figure(layout="constrained").subplots()
    finite = drawn.totals[np.isfinite(drawn.totals)]
    shown = finite[finite <= np.quantile(finite, 0.99)] if finite.size else finite
    ax.hist(shown, bins=30, color="C0")
    ax.axvline(drawn.total, color="C1", linewidth=2)
    top = ax.get_xaxis_transform()
    ax.text(drawn.total, 1.02, "estimate", color="C1", ha="center", fontsize="small", transform=top)
    try:
        limits = drawn.conf_int(alpha)
    except ValueError:
        limits = ()
    for limit in filter(np.isfinite, limits):
        ax.axvline(limit, color="C1", linewidth=1, linestyle=(0, (4, 3)))
    if left_out := len(drawn.totals) - len(shown):
        text = f"{left_out:,} total{'s' if left_out > 1 else ''} further right"
        ax.text(1, 1.02, text, ha="right", fontsize="small", transform=ax.transAxes)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set(xlabel="estimated total, persons", ylabel="resampled tables")
    return ax
