"""What a page says of an exhibit: how its table is laid out, what is below it, what is wrong.

Plain text in and out; `exhibit` places the results on pages.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from bookmaking.directives.elements import NOTHING, counted, render
from decentwork import citations as notation
from decentwork import figure_words
from decentwork.tables import cited_cells

NUMERIC = frozenset("0123456789.,-–−+%<>≤≥ ~")
"""The characters of a cell that holds a number, with its bounds and signs."""

DOWNLOADS = "_downloads/exhibits"
"""The folder of the site that holds the files of all exhibits: values and drawings."""

FILE_ONLY = re.compile(
    r' (?:xmlns="[^"]*"|textLength="[^"]*" lengthAdjust="\w+"|font-family="[^"]*")'
)
"""What a drawing says that a page does not need."""

VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')

TWO_LINES = 190
"""Letters that two lines of the text below an exhibit hold, at its widest."""
REFERENCE = "reference"
"""The column next to the keys of sources in values that are downloaded."""
CODE = "iso3"
"""The column of values that holds the codes of States."""
NOT_SHOWN = frozenset({CODE, "source", REFERENCE, "locator", "grade", "as_of", "State"})
MOST_ROWS = 150
"""More rows by State would weigh more than the drawing: then a page names the States only."""


class Source(NamedTuple):
    """A source as a citation names it, and its full reference."""

    names: str
    year: str
    reference: str


Sources = Mapping[str, Source]
"""Sources by their key."""


def fault(
    key: str, metadata: dict[str, Any] | None, *, has_caption: bool, options: Mapping[str, str]
) -> str | None:
    """Return why the exhibit ``key`` cannot be placed, and what to do, or None.

    ``metadata`` is what the notebook published under the key, None for nothing; ``options`` and
    whether there is text below them are of the directive.
    """
    if metadata is None:
        return f"no cell of this notebook publishes {key!r}; publish it with decentwork.exhibits."
    if (described := metadata.get("exhibit")) is None:
        return f"{key!r} is a glued number, not an exhibit; show it with {{glue:text}}."
    if not has_caption:
        return f"{key!r} has no caption; write one below the options."
    if described["kind"] == "table":
        return None
    if not options.get("alt"):
        return f"{key!r} has no :alt:; say what a blind reader needs to know."
    for part in ("headline", "subtitle"):
        if bool(options.get(part)) == (part in described):
            return f"{key!r} needs one {part}: write ':{part}:' here, or say it in its cell."
    return None


def unsaid(key: str, described: Mapping[str, Any]) -> list[str]:
    """Return what headline and subtitle do not say of the scales of a drawing, and have to."""
    words = f"{described.get('headline', '')} {described.get('subtitle', '')}"
    found = figure_words.unsaid(described.get("must_say", ()), words)
    return [f"{key!r}: {each}." for each in found]


def numeric_columns(columns: int, rows: Sequence[Sequence[str]]) -> list[bool]:
    """Return of each column whether it holds only numbers; the first holds the heads of rows."""
    return [
        column > 0 and all(set(row[column]) <= NUMERIC for row in rows) for column in range(columns)
    ]


def handle_of_sources(described: dict[str, Any], known: Sources) -> str:
    """Return the words behind which sources of more than two lines of a page fold, else ""."""
    cited = notation.parse(described["source"])
    shown = [
        f"{known[key].names} ({known[key].year}, {place})" if key in known else f"{key} ({place})"
        for key, place in cited
    ]
    is_long = len("; ".join(["Source", *shown])) > TWO_LINES
    return counted({key for key, _ in cited}, "source") if is_long else ""


def footer(described: dict[str, Any], caveat: str | None, known: Sources) -> str:
    """Return the sentences below an exhibit, in Markdown.

    ``described`` is what the notebook published: ``source`` (left out where it is folded),
    ``as_of``, ``rule`` (a sentence that holds for all exhibits of its kind) and ``limits`` (what
    its tables must not be used for). A ``caveat`` is what the page says in place of the limits.
    """
    sentences = (
        ""
        if handle_of_sources(described, known)
        else f"Source: {{cite:t}}`{described['source']}`.",
        f"Data as of {described['as_of']}.",
        described["rule"],
        described["limits"] if caveat is None else caveat,
    )
    return " ".join(filter(None, sentences))


def files(
    key: str, described: dict[str, Any], known: Sources, drawing: str | None = None
) -> dict[str, str]:
    """Return the files that the site keeps of the exhibit ``key``, their text by their name.

    They are the values, what is known of them, and for a figure its ``drawing`` and the narrow one.
    Where rows name their sources by keys, a column next to them has the full references. What is
    known of the values has the words and the name of the standard "Metadata Vocabulary for Tabular
    Data" of the World Wide Web Consortium: programs find it there.
    """
    name, values = f"{key}.csv", with_references(described["csv"], known)
    units = {head: {"schema:unitText": unit} for head, unit in described["units"].items()}
    columns = [{"titles": head, **units.get(head, {})} for head in _as_text(values)]
    about = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:source": _references(described["source"], known),
        "dc:temporal": described["as_of"],
        "dc:description": " ".join(filter(None, (described["rule"], described["limits"]))),
        "tableSchema": {"columns": columns},
    }
    text = json.dumps({field: value for field, value in about.items() if value}, indent=1)
    kept = {name: values, f"{name}-metadata.json": text + "\n"}
    if drawing:
        drawn = {"wide": drawing, "narrow": described["narrow"]}
        kept |= {drawing_name(key, form): svg for form, svg in drawn.items()}
    return kept


def with_references(values: str, known: Sources) -> str:
    """Return values (CSV) with the full references of their sources in a column of their own.

    The column is after ``source``, and has as many references as that has keys. Values without
    a column ``source`` stay as they are.
    """
    frame = _as_text(values)
    if "source" not in frame or REFERENCE in frame:
        return values
    references = [
        " | ".join(known[key].reference for key in cited_cells.keys_of(cell) if key in known)
        for cell in frame["source"]
    ]
    frame.insert(frame.columns.get_loc("source") + 1, REFERENCE, references)
    return frame.to_csv(index=False, lineterminator="\n")


def _as_text(values: str) -> pd.DataFrame:
    """Return values (CSV) as they are written."""
    return pd.read_csv(StringIO(values), dtype=str, keep_default_na=False)


def keys_of(described: dict[str, Any]) -> list[str]:
    """Return the keys of the sources that an exhibit, or a row of its values, names; each once."""
    cells = _as_text(described["csv"]).get("source", ())
    in_rows = (key for cell in cells for key in cited_cells.keys_of(cell))
    cited = (citation.key for citation in notation.parse(described["source"]))
    return list(dict.fromkeys([*cited, *in_rows]))


def _references(cited: str, known: Sources) -> list[str]:
    """Return the full reference of each citation with its key and its place."""
    return [
        f"{known[key].reference} [{', '.join(filter(None, (key, place)))}]" if key in known else key
        for key, place in notation.parse(cited)
    ]


def drawing_name(key: str, form: str) -> str:
    """Return the name of the file of a drawing of the exhibit ``key``, "wide" or "narrow"."""
    return f"{key}.svg" if form == "wide" else f"{key}-{form}.svg"


def picture(drawn: Iterable[str], alt: str) -> Markup:
    """Return the picture of a figure: its drawings (SVG), wide and narrow, or the narrow one alone.

    They are in the page itself, so that their text is found, selected and translated, has the
    typeface of the page, and their colours follow the theme.
    """
    return render("picture.html", drawings=[Markup(in_page(svg)) for svg in drawn], alt=alt)


def in_page(svg: str) -> str:
    """Return a drawing without what only a file of its own needs.

    There the length of each line keeps letters apart in another typeface; here it would press a
    translation into the length of the English words.
    """
    return FILE_ONLY.sub("", svg)


def link_to(name: str, page: str) -> str:
    """Return the address of a file of an exhibit, as seen from a ``page``."""
    return f"{'../' * page.count('/')}{DOWNLOADS}/{name}"


# ------------------------------------------------------------------ values by State


def values_by_state(
    values: str, units: Mapping[str, str], states: Mapping[str, str]
) -> Markup | None:
    """Return the values of a figure as a folded table, or None if they name no State.

    Nobody can search a drawing, select it, or have it read aloud. So each figure whose values (CSV)
    name participating States by their code shows them a second time, in words. ``units`` are those
    of columns, and ``states`` the names of the States by their codes.
    """
    frame = _as_text(values)
    if CODE not in frame or not (frame := frame[frame[CODE].isin(states)]).size:
        return None
    frame = frame.assign(State=frame[CODE].map(states)).sort_values("State", kind="stable")
    if len(frame) > MOST_ROWS:
        return render("values_by_state.html", rows=[], names=frame["State"].unique())
    shown = [name for name in frame if name not in NOT_SHOWN]
    rows = [
        (state, [_cell(text, name) for name, text in zip(shown, cells, strict=True)])
        for state, *cells in frame[["State", *shown]].to_numpy()
    ]
    heads = ["State", *(_head(name, units) for name in shown)]
    return render("values_by_state.html", rows=rows, heads=heads)


def _head(name: str, units: Mapping[str, str]) -> str:
    words = name.replace("_", " ")
    return f"{words} ({units[name]})" if name in units and units[name] not in words else words


def _cell(text: str, column: str) -> tuple[str, bool]:
    """Return a value as a reader sees it, and whether it is a number.

    A fraction has four digits, the CSV has all. Years have no comma.
    """
    try:
        value = float(text)
    except ValueError:
        return text or NOTHING, False
    is_year = "year" in column or "edition" in column
    return f"{value:.4g}" if "." in text else text if is_year else f"{int(text):,}", True
