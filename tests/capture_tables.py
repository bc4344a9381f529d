"""Tables of lists for tests of `decentwork.estimation`: published ones, and small ones by hand."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from decentwork import data
from decentwork.estimation import CaptureHistories, hierarchy

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


def one_row_a_case(counts: dict[str, int], lists: str = "ABC") -> pd.DataFrame:
    """Return such cases as a row each, with 1 for each list that has the case and 0 for others."""
    histories = [history for history, cases in counts.items() for _ in range(cases)]
    rows = [[int(name in history.split("+")) for name in lists] for history in histories]
    return pd.DataFrame(rows, columns=list(lists))


def hierarchical_models(lists: int) -> np.ndarray:
    """Return all hierarchical models with terms of two and three lists, shape (m, q + t)."""
    groups = hierarchy.groups(lists, 3)
    every = np.array(list(product((False, True), repeat=len(groups))))
    for at, group in enumerate(groups):
        if len(group) == 3:
            inside = [i for i, pair in enumerate(groups) if len(pair) == 2 and {*pair} < {*group}]
            every = every[~every[:, at] | every[:, inside].all(axis=1)]
    return every
