"""recomputed-estimates: what rules of choice estimate from published tables, with resampling."""

import numpy as np
import pandas as pd

from bookmaking.tables.originals import Folders
from decentwork import data
from decentwork.estimation import AllModels, CaptureHistories, Stepwise

ORIGINALS = ()
AFTER = ("capture-histories",)

SEED = 1
HIGHER_ANSWER = 20_000
"""Totals above this are the higher of the two answers of the table of the United Kingdom."""
# Table, stepwise rule, resampled tables.
ESTIMATES = (
    ("uk_2013_five_lists", "overlap", 2000),
    ("netherlands_2010_2015_five_lists", "overlap", 2000),
    ("new_orleans_five_lists", "overlap", 2000),
    ("us_western_site_five_lists", "overlap", 2000),
    ("australia_2015_2017_four_lists", "overlap", 2000),
    ("uk_2013_five_lists", "bic", 2000),
)
# Table, resampled tables: here the best of all models is chosen for each of them.
ALL_MODELS = ("uk_2013_five_lists", 1000)


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per table and rule, computed from the table capture-histories."""
    rows = [estimate(dataset, rule, resampled) for dataset, rule, resampled in ESTIMATES]
    frame = pd.DataFrame(rows + all_of_them(*ALL_MODELS))
    return frame.join(computed_from(frame["dataset"]))


def estimate(dataset: str, rule: str, resampled: int) -> dict[str, object]:
    """One estimate with its bootstrap, rounded so that every machine gives the same digits."""
    model = Stepwise(count_table(dataset), rule)
    results = model.fit()
    drawn = results.bootstrap("bca", repeats=resampled, seed=SEED)
    bca_lower, bca_upper = drawn.conf_int()
    percentile_lower, percentile_upper = np.quantile(drawn.totals, [0.025, 0.975])
    return {
        "dataset": dataset,
        "rule": rule,
        "threshold": model.threshold if rule != "bic" else None,
        "resampled_tables": resampled,
        "seed": SEED,
        "total": round(results.total, 3),
        "bca_lower": round(bca_lower, 3),
        "bca_upper": round(bca_upper, 3),
        "bca_lower_level": round(drawn.levels()[0], 8),
        "percentile_lower": round(percentile_lower, 3),
        "percentile_upper": round(percentile_upper, 3),
        "share_above_20000": round((drawn.totals > HIGHER_ANSWER).mean(), 4),
    }


def all_of_them(dataset: str, resampled: int) -> list[dict[str, object]]:
    """Choose the best of all models and average them, by each criterion, for resampled tables."""
    rows = []
    for criterion in ("bic", "aic"):
        results = AllModels(count_table(dataset), criterion, order=2).fit()
        drawn = results.bootstrap(repeats=resampled, seed=SEED).replicates
        for name, total, totals in (
            ("best", results.total, drawn["total"]),
            ("average", results.averaged, drawn["averaged"]),
        ):
            lower, upper = totals.quantile([0.025, 0.975])
            rows.append(
                {
                    "dataset": dataset,
                    "rule": f"{name}_{criterion}",
                    "resampled_tables": resampled,
                    "seed": SEED,
                    "total": round(total, 3),
                    "percentile_lower": round(lower, 3),
                    "percentile_upper": round(upper, 3),
                    "share_above_20000": round((totals > HIGHER_ANSWER).mean(), 4),
                }
            )
    return rows


def count_table(dataset: str) -> CaptureHistories:
    """One of the published count tables."""
    frame = data.read("capture-histories")
    return CaptureHistories.from_frame(frame[frame["dataset"] == dataset])


def computed_from(datasets: pd.Series) -> pd.DataFrame:
    """Source, locator and grade for each row: those of the count table that it is computed from."""
    read_in = data.read("capture-histories").drop_duplicates("dataset").set_index("dataset")
    columns = read_in.loc[datasets, ["source", "locator", "grade"]].reset_index(drop=True)
    columns["locator"] = "computed by the book from " + columns["locator"]
    return columns.set_index(datasets.index)
