"""Hand numbers, figures and tables from a notebook to its page.

Each exhibit carries what a reader needs in order to check it: its sources with locators, the date
of the data, the limits of their use, and the plotted or printed values. All of these travel with
the frame that :func:`decentwork.data.read` gave; a call says only what differs. In JupyterLab a
figure, a table or the numbers are shown under their cell.

A chapter has two kinds of cells. **Compute** is plain pandas and ends in the name of its frame,
which JupyterLab shows. **Publish** draws and hands over, and pages fold it::

    regions = rounds.query("round == 2005 and dimension == 'region'")
    regions

    fig, ax = plt.subplots(figsize=(figures.WIDTH, 2.5))
    figures.bars(ax, regions, "category", "million", texts="{:g}")
    exhibits.publish(fig, "fig-regions", values=regions,
                     holds={"most": regions["million"].max() > regions["million"].sum() / 2})

The words of a figure are on its page only, in the directive ``{exhibit}``; the computed numbers in
them are those of :func:`numbers`. What they say is tested in the cell, by ``holds``::

    ```{exhibit} fig-regions
    :headline: Asia has most of the {glue:text}`world` million people in forced labour
    :subtitle: People in forced labour, million, ILO minimum estimate, 1995-2004
    :alt: What a person who cannot see the figure needs in order to follow the argument.

    How to read the figure, with {cite:p}`sources{p. 1}`.
    ```

``myst_nb.glue`` would do for numbers; it imports a JSON schema validator, which costs two seconds
in every notebook.
"""

import re
import sys
from collections.abc import Callable, Mapping
from itertools import combinations, product
from typing import Any

import pandas as pd

from decentwork.extras import lacking

if _error := lacking("figures", "IPython", "matplotlib"):
    raise _error

import matplotlib.style
from IPython.display import display
from matplotlib.figure import Figure

from decentwork import citations, data, figures
from decentwork.days import in_words
from decentwork.figure_words import unsaid
from decentwork.figures import before, proof, sheet, vector
from decentwork.figures.style import STYLE
from decentwork.tables import cited_cells
from decentwork.tables.metadata import do_not_use

__all__ = ["figure", "findings", "number", "numbers", "publish", "table"]

HIDDEN = "application/papermill.record/"
AMOUNT = re.compile(r"([-−]?\d[\d,]*(?:\.\d+)?)\s?(thousand|million|billion)?(?:[^\d]*)")
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
MOST_SOURCES = 40
"""More sources than that do not fit into a source line."""
MOST_PLACES = 12
"""More places in one source than that do not fit either: their common beginning names them."""
MOST_COLUMNS = 7
EVIDENCE = "evidence"
FINDINGS_RULE = "Rows have different populations and are not to be added or averaged."

Rows = pd.DataFrame | list[pd.DataFrame]
EXAMPLE = (
    "for example\n\n"
    "    fig, ax = plt.subplots(figsize=(figures.WIDTH, 2))\n"
    "    figures.bars(ax, frame, 'place', 'share')\n"
    "    exhibits.publish(fig, 'fig-shares', values=frame)"
)
"""A call that works, for messages about one that does not."""


