"""Choices of a model, one step at a time or among all, and tables that are drawn."""

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import plain_statsmodels
from capture_tables import draws_of, of, table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    LogLinear,
    NoEstimateError,
    Stepwise,
    all_models,
    bootstrap,
    choice,
    design,
    enumeration,
    existence,
    fitting,
    hierarchy,
    pruning,
    screening,
    search_models,
    sweep,
)

KOSOVO, WESTERN = table("kosovo_1999_four_lists"), table("us_western_site_five_lists")
UK4, UK5 = table("uk_2013_four_lists"), table("uk_2013_five_lists")

# ------------------------------------------------------------------ one step at a time


def test_a_sweep_is_the_choice_at_each_threshold_and_a_path_holds_their_steps():
    thresholds = [0.0, 0.0005, *Stepwise(WESTERN, "aic").path()["p_value"], 1.0]
    one_by_one = [Stepwise(WESTERN, "aic", at).fit().total for at in thresholds]
    np.testing.assert_allclose(sweep(WESTERN, thresholds, "aic"), one_by_one, rtol=1e-9)
    path, steps = Stepwise(UK5).path(), Stepwise(UK5, threshold=0.02).fit().steps
    pd.testing.assert_frame_equal(path.iloc[: len(steps)], steps)
    assert (steps["p_value"] < 0.02).all() and path["p_value"][len(steps)] >= 0.02


def test_the_rule_overlap_is_sparsemse_written_out_on_sparse_tables():
    generator = np.random.default_rng(11)
    passed_over = 0
    for _ in range(8):
        counts = generator.poisson(0.35, size=15).astype(float)
        counts[[0, 1, 3, 7]] += generator.integers(5, 40, size=4)
        if not existence.exists(4, counts[None], np.zeros((1, 6), bool))[0]:
            continue
        flags = design.all_terms(4)[:, 1:5].astype(bool)
        ours = choice.choose("overlap", 4, counts, 0.4).models
        wanted = plain_statsmodels.sparsemse_total(flags, counts, 0.4)
        assert ours.total[0] == pytest.approx(wanted, rel=1e-6), counts
        one_more = ours.pairs | np.eye(6, dtype=bool)
        passed_over += not fitting.fit_models(4, counts, one_more).exists.all()
    assert passed_over > 2, "too few tables have a pair that the rule must pass over"


def test_each_step_by_a_criterion_is_the_best_of_a_plain_loop():
    for rule in ("aic", "bic"):
        chosen = []
        for step in Stepwise(KOSOVO, rule, order=3).fit().steps.itertuples():
            values = {}
            for name in hierarchy.names(KOSOVO, 3):
                model = LogLinear(KOSOVO, [*chosen, name])
                if name not in chosen and not model.completed:
                    try:
                        values[name] = getattr(model.fit(), rule)
                    except NoEstimateError:
                        continue
            assert step.pair == min(values, key=values.get)
            assert getattr(step, rule) == pytest.approx(values[step.pair])
            chosen.append(step.pair)
    assert Stepwise(KOSOVO, "bic").fit().triples == [], "pairs are the default"


def test_a_choice_for_many_tables_is_the_choice_for_each():
    draws = draws_of(WESTERN, 10, seed=2)
    for rule, order in itertools.product(("overlap", "aic", "bic"), (2, 3)):
        model = Stepwise(WESTERN, rule, order=order)
        alone = [model.totals(draw[None])[0] for draw in draws]
        np.testing.assert_allclose(model.totals(draws), alone, rtol=1e-8)


# ------------------------------------------------------------------ among all models


@cache
def every_model(lists, counts, order):
    """Every model of one table, fitted on its own; the frame has both criteria."""
    return all_models(CaptureHistories(lists, np.array(counts)), order).query("exists")


def by_loop(histories, counts, criterion, order):
    """The best model and the average for one table, every model fitted on its own."""
    frame = every_model(histories.lists, tuple(counts), order)
    weight = np.exp((frame[criterion].min() - frame[criterion]) / 2)
    weight /= weight.sum()
    best = frame[criterion].round(8).idxmin()
    averaged = (weight * frame["total"]).sum()
    return frame.loc[best, "total"], frame.loc[best, "terms"], weight[best], averaged


