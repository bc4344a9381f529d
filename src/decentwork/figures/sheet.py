"""A figure's sheet: the finding as headline, the measure as subtitle, and the axes below them.

A drawing is a function of its axes, so that the same function draws for a page and for a phone.
"""

from collections.abc import Callable
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from decentwork.figures.style import QUIET

WIDTH = 6.4
"""Inches of a figure on a page."""
NARROW = 3.6
"""Inches of a figure on a phone."""
MARGIN = 0.12
"""Inches of white around a figure."""
LETTERS_PER_INCH = {"headline": 11.2, "subtitle": 16.5}
"""Letters that fit, on average, in an inch of a line."""


def canvas(
    headline: str,
    subtitle: str,
    *,
    height: float,
    width: float = WIDTH,
    columns: int = 1,
    rows: int = 1,
    **options,
) -> tuple[Figure, object]:
    """Make a figure with its headline and subtitle, and return it with its axes.

    Parameters
    ----------
    headline
        The finding, sentence case, no full stop. A line break may be given; on a narrower canvas
        lines are broken anew.
    subtitle
        Measure, unit, place, years.
    height
        Inches without headline and subtitle.
    width
        Inches.
    columns, rows
        Panels. On a narrow canvas the columns of panels stand below each other. Further options go
        to ``matplotlib.figure.Figure.subplots``.

    Returns
    -------
    The figure, and its axes: one, or an array of them.

    Examples
    --------
    >>> drawn, ax = figures.canvas("Two is more than one", "Number", height=2, width=width)
    """
    if width < WIDTH:
        headline = _wrapped(headline, "headline", width)
        subtitle = _wrapped(subtitle, "subtitle", width)
    headline_lines, subtitle_lines = headline.count("\n") + 1, subtitle.count("\n") + 1
    head = 0.24 * headline_lines + 0.19 * subtitle_lines + 0.14
    tall = height + head + 2 * MARGIN
    drawn = Figure(figsize=(width, tall), layout="constrained")
    axes = drawn.subplots(rows, columns, **options)
    left, bottom = MARGIN / width, MARGIN / tall
    drawn.get_layout_engine().set(rect=(left, bottom, 1 - 2 * left, height / tall))
    below = MARGIN + 0.24 * headline_lines + 0.05
    drawn.text(
        left, 1 - bottom, headline, fontsize=13.5, weight="semibold", va="top", linespacing=1.2
    )
    drawn.text(left, 1 - below / tall, subtitle, color=QUIET, va="top")
    return drawn, axes


def draw(
    drawing: Callable,
    headline: str,
    subtitle: str,
    *,
    height: float,
    width: float = WIDTH,
    columns: int = 1,
    rows: int = 1,
    **options,
) -> Figure:
    """Draw a figure of a given width by a function of its axes.

    Parameters
    ----------
    drawing
        A function that is called with the axes: one argument for each panel, row by row. On a
        narrow canvas, panels that stand side by side are drawn below each other.

    Other parameters as for :func:`canvas`.

    Returns
    -------
    The figure.

    Examples
    --------
    >>> def two_bars(ax):
    ...     figures.bars(ax, ["one", "two"], [1, 2])
    >>> drawn = figures.draw(two_bars, "Two is more", "Number", height=2, width=width)
    """
    if width < WIDTH and columns > 1:
        options = {name: value for name, value in options.items() if name != "width_ratios"}
        height, rows, columns = height * columns, rows * columns, 1
    drawn, axes = canvas(
        headline, subtitle, height=height, width=width, columns=columns, rows=rows, **options
    )
    drawing(*np.ravel(axes))
    return drawn


def is_narrow(axes) -> bool:
    """Whether the axes stand on a canvas that is narrower than a page's."""
    return axes.figure.get_figwidth() < WIDTH


def _wrapped(text: str, kind: str, width: float) -> str:
    return fill(" ".join(text.split()), int(LETTERS_PER_INCH[kind] * (width - 2 * MARGIN)))
