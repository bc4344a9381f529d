"""Single marks: intervals, labels, arrows, and the lines that mark a date, a rule or a break."""

from collections.abc import Iterable
from itertools import repeat
from numbers import Real

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from decentwork import days
from decentwork.figures.axes import in_years
from decentwork.figures.sheet import names_stand_above
from decentwork.figures.style import BLUE, DASHED, INK, ORANGE, QUIET

NOTE_DATE = pd.Timestamp(days.NOTE_DATE)
"""First day of the conference for which the concept note was written."""
NOTE_COLOUR = ORANGE


def interval(axes: Axes, low, high, position, **style) -> None:
    """Draw horizontal intervals as thick light bars; points go on top of them.

    Parameters
    ----------
    low, high
        Ends, one or one for each row.
    position
        Rows.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.interval(ax, [1, 1.5], [2, 2.5], [0, 1])
    """
    axes.hlines(position, low, high, **{"linewidth": 7, "alpha": 0.35, "color": BLUE, **style})


def ranges(axes: Axes, position, low, high, **style) -> None:
    """Draw vertical intervals as thick light bars, for example one for each year.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.ranges(ax, [2010, 2020], [1, 1.5], [2, 2.5])
    """
    axes.vlines(position, low, high, **{"linewidth": 9, "alpha": 0.35, "color": BLUE, **style})


def label(axes: Axes, x, y, text: str, *, box: float | None = None, **style) -> None:
    """Write ``text`` beside the point (x, y), in place of a key.

    Parameters
    ----------
    box
        Points of white around the text, which hides lines behind it; none is drawn if nothing is
        given.
    style
        ``offset`` is the distance from the point, in points (7 to the right if none is given);
        others go to ``Axes.annotate``.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.label(ax, 0.5, 0.5, "here", offset=(0, 5), ha="center")
    """
    if box is not None:
        style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": box}
    axes.annotate(
        text,
        (x, y),
        xytext=style.pop("offset", (7, 0)),
        textcoords="offset points",
        **{"va": "center", "fontsize": 10, **style},
    )


def labels(
    axes: Axes,
    xs: Iterable | float,
    ys: Iterable | float,
    texts: Iterable[str] | str,
    **style,
) -> None:
    """Write a text beside each point; a point without a value gets none.

    Parameters
    ----------
    xs, ys
        Of the points; one of the two may be one number for all points.
    texts
        One for each point, or a format for the values ``xs``, for example "{:.0f}".
    style
        As for :func:`label`. A ``color`` that is a list has one for each point.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.labels(ax, [0.2, 0.5], 0.5, "{:.1f}")
    """
    if isinstance(xs, Real):
        ys = list(ys)
        xs = each(xs, len(ys))
    xs = list(xs)
    ys = each(ys, len(xs))
    if isinstance(texts, str):
        texts = [texts.format(x) for x in xs]
    colours = each(style.pop("color", INK), len(xs))
    for x, y, text, colour in zip(xs, ys, texts, colours, strict=True):
        if pd.notna(x) and pd.notna(y):
            label(axes, x, y, text, color=colour, **style)


def spans(low: Iterable[float], high: Iterable[float], form: str = "{:.0f}") -> list[str]:
    """Return the text of each range, "1 to 7", or one number where both ends read the same.

    Parameters
    ----------
    low, high
        Ends of the ranges.
    form
        How an end is written.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> texts = figures.spans([1, 0.6], [7, 0.9])
    >>> texts
    ['1 to 7', '1']
    >>> figures.dots(ax, ["one", "two"], [4, 0.7], texts=texts)
    """
    ends = zip(map(form.format, low), map(form.format, high), strict=True)
    return [" to ".join(dict.fromkeys(pair)) for pair in ends]


def each(given, count: int) -> list:
    """Return a list with one entry for each of ``count`` marks, from one value or from many."""
    # Real has numpy's numbers too, which rows of a table give, and not its truth values.
    if isinstance(given, str | Real | np.bool_) or given is None:
        return list(repeat(given, count))
    return list(given)


