"""Names of rows and columns, which are elsewhere on a phone than on a page; days as years.

Each function may be called before or after the marks are drawn.
"""

from collections.abc import Iterable
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from decentwork.figures.sheet import NARROW, POSITIONS, SMALLEST, is_narrow, names_stand_above

NARROW_LABEL = 18
"""Letters of a row's name that leave room for its marks next to it on a narrow canvas."""
NARROW_LINE = 54
"""Letters of a line across a narrow canvas."""
NARROW_STATE = 26
MANY_ROWS = 20
"""More rows keep names of up to ``NARROW_STATE`` letters next to them, or two screens are four."""
ABOVE = 0.28
"""Rows between a mark and the foot of its row's name, where names are above their rows."""
LINE = 0.15
"""Inches of a line of letters."""
LETTER = 0.0063
"""Inches of a letter's width, for each point of its size."""
DECORATION = "decoration"
"""Mark of lines that lead the eye, which show no value."""


def row_names(axes: Axes, names: Iterable[str], *, size: float | None = None) -> None:
    """Give each row of marks its name, the first on top.

    On a narrow canvas, where a name is long, all names are above their rows, so that the marks
    keep the whole width; where rows are many, the letters are small. The canvas grows where rows
    would lie on each other.

    Parameters
    ----------
    names
        One for each row.
    size
        Points of the letters, where there are too many rows for the usual size.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> figures.row_names(ax, ["Austria", "Belgium", "Czechia, where the name has many letters"])
    """
    texts = [str(name) for name in names]
    longest = max(len(line) for text in texts for line in text.splitlines() or [""])
    is_long = longest > NARROW_LABEL
    fits_beside = len(texts) > MANY_ROWS and longest <= NARROW_STATE
    above = is_narrow(axes) and is_long and not fits_beside
    if above:
        texts = [fill(_on_one_line(text), NARROW_LINE) for text in texts]
    elif is_narrow(axes) and is_long:
        size = SMALLEST
    places = [row - ABOVE * above for row in range(len(texts))]
    where = {"ha": "left", "va": "bottom"} if above else {}
    axes.set_yticks(places, texts, **where)
    axes.yaxis.set_gid(POSITIONS)
    axes.set_ylim(len(texts) - 0.4, -0.95 if above else -0.6)
    axes.grid(visible=False, axis="y")
    if above:
        axes.tick_params(axis="y", pad=0)
    if size:
        axes.tick_params(axis="y", labelsize=size)
    if is_narrow(axes):
        most = max(text.count("\n") + 1 for text in texts)
        _make_room(axes, len(texts) * (most * LINE + (2.2 * LINE if above else 0)))


def _on_one_line(text: str) -> str:
    """Join the lines of a name; a word that was divided for a page is whole again."""
    return " ".join(text.replace("-\n", "").split())


def _make_room(axes: Axes, needed: float) -> None:
    """Let the canvas grow until its axes, with their scale, have the inches that they need."""
    drawn, panels = axes.figure, axes.get_gridspec().nrows
    missing = needed + 2.5 * LINE - drawn.get_figheight() / panels
    if missing > 0:
        drawn.set_figheight(drawn.get_figheight() + missing * panels)


def column_names(axes: Axes, heads: Iterable[str], **style) -> None:
    """Give each column of marks its head on top, as in a table.

    Parameters
    ----------
    heads
        One for each column. On a narrow canvas they are turned where they are too long to be
        side by side, and are on one line then: a hyphen at the end of a line divides a word,
        which is whole there. ``rotation`` in ``style`` overrides this.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> figures.column_names(ax, ["Protocol", "Convention"])
    """
    texts = [str(head) for head in heads]
    if is_narrow(axes) and not _fit_side_by_side(axes, texts, **style):
        texts = [_on_one_line(text) for text in texts]
        style = {"rotation": 90, **style}
    axes.set_xticks(range(len(texts)), texts, **style)
    axes.xaxis.set_gid(POSITIONS)
    axes.xaxis.tick_top()
    axes.set_xlim(-0.5, len(texts) - 0.5)
    axes.spines["bottom"].set_visible(False)


def _fit_side_by_side(axes: Axes, texts: Iterable[str], **style) -> bool:
    """Return whether heads of columns have room next to each other on a narrow canvas.

    Names of rows that are next to their marks leave less than half of the canvas to the columns.
    """
    texts = list(texts)
    longest = max(len(line) for text in texts for line in text.splitlines() or [""])
    return longest <= letters_of_a_column(axes, len(texts), style.get("fontsize", 10))


def letters_of_a_column(axes: Axes, count: int, size: float = 10) -> int:
    """Return how many letters fit into one of ``count`` columns on a narrow canvas.

    Names of rows that are next to their marks leave less than half of the canvas to the columns.
    """
    room = NARROW * (0.95 if names_stand_above(axes) else 0.45) / count
    return int(room / (LETTER * max(size, SMALLEST)))


def in_years(days: pd.Series | pd.Timestamp) -> pd.Series | float:
    """Return days as points on an axis of years: 20 June 2011 as 2011.47.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> days = pd.Series(pd.to_datetime(["2011-06-20", "2019-01-01"]))
    >>> _ = ax.plot(figures.in_years(days), [0, 1], "o")
    """
    date = days.dt if isinstance(days, pd.Series) else days
    return date.year + (date.day_of_year - 1) / (365 + date.is_leap_year)
