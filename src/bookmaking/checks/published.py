"""All that notebooks publish, held against the ledger ``numbers``.

A number that a notebook publishes follows from tables and code, and nothing else says what it must
be. So the last numbers that somebody took in stand in ``ledgers/numbers.csv``: each number, what
each figure and table says of itself, and its values column by column. A column of values or cells
stands there as their count, their sum and a digest. Values are compared to six digits, as another
processor gives them.

The built book is held against the ledger, and so are the notebooks when nbval runs them on another
day and in another place (`bookmaking.checks.elsewhere`). What differs is named with both values.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bookmaking import ledgers
from bookmaking.checks import ROOT
from bookmaking.ledgers import Shown
from bookmaking.source import pages

LEDGER = "numbers"
SAID = ("headline", "as_of", "source", "rule", "limits")
"""What an exhibit says of itself in words."""
DIGITS = 6
MOST_SHOWN = 240
NOTHING = 1e-9
"""Less than this is what is left of zero after calculating."""


def items(root: Path = ROOT) -> dict[str, str]:
    """Return what the notebooks of the built book published, by page and name.

    LedgerError if a notebook was not executed as it is now.
    """
    # Imported here, because the plug-in of nbval needs none of it.
    from bookmaking.execute import KeptNotebooks, folder_of

    outdir = root / "_build" / "html"
    missing = ledgers.LedgerError("The book is not built as it is now: run `make book` first.")
    if not outdir.is_dir():
        raise missing
    kept = KeptNotebooks(folder_of(outdir))
    found: dict[str, str] = {}
    for path in pages.notebooks(root):
        notebook = kept.executed(path)
        if notebook is None:
            raise missing
        for cell in notebook.cells:
            if cell.cell_type == "code":
                found.update(of_outputs(path.stem, cell.outputs))
    return found


def of_outputs(page: str, outputs: Iterable[Mapping]) -> dict[str, str]:
    """Return what the outputs of a cell publish, by page and name."""
    return {
        f"{page} / {name}": Shown(content)
        for output in outputs
        if (glued := output.get("metadata", {}).get("scrapbook"))
        for name, content in _content(glued["name"], output)
    }


def _content(name: str, output: Mapping) -> Iterator[tuple[str, str]]:
    exhibit = output["metadata"].get("exhibit")
    if not exhibit:
        yield name, " ".join(map(str, output["data"].values()))
        return
    for what in SAID:
        if text := " ".join(exhibit.get(what, "").split()):
            yield f"{name} / {what}", _short(text)
    yield from _columns(f"{name} / values", list(csv.reader(io.StringIO(exhibit["csv"]))))
    if "rows" in exhibit:
        yield from _columns(f"{name} / cells", [exhibit["head"], *exhibit["rows"]])


def _short(text: str) -> str:
    if len(text) <= MOST_SHOWN:
        return text
    return f"{text[:MOST_SHOWN].rsplit(' ', 1)[0]} … ({len(text)} letters, {_digest([text])})"


def _columns(name: str, lines: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Yield a line for each column that has numbers, and one for all others."""
    head, *rows = lines
    others = []
    for number, title in enumerate(head):
        cells = [row[number] for row in rows]
        numbers = [float(cell) for cell in cells if _is_number(cell)]
        if numbers:
            total = f"{len(numbers)} numbers, sum {sum(numbers):.{DIGITS}g}"
            title = " ".join(title.split()) or "without a name"
            yield f"{name} / {number + 1} {title}", f"{total}, {_digest(cells)}"
        else:
            others += [title, *cells]
    yield f"{name} / words", f"{len(rows)} rows, {_digest(others)}"


def _digest(cells: list[str]) -> str:
    return ledgers.digest(json.dumps([_to_six_digits(cell) for cell in cells]))[:8]


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) < float("inf")
    except ValueError:
        return False


def _to_six_digits(cell: str) -> str:
    if not _is_number(cell):
        return cell
    value = float(cell)
    return f"{0.0 if abs(value) < NOTHING else value:.{DIGITS}g}"
