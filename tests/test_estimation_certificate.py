"""Measured coverage, beside counts by hand and intervals whose coverage is known."""

import numpy as np
import pandas as pd
import pytest

from capture_tables import of, table
from decentwork.estimation import (
    LogLinear,
    NoEstimateError,
    Population,
    all_models,
    coverage_certificate,
    coverage_of,
)
from decentwork.estimation.certificate import INTERVALS

KOSOVO = table("kosovo_1999_four_lists")


def profile_of(*terms):
    """Return the profile interval of a model with these terms."""
    return lambda histories: LogLinear(histories, terms).fit().conf_int(method="profile")


def test_shares_are_those_that_one_counts_by_hand():
    tables = np.array([[9, 9, 2], [8, 8, 4], [9, 8, 3], [5, 5, 0], [7, 7, 6]])

    def from_overlap(histories):
        shared = histories.counts[2]
        if shared == 6:
            raise NoEstimateError("as a model that has no estimate")
        return 10 * shared, 10 * shared + 10

    counted = coverage_of({"by hand": from_overlap}, "AB", tables, 35).iloc[0]
    assert counted["tables"] == 5
    # 20 to 30 lies below 35, 40 to 50 above; the fourth table is refused, the fifth has no estimate
    assert counted[["below", "covered", "above", "failed"]].tolist() == [0.2, 0.2, 0.2, 0.4]
    assert counted["error"] == pytest.approx(np.sqrt(0.2 * 0.8 / 5))
    assert counted["ratio"] == pytest.approx(4 / 3)


def test_the_interval_of_the_true_model_covers_and_that_of_another_does_not():
    tables = Population(2000, [0.3, 0.25, 0.3], {(0, 1): 4}).tables(300, seed=3)
    right, wrong = coverage_of(
        {"right": profile_of("A:B"), "wrong": profile_of()}, "ABC", tables, 2000
    )["covered"]
    assert 0.91 <= right <= 0.985 and wrong < 0.05


def test_certificate_draws_from_the_models_near_the_best_with_their_own_totals():
    models = all_models(KOSOVO).head(4)
    near = models["bic"].iloc[2] - models["bic"].iloc[0] + 1e-6
    tried = coverage_certificate(KOSOVO, ["overlap rule, profile"], near=near, tables=5)
    assert tried["terms"].tolist() == models["terms"][:3].tolist()
    assert tried["truth"].tolist() == models["total"][:3].round().tolist()
    assert tried["weight"].tolist() == models["bic_weight"][:3].tolist()
    one = coverage_certificate(KOSOVO, near=near, most=1, order=2, tables=5)
    assert one["terms"].tolist() == [all_models(KOSOVO, order=2)["terms"][0]] * 2


def test_for_a_table_of_one_model_its_interval_keeps_its_promise():
    people = of({"A": 2400, "B": 1600, "C": 2400, "A+B": 600, "B+C": 600, "A+C": 900, "A+B+C": 225})
    tried = coverage_certificate(people, {"independent": profile_of()}, near=0, tables=300)
    assert tried["terms"].tolist() == [""]
    assert tried["covered"][0] == pytest.approx(0.95, abs=4 * 0.0126)


def test_jobs_change_nothing_and_seeds_do():
    options = {"near": 0, "tables": 5, "order": 2}
    first = coverage_certificate(KOSOVO, **options)
    pd.testing.assert_frame_equal(first, coverage_certificate(KOSOVO, **options, jobs=2))
    assert not first.equals(coverage_certificate(KOSOVO, **options, seed=2))


@pytest.mark.parametrize("name", sorted(INTERVALS))
def test_each_interval_has_two_limits_round_a_known_total(name):
    tables = Population(1000, [0.3] * 3).tables(3, seed=1)
    measured = coverage_of([name], "ABC", tables, 1000).iloc[0]
    assert measured["failed"] == 0 and 1 < measured["ratio"] < 3 and measured["covered"] > 0.5


def test_requests_that_make_no_sense_are_refused_with_a_remedy():
    with pytest.raises(ValueError, match="use overlap rule, profile"):
        coverage_certificate(KOSOVO, ["exact"])
    for options in ({"near": -1}, {"most": 0}, {"tables": 0}):
        with pytest.raises(ValueError, match=r"or more|at least one"):
            coverage_certificate(KOSOVO, **options)


def test_a_table_without_limits_counts_as_failed():
    alone = np.array([[20, 30, 1]])  # BCa leaves each case out in turn, also the shared one
    measured = coverage_of(["overlap rule, bca"], "AB", alone, 600).iloc[0]
    assert measured["failed"] == 1 and measured["covered"] == 0
