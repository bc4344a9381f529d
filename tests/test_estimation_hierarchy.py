"""Models with terms of three lists: their names, when they have an estimate, and R's numbers.

Reference values: R 4.5.0 with the package Rcapture 1.4-4 (CRAN mirror, commit b536c82), each with
its call, for tables of capture-histories in the order of its lists.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import plain_statsmodels
from capture_tables import table
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Stepwise,
    design,
    existence,
    fitting,
    hierarchy,
)

KOSOVO = "kosovo_1999_four_lists"
UK = "uk_2013_five_lists"


def terms_of(lists, generators):
    """Terms of Rcapture's notation, as "123" for lists 1, 2 and 3, by the names of the lists."""
    names = [":".join(lists[int(i) - 1] for i in each) for each in generators.split(",")]
    return [name for name in names if ":" in name]


# ------------------------------------------------------------------ names and hierarchy


def test_three_lists_bring_their_pairs_and_the_summary_says_so():
    model = LogLinear(table(KOSOVO), ["OSCE:EXH", "HRW:OSCE:EXH"])
    assert model.pairs == ["EXH:OSCE", "EXH:HRW", "OSCE:HRW"]
    assert model.triples == ["EXH:OSCE:HRW"]
    assert model.completed == ["EXH:HRW", "OSCE:HRW"]
    results = model.fit()
    assert (results.pairs, results.triples) == (model.pairs, model.triples)
    assert results.params.index[-1] == "EXH:OSCE:HRW"
    note = "Terms of three lists bring pairs that were not named: EXH:HRW, OSCE:HRW."
    assert note in str(results.summary())


def test_terms_and_orders_that_cannot_be_used_are_refused():
    for term in ("EXH:ABA:XYZ", "EXH:ABA:EXH", "EXH:ABA:OSCE:HRW", "EXH", "::"):
        with pytest.raises(HistoryError, match=f"'{term}' is not a pair of lists"):
            LogLinear(table(KOSOVO), ["EXH:ABA", term])
    with pytest.raises(ValueError, match="order = 4: give 2 for terms of two lists, or 3"):
        Stepwise(table(KOSOVO), order=4)


# ------------------------------------------------------------------ against plain loops


def hierarchical_models(lists):
    """All models with terms of up to three lists that are hierarchical, shape (m, q + t)."""
    place = {group: number for number, group in enumerate(hierarchy.groups(lists, 3))}
    triples = [group for group in place if len(group) == 3]
    found = []
    for number in range(2 ** len(triples)):
        chosen = [group for i, group in enumerate(triples) if number >> i & 1]
        needed = {pair for group in chosen for pair in itertools.combinations(group, 2)}
        free = [group for group in place if len(group) == 2 and group not in needed]
        for size in range(len(free) + 1):
            for more in itertools.combinations(free, size):
                row = np.zeros(len(place), dtype=bool)
                row[[place[group] for group in (*chosen, *needed, *more)]] = True
                found.append(row)
    return np.array(found)


def plain_design(lists, counts, terms):
    """Fitted cells and the matrix of a model, from sets of lists, without the package's arrays.

    A term whose lists share no case goes, and so do all cells that name its lists.
    """
    groups = [(i,) for i in range(lists)]
    groups += [group for group, on in zip(hierarchy.groups(lists, 3), terms, strict=True) if on]
    cells = [frozenset(i for i in range(lists) if n >> i & 1) for n in range(1, 2**lists)]
    cases = dict(zip(cells, counts, strict=True))
    empty = [g for g in groups if not sum(cases[cell] for cell in cells if cell >= set(g))]
    kept = [cell for cell in cells if not any(cell >= set(group) for group in empty)]
    columns = [(), *(group for group in groups if group not in empty)]
    matrix = np.array([[float(cell >= set(group)) for group in columns] for cell in kept])
    return np.array([cases[cell] for cell in kept]), matrix.reshape(len(kept), len(columns))


