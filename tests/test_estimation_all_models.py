"""All models, chosen and averaged again for each table: against plain loops and the R package."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from capture_tables import draws_of, of, table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    LogLinear,
    all_models,
    enumeration,
    screening,
)

# ------------------------------------------------------------------ against plain loops


@cache
def every_model(lists, counts):
    """Every model of one table, fitted on its own; the frame has both criteria."""
    return all_models(CaptureHistories(lists, np.array(counts))).query("exists")


def by_loop(histories, counts, criterion):
    """The best model and the average for one table, every model fitted on its own."""
    frame = every_model(histories.lists, tuple(counts))
    weight = np.exp((frame[criterion].min() - frame[criterion]) / 2)
    weight /= weight.sum()
    best = frame[criterion].round(8).idxmin()
    averaged = (weight * frame["total"]).sum()
    return frame.loc[best, "total"], frame.loc[best, "pairs"], weight[best], averaged


def test_a_choice_among_all_models_has_the_digits_of_a_plain_loop(subtests):
    for dataset in ("australia_2015_2017_four_lists", "kosovo_1999_four_lists"):
        tables = draws_of(table(dataset), 8)
        for criterion in ("bic", "aic"):
            chosen = AllModels(table(dataset), criterion).choose(tables)
            for row, counts in zip(chosen.itertuples(), tables, strict=True):
                total, pairs, weight, averaged = by_loop(table(dataset), counts, criterion)
                with subtests.test(dataset, criterion=criterion, counts=counts):
                    assert row.pairs == pairs
                    assert row.total == pytest.approx(total, rel=1e-9)
                    assert row.weight == pytest.approx(weight, rel=1e-7)
                    assert row.averaged == pytest.approx(averaged, rel=1e-7)


def test_tables_of_other_sizes_and_other_empty_pairs_do_not_mislead_each_other(monkeypatch):
    histories = table("new_orleans_five_lists").merged(["D", "H"], "DH")
    monkeypatch.setattr(screening, "LEAST_WEIGHT", 0.999)  # a margin would hide a wrong bound
    shares = (histories.counts + 0.2) / (histories.counts + 0.2).sum()
    cases = np.repeat([60, 150, 185, 2000], 6)
    tables = np.random.default_rng(5).multinomial(cases, shares)
    several = histories.flags.sum(axis=1) > 1
    accepted = ((tables @ histories.flags) > 0).all(axis=1) & (tables[:, several].sum(axis=1) > 0)
    tables = tables[accepted]  # CaptureHistories, which the loop uses, refuses the others
    assert len(set(screening._kinds(4, tables))) > 6
    for row, counts in zip(AllModels(histories).choose(tables).itertuples(), tables, strict=True):
        total, pairs, *_ = by_loop(histories, counts, "bic")
        assert (row.pairs, row.total) == (pairs, pytest.approx(total, rel=1e-9)), counts


def test_a_choice_among_all_models_is_that_of_statsmodels():
    histories = table("uk_2013_four_lists")
    sets = enumeration.sets_of_pairs(histories)
    flags = histories.flags.astype(float)
    columns = [flags[:, i] * flags[:, j] for i in range(4) for j in range(i + 1, 4)]
    (counts,) = draws_of(histories, 1, seed=8)
    bic, totals = [], []
    for pairs in sets:
        terms = sm.add_constant(np.column_stack([flags, *np.array(columns)[pairs]]))
        fit = sm.GLM(counts, terms, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
        bic.append(np.log(counts.sum()) * terms.shape[1] - 2 * fit.llf)
        totals.append(counts.sum() + np.exp(fit.params[0]))
    weights = np.exp((min(bic) - np.array(bic)) / 2)
    row = AllModels(histories).choose(counts).iloc[0]
    assert row["total"] == pytest.approx(totals[np.argmin(bic)], rel=1e-7)
    assert row["averaged"] == pytest.approx(weights @ totals / weights.sum(), rel=1e-7)


def test_the_table_itself_is_chosen_for_as_any_other(subtests):
    for dataset in ("uk_2013_four_lists", "artificial_three_lists"):
        for criterion in ("bic", "aic"):
            histories = table(dataset)
            results = AllModels(histories, criterion).fit()
            row = AllModels(histories, criterion).choose(histories.counts).iloc[0]
            with subtests.test(dataset, criterion=criterion):
                assert row["pairs"] == "+".join(results.pairs)
                assert row["total"] == pytest.approx(results.total, rel=1e-9)
                assert row["averaged"] == pytest.approx(results.averaged, rel=1e-7)
                assert results.best.total == pytest.approx(results.total, rel=1e-9)


# ------------------------------------------------------------------ against R

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


def is_that_of_the_package_in_r(dataset, counts, estimates, pairs, total, averaged):
    """Compare what is chosen for a table that R drew with what R chose."""
    histories = table(dataset)
    counts = np.array(counts.split(), dtype=float)
    row = AllModels(histories).choose(counts).iloc[0]
    assert set(row["pairs"].split("+")) == set(pairs.split("+"))
    assert row["total"] == pytest.approx(total, rel=1e-8)
    assert row["averaged"] == pytest.approx(averaged, rel=1e-8)
    frame = all_models(CaptureHistories(histories.lists, counts))
    assert frame["exists"].sum() == estimates


def test_the_best_of_all_models_is_that_of_the_package_in_r():
    is_that_of_the_package_in_r(*BY_R[0])


@pytest.mark.slow
def test_the_best_of_all_models_is_that_of_the_package_in_r_for_other_tables(subtests):
    for drawn in BY_R[1:]:
        with subtests.test(drawn[1]):
            is_that_of_the_package_in_r(*drawn)


# ------------------------------------------------------------------ bounds


@pytest.mark.slow
def test_no_criterion_lies_below_its_bound_and_most_bounds_are_near(subtests):
    histories = table("uk_2013_five_lists")
    sets = enumeration.sets_of_pairs(histories)
    # the same pairs without a case, so that the tables are of one kind
    tables = [each for each in draws_of(histories, 40) if each[0b10001] and each[0b10010 - 1]]
    tables = np.array(tables[:8], dtype=float)
    assert len(tables) == 8 and len(set(screening._kinds(5, tables))) == 1
    for criterion in ("bic", "aic"):
        bounds = screening._Group.of(5, sets, criterion, tables).bounds()
        for row, counts in zip(bounds, tables, strict=True):
            frame = all_models(CaptureHistories(histories.lists, counts)).set_index("pairs")
            values = frame.loc[enumeration.names_of_sets(histories), criterion].to_numpy()
            with subtests.test(criterion):
                assert (row <= values + 1e-8).all()
                assert np.median(values - row) < 5, "a bound so far off leaves no model out"


# ------------------------------------------------------------------ no estimate, ties


def test_a_model_without_an_estimate_is_never_chosen_and_has_no_weight():
    results = AllModels(table("artificial_three_lists")).fit()
    there = results.models["exists"]
    assert there.sum() == 4 and (results.models["weight"][~there] == 0).all()
    assert results.models["weight"].sum() == pytest.approx(1)
    assert "A:B" not in results.pairs
    assert re.search(r"Without estimate +4\n", results.summary().as_text())


def test_a_table_for_which_no_model_has_an_estimate_has_infinite_totals():
    model = AllModels(of({"A": 9, "B": 9, "C": 9, "A+B": 1, "B+C": 1}))
    tables = np.array([[5, 5, 0, 5, 0, 0, 0], [0] * 7, [9, 9, 1, 9, 0, 1, 0]])
    chosen = model.choose(tables)
    assert np.isinf(chosen["total"]).tolist() == [True, True, False]
    assert np.isinf(chosen["averaged"]).tolist() == [True, True, False]
    assert chosen["pairs"].isna().tolist() == [True, True, False]
    assert np.isnan(model.totals(tables)).tolist() == [True, True, False]
    drawn = model.fit().bootstrap(repeats=300)
    assert 10 < drawn.without_estimate < 120
    assert np.isinf(drawn.conf_int()["upper"]).all()
    assert np.isfinite(drawn.conf_int(0.9)["upper"]).all()


def test_of_models_that_are_equal_the_first_is_chosen():
    # B and C can be exchanged, and so can the models with A:B and with A:C
    histories = of({"A": 6, "B": 38, "C": 38, "A+B+C": 3})
    frame = all_models(histories).set_index("pairs")
    assert frame.loc["A:B", "bic"] == pytest.approx(frame.loc["A:C", "bic"], abs=1e-9)
    assert frame["bic"].round(8).idxmin() == "A:B", "the table no longer puts a tie to the test"
    copies = AllModels(histories).choose(np.tile(histories.counts, (50, 1)))
    assert (copies["pairs"] == "A:B").all()


# ------------------------------------------------------------------ resampling


@pytest.mark.slow
def test_a_bootstrap_has_the_same_digits_for_one_and_two_jobs_and_the_same_seed(monkeypatch):
    monkeypatch.setattr(screening, "TABLES_PER_TASK", 5)  # with one task, jobs would not matter
    results = AllModels(table("uk_2013_four_lists")).fit()
    one = results.bootstrap(repeats=14, seed=4, jobs=1).replicates
    pd.testing.assert_frame_equal(
        one, results.bootstrap(repeats=14, seed=4, jobs=2).replicates, check_exact=True
    )
    other = results.bootstrap(repeats=5, seed=5).replicates
    assert (one["total"][:5] != other["total"]).any()


def test_the_tables_are_those_that_the_method_bca_draws():
    histories = table("uk_2013_four_lists")
    drawn = AllModels(histories).fit().bootstrap(repeats=20, seed=6).replicates
    again = AllModels(histories).choose(draws_of(histories, 20, seed=6))
    pd.testing.assert_frame_equal(drawn, again)
    given = LogLinear(histories).fit().bootstrap("bca", repeats=20, seed=6).totals
    by_hand = LogLinear(histories).totals(draws_of(histories, 20, seed=6))
    np.testing.assert_allclose(given, by_hand, rtol=1e-12)


def test_a_summary_shows_both_totals_and_intervals_only_where_tables_were_drawn():
    results = AllModels(table("uk_2013_four_lists"), "aic").fit()
    text = results.summary().as_text()
    for shown in ("Total, best model", "Total, averaged", "AIC", "takes it for true"):
        assert shown in text
    assert "bootstrap interval" not in text
    with_limits = results.summary(results.bootstrap(repeats=20), alpha=0.2).as_text()
    assert with_limits.count("80% bootstrap interval") == 2


def test_options_and_tables_that_cannot_be_used_are_refused(subtests):
    histories = table("uk_2013_four_lists")
    model, results = AllModels(histories), AllModels(histories).fit()
    for said, call in {
        "alpha = 95: give a number between 0 and 1": lambda: results.conf_int(alpha=95),
        "repeats = 0: at least one table must be drawn": lambda: results.conf_int(repeats=0),
        "there is no criterion 'p'; use one of bic, aic": lambda: AllModels(histories, "p"),
        "8 lists have 2**28 models": lambda: AllModels(table("new_orleans_eight_lists")),
        "have the shape (1, 3)": lambda: model.choose([[1, 2, 3]]),
        "is negative": lambda: model.totals(-np.ones((1, 15))),
    }.items():
        with subtests.test(said), pytest.raises(ValueError, match=re.escape(said)):
            call()
