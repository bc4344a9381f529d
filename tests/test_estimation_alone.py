"""decentwork.estimation stands alone: no import in a circle, and nothing but its few libraries."""

import ast
import graphlib
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from decentwork import estimation

PACKAGE = "decentwork.estimation"
FOLDER = Path(estimation.__file__).parent

# numpy, scipy, statsmodels, what statsmodels brings, and what those need themselves.
ALLOWED = {
    "numpy", "scipy", "statsmodels", "pandas", "patsy", "formulaic",
    "packaging", "dateutil", "pytz", "tzdata", "six",
    "narwhals", "interface_meta", "typing_extensions", "wrapt",
    "decentwork",
}  # fmt: skip


# ------------------------------------------------------------------ imports that are written


def imports_of(path: Path) -> dict[str, int]:
    """Modules that a file imports anywhere, those for typing included, with the first line."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = [PACKAGE, node.module or ""] if node.level else [node.module]
            module = ".".join(part for part in parts if part)
            names = [
                f"{module}.{alias.name}" if module == PACKAGE else module for alias in node.names
            ]
        else:
            continue
        for name in names:
            found.setdefault(name, node.lineno)
    return found


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the imports of the package in a folder, in sentences."""
    modules = {f"{PACKAGE}.{path.stem}": path for path in folder.rglob("*.py")}
    package = modules.pop(f"{PACKAGE}.__init__")
    faults, graph = [], {}
    for module, path in {PACKAGE: package, **modules}.items():
        graph[module] = set()
        for name, line in imports_of(path).items():
            if name.split(".")[0] != "decentwork":
                continue
            place = f"{path.name}:{line}"
            if name in modules:
                graph[module].add(name)
            elif name == PACKAGE or name.startswith(f"{PACKAGE}."):
                faults.append(
                    f"{place} imports {name}, which is not a module: name the module it is from."
                )
            else:
                faults.append(f"{place} imports {name} from outside the package: move it in.")
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = " imports ".join(name.removeprefix(f"{PACKAGE}.") for name in error.args[1][::-1])
        faults.append(f"There is a circle of imports: {circle}.")
    return faults


def test_estimation_imports_itself_without_a_circle_and_nothing_else_of_the_book():
    assert faults_of(FOLDER) == []


def test_the_package_lists_its_modules_so_that_each_imports_only_those_above_it():
    lines = [line for line in estimation.__doc__.splitlines() if line.startswith("`")]
    listed = [name for line in lines for name in re.findall(r"`(\w+)`", line)]
    assert sorted(listed) == sorted(
        path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"
    )
    for place, module in enumerate(listed):
        own = {name.removeprefix(f"{PACKAGE}.") for name in imports_of(FOLDER / f"{module}.py")}
        assert own & set(listed) <= set(listed[:place]), f"{module} stands too early in the list"


PLANTED = {
    "a circle for typing": (
        "histories.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from decentwork.estimation.results import Results\n",
        "There is a circle of imports: ",
    ),
    "a circle within a function": (
        "newton.py",
        "def f():\n    from . import design\n",
        "There is a circle of imports: ",
    ),
    "a name that only the package knows": (
        "bootstrap.py",
        "from decentwork.estimation import Results\n",
        "imports decentwork.estimation.Results, which is not a module",
    ),
    "a module of the book": (
        "models.py",
        "from decentwork import data\n",
        "imports decentwork from outside the package",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_import_is_found(fault, tmp_path):
    name, code, message = PLANTED[fault]
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write(code)
    faults = faults_of(tmp_path)
    assert len(faults) == 1 and message in faults[0], faults


# ------------------------------------------------------------------ imports that are made

GUARD = """
import sys

class Guard:
    def find_spec(self, name, path=None, target=None):
        first = name.split(".")[0]
        inside = name in ("decentwork", "decentwork.estimation")
        inside |= name.startswith("decentwork.estimation.")
        standard = first in sys.stdlib_module_names or first.startswith("_")
        if standard or (first in ALLOWED and (first != "decentwork" or inside)):
            return None
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Guard())
"""
USE = """
from decentwork.estimation import (
    AllModels, CaptureHistories, LogLinear, Population, Stepwise, all_models,
    internal_consistency, study, sweep,
)

mine = CaptureHistories.read("mine.csv")
results = Stepwise(mine).fit()
print(results.summary())
print(LogLinear(mine).fit().conf_int(method="multinomial"))
print(results.conf_int(method="bca", repeats=40))
print(results.bootstrap("parametric", repeats=40, jobs=1).without_estimate)
print(sweep(mine, [0.001, 0.02]).tolist(), len(all_models(mine)), len(all_models(mine, jobs=1)))
print(AllModels(mine).fit().conf_int(repeats=40))
print(internal_consistency(mine, LogLinear, least=1))
print(study({"a": Population(500, [0.2, 0.3])}, repeats=5))
"""
LISTS = """history,cases
A,40
B,30
C,20
A+B,6
B+C,4
A+C,3
A+B+C,1
"""


def run_alone(code: str, folder: Path, allowed: set[str] = ALLOWED) -> subprocess.CompletedProcess:
    """Run code that may import only some packages, in a folder with a table of lists."""
    (folder / "mine.csv").write_text(LISTS, encoding="utf-8")
    program = f"ALLOWED = {sorted(allowed)!r}\n{GUARD}\n{textwrap.dedent(code)}"
    environment = os.environ | {"PYTHONPATH": str(FOLDER.parents[1])}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.long
def test_a_researcher_needs_no_more_than_numpy_scipy_and_statsmodels(tmp_path):
    run = run_alone(USE, tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Estimated total" in run.stdout


@pytest.mark.long
def test_more_jobs_without_joblib_are_refused_with_what_to_install(tmp_path):
    code = """
        from decentwork.estimation import CaptureHistories, LogLinear
        LogLinear(CaptureHistories.read("mine.csv")).fit().bootstrap(repeats=40, jobs=2)
    """
    run = run_alone(code, tmp_path)
    wanted = "jobs = 2 needs the package joblib, which is not installed. Install it (pip install j"
    assert run.returncode == 1 and wanted in run.stderr, run.stderr
    assert run_alone(code, tmp_path, ALLOWED | {"joblib", "cloudpickle"}).returncode == 0


@pytest.mark.long
def test_the_guard_refuses_what_is_not_allowed(tmp_path):
    for code in ("import matplotlib", "import decentwork.data"):
        run = run_alone(code, tmp_path)
        assert run.returncode == 1 and "No module named" in run.stderr, run.stderr
