"""Fold code by what it does, so that no author sets tags for it.

A page shows the code that is a step of the argument. The other cells are told apart by what stands
in them:

- A cell that publishes a figure or a table, or that draws, is folded behind words that say what it
  does, and its output goes: the figure or table is where ``{exhibit}`` places it.
- A cell that computes, ends in the name of its frame, and comes right before a cell that publishes,
  is folded together with it: JupyterLab shows the frame, and the page shows the figure.
- A cell that publishes only numbers goes: the reader meets them in the text. But a cell that
  publishes numbers and ends in a result is shown, for the sake of the result.
- The first code cell, which imports and reads tables, is folded.
- Every other cell is shown with its output.

Tags that an author sets in a notebook take the place of all this.

The tags are set while a notebook is read (`with_tags`, at the event ``source-read``); the file does
not change. jupyter-cache takes the tags of cells into the key by which it finds a notebook that was
executed before. Whoever looks for notebooks in that cache, or puts them there, has to `read` them
here; else MyST-NB does not find them and executes them again.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

FOLDED = frozenset({"hide-input"})
FOLDED_WITHOUT_OUTPUT = frozenset({"hide-input", "remove-output"})
REMOVED = frozenset({"remove-cell"})
SHOWN: frozenset[str] = frozenset()

OUT_OF_SIGHT = frozenset({"hide-input", "hide-cell", "remove-input", "remove-cell"})
"""Tags of MyST-NB with which a reader does not see the code of a cell at first."""

COMPARED = "nbval-check-output"
"""The tag of a cell whose output nbval compares."""

EXHIBITS = frozenset({"figure", "publish", "table", "findings"})
"""Functions of `decentwork.exhibits` that publish a figure or a table."""
PREPARED = EXHIBITS - {"figure"}
"""Those before which a cell may compute that is folded with them; not that of older chapters."""

READS = re.compile(r"\bdata\.read\(")
"""How a cell reads a table."""

DRAWN_ON = frozenset({"ax", "axes", "fig"})
"""Names that notebooks give to what they draw on."""


@cache  # each notebook is read several times in a build
def tags_of(source: str, *, is_first: bool = False, following: str = "") -> frozenset[str]:
    """Return the tags with which a page shows a code cell; what cannot be parsed is shown.

    ``is_first`` says that it is the first code cell of its notebook; ``following`` is the code of
    the next cell (see `following`).
    """
    try:
        cell = ast.parse(source)
    except SyntaxError:
        return SHOWN
    published = set(_used_of("exhibits", cell))
    if published & EXHIBITS:
        return FOLDED_WITHOUT_OUTPUT
    if published:
        return SHOWN if _ends_in_a_result(cell) else REMOVED
    if is_first:
        return FOLDED
    if any(_used_of("figures", cell)) or any(map(_draws, ast.walk(cell))):
        return FOLDED_WITHOUT_OUTPUT
    return FOLDED_WITHOUT_OUTPUT if prepares(source, following) else SHOWN


def prepares(source: str, following: str) -> bool:
    """Tell whether a cell ends in the name of a frame that the ``following`` cell publishes."""
    try:
        cell, after = ast.parse(source), ast.parse(following)
    except SyntaxError:
        return False
    last = cell.body[-1] if cell.body else None
    ends_in_name = isinstance(last, ast.Expr) and isinstance(last.value, ast.Name)
    return ends_in_name and bool(PREPARED & set(_used_of("exhibits", after)))


def in_words(
    source: str, made: Sequence[str] = (), following: str = "", *, is_first: bool = False
) -> str:
    """Return what a folded cell does, as its handle says it.

    ``made`` is what it publishes, by the names that the page gives ("Fig. 5.3", "Table 5.2");
    ``following`` is the figure or table that a later cell publishes, or "".
    """
    if made:
        tables = [name for name in made if name.startswith("Table")]
        kinds = {"draw": [name for name in made if name not in tables], "make": tables}
        parts = [f"{does} {_listed(what)}" for does, what in kinds.items() if what]
        return f"Code: {', '.join(parts)}"
    if is_first:
        return "Code: read the tables" if READS.search(source) else "Code: get ready"
    return f"Code: prepare {following}" if following else "Code"


def _listed(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def only_draws(source: str, *, is_first: bool = False) -> bool:
    """Tell whether a code cell draws, or prepares the chapter: JupyterLab opens it collapsed.

    A cell that makes a table stays open there, also where a page folds it.
    """
    tags = tags_of(source, is_first=is_first)
    if tags != FOLDED_WITHOUT_OUTPUT:
        return tags == FOLDED
    published = set(_used_of("exhibits", ast.parse(source)))
    return bool({"figure", "publish"} & published) or not published & EXHIBITS


def readers_see(
    source: str, tags: Iterable[str] = (), *, is_first: bool = False, following: str = ""
) -> bool:
    """Tell whether a page shows the code of a cell without a click.

    ``tags`` are those that an author set; the others are as for :func:`tags_of`.
    """
    own = tags or tags_of(source, is_first=is_first, following=following)
    return not OUT_OF_SIGHT & set(own)


def with_tags(notebook: str) -> str:
    """Return the JSON text of a ``notebook`` with tags for the code cells that have none."""
    content = json.loads(notebook)
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    after = following([(cell["cell_type"], _source(cell)) for cell in content["cells"]])
    for position, (cell, comes) in enumerate(zip(code, after, strict=True)):
        # How JupyterLab opens a cell makes it no other cell for jupyter-cache.
        cell["metadata"].pop("jupyter", None)
        if not cell["metadata"].get("tags"):
            tags = tags_of(_source(cell), is_first=position == 0, following=comes)
            if tags:
                cell["metadata"]["tags"] = sorted(tags)
    return json.dumps(content, ensure_ascii=False, indent=1)


def following(cells: Sequence[tuple[str, str]]) -> list[str]:
    """Return for each code cell the code that comes next without text between, or "".

    ``cells`` are kind and source of all cells. Those that only publish numbers are passed over.
    """
    found, after = [], ""
    for kind, source in reversed(cells):
        if kind == "code":
            found.append(after)
            if tags_of(source) != REMOVED:
                after = source
        else:
            after = ""
    return found[::-1]


def read(path: Path) -> nbformat.NotebookNode:
    """Return the notebook at ``path`` as MyST-NB gets it, with its tags."""
    return nbformat.reads(with_tags(path.read_text(encoding="utf-8")), as_version=4)


def _source(cell: dict[str, Any]) -> str:
    """Return the code of a cell, which JSON holds as a text or as a list of lines."""
    return "".join(cell["source"])


def _used_of(module: str, tree: ast.AST) -> Iterator[str]:
    """Yield the names of a ``module`` that code uses, for example ``figure`` of exhibits."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_name(node.value, module):
            yield node.attr


def _is_name(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _draws(node: ast.AST) -> bool:
    """Tell whether code calls a method of what notebooks draw on, or takes it as an argument."""
    if isinstance(node, ast.Attribute):
        target = node.value.value if isinstance(node.value, ast.Subscript) else node.value
        return _is_name(target, *DRAWN_ON)
    return isinstance(node, ast.arg) and node.arg in DRAWN_ON


def _ends_in_a_result(cell: ast.Module) -> bool:
    """Tell whether the last line of a cell is a value, which is then shown below the cell."""
    last = cell.body[-1]
    return isinstance(last, ast.Expr) and not any(_used_of("exhibits", last))


def _fold(app, docname: str, source: list[str]) -> None:
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = with_tags(source[0])


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
