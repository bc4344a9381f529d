"""Numbers typed into code and made into text: a typed number in disguise."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.source import pages

ADVICE = "Compute it from the table."
AS_TEXT = ("str", "repr", "format", "round")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the numbers typed into code that are made into text."""
    return [
        f"{cell.place}: `{code}` makes text of a typed number. {ADVICE}"
        for cell in _code(root, files)
        for code in _disguised(cell.text)
    ]


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


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
