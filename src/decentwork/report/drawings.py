"""The figures of a report, in the style of the book."""

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from decentwork import figures
from decentwork.estimation import plots
from decentwork.report.analysis import Analysis

HEIGHT = 3.2


class Drawing(NamedTuple):
    """A figure of the report: the name of its file, the figure, and its text in place of it."""

    name: str
    figure: Figure
    alt: str


def draw(own: Analysis) -> list[Drawing]:
    """Draw the figures: lists, fit of the model, all models, resampled totals."""
    figures.use_style()
    found = [
        _drawn("cases-by-list", lambda ax: _lists(ax, own), _alt_of_lists(own)),
        _drawn(
            "fitted-and-observed",
            lambda ax: plots.fitted_against_observed(own.results, ax),
            f"{own.name}: fitted against observed cases of each combination of lists.",
        ),
        _drawn(
            "resampled-totals",
            lambda ax: plots.resampled_totals(own.drawn, ax=ax),
            f"{own.name}: how often resampled tables gave each total.",
        ),
    ]
    if own.models is not None:
        found.append(
            _drawn(
                "totals-by-bic",
                lambda ax: plots.totals_by_bic(own.models, ax),
                f"{own.name}: total and BIC of each model that is near the best.",
            )
        )
    return found


def _drawn(name: str, drawing: Callable[[Axes], object], alt: str) -> Drawing:
    figure = figures.draw(drawing, height=HEIGHT)
    return Drawing(name, figure, alt)


def _alt_of_lists(own: Analysis) -> str:
    lists = own.lists.sort_values("cases")
    fewest, most = lists.iloc[0], lists.iloc[-1]
    return (
        f"{own.name}: cases on each list, from {fewest['cases']:,} on {fewest['list']} to "
        f"{most['cases']:,} on {most['list']}."
    )


def _lists(ax: Axes, own: Analysis) -> None:
    lists = own.lists.sort_values("cases")
    shared = lists["cases"] - lists["on_no_other_list"]
    ax.barh(lists["list"], shared, color=figures.BLUE, label="on another list too")
    ax.barh(
        lists["list"],
        lists["on_no_other_list"],
        left=shared,
        color=figures.ORANGE,
        label="on no other list",
    )
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("cases")
    ax.legend(loc="lower right", frameon=True, edgecolor="none")
