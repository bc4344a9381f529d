"""Tipping points, beside closed forms, statsmodels, and populations whose dependence is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    LogLinear,
    NoEstimateError,
    Population,
    Stepwise,
    design,
    tipping_point,
)

KOSOVO = table("kosovo_1999_four_lists")


def curve_of(point, dependence):
    """Return the curve of a dependence by odds ratio."""
    curve = point.curve[point.curve["dependence"] == dependence]
    return curve.set_index("odds_ratio")


def test_two_lists_have_the_closed_form_and_the_table_says_nothing():
    point = tipping_point(CaptureHistories("AB", [160, 110, 40]), LogLinear, 3, [0.5, 4])
    at = (3 * 200 * 150 / 40 - 310) / (160 * 110 / 40)
    assert point.values["dependence"].tolist() == ["no other list", "A:B"]
    assert point.values["at"].tolist() == pytest.approx([at, at])
    assert curve_of(point, "A:B")["total"].tolist() == pytest.approx([530, 2070])
    assert point.values["deviance_change"].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_at_the_tipping_point_statsmodels_finds_the_total_times_the_factor():
    point = tipping_point(KOSOVO, lambda one: LogLinear(one, ["EXH:OSCE"]))
    flags = pd.DataFrame(KOSOVO.flags.astype(float), columns=KOSOVO.lists)
    terms = flags.assign(const=1.0)
    found = point.values.set_index("dependence").drop("no other list").dropna()
    assert len(found) > 2
    for pair, values in found.iterrows():
        with_pair = flags[pair.split(":")].prod(axis=1)
        kept = terms if pair == "EXH:OSCE" else terms.assign(t=flags[["EXH", "OSCE"]].prod(axis=1))
        fit = sm.GLM(
            KOSOVO.counts,
            kept,
            family=sm.families.Poisson(),
            offset=np.log(values["at"]) * with_pair,
        ).fit(tol=1e-12)
        total = KOSOVO.observed + np.exp(fit.params["const"])
        assert total == pytest.approx(2 * point.results.total, rel=1e-5)
        change = fit.deviance - point.results.deviance
        assert values["deviance_change"] == pytest.approx(change, abs=1e-5)


def test_the_odds_ratio_of_a_population_gives_its_size_and_the_best_fit():
    people = Population(10**7, [0.3, 0.2, 0.25], {(0, 1): 3})
    counts = np.round(people.probabilities() * people.size)
    point = tipping_point(CaptureHistories("ABC", counts), LogLinear, odds_ratios=[2, 3, 4])
    curve = curve_of(point, "A:B")
    assert curve["total"][3] == pytest.approx(people.size, rel=1e-5)
    assert curve["deviance_change"].idxmin() == 3 and (curve["deviance_change"] < 0).all()


def test_two_lists_that_go_together_where_no_other_list_looks_leave_no_trace():
    on = design.all_terms(3)[:, :4]
    plain = on @ np.log([1000, 0.5, 0.4, 0.3])  # 1,000 hidden if the lists were independent
    ratio = 4  # of the first two, for those on neither the third nor each other
    counts = np.round(np.exp(plain) * 1000)
    truth = counts.sum() + ratio * 1_000_000
    first_two, alone = counts[2], counts[[0, 1]]
    assert ratio * 1e6 * first_two / alone.prod() == pytest.approx(ratio, rel=1e-3)
    point = tipping_point(CaptureHistories("ABC", counts), LogLinear, odds_ratios=[ratio])
    assert curve_of(point, "no other list")["total"][ratio] == pytest.approx(truth, rel=1e-4)


def test_halving_and_the_best_of_all_models():
    point = tipping_point(KOSOVO, lambda one: AllModels(one, order=3), factor=0.5)
    assert point.results.total == pytest.approx(AllModels(KOSOVO, order=3).fit().total)
    hidden = point.values.set_index("dependence").loc["no other list"]
    assert hidden["at"] < 1 and np.isnan(point.unreachable)
    assert KOSOVO.observed + hidden["at"] * point.results.hidden == pytest.approx(
        point.results.total / 2
    )
    assert tipping_point(KOSOVO, factor=4).unreachable == 0.75


def test_terms_at_minus_infinity_and_of_three_lists_are_held():
    sparse = of(SMALL | {"A+B": 0, "A+B+C": 0, "A": 400})
    point = tipping_point(sparse, lambda one: LogLinear(one, ["A:B"]), odds_ratios=[1e-9, 1])
    assert curve_of(point, "A:B")["total"][1e-9] == pytest.approx(point.results.total, rel=1e-6)
    assert curve_of(point, "A:B")["total"][1] == pytest.approx(LogLinear(sparse).fit().total)
    three = LogLinear(KOSOVO, ["EXH:ABA:OSCE"])
    now = np.exp(three.fit().params["EXH:ABA"])
    point = tipping_point(KOSOVO, lambda one: LogLinear(one, ["EXH:ABA:OSCE"]), odds_ratios=[now])
    again = curve_of(point, "EXH:ABA")
    assert again["total"].iloc[0] == pytest.approx(three.fit().total)
    assert again["deviance_change"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_requests_that_make_no_sense_are_refused_with_a_remedy():
    for factor, what in [(1, "give 2"), (-1, "give 2"), (0.1, "larger factor")]:
        with pytest.raises(ValueError, match=what):
            tipping_point(KOSOVO, factor=factor)
    with pytest.raises(ValueError, match="above zero"):
        tipping_point(KOSOVO, Stepwise, 2, [0.0])
    with pytest.raises(NoEstimateError):
        tipping_point(CaptureHistories("AB", [5, 5, 2]), lambda one: LogLinear(one, ["A:B"]))