def arrow(axes: Axes, start, end, *, colour: str = BLUE, **style) -> None:
    """Draw an arrow from one point to another.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.arrow(ax, (0.2, 0.2), (0.8, 0.8))
    """
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, **style})


def at_least(
    axes: Axes,
    xs: Iterable[float],
    ys: Iterable[float],
    length: float,
    *,
    along: str = "x",
    colour: str | Iterable[str] = BLUE,
) -> None:
    """Draw an arrow from each point, whose value is a minimum.

    Parameters
    ----------
    xs, ys
        Where the arrows begin.
    length
        Of the arrows, in the units of the axis ``along`` which they run.
    colour
        One, or one for each point.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.bars(ax, ["one"], [1])
    >>> figures.at_least(ax, [1], [0], 0.2)
    >>> _ = ax.set_xlim(0, 2)
    """
    starts = list(zip(xs, ys, strict=True))
    for (x, y), tint in zip(starts, each(colour, len(starts)), strict=True):
        end = (x + length, y) if along == "x" else (x, y + length)
        arrow(axes, (x, y), end, colour=tint)


def sizes_below(
    axes: Axes, sizes: pd.Series, y: float, *, name: str = "States", colour: str = QUIET
) -> None:
    """Write below marks how many units stand behind each, and the units' name before the first.

    Parameters
    ----------
    sizes
        Indexed by the places of the marks on the x axis, for example years.
    y
        Height of the numbers, in the units of the axis.
    name
        Of the units; it stands left of the axis. Empty for a second row of numbers.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> sizes = pd.Series([12, 9], [2010, 2011])
    >>> figures.ranges(ax, sizes.index, [20, 30], [40, 50])
    >>> figures.sizes_below(ax, sizes, 5)
    """
    style = {"color": colour, "fontsize": 9, "offset": (0, 0)}
    labels(axes, sizes.index, y, sizes.map(str), ha="center", **style)
    label(axes, 0, y, name, xycoords=axes.get_yaxis_transform(), ha="right", **style)


def the_note(
    axes: Axes, y: float | None = None, text: str = "the note, June 2011", **style
) -> None:
    """Mark the day of the concept note on an axis of years or of days.

    Parameters
    ----------
    y
        Height of the text, in the units of the axis; near the top if none is given.
    text
        Empty where another panel of the figure says what the line is.
    style
        As for :func:`reference`.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> _ = ax.plot([2008, 2015], [1, 2])
    >>> figures.the_note(ax)
    """
    at = NOTE_DATE if axes.xaxis.have_units() else in_years(NOTE_DATE)
    reference(axes, at, text, y, **{"colour": NOTE_COLOUR, **style})


def reference(
    axes: Axes,
    at,
    text: str = "",
    y: float | None = None,
    *,
    colour: str = QUIET,
    side: str = "right",
    dashed: bool = False,
    width: float = 1.2,
    **style,
) -> None:
    """Draw a vertical line at a value that others are held against, and name it.

    Parameters
    ----------
    at
        Its place on the x axis.
    y
        Height of the text, in the units of the axis; near the top if none is given.
    side
        Side of the line on which the text stands, "right" or "left".
    dashed
        For a rule of thumb, or a value that was computed.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.reference(ax, 0.5, "rule of thumb", dashed=True)
    """
    axes.axvline(at, color=colour, linewidth=width, linestyle=DASHED if dashed else "-")
    if text:
        _beside_line(axes, at, text, y, side, **{"color": colour, **style})


