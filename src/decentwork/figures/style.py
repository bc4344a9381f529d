"""The look of the book's figures: typeface, colours, and what every drawing shares.

Colours keep a contrast of 4.5:1 against white, since letters have them too, and differ in
lightness, so that grey print and colour blindness lose nothing. Shapes repeat what colours say. In
the dark a page gives each another of the same hue (book.css).
"""

from pathlib import Path

import matplotlib
import matplotlib.style
from font_source_sans_pro import SourceSansPro, SourceSansProSemibold
from matplotlib import font_manager

FAMILY = "Source Sans Pro"
"""The name of the typeface."""

INK = "#1d2433"
QUIET = "#6a7180"
GRID = "#dfe2e8"
BLUE = "#12436d"
ORANGE = "#c2510c"
TEAL = "#0f746e"
PURPLE = "#801650"

SHADE = "#c9d3df"
"""Behind the words of a cell."""
MARKED_SHADE = "#f2d3b8"
"""Behind the words of a cell that differs from others."""
MIXED_SHADE = "#e9e4d4"
"""Behind the words of a cell that is both, or neither."""

DASHED = (0, (2, 2))
"""The line of a break, a separator or a rule of thumb; lines of data have other dashes."""
STYLE = "decentwork"
"""The name of the style: ``plt.style.use("decentwork")``."""


def register() -> None:
    """Make the style and its typeface known to matplotlib, which draws as before until it is used.

    Drawings need the typeface: without it matplotlib takes another, and letters get other widths.
    """
    for font in (SourceSansPro, SourceSansProSemibold):
        font_manager.fontManager.addfont(font)
    sheet = Path(__file__).with_name(f"{STYLE}.mplstyle")
    matplotlib.style.library[STYLE] = matplotlib.rc_params_from_file(
        sheet, use_default_template=False
    )
