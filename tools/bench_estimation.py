"""Measure decentwork.estimation beside a plain loop of statsmodels and, where it is, the R package.

    python tools/bench_estimation.py

Four tasks on the published tables: the 955 totals of threshold-estimates, the 1,024 models of the
UK table of five lists, 1,000 bootstrap tables of the UK table of six lists, and the choice among
all 1,024 models for each of 1,000 bootstrap tables of five lists, in two processes. The plain loop
does a part of each task, and its time is multiplied to that of the whole. Both must give the same
totals. `Rscript` with the package SparseMSE runs the method as published on the same tables.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np

import plain_statsmodels
from decentwork import data
from decentwork.estimation import AllModels, CaptureHistories, Stepwise, all_models, sweep

PLAIN_THRESHOLDS = 10
PLAIN_MODELS = 128
PLAIN_TABLES = 10
PLAIN_TABLES_OF_ALL_MODELS = 2
R_SCRIPT = """
suppressMessages(library(SparseMSE))
tables <- lapply(commandArgs(TRUE), read.csv)
thresholds <- seq(0.001, 0.1, length.out = %d)
total <- function(at, table) estimatepopulation.0(table, pthresh = at, quantiles = NULL)$estimate
warm <- total(0.02, tables[[1]])
start <- proc.time()[["elapsed"]]
totals <- unlist(lapply(tables, function(table) sapply(thresholds, total, table)))
cat((proc.time()[["elapsed"]] - start) / length(totals), sprintf("%%.6f", totals))
"""


def timed(task: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Seconds and result of a task."""
    start = time.perf_counter()
    result = task()
    return time.perf_counter() - start, np.asarray(result)


def tables() -> dict[str, CaptureHistories]:
    """Read the published count tables, by name."""
    frame = data.read("capture-histories")
    groups = frame.groupby("dataset", sort=False)
    return {str(name): CaptureHistories.from_frame(rows) for name, rows in groups}


def thresholds(known: dict[str, CaptureHistories]) -> None:
    """Time the 955 totals."""
    frame = data.read("threshold-estimates")
    groups = [(known[name], rows) for name, rows in frame.groupby("dataset", sort=False)]
    ours, totals = timed(
        lambda: np.concatenate([sweep(table, rows["p_threshold"]) for table, rows in groups])
    )
    off = np.abs(totals - frame["total"]).max()
    some = [(table, at) for table, _ in groups for at in _some_thresholds()]
    plain, by_loop = timed(
        lambda: [
            plain_statsmodels.sparsemse_total(table.flags, table.counts, at) for table, at in some
        ]
    )
    same = np.concatenate([sweep(table, [at]) for table, at in some])
    _show(
        "955 thresholds, five tables", ours, plain * 955 / len(some), np.abs(by_loop - same).max()
    )
    print(f"  largest distance to the published totals: {off:.5f} persons")


def models(known: dict[str, CaptureHistories]) -> None:
    """Time the 1,024 models with two-list terms of the UK table of five lists."""
    table = known["uk_2013_five_lists"]
    ours, _ = timed(lambda: all_models(table)["total"])
    frame = all_models(table).head(PLAIN_MODELS)
    place = dict(zip(table.pairs, combinations(range(5), 2), strict=True))
    some = [[place[pair] for pair in text.split("+") if pair] for text in frame["pairs"]]
    plain, by_loop = timed(
        lambda: [plain_statsmodels.total(table.flags, table.counts, pairs) for pairs in some]
    )
    off = np.abs(by_loop - frame["total"]).max()
    _show("1,024 models, UK five lists", ours, plain * 1024 / PLAIN_MODELS, off)


