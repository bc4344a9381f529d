"""Kept numbers: tables that the book computed once are what decentwork.estimation computes now."""

import pandas as pd
import pytest

from at_hand import BUILDERS
from decentwork import data
from decentwork.repository import path_in_repository

ESTIMATES, MERGED = BUILDERS["recomputed-estimates"], BUILDERS["merged-lists"]


def moved(name: str, key: list[str], now: pd.DataFrame) -> list[str]:
    """Numbers of a kept table that are computed differently now, in sentences.

    ``now`` holds some rows of the table, computed again.
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
                    f"`make data TABLE={name}`, which computes the table again; if not, look at "
                    "the change in estimation."
                )
    return sentences


def estimates(*rows: tuple[str, str]) -> pd.DataFrame:
    resampled = {(table, rule): tables for table, rule, tables in ESTIMATES.ESTIMATES}
    return pd.DataFrame([ESTIMATES.estimate(*row, resampled[row]) for row in rows])


@pytest.mark.slow
def test_kept_numbers_that_take_long_are_what_is_computed_now():
    now = estimates(("uk_2013_five_lists", "bic"))
    assert not moved("recomputed-estimates", ["dataset", "rule"], now)
    simulated = BUILDERS["simulated-estimates"]
    now = simulated.estimates(simulated.TABLES)
    assert not moved("simulated-estimates", ["population", "estimator"], now)
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


def test_kept_tables_are_what_is_computed_now(subtests):
    weights = BUILDERS["model-weights"]
    merged = pd.DataFrame([MERGED.merged(pair) for pair in ("LA:PF", "PF:NCA", "NG:GP")])
    small = [
        ("us_western_site_five_lists", "overlap"),
        ("australia_2015_2017_four_lists", "overlap"),
    ]
    for name, key, now in (
        ("recomputed-estimates", ["dataset", "rule"], estimates(*small)),
        ("merged-lists", ["dataset", "merged"], merged),
        ("model-weights", ["dataset", "total_from"], weights.weights("uk_2013_four_lists")),
        ("model-weights", ["dataset", "total_from"], weights.weights("uk_2013_five_lists")),
    ):
        with subtests.test(name):
            assert not (problems := moved(name, key, now)), "\n".join(problems)


def test_kept_numbers_are_those_of_others():
    """As SparseMSE published, and as computed before: by another hand, from the same models."""
    published = data.read("published-estimates")
    published = published[published["software"] == "SparseMSE"].set_index("dataset")["total"]
    every = data.read("recomputed-estimates").set_index(["dataset", "rule"])
    overlap = every.xs("overlap", level="rule")["total"]
    assert len(overlap) == 5
    for dataset, total in overlap.items():
        assert total == pytest.approx(published[dataset], abs=0.001), dataset
    limits = every.loc["uk_2013_five_lists", ["percentile_lower", "percentile_upper"]]
    assert limits.loc["best_bic"].tolist() == [9877.356, 32705.474]
    assert limits.loc["best_aic"].tolist() == [4819.388, 27991.363]
    weights = data.read("model-weights").query("dataset == 'uk_2013_five_lists'")
    above = weights[weights["total_from"] >= 20_000]
    assert above["bic_weight"].sum() == pytest.approx(0.49, abs=0.005)
    kept = data.read("merged-lists").set_index("merged").loc["PF:NCA"]
    for criterion in ("aic", "bic"):
        kept_weight = kept[f"{criterion}_weight_above_20000"]
        assert kept_weight == pytest.approx(above[f"{criterion}_weight"].sum(), abs=0.00001)
