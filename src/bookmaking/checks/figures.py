"""Figures: words of direction in a headline are tested on the values next to the drawing.

When a figure is drawn, `decentwork.exhibits` compares it with its values and with the tests in
``holds``. Here each word of direction or quantity in a headline has such a test, and each test is
of words that are there.
"""

import ast
import re
import runpy
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from bookmaking.source import pages

CALLS = ("exhibits.figure", "exhibits.publish")
DIRECTIONS = re.compile(
    r"\b(?:rises?|rose|risen|rising|falls?|fell|fallen|falling|gr[eo]ws?|growing|shr[aiu]nks?|"
    r"climb\w*|drop(?:s|ped)?|declin\w*|(?:in|de)crease[sd]?|(?:in|de)creasing|doubl\w*|halv\w*|tripl\w*|leaps?|"
    r"more|fewer|less|most|mostly|least|fewest|higher|highest|lower|lowest|lowered|larger|"
    r"largest|smaller|smallest|longest|shortest|better|worse|above|below|twice|half|thirds?|"
    r"fifths?|every(?! \d)|none|no(?!\. \d)|nothing|neither|never|only|rare|few|hardly|nearly)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words of direction or quantity, which data can turn into their opposite."""
ROLE = re.compile(r"\{[\w:]+\}`[^`]*`")


@dataclass
class Exhibit:
    """A figure: its call in a notebook, and the words of its directive on the page."""

    name: str
    place: str
    holds: tuple[str, ...]
    headline: str  # typed words; what is computed is "…"
    alt: str


def check(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield words of figures that nothing tests."""
    for path in pages.changed(root, files):
        if path.suffix == ".ipynb":
            for each in _exhibits(pages.cells(path, root)):
                yield from (f"{each.place}, {each.name}: {fault}." for fault in _untested(each))
    for path in sorted(root.glob("*.py")):
        if not files or path in files:
            yield from drawn(path)


def drawn(path: Path) -> Iterator[str]:
    """Yield why a program that draws a figure is refused, as a notebook would be."""
    try:
        with redirect_stdout(StringIO()):
            runpy.run_path(str(path))
    except ValueError as error:
        yield f"{path.name}: {error}"


def _untested(each: Exhibit) -> Iterator[str]:
    """Yield words of direction that nothing tests, and tests of words that are not there."""
    headline = each.headline
    for words in each.holds:
        if words in headline:
            headline = headline.replace(words, "…")
        elif words not in each.alt:
            yield (
                f"holds= tests {words!r}, which is neither in the headline nor in the alternative "
                "text. Test the words that are there"
            )
    if found := DIRECTIONS.findall(headline):
        yield (
            f"the headline says {', '.join(map(repr, found))}, and nothing tests it. Test the "
            "words against the values, for example holds={'fell': share[2024] < share[2011]}"
        )


# ------------------------------------------------------------------ reading notebooks


def _exhibits(cells: Sequence[pages.Cell]) -> Iterator[Exhibit]:
    """Yield the figures of a notebook, each with its words."""
    shown = {
        argument: options
        for cell in cells
        if cell.kind == "markdown" and "{exhibit}" in cell.text
        for kind, argument, options, _ in pages.directives(cell.text)
        if kind == "exhibit"
    }
    for cell in cells:
        for call in _calls(cell):
            named = (each.value for each in call.args if isinstance(each, ast.Constant))
            if not (name := next(named, "")).startswith("fig-"):
                continue
            given = {each.arg: each.value for each in call.keywords if each.arg}
            options = shown.get(name, {})
            headline = ROLE.sub("…", options.get("headline") or _typed(given.get("headline")))
            holds = given.get("holds")
            keys = holds.keys if isinstance(holds, ast.Dict) else []
            tested = tuple(_typed(key) for key in keys if key)
            yield Exhibit(name, cell.place, tested, headline, ROLE.sub("…", options.get("alt", "")))


def _calls(cell: pages.Cell) -> Iterator[ast.Call]:
    if cell.kind == "code" and any(call in cell.text for call in CALLS):
        for node in pages.nodes(cell.text):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
                yield node


def _typed(node: ast.expr | None) -> str:
    """Return the typed words of a string, with "…" in place of what is computed."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    return "…" if node is not None else ""
