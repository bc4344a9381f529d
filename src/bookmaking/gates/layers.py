"""Layers of the code: who may import whom, and one place that knows where files are.

`decentwork` is what notebooks share and knows nothing of `bookmaking`, which makes the book. Tools
and both packages import nothing from tests. No two modules need each other.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from bookmaking.gates import ROOT

KNOWS_THE_ROOT = {"src/decentwork/repository.py", "tools/setup.py"}
"""Modules that find the root from their own place; tools/setup.py runs before anything is there."""


def circles(root: Path = ROOT) -> list[str]:
    """Return a sentence if modules of the packages under ``src`` import each other in a circle."""
    modules = _modules(root / "src")
    graph = {name: set(_imported(path, modules)) - {name} for name, path in modules.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        return [f"modules import each other in a circle: {circle}; move what they share."]
    return []


def from_above(root: Path = ROOT) -> list[str]:
    """Return imports that go against the layers."""
    tests = {path.stem for path in (root / "tests").rglob("*.py")}
    problems = []
    for path in _code(root):
        file = path.relative_to(root).as_posix()
        for name in _names(path):
            first = name.partition(".")[0]
            if first in tests or first == "tests":
                problems.append(f"{file} imports {name} from the tests; move it to src/.")
            elif first == "bookmaking" and file.startswith("src/decentwork/"):
                problems.append(
                    f"{file} imports {name}: what notebooks share knows nothing of what makes the "
                    "book; turn the import round."
                )
    return problems


def own_roots(root: Path = ROOT) -> list[str]:
    """Return modules that find the repository's root or alter the path of imports by themselves."""
    problems = []
    for path in _code(root):
        file = path.relative_to(root).as_posix()
        used = {
            ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
        if "Path(__file__).resolve().parents" in used and file not in KNOWS_THE_ROOT:
            problems.append(f"{file} finds the root by itself; use decentwork.repository.")
        if used & {"sys.path.insert", "sys.path.append"}:
            problems.append(f"{file} alters sys.path; import from an installed package.")
    return problems


def _code(root: Path) -> Iterator[Path]:
    for folder in ("src", "tools"):
        yield from sorted((root / folder).rglob("*.py"))


def _modules(source: Path) -> dict[str, Path]:
    modules = {}
    for path in source.rglob("*.py"):
        name = ".".join(path.relative_to(source).with_suffix("").parts)
        modules[name.removesuffix(".__init__")] = path
    return modules


def _imported(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Yield the modules under ``src`` that a module imports, also inside functions."""
    for name in _names(path):
        if name in modules:
            yield name
        elif name.rpartition(".")[0] in modules:
            yield name.rpartition(".")[0]


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
