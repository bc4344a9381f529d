"""Words at marks, and the lines that mark a date, a rule or a change of definition."""

from collections.abc import Iterable
from itertools import repeat
from numbers import Real

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from decentwork import days
from decentwork.figures.names import in_years
from decentwork.figures.sheet import names_stand_above
from decentwork.figures.style import DASHED, INK, ORANGE, QUIET

NOTE_DATE = pd.Timestamp(days.NOTE_DATE)
"""First day of the conference for which the concept note was written."""
NOTE_COLOUR = ORANGE


def label(axes: Axes, x, y, text: str, *, box: float | None = None, **style) -> None:
    """Write ``text`` next to the point (x, y), in place of a key; see :func:`labels`."""
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
    """Write a text next to each point; a point without a value gets none.

    Parameters
    ----------
    xs, ys
        Of the points; one of the two may be one number for all points.
    texts
        One for each point, or a format for the values ``xs``, for example "{:.0f}".
    style
        ``offset`` is the distance from the point, in points (7 to the right if none is given);
        ``box`` draws white around the text, so many points wide, which hides lines behind it.
        Others go to ``Axes.annotate``; a ``color`` that is a list has one for each point.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
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


def each(given, count: int) -> list:
    """Return a list with one entry for each of ``count`` marks, from one value or from many."""
    # Real has numpy's numbers too, which rows of a table give, and not its truth values.
    if isinstance(given, str | Real | np.bool_) or given is None:
        return list(repeat(given, count))
    return list(given)


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
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
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
    """Draw a vertical line at a value that others are compared with, and name it.

    Parameters
    ----------
    at
        Its place on the x axis.
    y
        Height of the text, in the units of the axis; near the top if none is given.
    side
        Side of the line on which the text is, "right" or "left".
    dashed
        For a rule of thumb, or a value that was computed.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
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
    """Write a text next to a vertical line, ``away`` points from it, at ``y`` or near the top."""
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
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> figures.definition_break(ax, 0.5, "another survey")
    """
    reference(axes, at, dashed=True)
    _beside_line(axes, at, what, None, side, top=0.98, away=5, color=QUIET)


def separators(axes: Axes, *between: float, **style) -> None:
    """Draw dashed lines between rows that may not be compared with each other.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> figures.row_names(ax, ["2010", "2020"])
    >>> figures.separators(ax, 0.5)
    """
    # Names that are above their rows reach into the space between rows.
    higher = 0.22 if names_stand_above(axes) else 0
    for row in between:
        axes.axhline(row - higher, **{"color": QUIET, "linewidth": 1, "linestyle": DASHED, **style})
