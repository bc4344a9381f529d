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

Tags that an author sets in a notebook take the place of all this. The tags are set while a notebook
is read (`with_tags`, at the event ``source-read``); the file does not change. jupyter-cache takes
the tags of cells into the key by which it finds a notebook that was executed before, so whoever
looks for notebooks in that cache, or puts them there, has to `read` them here.
"""

import ast
import json
import re
from collections.abc import Iterable, Sequence
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

USED = re.compile(r"\bexhibits\.(\w+)")
"""What a cell uses of `decentwork.exhibits`."""
EXHIBITS = frozenset({"figure", "publish", "table", "findings"})
"""Those that publish a figure or a table."""
PREPARED = EXHIBITS - {"figure"}
"""Those before which a cell may compute that is folded with them; not that of older chapters."""
DRAWS = re.compile(
    r"\bfigures\.\w|\b(?:ax|axes|fig)(?:\[[^\]]*\])?\.\w|^ *(?:def|lambda)\b.*\b(?:ax|axes|fig)\b",
    re.MULTILINE,
)
"""A method of what notebooks draw on, or a function that takes it."""
READS = re.compile(r"\bdata\.read\(")
"""How a cell reads a table."""
ENDS_IN_A_NAME = re.compile(r"(?:^|\n)[^\W\d]\w*\s*$")


def tags_of(source: str, *, is_first: bool = False, following: str = "") -> frozenset[str]:
    """Return the tags with which a page shows a code cell.

    ``is_first`` says that it is the first code cell of its notebook; ``following`` is the code of
    the next cell (see `following`).
    """
    published = {*USED.findall(source)}
    if published & EXHIBITS:
        return FOLDED_WITHOUT_OUTPUT
    if published:
        return SHOWN if _ends_in_a_result(source) else REMOVED
    if is_first:
        return FOLDED
    return FOLDED_WITHOUT_OUTPUT if DRAWS.search(source) or prepares(source, following) else SHOWN


def prepares(source: str, following: str) -> bool:
    """Tell whether a cell ends in the name of a frame that the ``following`` cell publishes."""
    return bool(ENDS_IN_A_NAME.search(source)) and bool(PREPARED & {*USED.findall(following)})


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
        parts = [f"{does} {', '.join(what)}" for does, what in kinds.items() if what]
        return f"Code: {', '.join(re.sub(r', (?=[^,]*$)', ' and ', part) for part in parts)}"
    if is_first:
        return "Code: read the tables" if READS.search(source) else "Code: get ready"
    return f"Code: prepare {following}" if following else "Code"


def only_draws(source: str, *, is_first: bool = False) -> bool:
    """Tell whether a code cell draws, or prepares the chapter: JupyterLab opens it collapsed.

    A cell that makes a table stays open there, also where a page folds it.
    """
    tags = tags_of(source, is_first=is_first)
    published = {*USED.findall(source)}
    draws = bool({"figure", "publish"} & published) or not published & EXHIBITS
    return tags == FOLDED or (tags == FOLDED_WITHOUT_OUTPUT and draws)


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
    after = following([(cell["cell_type"], "".join(cell["source"])) for cell in content["cells"]])
    for position, (cell, comes) in enumerate(zip(code, after, strict=True)):
        # How JupyterLab opens a cell makes it no other cell for jupyter-cache.
        cell["metadata"].pop("jupyter", None)
        tags = tags_of("".join(cell["source"]), is_first=position == 0, following=comes)
        if tags and not cell["metadata"].get("tags"):
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


def _ends_in_a_result(source: str) -> bool:
    """Tell whether the last line of a cell is a value, which is then shown below the cell."""
    last = ast.parse(source).body[-1]
    return isinstance(last, ast.Expr) and not USED.search(ast.unparse(last))


def _fold(app: Any, docname: str, source: list[str]) -> None:
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = with_tags(source[0])


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
