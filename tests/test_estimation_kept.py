"""Kept numbers: tables that the book computed once are what decentwork.estimation computes now."""

import numpy as np
import pandas as pd
import pytest

from at_hand import BUILDERS
from decentwork import data

ESTIMATES, MERGED = BUILDERS["recomputed-estimates"], BUILDERS["merged-lists"]


def is_kept(name: str, key: list[str], now: pd.DataFrame) -> None:
    """Fail unless some rows of a kept table are those that were computed again.

    If a change is meant, ``make data TABLE=…`` computes the table again.
    """
    now = now.set_index(key)
    kept = data.read(name).set_index(key).loc[now.index, [*now]]
    for column in now:
        numbers = (pd.to_numeric(frame[column]).to_numpy(float) for frame in (kept, now))
        np.testing.assert_allclose(*numbers, rtol=1e-9, atol=1e-9, err_msg=f"{name}, {column}")


def estimates(*rows: tuple[str, str]) -> pd.DataFrame:
    resampled = {(table, rule): tables for table, rule, tables in ESTIMATES.ESTIMATES}
    return pd.DataFrame([ESTIMATES.estimate(*row, resampled[row]) for row in rows])


@pytest.mark.slow
def test_kept_numbers_that_take_long_are_what_is_computed_now():
    now = estimates(("uk_2013_five_lists", "bic"))
    is_kept("recomputed-estimates", ["dataset", "rule"], now)
    simulated = BUILDERS["simulated-estimates"]
    now = simulated.estimates(simulated.TABLES)
    is_kept("simulated-estimates", ["population", "estimator"], now)
    # Of all models the first draws are the same; all of them would take ten seconds.
    dataset, resampled = ESTIMATES.ALL_MODELS
    kept = data.read("recomputed-estimates").set_index(["dataset", "rule"]).loc[dataset]
    rows = ESTIMATES.all_of_them(dataset, 60)
    assert [row["rule"] for row in rows] == ["best_bic", "average_bic", "best_aic", "average_aic"]
    for row in rows:
        assert kept.loc[row["rule"], "resampled_tables"] == resampled
        assert kept.loc[row["rule"], "total"] == row["total"]
        of_a_part, of_all = row["share_above_20000"], kept.loc[row["rule"], "share_above_20000"]
        assert of_a_part == pytest.approx(of_all, abs=0.2), row["rule"]


def test_kept_tables_are_what_is_computed_now():
    small = (f"{name}_lists" for name in ("us_western_site_five", "australia_2015_2017_four"))
    now = estimates(*((name, "overlap") for name in small))
    is_kept("recomputed-estimates", ["dataset", "rule"], now)
    merged = pd.DataFrame([MERGED.merged(pair) for pair in ("LA:PF", "PF:NCA", "NG:GP")])
    is_kept("merged-lists", ["dataset", "merged"], merged)
    for name in ("uk_2013_four_lists", "uk_2013_five_lists"):
        now = BUILDERS["model-weights"].weights(name)
        is_kept("model-weights", ["dataset", "total_from"], now)


def test_kept_numbers_are_those_of_another_hand():
    """Computed before, by another hand, from the same models; totals have a second path."""
    every = data.read("recomputed-estimates").set_index(["dataset", "rule"])
    limits = every.loc["uk_2013_five_lists", ["percentile_lower", "percentile_upper"]]
    assert limits.loc["best_bic"].tolist() == [9877.356, 32705.474]
    assert limits.loc["best_aic"].tolist() == [4819.388, 27991.363]