def number(name: str, text: str) -> None:
    """Publish one number; the prose shows it with ``{glue:text}`name```.

    Parameters
    ----------
    text
        The number as it is to be read, with its unit, for example "3.4 million".

    Raises
    ------
    TypeError
        If ``text`` is not a string: the notebook decides how a number is rounded and what its unit
        is.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"the number {name!r} is given as {text!r}: give the text as it is to be read, with "
            "its unit, for example '3.4 million'."
        )
    _glue(name, {"text/plain": repr(text)}, hidden=True)


def numbers(texts: Mapping[str, str], *, prefix: str = "") -> pd.Series:
    """Publish a set of numbers, and return them: JupyterLab shows them below a cell that ends so.

    Parameters
    ----------
    texts
        Each number as it is to be read, by its name. A name is known in its own chapter, as in
        ``{glue:text}`asia-share```; another page puts the path of the notebook before it, as in
        ``{glue:text}`../second_segment/how_many.ipynb::asia-share:s```.
    prefix
        What all names begin with, in chapters that are not rewritten yet.

    Returns
    -------
    pandas.Series
        The texts by their names.

    Raises
    ------
    TypeError
        As :func:`number`, or if ``texts`` are no mapping.
    ValueError
        If a number is above another that is its upper end by its name, as in ``workers-low`` and
        ``workers-high``.
    """
    if not isinstance(texts, Mapping):
        raise TypeError(
            f"numbers are given as {type(texts).__name__}: give each text by its name, for example "
            "exhibits.numbers({'share': f'{share:.0f} per cent'})."
        )
    _refuse_exchanged(texts)
    for name, text in texts.items():
        number(f"{prefix}{name}", text)
    return pd.Series(dict(texts), name="as it is read", dtype=object).add_prefix(prefix)


def _refuse_exchanged(texts: Mapping[str, str]) -> None:
    """Refuse a lower end that is above its best value or its upper end, or a best above an upper.

    A name that begins with low is that of another thing, as in ``lower-off``.
    """
    for name, (low, high) in product(texts, (("low", "high"), ("lower", "upper"))):
        words = name.split("-")
        if low not in words[1:] and words != [low]:
            continue
        best = "-".join(word for word in words if word != low)
        top = "-".join(high if word == low else word for word in words)
        known = [each for each in (name, best, top) if _amount(texts.get(each)) is not None]
        for first, last in combinations(known, 2):
            if _amount(texts[first]) > _amount(texts[last]):
                raise ValueError(
                    f"the number {first!r} is {texts[first]}, above {last!r}, {texts[last]}: "
                    "exchange them, or fix the one that is wrong."
                )


def _refuse_turned(name: str, values: pd.DataFrame) -> None:
    """Refuse values in which a lower end is above its upper end, by the names of their columns."""
    for low in map(str, values.columns):
        for end, other in (("low", "high"), ("lower", "upper")):
            high = re.sub(rf"(?<![^\W_]){end}(?![^\W_])", other, low)
            if high == low or high not in values:
                continue
            ends = values[[low, high]].apply(pd.to_numeric, errors="coerce")
            turned = values[ends[low] > ends[high]]
            if len(turned):
                raise ValueError(
                    f"the values of {name!r} have a {low} above its {high}, in {len(turned)} rows, "
                    f"the first {turned.iloc[0].to_dict()}: exchange them, or fix the one that is "
                    "wrong."
                )


def _amount(text: str | None) -> float | None:
    """Return the quantity of a text that is one number with its unit; None for other texts."""
    found = AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    value = float(found[1].replace(",", "").replace("−", "-"))
    return value * SCALES.get(found[2] or "", 1)


def publish(
    drawing: Figure | Callable[[float], Figure],
    name: str,
    *,
    values: pd.DataFrame,
    holds: Mapping[str, Any] | None = None,
    headline: str = "",
    subtitle: str = "",
    rows: Rows | None = None,
    source: str | None = None,
    as_of: str | None = None,
    joined: Mapping[int, str] | None = None,
) -> None:
    """Publish a finished figure of Matplotlib, once for a page and once for a phone.

    Parameters
    ----------
    drawing
        A figure; a phone then gets a narrower copy of it. Or, where a phone needs more (names of
        rows that are long, panels below each other), a function that returns the figure of a width
        in inches; it is called with `figures.WIDTH` and with `figures.NARROW`.
    name
        Name of the exhibit, for example ``fig-rounds``; also its label for ``{numref}``.
    values
        The plotted values, one row for each mark, offered for download as CSV without the index.
    holds
        What the headline or the alternative text says with a word of direction or quantity: the
        words as they are there, and whether the values bear them out, for example
        ``{"fell": share[2024] < share[2011]}``.
    headline, subtitle
        Only where the words themselves are computed. Else they are in the directive ``{exhibit}``,
        and numbers in them are those of :func:`numbers`. Nowhere are they typed twice.
    rows
        The rows of tables from which the values were computed, one frame or several; ``values``
        if nothing is given. Their columns ``source`` and ``locator`` name the sources, and what
        :func:`decentwork.data.read` noted says when the data were read.
    source
        Citations in place of those of the rows, ``key{locator},key{locator}``.
    as_of
        Date or period that the data describe, in place of that of the table.
    joined
        Breaks of the table that a line may cross, by their year, each with the reason.

    Raises
    ------
    TypeError
        If no figure, no name or no frame is given.
    ValueError
        If the rows have lost their sources or their date, and none is given; if the values do not
        bear out what the figure says; or if the drawing and the values offered differ.
    """
    _refuse_wrong_use(drawing, name, values, holds)
    for words, true in (holds or {}).items():
        if not bool(true):
            raise ValueError(
                f"the figure {name!r} says {words!r}, and its values do not bear that out: fix "
                "the words, or the test in holds=."
            )
    note = _provenance(name, "figure", values, rows, source, as_of)
    with matplotlib.style.context(STYLE):
        wide, narrow = _for_page_and_phone(drawing, name)
        tables = [] if rows is None else rows if isinstance(rows, list) else [rows]
        for drawn in (wide, narrow):
            found, note["must_say"] = proof.compare(drawn, values, tables, joined)
            _refuse(name, found)
        if headline:
            note |= {"headline": headline, "subtitle": subtitle}
            _refuse(name, unsaid(note.pop("must_say"), f"{headline} {subtitle}"))
            # Pages show these words themselves, and drop what a cell that draws displays.
            display({"text/markdown": f"**{headline}**  \n{subtitle}"}, raw=True, metadata={})
        note["narrow"] = vector.as_svg(narrow)
        bundle = {"image/svg+xml": vector.as_svg(wide), "text/plain": f"'{name}'"}
    _glue(name, bundle, exhibit=note)


def figure(
    name: str,
    *,
    height: float,
    values: pd.DataFrame,
    headline: str,
    subtitle: str,
    **options: Any,
) -> Callable[[Callable], Callable]:
    """Publish what the decorated function draws, as chapters do that are not rewritten yet.

    The function is called with the axes, one argument for each panel. ``columns`` and
    ``rows_of_panels`` lay out panels, and ``narrow`` says what differs on a phone; other parameters
    are those of :func:`publish`.
    """
    own = {"holds", "rows", "source", "as_of", "joined"}
    handed = {key: options.pop(key) for key in own & options.keys()}
    if "rows_of_panels" in options:
        options["rows"] = options.pop("rows_of_panels")

    def of_function(drawing: Callable) -> Callable:
        publish(
            lambda width: before.draw(drawing, height=height, width=width, **options),
            name, values=values, headline=headline, subtitle=subtitle, **handed,
        )  # fmt: skip
        return drawing

    return of_function


def _refuse_wrong_use(drawing: Any, name: Any, values: Any, holds: Any) -> None:
    if isinstance(drawing, str) and not isinstance(name, str):
        raise TypeError(f"publish takes the figure first and then its name, {EXAMPLE}")
    for given, kinds, wanted in (
        (
            drawing,
            (Figure, Callable),
            "publish takes a figure, or a function of its width that returns one",
        ),
        (name, str, "a figure is published by a name such as 'fig-shares'"),
        (values, pd.DataFrame, "values= is the frame that was plotted, one row for each mark"),
    ):
        if not isinstance(given, kinds):
            raise TypeError(f"{wanted}, and not {type(given).__name__}, {EXAMPLE}")
    if holds is not None and not isinstance(holds, Mapping):
        raise TypeError(
            f"{name!r}: holds= has each test by the words that it tests, for example "
            "holds={'fell': share[2024] < share[2011]}."
        )


def _for_page_and_phone(drawing: Figure | Callable, name: str) -> tuple[Figure, Figure]:
    """Return the two drawings, and close them, so that Jupyter does not show them again."""
    if isinstance(drawing, Figure):
        both = drawing, sheet.for_phone(drawing)
    else:
        both = drawing(figures.WIDTH), drawing(figures.NARROW)
        if not all(isinstance(drawn, Figure) for drawn in both):
            raise TypeError(
                f"{name!r}: the function that draws it returns {type(both[0]).__name__} and not a "
                "figure: end it with 'return fig'."
            )
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for drawn in both:
            pyplot.close(drawn)
    return tuple(sheet.finish(drawn) for drawn in both)


def _refuse(name: str, found: list[str]) -> None:
    if found:
        raise ValueError(
            f"the figure {name!r} and the values that it offers differ. "
            + " ".join(f"{fault[0].upper()}{fault[1:]}." for fault in found)
        )


def table(
    name: str,
    printed: pd.DataFrame,
    *,
    values: pd.DataFrame | None = None,
    rows: Rows | None = None,
    source: str | None = None,
    as_of: str | None = None,
    rule: str = "",
) -> None:
    """Publish a table.

    Parameters that are not described here are those of :func:`publish`.

    Parameters
    ----------
    printed
        Text cells, Markdown allowed; columns with their unit in the head. The index, which must
        have a name, is the head of each row. At most seven columns, the index counted.
    values
        What the download holds; ``printed`` if nothing is given.
    rule
        What holds for all tables of this kind, in place of the limits of the rows.

    Raises
    ------
    ValueError
        If the table is too wide, its index has no name, or the rows have lost their sources.
    """
    if printed.index.name is None:
        raise ValueError(
            f"the index of the table {name!r} heads its rows and needs a name, "
            "for example frame.rename_axis('State')."
        )
    if printed.shape[1] + 1 > MOST_COLUMNS:
        raise ValueError(
            f"the table {name!r} has {printed.shape[1] + 1} columns, and a page holds "
            f"{MOST_COLUMNS}. Drop or fold some."
        )
    if values is None:
        values = printed.reset_index()
    text = printed.astype("string").fillna("–")
    note = _provenance(name, "table", values, rows, source, as_of)
    if rule:
        note.update(rule=rule, limits="")
    note["head"] = [str(printed.index.name), *map(str, printed.columns)]
    note["rows"] = [
        [str(label), *row] for label, row in zip(text.index, text.to_numpy().tolist(), strict=True)
    ]
    _glue(name, {"text/html": text.to_html(), "text/plain": f"'{name}'"}, exhibit=note)


def findings(claim: str, name: str) -> None:
    """Publish the findings for and against a line of the note as a table.

    Parameters
    ----------
    claim
        The line, for example "S1-Q8"; its rows are taken from the table ``evidence``.
    name
        Name of the exhibit, for example ``tbl-together-trust``.

    Raises
    ------
    ValueError
        If the table ``evidence`` has no row on the line.
    """
    every = data.read(EVIDENCE)
    rows = every[every["claim"] == claim]
    if rows.empty:
        raise ValueError(
            f"the table {EVIDENCE!r} has no finding on {claim!r}; add one, or fix the line's name."
        )
    printed = pd.DataFrame(
        {
            "Finding": rows["finding"] + " " + citations.roles_by_row(rows),
            "Among whom": rows["population"],
            "For or against": rows["side"],
        }
    )
    table(
        name,
        printed.set_axis(rows["topic"].rename("Point")),
        values=rows,
        rule=FINDINGS_RULE,
    )


def _provenance(
    name: str,
    kind: str,
    values: pd.DataFrame,
    rows: Rows | None,
    source: str | None,
    as_of: str | None,
) -> dict[str, Any]:
    """Return what the page says below an exhibit, from the rows and from what overrides them."""
    frames = [values] if rows is None else rows if isinstance(rows, list) else [rows]
    if source is not None:
        _refuse_lost_sources(name, [values, *frames], source)
    _refuse_turned(name, values)
    return {
        "kind": kind,
        "source": _sources(name, frames) if source is None else source,
        "as_of": _day(name, frames) if as_of is None else as_of,
        "rule": "",
        "limits": _limits(frames),
        "units": _units(values, frames),
        "csv": values.to_csv(index=False, lineterminator="\n"),
    }


def _sources(name: str, frames: list[pd.DataFrame]) -> str:
    for frame in frames:
        lost = [column for column in ("source", "locator") if column not in frame]
        if lost or frame.empty:
            why = f"have no column {' and no column '.join(lost)}" if lost else "are none"
            raise ValueError(
                f"a reader cannot check {name!r}: the rows it was made from {why}. Give the rows "
                "of the table with rows=, or citations with source=."
            )
    cited = (citations.of_rows(frame, most_places=MOST_PLACES) for frame in frames)
    return ",".join(dict.fromkeys(cited))


def _refuse_lost_sources(name: str, frames: list[pd.DataFrame], source: str) -> None:
    """Refuse a typed source line that leaves out a source of the values.

    Where the rows have more sources than a line can hold, their table names them row by row, and
    the bar below the exhibit leads to it.
    """
    cells = [cell for frame in frames if "source" in frame for cell in frame["source"].dropna()]
    of_values = {key for cell in cells for key in cited_cells.keys_of(str(cell))}
    lost = of_values - {each.key for each in citations.parse(source)}
    if lost and len(of_values) <= MOST_SOURCES:
        raise ValueError(
            f"{name!r}: the source line leaves out {', '.join(sorted(lost))}, from which values "
            "come. Add them to source=, or give the rows with rows= and no source=."
        )


def _day(name: str, frames: list[pd.DataFrame]) -> str:
    days = {frame.attrs.get("as_of") for frame in frames}
    if len(days) != 1 or None in days:
        what = "differ in their date" if len(days) > 1 else "have lost their date"
        raise ValueError(
            f"{name!r}: the rows it was made from {what}. Say with as_of= what day or period the "
            "data describe, or give rows that data.read gave."
        )
    return in_words(days.pop())


def _limits(frames: list[pd.DataFrame]) -> str:
    """Return what the rows must not be used for, if one table says it for all of them."""
    limits = [tuple(frame.attrs.get("must_not_be_used_for", ())) for frame in frames]
    return do_not_use(limits[0]) if len(set(limits)) == 1 else ""


def _units(values: pd.DataFrame, frames: list[pd.DataFrame]) -> dict[str, str]:
    """Return the unit of each column of the values that still has the name that its table gave."""
    units: dict[str, str] = {}
    for frame in [values, *frames]:
        units |= frame.attrs.get("units", {})
    return {column: units[column] for column in map(str, values.columns) if column in units}


def _glue(name: str, bundle: dict[str, str], *, hidden: bool = False, **metadata: Any) -> None:
    prefix = HIDDEN if hidden else ""
    metadata["scrapbook"] = {"name": name, "mime_prefix": prefix}
    bundle = {prefix + mime: text for mime, text in bundle.items()}
    display(bundle, raw=True, metadata=metadata)
