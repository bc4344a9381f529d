"""model-weights: how much weight all models of a table give to totals of each size."""

import pandas as pd

from bookmaking.tables.originals import Folders
from builders.recomputed_estimates import computed_from, count_table
from decentwork.data import DataError
from decentwork.estimation import all_models

ORIGINALS = ()
AFTER = ("capture-histories",)

DATASETS = ("uk_2013_four_lists", "uk_2013_five_lists", "uk_2013_six_lists")
CLASS_WIDTH = 2_000
"""Persons in one class of totals."""


def build(originals: Folders | None) -> pd.DataFrame:
    """One row per table and class of totals, computed from the table capture-histories."""
    frame = pd.concat([weights(dataset) for dataset in DATASETS], ignore_index=True)
    return frame.join(computed_from(frame["dataset"]))


def weights(dataset: str) -> pd.DataFrame:
    """Models and weights of one table, rounded so that every machine gives the same digits."""
    models = all_models(count_table(dataset), order=2)
    if not models["exists"].all():
        raise DataError(dataset, "a model has no estimate, so it belongs to no class of totals")
    classes = models.groupby(models["total"] // CLASS_WIDTH * CLASS_WIDTH)
    frame = classes.agg(
        models=("total", "size"), aic_weight=("aic_weight", "sum"), bic_weight=("bic_weight", "sum")
    )
    frame = frame.round({"aic_weight": 6, "bic_weight": 6}).rename_axis("total_from").reset_index()
    return frame.assign(dataset=dataset, total_from=frame["total_from"].astype(int))
