"""Proof of a drawing: what is plotted is in the values that a reader can download.

A drawing is compared with the frame of its values, both ways, when it is made. It is refused if it
plots a number that the frame does not offer, or leaves out a row of the frame. It is refused if it
loses an interval, joins a line across a break, cuts the foot of its bars, or turns an axis round.
It is also refused if nothing names its scale, its unit or its colours. The messages are sentences.

The proof cannot see whether the plotted column is the one that the headline is about. The claims of
a figure say that (``holds`` of :func:`decentwork.exhibits.publish`). What the words around a
drawing must say of its scales is handed over (`decentwork.figure_words`), for they are on the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from decentwork import figure_words
from decentwork.figure_words import TIMES, to_say, unsaid
from decentwork.figures import keys
from decentwork.figures.names import DECORATION, POSITIONS, in_years

FACTORS = {1: "", 1e-3: "thousand", 1e-6: "million", 1e-9: "billion", 100: "per cent"}
"""What values may be multiplied by in a drawing, and the word that must then are next to it."""
NEAR = 0.006
"""Share by which a plotted number may differ from an offered one, which may be rounded."""
ROUNDED = 0.051
"""The same in units of the axis, for values that are offered with one decimal."""
ROUNDED_SHARE = 0.006
"""The same for shares of one, which are offered with two decimals."""
LARGEST_SHARE = 1.5
"""Numbers up to this may be shares of one."""
THIN = 0.013
"""Share of the axis by which an interval may be widened so that it is seen."""
YEARS = (1900, 2110)
SHIFT = 0.5
"""Years by which marks may be next to their year, so that two series do not cover each other."""
COVERED = 0.6
"""Share of a column's numbers from which on the column counts as plotted."""
JUNE_2011 = 2011 + 170 / 365
"""20 June 2011, the 171st day of the year, typed apart from the date that the marks use."""
LOW, HIGH = (re.compile(rf"(?:^|_)(?:{end})$") for end in ("low|lower", "high|upper"))
NUMBER = re.compile(r"[-−]?\d[\d,]*\.?\d*")


@dataclass
class Plotted:
    """What a drawing shows of its values: numbers in their units, years, and written numbers."""

    numbers: set[float] = field(default_factory=set)
    years: set[float] = field(default_factory=set)
    written: set[float] = field(default_factory=set)
    ends: set[float] = field(default_factory=set)


@dataclass(frozen=True)
class Along:
    """What is plotted along one axis of a panel."""

    numbers: np.ndarray
    ends: np.ndarray  # of intervals
    bars: np.ndarray  # start, end


def faults(drawn: Figure, values: pd.DataFrame, words: str, rows: Sequence[pd.DataFrame] = (),
           joined: Mapping[int, str] | None = None) -> list[str]:  # fmt: skip
    """Return what is wrong with a drawing and with its ``words``, headline and subtitle.

    The other parameters are those of ``proof.compare``.
    """
    found, needs = compare(drawn, values, rows, joined)
    return found + unsaid(needs, words)


