"""Figures and directions: words that data can turn round agree with the numbers next to them.

When a figure is drawn, `decentwork.exhibits` compares it with its values and with the tests in
``holds``. Here the words alone are compared: a word of direction or quantity in a headline is
tested in ``holds`` or computed, and the tested words are in the headline or in the alternative
text; the alternative text does not go the other way. Headline and subtitle name the unit and the
population that the metadata of its tables name. In each sentence of pages and tables that goes
“from X to Y”, the word of direction agrees with the two numbers.
"""

import ast
import csv
import re
import runpy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path

from bookmaking.checks import rows
from bookmaking.record import reads
from bookmaking.source import pages
from decentwork.days import MONTHS

CALLS = ("exhibits.figure", "exhibits.publish")
SNAPSHOT = "book/numbers.csv"
"""The numbers that the book published when it was last built."""
DIRECTIONS = re.compile(
    r"\b(?:rises?|rose|risen|rising|falls?|fell|fallen|falling|gr[eo]ws?|growing|shr[aiu]nks?|"
    r"climb\w*|drop(?:s|ped)?|declin\w*|(?:in|de)crease[sd]?|(?:in|de)creasing|doubl\w*|halv\w*|tripl\w*|leaps?|"
    r"more|fewer|less|most|mostly|least|fewest|higher|highest|lower|lowest|lowered|larger|"
    r"largest|smaller|smallest|longest|shortest|better|worse|above|below|twice|half|thirds?|"
    r"fifths?|every(?! \d)|none|no(?!\. \d)|nothing|neither|never|only|rare|few|hardly|nearly)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words of direction or quantity, which data can turn into their opposite."""
UP = (
    r"ris(?:es?|en|ing)|rose|gr[eo]ws?|grown|growing|climb(?:s|ed|ing)?|increase[sd]?|increasing|"
    r"widen(?:s|ed|ing)?|doubl(?:es?|ed|ing)|tripl(?:es?|ed|ing)|leapt?|up"
)
DOWN = (
    r"falls?|fell|fallen|falling|shr[aiu]nks?|shrinking|drop(?:s|ped|ping)?|declin(?:es?|ed|ing)|"
    r"decrease[sd]?|decreasing|narrow(?:s|ed|ing)?|halv(?:es?|ed|ing)|sank|sinks?|down"
)
NUMBER = (
    r"(?<![\w.,])(?P<{0}>\d+(?:,\d{{3}})*(?:\.\d+)?)(?![\d-])(?! (?:" + "|".join(MONTHS) + r"))"
    r"(?P<{0}_scale> (?:thousand|million|billion))?"
)
MOVES = re.compile(
    rf"\b(?:(?P<up>{UP})|(?P<down>{DOWN}))\b(?P<between>[^.;:()]{{0,60}}?) from (?:\w+ ){{0,3}}?"
    + NUMBER.format("first") + r"(?P<middle>[^.;:()]{0,50}?) to (?:\w+ ){0,3}?"
    + NUMBER.format("last")
)  # fmt: skip
GLUE = re.compile(r"\{glue:\w+\}`([^`]+)`")
ROLE = re.compile(r"\s*\{[\w:]+\}`[^`]*`")
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
WORDS_OF_SCALE = re.compile(r"\b(per cent|thousand|million|billion)s?\b")
SAID_BY_CODE = {"thousand": r"1e-?3|1_?000\b", "million": r"1e-?6|1_000_000",
                "billion": r"1e-?9", "per cent": r"\b100\b|pct_change|normalize"}  # fmt: skip
COUNTED = re.compile(
    r"\b(people|persons|workers|victims|migrants|women|men|children|households|cases|referrals|"
    r"decisions|prosecutions|[Cc]onvictions|inspectors|employers|employees|applications|studies|States"
    r"|refugees|permits|complaints|visas|statements|countries|treaties)\b"
)
SAME = {"people": "persons", "persons": "people", "employees": "workers"}
TEXTS = ("finding", "answer", "what_changed", "changed_since_2011", "right", "wrong", "result",
         "found", "note", "what_followed")  # fmt: skip
"""Columns of typed tables that hold sentences."""


@dataclass
class Exhibit:
    """A figure: its call in a notebook, and the words of its directive on the page."""

    name: str
    place: str = ""
    headline: str = ""  # typed words; what is computed is "…"
    subtitle: str = ""
    alt: str = ""
    holds: tuple[str, ...] = ()
    code: str = ""  # of the cell, without headline and subtitle
    tables: frozenset[str] = frozenset()
    is_drawn: bool = False
    others: list[str] = field(default_factory=list)  # code of the cells that name its functions


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return words of figures, pages and tables that their numbers do not bear out."""
    glued = _glued(root)
    told = {table.path.stem: _words_of(table, root) for table in rows.tables(root)}
    problems = []
    for path in pages.changed(root, files):
        if path.suffix == ".ipynb":
            for each in _exhibits(path, root, frozenset(told)):
                problems += [*_untested(each), *_turned(each), *_units(each, told)]
        for cell in pages.cells(path, root):
            if cell.kind == "markdown":
                problems += [f"{cell.place}: {each}" for each in moves(cell.text, glued)]
    for table in rows.tables(root, [path for path in files if path.suffix == ".csv"]):
        for row in table.rows if not table.is_built else ():
            for column in TEXTS:
                place = f"{row.place}, column {column}"
                problems += [f"{place}: {each}" for each in moves(row[column])]
    return problems + [problem for path in sorted(root.glob("*.py")) for problem in drawn(path)]


def drawn(path: Path) -> Iterator[str]:
    """Yield why a program that draws a figure is refused, as a notebook would be."""
    try:
        with redirect_stdout(StringIO()):
            runpy.run_path(str(path))
    except ValueError as error:
        yield f"{path.name}: {error}"


# Sentences that go from one number to another


@cache
def _snapshot(path: Path, _changed: int) -> Mapping[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["name"]: row["published"].strip("'") for row in csv.DictReader(lines)}


def _glued(root: Path) -> Mapping[str, str]:
    path = root / SNAPSHOT
    return _snapshot(path, path.stat().st_mtime_ns) if path.is_file() else {}


def moves(text: str, glued: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield where a word of direction and the two numbers behind it go apart.

    Parameters
    ----------
    text
        Sentences as an author writes them.
    glued
        What each computed number was when the book was last built, by its name.
    """
    if " from " not in text:
        return
    plain = GLUE.sub(lambda found: (glued or {}).get(found[1], "…"), text)
    for found in MOVES.finditer(ROLE.sub("", plain)):
        first, last = (_value(found, name) for name in ("first", "last"))
        if _are_years(found) or re.search(UP if found["down"] else DOWN, found["between"]):
            continue
        if first != last and (last > first) != bool(found["up"]):
            word, side = found["up"] or found["down"], "below" if last < first else "above"
            yield (
                f"“{' '.join(found[0].split())}”: the word says {word}, and {found['last']} is "
                f"{side} {found['first']}. Fix the word or the numbers."
            )


def _value(found: re.Match[str], name: str) -> float:
    scale = found[f"{name}_scale"] or found["last_scale"] or ""
    return float(found[name].replace(",", "")) * SCALES.get(scale.strip(), 1)


def _are_years(found: re.Match[str]) -> bool:
    """Return whether “from 2011 to 2024” tells a time and no values."""
    return any(
        re.fullmatch(r"(?:1[89]|20)\d\d", found[name]) and not found[f"{name}_scale"]
        for name in ("first", "last")
    )


# Words of figures


def _untested(each: Exhibit) -> Iterator[str]:
    headline = each.headline
    for words in each.holds:
        if words in headline:
            headline = headline.replace(words, "…")
        elif words not in each.alt:
            yield (
                f"{each.place}: holds of {each.name} tests {words!r}, which is neither in its "
                "headline nor in its alternative text. Test the words that are there."
            )
    if each.is_drawn and (found := DIRECTIONS.findall(headline)):
        yield (
            f"{each.place}: the headline of {each.name} says {', '.join(map(repr, found))}, and "
            "nothing tests it. Test the words against the values with holds=, for example "
            "holds={'fell': share[2024] < share[2011]}."
        )


def _turned(each: Exhibit) -> Iterator[str]:
    """Yield a tested direction that the alternative text turns round.

    Only short tests are compared: a longer one may speak of another thing than the lines drawn.
    """
    tested = " ".join(words for words in each.holds if len(words.split()) <= 3)
    for says, other in ((UP, DOWN), (DOWN, UP)):
        said = re.search(rf"\b(?:{says})\b", tested)
        against = re.search(rf"\b(?:{other})\b", each.alt)
        mixed = re.search(rf"\b(?:{other})\b", f"{tested} {each.headline}") or re.search(
            rf"\b(?:{says})\b", each.alt
        )
        if said and against and not mixed:
            yield (
                f"{each.place}: the alternative text of {each.name} says {against[0]!r}, and "
                f"holds= tests {said[0]!r}. Look at the figure and fix one of them."
            )


def _words_of(table: rows.Table, root: Path) -> str:
    """Return the words by which a table and its metadata name units and populations."""
    shared = rows.shared(root)["fields"]
    taken = [shared.get(each.get("as", name), {}) for name, each in table.fields.items()]
    heads = " ".join(table.columns).replace("_", " ")
    cells = " ".join(sorted({cell for _, row in table.lines for cell in row if len(cell) < 60}))
    return f"{table.said} {taken} {heads} {cells}".lower()


def _units(each: Exhibit, told: Mapping[str, str]) -> Iterator[str]:
    """Yield units and populations that the words say and neither tables nor code know."""
    known = " ".join(told[name] for name in each.tables if name in told)
    if not known or not each.is_drawn:
        return
    code = " ".join([each.code, *each.others])
    for scale in dict.fromkeys(WORDS_OF_SCALE.findall(each.subtitle)):
        computed = re.search(SAID_BY_CODE[scale], code) or scale in code.lower()
        if not computed and not re.search(scale.replace("per cent", "per ?cent|%"), known):
            yield (
                f"{each.place}: the subtitle of {each.name} says {scale!r}, and neither the "
                f"metadata of {', '.join(sorted(each.tables))} nor the cell does. Fix the unit."
            )
    for word in dict.fromkeys(COUNTED.findall(f"{each.headline} {each.subtitle}")):
        wanted = {word.lower(), SAME.get(word.lower(), word.lower())}
        stems = "|".join(_stem(one) for one in wanted)
        if not re.search(rf"(?:{stems})", f"{known} {code.lower()}"):
            yield (
                f"{each.place}: {each.name} speaks of {word}, and the metadata of "
                f"{', '.join(sorted(each.tables))} do not. Name whom or what the table counts."
            )


def _stem(word: str) -> str:
    irregular = {"women": "wom[ae]n", "men": r"\bm[ae]n", "children": "child", "people": "people",
                 "countries": "country|countries", "studies": "stud",
                 "treaties": "treat"}  # fmt: skip
    return irregular.get(word, re.escape(word.removesuffix("s")))


# Reading notebooks


def _exhibits(path: Path, root: Path, known: frozenset[str]) -> Iterable[Exhibit]:
    """Return the figures of a notebook, each with its call, its words and its tables."""
    found: dict[str, Exhibit] = {}
    code = [cell for cell in pages.cells(path, root) if cell.kind == "code"]
    behind = reads.of_cells([cell.text for cell in code], known)
    for cell, read in zip(code, behind, strict=True):
        for call in _calls(cell.text):
            name = call.args and next(
                (a.value for a in call.args if isinstance(a, ast.Constant)), ""
            )
            if not isinstance(name, str) or not name.startswith("fig-"):
                continue
            given = {each.arg: each.value for each in call.keywords if each.arg}
            holds = given.get("holds")
            keys = holds.keys if isinstance(holds, ast.Dict) else []
            said = [_typed(given.get(each)) for each in ("headline", "subtitle")]
            text = cell.text
            for words in said:
                for part in words.split("…"):
                    text = text.replace(part, " ") if len(part) > 3 else text
            found[name] = Exhibit(
                name, cell.place, *said, holds=tuple(_typed(key) for key in keys if key),
                code=text, tables=read.of(name, is_number=False) or read.every, is_drawn=True,
            )  # fmt: skip
            drawn = [each.id for each in call.args if isinstance(each, ast.Name)]
            found[name].others = [
                each.text for each in code for function in drawn if f"def {function}(" in each.text
            ]
    for cell in pages.cells(path, root):
        if cell.kind != "markdown" or "{exhibit}" not in cell.text:
            continue
        for kind, argument, options, _ in pages.directives(cell.text):
            if kind == "exhibit" and argument in found:
                each = found[argument]
                each.alt = GLUE.sub("…", options.get("alt", ""))
                for part in ("headline", "subtitle"):
                    if written := options.get(part):
                        setattr(each, part, GLUE.sub("…", written))
    return found.values()


def _calls(code: str) -> Iterator[ast.Call]:
    if any(call in code for call in CALLS):
        for node in ast.walk(pages.tree(code)):
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
