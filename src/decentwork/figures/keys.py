"""Keys of a drawing: a key, or a word in its colour, names each series of years of a panel.

A key is compared with the values: what is drawn in the colour of a name is what the values have in
the rows, or in the column, of that name.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection
from matplotlib.colors import rgb_to_hsv, to_hex, to_rgb
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from decentwork.figures.names import DECORATION
from decentwork.figures.style import INK

NOTHING = ("None", "none", "", " ", None)
PALE = 0.2
"""Saturation up to which a light colour is a ground and a grey an aside, and neither a series."""
NEAR = 0.006

Place = tuple[float, float]


def faults(drawn: Figure, values: pd.DataFrame, has_names: Callable[[Axis], bool]) -> Iterator[str]:
    """Yield colours that nothing names, and names in a key that the values contradict.

    ``has_names`` says whether an axis has names of rows or columns, and no numbers.
    """
    legends = [*drawn.legends, *(axes.get_legend() for axes in drawn.axes if axes.get_legend())]
    named = [entry for legend in legends for entry in _entries(legend)]
    known = {colour for colour, _ in named}
    texts = [*drawn.texts, *(text for axes in drawn.axes for text in axes.texts)]
    known |= {to_hex(text.get_color()) for text in texts if text.get_text().strip()}
    shown: dict[str, list[Place]] = {}
    for axes in drawn.axes:
        here = _places(axes)
        for colour, places in here.items():
            shown.setdefault(colour, []).extend(places)
        series = {to_hex(line.get_color()) for line in axes.lines if _is_series(line)} & here.keys()
        lost = sorted(series - known)
        both = [has_names(axis) for axis in (axes.xaxis, axes.yaxis)]
        if lost and len(series) > 1 and _tell_apart(here, both):
            yield (
                f"lines differ in colour, and no key and no word in {lost[0]} says "
                "what that is: add a key"
            )
            break
    yield from _misnamed(named, shown, values)


def _entries(legend: Legend) -> Iterator[tuple[str, str]]:
    """Yield the colour and the words of each entry of a key."""
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
        for get in ("get_facecolor", "get_markerfacecolor", "get_color"):
            colour = getattr(handle, get)() if hasattr(handle, get) else None
            colour = colour[0] if isinstance(colour, np.ndarray) and colour.ndim == 2 else colour
            if colour is not None and not (isinstance(colour, str) and colour in NOTHING):
                yield to_hex(colour), text.get_text()
                break


def _places(axes: Axes) -> dict[str, list[Place]]:
    """Return where marks are drawn, by their colour; without grounds, greys and ink."""
    found: dict[str, list[Place]] = {}
    for line in axes.lines:
        if line.get_transform() == axes.transData and line.get_gid() != DECORATION:
            drawn = line.get_linestyle() not in NOTHING
            face = line.get_markerfacecolor()
            colour = line.get_color() if drawn or str(face) in NOTHING else face
            points = zip(*(np.asarray(each, float) for each in line.get_data(orig=False)),
                         strict=True)  # fmt: skip
            found.setdefault(to_hex(colour), []).extend(points)
    for some in axes.collections:
        if isinstance(some, PathCollection) and some.get_gid() != DECORATION:
            colours = some.get_facecolor()
            for number, point in enumerate(np.asarray(some.get_offsets(), float)):
                if len(colours):
                    colour = colours[min(number, len(colours) - 1)]
                    found.setdefault(to_hex(colour), []).append(tuple(point))
    for bars in axes.containers:
        for bar in bars if isinstance(bars, BarContainer) else ():
            across = bars.orientation == "horizontal"
            point = (bar.get_width(), bar.get_y() + bar.get_height() / 2)
            if not across:
                point = (bar.get_x() + bar.get_width() / 2, bar.get_height())
            found.setdefault(to_hex(bar.get_facecolor()), []).append(point)
    return {each: places for each, places in found.items() if not _is_pale(each) and each != INK}


def _is_series(line: Line2D) -> bool:
    """Return whether a line joins the values of several years."""
    along = np.asarray(line.get_xdata(orig=False))
    years = along.size > 1 and along.dtype.kind in "if" and ((along > 1900) & (along < 2110)).all()
    return bool(years) and line.get_linestyle() not in NOTHING


def _is_pale(colour: str) -> bool:
    return rgb_to_hsv(to_rgb(colour))[1] <= PALE or sum(to_rgb(colour)) > 2.4


def _tell_apart(here: dict[str, list[Place]], named: Sequence[bool]) -> bool:
    """Return whether colours mean more than a stress on some of the named rows or columns."""
    for place in (0, 1):
        rows = [{round(point[place]) for point in points} for points in here.values()]
        if named[place] and sum(map(len, rows)) == len(set().union(*rows)):
            return False
    return True


def _misnamed(named: list[tuple[str, str]], shown: dict[str, list[Place]],
              values: pd.DataFrame) -> Iterator[str]:  # fmt: skip
    """Yield names of a key of which the values have other numbers than are drawn."""
    of_names = {label: _numbers_of(label, values) for _, label in named}
    if len({colour for colour, _ in named}) < len(named) or not all(
        numbers.size for numbers in of_names.values()
    ):
        return
    for colour, label in named:
        points = np.array(shown.get(colour, ()), float).reshape(-1, 2)
        score = {name: _share(points, numbers) for name, numbers in of_names.items()}
        best = max(score, key=score.__getitem__, default=label)
        if len(points) > 1 and score[label] < 0.5 and score[best] > 0.9:
            yield f"the key says {label!r} of marks that have the values of {best!r}: exchange them"


def _numbers_of(label: str, values: pd.DataFrame) -> np.ndarray:
    """Return the numbers of the rows that a name is a cell of, or of the column that it names."""
    name = " ".join(label.lower().split())
    cells = values.astype("string").apply(lambda column: column.str.strip().str.lower())
    rows = cells.eq(name).any(axis=1).fillna(False).to_numpy(bool)
    if rows.any():
        taken = values[rows].select_dtypes("number")
    else:
        taken = values[[c for c in values if str(c).lower().replace("_", " ") == name]]
        taken = taken.select_dtypes("number")
    numbers = taken.to_numpy(float, na_value=np.nan).ravel()
    return numbers[np.isfinite(numbers)]


def _share(points: np.ndarray, numbers: np.ndarray) -> float:
    """Return how many points have a number of these, along the axis where more have."""
    scaled = np.concatenate([numbers * factor for factor in (1, 100, 1e-3, 1e-6)])
    best = 0.0
    for along in points.T:
        here = along[np.isfinite(along)]
        slack = NEAR * np.maximum(abs(here), 1)
        if here.size:
            near = abs(scaled[:, None] - here).min(axis=0) <= slack
            best = max(best, float(near.mean()))
    return best
