"""The ten forms of the book's figures: each draws the rows of a frame on Matplotlib axes.

A form takes the axes, a frame with one row for each mark, and the names of its columns. It names
rows, draws intervals before points, and writes values next to the marks. Numbers are drawn in the
unit of their column. Everything else is Matplotlib: ``ax.set(xlim=…)``, ``ax.axhline(…)``,
``fig.legend(…)``. ``looks`` gives the style of each kind, as ``Axes.plot`` takes it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from decentwork.figures.marks import labels
from decentwork.figures.names import column_names, letters_of_a_column, row_names
from decentwork.figures.sheet import is_narrow, names_stand_above
from decentwork.figures.style import BLUE, ORANGE, QUIET
from decentwork.figures.tiles import tile_map

THINNER = 0.6
"""What is left of a bar's height where the names of rows are above their rows."""
INTERVAL = {"linewidth": 7, "alpha": 0.35}
MARK = {"marker": "o", "color": BLUE, "linestyle": "none"}

Looks = Mapping[object, Mapping[str, object]]
"""By kind, how its marks look, in the words of ``Axes.plot``; ``label`` is its name in a key."""


def bars(
    axes: Axes,
    frame: pd.DataFrame,
    names: str | None,
    values: str,
    *,
    marked: str | None = None,
    colour: str = BLUE,
    texts: str | None = None,
    height: float = 0.62,
    **text,
) -> None:
    """Draw a horizontal bar from zero for each row, the first on top.

    Parameters
    ----------
    names
        Column with the names of rows; None if they have their names already.
    values
        Column of lengths.
    marked
        Column of truth values: which bars are orange and not blue.
    texts
        What is written at the ends of bars: a column, or a format of the values ("{:g}").
    height
        Share of a row.
    text
        Style of the texts, as for :func:`labels`.

    Raises
    ------
    ValueError
        If the frame lacks a column that is named.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"place": ["Italy", "Spain"], "share": [31, 52]})
    >>> figures.bars(ax, frame, "place", "share", texts="{:.0f}")
    """
    _refuse_lost(frame, names, values, marked)
    lengths = _numbers(frame[values])
    tints = colour if marked is None else np.where(frame[marked], ORANGE, BLUE)
    height *= _named(axes, frame, names)
    axes.barh(range(len(frame)), lengths, height=height, color=tints)
    _write(axes, lengths, range(len(frame)), frame, texts, lengths, text)


def stacked_bars(
    axes: Axes,
    frame: pd.DataFrame,
    names: str | None,
    parts: Mapping[str, Mapping[str, object]],
    *,
    texts: str | None = None,
    height: float = 0.62,
    **text,
) -> None:
    """Draw a bar for each row that is made of parts, one behind the other.

    Parameters that are not described here are those of :func:`bars`.

    Parameters
    ----------
    parts
        By column of lengths, how the part looks: ``color``, ``label`` for a key, ``hatch``, and
        ``inside``, a format by which its values are written in it in white.
    texts
        What is written at the ends of whole bars: a column, or a format of the sums.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"year": ["2010", "2020"], "women": [10, 20], "men": [20, 10]})
    >>> parts = {"women": {"color": figures.ORANGE, "inside": "{:.0f} women"},
    ...          "men": {"color": figures.BLUE, "label": "men"}}
    >>> figures.stacked_bars(ax, frame, "year", parts, texts="{:.0f}")
    """
    _refuse_lost(frame, names, *parts)
    start, at = np.zeros(len(frame)), range(len(frame))
    height *= _named(axes, frame, names)
    for column, look in parts.items():
        look = {"label": column, "edgecolor": "white", **look}
        inside, lengths = look.pop("inside", None), _numbers(frame[column])
        width = None if look.get("hatch") else 0
        axes.barh(at, lengths, left=start, height=height, linewidth=width, **look)
        if inside:
            white = {"color": "white", "ha": "center", "offset": (0, 0)}
            labels(axes, start + lengths / 2, at, map(inside.format, lengths), **white)
        start = start + lengths
    _write(axes, start, at, frame, texts, start, text)


