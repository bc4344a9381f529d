"""Kept numbers: tables that the book computed once are what decentwork.estimation computes now."""

import pandas as pd
import pytest

from at_hand import BUILDERS
from decentwork import data
from decentwork.repository import path_in_repository

ESTIMATES, WEIGHTS = BUILDERS["recomputed-estimates"], BUILDERS["model-weights"]
MERGED, SIMULATED = BUILDERS["merged-lists"], BUILDERS["simulated-estimates"]


def moved(name: str, key: list[str], now: pd.DataFrame) -> list[str]:
    """Numbers of a kept table that are computed differently now, in sentences.

    ``now`` holds some rows of the table, computed anew.
    """
    kept = data.read(name).set_index(key)
    place = path_in_repository(data.metadata(name).csv_path)
    sentences = []
    for row, values in now.set_index(key).iterrows():
        for column, value in values.items():
            before = kept.loc[row, column]
            if pd.isna(before) and pd.isna(value):
                continue
            if before != pytest.approx(value, rel=1e-9, abs=1e-9):
                sentences.append(
                    f"{place}, row {row}, column {column}: kept is {before}, and "
                    f"decentwork.estimation now computes {value}. If this change is meant, run "
                    "`make data`, which computes the table anew; if not, look at the change in "
                    "estimation."
                )
    return sentences


@pytest.mark.parametrize(
    ("dataset", "rule"),
    [
        ("us_western_site_five_lists", "overlap"),
        ("australia_2015_2017_four_lists", "overlap"),
        pytest.param("uk_2013_five_lists", "bic", marks=pytest.mark.slow),
    ],
)
def test_a_kept_estimate_is_what_is_computed_now(dataset, rule):
    resampled = {(table, name): tables for table, name, tables in ESTIMATES.ESTIMATES}
    now = pd.DataFrame([ESTIMATES.estimate(dataset, rule, resampled[dataset, rule])])
    assert not (problems := moved("recomputed-estimates", ["dataset", "rule"], now)), "\n".join(
        problems
    )


@pytest.mark.slow
def test_a_kept_share_of_all_models_is_that_of_a_part_of_its_draws():
    """The first draws are the same; all of them would take ten seconds."""
    dataset, resampled = ESTIMATES.ALL_MODELS
    kept = data.read("recomputed-estimates").set_index(["dataset", "rule"]).loc[dataset]
    rows = ESTIMATES.all_of_them(dataset, 60)
    assert [row["rule"] for row in rows] == ["best_bic", "average_bic", "best_aic", "average_aic"]
    for row in rows:
        assert kept.loc[row["rule"], "resampled_tables"] == resampled
        assert kept.loc[row["rule"], "total"] == row["total"]
        of_a_part, of_all = row["share_above_20000"], kept.loc[row["rule"], "share_above_20000"]
        assert of_a_part == pytest.approx(of_all, abs=0.2), row["rule"]


def test_kept_limits_of_the_best_of_all_models_are_those_of_another_hand():
    """Computed before by fitting all models to each draw, and by a trial of a reviewer."""
    kept = data.read("recomputed-estimates").set_index(["dataset", "rule"])
    limits = kept.loc["uk_2013_five_lists", ["percentile_lower", "percentile_upper"]]
    assert limits.loc["best_bic"].tolist() == [9877.356, 32705.474]
    assert limits.loc["best_aic"].tolist() == [4819.388, 27991.363]


@pytest.mark.parametrize("pair", ["LA:PF", "PF:NCA", "NG:GP"])
def test_kept_weights_of_merged_lists_are_what_is_computed_now(pair):
    now = pd.DataFrame([MERGED.merged(pair)])
    problems = moved("merged-lists", ["dataset", "merged"], now)
    assert not problems, "\n".join(problems)


def test_merged_lists_as_published_have_the_weights_of_the_published_table():
    weights = data.read("model-weights").query("dataset == 'uk_2013_five_lists'")
    above = weights[weights["total_from"] >= 20_000]
    kept = data.read("merged-lists").set_index("merged").loc["PF:NCA"]
    for criterion in ("aic", "bic"):
        kept_weight = kept[f"{criterion}_weight_above_20000"]
        assert kept_weight == pytest.approx(above[f"{criterion}_weight"].sum(), abs=0.00001)


def test_kept_estimates_of_imagined_populations_are_what_is_computed_now():
    problems = moved(
        "simulated-estimates", ["population", "estimator"], SIMULATED.estimates(SIMULATED.TABLES)
    )
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("dataset", ["uk_2013_four_lists", "uk_2013_five_lists"])
def test_kept_weights_are_what_is_computed_now(dataset):
    now = WEIGHTS.weights(dataset)
    kept = data.read("model-weights")
    assert len(now) == (kept["dataset"] == dataset).sum()
    assert not (problems := moved("model-weights", ["dataset", "total_from"], now)), "\n".join(
        problems
    )


def test_kept_totals_are_those_that_others_published():
    published = data.read("published-estimates")
    published = published[published["software"] == "SparseMSE"].set_index("dataset")["total"]
    kept = data.read("recomputed-estimates").query("rule == 'overlap'").set_index("dataset")
    assert len(kept) == 5
    for dataset, total in kept["total"].items():
        assert total == pytest.approx(published[dataset], abs=0.001), dataset


def test_the_kept_weight_of_the_higher_answer_is_as_computed_before():
    """0.49 for five lists was computed before, by another hand, from the same 1,024 models."""
    kept = data.read("model-weights")
    higher = kept[(kept["dataset"] == "uk_2013_five_lists") & (kept["total_from"] >= 20_000)]
    assert higher["bic_weight"].sum() == pytest.approx(0.49, abs=0.005)
