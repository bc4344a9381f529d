"""Each computed number stands in the sentence that it was computed for, with a unit that fits.

The ledger keeps for each number its section, its sentence and the code that publishes it. So two
numbers that are exchanged show, in the text as in the code.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import frozen, written_sentences
from bookmaking.checks.written_sentences import MARKED, Sentence
from bookmaking.source import pages
from bookmaking.source.pages import GLUED

LEDGER = "glued"
ADVICE = "Read the sentence with the number that the notebook publishes under this name."
UNITS = (
    "per cent|percentage|points?|times|thousand|million|billion|dollars|euros|pounds|people|persons"
    "|States|workers|victims|cases|years|months|days|hours|rows|studies|lines|to"
)
UNIT_AT_END = re.compile(rf"\b({UNITS})\b[^\w{{}}]*$")
UNIT_AFTER = re.compile(rf"\s*(?:-|\s)({UNITS})\b|\s?%")
MAY_FOLLOW = {"per cent": re.compile("points?|to")} | dict.fromkeys(
    ("thousand", "million", "billion"),
    re.compile("people|persons|workers|victims|cases|dollars|euros|pounds|to"),
)
"""What may follow a unit that ends a published text. After another unit only a range goes on."""
ONLY_A_RANGE = re.compile("to")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return computed numbers whose sentence, section or code is not as the ledger has it."""
    found = list(facts(root, files))
    return [
        *units(root, files),
        *frozen.differences(LEDGER, found, root, frozen.of_files(root, files), ADVICE),
    ]


def items(root: Path) -> dict[str, str]:
    """Return the sentences and the code of each computed number, by page and name."""
    return frozen.items(facts(root))


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[frozen.Fact]:
    """Yield each place where a computed number stands, and each where one is published."""
    for sentence in written_sentences.of_book(root, files):
        for at, name in _glued(sentence):
            content = f"{sentence.section}: {_around(sentence, at)}"
            yield frozen.Fact(
                sentence.file, name, content, sentence.place, sentence.with_roles(glued=True)
            )
    for path in pages.changed(root, files):
        for cell in pages.cells(path, root):
            for name, code in published(cell):
                written = ast.unparse(code)
                yield frozen.Fact(f"{cell.file}: code", name, written, cell.place, written)


def units(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return computed numbers that bring a unit with them, and have another one after them."""
    ends = {
        (cell.file, name): unit
        for path in pages.notebooks(root)
        for cell in pages.cells(path, root)
        for name, code in published(cell)
        if (unit := _unit(code))
    }
    problems = []
    for sentence in written_sentences.of_book(root, files):
        for at, name in _glued(sentence):
            unit = ends.get(_home(sentence.file, name))
            after = UNIT_AFTER.match(sentence.text, at + 1)
            if not (unit and after):
                continue
            if not MAY_FOLLOW.get(unit, ONLY_A_RANGE).fullmatch(after[1] or ""):
                problems.append(
                    f"{sentence.place}: `{name}` in “{sentence.with_roles(glued=True)}” ends in "
                    f"“{unit}” and “{after[0].strip()}” follows it. Leave one of the two out, or "
                    "mend the name of the number."
                )
    return problems


def published(cell: pages.Cell) -> tuple[tuple[str, ast.expr], ...]:
    """Return the names that a cell of code publishes numbers under, each with its expression."""
    return _published(cell.text) if cell.kind == "code" and "exhibits.number" in cell.text else ()


@cache
def _published(code: str) -> tuple[tuple[str, ast.expr], ...]:
    found: list[tuple[str, ast.expr]] = []
    for node in ast.walk(pages.tree(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "number" and len(node.args) > 1:
            found.append((_name(node.args[0]), node.args[1]))
        elif node.func.attr == "numbers":
            for part in node.args:
                if isinstance(part, ast.Dict):
                    found += [
                        (_name(key), value)
                        for key, value in zip(part.keys, part.values, strict=True)
                    ]
                else:
                    found.append(("several", part))
    return tuple(found)


def _name(key: ast.expr | None) -> str:
    if isinstance(key, ast.Constant):
        return str(key.value)
    return ast.unparse(key) if key else "several"


def _unit(code: ast.expr) -> str | None:
    if isinstance(code, ast.JoinedStr) and code.values:
        code = code.values[-1]
    text = code.value if isinstance(code, ast.Constant) else ""
    found = UNIT_AT_END.search(text) if isinstance(text, str) else None
    return found[1] if found else None


def _glued(sentence: Sentence) -> Iterator[tuple[int, str]]:
    for match, (_, content) in zip(MARKED.finditer(sentence.text), sentence.marks, strict=False):
        if match[0] == GLUED:
            yield match.start(), content


def _around(sentence: Sentence, at: int) -> str:
    """Return the sentence with one number marked, so that it is known which of several it is.

    Typed numbers are left to their own gate.
    """
    text = f"{sentence.text[:at]}[this]{sentence.text[at + 1 :]}"
    return pages.readable(re.sub(r"\d[\d.,]*", "#", text))


def _home(file: str, content: str) -> tuple[str, str]:
    """Return the notebook that publishes a number, and its name there."""
    parts = content.split("::")
    if len(parts) == 1:
        return file, content
    steps = [step for step in parts[0].split("/") if step not in ("..", ".")]
    return "/".join(steps) + ".ipynb", parts[1].partition(":")[0]
