"""Each interval against a closed form, or against a second program (`plain_statsmodels`)."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import plain_statsmodels as plain
from capture_tables import table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    DecomposableGraphs,
    LogLinear,
    Population,
    Stratified,
    bootstrap,
    goodness_of_fit,
    study,
)

ALPHAS = (0.05, 0.3)
"""Two levels: a fixed quantile, or one of the wrong tail, agrees with one level at most."""
MODELS = {
    "kosovo_1999_four_lists": ["EXH:ABA", "ABA:OSCE", "EXH:HRW"],
    "australia_2015_2017_four_lists": ["B:C", "B:D", "A:B"],
}


def by_number(histories, pairs):
    """The table and its model as `plain_statsmodels` takes them."""
    place = {name: number for number, name in enumerate(histories.lists)}
    numbers = [tuple(place[name] for name in pair.split(":")) for pair in pairs]
    return histories.flags, histories.counts, numbers


def fitted():
    """Each model, fitted, and the same for the second program, with a level of its own."""
    models = [*MODELS.items(), ("uk_2013_five_lists", ["LA:NG", "LA:GP"])]  # LA:GP has no case
    for (dataset, pairs), alpha in zip(models, (*ALPHAS, 0.1), strict=True):
        results = LogLinear(table(dataset), pairs).fit()
        yield dataset, results, by_number(table(dataset), results.pairs), alpha


def test_limits_of_the_total_are_those_of_the_second_program(subtests):
    for dataset, results, model, alpha in fitted():
        with subtests.test(dataset, alpha=alpha):
            *limits, error = plain.wald(*model, alpha)
            found = results.conf_int(alpha, method="wald").tolist()
            assert found == pytest.approx(limits, rel=1e-6)
            assert results.bse_total == pytest.approx(error, rel=1e-6)
            found = results.conf_int(alpha, method="profile").tolist()
            assert found == pytest.approx(plain.profile(*model, alpha), rel=1e-6)
            found = results.conf_int(alpha, method="multinomial").tolist()
            assert found == pytest.approx(plain.multinomial_profile(*model, alpha), rel=1e-5)


def test_limits_of_a_term_are_those_of_the_second_program(subtests):
    for dataset, results, model, alpha in fitted():
        for place in (0, np.isfinite(results.params).sum() - 1):  # the hidden, a pair
            name = results.params.index[place]
            with subtests.test(dataset, alpha=alpha, term=name):
                wanted = plain.profile_of_term(*model, place, alpha)
                found = results.params_conf_int(alpha, method="profile").loc[name]
                assert found.tolist() == pytest.approx(wanted, abs=1e-6)
                reach = plain.normal_quantile(1 - alpha / 2) * results.bse[name]
                wanted = (results.params[name] - reach, results.params[name] + reach)
                found = results.params_conf_int(alpha).loc[name]
                assert found.tolist() == pytest.approx(wanted)


def test_two_lists_have_the_limits_of_the_closed_form(subtests):
    """Lincoln and Petersen: the variance of log(hidden) is 1/a + 1/b + 1/both."""
    a, b, both = 30, 20, 12
    results = LogLinear(CaptureHistories(("A", "B"), np.array([a, b, both]))).fit()
    hidden, variance = a * b / both, 1 / a + 1 / b + 1 / both
    for alpha in ALPHAS:
        with subtests.test(alpha=alpha):
            reach = np.exp(plain.normal_quantile(1 - alpha / 2) * np.sqrt(variance))
            wanted = [62 + hidden / reach, 62 + hidden * reach]
            assert results.hidden == pytest.approx(hidden)
            assert results.conf_int(alpha, method="wald").tolist() == pytest.approx(wanted)
            assert results.bse_total == pytest.approx(np.sqrt(hidden + hidden**2 * variance))


def test_resampled_limits_are_those_of_the_second_program(subtests):
    dataset = "australia_2015_2017_four_lists"
    histories, pairs = table(dataset), MODELS[dataset]
    results, model = LogLinear(histories, pairs).fit(), by_number(histories, pairs)
    drawn, with_replacement = (
        draw(*model, 60, 9) for draw in (plain.parametric_totals, plain.drawn_totals)
    )
    for alpha in ALPHAS:
        with subtests.test(alpha=alpha):
            found = results.conf_int(alpha, method="parametric", repeats=60, seed=9).tolist()
            assert found == pytest.approx(plain.percentile(drawn, alpha), rel=1e-6)
            found = results.conf_int(alpha, method="bca", repeats=60, seed=9).tolist()
            assert found == pytest.approx(plain.bca([model], with_replacement, alpha), rel=1e-6)


def test_the_sum_of_strata_has_the_limits_of_the_second_program():
    tables = {name: table(name) for name in MODELS}
    models = {name: by_number(tables[name], pairs) for name, pairs in MODELS.items()}
    by_lists = {tables[name].lists: pairs for name, pairs in MODELS.items()}
    strata = Stratified(tables, lambda some: LogLinear(some, by_lists[some.lists])).fit()
    streams = dict(zip(MODELS, np.random.SeedSequence(4).spawn(2), strict=True))
    for method, draw in (("parametric", plain.parametric_totals), ("bca", plain.drawn_totals)):
        totals = sum(draw(*models[name], 25, streams[name]) for name in MODELS)
        found = strata.conf_int(0.1, method=method, repeats=25, seed=4).tolist()
        wanted = {
            "parametric": lambda totals=totals: plain.percentile(totals, 0.1),
            "bca": lambda totals=totals: plain.bca(list(models.values()), totals, 0.1),
        }[method]()
        assert found == pytest.approx(wanted, rel=1e-6), method
    for row in strata.to_frame(alpha=0.3).itertuples():
        wanted = plain.multinomial_profile(*models[row.stratum], 0.3)
        assert (row.lower, row.upper) == pytest.approx(wanted, rel=1e-5)


def test_the_fit_is_as_likely_as_a_plain_count_says():
    pairs = ["LA:NG", "LA:PFNCA", "NG:GO"]
    fit = goodness_of_fit(LogLinear(table("uk_2013_four_lists"), pairs).fit(), repeats=200)
    larger = sum(one >= fit.deviance for one in fit.deviances)
    assert 20 < larger < 180, "the table no longer tells the two tails apart"
    assert fit.p_value == pytest.approx((larger + 1) / 201)


def test_limits_of_all_models_are_quantiles_of_plain_totals(subtests):
    """Each draw has the total of the best model, which `test_estimation_all_models` compares."""
    results = AllModels(table("australia_2015_2017_four_lists")).fit()
    drawn = results.bootstrap(repeats=80, seed=3)
    for alpha in ALPHAS:
        with subtests.test(alpha=alpha):
            limits = results.conf_int(alpha, repeats=80, seed=3)
            for name, column in (("chosen", "total"), ("averaged", "averaged")):
                ordered = np.sort(drawn.replicates[column].to_numpy())
                for end, level in (("lower", alpha / 2), ("upper", 1 - alpha / 2)):
                    place = 79 * level  # definition 7, between the two nearest
                    low, share = int(place), place - int(place)
                    wanted = ordered[low] * (1 - share) + ordered[min(low + 1, 79)] * share
                    assert limits.loc[name, end] == pytest.approx(wanted)


def test_credible_limits_leave_half_of_alpha_on_each_side(subtests):
    results = DecomposableGraphs(table("kosovo_1999_four_lists"), hidden=range(30_001)).fit()
    for alpha in ALPHAS:
        with subtests.test(alpha=alpha):
            lower, upper = results.credible_interval(alpha)
            of = results.posterior
            for limit, level in ((lower, alpha / 2), (upper, 1 - alpha / 2)):
                assert of[of.index < limit].sum() < level <= of[of.index <= limit].sum()


def test_a_study_counts_as_a_plain_loop_does():
    population = Population(300, (0.25, 0.3, 0.2))
    row = study({"one": population}, estimators=["independence"], repeats=40).iloc[0]
    flags = CaptureHistories(tuple("ABC"), np.full(7, 9)).flags
    (stream,) = np.random.SeedSequence(1).spawn(1)
    tables = population.tables(40, stream).astype(float)
    totals = pd.Series([plain.total(flags, counts, []) for counts in tables])
    limits = [plain.wald(flags, counts, [], 0.05)[:2] for counts in tables]
    ratio = np.log(totals / 300)
    assert row["coverage"] == np.mean([lower <= 300 <= upper for lower, upper in limits]) < 1
    assert row["bias"] == pytest.approx(ratio.median(), rel=1e-6)
    assert row["error"] == pytest.approx(np.sqrt((ratio**2).mean()), rel=1e-6)
    found = row[["median", "low", "high"]].tolist()
    assert found == pytest.approx(np.quantile(totals, [0.5, 0.025, 0.975]), rel=1e-6)
    assert row["seen"] == tables.sum(axis=1).mean()


def test_bca_limits_of_all_models_are_those_of_a_model_that_chooses_in_each_table():
    """The best of all models is a rule like any other, whose BCa limits `Results` computes."""
    results = AllModels(table("kosovo_1999_four_lists"), order=2).fit()
    found = results.conf_int(0.2, method="bca", repeats=60, seed=3)
    rule = SimpleNamespace(model=results.model, histories=results.histories, total=results.total)
    drawn = bootstrap.resample(rule, "bca", repeats=60, seed=3, jobs=None)
    assert found.loc["chosen"].tolist() == pytest.approx(drawn.conf_int(0.2), rel=1e-9)
    assert found.loc["averaged"].is_monotonic_increasing
    with pytest.warns(UserWarning, match="lowest or highest total"):
        results.conf_int(0.01, method="bca", repeats=60, seed=3)


def test_a_study_takes_any_estimator():
    people = {"one": Population(300, (0.25, 0.3, 0.2))}

    def independent(histories):
        results = LogLinear(histories).fit()
        return (results.total, *results.conf_int(method="wald"))

    named = study(people, estimators=["independence"], repeats=30).drop(columns="estimator")
    given = study(people, estimators={"x": independent}, repeats=30).drop(columns="estimator")
    pd.testing.assert_frame_equal(named, given, rtol=1e-6)
    none = study({"none": Population(2, (0.01, 0.01))}, estimators={"x": independent}, repeats=9)
    assert none["failed"][0] == 1
