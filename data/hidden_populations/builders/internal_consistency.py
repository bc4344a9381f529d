"""internal-consistency: how far four methods miss totals that are known, as published."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, require, translate

SUMMARY = catalogued("mse-published-estimates/internal_consistency_summary.tex")
ORIGINALS = (SUMMARY,)

METHODS = {
    "dga": "dga",
    "Independence": "independence",
    "LCMCR": "LCMCR",
    "SparseMSE": "SparseMSE",
}
RENAMED = {
    "mean_LRB": "mean",
    "sd_LRB": "standard_deviation",
    "RMSE_LRB": "root_mean_square",
    "median_LRB": "median",
    "coverage": "coverage",
    "lwr_coverage": "lower_below_truth",
    "upr_coverage": "upper_above_truth",
}


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
    """Return the rows of the LaTeX table; stop at other columns, and at an unknown method."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    cells = [
        [cell.strip().replace(r"\_", "_") for cell in line.removesuffix(r"\\").split("&")]
        for line in lines
        if "&" in line
    ]
    columns = ["", "model_id", *RENAMED]
    require(cells[:1] == [columns], f"has the columns {cells[:1]}, not {columns}", path)
    frame = pd.DataFrame(cells[1:], columns=columns, dtype="string")
    result = pd.DataFrame({"method": translate(frame["model_id"], METHODS, path)})
    for column, name in RENAMED.items():
        result[name] = numbers(frame[column], path)
    return result


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop at an interval that covers the truth more often than one of its limits lies right."""
    expect(len(result), len(METHODS), 0, "the number of methods", path)
    limits = result[["lower_below_truth", "upper_above_truth"]].min(axis=1)
    impossible = int((result["coverage"] > limits).sum())
    sentence = f"the number of coverages above those of a limit is {impossible}; look at them"
    require(impossible == 0, sentence, path)
