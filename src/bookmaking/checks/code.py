"""Code of notebooks: what it types is compared with the tables that it reads.

Each rule needs no more than the code and the metadata: a typed number among the computed ones, a
factor that no table has, a share scaled twice, a gap taken for zero, a join that may lose rows, and
a year in the name of a number that its code does not have.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookmaking.checks import rows
from bookmaking.record import reads
from bookmaking.source import pages

PER_CENT = "per cent"
OF_ONE = ("share", "probability")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DRAWS = re.compile(r"\bax\b|\bfigures\.|\bheight\b|\bwidth\b")
OF_THE_YEAR_BEFORE = ("eca-rate-2016", "eca-rate-2021")
"""Numbers named by their year of reference; the round that has them was published a year later."""
JOINS_UNCHECKED = ("globalization", "policy_coherence", "domestic_work")
"""Chapters that join as they did before the rule, until they are rewritten."""


def check(path: Path, root: Path) -> list[str]:
    """Return what the code of a notebook types and its tables do not bear out."""
    known = {table.path.stem: table for table in rows.tables(root)}
    cells = pages.cells(path, root)
    code = [cell for cell in cells if cell.kind == "code"]
    said = " ".join(cell.text for cell in cells if cell.kind == "markdown")
    names = reads.of_code([cell.text for cell in code], frozenset(known))
    read = [known[name] for name in sorted(names & known.keys())]
    fields = _fields(read, root)
    problems = []
    for cell in code:
        draws = DRAWS.search(cell.text)
        for node in ast.walk(pages.tree(cell.text)):
            found = [*_typed(node), *_scaled(node, fields), *_filled(node, fields)]
            if path.stem not in JOINS_UNCHECKED:
                found += _joined(node)
            if not draws:
                found += _factor(node, read, said)
            problems += [f"{cell.place}: {each}" for each in found]
    return problems


def _fields(tables: Sequence[rows.Table], root: Path) -> dict[str, Mapping[str, Any]]:
    """Return what the tables say of each column of which all say the same."""
    shared = rows.shared(root)["fields"] if tables else {}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in tables:
        for name, said in table.fields.items():
            found.setdefault(name, []).append({**shared.get(said.get("as", name), {}), **said})
    return {
        name: {
            part: every[0].get(part)
            for part in ("unit", "missing_reason", "type")
            if len({_kind(each.get(part)) for each in every}) == 1
        }
        for name, every in found.items()
    }


def _kind(said: str | None) -> str | None:
    """Return the kind of a unit, and of a reason only that there is one."""
    known = (PER_CENT, *OF_ONE, "integer", "number", "string")
    return said and next((each for each in known if said.startswith(each)), "another")


def _column(node: ast.AST) -> str:
    """Return the column of an expression: ``frame["percent"].max()`` or ``row.percent``."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else ""


def _typed(node: ast.AST) -> Iterator[str]:
    """Yield numbers that are typed where a computed one belongs."""
    inside = node.value if isinstance(node, ast.FormattedValue) else None
    if isinstance(inside, ast.Constant) and isinstance(inside.value, int | float):
        yield f"types {inside.value} into a text; compute it from its table."
    called = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "numbers"
    texts = node.args[0] if called and node.args else None
    pairs = zip(texts.keys, texts.values, strict=True) if isinstance(texts, ast.Dict) else ()
    for key, value in pairs:
        name = key.value if isinstance(key, ast.Constant) else ""
        if isinstance(value, ast.Constant) and re.search(r"\d", str(value.value)):
            yield f"the number {name!r} is typed, {value.value!r}; compute it from its table."
        named, computed = set(YEAR.findall(str(name))), set(YEAR.findall(ast.unparse(value)))
        if named and computed and not named & computed and name not in OF_THE_YEAR_BEFORE:
            yield (
                f"the number {name!r} is computed of {', '.join(sorted(computed))}; fix the year "
                "in its code or in its name."
            )


def _scaled(node: ast.AST, fields: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield percentages that are taken times a hundred, and shares shown as if they were."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for factor, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(factor, ast.Constant) and factor.value == 100:
                column = _column(other)
                if str(fields.get(column, {}).get("unit", "")).startswith(PER_CENT):
                    yield f"{ast.unparse(node)}: {column} is in per cent already; take out 100."
    if isinstance(node, ast.JoinedStr):
        for part, after in zip(node.values, node.values[1:], strict=False):
            if isinstance(part, ast.FormattedValue) and isinstance(after, ast.Constant):
                column = _column(part.value)
                share = fields.get(column, {}).get("unit") in OF_ONE
                if share and re.match(r" ?(?:per cent|%)", str(after.value)):
                    yield f"{ast.unparse(part)}: {column} is a share of one; take it times 100."


def _filled(node: ast.AST, fields: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield gaps that are taken for zero though the metadata say why a value is missing."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return
    if node.func.attr != "fillna" or not node.args or isinstance(node.func.value, ast.Call):
        return
    filled = {_column(node.func.value): node.args[0]}
    if isinstance(node.args[0], ast.Dict):
        pairs = zip(node.args[0].keys, node.args[0].values, strict=True)
        filled = {str(getattr(key, "value", "")): value for key, value in pairs}
    for column, value in filled.items():
        reason = fields.get(column, {}).get("missing_reason")
        zero = isinstance(value, ast.Constant) and value.value == 0 and value.value is not False
        if zero and reason and fields[column].get("type") in ("integer", "number"):
            yield (
                f"{ast.unparse(node)}: an empty {column} is not zero ({reason}); leave the gap, or "
                "drop the row."
            )


def _joined(node: ast.AST) -> Iterator[str]:
    """Yield joins that may lose or double rows in silence."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "merge":
        lacking = {"how", "validate"} - {each.arg for each in node.keywords}
        if lacking:
            yield (
                f"merge without {' and '.join(sorted(lacking))} may lose or double rows: write "
                "how='left', validate='m:1', or what is meant."
            )


def _factor(node: ast.AST, read: Sequence[rows.Table], said: str) -> Iterator[str]:
    """Yield typed factors with decimals that neither a table nor a sentence of the notebook has."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult | ast.Div):
        return
    for factor, other in ((node.left, node.right), (node.right, node.left)):
        if not (isinstance(factor, ast.Constant) and isinstance(factor.value, float)):
            continue
        if factor.value == int(factor.value) or factor.value in (1e-3, 1e-6, 0.5, 0.1):
            continue
        wanted = {f"{factor.value:g}", f"{100 * factor.value:g}", f"{100 - 100 * factor.value:g}"}
        if isinstance(other, ast.Constant) or any(f"{each} per cent" in said for each in wanted):
            continue
        if any(
            wanted & {cell.rstrip("0").rstrip(".") if "." in cell else cell for cell in row}
            for table in read for _, row in table.lines
        ):  # fmt: skip
            continue
        yield (
            f"{ast.unparse(node)}: neither a table nor a sentence of this notebook has "
            f"{factor.value:g}; read it from a table with its source."
        )
