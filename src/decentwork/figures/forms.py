"""The forms of figures that chapters draw again and again.

A form draws the rows that it is given, names them, and writes values beside the marks. What is
special to one figure is drawn by the chapter, with the marks of :mod:`decentwork.figures.marks`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from decentwork.figures.axes import (
    DECORATION,
    columns,
    key_above,
    letters_of_a_column,
    rows,
    titles,
    years,
)
from decentwork.figures.marks import each, interval, label, labels
from decentwork.figures.sheet import is_narrow, names_stand_above
from decentwork.figures.style import BLUE, GRID, ORANGE, QUIET

Texts = str | Iterable[str] | None
Look = tuple[str, str, str]
"""Shape, colour of the face, colour of the edge."""
KindLook = tuple[str, str, str]
"""Shape, colour, name in the key."""
THINNER = 0.6
"""What is left of a bar's height where the names of rows stand above their rows."""


def bars(
    axes: Axes,
    names: Iterable[str] | None,
    values: Iterable[float],
    *,
    start: Iterable[float] | None = None,
    colour: str | Iterable[str] = BLUE,
    marked: Iterable[bool] | None = None,
    texts: Texts = None,
    height: float = 0.62,
    size: float | None = None,
    label_style: Mapping | None = None,
    **style,
) -> None:
    """Draw a horizontal bar for each row.

    Parameters
    ----------
    names
        One for each row; None if the rows have their names already.
    values
        Lengths.
    start
        Where the bars begin, for bars that continue others; 0 if nothing is given.
    colour
        One, or one for each row.
    marked
        Whether a row stands out, in orange among blue ones; in place of ``colour``.
    texts
        What stands at the end of each bar: one text for each, or a format for the values.
    size
        Points of the names' letters.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.bars(ax, ["one", "two"], [1, 2], marked=[False, True], texts="{:g}")
    """
    values = [float(value) for value in values]
    if marked is not None:
        colour = [ORANGE if stands_out else BLUE for stands_out in marked]
    if names is not None:
        rows(axes, names, size=size)
    if names_stand_above(axes):
        height *= THINNER
    begin = each(0 if start is None else start, len(values))
    axes.barh(range(len(values)), values, left=begin, height=height, color=colour, **style)
    if texts is not None:
        if isinstance(texts, str):
            texts = [texts.format(value) for value in values]
        ends = [at + value for at, value in zip(begin, values, strict=True)]
        labels(axes, ends, range(len(values)), texts, **dict(label_style or {}))


def stacked_bars(
    axes: Axes,
    names: Iterable[str] | None,
    parts: Mapping[str, Iterable[float]],
    colours: Sequence[str],
    *,
    hatches: Sequence[str] = (),
    texts: Texts = None,
    inside: Sequence[str] = (),
    height: float = 0.62,
    label_style: Mapping | None = None,
    **style,
) -> None:
    """Draw bars that are made of parts, one behind the other.

    Parameters
    ----------
    parts
        Lengths by name of the part. The names are there for a key (:func:`key_above`).
    colours
        One for each part.
    hatches
        One for each part; parts behind the last have none.
    texts
        What stands at the end of each whole bar, as in :func:`bars`.
    inside
        Format for each part, by which its values stand in it in white; empty for none. Parts behind
        the last have none.

    Raises
    ------
    ValueError
        If there are fewer colours than parts.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> parts = {"women": [1, 2], "men": [2, 1]}
    >>> tints = [figures.ORANGE, figures.BLUE]
    >>> figures.stacked_bars(ax, ["one", "two"], parts, tints, inside=["{:g} women", ""])
    """
    given, colours = dict(parts.items()), list(colours)  # a frame has as many parts as columns
    if len(colours) < len(given):
        raise ValueError(
            f"{len(given)} parts have {len(colours)} colours, and a part without one would be "
            "left out unseen: give one for each part."
        )
    start = None
    hatches, inside = chain(hatches, repeat("")), chain(inside, repeat(""))
    for (part, values), colour, hatch, form in zip(
        given.items(), colours, hatches, inside, strict=False
    ):
        lengths = [float(value) for value in values]
        start = start or [0.0] * len(lengths)
        bars(
            axes, names, lengths, start=start, colour=colour, height=height, label=part,
            hatch=hatch, edgecolor="white", linewidth=0 if not hatch else None, **style,
        )  # fmt: skip
        if form:
            middles = [at + length / 2 for at, length in zip(start, lengths, strict=True)]
            written = map(form.format, lengths)
            white = {"color": "white", "ha": "center", "offset": (0, 0)}
            labels(axes, middles, range(len(lengths)), written, **white)
        start = [at + length for at, length in zip(start, lengths, strict=True)]
        names = None
    if texts is not None:
        if isinstance(texts, str):
            texts = [texts.format(whole) for whole in start]
        labels(axes, start, range(len(start)), texts, **dict(label_style or {}))


