"""What a page says of an exhibit: how its table is laid out, what stands below it, what is wrong.

Plain text in and out; `exhibit` places the results on pages.
"""

import csv
import json
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from bookmaking.pages.elements import Element, html
from decentwork import citations as notation

NUMERIC = frozenset("0123456789.,-–−+%<>≤≥ ~")
"""The characters of a cell that holds a number, with its bounds and signs."""

DOWNLOADS = "_downloads/exhibits"
"""The folder of the site that holds the files of all exhibits: values and drawings."""

PHONE = "(max-width: 600px)"
"""Screens that get the narrow drawing."""

VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')

MOST_SOURCES = 5
"""How many sources stand below an exhibit in full view; more would be longer than the caption."""


def fault(
    key: str, metadata: dict[str, Any] | None, *, has_caption: bool, has_alt: bool
) -> str | None:
    """Return why the exhibit ``key`` cannot be placed, and what to do, or None.

    Parameters
    ----------
    metadata
        What the notebook published under the key, beside the figure or table; None for nothing.
    has_caption, has_alt
        Whether the directive has text below it, and the option ``alt``.
    """
    if metadata is None:
        return f"no cell of this notebook publishes {key!r}; publish it with decentwork.exhibits."
    if "exhibit" not in metadata:
        return f"{key!r} is a glued number, not an exhibit; show it with {{glue:text}}."
    if not has_caption:
        return f"{key!r} has no caption; write one below the options."
    if metadata["exhibit"]["kind"] == "figure" and not has_alt:
        return f"{key!r} has no :alt:; say what a blind reader needs to know."
    return None


def numeric_columns(columns: int, rows: Sequence[Sequence[str]]) -> list[bool]:
    """Return of each column whether it holds only numbers; the first holds the heads of rows."""
    return [
        column > 0 and all(set(row[column]) <= NUMERIC for row in rows) for column in range(columns)
    ]


def sources(described: dict[str, Any]) -> str:
    """Return the sources of an exhibit as citations in Markdown."""
    return f"{{cite:t}}`{described['source']}`"


def handle_of_sources(described: dict[str, Any]) -> str:
    """Return the words behind which the sources of an exhibit are folded, or "" if they are few."""
    number = len({citation.key for citation in notation.parse(described["source"])})
    return f"{number} sources" if number > MOST_SOURCES else ""


def footer(described: dict[str, Any], caveat: str | None) -> str:
    """Return the sentences below an exhibit, in Markdown; the link to its values comes after them.

    Parameters
    ----------
    described
        What the notebook published beside the figure or table: ``source`` (citations as in the role
        ``{cite:t}``; left out here where they are folded), ``as_of``, ``rule`` (a sentence that
        holds for all exhibits of its kind) and ``limits`` (what its tables must not be used for).
    caveat
        What the page says in place of the limits, or None.
    """
    sentences = (
        "" if handle_of_sources(described) else f"Source: {sources(described)}.",
        f"Data as of {described['as_of']}.",
        described["rule"],
        described["limits"] if caveat is None else caveat,
    )
    return " ".join(filter(None, sentences))


def files(key: str, described: dict[str, Any], drawing: str | None = None) -> dict[str, str]:
    """Return the files that the site keeps of the exhibit ``key``, their text by their name.

    They are the values, what is known of them, and for a figure its ``drawing`` and the narrow one.

    Beside the values stands what is known of them, in the words and under the name of the standard
    "Metadata Vocabulary for Tabular Data" of the World Wide Web Consortium: programs find it there.
    """
    name = f"{key}.csv"
    known = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:source": described["source"],
        "dc:temporal": described["as_of"],
        "dc:description": " ".join(filter(None, (described["rule"], described["limits"]))),
        "tableSchema": {"columns": _columns(described["csv"], described["units"])},
    }
    text = json.dumps({field: value for field, value in known.items() if value}, indent=1)
    kept = {name: described["csv"], f"{name}-metadata.json": text + "\n"}
    if drawing:
        drawn = {"wide": drawing, "narrow": described["narrow"]}
        kept |= {drawing_name(key, form): svg for form, svg in drawn.items()}
    return kept


def _columns(values: str, units: dict[str, str]) -> list[dict[str, str]]:
    names = next(csv.reader(StringIO(values, newline="")))
    return [
        {"titles": name} | ({"schema:unitText": units[name]} if name in units else {})
        for name in names
    ]


def drawing_name(key: str, form: str) -> str:
    """Return the name of the file of a drawing of the exhibit ``key``, "wide" or "narrow"."""
    return f"{key}.svg" if form == "wide" else f"{key}-{form}.svg"


def picture(key: str, page: str, drawn: dict[str, str], alt: str) -> Element:
    """Return the picture of a figure: the screen takes the wide or the narrow drawing.

    Both come with their width and height, so that nothing moves when they arrive.

    Parameters
    ----------
    key, page
        The exhibit, and the page that shows it.
    drawn
        The text of the drawings (SVG), "wide" and "narrow".
    alt
        What stands for the figure where it is not seen.
    """
    size = {form: _size(svg) for form, svg in drawn.items()}
    address = {form: _link(drawing_name(key, form), page) for form in drawn}
    return html(
        "picture",
        html("source", media=PHONE, srcset=address["narrow"], **size["narrow"]),
        html("img", src=address["wide"], alt=alt, **size["wide"], loading="lazy", decoding="async"),
    )


def _size(svg: str) -> dict[str, str]:
    """Return width and height of a drawing in points, which its viewBox holds."""
    width, height = VIEW_BOX.search(svg).groups()
    return {"width": f"{float(width):.0f}", "height": f"{float(height):.0f}"}


def link_to_values(key: str, page: str) -> str:
    """Return the address of the values of the exhibit ``key``, as seen from a ``page``."""
    return _link(f"{key}.csv", page)


def _link(name: str, page: str) -> str:
    return f"{'../' * page.count('/')}{DOWNLOADS}/{name}"