def compare(drawn: Figure, values: pd.DataFrame, rows: Sequence[pd.DataFrame] = (),
            joined: Mapping[int, str] | None = None) -> tuple[list[str], list[dict]]:  # fmt: skip
    """Return what is wrong with a drawing, one sentence each, and what its words have to say.

    Parameters
    ----------
    values
        The values offered for download.
    rows
        The tables from which the values come. Their ``attrs`` may hold ``breaks`` and ``units``.
    joined
        Years of breaks that a line may cross, each with the reason.
    """
    table = _table(values)
    offered, years = _offered(table)
    plotted, found, needs = Plotted(), [], []
    factors = {1.0}
    for axes in drawn.axes:
        plotted.written |= _written(axes)
        for which in "xy":
            axis = getattr(axes, f"{which}axis")
            along = _along(axes, which)
            if _carries_names(axis) or not along.numbers.size + along.ends.size + along.bars.size:
                continue
            if _is_of_years(along):
                found += _strange_years(along, years, which)
                plotted.years |= set(along.numbers) | set(along.bars.ravel())
                continue
            factor, strange = _factor(along, offered, axis)
            factors.add(factor)
            found += [
                f"{number:g} is plotted along the {which} axis and is in no column of the "
                "values" for number in strange[:5]
            ]  # fmt: skip
            if factor != 1:
                fault = (
                    f"numbers along the {which} axis are those of the values times {factor:g}, "
                    f"and no title or axis says {FACTORS[factor]!r}"
                )
                needs.append({"says": [FACTORS[factor]], "fault": fault})
            plotted.numbers |= set(
                np.concatenate(
                    [
                        along.numbers,
                        along.ends,
                        along.bars.ravel(),
                        along.bars[:, 1] - along.bars[:, 0],
                    ]
                )
                / factor
            )
            plotted.ends |= set(along.ends / factor)
            found += _bars(along, axes, which)
        found += _backwards(axes)
        needs += _logarithms(axes)
        found += _pairs(axes, table)
        found += _named(axes, values, table[0])
        found += _note(axes)
        found += _breaks(axes, values, rows, joined or {})
    columns, unplotted = _unplotted(plotted, values)
    found += unplotted
    found += _intervals(plotted, values, columns)
    found += keys.faults(drawn, values, _carries_names)
    needs += _units(columns, [values, *rows], factors)
    on_axes = " ".join(_words(axes) for axes in drawn.axes).lower()
    return list(dict.fromkeys(found)), _still_to_say(needs, on_axes)


def _still_to_say(needs: Sequence[dict], on_axes: str) -> list[dict]:
    """Return the needs that titles and names of axes leave to the words around the drawing."""
    left = []
    for need in needs:
        times, named = set(need.get("times", ())), set(TIMES.findall(on_axes))
        if times and named - times and not times & named:
            need = {"says": [], "fault": need["fault"].format(min(named))}
        met = times & named if times else not unsaid([need], on_axes)
        if not met and need not in left:
            left.append(need)
    return left


def _along(axes: Axes, which: str) -> Along:
    place = "xy".index(which)
    numbers: list[float] = []
    ends: list[float] = []
    bars: list[tuple[float, float]] = []
    for line in axes.lines:
        if line.get_transform() == axes.transData and line.get_gid() != DECORATION:
            numbers += list(np.asarray(line.get_data(orig=False)[place], dtype=float))
    for some in axes.collections:
        if some.get_gid() == DECORATION:
            continue
        if isinstance(some, PathCollection):
            numbers += list(np.asarray(some.get_offsets(), dtype=float)[:, place])
        elif isinstance(some, LineCollection) and some.get_transform() == axes.transData:
            for segment in some.get_segments():
                if len(segment) < 2:  # an end is missing
                    continue
                first, second = segment[:, place]
                (numbers if first == second else ends).extend((first, second))
    for some in axes.containers:
        if not isinstance(some, BarContainer):
            continue
        across = some.orientation == "horizontal"
        for bar in some:
            start = (bar.get_x(), bar.get_y())[place]
            size = (bar.get_width(), bar.get_height())[place]
            if across == (which == "x"):
                bars.append((start, start + size))
            else:
                numbers.append(start + size / 2 if _on_middle(some, place) else start)
    bars_drawn = np.array(bars, dtype=float).reshape(-1, 2)
    return Along(
        *(_known(some) for some in (numbers, ends)),
        bars_drawn[bars_drawn[:, 0] != bars_drawn[:, 1]],
    )


def _on_middle(bars: BarContainer, place: int) -> bool:
    """Return whether bars are on the middle of their foot and not on its left edge."""
    starts = [(bar.get_x(), bar.get_y())[place] for bar in bars]
    return not np.allclose(starts, np.round(starts))


def _known(numbers: Sequence[float]) -> np.ndarray:
    array = np.array(numbers, dtype=float)
    return array[np.isfinite(array)]


def _carries_names(axis: Axis) -> bool:
    axes, which = axis.axes, axis.axis_name
    shared = getattr(axes, f"get_shared_{which}_axes")().get_siblings(axes)
    return any(_names(getattr(one, f"{which}axis")) for one in shared)