def dots(
    axes: Axes,
    names: Iterable[str] | None,
    values: Iterable[float],
    *,
    low: Iterable[float] | None = None,
    high: Iterable[float] | None = None,
    stem: float | None = None,
    colour: str | Iterable[str] = BLUE,
    shape: str | Iterable[str] = "o",
    marked: Iterable[bool] | None = None,
    hollow: bool | Iterable[bool] = False,
    marksize: float = 6,
    row: Iterable[float] | None = None,
    shift: float = 0.0,
    texts: Texts = None,
    key: str | None = None,
    size: float | None = None,
    interval_style: Mapping | None = None,
    label_style: Mapping | None = None,
) -> None:
    """Draw a mark for each row, on its interval where it has one.

    Parameters
    ----------
    names
        One for each row; None if the rows have their names already.
    values
        Where the marks stand, as numbers; days first go through :func:`in_years`. A row without a
        value has no mark.
    low, high
        Ends of the intervals, which are drawn first.
    stem
        Where a light line begins that leads the eye from the axis to the mark.
    colour, shape, hollow
        One, or one for each value.
    marked
        Whether a value stands out, as an orange diamond among blue rounds; in place of ``colour``
        and ``shape``.
    row
        The row of each value, counted from 0 at the top, where a row holds several marks or none.
    shift
        Rows by which the marks stand lower than their row, for two series in the same rows.
    texts
        What stands beside each mark or interval: one text for each, or a format for the values.
    key
        Name of the series in a key, which shows the first of its looks.
    size
        Points of the names' letters.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.dots(ax, ["one", "two"], [1, 2], low=[0.5, 1], high=[1.5, 4], texts="{:.0f}")
    >>> figures.dots(ax, None, [2, 3], row=[0, 0], marked=[True, False])
    """
    values = pd.Series(list(values), dtype="Float64").astype(float)
    count = len(values)
    if isinstance(texts, str):
        texts = [texts.format(value) for value in values]
    if marked is not None:
        marked = list(marked)
        colour = [ORANGE if stands_out else BLUE for stands_out in marked]
        shape = ["D" if stands_out else "o" for stands_out in marked]
    if names is not None:
        rows(axes, names, size=size)
    at = [place + shift for place in (range(count) if row is None else row)]
    ends = values
    if low is not None:
        low, high = (pd.Series(list(end), dtype="Float64").astype(float) for end in (low, high))
        interval(axes, low, high, at, **{"color": colour, **(interval_style or {})})
        ends = high.fillna(values)
    if stem is not None:
        axes.hlines(at, stem, values, color=GRID, linewidth=3, gid=DECORATION)
    looks = pd.DataFrame(
        {"colour": each(colour, count), "shape": each(shape, count), "hollow": each(hollow, count)}
    )
    # A look that no mark has would stand in the key; a series without any mark still stands there.
    shown = looks[values.notna()] if values.notna().any() else looks.head(1)
    for (tint, mark, open_face), some in shown.groupby(["colour", "shape", "hollow"], sort=False):
        face = "white" if open_face else tint
        axes.plot(
            values[some.index], [at[place] for place in some.index], mark, color=tint, label=key,
            markersize=marksize, markerfacecolor=face, markeredgecolor=tint,
        )  # fmt: skip
        key = None
    if texts is not None:
        labels(axes, ends, at, texts, **dict(label_style or {}))


