"""example-lists: a count table in the form in which a reader hands over an own one."""

import pandas as pd

from bookmaking.tables.originals import Folders
from decentwork import data

ORIGINALS = ()
AFTER = ("capture-histories",)

DATASET = "new_orleans_five_lists"
COLUMNS = ["history", "cases", "source", "locator", "grade"]


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per history with cases of Greater New Orleans, as capture-histories has it."""
    frame = data.read("capture-histories")
    return frame.loc[frame["dataset"] == DATASET, COLUMNS].reset_index(drop=True)
