"""Tables of lists for tests of `decentwork.estimation`: published ones, and small ones by hand."""

from functools import cache

import numpy as np

from decentwork import data
from decentwork.estimation import CaptureHistories

SMALL = {"A": 40, "B": 30, "C": 20, "A+B": 6, "B+C": 4, "A+C": 3, "A+B+C": 1}


@cache
def table(dataset: str) -> CaptureHistories:
    """Return a table of capture-histories, by its name there."""
    tables = data.read("capture-histories")
    return CaptureHistories.from_frame(tables[tables["dataset"] == dataset])


def of(cells: dict[str, float], lists: str = "ABC") -> CaptureHistories:
    """Return the table of some cases by history, as {"A": 40, "A+B": 6}."""
    rows = [(history.split("+"), cases) for history, cases in cells.items()]
    return CaptureHistories.from_counts(tuple(lists), rows)


def draws_of(histories: CaptureHistories, number: int, seed: int = 1) -> np.ndarray:
    """Return tables of as many cases, drawn with replacement, shape (number, histories)."""
    shares = histories.counts / histories.observed
    return np.random.default_rng(seed).multinomial(histories.observed, shares, size=number)
