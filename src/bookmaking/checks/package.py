"""What `pip install` of the package brings: what its modules import, in versions of this book.

pyproject.toml declares ranges, environment.yml pins versions. Whoever installs the package gets
other versions than this book, so both lists have to allow those with which the gates were passed.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookmaking.tools import lock

OWN = "decentwork"
DEPENDENCIES, FIGURES, BOOK = "dependencies", "figures", "book"
OF_FIGURES = ("decentwork.figures", "decentwork.exhibits", "decentwork.report.drawings")
"""Modules that need the extra ``figures``. Others need it in functions that draw, if at all."""
FOR_TYPING = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
FOR_GATES = "# the gates"
"""The comment in environment.yml after which stands what only tests need."""

Declared = Mapping[str, Mapping[str, Requirement]]


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return where the declared packages are not those that are imported, or not those pinned."""
    declared = _declared(root / "pyproject.toml")
    return [
        *without_the_locked_version(root, declared),
        *undeclared_or_unused(root, declared),
        *from_figures(root),
        *unlike_the_environment(root, declared),
    ]


def without_the_locked_version(root: Path, declared: Declared) -> list[str]:
    """Return declared packages whose range leaves out the locked version, or has no lower end."""
    locked: dict[str, list[str]] = {}
    for line in lock.locked(root / lock.LOCK.name):
        name, _, version = line.partition(";")[0].strip().partition("==")
        locked.setdefault(canonicalize_name(name), []).append(version)
    problems = []
    for group, packages in declared.items():
        for name, requirement in packages.items():
            where = f"pyproject.toml, {group}: {requirement}"
            if not any(each.operator == ">=" for each in requirement.specifier):
                problems.append(f"{where} has no oldest version; write {name}>=…")
            if name not in locked:
                problems.append(
                    f"{where} is not locked; add {name} to environment.yml and run `make lock`."
                )
            problems += [
                f"{where} leaves out {version}, the version in requirements.lock; widen the range."
                for version in locked.get(name, ())
                if not requirement.specifier.contains(version, prereleases=True)
            ]
    return problems


def undeclared_or_unused(root: Path, declared: Declared) -> list[str]:
    """Return imports of the package that nothing declares, and what no module imports."""
    brings = packages_distributions()
    used: dict[str, set[str]] = {DEPENDENCIES: set(), FIGURES: set()}
    problems = []
    for module, path in _modules(root):
        for name, always in {(name.partition(".")[0], always) for name, always in _imports(path)}:
            if name in sys.stdlib_module_names or name == OWN:
                continue
            packages = {canonicalize_name(each) for each in brings.get(name, [name])}
            draws = module.startswith(OF_FIGURES)
            used[FIGURES if draws else DEPENDENCIES] |= packages
            if not always:
                used[FIGURES] |= packages
            groups = (DEPENDENCIES, FIGURES) if draws or not always else (DEPENDENCIES,)
            if not packages & set().union(*(declared[group] for group in groups)):
                problems.append(
                    f"{path.relative_to(root).as_posix()} imports {name}, and pyproject.toml does "
                    f"not declare {' or '.join(sorted(packages))}; add it to {' or '.join(groups)}."
                )
    problems += [
        f"pyproject.toml, {group}: no module of the package that may need {name} imports it; "
        "take it out."
        for group, packages in used.items()
        for name in declared[group]
        if name not in packages
    ]
    return sorted(problems)


def from_figures(root: Path) -> list[str]:
    """Return modules that need no extra by their place, and import one that does."""
    return [
        f"{path.relative_to(root).as_posix()} imports {name}, which needs the extra {FIGURES}; "
        "whoever only reads tables has no matplotlib. Import it in the function that draws."
        for module, path in _modules(root)
        for name, always in _imports(path)
        if always and name.startswith(OF_FIGURES) and not module.startswith(OF_FIGURES)
    ]


def unlike_the_environment(root: Path, declared: Declared) -> list[str]:
    """Return what the book needs by environment.yml and the package does not declare, and back."""
    environment = root / "environment.yml"
    text = environment.read_text(encoding="utf-8")
    if FOR_GATES not in text:
        return [f"environment.yml: lacks the comment {FOR_GATES!r} above what only tests need."]
    of_tests = text.partition(FOR_GATES)[2]
    pins = {canonicalize_name(pin.partition("==")[0]): pin for pin in lock.pins(environment)}
    needed = {name for name, pin in pins.items() if pin not in of_tests}
    everything = set().union(*declared.values())
    problems = [
        f"pyproject.toml: declares no {name}, which environment.yml has for the book; add it to "
        f"{BOOK}, or move the pin below {FOR_GATES!r}."
        for name in sorted(needed - everything)
    ]
    problems += [
        f"pyproject.toml, {BOOK}: environment.yml has no {name} for the book; take it out."
        for name in declared[BOOK]
        if name not in needed
    ]
    return problems


def _declared(project_file: Path) -> Declared:
    """Return the declared packages by group and name; extras that name another are left out."""
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    listed = {DEPENDENCIES: project["dependencies"], **project["optional-dependencies"]}
    found = {group: [Requirement(each) for each in texts] for group, texts in listed.items()}
    return {
        group: {canonicalize_name(each.name): each for each in packages if each.name != OWN}
        for group, packages in found.items()
    }


def _modules(root: Path) -> Iterator[tuple[str, Path]]:
    source = root / "src"
    for path in sorted((source / OWN).rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        yield ".".join(parts).removesuffix(".__init__"), path


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield what a module imports, and whether always: not only in a function or for typing."""
    waiting = [(ast.parse(path.read_text(encoding="utf-8")), True)]
    while waiting:
        node, always = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, always) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", always) for alias in node.names)
        always &= not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        always &= not (isinstance(node, ast.If) and ast.unparse(node.test) in FOR_TYPING)
        waiting += [(child, always) for child in ast.iter_child_nodes(node)]
