"""A computed number that brings its unit with it has no second unit after it."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import written_sentences
from bookmaking.checks.written_sentences import MARKED, Sentence
from bookmaking.source import pages
from bookmaking.source.pages import GLUED

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


def _home(file: str, content: str) -> tuple[str, str]:
    """Return the notebook that publishes a number, and its name there."""
    parts = content.split("::")
    if len(parts) == 1:
        return file, content
    steps = [step for step in parts[0].split("/") if step not in ("..", ".")]
    return "/".join(steps) + ".ipynb", parts[1].partition(":")[0]