def dots_by_kind(
    axes: Axes,
    names: Iterable[str] | None,
    values: Iterable[float],
    kinds: Iterable[str],
    looks: Mapping[str, KindLook],
    *,
    low: Iterable[float] | None = None,
    high: Iterable[float] | None = None,
    hollow: bool | Iterable[bool] = False,
    apart: float = 0.0,
    size: float | None = None,
    **style,
) -> None:
    """Draw a mark for each value, whose shape and colour say of which kind it is.

    Parameters that are not described here are those of :func:`dots`.

    Parameters
    ----------
    kinds
        Kind of each value.
    looks
        By kind its shape, its colour and its name in a key (empty for none). Kinds are drawn in
        this order.
    apart
        Rows between the marks of one kind and those of the next, where a row holds several kinds.

    Raises
    ------
    ValueError
        If a value is of a kind that has no look: it would be left out unseen.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> looks = {"then": ("o", figures.ORANGE, "2010"), "now": ("D", figures.BLUE, "2020")}
    >>> figures.dots_by_kind(ax, ["one"], [1, 4], ["then", "now"], looks, row=[0, 0], apart=0.3)
    """
    values = pd.Series(list(values), dtype="Float64").astype(float)
    kinds, middle = pd.Series(list(kinds)), (len(looks) - 1) / 2
    _refuse_unknown(kinds[values.notna()], looks)
    given = {"low": low, "high": high}
    ends = {
        end: pd.Series(list(of), dtype="Float64") for end, of in given.items() if of is not None
    }
    hollow = each(hollow, len(values))
    texts, row = style.pop("texts", None), style.pop("row", None)
    texts = [texts.format(value) for value in values] if isinstance(texts, str) else texts
    texts, row = (None if one is None else list(one) for one in (texts, row))
    if names is not None:
        rows(axes, names, size=size)
    for place, (kind, (shape, colour, name)) in enumerate(looks.items()):
        here = kinds == kind
        own_ends = {end: limits.where(here) for end, limits in ends.items()}
        dots(
            axes, None, values.where(here), **own_ends, colour=colour, shape=shape, hollow=hollow,
            row=row, shift=apart * (place - middle), texts=texts, key=name or None, **style,
        )  # fmt: skip


def dumbbells(
    axes: Axes,
    names: Iterable[str] | None,
    then: Iterable[float],
    now: Iterable[float],
    *,
    key: tuple[str, str] | None = None,
    colours: tuple[str, str] = (ORANGE, BLUE),
    shapes: tuple[str, str] = ("o", "D"),
    marksize: float | tuple[float, float] = 6,
    hollow: tuple[bool, bool] = (False, False),
    line: Mapping | None = None,
    size: float | None = None,
) -> None:
    """Draw two marks for each row, from then to now or from one answer to another.

    Parameters
    ----------
    then, now
        Where the marks stand.
    key
        Names of the two marks, which are put above the axes.
    colours, shapes
        Of the two marks.
    marksize
        One, or one for each of the two marks: where they coincide, a smaller second one shows.
    hollow
        Whether the faces of the two marks are white: for two marks of one colour and shape, for
        example one share of all and one share of those who answered.
    line
        Style of the line that joins them.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.dumbbells(ax, ["one", "two"], [3, 4], [1, 2], key=("2010", "2020"))
    >>> figures.dumbbells(ax, None, [5, 6], [7, 8], hollow=(True, False))
    """
    then, now = (pd.Series(list(end), dtype="Float64").astype(float) for end in (then, now))
    if names is not None:
        rows(axes, names, size=size)
    at = range(len(then))
    axes.hlines(at, then, now, **{"color": QUIET, "linewidth": 1.4, **(line or {})})
    sizes = marksize if isinstance(marksize, tuple) else (marksize, marksize)
    for values, shape, colour, name, points, is_open in zip(
        (then, now), shapes, colours, key or (None, None), sizes, hollow, strict=True
    ):
        face = "white" if is_open else colour
        axes.plot(
            values, at, shape, color=colour, markersize=points, label=name, markerfacecolor=face
        )
    if key:
        key_above(axes)