def dots(
    axes: Axes,
    frame: pd.DataFrame,
    names: str | None,
    values: str,
    *,
    low: str | None = None,
    high: str | None = None,
    kind: str | None = None,
    looks: Looks | None = None,
    row: str | None = None,
    apart: float = 0,
    texts: str | None = None,
    interval: Mapping[str, object] | None = None,
    **text,
) -> None:
    """Draw a mark for each row, on its interval where it has one.

    Parameters that are not described here are those of :func:`bars`.

    Parameters
    ----------
    values
        Column of numbers on the x axis; a row without a number has no mark.
    low, high
        Columns with the ends of intervals, which are drawn first.
    kind, looks
        Column with the kind of each mark, and how the marks of each kind look. Without ``kind``,
        ``looks`` has one entry, of any name.
    row
        Column with the row of each mark, from 0 at the top, where a row holds several.
    apart
        Rows between marks of one kind and those of the next in the same row.
    interval
        Style of the intervals, as for ``Axes.hlines``.

    Raises
    ------
    ValueError
        If a mark is of a kind that has no look: it would be left out unseen.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"place": ["Italy", "Spain"], "share": [31, 52], "low": [20, 41],
    ...                       "high": [42, 60], "when": ["then", "now"]})
    >>> looks = {"then": {"color": figures.ORANGE}, "now": {"marker": "D", "label": "2020"}}
    >>> figures.dots(ax, frame, "place", "share", low="low", high="high", kind="when",
    ...              looks=looks, texts="{:.0f}")
    """
    _refuse_lost(frame, names, values, low, high, kind, row)
    _named(axes, frame, names)
    looks = looks or {None: {}}
    at = _numbers(frame[row]) if row else np.arange(len(frame))
    middle = (len(looks) - 1) / 2
    places = pd.Series(at, frame.index)
    if kind:
        refuse_unknown(frame.loc[frame[values].notna(), kind], looks)
        order = {one: place for place, one in enumerate(looks)}
        places = places + apart * (frame[kind].map(order).astype(float) - middle)
    for one, look in looks.items():
        here = frame[kind].eq(one) if kind else pd.Series(True, frame.index)
        look = MARK | dict(look)
        if low and high:
            ends = frame[here & frame[low].notna() & frame[high].notna()]
            style = INTERVAL | {"color": look["color"]} | dict(interval or {})
            axes.hlines(places[ends.index], _numbers(ends[low]), _numbers(ends[high]), **style)
        known = frame[here & frame[values].notna()]
        axes.plot(_numbers(known[values]), places[known.index], **look)
    numbers = _numbers(frame[values])
    ends = np.where(frame[high].isna(), numbers, _numbers(frame[high])) if high else numbers
    _write(axes, ends, places, frame, texts, numbers, text)


def series(
    axes: Axes,
    frame: pd.DataFrame,
    x: str,
    y: str,
    *,
    low: str | None = None,
    high: str | None = None,
    kind: str | None = None,
    looks: Looks | None = None,
    cuts: Iterable[float] = (),
) -> None:
    """Draw lines through values by year, cut where a definition changed, with their intervals.

    Parameters
    ----------
    x, y
        Columns of years, or of other numbers, and of values. A line has a gap where a value is
        missing.
    low, high
        Columns with the ends of vertical intervals.
    kind, looks
        Column that tells the lines apart, and how each looks.
    cuts
        Where lines are interrupted, on the x axis.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"year": [2010, 2011, 2012], "cases": [1, 2, 9], "low": [0, 1, 8],
    ...                       "high": [2, 3, 9]})
    >>> figures.series(ax, frame, "year", "cases", low="low", high="high", cuts=[2011.5])
    """
    _refuse_lost(frame, x, y, low, high, kind)
    looks = looks or {None: {}}
    if kind:
        refuse_unknown(frame[kind], looks)
    for one, look in looks.items():
        own = frame[frame[kind].eq(one)] if kind else frame
        look = {"color": BLUE, **look}
        if low and high:
            tint = {"color": look["color"], "linewidth": 6, "alpha": 0.4}
            axes.vlines(own[x], _numbers(own[low]), _numbers(own[high]), **tint)
        part = sum((own[x].gt(cut).astype(int) for cut in cuts), start=pd.Series(0, own.index))
        for _, piece in own.groupby(part):
            axes.plot(piece[x], _numbers(piece[y]), **look)
            look.pop("label", None)  # each line once in a key


