"""Axes prepared for what they carry: rows with names, columns with heads, years, per cent, counts.

Each function may be called before or after the marks are drawn.
"""

from collections.abc import Iterable
from numbers import Integral
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from decentwork.figures.sheet import NARROW, SMALLEST, is_narrow, names_stand_above

NARROW_LABEL = 18
"""Letters of a row's name that leave room for its marks beside it on a narrow canvas."""
NARROW_LINE = 54
"""Letters of a line across a narrow canvas."""
KEY_LINE = 44
"""Letters of a key in one line across a narrow canvas, with four for each mark."""
NARROW_STATE = 26
MANY_ROWS = 20
"""More rows keep names of up to ``NARROW_STATE`` letters beside them: two screens would be four."""
ABOVE = 0.28
"""Rows between a mark and the foot of its row's name, where names stand above their rows."""
LINE = 0.15
"""Inches of a line of letters."""
LETTER = 0.0063
"""Inches of a letter's width, for each point of its size."""
POSITIONS = "positions"
"""Mark of an axis that carries names: where a mark stands on it is a place and no number."""
DECORATION = "decoration"
"""Mark of lines that lead the eye, which stand for no value."""


def rows(axes: Axes, names: Iterable[str], *, size: float | None = None) -> None:
    """Give each row of marks its name, the first on top.

    On a narrow canvas, where a name is long, all names stand above their rows, so that the marks
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
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.rows(ax, ["Austria", "Belgium", "Czechia, where the name has many letters"])
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


def columns(axes: Axes, heads: Iterable[str], **style) -> None:
    """Give each column of marks its head on top, as in a table.

    Parameters
    ----------
    heads
        One for each column. On a narrow canvas they are turned where they are too long to stand
        side by side, and stand on one line then: a hyphen at the end of a line divides a word,
        which is whole there. ``rotation`` in ``style`` decides otherwise.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.columns(ax, ["Protocol", "Convention"])
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
    """Return whether heads of columns have room beside each other on a narrow canvas.

    Names of rows that stand beside their marks leave less than half of the canvas to the columns.
    """
    texts = list(texts)
    longest = max(len(line) for text in texts for line in text.splitlines() or [""])
    return longest <= letters_of_a_column(axes, len(texts), style.get("fontsize", 10))


def letters_of_a_column(axes: Axes, count: int, size: float = 10) -> int:
    """Return how many letters fit into one of ``count`` columns on a narrow canvas.

    Names of rows that stand beside their marks leave less than half of the canvas to the columns.
    """
    room = NARROW * (0.95 if names_stand_above(axes) else 0.45) / count
    return int(room / (LETTER * max(size, SMALLEST)))


def years(
    axes: Axes,
    first: int,
    last: int,
    step: int | Iterable[int],
    *,
    room: tuple[float, float] = (0.5, 0.5),
) -> None:
    """Let an axis run over years, with a tick every ``step`` years and no lines across.

    Parameters
    ----------
    step
        Years from tick to tick, or the years that have a tick.
    room
        Years left empty before the first and after the last, for example for names of lines.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.years(ax, 2008, 2022, 7)
    >>> figures.years(ax, 2008, 2022, [2008, 2011, 2022])
    """
    ticks = range(first, last + 1, step) if isinstance(step, Integral) else list(step)
    axes.set(xlim=(first - room[0], last + room[1]), xticks=ticks)
    axes.grid(visible=False, axis="x")


def named_points(
    axes: Axes, names: Iterable[str], *, room: tuple[float, float] = (0.5, 0.5)
) -> None:
    """Let an axis run over points that have names and no distance, such as editions of a report.

    Parameters
    ----------
    names
        One for each point; the points stand at 0, 1, 2 and so on, with no lines across.
    room
        What is left empty before the first and after the last, for example for names of marks.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.named_points(ax, ["2005", "2012"])
    """
    names = list(names)
    axes.set_xticks(range(len(names)), names)
    axes.xaxis.set_gid(POSITIONS)
    axes.set_xlim(-room[0], len(names) - 1 + room[1])
    axes.grid(visible=False, axis="x")


def in_years(days: pd.Series | pd.Timestamp) -> pd.Series | float:
    """Return days as points on an axis of years: 20 June 2011 as 2011.47.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> days = pd.Series(pd.to_datetime(["2011-06-20", "2019-01-01"]))
    >>> figures.dots(ax, ["one", "two"], figures.in_years(days))
    """
    date = days.dt if isinstance(days, pd.Series) else days
    return date.year + (date.day_of_year - 1) / (365 + date.is_leap_year)


