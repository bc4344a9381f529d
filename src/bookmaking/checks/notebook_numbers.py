"""Typed numbers with which the code of a notebook calculates, decides or changes values.

A factor that nobody can look up makes a number wrong in silence. Units, per cent and the like are
plain; all others are yielded, for the gate to ask for their reasons.
"""

import ast
from collections.abc import Iterator

from bookmaking.checks.notebook_cells import Code, Notebook, typed_number

LEVELS = {"alpha", "level", "conf_level", "confidence_level", "confidence", "ci", "nominal"}
PLAIN = {
    ast.Mult: {1, 2, 100, 1_000, 1_000_000},
    ast.Div: {1, 2, 12, 100, 1_000, 1_000_000},
    ast.Pow: {0.5, 2},
    ast.Add: {0, 1},
    ast.Sub: {0, 0.5, 1, 100},
}
"""Numbers with which a cell may calculate: units, per cent, months, middles, squares, roots."""
MORE_OR_LESS = (ast.Add, ast.Sub)
CALCULATING = {
    **dict.fromkeys(("mul", "multiply", "rmul"), ast.Mult),
    **dict.fromkeys(("div", "divide", "truediv", "rdiv"), ast.Div),
    **dict.fromkeys(("add", "radd"), ast.Add),
    **dict.fromkeys(("sub", "subtract", "rsub"), ast.Sub),
    **dict.fromkeys(("pow", "power"), ast.Pow),
    **dict.fromkeys(("clip", "fillna", "where", "mask", "replace", "minimum", "maximum"), None),
    **dict.fromkeys(
        ("get", "prod", "power", "interpolate", "shift", "ppf", "quantile", "round"), None
    ),
}
"""Methods whose numbers change values, with the operator that they are."""
VALUES = {"value", "other", "lower", "upper", "decimals", "q"}
"""Arguments of these methods that hold values."""
ONE_VALUE = {"ppf", "div", "mul", "sub", "add", "fillna", "shift", "quantile", "round"}
FREE = {
    "get": lambda value: value == 0,  # a count of what is not there
    "quantile": lambda value: 0 < value < 1,
    "round": lambda value: value >= 0,
    "ppf": lambda value: value == 0.975,
    "shift": lambda value: value == 1,
}
"""Which numbers such a method may have, whatever it is called on."""


def typed_numbers(code: Code, notebook: Notebook) -> Iterator[tuple[str, str]]:
    """Yield what is calculated with typed numbers that are not plain: how, and the expression."""
    drawn = _drawn(code)
    within = _tests_of_words(code)
    for node in code.nodes:  # from the outside in
        if node in within and not isinstance(node, ast.BinOp):
            continue
        if isinstance(node, ast.BinOp) and node not in within:
            parts = _parts(node)
            within.update(parts)
            if any(_calculates_oddly(part, drawn, notebook) for part in parts):
                yield "calculates with", ast.unparse(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            if typed_number(node.value, notebook.constants) is not None:
                yield "sets values to", ast.unparse(node)
        elif isinstance(node, ast.AugAssign):
            if _is_odd(node.value, type(node.op), notebook):
                yield "calculates with", ast.unparse(node)
        elif isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                value = typed_number(side, notebook.constants)
                if isinstance(value, float) and not value.is_integer():
                    yield "decides by", ast.unparse(node)
        elif isinstance(node, ast.Call):
            yield from _in_call(node, notebook, is_drawing=node in drawn)


def _tests_of_words(code: Code) -> set[ast.AST]:
    """Return what tests the words of a headline: "most" is more than 0.5 there and nowhere else."""
    return {
        inner
        for node in code.nodes
        if isinstance(node, ast.keyword) and node.arg == "holds"
        for inner in ast.walk(node.value)
    }


def _parts(node: ast.BinOp) -> list[ast.BinOp]:
    """Return a calculation and those that it is made of."""
    inner = [side for side in (node.left, node.right) if isinstance(side, ast.BinOp)]
    return [node, *(part for side in inner for part in _parts(side))]


def _calculates_oddly(node: ast.BinOp, drawn: set[ast.AST], notebook: Notebook) -> bool:
    sides = [node.left, node.right]
    if node in drawn and isinstance(node.op, MORE_OR_LESS):
        return False  # a label stands beside its mark
    if any(isinstance(side, ast.List | ast.Tuple | ast.JoinedStr) for side in sides):
        return False  # a list several times over
    if all(typed_number(side, notebook.constants) is not None for side in sides):
        return False  # a number for itself, as 10 ** 6
    return any(_is_odd(side, type(node.op), notebook) for side in sides)


def _in_call(node: ast.Call, notebook: Notebook, *, is_drawing: bool) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for keyword in node.keywords:
        value = typed_number(keyword.value, notebook.constants)
        if keyword.arg in LEVELS and isinstance(value, float) and not is_drawing:
            yield "sets a level by", f"{name}({ast.unparse(keyword)})"
    opening = node.args[0] if node.args else None
    is_of_text = isinstance(opening, ast.Constant) and isinstance(opening.value, str)
    if name not in CALCULATING or (is_of_text and name != "get"):
        return
    operator = CALCULATING[name]
    looks_first = isinstance(node.func, ast.Name) or name == "get"
    first = 1 if looks_first else 0  # what is rounded, or looked for, comes first
    values = node.args[first:1] if name in ONE_VALUE and not looks_first else node.args[first:]
    given = [keyword.value for keyword in node.keywords if keyword.arg in VALUES]
    for value in (*values, *given):
        typed = typed_number(value, notebook.constants)
        if typed is None:
            continue
        free = FREE.get(name, lambda each: False)
        if not (typed in PLAIN[operator] if operator else free(typed)):
            call = f"{ast.unparse(node.func)}({ast.unparse(value)})"
            yield "changes values by", ast.unparse(node) if looks_first else call


def _is_odd(side: ast.expr, operator: type[ast.operator], notebook: Notebook) -> bool:
    value = typed_number(side, notebook.constants)
    return value is not None and value not in PLAIN.get(operator, ())


def _drawn(code: Code) -> set[ast.AST]:
    """Return the nodes that only place things on a drawing."""
    found: set[ast.AST] = set()
    for node in code.nodes:
        is_drawing = isinstance(node, ast.FunctionDef) and (
            node.decorator_list or any(arg.arg in ("ax", "panel") for arg in node.args.args)
        )
        if is_drawing:
            for statement in node.body:
                found.update(ast.walk(statement))
    return found