def spans(
    axes: Axes,
    frame: pd.DataFrame,
    names: str | None,
    low: str,
    high: str,
    *,
    form: str = "{:.0f}",
    texts: str | None = None,
    colour: str = BLUE,
    **text,
) -> None:
    """Draw a range for each row, or a dot where both ends are the same, with its numbers.

    Parameters that are not described here are those of :func:`bars`.

    Parameters
    ----------
    low, high
        Columns with the ends on the x axis.
    form
        How an end is written: "1 to 7", or one number where both ends read the same.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"round": ["2005", "2012"], "low": [9, 20], "high": [9, 22]})
    >>> figures.spans(ax, frame, "round", "low", "high")
    """
    _refuse_lost(frame, names, low, high)
    _named(axes, frame, names)
    start, end, at = _numbers(frame[low]), _numbers(frame[high]), np.arange(len(frame))
    axes.hlines(at, start, end, color=colour, **INTERVAL)
    for shape, here in (("|", start < end), ("o", start == end)):
        for side in (start, end):
            axes.plot(side[here], at[here], shape, color=colour, markersize=7)
    if texts is None:
        pairs = zip(map(form.format, start), map(form.format, end), strict=True)
        written = [" to ".join(dict.fromkeys(pair)) for pair in pairs]
        labels(axes, end, at, written, **text)
    else:
        _write(axes, end, at, frame, texts, end, text)


def slopes(
    axes: Axes,
    frame: pd.DataFrame,
    names: str | None,
    then: str,
    now: str,
    *,
    looks: Sequence[Mapping[str, object]] = ({"color": ORANGE}, {"marker": "D"}),
    line: Mapping[str, object] | None = None,
) -> None:
    """Draw two marks for each row, and the line from the first to the second.

    Parameters that are not described here are those of :func:`bars`.

    Parameters
    ----------
    then, now
        Columns with the two numbers, both on the x axis.
    looks
        How the two marks look; ``label`` is their name in a key.
    line
        Style of the lines, as for ``Axes.hlines``.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"place": ["Italy", "Spain"], "2010": [31, 52], "2020": [40, 41]})
    >>> figures.slopes(ax, frame, "place", "2010", "2020")
    """
    _refuse_lost(frame, names, then, now)
    _named(axes, frame, names)
    ends, at = [_numbers(frame[then]), _numbers(frame[now])], range(len(frame))
    axes.hlines(at, *ends, **{"color": QUIET, "linewidth": 1.4, **(line or {})})
    for column, end, look in zip((then, now), ends, looks, strict=True):
        axes.plot(end, at, **{**MARK, "label": column, **look})


def matrix(
    axes: Axes,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    holds: str,
    looks: Looks,
    *,
    size: float = 9,
) -> None:
    """Draw a mark in each cell of a matrix, whose shape and colour say what the cell holds.

    Parameters
    ----------
    frame
        One row for each cell; rows and columns are drawn in the order in which they come first.
    rows, columns
        Columns with the names of a cell's row and column.
    holds, looks
        Column with what a cell holds, and how the mark of each looks.
    size
        Points of the marks.

    Raises
    ------
    ValueError
        If a cell holds what has no look.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"State": ["Italy", "Spain"], "treaty": ["Protocol"] * 2,
    ...                       "bound": ["yes", "no"]})
    >>> looks = {"yes": {"marker": "s"}, "no": {"marker": "o", "markerfacecolor": "white"}}
    >>> figures.matrix(ax, frame, "State", "treaty", "bound", looks)
    """
    _refuse_lost(frame, rows, columns, holds)
    refuse_unknown(frame[holds], looks)
    mark_cells(axes, _places(frame[rows]), _places(frame[columns]), frame[holds], looks, size)
    row_names(axes, frame[rows].unique())
    column_names(axes, frame[columns].unique())


