"""Figures of the book: one look, and ten forms that draw the rows of a frame.

A figure names its marks directly, draws intervals before points, and marks where a definition
changed. It is finished by Matplotlib, and published by :mod:`decentwork.exhibits`::

    import matplotlib.pyplot as plt
    from decentwork import exhibits, figures

    plt.style.use("decentwork")
    fig, ax = plt.subplots(figsize=(figures.WIDTH, 2))
    figures.bars(ax, frame, "place", "share", texts="{:.0f}")
    ax.set(xlim=(0, 100))
    exhibits.publish(fig, "fig-shares", values=frame)

`forms` has the ten forms, `names` and `marks` what is named and marked on them, `style` the look,
`sheet` the widths, `tiles` the participating States, `proof` the comparison of a drawing with its
values, `vector` what is written as SVG, and `before` what chapters use that are not rewritten yet.
"""

from decentwork.extras import lacking

if _error := lacking("figures", "matplotlib", "font_source_sans_pro"):
    raise _error

from decentwork.figures.forms import (
    bars,
    dots,
    matrix,
    series,
    slopes,
    small_multiples,
    spans,
    stacked_bars,
    tiles,
    words,
)
from decentwork.figures.marks import (
    NOTE_DATE,
    definition_break,
    labels,
    reference,
    separators,
    the_note,
)
from decentwork.figures.names import column_names, in_years, row_names
from decentwork.figures.proof import faults
from decentwork.figures.sheet import NARROW, WIDTH
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
    TEAL,
    register,
)

FORMS = (
    bars, dots, matrix, series, slopes, small_multiples, spans, stacked_bars, tiles, words,
)  # fmt: skip
"""The forms; each has an example in its docstring, which tests draw at both widths.

:meta hide-value:
"""

__all__ = [
    "BLUE",
    "FORMS",
    "GRID",
    "INK",
    "MARKED_SHADE",
    "MIXED_SHADE",
    "NARROW",
    "NOTE_DATE",
    "ORANGE",
    "PURPLE",
    "QUIET",
    "SHADE",
    "TEAL",
    "WIDTH",
    "bars",
    "column_names",
    "definition_break",
    "dots",
    "faults",
    "in_years",
    "labels",
    "matrix",
    "reference",
    "row_names",
    "separators",
    "series",
    "slopes",
    "small_multiples",
    "spans",
    "stacked_bars",
    "the_note",
    "tiles",
    "words",
]

register()
