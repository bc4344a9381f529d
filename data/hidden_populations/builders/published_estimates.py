"""published-estimates: totals of hidden populations as studies print them, with their intervals."""

import html
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_cached, require, translate
from builders.threshold_estimates import DATASETS, tables_in_code

RESULTS = catalogued("mse-published-estimates/grid estimates_b8a9fee80b0db9f26b54f9dff9948071.rdb")
CODE = catalogued("mse-published-estimates/real_data_analysis.Rmd")
PAGE = catalogued("mse-published-estimates/minimal_example.html")
ORIGINALS = (RESULTS, CODE, PAGE)

COLUMNS = [
    "dataset", "software", "method", "total", "lower", "upper", "standard_error", "level_percent",
    "interval", "source", "locator", "grade",
]  # fmt: skip
DECIMALS = 6
LEVEL = 95
"""Of every interval that the two studies compute, in per cent."""
MODELS = {
    "Independence": (
        "MSETools, independence", "Poisson log-linear, main effects", "profile likelihood, Poisson",
    ),
    "SparseMSE": (
        "SparseMSE", "stepwise two-list effects, Poisson overlap p < 0.02", "bootstrap, BCa",
    ),
    "dga": ("dga", "decomposable graphical models, Bayesian averaging", "posterior quantiles"),
    "LCMCR": ("LCMCR", "Bayesian latent class", "posterior quantiles"),
}  # fmt: skip
"""Software, method and kind of interval, by what the results call a model."""

SIX, FIVE, FOUR = "uk_2013_six_lists", "uk_2013_five_lists", "uk_2013_four_lists"
LISTS_OF_FOUR = {"1": "LA", "2": "NG", "3": "PFNCA", "4": "GO"}
"""The lists of the table of four, by the number that Rcapture gives them."""
FIT = "fit = closedpCI.t(UKdat_5, dfreq = T, mX = ~1+{})\nfit$CI"
TOTAL_OF_GLM = (
    "# Estimate of the total population size\n"
    "c(`Estimated population` = N_unseen + sum(data$count), sum(data$count) + CI)"
)
MULTINOMIAL = "profile likelihood, multinomial"
PRINTED = [
    (SIX, "modslavmse, MSEfit", "same model; multinomial estimate", MULTINOMIAL,
     "section 1.2, printed interval", "fit$CI"),
    (FIVE, "Rcapture, closedpCI.t", "main effects; multinomial estimate", MULTINOMIAL,
     "section 2.1", FIT.format("c1+c2+c3+c4+c5")),
    (FIVE, "R, glm", "main effects; Poisson estimate", "profile likelihood, Poisson",
     "section 3", TOTAL_OF_GLM),
    (FIVE, "Rcapture, closedpCI.t", "all ten two-list effects; multinomial estimate", MULTINOMIAL,
     "section 2.1", FIT.format("(c1+c2+c3+c4+c5)*(c1+c2+c3+c4+c5)")),
    (FOUR, "Rcapture, closedpCI.t", "LA:NG+LA:PFNCA; multinomial estimate", MULTINOMIAL,
     "section 2.2", 'closedpCI.t(UKdat_4, dfreq = TRUE, mX = "[12,13,4]")$CI'),
]  # fmt: skip
"""Results with an interval on the page: what they are, where, and the code that prints them."""
MODELS_PRINTED = 10
"""As many models of the table of four lists the page prints, those with the lowest BIC."""

