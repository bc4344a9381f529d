"""Multiple systems estimation and print: numbers that others published, from the same tables.

Published: the tables published-estimates, threshold-estimates and internal-consistency, and what is
typed here from the printed output of lindner2019 (notes/minimal_example, sections 1.2 to 3).
"""

import numpy as np
import pandas as pd
import pytest

from capture_tables import table
from decentwork import data
from decentwork.estimation import (
    LogLinear,
    Stepwise,
    all_models,
    internal_consistency,
    sweep,
)

PUBLISHED = data.read("published-estimates")
THRESHOLDS = data.read("threshold-estimates")
FIVE = list(THRESHOLDS["dataset"].unique())


def published(dataset, software, method=""):
    """The one published result that this names."""
    found = PUBLISHED[
        (PUBLISHED["dataset"] == dataset)
        & (PUBLISHED["software"] == software)
        & PUBLISHED["method"].str.contains(method, regex=False)
    ]
    assert len(found) == 1, f"{dataset}, {software}, {method!r}: {len(found)} published results"
    return found.iloc[0]


def digits(printed):
    """Half a unit of the last printed digit."""
    _, _, decimals = printed.partition(".")
    return 0.5 * 10.0 ** -len(decimals) * (1 + 1e-6)


def agrees(have, *, printed):
    return have == pytest.approx(float(printed), abs=digits(printed))


# ------------------------------------------------------------------ the UK table of six lists


def test_uk_six_lists_stepwise_by_aic():
    results = Stepwise(table("uk_2013_six_lists"), "aic", threshold=0.05).fit()
    assert results.steps["pair"].tolist() == [
        "PF:NCA", "LA:NG", "NG:GP", "LA:PF", "PF:GP", "GO:GP", "NG:GO",
    ]  # fmt: skip
    assert agrees(results.total, printed="11418")
    assert agrees(results.bse_total, printed="809.2")
    assert agrees(results.deviance, printed="22.994")
    assert results.df_resid == 49
    assert agrees(results.aic, printed="162.659")
    assert agrees(results.bic, printed="245.499")


def test_uk_six_lists_multinomial_estimate_and_profile():
    results = Stepwise(table("uk_2013_six_lists"), "aic").fit()
    assert agrees(results.total_multinomial, printed="11408.92")
    lower, upper = results.conf_int(method="multinomial")
    assert lower == pytest.approx(9982.256, abs=0.001)
    assert upper == pytest.approx(13181.69, abs=0.01)


# ------------------------------------------------------------------ the UK table of five lists

# Estimates of the model that MSEfit chooses, as printed in section 1.2.
MSEFIT_UK_5 = {
    "const": "9.0559", "LA": "-5.0885", "NG": "-2.9051", "PFNCA": "-2.1485", "GO": "-2.5218",
    "GP": "-3.3053", "LA:NG": "1.5240", "NG:GP": "-2.9217", "PFNCA:GP": "-1.2468",
    "LA:PFNCA": "0.9224", "GO:GP": "-1.1905", "NG:GO": "-0.5534",
}  # fmt: skip


def test_uk_five_lists_stepwise_by_aic_has_the_printed_terms():
    results = Stepwise(table("uk_2013_five_lists"), "aic").fit()
    assert set(results.params.index) == set(MSEFIT_UK_5)
    for term, printed in MSEFIT_UK_5.items():
        assert agrees(results.params[term], printed=printed), term
    assert results.df_resid == 19
    assert agrees(results.deviance, printed="16.35")
    assert agrees(results.aic, printed="127.6")


def test_uk_five_lists_multinomial_and_poisson_profile():
    histories = table("uk_2013_five_lists")
    for pairs, method, within in (
        ([], "main effects", (0.01, 0.005, 0.05)),
        (histories.pairs, "all ten two-list effects", (0.005, 0.01, 0.01)),
    ):
        results = LogLinear(histories, pairs).fit()
        printed = published("uk_2013_five_lists", "Rcapture, closedpCI.t", method)
        limits = (results.total_multinomial, *results.conf_int(method="multinomial"))
        for have, name, near in zip(limits, ("total", "lower", "upper"), within, strict=True):
            assert have == pytest.approx(printed[name], abs=near), name
    results = LogLinear(histories).fit()
    printed = published("uk_2013_five_lists", "R, glm")
    assert results.total == pytest.approx(printed["total"], abs=0.005)
    lower, upper = results.conf_int(method="profile")
    assert (lower, upper) == pytest.approx((printed["lower"], printed["upper"]), abs=0.05)


