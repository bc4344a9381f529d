"""The look of the book's figures: typeface, colours, and what every drawing shares.

Colours keep a contrast of 3:1 against white and differ in lightness, so that grey print and colour
blindness lose nothing. Shapes repeat what colours say.
"""

import matplotlib
from font_source_sans_pro import SourceSansPro, SourceSansProSemibold
from matplotlib import font_manager

INK = "#1d2433"
QUIET = "#6a7180"
GRID = "#dfe2e8"
BLUE = "#12436d"
ORANGE = "#c2510c"
TEAL = "#1f8a84"
PURPLE = "#801650"

SHADE = "#c9d3df"
"""Behind the words of a cell."""
MARKED_SHADE = "#f2d3b8"
"""Behind the words of a cell that stands out among others."""
MIXED_SHADE = "#e9e4d4"
"""Behind the words of a cell that is both, or neither."""

DASHED = (0, (2, 2))
"""The line of a break, a separator or a rule of thumb; lines of data have other dashes."""


def use_style() -> None:
    """Make matplotlib draw in the book's style."""
    for font in (SourceSansPro, SourceSansProSemibold):
        font_manager.fontManager.addfont(font)
    matplotlib.rcParams.update(
        {
            "font.family": "Source Sans Pro",
            "font.size": 10,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": QUIET,
            "axes.facecolor": "white",
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.titlelocation": "left",
            "grid.color": GRID,
            "grid.linewidth": 0.8,
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.major.size": 0,
            "ytick.major.size": 0,
            "lines.linewidth": 2,
            "lines.markersize": 6,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
            "svg.fonttype": "path",
            "svg.hashsalt": "decentwork",
        }
    )
