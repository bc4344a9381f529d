"""A figure's sheet: the white canvas with its axes.

Headline and subtitle are no part of the drawing. They are text of the page, so that they reflow,
follow the theme and can be searched. A drawing is a function of its axes, so that the same function
draws for a page and for a phone.
"""

from collections.abc import Callable, Mapping

import numpy as np
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
    left, bottom = MARGIN / width, MARGIN / tall
    drawn.get_layout_engine().set(rect=(left, bottom, 1 - 2 * left, 1 - 2 * bottom))
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

    Parameters
    ----------
    drawing
        A function that is called with the axes: one argument for each panel, row by row. On a
        narrow canvas, panels that stand side by side are drawn below each other.
    narrow
        What differs on a narrow canvas: a height, or other columns and rows of panels (with the
        height of the whole).

    Other parameters as for :func:`canvas`.

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
    return drawn


def is_narrow(axes) -> bool:
    """Whether the axes stand on a canvas that is narrower than a page's."""
    return axes.figure.get_figwidth() < WIDTH


def _enlarge_small_letters(drawn: Figure) -> None:
    for text in drawn.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), SMALLEST))