# ------------------------------------------------------------------ the UK table of four lists

# Total, standard error, deviance, degrees of freedom, AIC, BIC, as printed in section 2.2.
BEST_BY_BIC = {
    "LA:NG+LA:PFNCA": ("11987.1", "828.8", "18.371", 8, "101.860", "142.423"),
    "LA:NG+LA:PFNCA+NG:GO": ("11015.2", "805.2", "11.341", 7, "96.830", "143.188"),
    "LA:NG+NG:GO": ("10371.1", "705.2", "21.427", 8, "104.915", "145.479"),
    "LA:NG+LA:PFNCA+NG:PFNCA": ("13052.1", "1124.4", "14.974", 7, "100.462", "146.821"),
    "LA:NG": ("11310.6", "734.4", "30.608", 9, "112.097", "146.866"),
    "LA:NG+LA:PFNCA+NG:PFNCA+NG:GO": ("11701.9", "1107.8", "10.178", 6, "97.667", "149.820"),
    "LA:NG+LA:PFNCA+LA:GO": ("11902.7", "832.7", "18.038", 7, "103.526", "149.885"),
    "LA:NG+LA:PFNCA+PFNCA:GO": ("12277.5", "1159.7", "18.227", 7, "103.715", "150.074"),
    "LA:NG+LA:PFNCA+NG:GO+PFNCA:GO": ("10338.4", "1074.9", "10.681", 6, "98.169", "150.323"),
    "LA:NG+NG:GO+PFNCA:GO": ("9310.4", "834.9", "18.695", 7, "104.184", "150.542"),
}


def test_uk_four_lists_ten_best_models(subtests):
    best = all_models(table("uk_2013_four_lists")).head(10)
    assert best["pairs"].tolist() == list(BEST_BY_BIC)
    for rank, (pairs, printed) in enumerate(BEST_BY_BIC.items(), start=1):
        total, error, deviance, df, aic, bic = printed
        results = LogLinear(table("uk_2013_four_lists"), pairs.split("+")).fit()
        named = published("uk_2013_four_lists", "Rcapture, closedpMS.t", f"BIC rank {rank}: ")
        with subtests.test(pairs):
            assert agrees(results.total, printed=total)
            assert agrees(results.bse_total, printed=error)
            assert agrees(results.deviance, printed=deviance)
            assert results.df_resid == df
            assert agrees(results.aic, printed=aic)
            assert agrees(results.bic, printed=bic)
            assert named["total"] == float(total) and named["method"].endswith(f": {pairs}")


def test_uk_four_lists_multinomial_of_the_best_model():
    results = LogLinear(table("uk_2013_four_lists"), ["LA:NG", "LA:PFNCA"]).fit()
    printed = published("uk_2013_four_lists", "Rcapture, closedpCI.t")
    assert results.total_multinomial == pytest.approx(printed["total"], abs=0.005)
    lower, upper = results.conf_int(method="multinomial")
    assert (lower, upper) == pytest.approx((printed["lower"], printed["upper"]), abs=0.05)


# ------------------------------------------------------------------ five tables, two methods


def test_five_tables_are_as_published(subtests):
    for dataset in FIVE:
        with subtests.test(dataset):
            printed = published(dataset, "MSETools, independence")
            results = LogLinear(table(dataset)).fit()
            assert results.total == pytest.approx(printed["total"], abs=0.001)
            # R interpolates the profile between points: up to a tenth of a person
            limits = printed["lower"], printed["upper"]
            assert tuple(results.conf_int(method="profile")) == pytest.approx(limits, abs=0.1)
            printed = published(dataset, "SparseMSE")
            results = Stepwise(table(dataset), "overlap", threshold=0.02).fit()
            assert results.total == pytest.approx(printed["total"], abs=0.001)
            printed = THRESHOLDS[THRESHOLDS["dataset"] == dataset]
            assert len(printed) == 191
            ours = sweep(table(dataset), printed["p_threshold"].tolist())
            off = np.abs(ours.to_numpy() - printed["total"].to_numpy())
            at = printed["p_threshold"].iloc[off.argmax()]
            assert off.max() < 0.001, f"at {at}: {off.max():.4f} persons off"


