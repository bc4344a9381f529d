"""example-lists: a count table in the form in which a reader hands over an own one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import capture_histories

NAME = "example-lists"
ORIGINALS = ("mse-capture-histories",)
DATASET = "new_orleans_five_lists"
COLUMNS = ["history", "cases", "source", "locator", "grade"]


def build(originals: Path) -> pd.DataFrame:
    """One row per history with cases of Greater New Orleans, as capture-histories has it."""
    frame = capture_histories.build(originals)
    return frame.loc[frame["dataset"] == DATASET, COLUMNS].reset_index(drop=True)
