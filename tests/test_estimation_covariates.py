"""Chances that depend on covariates, beside strata, an optimizer and known populations."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special

from capture_tables import SMALL, of, one_row_a_case
from decentwork.estimation import (
    CaptureHistories,
    Covariates,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Stratified,
)

CELLS = {
    "women": {"A": 40, "B": 30, "C": 20, "A+B": 16, "B+C": 9, "A+C": 8, "A+B+C": 5},
    "men": {"A": 90, "B": 10, "C": 30, "A+B": 6, "B+C": 4, "A+C": 12, "A+B+C": 2},
}
FRAME = pd.concat([one_row_a_case(cells).assign(sex=sex) for sex, cells in CELLS.items()])


def people(size, seed):
    """Return those of some people who are listed; the young are seen more by both lists."""
    draws = np.random.default_rng(seed)
    age = draws.uniform(-1, 1, size)
    on = draws.random((size, 2)) < special.expit(np.column_stack([-0.5 - 1.5 * age, -0.8 - age]))
    return pd.DataFrame(on, columns=["A", "B"]).assign(age=age)[on.any(axis=1)]


def test_without_covariates_it_is_independence_to_the_digit():
    for histories in (of(SMALL), CaptureHistories("AB", [160, 110, 40])):
        rows = np.repeat(histories.flags, histories.counts.astype(int), axis=0)
        frame = pd.DataFrame(rows, columns=histories.lists)
        results = Covariates(frame, lists=histories.lists).fit()
        plain = LogLinear(histories).fit()
        assert results.total == pytest.approx(plain.total)
        assert results.bse_total == pytest.approx(plain.bse_total)


def test_a_covariate_of_two_values_is_two_strata():
    results = Covariates(FRAME, lists=list("ABC"), covariates=["sex"]).fit()
    tables = {sex: of(cells) for sex, cells in CELLS.items()}
    apart = Stratified(tables, LogLinear).fit()
    assert results.total == pytest.approx(apart.total)
    by = results.by("sex").set_index("sex")
    assert by["total"].sum() == pytest.approx(results.total)
    for sex, each in apart.results.items():
        assert by["total"][sex] == pytest.approx(each.total)
    errors = [each.bse_total for each in apart.results.values()]
    assert results.bse_total == pytest.approx(np.hypot(*errors))
    assert (
        results.hidden
        > LogLinear(CaptureHistories("ABC", sum(table.counts for table in tables.values())))
        .fit()
        .hidden
    )


@pytest.mark.parametrize("shared", [[], ["age"]])
def test_the_estimate_is_the_maximum_that_a_general_optimizer_finds(shared):
    frame = people(400, seed=2).assign(age=lambda each: 40 + 20 * each["age"])
    results = Covariates(frame, lists=["A", "B"], covariates=["age"], shared=shared).fit()
    age, on = (frame["age"] - 40) / 20, frame[["A", "B"]].to_numpy()

    def lack(x):
        slopes = [x[2], x[2] if shared else x[3]]
        chance = special.expit(np.column_stack([x[j] + slopes[j] * age for j in (0, 1)]))
        some = 1 - (1 - chance).prod(axis=1)
        return -np.log(np.where(on, chance, 1 - chance)).sum() + np.log(some).sum()

    found = optimize.minimize(lack, np.zeros(3 if shared else 4), method="BFGS", tol=1e-9)
    assert results.llf == pytest.approx(-found.fun)
    slopes = results.params["age"].to_numpy()
    assert slopes * 20 == pytest.approx(found.x[2:], abs=1e-3)
    errors = results.bse["age"].to_numpy()
    hessian = optimize.approx_fprime(found.x, lambda x: optimize.approx_fprime(x, lack, 1e-5), 1e-4)
    assert errors * 20 == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian)))[2:], rel=0.02)


def test_a_known_number_of_people_is_found_and_independence_is_too_low():
    size, totals, errors, held, plain = 1500, [], [], [], []
    for seed in range(150):
        frame = people(size, seed)
        results = Covariates(frame, lists=["A", "B"], covariates=["age"]).fit()
        lower, upper = results.conf_int()
        totals.append(results.total)
        errors.append(results.bse_total)
        held.append(lower <= size <= upper)
        plain.append(LogLinear(CaptureHistories.from_cases(frame[["A", "B"]])).fit().total)
    assert np.median(totals) == pytest.approx(size, rel=0.015)
    assert np.median(plain) < 0.9 * size
    assert np.median(errors) == pytest.approx(np.std(totals), rel=0.15)
    assert 0.89 <= np.mean(held) <= 0.99


def test_values_of_texts_have_names_and_totals_by_another_column_add_up():
    frame = FRAME.assign(place=np.arange(len(FRAME)) % 3, paid=np.arange(len(FRAME)) % 2 == 0)
    results = Covariates(
        frame, lists=list("ABC"), covariates=["sex", "paid"], shared=["paid"]
    ).fit()
    assert ("sex: women", "A") in results.params.index
    assert ("paid: True", "") in results.params.index
    assert results.by("place")["total"].sum() == pytest.approx(results.total)
    assert results.chances.between(0, 1).all() and len(results.chances) == len(frame)


def test_what_cannot_be_estimated_is_refused_with_a_remedy():
    def refuse(frame=FRAME, **options):
        return Covariates(frame, **{"lists": list("ABC"), "covariates": ["sex"]} | options)

    for what, call in [
        ("two lists or more", lambda: refuse(lists=["A"])),
        ("no covariate", lambda: refuse(shared=["age"])),
        ("no column age", lambda: refuse(covariates=["age"])),
        ("row 1: the covariate is missing", lambda: refuse(FRAME.assign(sex=np.nan))),
        ("on no list", lambda: refuse(FRAME.assign(A=0, B=0, C=0))),
        ("no column place", lambda: refuse().fit().by("place")),
    ]:
        with pytest.raises(HistoryError, match=what):
            call()
    with pytest.raises(NoEstimateError, match="Take it out"):
        refuse(FRAME.assign(one=1.0), covariates=["one"]).fit()
    apart = pd.DataFrame({"A": [1, 1, 0, 1, 0] * 4, "B": [1, 0, 1, 0, 1] * 4, "x": [*"aaabb"] * 4})
    with pytest.raises(NoEstimateError, match="runs off"):
        Covariates(apart, lists=["A", "B"], covariates=["x"]).fit()
