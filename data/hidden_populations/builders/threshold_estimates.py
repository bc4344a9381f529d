"""threshold-estimates: what SparseMSE gives for five tables at 191 thresholds each."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import numbers, read_original, require

SENSITIVITY = catalogued("mse-published-estimates/sparsemse_threshold_sensitivity.csv")
ORIGINALS = (SENSITIVITY,)

COLUMNS = ["dataset", "p_threshold", "n_hat", "bca_lower95", "bca_upper95"]
RENAMED = {"n_hat": "total", "bca_lower95": "lower", "bca_upper95": "upper"}
THRESHOLDS = [i / 10_000 for i in range(101)] + [i / 1000 for i in range(11, 101)]

FAULTS = (
    Fault(
        "a threshold lost",
        SENSITIVITY,
        text("uk_2013_five_lists,0.0002,", "uk_2013_five_lists,0.00025,"),
        said="uk_2013_five_lists lacks thresholds of the study",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table and threshold; stop at a threshold missing or standing twice."""
    path = SENSITIVITY.under(originals)
    frame = read(path)
    check(frame, path)
    return frame.assign(
        source="binette2022",
        locator="code, results of analyses/sensitivity_analysis/sparsemse",
        grade="A",
    )


def read(path: Path) -> pd.DataFrame:
    """Return the results with numbers."""
    frame = read_original(path, COLUMNS).rename(columns=RENAMED)
    for name in ["p_threshold", *RENAMED.values()]:
        frame[name] = numbers(frame[name], path)
    return frame


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when a table does not have the thresholds of the study in their order."""
    for dataset, rows in frame.groupby("dataset"):
        sentence = f"{dataset} lacks thresholds of the study, or order"
        require(rows["p_threshold"].tolist() == THRESHOLDS, sentence, path)
