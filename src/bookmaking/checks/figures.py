"""Figures: their words agree with their tests, their tables, their values and their drawing.

When a figure is drawn, `decentwork.exhibits` compares it with its values and with the tests in
``holds``; when its page is made, `figure_facts` compares its words with both. Here the words are
compared with what is tested and with what the metadata say that its tables count, and once more
with the values of the last build, if there is one. In each row of a table that goes “from X to Y”,
the word of direction agrees with the two numbers.
"""

import ast
import json
import re
import runpy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import chain
from pathlib import Path

from bookmaking.checks import rows, told, wording
from bookmaking.checks.code import nodes, words_of
from bookmaking.record import reads
from bookmaking.source import figure_facts, pages
from bookmaking.source.number_words import COUNTED

CALLS = ("exhibits.figure", "exhibits.publish")
BUILT = "_build/jupyter_execute"
"""Where the last build keeps what notebooks published."""
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
WORDS_OF_SCALE = re.compile(r"\b(per cent|thousand|million|billion)s?\b")
SAID_BY_CODE = {"thousand": r"1e-?3|1_?000\b", "million": r"1e-?6|1_000_000",
                "billion": r"1e-?9", "per cent": r"\b100\b|pct_change|normalize"}  # fmt: skip
WHOM = re.compile(rf"\b(?!states)(?i:{COUNTED})\b")
TEXTS = ("finding", "answer", "what_changed", "changed_since_2011", "right", "wrong", "result",
         "found", "note", "what_followed")  # fmt: skip
"""Columns of typed tables that hold sentences."""


@dataclass
class Exhibit:
    """A figure: its call in a notebook, and the words of its directive on the page."""

    name: str
    place: str
    holds: tuple[str, ...]
    code: str  # of the cell and of the functions that draw, without the words
    headline: str  # typed words; what is computed is "…"
    subtitle: str
    alt: str = ""
    caption: str = ""


def check(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield words of figures and tables that their numbers do not bear out."""
    known = {table.path.stem: table for table in rows.tables(root)}
    for path in pages.changed(root, files):
        cells = pages.cells(path, root) if path.suffix == ".ipynb" else ()
        if not any("exhibits." in cell.text for cell in cells):
            continue
        compute = [cell for cell in cells if cell.kind == "code"]
        behind = dict(zip(compute, reads.of_cells([c.text for c in compute], known), strict=True))
        built = _built(root / BUILT / path.relative_to(root).with_suffix(".glue.json"))
        for cell, each in _exhibits(cells):
            tables = behind[cell].get(each.name) or {*chain(*behind[cell].values())}
            counted = " ".join(words_of(known[name], root) for name in sorted(tables))
            problems = [*_untested(each), *_units(each, counted)]
            if each.name in built:
                words = f"{each.headline} {each.subtitle} {each.caption}"
                astray = figure_facts.astray(
                    each.alt, words, *built[each.name], rows.states_by_name(root)
                )
                problems += [f"the words of the figure {fault}" for fault in astray]
            yield from (f"{each.place}, {each.name}: {problem}." for problem in problems)
    for table in rows.tables(root, [path for path in files if path.suffix == ".csv"]):
        for row in table.rows if not table.is_built else ():
            for column in TEXTS:
                for problem in wording.within(row[column]) if " from " in row[column] else ():
                    yield f"{row.place}, column {column}: {problem}."
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


def _built(path: Path) -> Mapping[str, tuple[str, str]]:
    """Return the values and the drawing of each figure, as the last build kept them."""
    return _kept(path, path.stat().st_mtime_ns) if path.is_file() else {}


@cache
def _kept(path: Path, _changed: int) -> Mapping[str, tuple[str, str]]:
    outputs = json.loads(path.read_text(encoding="utf-8"))
    exhibits = ((name, each["metadata"].get("exhibit", {})) for name, each in outputs.items())
    return {name: (each["csv"], each["narrow"]) for name, each in exhibits if "narrow" in each}


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
    # A longer test may speak of another thing than what the alternative text describes.
    tested = " ".join(words for words in each.holds if len(words.split()) <= 3)
    if told.rival(*map(told.sides_of, (tested, each.alt)), ("direction",)):
        yield (
            f"the alternative text says {told.word_of(each.alt, 'direction')!r}, and holds= tests "
            f"{told.word_of(tested, 'direction')!r}. Look at the figure and fix one of them"
        )


def _units(each: Exhibit, known: str) -> Iterator[str]:
    """Yield units and populations that the words say and neither tables nor code know."""
    if not known:
        return
    for scale in dict.fromkeys(WORDS_OF_SCALE.findall(each.subtitle)):
        computed = re.search(SAID_BY_CODE[scale], each.code) or scale in each.code.lower()
        if not computed and not re.search(scale.replace("per cent", "per ?cent|%"), known):
            yield f"the subtitle says {scale!r}, and neither metadata nor cell do: fix the unit"
    for noun in dict.fromkeys(WHOM.findall(f"{each.headline} {each.subtitle}")):
        if told.unknown(noun, f"{known} {each.code}"):
            yield (
                f"speaks of {noun}, and the metadata of its tables do not. Name whom or what the "
                "table counts"
            )


# ------------------------------------------------------------------ reading notebooks


def _exhibits(cells: Sequence[pages.Cell]) -> Iterator[tuple[pages.Cell, Exhibit]]:
    """Yield the figures of a notebook, each with its cell and its words."""
    shown = {
        argument: (options, body)
        for cell in cells
        if cell.kind == "markdown" and "{exhibit}" in cell.text
        for kind, argument, options, body in pages.directives(cell.text)
        if kind == "exhibit"
    }
    functions = {
        node.name: ast.unparse(node)
        for cell in cells
        if cell.kind == "code"
        for node in pages.tree(cell.text).body
        if isinstance(node, ast.FunctionDef)
    }
    for cell in cells:
        for call in _calls(cell):
            named = (each.value for each in call.args if isinstance(each, ast.Constant))
            if not (name := next(named, "")).startswith("fig-"):
                continue
            given = {each.arg: each.value for each in call.keywords if each.arg}
            options, body = shown.get(name, ({}, ""))
            words = {part: _typed(given.pop(part, None)) for part in ("headline", "subtitle")}
            words |= {
                part: ROLE.sub("…", options[part]) for part in (*words, "alt") if part in options
            }
            holds = given.get("holds")
            keys = holds.keys if isinstance(holds, ast.Dict) else []
            text = cell.text
            for part in f"{words['headline']}…{words['subtitle']}".split("…"):
                text = text.replace(part, " ") if len(part) > 3 else text
            used = [functions.get(e.id, "") for e in call.args if isinstance(e, ast.Name)]
            tested = tuple(_typed(key) for key in keys if key)
            code = "\n".join([text, *used])
            caption = ROLE.sub("…", body)
            yield cell, Exhibit(name, cell.place, tested, code, caption=caption, **words)


def _calls(cell: pages.Cell) -> Iterator[ast.Call]:
    if cell.kind == "code" and any(call in cell.text for call in CALLS):
        for node in nodes(cell.text):
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
