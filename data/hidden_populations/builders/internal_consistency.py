"""internal-consistency: how far four methods miss totals that are known, as published."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import numbers, read_original, require, translate

SUMMARY = catalogued("mse-published-estimates/internal_consistency_summary.csv")
ORIGINALS = (SUMMARY,)

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

FAULTS = (
    Fault(
        "a coverage above that of a limit",
        SUMMARY,
        text("0.88,1.0,0.88", "0.98,1.0,0.88"),
        said="the number of coverages above those of a limit is 1",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per method; stop when a coverage is larger than that of either limit."""
    path = SUMMARY.under(originals)
    result = read(path)
    check(result, path)
    return result.assign(
        source="binette2022",
        locator="code, internal_consistency_summary.tex in analyses/internal_consistency",
        grade="A",
    )


def read(path: Path) -> pd.DataFrame:
    """Return the summary with numbers; stop at a method that is not known."""
    frame = read_original(path, COLUMNS)
    result = pd.DataFrame({"method": translate(frame["model"], METHODS, path)})
    for column, name in RENAMED.items():
        result[name] = numbers(frame[column], path)
    return result


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop at an interval that covers the truth more often than one of its limits lies right."""
    limits = result[["lower_below_truth", "upper_above_truth"]].min(axis=1)
    impossible = int((result["coverage"] > limits).sum())
    sentence = f"the number of coverages above those of a limit is {impossible}; look at them"
    require(impossible == 0, sentence, path)
