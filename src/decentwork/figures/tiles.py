"""The 57 participating States as a map of equal tiles, so that small States are seen.

The place of a tile says roughly where the State lies; neither area nor distance means anything.
"""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from decentwork.figures.names import LETTER
from decentwork.figures.sheet import POSITIONS, SMALLEST, is_narrow
from decentwork.figures.style import INK, QUIET
from decentwork.tile_places import PLACES

TILE_MAP_HEIGHT = 0.47 * (1 + max(row for _, row in PLACES.values()))
"""Inches of the map on a canvas of one column."""
HIGHER = 1.25
"""Height of a tile to its width on a phone, so that two lines of letters fit."""
KEY_LINE = 0.7
"""Height of a line of the key below the map, in tiles."""
KEY_LINES = 2
"""Lines of the key on a phone."""


def tile_map(
    axes: Axes,
    colours: Mapping[str, str],
    *,
    marks: Mapping[str, str] | None = None,
    key: Mapping[str, str] | None = None,
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
    key
        What a face means, by its colour, in the order of the key below the map; "white" for
        empty tiles. The canvas grows by the lines of the key.

    Raises
    ------
    ValueError
        If a code is not that of a participating State.

    Examples
    --------
    >>> drawn, ax = plt.subplots(figsize=(width, 3.3))
    >>> meaning = {figures.BLUE: "a party", "white": "not a party"}
    >>> figures.tile_map(ax, {"DEU": figures.BLUE}, marks={"DEU": "2019"}, key=meaning)
    """
    marks = marks or {}
    letters = SMALLEST if is_narrow(axes) else 8.5
    if unknown := sorted((colours.keys() | marks.keys()) - PLACES.keys()):
        raise ValueError(f"{', '.join(unknown)}: not the code of a participating State; fix it")
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
    lines = _write_key(axes, key or {}, 1 if not is_narrow(axes) else KEY_LINES)
    foot = 1 + max(row for _, row in PLACES.values())
    axes.set(
        xlim=(0, 1 + max(column for column, _ in PLACES.values())),
        ylim=(foot + lines * KEY_LINE, 0),
        aspect=HIGHER if is_narrow(axes) else 1,
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_gid(POSITIONS)
    axes.axis("off")
    if len(axes.figure.axes) > 1:
        return
    if is_narrow(axes):
        across, down = (abs(to - start) for start, to in (axes.get_xlim(), axes.get_ylim()))
        axes.figure.set_figheight(axes.figure.get_figwidth() * down / across * HIGHER)
    else:
        grown = axes.figure.get_figheight() * (1 + lines * KEY_LINE / foot)
        axes.figure.set_figheight(grown)


def _write_key(axes: Axes, key: Mapping[str, str], most: int) -> int:
    """Write what each face means below the map, and return the lines that this takes."""
    if not key:
        return 0
    lines = min(most, len(key))
    a_line = -(-len(key) // lines)
    foot, wide = (1 + max(place[axis] for place in PLACES.values()) for axis in (1, 0))
    # Each column of the key is as wide as its longest words, and what is left is between columns.
    longest = [max(map(len, list(key.values())[column::a_line])) for column in range(a_line)]
    letter = LETTER * 9 * wide / axes.figure.get_figwidth()
    room = wide - sum(0.7 + letter * letters for letters in longest)
    gap = min(room / max(a_line - 1, 1), 1.5)
    starts = [sum(0.7 + letter * letters + gap for letters in longest[:column])
              for column in range(a_line)]  # fmt: skip
    for place, (face, meaning) in enumerate(key.items()):
        line, column = divmod(place, a_line)
        x, y = starts[column], foot + (line + 0.35) * KEY_LINE
        edge = QUIET if face == "white" else face
        axes.add_patch(Rectangle((x, y), 0.5, 0.4, facecolor=face, edgecolor=edge))
        axes.text(x + 0.7, y + 0.2, meaning, ha="left", va="center_baseline", fontsize=9)
    return lines


def _is_dark(colour: str) -> bool:
    """Return whether white text reads better on a colour than ink, by relative luminance."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.18