# ------------------------------------------------------------------ internal consistency


def test_internal_consistency_is_as_published(subtests):
    names = ["mean", "standard_deviation", "root_mean_square", "median"]
    for method, estimator in (("SparseMSE", Stepwise), ("independence", LogLinear)):
        found = pd.concat([internal_consistency(table(dataset), estimator) for dataset in FIVE])
        found = found[found["list"] != "K"]  # as published: the Dutch list K has no estimate
        assert len(found) == 10
        if method == "independence":
            # SparseMSE::modelfit refuses a table in which a list saw nobody, so they leave it out
            found = found[found["blind"] == ""]
            assert len(found) == 8
        printed = data.read("internal-consistency").set_index("method").loc[method]
        ratio = found["log_ratio"]
        have = ratio.mean(), ratio.std(), np.sqrt((ratio**2).mean()), ratio.median()
        with subtests.test(method):
            assert have == pytest.approx(printed[names].tolist(), abs=0.00501)


def test_independence_covers_the_known_totals_as_published():
    printed = data.read("internal-consistency").set_index("method").loc["independence"]
    below, above = [], []
    for dataset in FIVE:
        found = internal_consistency(table(dataset), LogLinear)
        for row in found[found["blind"] == ""].itertuples():
            lower, upper = (
                LogLinear(table(dataset).given(row.list)).fit().conf_int(method="profile")
            )
            below.append(lower < row.truth)
            above.append(row.truth < upper)
    assert len(below) == 8
    both = np.logical_and(below, above)
    have = (np.mean(both), np.mean(below), np.mean(above))
    names = ["coverage", "lower_below_truth", "upper_above_truth"]
    assert have == pytest.approx(printed[names].tolist(), abs=0.0051)


# ------------------------------------------------------------------ what was computed before


def test_two_branches_of_the_uk_estimate():
    """Computed before, by another hand, from the same 1,024 models."""
    frame = all_models(table("uk_2013_five_lists"))
    assert len(frame) == 1024 and frame["exists"].all()
    assert agrees(frame["total"].median(), printed="13495")
    assert agrees(100 * (frame["total"] > 20_000).mean(), printed="7.7")
    assert frame["total"].head(2).round().tolist() == [22_991, 12_262]
    assert frame["bic"].head(2).round(1).tolist() == [196.5, 197.5]
    assert agrees(frame.loc[frame["total"] > 20_000, "bic_weight"].sum(), printed="0.49")


# Thousands: 2.5 %, 10 %, point, 90 %, 97.5 %, multinomial profile; computed before likewise.
IN_THOUSANDS = {
    ("uk_2013_six_lists", 0.0): (11.0, 11.4, 12.2, 13.1, 13.6),
    ("uk_2013_six_lists", 0.001): (12.6, 13.1, 14.2, 15.4, 16.1),
    ("uk_2013_six_lists", 0.05): (10.0, 10.4, 11.4, 12.5, 13.2),
    ("uk_2013_five_lists", 0.05): (9.9, 10.3, 11.3, 12.4, 13.1),
    ("uk_2013_four_lists", 0.05): (9.6, 10.0, 11.0, 12.1, 12.8),
    ("netherlands_2010_2015_six_lists", 0.05): (53.3, 55.6, 60.3, 65.6, 68.7),
    ("netherlands_2010_2015_five_lists", 0.05): (119.4, 127.8, 146.0, 167.8, 181.0),
    ("kosovo_1999_four_lists", 0.05): (12.5, 13.1, 14.3, 15.7, 16.5),
}


def test_stepwise_by_aic_is_as_computed_before(subtests):
    for (dataset, threshold), before in IN_THOUSANDS.items():
        results = Stepwise(table(dataset), "aic", threshold).fit()
        wide = results.conf_int(method="multinomial")
        narrow = results.conf_int(method="multinomial", alpha=0.2)
        have = wide.iloc[0], narrow.iloc[0], results.total_multinomial, narrow.iloc[1], wide.iloc[1]
        with subtests.test(dataset, threshold=threshold):
            assert np.array(have) / 1000 == pytest.approx(before, abs=0.0501)
