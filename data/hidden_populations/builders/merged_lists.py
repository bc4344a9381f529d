"""merged-lists: which answer the United Kingdom's table gives when two of its six lists are one."""

import pandas as pd

from bookmaking.tables.originals import Folders
from builders.recomputed_estimates import HIGHER_ANSWER, computed_from, count_table
from decentwork.estimation import all_models

ORIGINALS = ()
AFTER = ("capture-histories",)

DATASET = "uk_2013_six_lists"


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per pair of lists, computed from the table capture-histories."""
    frame = pd.DataFrame([merged(pair) for pair in count_table(DATASET).pairs])
    return frame.join(computed_from(frame["dataset"]))


def merged(pair: str) -> dict[str, object]:
    """Return the best model and the weight of the higher answer when a pair of lists is one."""
    table = count_table(DATASET).merged(pair.split(":"), pair.replace(":", ""))
    models = all_models(table, order=2)
    high = models["total"] > HIGHER_ANSWER
    return {
        "dataset": DATASET,
        "merged": pair,
        "models": len(models),
        "best_total": round(models["total"].iloc[0], 3),
        "aic_weight_above_20000": round(models.loc[high, "aic_weight"].sum(), 6),
        "bic_weight_above_20000": round(models.loc[high, "bic_weight"].sum(), 6),
    }