RANGE = "range given by the original study"
MARKED_ONLY = "range that the figure marks as published; study not seen"
MARKED = {"binette2022": ("code of the figure in analyses/real_data", "B")}
RANGES = [
    (SIX, RANGE, 10_000, 13_000, "silverman2014", "publication page", "A"),
    ("Netherlands", MARKED_ONLY),
    ("New Orleans", MARKED_ONLY),
    ("Western U.S.", MARKED_ONLY),
    ("australia_2015_2017_four_lists", RANGE, 1_300, 1_900, "lyneham2019", "abstract", "A"),
]
"""Ranges that studies gave. Two were typed from the studies, the others stand in the code."""


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per published result; stop at an interval that lacks its estimate."""
    results, code, page = (each.under(originals) for each in ORIGINALS)
    parts = read_results(results), read_page(page), read_ranges(code)
    for part, path in zip(parts, (results, page, code), strict=True):
        check(part, path)
    return pd.concat([part.reindex(columns=COLUMNS) for part in parts], ignore_index=True)


def read_results(path: Path) -> pd.DataFrame:
    """Return the estimates of four models for five tables; stop at an unknown model or table."""
    frame = read_cached(path)
    names = {"N.hat": "total", "N.lwr": "lower", "N.upr": "upper"}
    require(list(frame) == ["model", "dataset", *names], "has other columns; look at it", path)
    frame = frame.rename(columns=names).round(DECIMALS)
    expect(len(frame), len(MODELS) * len(DATASETS), 0, "the number of results", path)
    frame["dataset"] = translate(frame["dataset"], DATASETS, path)
    for place, name in enumerate(["software", "method", "interval"]):
        meaning = {model: said[place] for model, said in MODELS.items()}
        frame[name] = translate(frame["model"], meaning, path)
    return frame.assign(
        level_percent=LEVEL,
        source="binette2022",
        locator="code, results of analyses/real_data",
        grade="A",
    )


def read_page(path: Path) -> pd.DataFrame:
    """Return the results that the page prints; stop when it does not print one of them once."""
    blocks = re.findall(r"<code>([^<]*)</code></pre>", path.read_text(encoding="utf-8"))
    texts = [html.unescape(block) for block in blocks]
    printed = list(pairwise(texts))
    with_interval = [_with_interval(printed, *said, path) for said in PRINTED]
    rows = [_stepwise(printed, path), *with_interval[:4], *_by_bic(printed, path), with_interval[4]]
    return pd.DataFrame(rows).assign(source="lindner2019", grade="A")


def _numbers(printed: list[tuple[str, str]], code: str, path: Path) -> list[list[str]]:
    """Return the words of each line that a piece of code prints."""
    found = [given for said, given in printed if said == code and given.startswith("##")]
    require(len(found) == 1, f"does not print once what this code gives: {code}", path)
    return [line.removeprefix("##").split() for line in found[0].splitlines()]


def _with_interval(
    printed: list[tuple[str, str]],
    dataset: str,
    software: str,
    method: str,
    interval: str,
    locator: str,
    code: str,
    path: Path,
) -> dict[str, Any]:
    """Return a result that is printed as total, lower and upper limit."""
    lines = _numbers(printed, code, path)
    require(len(lines) == 2, f"does not print a line of numbers for this code: {code}", path)
    words = lines[1]
    # Rcapture begins the line with the name of the model; R itself prints three numbers alone.
    total, lower, upper = map(float, words[1:4] if len(words) > 3 else words)
    return {
        "dataset": dataset, "software": software, "method": method, "total": total, "lower": lower,
        "upper": upper, "level_percent": LEVEL, "interval": interval, "locator": locator,
    }  # fmt: skip


def _stepwise(printed: list[tuple[str, str]], path: Path) -> dict[str, Any]:
    """Return the result of MSEfit, which is printed with a standard error."""
    lines = [line for line in _numbers(printed, "fit", path) if line[:1] == ["mXf"]]
    require(len(lines) == 2, "does not print a Poisson and a multinomial fit; look at it", path)
    words = lines[0]
    return {
        "dataset": SIX, "software": "modslavmse, MSEfit",
        "method": "stepwise AIC, stop at p > 0.05; Poisson estimate", "total": float(words[1]),
        "standard_error": float(words[2]), "locator": "section 1.2, printed fit",
    }  # fmt: skip


def _by_bic(printed: list[tuple[str, str]], path: Path) -> list[dict[str, Any]]:
    """Return the models of the table of four lists, in the order of their BIC."""
    code = "fit = closedpMS.t(UKdat_4, dfreq=TRUE)\nfit"
    lines = [line for line in _numbers(printed, code, path) if line and line[0].startswith("[")]
    expect(len(lines), MODELS_PRINTED, 0, "the number of models of the table of four", path)
    bic = [float(line[7]) for line in lines]
    require(bic == sorted(bic), "the ten models are not in the order of their BIC", path)
    return [
        {
            "dataset": FOUR, "software": "Rcapture, closedpMS.t",
            "method": f"BIC rank {rank}: {_pairs(line[0])}", "total": float(line[1]),
            "standard_error": float(line[2]),
            "locator": "section 2.2, table of models",
        }
        for rank, line in enumerate(lines, start=1)
    ]  # fmt: skip


def _pairs(model: str) -> str:
    """Return the pairs of lists of a model, as in LA:NG+NG:GO for [12,24,3]."""
    terms = [term for term in model.strip("[]").split(",") if len(term) > 1]
    pairs = {pair for term in terms for pair in combinations(term, 2)}
    return "+".join(":".join(LISTS_OF_FOUR[each] for each in pair) for pair in sorted(pairs))


def read_ranges(path: Path) -> pd.DataFrame:
    """Return the ranges that studies gave, the typed ones and those that the code marks."""
    names = tables_in_code(path)
    code = path.read_text(encoding="utf-8")
    ends = [
        [float(each) for each in re.findall(r"\d+", found[1])]
        for which in ("ymin", "ymax")
        if (found := re.search(rf"{which}=c\(([^)]*)\)", code))
    ]
    whole = len(ends) == 2 and all(len(each) == len(names) for each in ends)
    require(whole, "does not mark one range for each table; look at it", path)
    marked = dict(zip(names, zip(*ends, strict=True), strict=True))
    rows = []
    for name, method, *typed in RANGES:
        if not typed:
            require(name in marked, f"does not mark a range for {name}", path)
            typed = [*marked[name], "binette2022", *MARKED["binette2022"]]
        rows.append([DATASETS.get(name, name), method, *typed])
    columns = ["dataset", "method", "lower", "upper", "source", "locator", "grade"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(software="headline range", interval="range of a study")


def check(part: pd.DataFrame, path: Path) -> None:
    """Stop at an estimate outside its interval: this catches columns that changed places."""
    part = part.reindex(columns=COLUMNS)
    outside = (part["total"] < part["lower"]) | (part["total"] > part["upper"])
    number = int(outside.sum())
    sentence = f"the number of estimates outside their interval is {number}; look at them"
    require(number == 0, sentence, path)
