"""Multiple systems estimation: how many cases stand on no list, from the overlaps of lists.

    from decentwork import data, estimation

    tables = data.read("capture-histories")
    histories = estimation.CaptureHistories.from_frame(
        tables[tables["dataset"] == "uk_2013_five_lists"]
    )
    results = estimation.Stepwise(histories, threshold=0.02).fit()
    results.total, results.conf_int("bca")

Each module has one job: `histories` reads and checks tables, `models` is the interface, `choice`
adds pairs by rules, `existence` asks whether there is an estimate, `intervals` and `bootstrap`
say how sure it is, `enumeration` fits all models, `consistency` and `simulation` test the method.
"""

from decentwork.estimation.consistency import internal_consistency
from decentwork.estimation.enumeration import all_models
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.histories import CaptureHistories, HistoryError
from decentwork.estimation.models import LogLinear, Results, Stepwise, sweep
from decentwork.estimation.simulation import Population, study

__all__ = [
    "CaptureHistories",
    "HistoryError",
    "LogLinear",
    "NoEstimateError",
    "Population",
    "Results",
    "Stepwise",
    "all_models",
    "internal_consistency",
    "study",
    "sweep",
]