def test_a_model_is_identified_and_exists_as_the_linear_program_of_sparsemse_says():
    for lists, models in ((3, 9), (4, 113)):
        every = hierarchical_models(lists)
        assert len(every) == models  # 4 lists: as many as Rcapture's closedpMS.t(maxorder = 3) fits
        rng, seen = np.random.default_rng(5), set()
        for _ in range(80):
            terms = every[rng.integers(len(every))]
            counts = rng.poisson(rng.choice([0.3, 1, 4]), size=2**lists - 1).astype(float)
            kept, matrix = plain_design(lists, counts, terms)
            told_apart = bool(np.linalg.matrix_rank(matrix) == matrix.shape[1])
            there = plain_statsmodels.exists(matrix, kept)
            model = design.specify(lists, counts, terms)
            assert model.identified[0] == told_apart, (counts, terms)
            assert (model.cells[0].sum(), model.terms[0].sum()) == matrix.shape, (counts, terms)
            assert existence.exists(lists, counts, terms) == there, (counts, terms)
            assert fitting.fit_models(lists, counts, terms).exists[0] == there, (counts, terms)
            seen.add((terms[lists * (lists - 1) // 2 :].any(), told_apart, there))
        expected = {(False, True, True), (False, True, False), (True, False, False)}
        if lists > 3:  # of three, all three together with their pairs leave nothing to estimate
            expected |= {(True, True, True), (True, True, False)}
        assert seen >= expected


def test_models_of_one_table_fit_the_sums_of_all_their_terms():
    """Newton's fits with three-list terms solve the equations of maximum likelihood."""
    counts, every = table(KOSOVO).counts, hierarchical_models(4)
    fits = fitting.fit_models(4, counts, every)
    assert fits.exists.all()
    sums = design.all_terms(4, 3)
    for row, terms in enumerate(every):
        chosen = np.concatenate([np.ones(5, dtype=bool), terms])
        assert fits.fitted[row] @ sums[:, chosen] == pytest.approx(counts @ sums[:, chosen])


def test_models_without_an_estimate_say_why():
    with pytest.raises(NoEstimateError, match=r"A:B:C has a term for every history that may hold"):
        LogLinear(CaptureHistories("ABC", np.full(7, 9)), ["A:B:C"]).fit()
    counts = pd.Series(5.0, CaptureHistories("ABCD", np.full(15, 5)).names)
    counts[["A+B+C", "D"]] = 0
    model = LogLinear(
        CaptureHistories("ABCD", counts.to_numpy()), ["A:B:C", "A:B:D", "A:C:D", "B:C:D"]
    )
    with pytest.raises(NoEstimateError, match=r"sums of its lists and terms nobody can have the"):
        model.fit()


# ------------------------------------------------------------------ as R

# closedpMS.t(X, dfreq = TRUE, maxorder = 3)$results: abundance, stderr, deviance, df, AIC, BIC
RCAPTURE = {
    (KOSOVO, "123,14,34"): (10356.518957, 785.9022242, 9.322670016, 4, 132.7466747, 203.0296328),
    (KOSOVO, "123,134"): (12740.967742, 1600.7132155, 1.017054418, 3, 126.4410591, 203.1133770),
    (KOSOVO, "134,12,23"): (18393.306115, 1738.8296133, 10.250319243, 4, 133.674324, 203.957282),
    (KOSOVO, "123,134,24"): (12840.705109, 2018.4592969, 1.010124602, 2, 128.4341293, 211.4958070),
    (KOSOVO, "124,13"): (7374.064516, 209.0073852, 220.031104042, 5, 341.4551088, 405.3487070),
    ("uk_2013_four_lists", "123,34"): (
        18719.260870, 3525.7800750, 5.910078376, 5, 95.39870984, 153.3469414,
    ),
    ("uk_2013_four_lists", "234,12"): (
        6809.363636, 1114.9819554, 12.728847995, 5, 102.21747945, 160.1657110,
    ),
}  # fmt: skip


def test_a_model_is_as_rcapture_fits_it(subtests):
    for (dataset, generators), printed in RCAPTURE.items():
        histories = table(dataset)
        results = LogLinear(histories, terms_of(histories.lists, generators)).fit()
        total, error, deviance, df, aic, bic = printed
        with subtests.test(dataset, generators=generators):
            assert results.total == pytest.approx(total, rel=1e-7)
            assert results.bse_total == pytest.approx(error, rel=1e-6)
            assert results.deviance == pytest.approx(deviance, abs=1e-6)
            assert results.df_resid == df
            assert (results.aic, results.bic) == pytest.approx((aic, bic), abs=1e-6)


def test_all_models_with_three_list_terms_are_as_rcapture_fits_them():
    """The sums of abundance and deviance of the 49 models of closedpMS.t with such a term."""
    histories = table(KOSOVO)
    every = hierarchical_models(4)
    some = every[every[:, 6:].any(axis=1)]
    fits = fitting.fit_models(4, histories.counts, some)
    deviances = 2 * stats.poisson.logpmf(histories.counts, histories.counts).sum()
    deviances = deviances - 2 * fits.criteria().log_likelihood
    assert len(some) == 49
    assert fits.total.sum() == pytest.approx(527203.433, abs=0.001)
    assert deviances.sum() == pytest.approx(4065.188264, abs=1e-5)


def test_the_multinomial_interval_is_that_of_rcapture():
    """closedpCI.t(X, dfreq = TRUE, mX = "[123,134]")"""
    histories = table(KOSOVO)
    results = LogLinear(histories, terms_of(histories.lists, "123,134")).fit()
    assert results.total_multinomial == pytest.approx(12687.99889, abs=0.005)
    limits = results.conf_int(method="multinomial")
    assert tuple(limits) == pytest.approx((10184.30848, 16703.40523), abs=0.05)


def test_estimates_are_those_of_glm():
    """glm(Y ~ A*B*C + D + E + B:D, poisson, control = glm.control(epsilon = 1e-14)); confint"""
    results = LogLinear(table(UK), ["LA:NG:PFNCA", "NG:GO"]).fit()
    assert results.total == pytest.approx(17778.40173, abs=1e-4)
    last, error = results.params["LA:NG:PFNCA"], results.bse["LA:NG:PFNCA"]
    assert (last, error) == pytest.approx((-1.68757693373, 0.8131949310), abs=1e-8)
    assert results.deviance == pytest.approx(50.30861097, abs=1e-7)
    assert results.aic == pytest.approx(159.5558581, abs=1e-6)
    limits = results.conf_int(method="profile")
    assert tuple(limits) == pytest.approx((14959.91086, 21450.78816), abs=0.5)  # R interpolates


def test_three_lists_without_a_shared_case_go_to_minus_infinity():
    """glm(Y ~ B*C*E + A + D): 12473.3925, deviance 72.44824683, AIC 179.6955.

    Without the four cells of B, C and E, R's degrees of freedom are 18.
    """
    histories = table(UK)
    results = LogLinear(histories, ["NG:PFNCA:GP"]).fit()
    assert results.params["NG:PFNCA:GP"] == -np.inf
    assert results.total == pytest.approx(12473.3924977, abs=1e-4)
    assert results.deviance == pytest.approx(72.44824683, abs=1e-7)
    assert results.aic == pytest.approx(179.6955, abs=1e-4)
    assert (results.df_resid, results.df_resid_all_cells) == (18, 21)
    cells = [name for name in histories.names if {"NG", "PFNCA", "GP"} <= set(name.split("+"))]
    assert (results.fittedvalues[cells] == 0).all()


# ------------------------------------------------------------------ stepwise choice


def test_stepwise_by_bic_finds_the_best_of_all_113_models_of_rcapture():
    results = Stepwise(table(KOSOVO), "bic", order=3).fit()
    assert results.total == pytest.approx(RCAPTURE[KOSOVO, "123,14,34"][0], rel=1e-7)
    assert results.triples == ["EXH:ABA:OSCE"]
    assert Stepwise(table(KOSOVO), "bic").fit().triples == [], "pairs are the default"
    lower, upper = results.conf_int(method="bca", repeats=100)
    narrow = results.conf_int()
    assert lower < narrow["lower"] < results.total < narrow["upper"] < upper, "not chosen again"


def test_each_step_by_a_criterion_is_the_best_of_a_plain_loop():
    for rule in ("aic", "bic"):
        histories, chosen = table(KOSOVO), []
        for step in Stepwise(histories, rule, order=3).fit().steps.itertuples():
            values = {}
            for name in hierarchy.names(histories, 3):
                model = LogLinear(histories, [*chosen, name])
                if name not in chosen and not model.completed:
                    try:
                        values[name] = getattr(model.fit(), rule)
                    except NoEstimateError:
                        continue
            assert step.pair == min(values, key=values.get)
            assert getattr(step, rule) == pytest.approx(values[step.pair])
            chosen.append(step.pair)


def test_the_overlap_of_three_lists_is_compared_with_what_the_model_expects():
    histories = table(KOSOVO)
    steps = Stepwise(histories, order=3).path()
    at = int(np.flatnonzero(steps["pair"].str.count(":") == 2)[0])
    before, name = steps["pair"].tolist()[:at], steps["pair"][at]
    fitted = LogLinear(histories, before).fit().fittedvalues
    cells = [cell for cell in histories.names if set(name.split(":")) <= set(cell.split("+"))]
    shared = pd.Series(histories.counts, histories.names)[cells].sum()
    tail = stats.poisson(fitted[cells].sum())
    expected = min(tail.cdf(shared), tail.sf(shared - 1))
    assert steps["p_value"][at] == pytest.approx(expected, rel=1e-6)


def test_no_three_lists_are_added_before_their_pairs(subtests):
    for rule in ("overlap", "aic", "bic"):
        for dataset in (KOSOVO, UK, "netherlands_2010_2015_six_lists"):
            path = Stepwise(table(dataset), rule, order=3).path()["pair"].tolist()
            for place, term in enumerate(path):
                if term.count(":") == 2:
                    pairs = itertools.combinations(term.split(":"), 2)
                    with subtests.test(dataset, rule=rule, term=term):
                        assert {":".join(pair) for pair in pairs} <= set(path[:place])
