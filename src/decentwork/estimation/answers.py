"""The answer of a table by class of models and by criterion, on both sides of a line."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from decentwork.estimation.enumeration import (
    EQUAL_DIGITS,
    MOST_LISTS_OF_ORDER_THREE,
    all_models,
    weights,
)
from decentwork.estimation.graph_average import DecomposableGraphs
from decentwork.estimation.histories import CaptureHistories
from decentwork.estimation.models import LogLinear
from decentwork.estimation.screening import NEAR
from decentwork.estimation.search import search_models

CLASSES = {2: "pairs", 3: "up to three lists"}
DELTAS = (0.1, 0.5)
"""Tried beside the usual delta, 2**-k: a half is the prior of Jeffreys for each history."""


def answer_map(
    histories: CaptureHistories,
    above: float,
    jobs: int | None = None,
    *,
    deltas: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Compare the answers that classes of models and criteria give, and their weight above a line.

    If rows differ, the table alone cannot decide, and a report should give them all.

    Parameters
    ----------
    histories
        The table, of six lists at most.
    above
        The line, in persons: a total that somebody names.
    jobs
        Tasks that may run at the same time; see `tasks.run`.
    deltas
        What the prior of the graphs adds to each history (`DecomposableGraphs`). Without it the
        usual 2**-k, 0.1 and 0.5; an empty list leaves the graphs out.

    Returns
    -------
    DataFrame
        One row a class and criterion. Columns:

        ``models``
            "independent lists"; "pairs"; "up to three lists" (hierarchical models; of six lists
            only by BIC, and only those within 20 points of the best, which `search_models` proves
            to be all); "decomposable graphs", which take a minute for six lists.
        ``criterion``
            "none" for the one model of independent lists. "BIC", where n is the number of observed
            cases; "BIC, n = shared cases", those on two lists or more; "BIC, n = cells", the
            histories; "AIC". For graphs "delta = ...".
        ``best``, ``terms``
            Total of the best model, in persons, and its terms joined by "+". For graphs the total
            of least relative error under the most probable graph, and its cliques.
        ``averaged``
            Mean of the totals by their weights; for graphs the median of the total.
        ``weight_above``
            Weight of the models whose total is above the line; for graphs the probability that the
            total is.
        ``models_with_estimate``
            Their number.

    Raises
    ------
    HistoryError
        For more than six lists.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'kosovo_1999_four_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> found = estimation.answer_map(histories, above=9_107, deltas=[2**-4])
    >>> found[["models", "criterion", "best", "weight_above"]].round({"best": 0, "weight_above": 2})
                    models              criterion     best  weight_above
    0    independent lists                   none   7395.0          0.00
    1                pairs                    BIC  14342.0          1.00
    2                pairs  BIC, n = shared cases  14342.0          1.00
    3                pairs         BIC, n = cells  14342.0          1.00
    4                pairs                    AIC  14342.0          1.00
    5    up to three lists                    BIC  10357.0          1.00
    6    up to three lists  BIC, n = shared cases  12741.0          1.00
    7    up to three lists         BIC, n = cells  12741.0          0.99
    8    up to three lists                    AIC  12741.0          0.99
    9  decomposable graphs         delta = 0.0625  12427.0          0.99
    """
    rows = [_independent(histories, above)]
    lists = len(histories.lists)
    for order, name in CLASSES.items():
        if order == 3 and lists > MOST_LISTS_OF_ORDER_THREE:
            models = search_models(histories, order, within=NEAR)
            rows.append((name, "BIC", *_weighed(models, models["bic"].to_numpy(), above)))
            continue
        models = all_models(histories, order, jobs).query("exists")
        rows += [
            (name, criterion, *_weighed(models, values, above))
            for criterion, values in criteria(histories, models).items()
        ]
    tried = (2.0**-lists, *DELTAS) if deltas is None else deltas
    rows += [_of_graphs(histories, delta, above) for delta in tried]
    columns = ["models", "criterion", "best", "terms", "averaged", "weight_above"]
    return pd.DataFrame(rows, columns=[*columns, "models_with_estimate"])


def criteria(histories: CaptureHistories, models: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return AIC and BIC of each model, shape (m,), BIC with three definitions of n.

    Parameters
    ----------
    histories
        The table.
    models
        Rows of `all_models`.
    """
    parameters = (1 + len(histories.lists) + models["number"]).to_numpy()
    lack_of_fit = -2 * models["log_likelihood"].to_numpy()
    each = {
        "BIC": np.log(histories.observed),
        "BIC, n = shared cases": np.log(histories.shared),
        "BIC, n = cells": np.log(len(histories.counts)),
        "AIC": 2.0,
    }
    return {name: lack_of_fit + one * parameters for name, one in each.items()}


def _independent(histories: CaptureHistories, above: float) -> tuple[object, ...]:
    total = float(LogLinear(histories).totals(histories.counts)[0])
    return ("independent lists", "none", total, "", total, float(total > above), 1)


def _weighed(models: pd.DataFrame, values: np.ndarray, above: float) -> tuple[object, ...]:
    weight, totals = weights(values), models["total"].to_numpy()
    # The frame has models of equal criteria in their order; `argmin` takes the first.
    best = models.iloc[int(np.round(values, EQUAL_DIGITS).argmin())]
    above_line = float(weight[totals > above].sum())
    return float(best["total"]), best["terms"], float(weight @ totals), above_line, len(models)


def _of_graphs(histories: CaptureHistories, delta: float, above: float) -> tuple[object, ...]:
    results = DecomposableGraphs(histories, delta=delta).fit()
    first = results.frame.iloc[0]
    probability = results.probability_above(above)
    answer = (float(first["total"]), first["graph"], float(results.total), probability)
    return ("decomposable graphs", f"delta = {delta:g}", *answer, len(results.frame))
