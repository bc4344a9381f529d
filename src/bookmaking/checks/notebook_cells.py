"""The code of a notebook, parsed once, with what its cells bind and use together."""

import ast
import json
import re
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from bookmaking.source.notebook_form import CHECKED
from bookmaking.source.pages import Cell


@dataclass(frozen=True)
class Code:
    """A cell of code: its place and text, what the file says of it, and its parts."""

    cell: Cell
    raw: dict
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def key(self) -> str:
        """The id of the cell."""
        return self.raw.get("id", "")

    @property
    def is_checked(self) -> bool:
        """Whether nbval compares its output."""
        return set(self.cell.tags) >= CHECKED


@dataclass
class Notebook:
    """The code of a notebook, with what its cells bind and use together."""

    stem: str
    cells: list[Code]
    imported: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    constants: dict[str, float] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)


def read_notebook(path: Path, root: Path) -> Notebook:
    """Return the code of a notebook; SyntaxError has the place of a cell that is no Python."""
    raw_cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    file = path.relative_to(root).as_posix()
    runs = accumulate(raw["cell_type"] == "code" for raw in raw_cells)
    notebook = Notebook(path.stem, [])
    for number, (raw, run) in enumerate(zip(raw_cells, runs, strict=True), 1):
        text = "".join(raw["source"])
        if raw["cell_type"] == "markdown":
            continue
        tags = tuple(raw["metadata"].get("tags", ()))
        cell = Cell(file, number, "code", text, tags, run)
        try:
            tree = ast.parse(text, filename=cell.place)
        except SyntaxError as error:
            error.filename = cell.place
            raise
        notebook.cells.append(Code(cell, raw, tree, tuple(ast.walk(tree))))
    for code in notebook.cells:
        _collect(code, notebook)
    return notebook


def _collect(code: Code, notebook: Notebook) -> None:
    """Note what a cell imports, binds, uses, and computes from tables."""
    for node in code.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                origin = node.module if isinstance(node, ast.ImportFrom) else alias.name
                notebook.imported[alias.asname or alias.name.partition(".")[0]] = origin or ""
        elif isinstance(node, ast.Name):
            (notebook.bound if isinstance(node.ctx, ast.Store) else notebook.loaded).add(node.id)
        elif isinstance(node, ast.arg | ast.FunctionDef):
            notebook.bound.add(node.arg if isinstance(node, ast.arg) else node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # a query names variables in its text
            notebook.loaded.update(re.findall(r"@(\w+)", node.value))
    for statement in code.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = typed_number(statement.value, {})
            if value is not None:
                notebook.constants[statement.targets[0].id] = value
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if used & {"data", "claims", "est", *notebook.computed}:
            notebook.computed.update(
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
            if isinstance(statement, ast.FunctionDef):
                notebook.computed.add(statement.name)


def typed_number(node: ast.expr, constants: dict[str, float]) -> float | None:
    """Return the number that an expression types: a literal, with its sign, or a name of one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = typed_number(node.operand, constants)
        return inner if inner is None or isinstance(node.op, ast.UAdd) else -inner
    if isinstance(node, ast.BinOp):
        sides = [typed_number(side, constants) for side in (node.left, node.right)]
        if None in sides:
            return None
        return _worked_out(node)
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _worked_out(node: ast.BinOp) -> float | None:
    left, right = (typed_number(side, {}) for side in (node.left, node.right))
    if left is None or right is None:
        return None
    return {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}.get(
        type(node.op), left / right if isinstance(node.op, ast.Div) and right else 0.123
    )
