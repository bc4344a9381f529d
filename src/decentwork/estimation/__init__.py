"""Multiple systems estimation: how many cases are on no list, from the overlaps of lists::

    from decentwork import data, estimation

    tables = data.read("capture-histories")
    histories = estimation.CaptureHistories.from_frame(
        tables[tables["dataset"] == "uk_2013_five_lists"]
    )
    results = estimation.Stepwise(histories, threshold=0.02).fit()
    results.total, results.conf_int(method="bca")

The package needs numpy, scipy, pandas and statsmodels, and nothing else of the book. joblib is used
where it is installed, to run tasks at the same time. The module `plots` needs matplotlib and is
imported by itself.

Each module has one job, and imports only modules above it in this list:

`errors`
    holds the error for tables that are refused.
`cases`
    counts tables with one row a case.
`histories`
    reads and checks tables.
`newton`
    fits many small Poisson models at once.
`tasks`
    runs independent tasks.
`poisson`
    fits one Poisson model with statsmodels.
`hierarchy`
    reads the names of terms.
`design`
    says which cells and terms a model fits.
`existence`
    decides whether there is an estimate.
`fitting`
    fits models with given terms.
`choice`
    adds terms by rules.
`intervals`, `bootstrap`
    say how certain an estimate is.
`results`, `models`
    are what a user works with.
`strata`
    adds up the totals of strata.
`enumeration`
    fits all models of a table.
`decomposable`
    lists all decomposable graphs of a few lists.
`graph_average`
    averages the total over these graphs.
`pruning`
    proves which models cannot be near the best.
`screening`
    chooses among all models and averages them, for many tables at once.
`reselection`
    is how a user works with all models.
`consistency`, `simulation`
    test the method on totals that are known.
`search`
    finds the best model of six to eight lists, with a proof.
`answers`
    compares the answers of classes of models.
`diagnostics`
    checks one estimate: fit, lower bound, sample coverage, one list less.
`between`, `suppressed`
    estimate from tables whose small cells are printed as "<5".
`linkage`
    corrects totals for missed and for false matches between lists.
`tipping`
    says how strong an unseen dependence must be before the total is another.
`certificate`
    measures how often each interval holds the total, for tables like a user's own.
`plots`
    draws estimates.
"""

from decentwork.estimation.answers import answer_map
from decentwork.estimation.certificate import coverage_certificate, coverage_of
from decentwork.estimation.consistency import internal_consistency
from decentwork.estimation.diagnostics import (
    chao_lower_bound,
    goodness_of_fit,
    leave_one_list_out,
    sample_coverage,
)
from decentwork.estimation.enumeration import all_models
from decentwork.estimation.existence import NoEstimateError
from decentwork.estimation.graph_average import DecomposableGraphs, GraphResults, delta_sweep
from decentwork.estimation.histories import CaptureHistories, HistoryError
from decentwork.estimation.linkage import (
    LinkedTotal,
    linkage_sensitivity,
    linked_total,
    repaired_matches,
)
from decentwork.estimation.models import LogLinear, Stepwise, sweep
from decentwork.estimation.reselection import AllModels, AllModelsBootstrap, AllModelsResults
from decentwork.estimation.results import Results
from decentwork.estimation.search import search_models
from decentwork.estimation.simulation import Population, study
from decentwork.estimation.strata import Stratified, StratifiedResults
from decentwork.estimation.suppressed import (
    SuppressedHistories,
    SuppressedResults,
    suppression_cost,
)
from decentwork.estimation.tipping import TippingPoint, tipping_point

__all__ = [
    "AllModels",
    "AllModelsBootstrap",
    "AllModelsResults",
    "CaptureHistories",
    "DecomposableGraphs",
    "GraphResults",
    "HistoryError",
    "LinkedTotal",
    "LogLinear",
    "NoEstimateError",
    "Population",
    "Results",
    "Stepwise",
    "Stratified",
    "StratifiedResults",
    "SuppressedHistories",
    "SuppressedResults",
    "TippingPoint",
    "all_models",
    "answer_map",
    "chao_lower_bound",
    "coverage_certificate",
    "coverage_of",
    "delta_sweep",
    "goodness_of_fit",
    "internal_consistency",
    "leave_one_list_out",
    "linkage_sensitivity",
    "linked_total",
    "repaired_matches",
    "sample_coverage",
    "search_models",
    "study",
    "suppression_cost",
    "sweep",
    "tipping_point",
]
