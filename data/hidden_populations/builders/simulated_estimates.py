"""simulated-estimates: what two rules estimate from imagined populations whose size is known."""

from functools import partial

import pandas as pd

from bookmaking.tables.originals import Folders
from decentwork.estimation import Population, study

ORIGINALS = ()

SIZE, TABLES, SEED = 5000, 1000, 1
CHANCES = [0.10, 0.15, 0.08, 0.12, 0.05]
"""For each list, the chance that it holds a person."""
EVERY_PAIR = [(i, j) for i in range(5) for j in range(i + 1, 5)]

imagined = partial(Population, SIZE, CHANCES)
POPULATIONS = {
    "Lists are independent": imagined(),
    "One list refers to another": imagined({(0, 1): 5.0}),
    "One list avoids another": imagined({(0, 1): 0.2}),
    "All lists depend on each other": imagined(dict.fromkeys(EVERY_PAIR, 2.0)),
    "Half are harder to see for all": imagined(elusive=0.5, faintness=0.25),
    "Three in ten cannot be seen": imagined(unreachable=0.3),
}
ESTIMATORS = ["independence", "overlap"]


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per population and rule."""
    locator = "rules of the function modelfit, on tables drawn here"
    return estimates(TABLES).assign(source="sparsemse", locator=locator, grade="A")


def estimates(tables: int) -> pd.DataFrame:
    """Return the estimates, rounded so that every machine gives the same digits."""
    frame = study(POPULATIONS, estimators=ESTIMATORS, repeats=tables, seed=SEED)
    frame = frame[["population", "estimator", "median", "low", "high", "coverage"]]
    frame = frame.round({"median": 2, "low": 2, "high": 2, "coverage": 4})
    frame.insert(2, "size", SIZE)
    frame.insert(3, "tables", tables)
    return frame