def scale(
    axes: Axes,
    to: float,
    step: int,
    *,
    start: int = 0,
    along: str = "x",
    room: tuple[float, float] = (0, 0),
) -> None:
    """Let an axis run from ``start`` to ``to`` with a tick every ``step``, as for per cent.

    Parameters
    ----------
    along
        "x" or "y".
    room
        What is left empty before ``start`` and after ``to``.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.scale(ax, 100, 25)
    """
    limits, ticks = (start - room[0], to + room[1]), range(start, int(to) + 1, step)
    axes.set(**{f"{along}lim": limits, f"{along}ticks": ticks})


def thousands(axes: Axes, *, along: str = "x", start: float | None = None) -> None:
    """Write the numbers of an axis with commas: 12,000.

    Parameters
    ----------
    start
        Where the axis begins, once its marks are drawn; as the marks need if nothing is given.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.thousands(ax, along="y", start=0)
    """
    getattr(axes, f"{along}axis").set_major_formatter("{x:,.0f}")
    if start is not None:
        getattr(axes, f"set_{along}lim")(start)


def logarithmic(
    axes: Axes, *, along: str = "x", ticks: dict[float, str] | Iterable[float] | None = None
) -> None:
    """Make a scale logarithmic, with its numbers written with commas.

    Parameters
    ----------
    ticks
        Values to mark, which may have texts; all powers of ten where nothing is given. Where
        they are more than four, a narrow canvas marks every second.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.logarithmic(ax, ticks={0.5: "half", 1: "right", 2: "twice"})
    """
    getattr(axes, f"set_{along}scale")("log")
    if ticks:
        texts = ticks.values() if isinstance(ticks, dict) else map("{:,}".format, ticks)
        marked = list(zip(ticks, texts, strict=True))
        if is_narrow(axes) and along == "x" and len(marked) > 4:
            marked = marked[::2]
        getattr(axes, f"set_{along}ticks")(*zip(*marked, strict=True))
    else:
        thousands(axes, along=along)
    axes.minorticks_off()


def titles(panels: Iterable[Axes], texts: Iterable[str], **style) -> None:
    """Write a title over each panel.

    Examples
    --------
    >>> drawn, axes = figures.canvas(height=2, columns=2, width=width)
    >>> figures.titles(axes, ["Austria", "Belgium"])
    """
    for axes, text in zip(panels, texts, strict=True):
        axes.set_title(text, **{"fontsize": 10.5, "weight": "semibold", **style})


def without_axes(axes: Axes) -> None:
    """Take away lines, ticks and grid, for a drawing that has no scale.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.without_axes(ax)
    """
    axes.set(xticks=[], yticks=[])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_gid(POSITIONS)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def key_above(axes: Axes, **style) -> None:
    """Put a key of the marks above the axes, for marks too many to be named one by one.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> _ = ax.plot([1], [1], "o", label="a kind")
    >>> figures.key_above(ax)
    """
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=1 if is_narrow(axes) else len(axes.get_legend_handles_labels()[1]),
        **{"frameon": False, "borderpad": 0, "handletextpad": 0.2, **style},
    )


def key_on_top(axes: Axes, **style) -> None:
    """Put a key of the marks on top of the whole figure, over all its panels.

    Its entries stand side by side; on a narrow canvas below each other where they are too long.

    Parameters
    ----------
    axes
        The panel whose marks the key explains.

    Examples
    --------
    >>> drawn, (left, right) = figures.canvas(height=2, columns=2, width=width)
    >>> _ = left.plot([1], [1], "o", label="rose")
    >>> _ = left.plot([1], [2], "s", label="fell")
    >>> figures.key_on_top(left)
    """
    handles, names = axes.get_legend_handles_labels()
    beside = not is_narrow(axes) or sum(len(name) + 4 for name in names) <= KEY_LINE
    axes.figure.legend(
        handles,
        names,
        loc="outside upper left",
        ncols=len(names) if beside else 1,
        **{"frameon": False, "borderpad": 0.2, "handletextpad": 0.2, **style},
    )


def key_below(axes: Axes, *, columns: int = 4, **style) -> None:
    """Put a key of the marks below the figure.

    Parameters
    ----------
    columns
        Entries side by side; on a narrow canvas one.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> _ = ax.plot([1], [1], "o", label="a kind")
    >>> figures.key_below(ax, columns=2)
    """
    axes.figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=1 if is_narrow(axes) else columns,
        **{
            "frameon": False,
            "handletextpad": 0.1,
            "columnspacing": 1.2,
            "fontsize": 9,
            **style,
        },
    )
