"""threshold-estimates: what SparseMSE gives for five tables at 191 thresholds each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import numbers, original
from decentwork.contract import DataError

NAME = "threshold-estimates"
ORIGINALS = ("mse-published-estimates",)

COLUMNS = ["dataset", "p_threshold", "n_hat", "bca_lower95", "bca_upper95"]
RENAMED = {"n_hat": "total", "bca_lower95": "lower", "bca_upper95": "upper"}
THRESHOLDS = [i / 10_000 for i in range(101)] + [i / 1000 for i in range(11, 101)]


def build(originals: Path) -> pd.DataFrame:
    """One row per table and threshold; stops when a threshold is missing or stands twice."""
    path = originals / "mse-published-estimates" / "sparsemse_threshold_sensitivity.csv"
    frame = original(path, COLUMNS).rename(columns=RENAMED)
    for name in ["p_threshold", *RENAMED.values()]:
        frame[name] = numbers(frame[name], path)
    for dataset, rows in frame.groupby("dataset"):
        if rows["p_threshold"].tolist() != THRESHOLDS:
            raise DataError(str(path), f"{dataset} lacks thresholds of the study, or order")
    return frame.assign(
        source="binette2022",
        locator="code, results of analyses/sensitivity_analysis/sparsemse",
        grade="A",
    )
