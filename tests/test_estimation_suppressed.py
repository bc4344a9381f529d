"""Tables whose small cells are hidden, beside the full table and beside a general optimizer."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    SuppressedHistories,
    all_models,
    between,
    design,
    suppression_cost,
)

HIDDEN = {history: "<5" if cases < 5 else cases for history, cases in SMALL.items()}


def frame(cells):
    """Return cells as a frame."""
    return pd.DataFrame(list(cells.items()), columns=["history", "cases"])


def test_moments_are_those_of_the_counts_between_the_limits():
    means, low, high = np.array([[0.3, 2.0, 7.0]]), np.array([1, 0, 6]), np.array([4, 4, 6])
    known = between.moments(means, low, high)
    for at, (a, b) in enumerate(zip(low, high, strict=True)):
        counts = np.arange(a, b + 1)
        chances = stats.poisson.pmf(counts, means[0, at])
        mean = (chances * counts).sum() / chances.sum()
        variance = (chances * (counts - mean) ** 2).sum() / chances.sum()
        assert np.exp(known.log_chance[0, at]) == pytest.approx(chances.sum())
        assert (known.mean[0, at], known.variance[0, at]) == pytest.approx((mean, variance))


@pytest.mark.parametrize("zero_is_printed", [True, False])
def test_estimate_is_the_maximum_that_a_general_optimizer_finds(zero_is_printed):
    cells = HIDDEN | {"B+C": 7}
    histories = SuppressedHistories.from_frame(frame(cells), zero_is_printed=zero_is_printed)
    terms = design.all_terms(3)[:, :5]  # the constant, the lists, and A:B
    low, high = histories.least.counts, histories.most.counts

    def lack(coefficients):
        means = np.exp(np.minimum(terms @ coefficients, 50))
        chance = stats.poisson.cdf(high, means) - stats.poisson.cdf(low - 1, means)
        return -np.log(np.maximum(chance, 1e-300)).sum()

    start = np.linalg.lstsq(terms, np.log((low + high) / 2 + 0.5), rcond=None)[0]
    for _ in range(5):
        found = optimize.minimize(
            lack, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12} | EFFORT
        )
        start = found.x
    results = histories.fit(["A:B"])
    assert results.llf == pytest.approx(-found.fun, abs=1e-6)
    assert results.hidden == pytest.approx(np.exp(found.x[0]), rel=1e-4)
    lower, _ = results.conf_int()
    held = np.log(lower - results.observed)
    best = min(
        optimize.minimize(lambda rest: lack([held, *rest]), found.x[1:], method=way, tol=1e-10).fun
        for way in ("Nelder-Mead", "BFGS")
    )
    assert best - found.fun == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, abs=1e-3)


EFFORT = {"maxiter": 20_000, "maxfev": 20_000}


def test_a_table_without_hidden_cells_gives_what_the_log_linear_model_gives():
    for histories, terms in [(table("uk_2013_five_lists"), ["LA:NG", "NG:GP"]), (of(SMALL), [])]:
        plain = LogLinear(histories, terms).fit()
        results = SuppressedHistories(histories, histories).fit(terms)
        assert results.total == pytest.approx(plain.total)
        assert results.log_standard_error == pytest.approx(plain.bse["const"])
        assert (results.llf, results.bic) == pytest.approx((plain.llf, plain.bic))
        assert results.conf_int().tolist() == pytest.approx(plain.conf_int(method="profile"))
        pd.testing.assert_series_equal(results.params, plain.params, check_names=False)


PUBLISHED = [
    ("uk_2013_five_lists", "LA:NG LA:PFNCA NG:PFNCA NG:GP PFNCA:GO", 22_991, 23_799, 1.03),
    ("uk_2013_five_lists", "LA:NG:PFNCA NG:GP PFNCA:GO", 25_311, 25_781, 1.02),
    ("us_western_site_five_lists", "A:E", 2_483, 2_846, 1.17),
    ("australia_2015_2017_four_lists", "A:B B:C B:D", 6_496, 12_703, 1.56),
]


@pytest.mark.parametrize(("dataset", "terms", "full", "hidden", "cost"), PUBLISHED)
def test_cost_is_that_of_an_earlier_computation(dataset, terms, full, hidden, cost):
    costs = suppression_cost(table(dataset), terms.split())
    assert costs["total"].round()[:2].tolist() == [full, hidden]
    assert costs["cost"].round(2)[1] == cost


def test_an_empty_overlap_and_a_table_that_says_too_little():
    empty = {"A": 30, "B": 20, "C": 20, "A+B": 0, "B+C": "<5", "A+C": 9}
    results = SuppressedHistories.from_frame(frame(empty)).fit(["A:B"])
    assert results.params["A:B"] == -np.inf and results.fittedvalues["A+B"] == 0
    with pytest.raises(NoEstimateError):
        SuppressedHistories.from_frame(frame(HIDDEN)).fit(["A:B", "A:C", "B:C", "A:B:C"])
    with pytest.raises(HistoryError, match="least cases that the cells allow"):
        SuppressedHistories.from_frame(frame(HIDDEN | {"A+B": "0-4"}), zero_is_printed=False)


def test_all_models_agree_with_each_alone_and_with_the_full_table():
    full = table("kosovo_1999_four_lists")
    same = SuppressedHistories(full, full).all_models(order=3).set_index("terms")
    plain = all_models(full, order=3).set_index("terms").loc[same.index]
    assert same["exists"].tolist() == plain["exists"].tolist()
    np.testing.assert_allclose(same["total"], plain["total"], rtol=1e-6)
    np.testing.assert_allclose(same["bic_weight"], plain["bic_weight"], atol=1e-8)
    hidden = SuppressedHistories.suppressing(table("uk_2013_four_lists"))
    best = hidden.all_models().iloc[0]
    assert hidden.fit(best["terms"].split("+")).bic == pytest.approx(best["bic"])


def test_the_interval_holds_a_known_total_as_often_as_it_says():
    lists = design.all_terms(3)[:, :4]
    means = np.exp(lists @ np.log([200, 0.25, 0.2, 0.15]))
    tables = np.random.default_rng(1).poisson(means, size=(60, 7))
    truth, held = np.log(200.0), []
    for counts in tables:
        hidden = SuppressedHistories.suppressing(CaptureHistories("ABC", counts)).fit()
        lower, upper = hidden.conf_int() - hidden.observed
        held.append(np.log(lower) <= truth <= np.log(upper))
    assert 0.88 <= np.mean(held) < 1


def test_cells_are_read_and_others_are_refused_with_a_remedy():
    cells = HIDDEN | {"A+B": "0–4", "A": "40", "B": " 20 - 30 "}
    read = SuppressedHistories.from_frame(frame(cells)).to_frame()
    assert read["cases"].tolist() == ["40", "20-30", "0-4", "20", "1-4", "1-4", "1-4"]
    for cell in ("*", "<x", "-3", "2.5", None):
        with pytest.raises(HistoryError, match="write 12, <5 or 1-4"):
            SuppressedHistories.from_frame(frame(HIDDEN | {"A": cell}))
    with pytest.raises(HistoryError, match="SuppressedHistories"):
        CaptureHistories.from_frame(frame(HIDDEN))
    least = of(SMALL)
    with pytest.raises(HistoryError, match="exchange them"):
        SuppressedHistories(of(SMALL | {"A": 41}), least)
    with pytest.raises(HistoryError, match="add up to 104 to 104"):
        SuppressedHistories(least, least, observed=90)
