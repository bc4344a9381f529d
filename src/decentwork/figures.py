"""The look of the book's figures, and the forms that chapters share.

A figure states its finding as a headline, its measure as a subtitle, labels its marks directly,
draws intervals before points, and marks where a definition changed. Colours keep 3:1 against white
and differ in lightness, so that grey print and colour blindness lose nothing; shapes repeat what
colours say.
"""

from collections.abc import Iterable

import matplotlib
from font_source_sans_pro import SourceSansPro, SourceSansProSemibold
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1d2433"
QUIET = "#6a7180"
GRID = "#dfe2e8"
BLUE = "#12436d"
ORANGE = "#c2510c"
TEAL = "#1f8a84"
PURPLE = "#801650"

WIDTH = 6.4
MARGIN = 0.12
"""Inches of white around a figure."""


def _use_style() -> None:
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


_use_style()


def canvas(
    headline: str, subtitle: str, *, height: float, columns: int = 1, rows: int = 1, **options
) -> tuple[Figure, Axes]:
    """Return a figure and its axes with the finding as headline and the measure as subtitle.

    Parameters
    ----------
    headline
        The finding, sentence case, no full stop; a line break may be given.
    subtitle
        Measure, unit, place, years.
    height
        In inches without the headline; the width is that of the page.
    columns, rows
        Panels; further options go to ``matplotlib.figure.Figure.subplots``.
    """
    headline_lines, subtitle_lines = headline.count("\n") + 1, subtitle.count("\n") + 1
    head = 0.24 * headline_lines + 0.19 * subtitle_lines + 0.14
    tall = height + head + 2 * MARGIN
    drawn = Figure(figsize=(WIDTH, tall), layout="constrained")
    axes = drawn.subplots(rows, columns, **options)
    left, bottom = MARGIN / WIDTH, MARGIN / tall
    drawn.get_layout_engine().set(rect=(left, bottom, 1 - 2 * left, height / tall))
    below = MARGIN + 0.24 * headline_lines + 0.05
    drawn.text(
        left, 1 - bottom, headline, fontsize=13.5, weight="semibold", va="top", linespacing=1.2
    )
    drawn.text(left, 1 - below / tall, subtitle, color=QUIET, va="top")
    return drawn, axes


def horizontal(axes: Axes, labels: Iterable[str]) -> None:
    """Prepare ``axes`` for one horizontal mark a label, the first on top."""
    names = list(labels)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")


def heads(axes: Axes, labels: Iterable[str], **style) -> None:
    """Prepare ``axes`` for one column of marks a label, with the labels on top, as in a table."""
    names = list(labels)
    axes.set_xticks(range(len(names)), names, **style)
    axes.xaxis.tick_top()
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.spines["bottom"].set_visible(False)


def interval(axes: Axes, low, high, position, **style) -> None:
    """Draw intervals as thick light bars from ``low`` to ``high``; points go on top of them."""
    axes.hlines(position, low, high, **{"linewidth": 7, "alpha": 0.35, "color": BLUE, **style})


def definition_break(axes: Axes, at: float, what: str, *, side: str = "right") -> None:
    """Mark where on the x axis a definition changed, and say on one ``side`` of it what changed."""
    axes.axvline(at, color=QUIET, linewidth=1.2, linestyle=(0, (2, 2)))
    right = side == "right"
    axes.annotate(
        what,
        (at, 0.98),
        xycoords=("data", "axes fraction"),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        fontsize=9,
        color=QUIET,
        va="top",
        ha="left" if right else "right",
    )


def label(axes: Axes, x, y, text: str, **style) -> None:
    """Write ``text`` beside the point (x, y), in place of a legend."""
    axes.annotate(
        text,
        (x, y),
        xytext=style.pop("offset", (7, 0)),
        textcoords="offset points",
        **{"va": "center", "fontsize": 10, **style},
    )


def key(axes: Axes) -> None:
    """Put a key of the marks above ``axes``, for marks too many to be labelled one by one."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(axes.get_legend_handles_labels()[1]),
        frameon=False,
        borderpad=0,
        handletextpad=0.2,
    )
