"""internal-consistency: how far four methods miss totals that are known, as published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "internal-consistency"
ORIGINALS = ("mse-published-estimates",)

COLUMNS = [
    "model", "mean_log_relative_bias", "sd", "rmse", "median", "coverage95",
    "lower_limit_below_truth", "upper_limit_above_truth",
]  # fmt: skip
METHODS = {
    "dga": "dga",
    "Independence": "independence",
    "LCMCR": "LCMCR",
    "SparseMSE": "SparseMSE",
}
RENAMED = {
    "mean_log_relative_bias": "mean",
    "sd": "standard_deviation",
    "rmse": "root_mean_square",
    "median": "median",
    "coverage95": "coverage",
    "lower_limit_below_truth": "lower_below_truth",
    "upper_limit_above_truth": "upper_above_truth",
}


def build(originals: Path) -> pd.DataFrame:
    """One row per method; stops when a coverage is larger than that of either limit."""
    path = originals / "mse-published-estimates" / "internal_consistency_summary.csv"
    frame = original(path, COLUMNS)
    result = pd.DataFrame({"method": translate(frame["model"], METHODS, path)})
    for column, name in RENAMED.items():
        result[name] = numbers(frame[column], path)
    limits = result[["lower_below_truth", "upper_above_truth"]].min(axis=1)
    impossible = int((result["coverage"] > limits).sum())
    expect(impossible, 0, 0, "the number of coverages above those of a limit", path)
    return result.assign(
        source="binette2022",
        locator="code, internal_consistency_summary.tex in analyses/internal_consistency",
        grade="A",
    )
