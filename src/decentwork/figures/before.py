"""The functions with which chapters drew before `decentwork.figures` had its ten forms.

A chapter that is not rewritten yet imports them as before::

    from decentwork.figures import before as figures

Nothing new is drawn with them: a form takes a frame, and Matplotlib does the rest. Most of them
call a form. A function goes when the last chapter that uses it is rewritten (tests/test_figures.py
names those nobody uses).
"""

# ruff: noqa: F401 (chapters use names that are imported here)

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from numbers import Integral

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from decentwork.figures import forms
from decentwork.figures.forms import THINNER, refuse_unknown
from decentwork.figures.marks import (
    NOTE_DATE,
    definition_break,
    each,
    label,
    labels,
    reference,
    separators,
    the_note,
)
from decentwork.figures.names import DECORATION, POSITIONS, in_years
from decentwork.figures.names import column_names as columns
from decentwork.figures.names import row_names as rows
from decentwork.figures.sheet import MARGIN, WIDTH, finish, is_narrow, names_stand_above
from decentwork.figures.style import (
    BLUE,
    GRID,
    INK,
    MARKED_SHADE,
    MIXED_SHADE,
    ORANGE,
    PURPLE,
    QUIET,
    SHADE,
    STYLE,
    TEAL,
)
from decentwork.figures.tiles import TILE_MAP_HEIGHT, tile_map

KEY_LINE = 44
"""Letters of a key in one line across a narrow canvas, with four for each mark."""
Texts = str | Iterable[str] | None
Look = tuple[str, str, str]
"""Shape, colour of the face, colour of the edge."""
KindLook = tuple[str, str, str]
"""Shape, colour, name in the key."""


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
    """Draw a figure of a given width by a function of its axes; panels of a phone are stacked."""
    laid_out = {"height": height, "columns": columns, "rows": rows, **options}
    if width < WIDTH:
        if columns > 1:
            laid_out.pop("width_ratios", None)
            laid_out |= {"height": height * columns, "rows": rows * columns, "columns": 1}
        laid_out |= narrow or {}
    with matplotlib.style.context(STYLE):
        drawn = Figure(figsize=(width, laid_out.pop("height") + 2 * MARGIN), layout="constrained")
        axes = drawn.subplots(laid_out.pop("rows"), laid_out.pop("columns"), **laid_out)
        drawing(*np.ravel(axes))
        return finish(drawn)


def years(
    axes: Axes,
    first: int,
    last: int,
    step: int | Iterable[int],
    *,
    room: tuple[float, float] = (0.5, 0.5),
) -> None:
    """Let an axis run over years, with a tick every ``step`` years and no lines across."""
    ticks = range(first, last + 1, step) if isinstance(step, Integral) else list(step)
    axes.set(xlim=(first - room[0], last + room[1]), xticks=ticks)
    axes.grid(visible=False, axis="x")


def scale(
    axes: Axes,
    to: float,
    step: int,
    *,
    start: int = 0,
    along: str = "x",
    room: tuple[float, float] = (0, 0),
) -> None:
    """Let an axis run from ``start`` to ``to`` with a tick every ``step``, as for per cent."""
    limits, ticks = (start - room[0], to + room[1]), range(start, int(to) + 1, step)
    axes.set(**{f"{along}lim": limits, f"{along}ticks": ticks})


def thousands(axes: Axes, *, along: str = "x", start: float | None = None) -> None:
    """Write the numbers of an axis with commas: 12,000."""
    getattr(axes, f"{along}axis").set_major_formatter("{x:,.0f}")
    if start is not None:
        getattr(axes, f"set_{along}lim")(start)


def titles(panels: Iterable[Axes], texts: Iterable[str], **style) -> None:
    """Write a title over each panel."""
    for axes, text in zip(panels, texts, strict=True):
        axes.set_title(text, **{"fontsize": 10.5, "weight": "semibold", **style})


