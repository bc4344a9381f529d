"""The 57 participating States as a map of equal tiles, so that small States are seen.

Where a tile stands says roughly where the State lies; neither area nor distance means anything.
"""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from decentwork.figures.sheet import SMALLEST, is_narrow
from decentwork.figures.style import INK, QUIET
from decentwork.tile_places import PLACES

TILE_MAP_HEIGHT = 0.47 * (1 + max(row for _, row in PLACES.values()))
"""Inches of the map on a canvas of one column."""
HIGHER = 1.25
"""Height of a tile to its width on a phone, so that two lines of letters fit."""


def tile_map(
    axes: Axes, colours: Mapping[str, str], *, marks: Mapping[str, str] | None = None
) -> None:
    """Draw a tile for each participating State, with its code in it.

    Parameters
    ----------
    colours
        Face of each tile by iso3 code. States that are left out get an empty tile, which the
        caption should explain.
    marks
        A short second line in a tile by iso3 code, for example a year, so that grey print and
        colour blindness lose nothing. On a narrow canvas a year is cut to its last two digits.

    Raises
    ------
    ValueError
        If a code is not that of a participating State.

    Examples
    --------
    >>> drawn, ax = figures.canvas(height=3.3, width=width)
    >>> figures.tile_map(ax, {"DEU": figures.BLUE}, marks={"DEU": "2019"})
    """
    marks = marks or {}
    letters = SMALLEST if is_narrow(axes) else 8.5
    if unknown := sorted((colours.keys() | marks.keys()) - PLACES.keys()):
        raise ValueError(f"{', '.join(unknown)}: not the code of a participating State; mend it")
    for code, (column, row) in PLACES.items():
        face = colours.get(code, "white")
        edge = QUIET if code not in colours else "white"
        axes.add_patch(Rectangle((column, row), 0.94, 0.94, facecolor=face, edgecolor=edge))
        mark = marks.get(code, "")
        if is_narrow(axes) and len(mark) == 4 and mark.isdigit():
            mark = f"’{mark[2:]}"
        text = f"{code}\n{mark}" if mark else code
        axes.text(
            column + 0.47, row + 0.47, text, ha="center", va="center", fontsize=letters,
            linespacing=1.15, color="white" if _is_dark(face) else INK,
        )  # fmt: skip
    axes.set(
        xlim=(0, 1 + max(column for column, _ in PLACES.values())),
        ylim=(1 + max(row for _, row in PLACES.values()), 0),
        aspect=HIGHER if is_narrow(axes) else 1,
    )
    axes.axis("off")
    if is_narrow(axes) and len(axes.figure.axes) == 1:
        across, down = (abs(to - start) for start, to in (axes.get_xlim(), axes.get_ylim()))
        axes.figure.set_figheight(axes.figure.get_figwidth() * down / across * HIGHER)


def _is_dark(colour: str) -> bool:
    """Whether white text reads better on it than ink, by relative luminance."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.18