def _beside_line(
    axes: Axes,
    at,
    text: str,
    y: float | None,
    side: str,
    *,
    top: float = 0.97,
    away: float = 4,
    **style,
) -> None:
    """Write a text beside a vertical line, ``away`` points from it, at ``y`` or near the top."""
    place = ((at, top), ("data", "axes fraction")) if y is None else ((at, y), "data")
    right = side == "right"
    axes.annotate(
        text,
        place[0],
        xycoords=place[1],
        xytext=(away if right else -away, 0),
        textcoords="offset points",
        **{
            "fontsize": 9,
            "ha": "left" if right else "right",
            "va": "top" if y is None else "center",
            **style,
        },
    )


def definition_break(axes: Axes, at: float, what: str, *, side: str = "right") -> None:
    """Mark where a definition changed, and say on one ``side`` of the line what changed.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.definition_break(ax, 0.5, "another survey")
    """
    reference(axes, at, dashed=True)
    _beside_line(axes, at, what, None, side, top=0.98, away=5, color=QUIET)


def separators(axes: Axes, *between: float, **style) -> None:
    """Draw dashed lines between rows that may not be compared with each other.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.separators(ax, 0.5)
    """
    # Names that stand above their rows reach into the space between rows.
    higher = 0.22 if names_stand_above(axes) else 0
    for row in between:
        axes.axhline(row - higher, **{"color": QUIET, "linewidth": 1, "linestyle": DASHED, **style})


def band(
    axes: Axes,
    low: float,
    high: float,
    text: str = "",
    y: float | None = None,
    *,
    colour: str = QUIET,
    side: str = "middle",
    alpha: float = 0.2,
    **style,
) -> None:
    """Shade a range of the x axis, for example one that a text claims, and name it.

    Parameters
    ----------
    low, high
        Ends of the range.
    y
        Height of the text, in the units of the axis; near the top if none is given.
    side
        Where the text stands: in the "middle" of the band, or on its "right".
    alpha
        Strength of the shade.
    style
        Of the text; goes to ``Axes.annotate``.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.band(ax, 0.4, 0.7, "the rule", colour=figures.ORANGE)
    """
    axes.axvspan(low, high, color=colour, alpha=alpha, linewidth=0)
    right = side == "right"
    x = high if right else (low + high) / 2
    axes.annotate(
        text,
        (x, 0.97 if y is None else y),
        xycoords=("data", "axes fraction") if y is None else "data",
        xytext=(4 if right else 0, 0),
        textcoords="offset points",
        **{
            "color": colour,
            "fontsize": 9,
            "ha": "left" if right else "center",
            "va": "top" if y is None else "center",
            **style,
        },
    )


def block_names(axes: Axes, at: Iterable[float], names: Iterable[str], **style) -> None:
    """Name blocks of rows at the right edge of the axes.

    Parameters
    ----------
    at
        Row of each name.
    style
        As for :func:`labels`.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.rows(ax, ["one", "two", "three"])
    >>> figures.separators(ax, 0.5)
    >>> figures.block_names(ax, [0, 1], ["of 2010", "of 2020"])
    """
    style = {"color": QUIET, "offset": (0, 0), "ha": "right", **style}
    labels(axes, 0.99, at, names, xycoords=axes.get_yaxis_transform(), **style)


def mark_names(
    axes: Axes, xs: Iterable[float], names: Iterable[str], colours: Iterable[str], **style
) -> None:
    """Name the marks of the first row above them, in place of a key; call it after the marks.

    Parameters
    ----------
    xs
        Where the names stand, near the marks of the first row.
    colours
        Of the marks, and so of their names.
    style
        As for :func:`labels`.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> tints = (figures.ORANGE, figures.BLUE)
    >>> figures.dumbbells(ax, ["one", "two"], [3, 4], [1, 2], colours=tints)
    >>> figures.mark_names(ax, [3, 1], ["2010", "2020"], tints)
    """
    style = {"color": colours, "offset": (0, 0), "ha": "center", **style}
    # A name that stands above the first row reaches up to where these names would stand.
    higher = 0.6 if names_stand_above(axes) else 0
    labels(axes, xs, -0.65 - higher, names, **style)
    axes.set_ylim(top=-1 - higher)
