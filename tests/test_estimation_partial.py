"""Lists that did not run in some strata, beside statsmodels, an optimizer and known populations."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    PartialLists,
    Population,
    Stratified,
)

RAN = {"2015": ["A", "B"], "2016": ["A", "B", "C"]}
COUNTS = {"2015": [70, 60, 30], "2016": [60, 50, 28, 40, 10, 9, 6]}


def without_c(counts):
    """Return the counts of A and B of tables of A, B and C, shape (..., 7) to (..., 3)."""
    counts = np.asarray(counts)
    return counts[..., [0, 1, 2]] + counts[..., [4, 5, 6]]


def test_where_all_lists_ran_it_is_the_table_of_all_or_each_table_alone():
    kosovo = table("kosovo_1999_four_lists")
    half = np.floor(kosovo.counts / 3)
    both = {"early": half, "late": kosovo.counts - half}
    strata = PartialLists(dict.fromkeys(both, kosovo.lists), both)
    terms = ["EXH:OSCE", "ABA:HRW"]
    whole = LogLinear(kosovo, terms).fit()
    shared = strata.fit(terms)
    assert shared.total == pytest.approx(whole.total)
    tables = {name: CaptureHistories(kosovo.lists, counts) for name, counts in both.items()}
    apart = Stratified(tables, lambda one: LogLinear(one, terms)).fit()
    varying = strata.fit(terms, varying=[*kosovo.lists, *terms])
    assert varying.hidden.tolist() == pytest.approx(apart.to_frame()["hidden"].tolist())
    each = [results.bse["const"] for results in apart.results.values()]
    assert varying.bse["const"].tolist() == pytest.approx(each)
    assert varying.deviance == pytest.approx(sum(r.deviance for r in apart.results.values()))


def test_without_ties_to_the_list_that_was_away_it_is_a_model_of_the_possible_cells():
    results = PartialLists(RAN, COUNTS).fit(["A:B"])
    a, b = [1, 0, 1, 1, 0, 1, 0, 1, 0, 1], [0, 1, 1, 0, 1, 1, 0, 0, 1, 1]
    c, late = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    terms = pd.DataFrame({"A": a, "B": b, "C": c, "early": 1 - np.array(late), "late": late})
    terms["A:B"] = terms["A"] * terms["B"]
    counts = [*COUNTS["2015"], *COUNTS["2016"]]
    glm = sm.GLM(counts, terms.astype(float), family=sm.families.Poisson()).fit(tol=1e-12)
    assert results.hidden.tolist() == pytest.approx(np.exp(glm.params[["early", "late"]]).tolist())
    shared = results.params.xs("", level="stratum")
    assert shared.tolist() == pytest.approx(glm.params[["A", "B", "C", "A:B"]].tolist())
    assert results.deviance == pytest.approx(glm.deviance) and results.df_resid == glm.df_resid
    pair = sm.GLM(counts, terms.astype(float), family=sm.families.Poisson()).fit().cov_params()
    hidden = results.hidden.to_numpy()
    error = hidden @ pair.loc[["early", "late"], ["early", "late"]].to_numpy() @ hidden
    assert results.bse_total == pytest.approx(np.sqrt(hidden.sum() + error), rel=1e-5)


def test_a_tie_to_the_list_that_was_away_gives_the_size_of_each_year():
    counts = np.round(Population(10**7, [0.3, 0.2, 0.25], {(0, 2): 3}).probabilities() * 1e7)
    ran = {"2014": ["A"], **RAN}
    one = {"2014": [counts[[0, 2, 4, 6]].sum()], "2015": without_c(counts) / 2, "2016": counts}
    one["2015"] = np.round(one["2015"])
    totals = PartialLists(ran, one).fit(["A:C"]).to_frame()["total"]
    assert totals.tolist() == pytest.approx([1e7, 5e6, 1e7], rel=1e-5)
    on = np.vstack([[[1, 0, 0], [0, 1, 0], [1, 1, 0]], of(SMALL).flags]).astype(float)
    late = np.arange(10) > 2
    terms = np.column_stack([~late, late, on, on[:, 0] * on[:, 2]]).astype(float)
    cells = np.concatenate([one["2015"], counts])
    apart = sm.GLM(cells, terms, family=sm.families.Poisson()).fit()  # A as if nobody was on C
    assert abs((np.exp(apart.params[0]) + one["2015"].sum()) / 5e6 - 1) > 0.02


def test_the_estimate_is_the_maximum_that_a_general_optimizer_finds():
    results = PartialLists(RAN, COUNTS).fit(["A:C", "B:C"])

    def lack(x):
        early, late, a, b, c, ac, bc = x
        logs = np.array([a, b, a + b, c, a + c + ac, b + c + bc, a + b + c + ac + bc])
        means = np.concatenate([np.exp(early) * without_c(np.exp(logs)), np.exp(late + logs)])
        return means.sum() - np.array([*COUNTS["2015"], *COUNTS["2016"]]) @ np.log(means)

    start = np.array([5, 5, -1, -1, -1, 0, 0.0])
    found = optimize.minimize(lack, start, method="BFGS", options={"gtol": 1e-8})
    assert results.params.to_numpy() == pytest.approx(found.x, abs=1e-4)
    early = np.exp(found.x[0]) * (1 + np.exp(found.x[4]))
    assert results.hidden["2015"] == pytest.approx(early, rel=1e-4)


@pytest.mark.parametrize("method", ["wald", "parametric"])
def test_the_interval_holds_a_known_total(method):
    draws = {"2015": Population(800, [0.3, 0.3]), "2016": Population(900, [0.3, 0.3, 0.25])}
    tables = [each.tables(150, seed=at) for at, each in enumerate(draws.values())]
    held = []
    for early, late in zip(*tables, strict=True):
        results = PartialLists(RAN, {"2015": early, "2016": late}).fit()
        lower, upper = results.conf_int(
            method=method, **({"repeats": 99} if method != "wald" else {})
        )
        held.append(lower <= 1700 <= upper)
    assert 0.89 <= np.mean(held) <= 0.99


def test_an_empty_overlap_is_minus_infinity_and_a_frame_is_read():
    cells = SMALL | {"A+B": 0, "A+B+C": 0}
    alone = LogLinear(of(cells), ["A:B"]).fit()
    rows = [("x", history, cases) for history, cases in cells.items()]
    frame = pd.DataFrame(rows, columns=["year", "history", "cases"])
    results = PartialLists.from_frame(frame, {"x": "ABC"}, by="year").fit(["A:B"])
    assert results.total == pytest.approx(alone.total)
    assert results.params["A:B"].tolist() == [-np.inf]
    assert results.bic == pytest.approx(alone.bic)


REFUSED = [
    (
        "ran together in no stratum",
        lambda: PartialLists({"1": "AB", "2": "BC"}, {"1": [5, 5, 3], "2": [5, 5, 3]}).fit(["A:C"]),
    ),
    ("give both for each", lambda: PartialLists(RAN, {"2015": [1, 2, 3]})),
    ("3 histories, and there are 2", lambda: PartialLists({"1": "AB"}, {"1": [1, 2]})),
    ("write 0, 1, 2", lambda: PartialLists({"1": "AB"}, {"1": [1, -2, 3]})),
    ("shared|share", lambda: PartialLists({"1": "AB"}, {"1": [1, 2, 0]})),
    ("once", lambda: PartialLists({"1": "AA"}, {"1": [1, 2, 0]})),
    ("does not join", lambda: PartialLists(RAN, COUNTS).fit(["A:D"])),
    ("among the terms", lambda: PartialLists(RAN, COUNTS).fit(varying=["A:B"])),
    ("all of them vary, or none", lambda: PartialLists(RAN, COUNTS).fit(["A:C"], varying=["C"])),
    (
        "did not run there",
        lambda: PartialLists.from_frame(
            pd.DataFrame({"y": ["1"], "history": ["A+C"], "cases": [3]}), {"1": "AB"}, by="y"
        ),
    ),
    (
        "add them up",
        lambda: PartialLists.from_frame(
            pd.DataFrame({"y": [1, 1], "history": ["A"] * 2, "cases": [3, 4]}), {1: "AB"}, by="y"
        ),
    ),
    ("no column year", lambda: PartialLists.from_frame(pd.DataFrame(), RAN, by="year")),
]


@pytest.mark.parametrize(("what", "call"), REFUSED)
def test_what_cannot_be_estimated_is_refused_with_a_remedy(what, call):
    with pytest.raises(HistoryError, match=what):
        call()


def test_a_stratum_that_stands_alone_with_one_list_has_no_estimate():
    strata = PartialLists({"1": "A", "2": "AB"}, {"1": [30], "2": [20, 20, 8]})
    assert strata.fit().hidden["1"] == pytest.approx(30 * 20 / 8)
    with pytest.raises(NoEstimateError, match="Let fewer terms vary"):
        strata.fit(varying=["A"])
    with pytest.raises(NoEstimateError):
        PartialLists({"1": "AB", "2": "AB"}, {"1": [9, 9, 3], "2": [9, 9, 0]}).fit(varying="AB")
