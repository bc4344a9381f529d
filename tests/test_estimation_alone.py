"""decentwork.estimation needs numpy, scipy and statsmodels, and nothing else of this package."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from decentwork import estimation

FOLDER = Path(estimation.__file__).parent

# numpy, scipy, statsmodels, what statsmodels brings, and what those need themselves.
ALLOWED = {
    "numpy", "scipy", "statsmodels", "pandas", "patsy", "formulaic",
    "packaging", "dateutil", "pytz", "tzdata", "six",
    "narwhals", "interface_meta", "typing_extensions", "wrapt",
    "decentwork",
}  # fmt: skip
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
LISTS = "history,cases\nA,40\nB,30\nC,20\nA+B,6\nB+C,4\nA+C,3\nA+B+C,1\n"


def run_alone(code: str, folder: Path, allowed: set[str] = ALLOWED) -> subprocess.CompletedProcess:
    """Run code that may import only some packages, in a folder with a table of lists."""
    (folder / "mine.csv").write_text(LISTS, encoding="utf-8")
    program = f"ALLOWED = {sorted(allowed)!r}\n{GUARD}\n{textwrap.dedent(code)}"
    environment = os.environ | {"PYTHONPATH": str(FOLDER.parents[1])}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_a_researcher_needs_no_more_than_numpy_scipy_and_statsmodels(tmp_path):
    run = run_alone(USE, tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Estimated total" in run.stdout
    refused = run_alone("import decentwork.data", tmp_path)
    assert refused.returncode == 1 and "No module named" in refused.stderr, "the guard lets all in"
