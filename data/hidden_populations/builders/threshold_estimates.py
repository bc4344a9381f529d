"""threshold-estimates: what SparseMSE gives for five tables at 191 thresholds each."""

import re
from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_cached, require

RESULTS = catalogued("mse-published-estimates/unnamed-chunk-3_71ebd49724e538e81c22aa38b7328aad.rdb")
CODE = catalogued("mse-published-estimates/sparsemse_sensitivity.Rmd")
ORIGINALS = (RESULTS, CODE)

DATASETS = {
    "United Kingdom": "uk_2013_five_lists",
    "Netherlands": "netherlands_2010_2015_five_lists",
    "New Orleans": "new_orleans_five_lists",
    "Western U.S.": "us_western_site_five_lists",
    "Australia": "australia_2015_2017_four_lists",
}
"""What the code calls the tables, in its order; the thresholds of the first come first."""
THRESHOLDS = [i / 10_000 for i in range(101)] + [i / 1000 for i in range(11, 101)]
THRESHOLDS_IN_CODE = "pthresh = c(seq(0, 0.01, by=0.0001), seq(0.011, 0.1, by=0.001))"
RENAMED = {"N.hat": "total", "N.lwr": "lower", "N.upr": "upper"}
DECIMALS = 4


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table and threshold; stop at other tables, thresholds or numbers."""
    check_code(CODE.under(originals))
    path = RESULTS.under(originals)
    frame = read(path)
    check(frame, path)
    return frame.round(DECIMALS).assign(
        source="binette2022",
        locator="code, results of analyses/sensitivity_analysis/sparsemse",
        grade="A",
    )


def tables_in_code(path: Path) -> list[str]:
    """Return the names that a notebook of the study gives its tables, in their order."""
    found = re.search(r"^datasets = list\((.*?)\)", path.read_text(encoding="utf-8"), re.M | re.S)
    return re.findall(r'"([^"]+)" = \w+', found[1]) if found else []


def check_code(path: Path) -> None:
    """Stop when the code of the study sets other tables or thresholds, or another order."""
    names = tables_in_code(path)
    require(names == list(DATASETS), f"has the tables {names}, not {list(DATASETS)}", path)
    sentence = f"does not set the thresholds {THRESHOLDS_IN_CODE!r}; look at it"
    require(THRESHOLDS_IN_CODE in path.read_text(encoding="utf-8"), sentence, path)


def read(path: Path) -> pd.DataFrame:
    """Return the estimates of all tables and thresholds, in the order of the code."""
    places = [(name, threshold) for name in DATASETS.values() for threshold in THRESHOLDS]
    frame = read_cached(path)
    expect(len(frame), len(places), 0, "the number of estimates", path)
    require(list(frame.columns) == list(RENAMED), "has other columns; look at it", path)
    keys = pd.DataFrame(places, columns=["dataset", "p_threshold"])
    return keys.join(frame.rename(columns=RENAMED))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at an estimate outside its interval: this catches columns that changed places."""
    outside = (frame["total"] < frame["lower"]) | (frame["total"] > frame["upper"])
    sentence = f"the number of estimates outside their interval is {int(outside.sum())}"
    require(not outside.any(), sentence, path)