def bootstrap(known: dict[str, CaptureHistories]) -> None:
    """Time 1,000 bootstrap tables of the UK table of six lists, pairs chosen anew for each."""
    table = known["uk_2013_six_lists"]
    results = Stepwise(table).fit()
    ours, _ = timed(lambda: results.bootstrap("bca", repeats=1000).totals)
    draws = np.random.default_rng(1).multinomial(
        table.observed, table.counts / table.observed, size=PLAIN_TABLES
    )
    plain, by_loop = timed(
        lambda: [
            plain_statsmodels.sparsemse_total(table.flags, draw.astype(float), 0.02)
            for draw in draws
        ]
    )
    off = np.abs(by_loop - results.model.totals(draws)).max()
    _show("1,000 BCa replicates, UK six lists", ours, plain * 1000 / PLAIN_TABLES, off)


def all_models_anew(known: dict[str, CaptureHistories]) -> None:
    """Time the best of 1,024 models and their average for 1,000 tables, in two processes."""
    table = known["uk_2013_five_lists"]
    results = AllModels(table).fit()
    results.bootstrap(repeats=2, jobs=2)  # the start of the processes is not measured
    ours, totals = timed(lambda: results.bootstrap(repeats=1000, jobs=2).replicates["total"])
    draws = np.random.default_rng(1).multinomial(
        table.observed, table.counts / table.observed, size=1000
    )[:PLAIN_TABLES_OF_ALL_MODELS]
    plain, by_loop = timed(lambda: [_best_by_loop(table, draw.astype(float)) for draw in draws])
    off = np.abs(by_loop - totals[: len(draws)]).max()
    _show("1,000 x 1,024 models, UK five lists", ours, plain * 1000 / len(draws), off)


def _best_by_loop(table: CaptureHistories, counts: np.ndarray) -> float:
    """Return the total of the model with the lowest BIC, every model fitted by statsmodels."""
    frame = all_models(CaptureHistories(table.lists, counts))
    place = dict(zip(table.pairs, combinations(range(len(table.lists)), 2), strict=True))
    sets = [[place[pair] for pair in text.split("+") if pair] for text in frame["pairs"]]
    totals = [plain_statsmodels.total(table.flags, counts, pairs) for pairs in sets]
    return totals[int(frame["bic"].argmin())]


def by_r(known: dict[str, CaptureHistories]) -> None:
    """Time the totals of the plain loop by the published package, where it is installed."""
    names = list(dict.fromkeys(data.read("threshold-estimates")["dataset"]))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.csv" for name in names]
        for name, path in zip(names, paths, strict=True):
            known[name].to_frame().query("cases > 0").to_csv(path, index=False)
        script = Path(folder) / "bench.R"
        script.write_text(R_SCRIPT % PLAIN_THRESHOLDS, encoding="utf-8")
        command = ["Rscript", "--vanilla", str(script), *map(str, paths)]
        try:
            run = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            print("R: there is no Rscript here, so the published package was not measured.")
            return
    if run.returncode:
        print(f"R: the published package was not measured, because: {run.stderr.strip()}")
        return
    seconds, *totals = map(float, run.stdout.split())
    ours = np.concatenate([sweep(known[name], _some_thresholds()) for name in names])
    print(
        f"R, SparseMSE: {1000 * seconds:.0f} ms a threshold, {955 * seconds:.1f} s for 955 "
        f"(multiplied from {len(totals)}); "
        f"totals differ by {np.abs(ours - totals).max():.4f} persons at most"
    )


def _some_thresholds() -> np.ndarray:
    return np.linspace(0.001, 0.1, PLAIN_THRESHOLDS)


def _show(what: str, ours: float, plain: float, off: float) -> None:
    print(
        f"{what:<36} ours {ours:7.3f} s   plain statsmodels {plain:8.1f} s (multiplied)   "
        f"{plain / ours:6.0f} times   totals differ by {off:.1e}"
    )


def main() -> int:
    """Run all measurements."""
    known = tables()
    sweep(known["artificial_three_lists"], [0.02])  # imports and first calls are not measured
    for task in (thresholds, models, bootstrap, all_models_anew, by_r):
        task(known)
    return 0


if __name__ == "__main__":
    sys.exit(main())
