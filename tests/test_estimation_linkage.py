"""Errors of linkage, beside people who are listed and wrongly linked one by one."""

import numpy as np
import pytest

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    HistoryError,
    LogLinear,
    Stepwise,
    linkage,
    linkage_sensitivity,
    linked_total,
    repaired_matches,
)

KOSOVO = table("kosovo_1999_four_lists")


def linked_people(size, chances, missed, seed=1):
    """Return the true and the linked counts of people, of whom some lose one record."""
    draws = np.random.default_rng(seed)
    on = draws.random((size, len(chances))) < chances
    true = on @ (1 << np.arange(len(chances)))
    linked = []
    for number, row in zip(true, on, strict=True):
        if row.sum() > 1 and draws.random() < missed:
            alone = 1 << draws.choice(np.flatnonzero(row))
            linked += [alone, number - alone]
        else:
            linked.append(number)
    return [np.bincount(each, minlength=2 ** len(chances))[1:] for each in (true, linked)]


def test_repair_gives_back_the_cases_that_missed_matches_took():
    true, linked = linked_people(200_000, [0.3, 0.4, 0.2], missed=0.2)
    repaired = repaired_matches(CaptureHistories("ABC", linked), 0.2).counts
    assert np.abs(linked - true).max() > 5_000
    np.testing.assert_allclose(repaired, true, atol=500)


def test_one_split_and_all_split_differ_only_for_three_lists_and_more():
    true = np.array([10.0, 20, 30, 5, 6, 7, 8])
    one, every = (linkage.split_matrix(3, 0.5, way) @ true for way in linkage.SPLITS)
    assert one[6] == every[6] == 4
    assert one[[2, 4, 5]] == pytest.approx(np.array([30, 6, 7]) / 2 + 4 / 3)
    assert every[[2, 4, 5]] == pytest.approx(np.array([30, 6, 7]) / 2)
    lists = np.array([[i >> j & 1 for j in range(3)] for i in range(1, 8)])
    for after in (one, every):  # no record is lost or made
        assert after @ lists == pytest.approx(true @ lists)
    two = [linkage.split_matrix(2, 0.3, way) for way in linkage.SPLITS]
    np.testing.assert_allclose(*two)


@pytest.mark.parametrize(("missed", "false"), [(0.0, 0.0), (0.2, 0.0), (0.0, 0.1), (0.3, 0.2)])
def test_total_of_two_lists_is_unbiased_and_its_interval_covers(missed, false):
    size, first, second, repeats = 3000, 0.3, 0.25, 1500
    draws = np.random.default_rng(7)
    one = draws.binomial(size, first, repeats)
    both = draws.binomial(one, second)
    other = both + draws.binomial(size - one, second)
    found = size * first * second * (1 - missed)
    seem = draws.binomial(both, 1 - missed) + draws.poisson(found * false / (1 - false), repeats)
    results = [
        linked_total(CaptureHistories("AB", [a - x, b - x, x]), missed, false)
        for a, b, x in zip(one, other, seem, strict=True)
    ]
    total, bse, lower, upper = np.array(results).T
    assert np.median(total) == pytest.approx(size, rel=0.01)
    assert np.log(total).std() == pytest.approx((bse / total).mean(), rel=0.06)
    assert 0.935 <= ((lower <= size) & (size <= upper)).mean() <= 0.965


def test_two_lists_agree_with_the_repaired_table_and_with_independence():
    histories = CaptureHistories("AB", [1600, 1100, 400])
    plain = LogLinear(histories).fit()
    exact = linked_total(histories, 0)
    assert exact.total == pytest.approx(plain.total)
    repaired = LogLinear(repaired_matches(histories, 0.2, 0.1)).fit()
    assert linked_total(histories, 0.2, 0.1).total == pytest.approx(repaired.total)
    assert linked_total(histories, 0.2, 0.2).total == pytest.approx(plain.total)


def test_kosovo_is_what_an_earlier_computation_found():
    tried = linkage_sensitivity(KOSOVO, lambda one: AllModels(one, order=2), missed=[0, 0.15, 0.2])
    assert tried["total"].round().tolist() == [14_342, 10_606, 9_518]
    three = linkage_sensitivity(KOSOVO, lambda one: AllModels(one, order=3), missed=[0.1, 0.2])
    assert three["total"].round().tolist() == [15_142, 12_209]


def test_sensitivity_has_limits_and_says_what_is_lacking():
    tried = linkage_sensitivity(
        of(SMALL), Stepwise, missed=[0.1, 0.9], interval=lambda each: each.conf_int(method="wald")
    )
    first, last = tried.iloc[0], tried.iloc[1]
    again = Stepwise(repaired_matches(of(SMALL), 0.1)).fit()
    assert (first["total"], first["lower"]) == (again.total, again.conf_int(method="wald")["lower"])
    assert "lower rate of missed matches" in last["lacks"] and np.isnan(last["total"])


@pytest.mark.parametrize("rates", [(1.0, 0), (-0.1, 0), (0, 1.0), (0, float("nan"))])
def test_rates_that_are_no_shares_are_refused(rates):
    for function in (linked_total, repaired_matches):
        with pytest.raises(ValueError, match="is a share"):
            function(CaptureHistories("AB", [16, 11, 40]), *rates)


def test_other_impossible_requests_are_refused_with_a_remedy():
    with pytest.raises(HistoryError, match="linkage_sensitivity"):
        linked_total(of(SMALL), 0.1)
    with pytest.raises(HistoryError, match="lower rate"):
        linked_total(CaptureHistories("AB", [16, 11, 40]), 0.5)
    with pytest.raises(ValueError, match="one, all"):
        repaired_matches(of(SMALL), 0.1, splits="none")
