"""answers-by-class: what classes of models answer on one table, each with its interval anew."""

import numpy as np
import pandas as pd

from bookmaking.tables.originals import Folders
from builders.recomputed_estimates import computed_from, count_table
from decentwork.estimation import AllModels, CaptureHistories, DecomposableGraphs, LogLinear

ORIGINALS = ()
AFTER = ("capture-histories",)

SEED = 1
# Table, the line between its answers, resampled tables of one class of models. The two tables of
# the United States have so few shared cases that each draw needs many fits, so they have fewer.
TABLES = (
    ("uk_2013_five_lists", 20_000, 1000),
    ("uk_2013_four_lists", 20_000, 1000),
    ("netherlands_2010_2015_five_lists", 100_000, 1000),
    ("new_orleans_five_lists", 2_000, 200),
    ("us_western_site_five_lists", 5_000, 200),
    ("australia_2015_2017_four_lists", 10_000, 1000),
    ("kosovo_1999_four_lists", 8_430, 1000),
)
CLASSES = {2: "pairs", 3: "up to three lists"}


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per table and class of models, computed from the table capture-histories."""
    frame = pd.DataFrame(
        [row for dataset, line, repeats in TABLES for row in answers(dataset, line, repeats)]
    )
    frame["models"] = frame["models"].astype("Int64")
    return frame.join(computed_from(frame["dataset"]))


def answers(dataset: str, line: int, repeats: int) -> list[dict[str, object]]:
    """Return the four answers of one table, rounded so that every machine gives the same digits."""
    table = count_table(dataset)
    same = {"dataset": dataset, "line": line}
    rows = [same | independent(table, line, repeats)]
    for order, name in CLASSES.items():
        results = AllModels(table, order=order).fit()
        drawn = results.bootstrap(repeats=repeats, seed=SEED).replicates["total"].to_numpy()
        rows.append(
            same
            | {
                "class": name,
                "models": len(results.models),
                "best_total": round(results.total, 3),
                "terms": "+".join(results.terms) or "none",
                "averaged_total": round(results.averaged, 3),
                "weight_above_line": round(results.weight_above(line), 6),
            }
            | interval(drawn, line)
        )
    return [*rows, same | graphs(table, line)]


def interval(drawn: np.ndarray, line: int) -> dict[str, object]:
    """Return the limits that hold all but the lowest and the highest fortieth of drawn totals."""
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return {
        "resampled_tables": len(drawn),
        "lower": round(float(lower), 3),
        "upper": round(float(upper), 3),
        "draws_above_line": round(float((drawn > line).mean()), 4),
    }


def independent(table: CaptureHistories, line: int, repeats: int) -> dict[str, object]:
    """Return the answer of independent lists, which is one model and leaves nothing to choose."""
    results = LogLinear(table).fit()
    drawn = results.bootstrap("bca", repeats=repeats, seed=SEED).totals
    total = round(results.total, 3)
    return {
        "class": "independent lists",
        "models": 1,
        "best_total": total,
        "terms": "none",
        "averaged_total": total,
        "weight_above_line": float(results.total > line),
    } | interval(np.asarray(drawn), line)


def graphs(table: CaptureHistories, line: int) -> dict[str, object]:
    """Return the answer of all decomposable graphs, with the prior of the package dga."""
    results = DecomposableGraphs(table).fit()
    return {
        "class": "decomposable graphs",
        "models": len(results.frame),
        "best_total": round(float(results.frame["total"].iloc[0]), 3),
        "terms": results.frame["graph"].iloc[0],
        "averaged_total": float(results.total),
        "weight_above_line": round(results.probability_above(line), 6),
        "lower": float(results.quantile(0.025)),
        "upper": float(results.quantile(0.975)),
    }
