"""recomputed-estimates: what rules of choice estimate from published tables, with resampling."""

from pathlib import Path

import numpy as np
import pandas as pd

from decentwork import data
from decentwork.estimation import CaptureHistories, Stepwise, all_models

ORIGINALS = ()
FAULTS = ()
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
# Table, resampled tables: here all models are fitted to each of them, a second for thirty tables.
BEST_OF_ALL = ("uk_2013_five_lists", 1000)
CRITERIA = {"best_bic": "bic", "best_aic": "aic"}


def build(originals: Path | None) -> pd.DataFrame:
    """One row per table and rule, computed from the table capture-histories."""
    rows = [estimate(dataset, rule, resampled) for dataset, rule, resampled in ESTIMATES]
    frame = pd.DataFrame(rows + best_of_all(*BEST_OF_ALL))
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


def best_of_all(dataset: str, resampled: int) -> list[dict[str, object]]:
    """The best of all models by each criterion, chosen anew for each resampled table."""
    table = count_table(dataset)
    shares = table.counts / table.observed
    drawn = np.random.default_rng(SEED).multinomial(table.observed, shares, size=resampled)
    totals = pd.DataFrame([best_totals(CaptureHistories(table.lists, counts)) for counts in drawn])
    percentiles = totals.quantile([0.025, 0.975])
    return [
        {
            "dataset": dataset,
            "rule": rule,
            "resampled_tables": resampled,
            "seed": SEED,
            "total": round(total, 3),
            "percentile_lower": round(percentiles[rule].iloc[0], 3),
            "percentile_upper": round(percentiles[rule].iloc[1], 3),
            "share_above_20000": round((totals[rule] > HIGHER_ANSWER).mean(), 4),
        }
        for rule, total in best_totals(table).items()
    ]


def best_totals(table: CaptureHistories) -> dict[str, float]:
    """The total of the model with the lowest value of each criterion, among those that have one."""
    models = all_models(table, jobs=1).query("exists")
    # Rounding, and so the machine, must not choose between models whose criteria are equal.
    best = {rule: models[name].round(8).idxmin() for rule, name in CRITERIA.items()}
    return {rule: models.loc[row, "total"] for rule, row in best.items()}


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