def test_a_choice_among_all_models_has_the_digits_of_a_plain_loop(subtests):
    for dataset, order in (("australia_2015_2017_four_lists", 3), ("kosovo_1999_four_lists", 3),
                           ("kosovo_1999_four_lists", 2)):  # fmt: skip
        tables = [*draws_of(table(dataset), 5), table(dataset).counts]
        for criterion in ("bic", "aic"):
            chosen = AllModels(table(dataset), criterion, order).choose(tables)
            for row, counts in zip(chosen.itertuples(), tables, strict=True):
                total, terms, weight, averaged = by_loop(table(dataset), counts, criterion, order)
                with subtests.test(dataset, criterion=criterion, order=order, counts=counts):
                    assert row.terms == terms
                    found = row.total, row.weight, row.averaged
                    near = np.array(
                        [1e-7] * 3 if order == 2 else [1e-7, 2e-3, 2e-3]
                    )  # models within 20 points
                    wanted = np.array([total, weight, averaged])
                    assert (abs(found - wanted) <= near * wanted).all()
            results = AllModels(
                table(dataset), criterion, order
            ).fit()  # of the table itself, the last
            assert "+".join(results.terms) == row.terms
            found = results.total, results.best.total
            assert found == pytest.approx((row.total, row.total), rel=1e-7)
            assert results.averaged == pytest.approx(row.averaged, rel=1e-7 if order == 2 else 2e-3)


