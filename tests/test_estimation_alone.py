"""decentwork.estimation needs numpy, scipy and statsmodels, and nothing else of this package."""

import os
import subprocess
import sys
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
USE = """
import importlib.metadata, sys

class Guard:
    others = importlib.metadata.packages_distributions().keys() - ALLOWED

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.others:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Guard())

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
print(*sorted(sys.modules))
"""
LISTS = "history,cases\nA,40\nB,30\nC,20\nA+B,6\nB+C,4\nA+C,3\nA+B+C,1\n"


def test_a_researcher_needs_no_more_than_numpy_scipy_and_statsmodels(tmp_path):
    (tmp_path / "mine.csv").write_text(LISTS, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(FOLDER.parents[1])}
    command = [sys.executable, "-c", f"ALLOWED = {ALLOWED}\n{USE}"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Estimated total" in run.stdout
    ours = {name for name in run.stdout.splitlines()[-1].split() if name.startswith("decentwork.")}
    assert {name for name in ours if not name.startswith("decentwork.estimation")} == set()
