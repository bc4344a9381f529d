"""A figure's sheet: the white canvas with its axes.

Headline and subtitle are no part of the drawing. They are text of the page, so that they reflow,
follow the theme and can be searched. A drawing is a function of its axes, so that the same function
draws for a page and for a phone.
"""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

WIDTH = 6.4
"""Inches of a figure on a page."""
NARROW = 3.6
"""Inches of a figure on a phone."""
MARGIN = 0.06
"""Inches of white around a figure."""
SMALLEST = 8.2
"""Points of the smallest letters on a narrow canvas: 9 pixels on a screen of 320 pixels."""
NAME = 0.19
"""Inches of a row for each line of a name that stands above its mark."""
MARK = 0.17
"""Inches of a row for the mark below its name."""
BEHIND = 0.4
"""Order of lines that names of rows cover; axes with their names have 0.5."""

WORDS = 0.25
"""Inches of a row for each line of words in a cell, since the cell fills a half of the row."""


def canvas(
    *,
    height: float,
    width: float = WIDTH,
    columns: int = 1,
    rows: int = 1,
    **options,
) -> tuple[Figure, object]:
    """Make a figure, and return it with its axes.

    Parameters
    ----------
    height, width
        Inches.
    columns, rows
        Panels. Further options go to ``matplotlib.figure.Figure.subplots``.

    Returns
    -------
    The figure, and its axes: one, or an array of them.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    """
    tall = height + 2 * MARGIN
    drawn = Figure(figsize=(width, tall), layout="constrained")
    axes = drawn.subplots(rows, columns, **options)
    _leave_margin(drawn)
    return drawn, axes


def draw(
    drawing: Callable,
    *,
    height: float,
    width: float = WIDTH,
    columns: int = 1,
    rows: int = 1,
    narrow: Mapping[str, object] | None = None,
    **options,
) -> Figure:
    """Draw a figure of a given width by a function of its axes.

    Parameters that are not described here are those of :func:`canvas`.

    Parameters
    ----------
    drawing
        A function that is called with the axes: one argument for each panel, row by row. On a
        narrow canvas, panels that stand side by side are drawn below each other.
    narrow
        What differs on a narrow canvas: a height, or other columns and rows of panels (with the
        height of the whole).

    Returns
    -------
    The figure.

    Examples
    --------
    >>> def two_bars(ax):
    ...     figures.bars(ax, ["one", "two"], [1, 2])
    >>> drawn = figures.draw(two_bars, height=2, width=width, narrow={"height": 1.5})
    """
    laid_out = {"height": height, "columns": columns, "rows": rows, **options}
    if width < WIDTH:
        if columns > 1:
            laid_out.pop("width_ratios", None)
            laid_out |= {"height": height * columns, "rows": rows * columns, "columns": 1}
        laid_out |= narrow or {}
    drawn, axes = canvas(width=width, **laid_out)
    drawing(*np.ravel(axes))
    if width < WIDTH:
        _enlarge_small_letters(drawn)
        above = [one for one in np.ravel(axes) if names_stand_above(one)]
        for one in above:
            _keep_lines_off_names(one)
        _leave_margin(drawn)
        if above:
            _let_rows_breathe(drawn, above)
            _leave_margin(drawn)
    return drawn


def is_narrow(axes) -> bool:
    """Return whether the axes stand on a canvas that is narrower than a page's."""
    return axes.figure.get_figwidth() < WIDTH


def names_stand_above(axes: Axes) -> bool:
    """Return whether the names of rows stand above their rows, as on a narrow canvas."""
    texts = axes.get_yticklabels()
    return bool(texts) and texts[0].get_ha() == "left"


def _leave_margin(drawn: Figure) -> None:
    """Leave the white around a figure, which is a share of the canvas, as wide as it should be."""
    left, bottom = MARGIN / drawn.get_figwidth(), MARGIN / drawn.get_figheight()
    drawn.get_layout_engine().set(rect=(left, bottom, 1 - 2 * left, 1 - 2 * bottom))


def _keep_lines_off_names(axes: Axes) -> None:
    """Let vertical lines over the whole height, such as the note's date, pass behind names."""
    axes.grid(visible=False, axis="y")  # at the height of the names, not of the marks
    for line in axes.lines:
        if line.get_transform() == axes.get_xaxis_transform(which="grid"):
            line.set_zorder(BEHIND)
            _hide_grid_at(axes, line.get_xdata()[0])
    for text in axes.get_yticklabels():
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.3})


def _hide_grid_at(axes: Axes, x: float) -> None:
    """Hide the line of the grid that would be drawn over a line at the same place."""
    for place, tick in zip(axes.get_xticks(), axes.xaxis.get_major_ticks(), strict=False):
        tick.gridline.set_visible(tick.gridline.get_visible() and not np.isclose(place, x))


def _let_rows_breathe(drawn: Figure, axes: list[Axes]) -> None:
    """Let a narrow canvas grow until no name lies on the mark of the row above it.

    Heads, keys and scales take a part of the canvas that is known only once it is laid out.
    """
    drawn.get_layout_engine().execute(drawn)
    missing = {}
    for one in axes:
        names = one.get_yticklabels()
        lines = max(name.get_text().count("\n") + 1 for name in names)
        rows = abs(np.subtract(*one.get_ylim()))
        has = one.get_position().height * drawn.get_figheight()
        place = one.get_subplotspec().rowspan.start
        inside = max((text.get_text().count("\n") + 1 for text in one.texts), default=1)
        needed = rows * max(lines * NAME + MARK, inside * WORDS + 0.08)
        missing[place] = max(needed - has, missing.get(place, 0))
    drawn.set_figheight(drawn.get_figheight() + sum(missing.values()))


def _enlarge_small_letters(drawn: Figure) -> None:
    for text in drawn.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), SMALLEST))