# MultipleSystemsEstimation 1.2.0 (commit 4f09409d, GPL), its source files read into R 4.5.0 with
# lpSolve 5.6.23. Calls: z <- assemble_bic(x, maxorder = 2); z <- bootstrapcal(z, nboot = n,
# iseed = 1234), for x = UKdat_5 (n = 4) and NewOrl_5 (n = 12). A row is one of the tables that R
# drew, in the order of CaptureHistories, then the models that have an estimate, the pairs of that
# with the lowest bootbic, its bootabund, and the mean of bootabund with weights
# exp(-bootbic / 2). Numbers as format(x, digits = 12) printed them.
BY_R = [
    (
        "uk_2013_five_lists",
        "50 473 12 1003 22 61 0 695 2 14 1 72 0 2 1 318 0 0 0 7 0 0 0 11 0 0 0 0 0 0 0",
        1024, "LA:NG+LA:PFNCA+NG:GO+NG:GP+PFNCA:GP", 12761.217280571, 15573.454695074,
    ),
    (
        "uk_2013_five_lists",
        "50 466 16 1020 17 54 1 700 3 15 0 65 0 5 0 312 0 1 0 10 0 0 0 9 0 0 0 0 0 0 0",
        1024, "LA:NG+LA:PFNCA+NG:PFNCA+NG:GP+PFNCA:GO", 25393.054974806, 22560.805202902,
    ),
    (
        "new_orleans_five_lists",
        "24 16 1 74 0 4 0 33 5 5 0 1 0 0 0 19 0 4 0 0 0 0 0 0 0 0 0 0 0 0 0",
        1023, "A:C+C:D+C:H+D:H", 396.603936986, 1096.721243987,
    ),
    (
        "new_orleans_five_lists",
        "20 30 3 70 0 0 0 36 0 2 0 3 0 0 0 21 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
        960, "A:BEFG", 2157.4136553651, 2100.1209055398,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "drawn", [BY_R[0], *(pytest.param(each, marks=pytest.mark.slow) for each in BY_R[1:])]
)
def test_the_best_of_all_models_is_that_of_the_package_in_r(drawn):
    dataset, counts, estimates, pairs, total, averaged = drawn
    counts = np.array(counts.split(), dtype=float)
    row = AllModels(table(dataset), order=2).choose(counts).iloc[0]
    assert set(row["pairs"].split("+")) == set(pairs.split("+"))
    assert (row["total"], row["averaged"]) == pytest.approx((total, averaged), rel=1e-8)
    frame = all_models(CaptureHistories(table(dataset).lists, counts), order=2)
    assert frame["exists"].sum() == estimates


def test_a_model_without_an_estimate_is_never_chosen_and_has_no_weight():
    results = AllModels(table("artificial_three_lists")).fit()
    there = results.models["exists"]
    assert there.sum() == 4 and (results.models["weight"][~there] == 0).all()
    assert results.models["weight"].sum() == pytest.approx(1)
    model = AllModels(of({"A": 9, "B": 9, "C": 9, "A+B": 1, "B+C": 1}))
    tables = np.array([[5, 5, 0, 5, 0, 0, 0], [0] * 7, [9, 9, 1, 9, 0, 1, 0]])
    chosen = model.choose(tables)
    for column in ("total", "averaged"):
        assert np.isinf(chosen[column]).tolist() == [True, True, False]
    assert chosen["pairs"].isna().tolist() == [True, True, False]
    assert np.isnan(model.totals(tables)).tolist() == [True, True, False]


# ------------------------------------------------------------------ tables that are drawn


def test_a_bootstrap_draws_the_tables_of_its_seed():
    results = Stepwise(WESTERN).fit()
    for kind in bootstrap.KINDS:
        first, again, other = (
            results.bootstrap(kind, repeats=20, seed=s).totals for s in (4, 4, 5)
        )
        assert (first == again).all() and (first != other).any()
    drawn = AllModels(UK4).fit().bootstrap(repeats=20, seed=6).replicates
    pd.testing.assert_frame_equal(drawn, AllModels(UK4).choose(draws_of(UK4, 20, seed=6)))


def test_resampled_tables_without_an_estimate_are_counted_and_open_the_interval():
    histories = of({"A": 9, "B": 9, "C": 9, "A+B": 1, "B+C": 1})
    boot = LogLinear(histories).fit().bootstrap("bca", repeats=300)
    assert 10 < boot.without_estimate < 120
    assert boot.conf_int()[1] == np.inf
    results = LogLinear(of({"A": 9, "B": 9, "A+B": 1}, "AB")).fit()
    with pytest.raises(ValueError, match="no estimate without one of its cases"):
        results.conf_int(method="bca", repeats=200)
    assert results.conf_int(method="parametric", repeats=200)["upper"] == np.inf


def test_rounding_does_not_decide_which_totals_lie_below_the_estimate():
    one = LogLinear(of({"A": 6, "B": 7, "A+B": 5}, "AB")).fit().bootstrap(repeats=2000, seed=1)
    equal = np.isclose(one.totals, one.total, rtol=1e-9)
    assert equal.any(), "some tables are meant to have the estimate itself"
    strictly = stats.norm.ppf(((one.totals < one.total) & ~equal).mean())
    assert one.correction == pytest.approx(strictly, abs=1e-12)
    assert one.conf_int()[1] == pytest.approx(50, abs=0.5), "SparseMSE has 19.6 to 50"


@pytest.mark.slow
def test_the_number_of_jobs_changes_no_digit(monkeypatch):
    monkeypatch.setattr(screening, "TABLES_PER_TASK", 5)  # with one task, jobs would not matter
    of_all = AllModels(UK4).fit()
    one, two = (of_all.bootstrap(repeats=14, seed=4, jobs=jobs).replicates for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_model_that_is_left_out_lies_further_behind():
    sets = enumeration.sets_of_terms(WESTERN, 3)
    tables = draws_of(WESTERN, 2, seed=7)
    may = pruning.possible(5, sets, "bic", tables, 8.0)
    for row, counts in zip(may, tables, strict=True):
        bic = fitting.fit_models(5, counts, sets).criteria().bic
        near = bic <= bic.min() + 8
        assert near.sum() > 20 and not (near & ~row).any(), counts
        assert row.sum() < len(sets) / 4, "the bounds rule hardly any model out"


def test_a_search_finds_the_models_that_the_enumeration_finds(subtests):
    tables = [WESTERN.counts, *draws_of(WESTERN, 2, seed=3), *draws_of(UK5, 2, seed=3)]
    for order, counts in itertools.product((2, 3), tables):
        histories = CaptureHistories("ABCDE", counts)
        every = all_models(histories, order)
        near = every[every["bic"] <= every["bic"].min() + 4].set_index("terms")
        found = search_models(histories, order, within=4.0).set_index("terms")
        with subtests.test(order=order, counts=counts):
            assert len(found) > 3 and set(found.index) <= set(near.index)
            np.testing.assert_allclose(found["bic"], near.loc[found.index, "bic"], rtol=1e-9)
            # What the search leaves out has a term that changes no fit.
            overlap = histories.overlaps
            for terms in set(near.index) - set(found.index):
                triples = [term.split(":") for term in terms.split("+") if term.count(":") == 2]
                pairs = [":".join(p) for three in triples for p in itertools.combinations(three, 2)]
                assert (overlap[pairs] == 0).any(), terms


def test_the_best_model_of_six_lists_is_the_known_one():
    for dataset, total in (("uk_2013_six_lists", 12350),
                           ("netherlands_2010_2015_six_lists", 143603)):  # fmt: skip
        found = search_models(table(dataset))
        assert len(found) == 1 and found["total"][0] == pytest.approx(total, abs=0.5)


@pytest.mark.slow
def test_the_best_model_of_eight_lists_is_the_known_one():
    found = search_models(table("new_orleans_eight_lists"))
    assert found["total"][0] == pytest.approx(1184, abs=0.5)
