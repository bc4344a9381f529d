"""Hand numbers, figures and tables from a notebook to its page.

Each exhibit carries what a reader needs in order to check it: its source with locator, the date of
the data, a caveat and the plotted or printed values. The page shows it with the directive
``{exhibit}`` (`bookmaking.pages.exhibit`), and a number with ``{glue:text}``. In JupyterLab the
figure or table is shown under its cell.

``myst_nb.glue`` would do for numbers; it imports a JSON schema validator, two seconds in every
notebook.
"""

import re
from io import StringIO
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from decentwork import sources

HIDDEN = "application/papermill.record/"
LIGHTER = [
    (re.compile(pattern, re.DOTALL), shorter)
    for pattern, shorter in (
        (r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>|<!--.*?-->", ""),
        (r"(?<!\(0)(\.\d\d)\d+", r"\1"),  # hundredths of a point; not the scale of letters
        (r"\s*\n\s*", " "),
        (r"> <", "><"),
        (r'<g id="[\w.]+"/>', ""),
        (r'<g id="[\w.]+">', "<g>"),
        (r"SourceSansPro-([RS])\w+-", r"\1"),
        (r"xlink:href", "href"),
        (r"(?<=\d) ?([MLCQzZ]) ?", r"\1"),
    )
]
"""What a drawn figure can lose unseen: a third of its weight, in a hundredth of a second."""
MOST_COLUMNS = 7


def number(key: str, text: str) -> None:
    """Glue ``text`` under ``key``; the prose shows it with ``{glue:text}`key```.

    Raises TypeError if ``text`` is not a string: how a number is rounded and what its unit is
    belongs to the notebook.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"number({key!r}, {text!r}): give the text as it is to be read, with its unit, "
            "for example '3.4 million'."
        )
    _glue(key, {"text/plain": repr(text)}, hidden=True)


def figure(
    key: str, drawn: Figure, *, values: pd.DataFrame, source: str, as_of: str, caveat: str = ""
) -> None:
    """Publish a figure with its values.

    Parameters
    ----------
    key
        Name of the exhibit, for example ``fig-rounds``; also its label for ``{numref}``.
    drawn
        The figure, as :func:`decentwork.figures.canvas` makes it.
    values
        The plotted values, one row a mark, offered for download as CSV with the index left out.
    source
        Citations with locators, ``key{locator}``, separated by commas, as in the role ``{cite:t}``.
    as_of
        Date or period that the data describe.
    caveat
        One sentence on what the figure must not be read as.
    """
    buffer = StringIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None})
    note = _note(key, "figure", values, source, as_of, caveat)
    svg = buffer.getvalue()
    for pattern, shorter in LIGHTER:
        svg = pattern.sub(shorter, svg)
    _glue(key, {"image/svg+xml": svg, "text/plain": f"'{key}'"}, exhibit=note)


def table(
    key: str,
    shown: pd.DataFrame,
    *,
    source: str,
    as_of: str,
    caveat: str = "",
    values: pd.DataFrame | None = None,
) -> None:
    """Publish a table.

    Parameters
    ----------
    shown
        Text cells, Markdown allowed; columns with their unit in the head. The index, which must
        have a name, is the head of each row. At most seven columns, the index counted.
    values
        What the download holds; ``shown`` if nothing is given.

    Other parameters as for :func:`figure`. Raises ValueError if the table is too wide or its index
    has no name.
    """
    if shown.index.name is None:
        raise ValueError(
            f"table({key!r}): the index heads the rows and needs a name, "
            "for example frame.rename_axis('State')."
        )
    if shown.shape[1] + 1 > MOST_COLUMNS:
        raise ValueError(
            f"table({key!r}): {shown.shape[1] + 1} columns; a page holds {MOST_COLUMNS}. "
            "Drop or fold some."
        )
    text = shown.astype("string").fillna("–")
    note = _note(
        key, "table", shown.reset_index() if values is None else values, source, as_of, caveat
    )
    note["head"] = [str(shown.index.name), *map(str, shown.columns)]
    note["rows"] = [
        [str(label), *row] for label, row in zip(text.index, text.to_numpy().tolist(), strict=True)
    ]
    _glue(key, {"text/html": text.to_html(), "text/plain": f"'{key}'"}, exhibit=note)


def findings(key: str, rows: pd.DataFrame, *, as_of: str, caveat: str = "") -> None:
    """Publish findings for and against a line of the note as a table.

    Parameters
    ----------
    rows
        Rows of the table ``evidence``: topic, finding, population, side, source, locator.

    Other parameters as for :func:`figure`; the caveat is added to the rule that holds for all.
    """
    shown = pd.DataFrame(
        {
            "Finding": rows["finding"] + " " + sources.role(rows),
            "Among whom": rows["population"],
            "It speaks": rows["side"],
        }
    )
    rule = "Rows have different populations and are not to be added or averaged."
    table(
        key,
        shown.set_axis(rows["topic"].rename("Point")),
        values=rows,
        source=sources.cited(rows),
        as_of=as_of,
        caveat=f"{rule} {caveat}".strip(),
    )


def _note(
    key: str, kind: str, values: pd.DataFrame, source: str, as_of: str, caveat: str
) -> dict[str, Any]:
    for name, given in (("source", source), ("as_of", as_of)):
        if not given.strip():
            raise ValueError(f"exhibit {key!r} has no {name}: a reader cannot check it.")
    csv = values.to_csv(index=False, lineterminator="\n")
    return {"kind": kind, "source": source, "as_of": as_of, "caveat": caveat, "csv": csv}


def _glue(key: str, data: dict[str, str], *, hidden: bool = False, **metadata: Any) -> None:
    prefix = HIDDEN if hidden else ""
    metadata["scrapbook"] = {"name": key, "mime_prefix": prefix}
    display({prefix + mime: content for mime, content in data.items()}, raw=True, metadata=metadata)
