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
BESIDE = 0.165
"""Inches of a row with its name next to it, where rows are many."""
MANY = 12
"""More rows than that are many."""
ROOMY = 0.9
"""A panel of which rows need less than this share is too high."""
POSITIONS = "positions"
"""Mark of an axis that carries names: where a mark is on it is a place and no number."""
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
        for axes in drawn.axes:
            if names_stand_above(axes):
                _keep_lines_off_names(axes)
        _fit_rows(drawn)
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


def _fit_rows(drawn: Figure) -> None:
    """Give the rows of a narrow canvas the height that they need, and no more.

    No name lies on the mark of the row above it, and nobody scrolls through white. Heads, keys and
    scales take a part of the canvas that is known only once it is laid out.
    """
    needed = {axes: _height_of_rows(axes) for axes in drawn.axes}
    if not any(needed.values()):
        return
    drawn.get_layout_engine().execute(drawn)
    has: dict[int, float] = {}
    larger: list[float] = []
    for axes, wanted in needed.items():
        if axes.get_subplotspec() is None:
            continue
        height = axes.get_position().height * drawn.get_figheight()
        has[axes.get_subplotspec().rowspan.start] = height
        larger.append(wanted / height)
    # Panels below each other keep their shares of the canvas. Rows of several marks keep theirs.
    has_one = all(len(axes.texts) <= len(axes.get_yticks()) for axes in needed)
    if (times := max(larger)) > 1 or (times < ROOMY and all(needed.values()) and has_one):
        drawn.set_figheight(drawn.get_figheight() + (times - 1) * sum(has.values()))


def _height_of_rows(axes: Axes) -> float:
    """Return the inches that the named rows of a narrow panel need; 0 if any will do."""
    names = axes.get_yticklabels()
    rows = abs(np.subtract(*axes.get_ylim()))
    if names_stand_above(axes):
        lines = max(name.get_text().count("\n") + 1 for name in names)
        inside = max((text.get_text().count("\n") + 1 for text in axes.texts), default=1)
        return rows * max(lines * NAME + MARK, inside * WORDS + 0.08)
    return rows * BESIDE if len(names) > MANY and axes.yaxis.get_gid() == POSITIONS else 0


def _enlarge_small_letters(drawn: Figure) -> None:
    for text in drawn.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), SMALLEST))
