"""Figures of the book: one look, and the forms that chapters share.

A figure states its finding as a headline, its measure as a subtitle, names its marks directly,
draws intervals before points, and marks where a definition changed. It is drawn twice, for a page
and for a phone.

`style` holds colours and typeface, `sheet` the canvas, `axes` prepares axes, `marks` draws single
marks, `forms` whole figures, `tiles` the participating States, and `proof`
compares a drawing with its values. Chapters use this package as::

    from decentwork import exhibits, figures

    @exhibits.figure("fig-two", headline="…", subtitle="…", height=2, values=frame)
    def two(ax):
        figures.bars(ax, frame["name"], frame["value"], texts="{:g}")
"""

from decentwork.extras import lacking

if _error := lacking("figures", "matplotlib", "font_source_sans_pro"):
    raise _error

from decentwork.figures.axes import (
    POSITIONS,
    columns,
    in_years,
    key_above,
    key_below,
    key_on_top,
    logarithmic,
    named_points,
    rows,
    scale,
    thousands,
    titles,
    without_axes,
    years,
)
from decentwork.figures.forms import (
    bars,
    dots,
    dots_by_kind,
    dumbbells,
    mark_matrix,
    series,
    small_multiples,
    stacked_bars,
    steps,
    word_matrix,
)
from decentwork.figures.marks import (
    NOTE_DATE,
    arrow,
    at_least,
    band,
    block_names,
    definition_break,
    interval,
    label,
    labels,
    mark_names,
    ranges,
    reference,
    separators,
    sizes_below,
    spans,
    the_note,
)
from decentwork.figures.proof import faults
from decentwork.figures.sheet import (
    NARROW,
    WIDTH,
    canvas,
    draw,
    is_narrow,
    names_stand_above,
)
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
    use_style,
)
from decentwork.figures.tiles import TILE_MAP_HEIGHT, tile_map

FORMS = (
    bars, dots, dots_by_kind, dumbbells, mark_matrix, series, small_multiples, stacked_bars, steps,
    tile_map, word_matrix,
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
    "POSITIONS",
    "PURPLE",
    "QUIET",
    "SHADE",
    "TEAL",
    "TILE_MAP_HEIGHT",
    "WIDTH",
    "arrow",
    "at_least",
    "band",
    "bars",
    "block_names",
    "canvas",
    "columns",
    "definition_break",
    "dots",
    "dots_by_kind",
    "draw",
    "dumbbells",
    "faults",
    "in_years",
    "interval",
    "is_narrow",
    "key_above",
    "key_below",
    "key_on_top",
    "label",
    "labels",
    "logarithmic",
    "mark_matrix",
    "mark_names",
    "named_points",
    "names_stand_above",
    "ranges",
    "reference",
    "rows",
    "scale",
    "separators",
    "series",
    "sizes_below",
    "small_multiples",
    "spans",
    "stacked_bars",
    "steps",
    "the_note",
    "thousands",
    "tile_map",
    "titles",
    "without_axes",
    "word_matrix",
    "years",
]

use_style()