def key_above(axes: Axes, **style) -> None:
    """Put a key of the marks above the axes, for marks too many to be named one by one."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=1 if is_narrow(axes) else len(axes.get_legend_handles_labels()[1]),
        **{"frameon": False, "borderpad": 0, "handletextpad": 0.2, **style},
    )


def key_below(axes: Axes, *, columns: int = 4, **style) -> None:
    """Put a key of the marks below the figure."""
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


def spans(low: Iterable[float], high: Iterable[float], form: str = "{:.0f}") -> list[str]:
    """Return the text of each range, "1 to 7", or one number where both ends read the same."""
    ends = zip(map(form.format, low), map(form.format, high), strict=True)
    return [" to ".join(dict.fromkeys(pair)) for pair in ends]


def block_names(axes: Axes, at: Iterable[float], names: Iterable[str], **style) -> None:
    """Name blocks of rows at the right edge of the axes."""
    style = {"color": QUIET, "offset": (0, 0), "ha": "right", **style}
    labels(axes, 0.99, at, names, xycoords=axes.get_yaxis_transform(), **style)


def mark_names(
    axes: Axes, xs: Iterable[float], names: Iterable[str], colours: Iterable[str], **style
) -> None:
    """Name the marks of the first row above them, in place of a key; call it after the marks."""
    style = {"color": colours, "offset": (0, 0), "ha": "center", **style}
    # A name that is above the first row reaches up to where these names would be.
    higher = 0.6 if names_stand_above(axes) else 0
    labels(axes, xs, -0.65 - higher, names, **style)
    axes.set_ylim(top=-1 - higher)


def bars(
    axes: Axes,
    names: Iterable[str] | None,
    values: Iterable[float],
    *,
    start: Iterable[float] | float = 0,
    colour: str | Iterable[str] = BLUE,
    marked: Iterable[bool] | None = None,
    texts: Texts = None,
    height: float = 0.62,
    label_style: Mapping | None = None,
    **style,
) -> None:
    """Draw a horizontal bar for each row."""
    lengths = _floats(values)
    begin = _floats(each(start, len(lengths)))
    if marked is not None:
        colour = np.where(list(marked), ORANGE, BLUE)
    if names is not None:
        rows(axes, names)
    if names_stand_above(axes):
        height *= THINNER
    at = range(len(lengths))
    axes.barh(at, lengths, left=begin, height=height, color=colour, **style)
    if texts is not None:
        labels(axes, begin + lengths, at, _written(texts, lengths), **(label_style or {}))


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
) -> None:
    """Draw bars that are made of parts, one behind the other."""
    frame = pd.DataFrame({part: list(values) for part, values in parts.items()})
    if names is not None:
        rows(axes, names)
    more = zip_longest(frame, hatches, inside, fillvalue="")
    looks = {
        part: {"color": colour, "hatch": hatch, "inside": form}
        for colour, (part, hatch, form) in zip(colours, more, strict=False)
    }
    refuse_unknown(pd.Series(frame.columns), looks)
    if texts is not None and not isinstance(texts, str):
        frame["written at ends"], texts = list(texts), "written at ends"
    forms.stacked_bars(axes, frame, None, looks, texts=texts, height=height)


def dots(
    axes: Axes,
    names: Iterable[str] | None,
    values: Iterable[float],
    *,
    stem: float | None = None,
    colour: str | Iterable[str] = BLUE,
    shape: str | Iterable[str] = "o",
    marked: Iterable[bool] | None = None,
    row: Iterable[float] | None = None,
    shift: float = 0.0,
    key: str | None = None,
    **style,
) -> None:
    """Draw a mark for each row, on its interval where it has one."""
    values = _floats(values)
    if marked is not None:
        marked = list(marked)
        colour, shape = np.where(marked, ORANGE, BLUE), np.where(marked, "D", "o")
    at = np.array([*(range(len(values)) if row is None else row)]) + shift
    looks = list(zip(each(shape, len(values)), each(colour, len(values)), strict=True))
    kinds = [f"{mark} {tint}" for mark, tint in looks]
    known = dict(zip(kinds, looks, strict=True))
    # A kind that no mark has would be in the key; a series without any mark still is there.
    shown = dict.fromkeys(kind for kind, x in zip(kinds, values, strict=True) if not np.isnan(x))
    shown = shown or dict.fromkeys(kinds[:1])
    order = dict.fromkeys([*shown, *known])
    looks = {kind: (*known[kind], None if place else key) for place, kind in enumerate(order)}
    if stem is not None:
        axes.hlines(at, stem, values, color=GRID, linewidth=3, gid=DECORATION)
    dots_by_kind(axes, names, values, kinds, looks, row=at, **style)


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
    marksize: float = 6,
    row: Iterable[float] | None = None,
    apart: float = 0.0,
    texts: Texts = None,
    size: float | None = None,
    interval_style: Mapping | None = None,
    label_style: Mapping | None = None,
) -> None:
    """Draw a mark for each value, whose shape and colour say of which kind it is."""
    frame = pd.DataFrame({"value": _floats(values), "kind": list(kinds)})
    refuse_unknown(frame.loc[frame["value"].notna(), "kind"], looks)
    middle, order = (len(looks) - 1) / 2, {kind: place for place, kind in enumerate(looks)}
    at = _floats(range(len(frame)) if row is None else row)
    frame["row"] = at + apart * (frame["kind"].map(order) - middle)
    ends = {name: name for name, end in (("low", low), ("high", high)) if end is not None}
    for name, end in (("low", low), ("high", high)):
        if end is not None:
            frame[name] = _floats(end)
    if texts is not None:
        frame["text"] = list(_written(texts, frame["value"]))
    frame["open"] = each(hollow, len(frame))
    frame["look"] = frame["kind"] + frame["open"].map({True: ", open", False: ""})
    if names is not None:
        rows(axes, names, size=size)
    marks = {}
    for kind, (shape, colour, name) in looks.items():
        own = frame[frame["kind"].eq(kind)]
        own = own if own["value"].isna().all() else own[own["value"].notna()]
        for is_open in own["open"].drop_duplicates() if len(own) else (False,):
            marks[f"{kind}{', open' * bool(is_open)}"] = {
                "marker": shape, "color": colour, "label": name or None, "markersize": marksize,
                "markerfacecolor": "white" if is_open else colour,
            }  # fmt: skip
            name = None
    forms.dots(
        axes, frame, None, "value", kind="look", looks=marks, row="row", **ends,
        texts=None if texts is None else "text", interval=interval_style, **(label_style or {}),
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
    """Draw two marks for each row, from then to now or from one answer to another."""
    if names is not None:
        rows(axes, names, size=size)
    sizes = marksize if isinstance(marksize, tuple) else (marksize, marksize)
    looks = [
        {
            "marker": shape, "color": colour, "label": name, "markersize": points,
            "markerfacecolor": "white" if is_open else colour,
        }
        for shape, colour, name, points, is_open in zip(
            shapes, colours, key or (None, None), sizes, hollow, strict=True
        )
    ]  # fmt: skip
    frame = pd.DataFrame({"then": _floats(then), "now": _floats(now)})
    forms.slopes(axes, frame, None, "then", "now", looks=looks, line=line)
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
    """Draw a line through values, cut where a definition changed."""
    frame = pd.DataFrame({"x": values.index, "y": values.array})
    look = {"color": colour, "linestyle": style, "marker": shape, **line}
    forms.series(axes, frame, "x", "y", looks={None: look}, cuts=cuts)
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
    """Draw a matrix with a mark in each cell; shape, face and edge say what it holds."""
    refuse_unknown(cells.iloc[:, 2], looks)
    styles = {
        held: {
            "marker": shape, "markerfacecolor": face, "markeredgecolor": edge,
            "markeredgewidth": 1.5, "markersize": 3 if shape == "." else marksize,
        }
        for held, (shape, face, edge) in looks.items()
    }  # fmt: skip
    down, across = _places(cells.iloc[:, 0], row_names), _places(cells.iloc[:, 1], column_names)
    forms.mark_cells(axes, down, across, cells.iloc[:, 2], styles, marksize)
    rows(axes, row_names, size=size)
    columns(axes, column_names if heads is None else heads, **(head_style or {}))


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
    """Draw a matrix with a word in each cell, on a shade that repeats it."""
    rows(axes, row_names)
    down, across = _places(cells.iloc[:, 0], row_names), _places(cells.iloc[:, 1], column_names)
    count = len(column_names)
    forms.write_cells(axes, down, across, cells.iloc[:, 2], shades, quiet, count, **style)
    columns(axes, column_names if heads is None else heads, **(head_style or {}))


def small_multiples(
    panels: Iterable[Axes],
    names: Mapping[str, str],
    draw: Callable[[Axes, str], None],
    *,
    over: tuple[int, int, int],
    room: tuple[float, float] = (0.5, 0.5),
) -> dict[str, Axes]:
    """Draw the same of each State in a panel of its own, with its name on top, over the years."""
    panel = dict(zip(names.keys(), panels, strict=True))
    titles(panel.values(), [names[code] for code in panel])
    for code, axes in panel.items():
        draw(axes, code)
        years(axes, *over, room=room)
    return panel


def _floats(values: Iterable[float]) -> np.ndarray:
    """Return numbers of any kind, pandas' own too, with gaps as NaN."""
    return pd.Series(list(values), dtype="Float64").to_numpy(float, na_value=np.nan)


def _written(texts: str | Iterable[str], values: Iterable[float]) -> Iterable[str]:
    """Return the texts of marks, which may be given as a format of their values."""
    return map(texts.format, values) if isinstance(texts, str) else texts


def _places(given: pd.Series, order: Sequence[str]) -> np.ndarray:
    """Return the place of each name in the order of a matrix."""
    return given.map({name: place for place, name in enumerate(order)}).to_numpy(int)
