"""Numbers that are typed into code and that readers see: those that stand, and no others.

A number that is formatted comes from a table; one that is typed and formatted is a typed number in
disguise. Strings with digits, lists of numbers, names of numbers and numbers that are drawn cannot
all be forbidden: a tick of an axis is one. The ledger keeps them.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import frozen
from bookmaking.checks.numbers import FORMAT_FIELD, NO_WORDS, quantities
from bookmaking.source import pages

LEDGER = "numbers-in-code"
ADVICE = "Compute it from the table."
TEMPLATES = "src/bookmaking/directives"
"""The modules that write whole pages: their strings are text that readers see."""
DRAWING = re.compile(
    "plot|barh?|scatter|[hv]lines|ax[hv](?:line|span)|errorbar|fill_betweenx?|step|stem|pie"
    "|stackplot|bars|dots|ranges|lines|interval|at_least"
)
"""Methods that draw what they are given."""
CHANGING = re.compile(
    "assign|fillna|replace|where|mask|clip|mul|div|truediv|add|sub|rsub|insert|eq|ne|[gl][et]"
    "|between"
)
"""Methods of pandas that put values in the place of others, or choose rows by a value."""
LEAST_YEAR = 1800
OF_UNITS = ("0", "1", "2", "100", "1000", "1000.0", "1000000.0", "1000000000.0")
AS_TEXT = ("str", "repr", "format", "round")
SHOWN = 70
"""How many characters of code a key has."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers typed into code that are formatted, or not as the ledger has them."""
    problems = [
        f"{cell.place}: `{code}` makes text of a typed number. {ADVICE}"
        for cell in _code(root, files)
        for code in _disguised(cell.text)
    ]
    return problems + frozen.differences(
        LEDGER, facts(root, files), root, frozen.of_files(root, files), ADVICE
    )


def items(root: Path) -> dict[str, str]:
    """Return the numbers typed into code, by file and kind."""
    return frozen.items(facts(root))


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[frozen.Fact]:
    """Yield the numbers typed into the code of notebooks, and into the strings of templates."""
    for cell in _code(root, files):
        for kind, code in _literals(cell.text):
            name = code if len(code) <= SHOWN else f"{code[:SHOWN]}…"
            yield frozen.Fact(f"{cell.file}: {kind}", name, code, cell.place, code)
    for path in sorted((root / TEMPLATES).glob("*.py")):
        if not files or path in files:
            file = path.relative_to(root).as_posix()
            for text in _sentences_of(path.read_text(encoding="utf-8")):
                yield frozen.Fact(f"{file}: string", text[:SHOWN], text, file, text)


def _code(root: Path, files: Sequence[Path]) -> Iterator[pages.Cell]:
    for path in pages.changed(root, files):
        yield from (cell for cell in pages.cells(path, root) if cell.kind == "code")


@cache
def _disguised(code: str) -> tuple[str, ...]:
    """Return the expressions that make text of typed numbers alone."""
    found = []
    for node in ast.walk(pages.tree(code)):
        made = None
        if isinstance(node, ast.FormattedValue):
            made = node.value
        elif isinstance(node, ast.Call) and node.args:
            called = node.func
            if isinstance(called, ast.Name) and called.id in AS_TEXT:
                made = node.args[0]
            elif isinstance(called, ast.Attribute) and called.attr == "format":
                constant = isinstance(called.value, ast.Constant)
                made = ast.Tuple(node.args) if constant else None
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
            made = node.right if text else None
        if made is not None and _is_typed(made):
            found.append(ast.unparse(node))
    return tuple(found)


def _is_typed(node: ast.expr) -> bool:
    parts = list(ast.walk(node))
    return any(_is_number(part) for part in parts) and not any(
        isinstance(part, ast.Name) for part in parts
    )


def _values_given(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call that are drawn, or put in the place of values."""
    method = getattr(call.func, "attr", "")
    if CHANGING.fullmatch(method):
        return [*call.args, *(keyword.value for keyword in call.keywords)]
    return call.args if DRAWING.fullmatch(method) else []


def _has_number(node: ast.expr) -> bool:
    return any(map(_is_number, ast.walk(node)))


def _is_year(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value > LEAST_YEAR


def _scales(node: ast.expr) -> bool:
    """Whether a part of a calculation is a typed number other than those that change a unit."""
    return _is_number(node) and ast.unparse(node).lstrip("-") not in OF_UNITS


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


@cache
def _literals(code: str) -> tuple[tuple[str, str], ...]:
    """Return the kind and the text of each typed number."""
    tree = pages.tree(code)
    silent = {
        part
        for node in ast.walk(tree)
        for part in (
            ast.walk(node.format_spec)
            if isinstance(node, ast.FormattedValue) and node.format_spec
            else [node.value]
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            else []
        )
    }
    found: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if node in silent:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = FORMAT_FIELD.sub("", node.value)
            if re.search(r"\d", words) and not NO_WORDS.fullmatch(words.strip()):
                found.append(("string", " ".join(node.value.split())))
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)) and node.elts:
            if all(_is_number(each) for each in node.elts):
                found.append(("list", ast.unparse(node)))
        elif isinstance(node, ast.Dict) and any(_is_number(each) for each in node.values):
            found.append(("dictionary", ast.unparse(node)))
        elif isinstance(node, ast.Assign) and _is_number(node.value):
            found.append(("name", ast.unparse(node)))
        elif isinstance(node, ast.FormattedValue) and _has_number(node.value):
            found.append(("formatted", ast.unparse(node)))
        elif isinstance(node, ast.Compare) and any(map(_scales, (node.left, *node.comparators))):
            found.append(("compared", ast.unparse(node)))
        elif isinstance(node, ast.Subscript) and any(map(_is_year, ast.walk(node.slice))):
            found.append(("chosen", ast.unparse(node)))
        elif isinstance(node, ast.BinOp) and any(map(_scales, (node.left, node.right))):
            found.append(("calculated", ast.unparse(node)))
        elif isinstance(node, ast.Call) and any(map(_is_number, _values_given(node))):
            found.append(("given", ast.unparse(node)))
    return tuple(found)


@cache
def _sentences_of(code: str) -> tuple[str, ...]:
    """Return the strings of a module that have a quantity and a space: text, not a pattern."""
    docstrings = {
        node.value
        for node in ast.walk(pages.tree(code))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return tuple(
        node.value
        for node in ast.walk(pages.tree(code))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in docstrings
        and " " in node.value.strip()
        and quantities(node.value)
    )
