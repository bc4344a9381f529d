"""A figure's sheet: the white canvas with its axes.

Headline and subtitle are no part of the drawing. They are text of the page, so that they reflow,
follow the theme and can be searched. A figure whose names need another place on a phone is made by
a function of its width, which draws for a page and for a phone.
"""

import pickle

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
"""Inches of a row for each line of a name that is above its mark."""
MARK = 0.17
"""Inches of a row for the mark below its name."""
BEHIND = 0.4
"""Order of lines that names of rows cover; axes with their names have 0.5."""

WORDS = 0.25
"""Inches of a row for each line of words in a cell, since the cell fills a half of the row."""


def finish(drawn: Figure) -> Figure:
    """Leave white around a finished figure; on a phone, make its letters and rows large enough."""
    if drawn.get_layout_engine() is None:
        drawn.set_layout_engine("constrained")
    _leave_margin(drawn)
    if drawn.get_figwidth() < WIDTH:
        _enlarge_small_letters(drawn)
        above = [axes for axes in drawn.axes if names_stand_above(axes)]
        for axes in above:
            _keep_lines_off_names(axes)
        if above:
            _let_rows_breathe(drawn, above)
            _leave_margin(drawn)
    return drawn


def for_phone(drawn: Figure) -> Figure:
    """Return a copy of a figure that is as wide as a phone, for figures drawn once only."""
    copy = pickle.loads(pickle.dumps(drawn))
    copy.set_size_inches(NARROW, drawn.get_figheight())
    return copy


def is_narrow(axes) -> bool:
    """Return whether the axes are on a canvas that is narrower than a page's."""
    return axes.figure.get_figwidth() < WIDTH


def names_stand_above(axes: Axes) -> bool:
    """Return whether the names of rows are above their rows, as on a narrow canvas."""
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