def series(
    axes: Axes,
    values: pd.Series,
    *,
    colour: str = BLUE,
    style: str = "-",
    shape: str | None = None,
    cuts: Iterable[float] = (),
    texts: str | Mapping | pd.Series | None = None,
    name: str = "",
    at: tuple[float, float] | None = None,
    label_style: Mapping | None = None,
    **line,
) -> None:
    """Draw a line through values, cut where a definition changed.

    Parameters
    ----------
    values
        Indexed by year, or by another number. The line has a gap where a value is missing.
    cuts
        Where the line is interrupted.
    texts
        What stands above the values: a format for all, or the texts of some by their number.
    name
        Text at the last value, in the colour of the line. Leave room for it on the axis.
    at
        Another place for the text.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> values = pd.Series([1, 2, 9, 8], [2010, 2011, 2012, 2013])
    >>> figures.series(ax, values, cuts=[2011.5], name="detected")
    >>> figures.series(ax, values + 5, style="none", shape="o", texts="{:.0f}")
    >>> figures.years(ax, 2010, 2013, 1, room=(0.5, 2))
    """
    values = values.astype("Float64").astype(float)
    part = sum(((values.index > cut).astype(int) for cut in cuts), start=0)
    for _, piece in values.groupby(pd.Series(part, index=values.index)):
        axes.plot(piece.index, piece, color=colour, linestyle=style, marker=shape, **line)
    known = values.dropna()
    if texts is not None:
        above = known.map(texts.format) if isinstance(texts, str) else pd.Series(texts)
        labels(
            axes, above.index, known[above.index], above, offset=(0, 6), ha="center", va="bottom"
        )
    if name:
        place = at or (known.index[-1], known.iloc[-1])
        offset = (0, 0) if at else (7, 0)
        label(axes, *place, name, **{"color": colour, "offset": offset, **(label_style or {})})


def mark_matrix(
    axes: Axes,
    row_names: Sequence[str],
    column_names: Sequence[str],
    cells: pd.DataFrame,
    looks: Mapping[str, Look],
    *,
    heads: Sequence[str] | None = None,
    marksize: float = 9,
    size: float | None = None,
    head_style: Mapping | None = None,
) -> None:
    """Draw a matrix with a mark in each cell; shape, face and edge say what it holds.

    Parameters
    ----------
    row_names, column_names
        In the order of the drawing.
    cells
        One row for each cell, with three columns in this order: row, column, what it holds.
    looks
        Shape, face and edge by what a cell holds, in the order of the key. A "." is drawn small.
    heads
        What stands over the columns; their names if nothing is given.

    Raises
    ------
    ValueError
        If a cell holds what has no look: it would be left out unseen.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> cells = pd.DataFrame([("a", "x", "yes"), ("a", "y", "no")])
    >>> looks = {"yes": ("s", figures.BLUE, figures.BLUE), "no": (".", "white", figures.QUIET)}
    >>> figures.mark_matrix(ax, ["a"], ["x", "y"], cells, looks)
    """
    row, column, held = (cells.iloc[:, place] for place in range(3))
    _refuse_unknown(held, looks)
    across = column.map({name: place for place, name in enumerate(column_names)}).astype(int)
    down = row.map({name: place for place, name in enumerate(row_names)}).astype(int)
    for answer, (shape, face, edge) in looks.items():
        here = held == answer
        axes.plot(
            across[here], down[here], shape, label=answer,
            markersize=3 if shape == "." else marksize,
            markerfacecolor=face, markeredgecolor=edge, markeredgewidth=1.5,
        )  # fmt: skip
    rows(axes, row_names, size=size)
    columns(axes, column_names if heads is None else heads, **dict(head_style or {}))


