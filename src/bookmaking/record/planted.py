"""All faults that are planted to prove the checks of the book: for gates, and for builders.

A builder lists under ``FAULTS`` the changes of its originals that it must notice. They are read in
its text, because to import all builders takes a second.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from bookmaking.checks import planting
from bookmaking.checks.planting import Fault, Gate

ORIGINALS = "originals"
"""The tree of a builder's faults: copies of the publishers' files."""


def all_gates(root: Path) -> list[Gate]:
    """Return the gates, and each builder of the tables of the book at ``root`` as one."""
    return [*planting.gates(), *_builders(root)]


def _builders(root: Path) -> Iterator[Gate]:
    for path in sorted((root / "data").glob("*/builders/*.py")):
        if faults := tuple(_faults(path)):
            yield Gate(
                name=path.name,
                kind="Originals of tables",
                looks_at="its originals",
                holds="The program that makes a table stops if the publisher's file holds "
                "something new that no rule of the program covers.",
                tree=ORIGINALS,
                faults=faults,
            )


def _faults(path: Path) -> Iterator[Fault]:
    table = path.stem.replace("_", "-")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
            given = {each.arg: each.value for each in node.keywords}
            said = ast.literal_eval(given["said"])
            what = ast.literal_eval(node.args[0])
            yield Fault(path.name, what, ({"in": f"an original of {table}"},), said)
