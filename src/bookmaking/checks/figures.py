"""Figures: what headline and alternative text say is tested beside the drawing, and stays so.

When a figure is drawn, :func:`decentwork.exhibits.publish` compares it with its values and with the
tests in ``holds``. The headline is in the directive ``{exhibit}``, or, in chapters that are not
rewritten yet, in the cell. This check looks at the words: a word of direction or quantity in a
headline stands in ``holds`` or is computed, and the tested words stand in the headline or in the
alternative text.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookmaking.source import pages
from bookmaking.source.pages import Cell

DIRECTIONS = re.compile(
    r"\b(?:rises?|rose|risen|rising|falls?|fell|fallen|falling|gr[eo]ws?|growing|shr[aiu]nks?|"
    r"climb\w*|drop(?:s|ped)?|declin\w*|(?:in|de)crease[sd]?|(?:in|de)creasing|doubl\w*|halv\w*|tripl\w*|leaps?|"
    r"more|fewer|less|most|mostly|least|fewest|higher|highest|lower|lowest|lowered|larger|"
    r"largest|smaller|smallest|longest|shortest|better|worse|above|below|twice|half|thirds?|"
    r"fifths?|every(?! \d)|none|no(?!\. \d)|nothing|neither|never|only|rare|few|hardly|nearly)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words of direction or quantity, which data can turn into their opposite."""

NAMED_AT = {"exhibits.figure": 0, "exhibits.publish": 1}
"""Functions that publish a figure, with the place of its name among their arguments."""
PUBLISHES = re.compile(r"exhibits\.(?:figure|publish)\(")


@dataclass(frozen=True)
class FigureCall:
    """A call of ``exhibits.publish`` or ``exhibits.figure`` in a notebook."""

    name: str
    place: str
    headline: str  # typed words; what is computed is "…"; "" where the directive has them
    holds: tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """A directive that shows an exhibit: its words on the page."""

    name: str
    place: str
    alt: str
    headline: str


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the figures whose words are not tested."""
    found = {path: _of(path, root) for path in pages.notebooks(root)}
    problems = [
        problem
        for path, (calls, shown) in found.items()
        if not files or path in files
        for call in calls.values()
        for problem in _untested(call, shown.get(call.name))
    ]
    return problems


def _untested(call: FigureCall, shown: Placed | None) -> Iterator[str]:
    headline = call.headline or (shown.headline if shown else "")
    for words in call.holds:
        if words in headline:
            headline = headline.replace(words, "…")
        elif shown is None or words not in shown.alt:
            yield (
                f"{call.place}: holds of {call.name} tests {words!r}, which stands neither in its "
                "headline nor in its alternative text. Test the words that stand there."
            )
    if found := DIRECTIONS.findall(headline):
        yield (
            f"{call.place}: the headline of {call.name} says {', '.join(map(repr, found))}, and "
            "nothing tests it. Test the words against the values with holds=, for example "
            "holds={'fell': share[2024] < share[2011]}."
        )


def _of(path: Path, root: Path) -> tuple[dict[str, FigureCall], dict[str, Placed]]:
    calls: dict[str, FigureCall] = {}
    shown: dict[str, Placed] = {}
    for cell in pages.cells(path, root):
        if cell.kind == "code" and PUBLISHES.search(cell.text):
            calls |= {call.name: call for call in _calls(cell)}
        elif cell.kind == "markdown" and "{exhibit}" in cell.text:
            for name, argument, options, _ in pages.directives(cell.text):
                if name == "exhibit":
                    headline = pages.ROLE.sub("…", options.get("headline", ""))
                    alt = options.get("alt", "")
                    shown[argument] = Placed(argument, cell.place, alt, headline)
    return calls, shown


def _calls(cell: Cell) -> Iterator[FigureCall]:
    for node in ast.walk(pages.tree(cell.text)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) in NAMED_AT):
            continue
        place = NAMED_AT[ast.unparse(node.func)]
        names = [each.value for each in node.args[place:] if isinstance(each, ast.Constant)]
        given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        holds = given.get("holds")
        keys = holds.keys if isinstance(holds, ast.Dict) else []
        yield FigureCall(
            names[0] if names else "",
            cell.place,
            _typed(given.get("headline")),
            tuple(_typed(key) for key in keys if key is not None),
        )


def _typed(node: ast.expr | None) -> str:
    """Return the typed words of a string, with "…" in place of what is computed."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    return "…" if node is not None else ""
