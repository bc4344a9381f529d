"""Layers of the code: who may import whom, and one place that knows where files are.

`decentwork` is what notebooks share and knows nothing of `bookmaking`, which makes the book. Tools
and both packages import nothing from tests. No two modules need each other. The folders of
`bookmaking` lie above each other, and each knows only those below it.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

KNOWS_THE_ROOT = {"src/decentwork/repository.py", "tools/setup.py"}
"""Modules that find the root from their own place; tools/setup.py runs before anything is there."""


FOLDERS = (
    "written", "keeping", "record", "tables", "pages", "output", "gates", "build", "paper",
    "publishing",
)  # fmt: skip
"""The folders of `bookmaking`, the lowest first."""

LOOKED_FOR = ("parents", "insert", "append")
"""The last names of attributes by which a module finds a root, or alters the path of imports."""


class Code(NamedTuple):
    """What a module imports, and which of the attributes that are looked for it uses."""

    imports: tuple[str, ...]
    attributes: frozenset[str]


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return where the code goes against its layers."""
    return [*circles(root), *from_above(root), *from_higher_folders(root), *own_roots(root)]


def circles(root: Path) -> list[str]:
    """Return a sentence if modules of the packages under ``src`` import each other in a circle."""
    modules = _modules(root / "src")
    graph = {name: set(_imported(path, modules)) - {name} for name, path in modules.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        return [f"modules import each other in a circle: {circle}; move what they share."]
    return []


def from_above(root: Path) -> list[str]:
    """Return imports that go against the layers."""
    tests = {path.stem for path in (root / "tests").rglob("*.py")}
    problems = []
    for path in _code(root):
        file = path.relative_to(root).as_posix()
        for name in _looked_at(path).imports:
            first = name.partition(".")[0]
            if first in tests or first == "tests":
                problems.append(f"{file} imports {name} from the tests; move it to src/.")
            elif first == "bookmaking" and file.startswith("src/decentwork/"):
                problems.append(
                    f"{file} imports {name}: modules of decentwork must not import bookmaking. "
                    "Move what both need into decentwork, or hand it over as an argument."
                )
    return problems


def from_higher_folders(root: Path) -> list[str]:
    """Return imports of `bookmaking` from a folder above, and folders that lie nowhere."""
    problems = []
    package = root / "src" / "bookmaking"
    for path in sorted(package.glob("*/**/*.py")):
        file, folder = path.relative_to(root).as_posix(), path.relative_to(package).parts[0]
        if folder not in FOLDERS:
            problems.append(
                f"{file}: the folder {folder} has no place among FOLDERS; add it there."
            )
            continue
        above = FOLDERS[FOLDERS.index(folder) + 1 :]
        for name in _looked_at(path).imports:
            if name.startswith(tuple(f"bookmaking.{each}." for each in above)):
                problems.append(
                    f"{file} imports {name}, which lies above it. Move what both need into a "
                    "lower folder, or hand it over as an argument."
                )
    return problems


def own_roots(root: Path) -> list[str]:
    """Return modules that find the repository's root or alter the path of imports by themselves."""
    problems = []
    for path in _code(root):
        file = path.relative_to(root).as_posix()
        used = _looked_at(path).attributes
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
    for name in _looked_at(path).imports:
        if name in modules:
            yield name
        elif name.rpartition(".")[0] in modules:
            yield name.rpartition(".")[0]


def _looked_at(path: Path) -> Code:
    return _read(path.read_text(encoding="utf-8"))


@cache
def _read(text: str) -> Code:
    imports, attributes = [], set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imports += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and node.attr in LOOKED_FOR:
            attributes.add(ast.unparse(node))
    return Code(tuple(imports), frozenset(attributes))