def words(
    axes: Axes,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    word: str,
    shades: Mapping[str, str],
    *,
    quiet: Iterable[str] = (),
    **text,
) -> None:
    """Write a word in each cell of a matrix, on a shade that repeats it.

    Parameters that are not described here are those of :func:`matrix`.

    Parameters
    ----------
    word, shades
        Column with the word of a cell, and the colour behind each word.
    quiet
        Words that are not set in bold.
    text
        Style of the words, as for ``Axes.annotate``.

    Raises
    ------
    ValueError
        If a word has no shade.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 2))
    >>> frame = pd.DataFrame({"first": ["2005", "2005"], "second": ["2005", "2012"],
    ...                       "comparable": ["with care", "no"]})
    >>> shades = {"with care": figures.MARKED_SHADE, "no": figures.SHADE}
    >>> figures.words(ax, frame, "first", "second", "comparable", shades, quiet=["no"])
    """
    _refuse_lost(frame, rows, columns, word)
    refuse_unknown(frame[word], shades)
    row_names(axes, frame[rows].unique())
    places = _places(frame[rows]), _places(frame[columns])
    write_cells(axes, *places, frame[word], shades, quiet, frame[columns].nunique(), **text)
    column_names(axes, frame[columns].unique())


def tiles(
    axes: Axes,
    frame: pd.DataFrame,
    codes: str,
    holds: str,
    faces: Mapping[str, str],
    *,
    marks: str | None = None,
    empty: str = "",
) -> None:
    """Draw a tile for each of the 57 participating States; its colour says what holds there.

    Parameters
    ----------
    codes
        Column of iso3 codes, such as "DEU".
    holds, faces
        Column with what holds in a State, and the colour of each in the order of the key.
    marks
        Column with a short second line of a tile, such as a year, for readers without colours.
    empty
        What an empty tile means, in the key; the States that the frame lacks have one.

    Raises
    ------
    ValueError
        If a code is not that of a participating State, or something has no face.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 3.3))
    >>> frame = pd.DataFrame({"iso3": ["DEU", "ITA"], "bound": ["a party"] * 2})
    >>> figures.tiles(ax, frame, "iso3", "bound", {"a party": figures.BLUE}, empty="not a party")
    """
    _refuse_lost(frame, codes, holds, marks)
    refuse_unknown(frame[holds], faces)
    key = {face: held for held, face in faces.items()} | ({"white": empty} if empty else {})
    written = dict(zip(frame[codes], frame[marks], strict=True)) if marks else None
    coloured = dict(zip(frame[codes], frame[holds].map(faces), strict=True))
    tile_map(axes, coloured, marks=written, key=key)


def small_multiples(
    panels: Iterable[Axes],
    frame: pd.DataFrame,
    by: str,
    draw: Callable[[Axes, pd.DataFrame], None],
    *,
    names: Mapping[str, str] | None = None,
) -> dict[str, Axes]:
    """Draw the same of each group of rows in a panel of its own, with the group's name on top.

    Parameters
    ----------
    panels
        One for each group, as ``plt.subplots`` gives them.
    by
        Column with the group of each row.
    draw
        Function that is called with each panel and the rows of its group.
    names
        By group the title of its panel, in the order of the panels; the groups themselves, in the
        order in which they come first, if nothing is given.

    Returns
    -------
    dict
        The panels by their groups, for what only one of them shows.

    Raises
    ------
    ValueError
        If there are more or fewer panels than groups.

    Examples
    --------
    >>> drawn, panels = plt.subplots(1, 2, figsize=(width, 2))
    >>> frame = pd.DataFrame({"State": ["AUT", "AUT", "BEL", "BEL"],
    ...                       "year": [2010, 2020] * 2, "share": [1, 3, 2, 1]})
    >>> def one_state(ax, rows):
    ...     figures.series(ax, rows, "year", "share")
    >>> panel = figures.small_multiples(panels, frame, "State", one_state)
    >>> figures.definition_break(panel["AUT"], 2015, "other survey")
    """
    _refuse_lost(frame, by)
    titles = dict(names) if names is not None else {one: one for one in frame[by].unique()}
    panel = dict(zip(titles, np.ravel(panels), strict=True))
    for group, axes in panel.items():
        axes.set_title(titles[group], fontsize=10.5, weight="semibold")
        draw(axes, frame[frame[by].eq(group)])
    return panel