def _names(axis: Axis) -> bool:
    """Return whether an axis has names: of a form, of ``set_yticks(range(2), names)``, or none."""
    places = axis.get_majorticklocs()
    if axis.get_gid() == POSITIONS or not len(places):
        return True
    fixed = isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator)
    if not fixed or not np.array_equal(np.round(places), range(len(places))):
        return False
    written = [NUMBER.match(text.get_text()) for text in axis.get_ticklabels()]
    numbers = [float(found[0].replace(",", "").replace("−", "-")) if found else None
               for found in written]  # fmt: skip
    return numbers != list(places)


def _is_of_years(along: Along) -> bool:
    every = np.concatenate([along.numbers, along.ends, along.bars.ravel()])
    return bool(((every > YEARS[0]) & (every < YEARS[1])).mean() > 0.95)


def _offered(table: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return all numbers and all years of a table, sorted."""
    return tuple(np.unique(part[np.isfinite(part)]) for part in table)


def _distance(numbers: np.ndarray, offered: np.ndarray) -> np.ndarray:
    if not offered.size:
        return np.full(numbers.shape, np.inf)
    at = np.searchsorted(offered, numbers)
    left, right = (offered[np.clip(place, 0, offered.size - 1)] for place in (at - 1, at))
    return np.minimum(abs(numbers - left), abs(numbers - right))


def _strange_years(along: Along, years: np.ndarray, which: str) -> Iterator[str]:
    every = np.concatenate([along.numbers, along.ends, along.bars.ravel()])
    for year in np.unique(every[_distance(every, years) > SHIFT + 0.01])[:5]:
        yield f"{year:.1f} is plotted along the {which} axis and is no year or day of the values"


def _factor(along: Along, offered: np.ndarray, axis: Axis) -> tuple[float, np.ndarray]:
    """Return the factor by which most numbers are offered, and those that are not offered."""
    span = abs(np.subtract(*axis.get_view_interval())) if axis.get_scale() == "linear" else 0
    best = None
    for factor in FACTORS:
        whole = np.append(offered, 100) if factor == 1 else offered  # a bar may end at 100 per cent
        strange = _strange(along.numbers, offered, factor, 0)
        ends = _strange(along.ends, offered, factor, THIN * span)
        lengths = _strange(along.bars[:, 1] - along.bars[:, 0], offered, factor, 0)
        both = _strange(along.bars, np.unique(whole), factor, 0).any(axis=1)
        apart = np.concatenate(
            [
                along.numbers[strange],
                along.ends[ends],
                (along.bars[:, 1] - along.bars[:, 0])[lengths & both],
            ]
        )
        if best is None or apart.size < best[1].size:
            best = factor, np.unique(apart)
    return best


def _strange(numbers: np.ndarray, offered: np.ndarray, factor: float, slack: float) -> np.ndarray:
    rounded = _rounded(abs(offered).max(initial=0)) if factor == 1 else 0
    near = np.maximum(NEAR * abs(numbers), max(slack, rounded))
    return _distance(numbers / factor, offered) * factor > near


def _rounded(largest: float) -> float:
    """Return by how much numbers may differ that were rounded, from the largest of them."""
    return ROUNDED if largest > LARGEST_SHARE else ROUNDED_SHARE


def _words(axes: Axes) -> str:
    titles = (axes.get_title(loc="left"), axes.get_title())
    return " ".join([axes.get_xlabel(), axes.get_ylabel(), *titles])


def _written(axes: Axes) -> set[float]:
    """Return the numbers written into a panel and its titles."""
    texts = [text.get_text() for text in axes.texts] + [_words(axes)]
    found = (NUMBER.findall(text) for text in texts)
    return {
        float(number.replace(",", "").replace("−", "-").rstrip("."))
        for some in found
        for number in some
    }


def _logarithms(axes: Axes) -> Iterator[dict]:
    for which in "xy":
        if getattr(axes, f"get_{which}scale")() == "log":
            yield to_say(
                "log",
                f"the {which} axis is logarithmic, and neither subtitle nor axis says so: write "
                "'logarithmic scale'",
            )


def _backwards(axes: Axes) -> Iterator[str]:
    for which in "xy":
        axis = getattr(axes, f"{which}axis")
        low, high = getattr(axes, f"get_{which}lim")()
        if low > high and not _carries_names(axis) and "behind" not in axis.get_label_text():
            yield (
                f"the {which} axis runs backwards, from {low:g} to {high:g}: turn it, or say in "
                "its label how far a mark is behind another"
            )


def _bars(along: Along, axes: Axes, which: str) -> Iterator[str]:
    if not along.bars.size:
        return
    low, high = sorted(getattr(axes, f"get_{which}lim")())
    if low > 0 or high < 0:
        yield f"the {which} axis begins at {low:g}, so its bars do not start at zero"
    if getattr(axes, f"get_{which}scale")() == "log":
        yield f"bars are on a logarithmic {which} axis, which has no zero: draw marks"
    tops = np.unique(along.bars[:, 1])
    feet = np.unique(along.bars[:, 0])
    loose = [foot for foot in feet if foot != 0 and _distance(np.array([foot]), tops)[0] > 1e-9]
    # The bars of a cascade begin where the one before ends.
    if loose:
        yield f"bars begin at {loose[0]:g} and not at zero"


def _note(axes: Axes) -> Iterator[str]:
    for text in axes.texts:
        said = text.get_text().replace("\n", " ")
        where = getattr(text, "xy", (None,))[0]
        if not re.fullmatch(r"(?:the )?note(?:, June 2011)?", said) or not isinstance(where, Real):
            continue
        lines = [
            line.get_xdata()[0] for line in axes.lines if line.get_transform() != axes.transData
        ]
        marked = said.endswith("2011") or where in lines
        if marked and YEARS[0] < where < YEARS[1] and abs(where - JUNE_2011) > 0.01:
            yield f"the line of the note is at {where:.2f} and not at 20 June 2011"


def _pairs(axes: Axes, table: tuple[np.ndarray, np.ndarray]) -> Iterator[str]:
    """Yield the points whose two numbers are in no row together."""
    if any(map(_carries_names, (axes.xaxis, axes.yaxis))):
        return
    numbers, years = table
    for line in axes.lines:
        if line.get_transform() != axes.transData or line.get_gid() == DECORATION:
            continue
        if line.get_drawstyle() != "default":  # a step ends where the next value begins
            continue
        points = np.column_stack([np.asarray(part, float) for part in line.get_data(orig=False)])
        for x, y in points[np.isfinite(points).all(axis=1)]:
            dated = YEARS[0] < x < YEARS[1] and years.size and not np.isnan(years).all()
            here = (abs(years - x) <= SHIFT + 0.01).any(axis=1) if dated else _holds(x, numbers)
            if not (here & _holds(y, numbers)).any():
                yield f"{y:g} is plotted at {x:g}, and no row of the values holds both"
                break


def _holds(number: float, numbers: np.ndarray) -> np.ndarray:
    """Return whether each row of numbers holds a number, by one of the factors."""
    slack = max(NEAR * abs(number), 1e-9)
    found = abs(numbers - number) <= max(slack, _rounded(abs(number)))
    for factor in FACTORS:
        found |= abs(numbers * factor - number) <= slack
    return found.any(axis=1)


def _table(values: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of each row, and its years and days, as two arrays with gaps."""
    numbers, years = [np.zeros(len(values))], []
    for name in values:
        column = values[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            years.append(in_years(column).to_numpy(float))
        elif not pd.api.types.is_bool_dtype(column):
            if not pd.api.types.is_numeric_dtype(column):
                begins = column.astype("string").str.extract(r"^(\d{4})(?:-|$)")[0]
                years.append(pd.to_numeric(begins).to_numpy(float, na_value=np.nan) + 0.5)
                column = pd.to_numeric(column.astype("string"), errors="coerce")
            cells = column.to_numpy(float, na_value=np.nan)
            numbers.append(cells)
            whole = np.where((cells > YEARS[0]) & (cells < YEARS[1]), cells, np.nan)
            years += [whole, whole + 0.5]
    empty = np.full(len(values), np.nan)
    return np.column_stack(numbers), np.column_stack(years or [empty])


def _named(axes: Axes, values: pd.DataFrame, table: np.ndarray) -> Iterator[str]:
    """Yield the rows whose name is that of a row of the values that does not hold the number."""
    if not _names(axes.yaxis) or _carries_names(axes.xaxis):
        return
    texts = [text.get_text() for text in axes.get_yticklabels()]
    cells = values.astype("string").apply(
        lambda column: column.str.replace("\n", " ").str.strip().str.lower()
    )
    for place, text in enumerate(texts):
        name = " ".join(text.split()).lower()
        here = cells.eq(name).any(axis=1).to_numpy() if name else np.zeros(len(values), bool)
        if not here.any():
            continue
        for number in _in_row(axes, place):
            if not _holds(number, table[here]).any() and not YEARS[0] < number < YEARS[1]:
                yield (
                    f"{number:g} is plotted in the row {name!r}, which has no such number in the "
                    "values"
                )


def _in_row(axes: Axes, place: int) -> Iterator[float]:
    for line in axes.lines:
        if line.get_transform() == axes.transData and line.get_gid() != DECORATION:
            for x, y in zip(*line.get_data(orig=False), strict=True):
                if abs(y - place) < 0.45 and np.isfinite(x):
                    yield float(x)
    for some in axes.containers:
        if isinstance(some, BarContainer) and some.orientation == "horizontal":
            for bar in some:
                if abs(bar.get_y() + bar.get_height() / 2 - place) < 0.2 and bar.get_x() == 0:
                    yield float(bar.get_width())


def _breaks(axes: Axes, values: pd.DataFrame, rows: Sequence[pd.DataFrame],
            joined: Mapping[int, str]) -> Iterator[str]:  # fmt: skip
    # A frame made again has lost the breaks of its table, and no line could then cross one.
    if not any("breaks" in frame.attrs for frame in (values, *rows)) and _joins_years(axes):
        yield (
            "a line joins years, and no rows were given that know the breaks of their table: give "
            "with rows= the rows that data.read gave"
        )
    known = [each for frame in (values, *rows) for each in frame.attrs.get("breaks", ())]
    for each in known:
        year = each.get("year")
        if not isinstance(year, Integral) or year in joined:
            continue
        states = each.get("states") or ()
        theirs = [_numbers_of(frame, states) for frame in (values, *rows)] if states else []
        for line in axes.lines:
            if line.get_transform() != axes.transData or line.get_linestyle() in ("None", "", " "):
                continue
            x, y = (np.asarray(part, dtype=float) for part in line.get_data(orig=False))
            if not _years_only(x) or (states and not _is_of(y, theirs)):
                continue
            for start, stop, step in _runs(x, y):
                last = year if step > 0.9 else year + 1  # a break within a year is cut within it
                if start < year - 0.01 and stop >= last:
                    yield (
                        f"a line runs from {start:g} to {stop:g} across the break of {year} "
                        f"({each['what']}): cut it, or say in joined= why it may cross"
                    )
                    break


def _joins_years(axes: Axes) -> bool:
    """Return whether a line of values joins two years."""
    return any(
        line.get_transform() == axes.transData
        and line.get_gid() != DECORATION
        and line.get_linestyle() not in ("None", "", " ")
        and _years_only(x := np.asarray(line.get_data(orig=False)[0], dtype=float))
        and len(set(x)) > 1
        for line in axes.lines
    )


def _numbers_of(frame: pd.DataFrame, states: Sequence[str]) -> tuple[set[float], set[float]]:
    """Return the numbers of some States in a frame, and those of all others."""
    if "iso3" not in frame:
        return set(), set()
    named = frame["iso3"].isin(list(states))
    numbers = frame.select_dtypes("number").round(6)
    return ({*numbers[named].to_numpy().ravel()}, {*numbers[~named].to_numpy().ravel()})


def _is_of(y: np.ndarray, known: Sequence[tuple[set[float], set[float]]]) -> bool:
    """Return whether a line shows numbers of these States and of no others."""
    drawn = {round(float(each), 6) for each in y[np.isfinite(y)]}
    return len(drawn) > 2 and any(drawn <= own and not drawn <= others for own, others in known)


def _runs(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[float, float, float]]:
    """Yield first year, last year and longest step of each unbroken part of a line."""
    known = np.flatnonzero(np.isfinite(y))
    for part in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if part.size > 1:
            yield x[part[0]], x[part[-1]], float(np.diff(x[part]).max())


def _years_only(numbers: np.ndarray) -> bool:
    return numbers.size > 1 and bool(((numbers > YEARS[0]) & (numbers < YEARS[1])).all())


def _unplotted(plotted: Plotted, values: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the columns that are plotted, and a sentence for each row that is not."""
    numbers, years = (np.array(sorted(some)) for some in (plotted.numbers, plotted.years))
    written = np.array(sorted(plotted.written))
    cover = {}
    for name in values.columns:
        column = values[name]
        if pd.api.types.is_bool_dtype(column):
            continue
        if pd.api.types.is_datetime64_any_dtype(column):
            column = in_years(column)
        column = pd.to_numeric(
            column.astype("string") if column.dtype == object else column, errors="coerce"
        )
        known = column.notna().to_numpy()
        cells = column.to_numpy(dtype=float, na_value=np.nan)[known]
        if not cells.size:
            continue
        dated = ((cells > YEARS[0]) & (cells < YEARS[1])).all()
        near = (
            (_distance(cells, years) <= SHIFT)
            if dated
            else (
                _distance(cells, numbers)
                <= np.maximum(NEAR * abs(cells), _rounded(abs(cells).max()))
            )
        )
        near |= (cells == 0) | (_distance(cells, written) <= (0.51 if not dated else 0))
        if near.mean() >= COVERED:
            shown = np.full(len(values), np.nan)
            shown[known] = near
            cover[name] = shown
    if not cover:
        return [], (["no column of the values is plotted"] if numbers.size else [])
    shown = pd.DataFrame(cover)
    numeric = [name for name in shown if not str(name).endswith("year")] or list(shown)
    lost = shown[numeric].eq(0).any(axis=1) & ~shown[numeric].eq(1).any(axis=1)
    said = [
        f"row {place + 2} of the values is not plotted: "
        + ", ".join(f"{name} {values.iloc[place][name]}" for name in numeric[:3])
        for place in np.flatnonzero(lost)[:5]
    ]
    return list(cover), said


def _intervals(plotted: Plotted, values: pd.DataFrame, columns: Sequence[str]) -> Iterator[str]:
    numbers = np.array(sorted(plotted.numbers))
    names = [
        name
        for name in values
        if pd.api.types.is_numeric_dtype(values[name])
        and not pd.api.types.is_bool_dtype(values[name])
    ]
    for low in (name for name in names if LOW.search(str(name))):
        high = next(
            (
                name
                for name in names
                if HIGH.search(str(name)) and HIGH.sub("", str(name)) == LOW.sub("", str(low))
            ),
            None,
        )
        point = LOW.sub("", str(low))
        if high is None or (point and point not in columns and not {low, high} & set(columns)):
            continue
        both = values[[low, high]].dropna().astype(float)
        both = both[both[low] < both[high]]
        for name in (low, high):
            cells = both[name].to_numpy()
            lost = _strange_ends(cells, numbers)
            if lost.sum() > 1:
                yield (
                    f"{lost.sum()} of {len(lost)} intervals of the values are not drawn: "
                    f"{name} {cells[lost][0]:g}"
                )


def _strange_ends(cells: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    widened = 1.0 if abs(cells).max(initial=0) > 20 else ROUNDED
    return _distance(cells, numbers) > np.maximum(2 * NEAR * abs(cells), widened)


def _units(columns, frames, factors) -> Iterator[dict]:
    units = {}
    for frame in frames:
        units |= frame.attrs.get("units", {})
    for name in columns:
        if name in units and name in frames[0].columns:
            for need in figure_words.of_unit(name, units[name]):
                if "times" in need or factors == {1.0}:
                    yield need
