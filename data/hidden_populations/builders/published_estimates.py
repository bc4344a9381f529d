"""published-estimates: totals of hidden populations as studies print them, with their intervals."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate
from builders.capture_histories import LISTS

ESTIMATES = catalogued("mse-published-estimates/published_estimates.csv")
ORIGINALS = (ESTIMATES,)

COLUMNS = [
    "dataset", "software", "method", "n_hat", "lower", "upper", "level", "interval", "source",
    "locator", "grade", "python_n_hat", "abs_difference",
]  # fmt: skip
INTERVALS = {
    "profile likelihood": "profile likelihood, Poisson",
    "multinomial profile likelihood": "profile likelihood, multinomial",
    "BCa bootstrap, 1000 replicates": "bootstrap, BCa",
    "posterior quantiles": "posterior quantiles",
    "posterior quantiles, 200 chains": "posterior quantiles",
    "range": "range of a study",
    "standard error 809.2": "",
    "none printed": "",
}
SOFTWARE = {
    "Independence": "MSETools, independence",
    "SparseMSE": "SparseMSE",
    "dga": "dga",
    "LCMCR": "LCMCR",
    "MSEfit / Rcapture": "modslavmse, MSEfit",
    "Rcapture closedpCI.t": "Rcapture, closedpCI.t",
    "Rcapture closedpMS.t": "Rcapture, closedpMS.t",
    "R glm": "R, glm",
    "headline range": "headline range",
}
LOCATORS = {
    "repository results cache, analyses/real_data": "code, results of analyses/real_data",
    "published range marked in figure code": "code of the figure in analyses/real_data",
    "section 1.2, printed fit": "section 1.2, printed fit",
    "section 1.2, fit$CI": "section 1.2, printed interval",
    "section 2.1": "section 2.1",
    "section 2.2": "section 2.2",
    "section 2.2, table of models": "section 2.2, table of models",
    "section 3": "section 3",
    "publication page": "publication page",
    "abstract (1,342 to 1,897 in press coverage)": "abstract",
}
# The original gives C to it as a statement on a study that was not seen; the code itself was read.
DUTCH_RANGE = "netherlands_2010_2015_five_lists"
PRINTED_STANDARD_ERROR = 809.2  # in the column interval of the original

FAULTS = (
    Fault(
        "an estimate outside its interval",
        ESTIMATES,
        text("13444.131209", "31444.131209"),
        said="the number of estimates outside their interval is 1",
    ),
    Fault(
        "a package that is not known",
        ESTIMATES,
        text(",R glm,", ",R gam,"),
        said="no rule for ['R gam']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per published result; stop at an interval that lacks its estimate."""
    path = ESTIMATES.under(originals)
    result = reshape(read(path), path)
    check(result, path)
    return result


def read(path: Path) -> pd.DataFrame:
    """Return the original, with the Dutch range described as what it is."""
    frame = read_original(path, COLUMNS)
    translate(frame["dataset"], {dataset: dataset for dataset in LISTS}, path)
    dutch = (frame["software"] == "headline range") & (frame["dataset"] == DUTCH_RANGE)
    expect(int(dutch.sum()), 1, 0, "the number of Dutch ranges", path)
    frame.loc[dutch, "method"] = "range that the figure marks as published; study not seen"
    frame.loc[dutch, "grade"] = "B"
    frame.loc[dutch, "locator"] = "published range marked in figure code"
    return frame


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table in the book's words; stop at a package, interval or place not known."""
    result = pd.DataFrame({"dataset": frame["dataset"]})
    result["software"] = translate(frame["software"], SOFTWARE, path)
    result["method"] = frame["method"]
    for name, column in [("total", "n_hat"), ("lower", "lower"), ("upper", "upper")]:
        result[name] = numbers(frame[column], path)
    printed = frame["interval"].eq(f"standard error {PRINTED_STANDARD_ERROR}")
    result["standard_error"] = pd.Series(PRINTED_STANDARD_ERROR, frame.index).where(printed)
    result["level_percent"] = numbers(frame["level"], path)
    result["interval"] = translate(frame["interval"], INTERVALS, path)
    result["source"] = frame["source"]
    result["locator"] = translate(frame["locator"], LOCATORS, path)
    result["grade"] = frame["grade"]
    return result


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop at an estimate outside its interval: this catches columns that changed places."""
    outside = (result["total"] < result["lower"]) | (result["total"] > result["upper"])
    number = int(outside.sum())
    sentence = f"the number of estimates outside their interval is {number}; look at them"
    require(number == 0, sentence, path)
