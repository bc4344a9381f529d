"""The figures of a report, in the style of the book."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from decentwork import figures
from decentwork.estimation import plots
from decentwork.figures import vector
from decentwork.report.analysis import Analysis, HiddenCells

HEIGHT = 3.2
DOTS_PER_INCH = 200


class Drawing(NamedTuple):
    """A figure of the report: the name of its file, what draws it, and its text in place of it."""

    name: str
    draw: Callable[[Axes], object]
    alt: str


def save(own: Analysis | HiddenCells, folder: Path) -> dict[str, str]:
    """Draw the figures into a folder as SVG and PNG; return the texts in their place, by name.

    The settings of matplotlib are afterwards as before.
    """
    with matplotlib.style.context("decentwork"):
        drawings = list(_drawings(own))
        for drawing in drawings:
            drawn = Figure(figsize=(figures.WIDTH, HEIGHT))
            drawing.draw(drawn.subplots())
            svg = vector.as_svg(drawn)
            (folder / f"{drawing.name}.svg").write_text(svg, encoding="utf-8")
            drawn.savefig(folder / f"{drawing.name}.png", dpi=DOTS_PER_INCH)
    return {drawing.name: drawing.alt for drawing in drawings}


def _drawings(own: Analysis | HiddenCells) -> Iterator[Drawing]:
    if own.models is not None:
        yield Drawing(
            "totals-by-bic",
            lambda ax: plots.totals_by_bic(own.models, ax),
            f"{own.name}: total and BIC of each model that is near the best.",
        )
    if isinstance(own, HiddenCells):
        return
    yield Drawing("cases-by-list", lambda ax: _lists(ax, own), _alt_of_lists(own))
    yield Drawing(
        "fitted-and-observed",
        lambda ax: plots.fitted_against_observed(own.results, ax),
        f"{own.name}: fitted against observed cases of each combination of lists.",
    )
    yield Drawing(
        "resampled-totals",
        lambda ax: plots.resampled_totals(own.drawn, ax=ax),
        f"{own.name}: how often resampled tables gave each total.",
    )


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