def word_matrix(
    axes: Axes,
    row_names: Sequence[str],
    column_names: Sequence[str],
    cells: pd.DataFrame,
    shades: Mapping[str, str],
    *,
    quiet: Iterable[str] = (),
    heads: Sequence[str] | None = None,
    head_style: Mapping | None = None,
    **style,
) -> None:
    """Draw a matrix with a word in each cell, on a shade that repeats it.

    On a narrow canvas each word of a cell has a line of its own.

    Parameters
    ----------
    row_names, column_names, heads
        As for :func:`mark_matrix`.
    cells
        One row for each cell, with three columns in this order: row, column, word.
    shades
        Face of the cell by word.
    quiet
        Words that are not set in bold.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> cells = pd.DataFrame([("a", "x", "yes"), ("a", "y", "no")])
    >>> figures.word_matrix(ax, ["a"], ["x", "y"], cells,
    ...     {"yes": figures.MARKED_SHADE, "no": figures.SHADE})
    """
    row, column, word = (cells.iloc[:, place] for place in range(3))
    across = column.map({name: place for place, name in enumerate(column_names)}).astype(int)
    down = row.map({name: place for place, name in enumerate(row_names)}).astype(int)
    rows(axes, row_names)
    height = 0.88 * (THINNER if names_stand_above(axes) else 1)
    axes.barh(down, 0.94, left=across - 0.47, height=height, color=word.map(shades))
    most = max(letters_of_a_column(axes, len(column_names), style.get("fontsize", 10)), 1)
    for x, y, text in zip(across, down, word, strict=True):
        weight = "normal" if text in quiet else "semibold"
        if is_narrow(axes):
            text = "\n".join(fill(line, most, break_long_words=False) for line in text.split("\n"))
        axes.annotate(text, (x, y), **{"ha": "center", "va": "center", "weight": weight, **style})
    columns(axes, column_names if heads is None else heads, **dict(head_style or {}))
    axes.grid(visible=False)


def _refuse_unknown(kinds: pd.Series, looks: Mapping[str, object]) -> None:
    if unknown := sorted(set(kinds.dropna()) - set(looks), key=str):
        raise ValueError(
            f"no look is given for {', '.join(map(repr, unknown))}, which would be left out of "
            "the drawing: give a look, or leave the rows out of the values as well."
        )


def small_multiples(
    panels: Iterable[Axes],
    names: Mapping[str, str],
    draw: Callable[[Axes, str], None],
    *,
    over: tuple[int, int, int],
    room: tuple[float, float] = (0.5, 0.5),
) -> dict[str, Axes]:
    """Draw the same of each State in a panel of its own, with its name on top, over the same years.

    Parameters
    ----------
    panels
        One for each State.
    names
        What stands over the panels, by the codes of the States, in the order of the panels.
    draw
        Function that is called with each panel and the code of its State.
    over
        First year, last year, and years from tick to tick.
    room
        As for :func:`years`.

    Returns
    -------
    The panels by the codes of the States, for what only one of them shows.

    Examples
    --------
    >>> drawn, panels = figures.canvas(height=2, columns=2, width=width)
    >>> share = pd.DataFrame({"AUT": [1, 3], "BEL": [2, 1]}, [2010, 2020])
    >>> def one_state(ax, code):
    ...     figures.series(ax, share[code])
    >>> panel = figures.small_multiples(
    ...     panels, {"AUT": "Austria", "BEL": "Belgium"}, one_state, over=(2010, 2020, 5))
    >>> figures.definition_break(panel["AUT"], 2015, "other survey")
    """
    panel = dict(zip(names.keys(), panels, strict=True))
    titles(panel.values(), [names[code] for code in panel])
    for code, axes in panel.items():
        draw(axes, code)
        years(axes, *over, room=room)
    return panel


def steps(axes: Axes, values: pd.Series, *, colour: str = BLUE, name: str = "", **line) -> None:
    """Draw a value that stays until it leaps, as an estimate by a threshold.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=2, width=width)
    >>> figures.steps(ax, pd.Series([1, 1, 3], [0.01, 0.02, 0.03]), name="total")
    >>> _ = ax.set_xlim(0, 0.04)
    """
    axes.step(values.index, values, where="post", color=colour, **line)
    if name:
        label(axes, values.index[-1], values.iloc[-1], name, color=colour)