def mark_cells(axes: Axes, down, across, held: pd.Series, looks: Looks, size: float) -> None:
    """Draw the marks of a matrix, at the places of their rows and columns."""
    for answer, look in looks.items():
        here = held.eq(answer).to_numpy()
        style = {**MARK, "markersize": size, "label": answer, **look}
        axes.plot(across[here], down[here], **style)


def write_cells(
    axes: Axes, down, across, word: pd.Series, shades: Mapping, quiet, count: int, **text
) -> None:
    """Write the words of a matrix of ``count`` columns, each on its shade."""
    height = 0.88 * (THINNER if names_stand_above(axes) else 1)
    axes.barh(down, 0.94, left=across - 0.47, height=height, color=word.map(shades))
    most = max(letters_of_a_column(axes, count, text.get("fontsize", 10)), 1)
    for x, y, said in zip(across, down, word, strict=True):
        weight = "normal" if said in quiet else "semibold"
        if is_narrow(axes):
            lines = (fill(line, most, break_long_words=False) for line in said.split("\n"))
            said = "\n".join(lines)
        axes.annotate(said, (x, y), **{"ha": "center", "va": "center", "weight": weight, **text})
    axes.grid(visible=False)


def _numbers(column: pd.Series) -> np.ndarray:
    """Return a column as numbers, with gaps as NaN: tables of the book have pandas' own types."""
    return column.astype("Float64").to_numpy(float, na_value=np.nan)


def _named(axes: Axes, frame: pd.DataFrame, names: str | None) -> float:
    """Name the rows, and return the share of a bar's height that this leaves."""
    if names is not None:
        row_names(axes, frame[names])
    return THINNER if names_stand_above(axes) else 1


def _write(axes, xs, ys, frame: pd.DataFrame, texts: str | None, numbers, style: Mapping) -> None:
    """Write the texts of marks: a column of the frame, or a format of the numbers."""
    if texts is not None:
        written = frame[texts] if texts in frame else map(texts.format, numbers)
        labels(axes, xs, ys, written, **style)


def _places(column: pd.Series) -> np.ndarray:
    """Return the place of each name, in the order in which names come first."""
    return pd.factorize(column)[0]


def _refuse_lost(frame: pd.DataFrame, *columns: str | None) -> None:
    """Refuse a frame that is none, or that lacks a column: a form is drawn from one frame."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(
            f"a form draws the rows of a frame, not {type(frame).__name__}: give the axes, the "
            "frame and its columns, as in figures.bars(ax, frame, 'place', 'share')."
        )
    lost = [name for name in columns if name is not None and name not in frame]
    if lost:
        raise ValueError(
            f"the frame has no column {', '.join(map(repr, lost))}; it has "
            f"{', '.join(map(repr, frame.columns))}. Name its columns, as in "
            "figures.bars(ax, frame, 'place', 'share'), or bring its index back with "
            "frame.reset_index()."
        )


def refuse_unknown(kinds: pd.Series, looks: Mapping) -> None:
    """Refuse kinds without a look."""
    if unknown := sorted(set(kinds.dropna()) - set(looks), key=str):
        raise ValueError(
            f"no look is given for {', '.join(map(repr, unknown))}, which would be left out of "
            "the drawing: give a look, or leave the rows out of the values as well."
        )
