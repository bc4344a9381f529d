"""interval-coverage: how often intervals hold the total of imagined populations, which is known."""

from functools import partial

import numpy as np
import pandas as pd

from bookmaking.tables.originals import Folders
from decentwork.estimation import AllModels, CaptureHistories, LogLinear, Population, Stepwise

ORIGINALS = ()

SIZE, CHANCES, TABLES, DRAWS, SEED = 1000, [0.2] * 3, 200, 99, 1
LISTS = ["A", "B", "C"]
imagined = partial(Population, SIZE, CHANCES)
POPULATIONS = {f"odds ratio {ratio:g}": imagined({(0, 1): ratio}) for ratio in (1, 1.5, 2, 3, 5)}
POPULATIONS |= {
    "half are harder to see": imagined(elusive=0.5, faintness=0.25),
    "three in ten cannot be seen": imagined(unreachable=0.3),
}
KINDS = ("independent lists", "rule of SparseMSE", "best BIC", "best BIC, chosen anew")


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per population and interval."""
    locator = "function modelfit, its rule; tables drawn here"
    return coverage(TABLES).assign(source="sparsemse", locator=locator, grade="A")


def coverage(tables: int) -> pd.DataFrame:
    """Return the shares, rounded so that every machine gives the same digits."""
    rows = []
    for name, population in POPULATIONS.items():
        drawn = population.tables(tables, SEED)
        ends = np.array([intervals(counts, number) for number, counts in enumerate(drawn)])
        holds = (ends[:, :, 0] <= SIZE) & (ends[:, :, 1] >= SIZE)
        width = np.median(ends[:, :, 1] / ends[:, :, 0], axis=0)
        for kind, share, ratio in zip(KINDS, holds.mean(axis=0), width, strict=True):
            rows.append((name, kind, tables, round(float(share), 4), round(float(ratio), 3)))
    columns = ["population", "interval", "tables", "coverage", "upper_to_lower"]
    return pd.DataFrame(rows, columns=columns)


def intervals(counts: np.ndarray, seed: int) -> list[list[float]]:
    """Return the limits of one table by each kind of interval, shape (4, 2)."""
    table = CaptureHistories(LISTS, counts)
    every = AllModels(table, order=2).fit()
    anew = every.conf_int(repeats=DRAWS, seed=seed, jobs=1).loc["chosen"]
    fits = LogLinear(table).fit(), Stepwise(table).fit(), every.best
    return [*(fit.conf_int(method="profile").tolist() for fit in fits), anew.tolist()]
