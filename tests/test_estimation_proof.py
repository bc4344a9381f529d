"""Estimates against numbers that other programs printed for the same tables.

Sources: lindner2019 (notes/minimal_example, sections 1.2 to 3); R 4.5.0 with ``glm``, Rcapture
1.4-4 (CRAN mirror, commit b536c82) and CARE1 1.1.0; the tables published-estimates,
threshold-estimates and internal-consistency. HIV is a data set of Rcapture; hepatitis, diabetes
and congenital anomalies are of CARE1.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from capture_tables import hierarchical_models, table
from decentwork import data
from decentwork.estimation import (
    CaptureHistories,
    LogLinear,
    Stepwise,
    all_models,
    answer_map,
    chao_lower_bound,
    fitting,
    internal_consistency,
    sample_coverage,
    sweep,
)

KOSOVO = "kosovo_1999_four_lists"
UK4, UK5, UK6 = (f"uk_2013_{number}_lists" for number in ("four", "five", "six"))
PUBLISHED = data.read("published-estimates")
THRESHOLDS = data.read("threshold-estimates")
FIVE = list(THRESHOLDS["dataset"].unique())


def fitted(dataset, model):
    """The results of a rule, of pairs, of every pair, or of Rcapture's "123,34"."""
    histories = table(dataset)
    if model in ("aic", "bic", "overlap"):
        return Stepwise(histories, model).fit()
    terms = histories.pairs if model == "every pair" else model.split()
    if model[:1].isdigit():
        named = [":".join(histories.lists[int(i) - 1] for i in each) for each in model.split(",")]
        terms = [name for name in named if ":" in name]
    return LogLinear(histories, terms).fit()


def found(results, name):
    """A number of results, "params LA:NG" of one term, or the two limits of a method."""
    kind, _, term = name.partition(" ")
    if kind in ("profile", "multinomial"):
        return results.conf_int(method=kind).tolist()
    value = getattr(results, kind)
    return [value[term] if term else value]


# Numbers as printed. Each must agree within half a unit of its last digit, or within one of ten
# million (errors: of a million, where R stops its iterations).
SIX = ("total", "bse_total", "deviance", "df_resid", "aic", "bic")
PRINTED = [
    (UK6, "aic", "11418 809.2 22.994 49 162.659 245.499"),
    (UK4, "LA:NG LA:PFNCA", "11987.1 828.8 18.371 8 101.860 142.423"),
    (UK4, "LA:NG LA:PFNCA NG:GO", "11015.2 805.2 11.341 7 96.830 143.188"),
    (UK4, "LA:NG NG:GO", "10371.1 705.2 21.427 8 104.915 145.479"),
    (UK4, "LA:NG LA:PFNCA NG:PFNCA", "13052.1 1124.4 14.974 7 100.462 146.821"),
    (UK4, "LA:NG", "11310.6 734.4 30.608 9 112.097 146.866"),
    (UK4, "LA:NG LA:PFNCA NG:PFNCA NG:GO", "11701.9 1107.8 10.178 6 97.667 149.820"),
    (UK4, "LA:NG LA:PFNCA LA:GO", "11902.7 832.7 18.038 7 103.526 149.885"),
    (UK4, "LA:NG LA:PFNCA PFNCA:GO", "12277.5 1159.7 18.227 7 103.715 150.074"),
    (UK4, "LA:NG LA:PFNCA NG:GO PFNCA:GO", "10338.4 1074.9 10.681 6 98.169 150.323"),
    (UK4, "LA:NG NG:GO PFNCA:GO", "9310.4 834.9 18.695 7 104.184 150.542"),
    # closedpMS.t(X, dfreq = TRUE, maxorder = 3)$results
    (KOSOVO, "123,14,34", "10356.518957 785.9022242 9.322670016 4 132.7466747 203.0296328"),
    (KOSOVO, "123,134", "12740.967742 1600.7132155 1.017054418 3 126.4410591 203.1133770"),
    (KOSOVO, "134,12,23", "18393.306115 1738.8296133 10.250319243 4 133.674324 203.957282"),
    (UK4, "123,34", "18719.260870 3525.7800750 5.910078376 5 95.39870984 153.3469414"),
    (UK4, "234,12", "6809.363636 1114.9819554 12.728847995 5 102.21747945 160.1657110"),
]
OTHERS = [
    # The model that MSEfit chooses, section 1.2
    (UK5, "aic", {
        "df_resid": "19", "deviance": "16.35", "aic": "127.6",
        "params const": "9.0559", "params LA": "-5.0885", "params NG": "-2.9051",
        "params PFNCA": "-2.1485", "params GO": "-2.5218", "params GP": "-3.3053",
        "params LA:NG": "1.5240", "params NG:GP": "-2.9217", "params PFNCA:GP": "-1.2468",
        "params LA:PFNCA": "0.9224", "params GO:GP": "-1.1905", "params NG:GO": "-0.5534",
    }),
    # closedpCI.t(X, dfreq = TRUE, mX = "[123,134]")
    (KOSOVO, "123,134", {"total_multinomial": "12688.00", "multinomial": "10184.3 16703.4"}),
    # glm(Y ~ A*B*C + D + E + B:D, poisson, control = glm.control(epsilon = 1e-14)); confint, which
    # interpolates, prints 14959.91086 and 21450.78816
    (UK5, "LA:NG:PFNCA NG:GO", {
        "total": "17778.40173", "params LA:NG:PFNCA": "-1.68757693373",
        "bse LA:NG:PFNCA": "0.8131949310", "deviance": "50.30861097", "aic": "159.5558581",
        "profile": "14960 21451",
    }),
]  # fmt: skip


def test_estimates_are_as_printed(subtests):
    six = [(*each, dict(zip(SIX, printed.split(), strict=True))) for *each, printed in PRINTED]
    for dataset, model, numbers in [*six, *OTHERS]:
        results = fitted(dataset, model)
        for name, printed in numbers.items():
            with subtests.test(dataset, model=model, name=name):
                wanted = printed.split()
                decimals = len(wanted[0].partition(".")[2])
                near = {"abs": 0.5001 * 10.0**-decimals, "rel": 1e-6 if "bse" in name else 1e-7}
                assert found(results, name) == pytest.approx([*map(float, wanted)], **near)


def test_choices_are_as_printed():
    assert Stepwise(table(UK6), "aic", threshold=0.05).fit().steps["pair"].tolist() == [
        "PF:NCA", "LA:NG", "NG:GP", "LA:PF", "PF:GP", "GO:GP", "NG:GO",
    ]  # fmt: skip
    best = all_models(table(UK4), order=2).head(10)["pairs"].tolist()
    assert best == [model.replace(" ", "+") for _, model, _ in PRINTED[1:11]]
    for rank, (_, model, printed) in enumerate(PRINTED[1:11], start=1):
        row = published(UK4, "Rcapture, closedpMS.t", f"BIC rank {rank}: ")
        assert row.method.endswith(f": {model.replace(' ', '+')}")
        assert row.total == float(printed.split()[0])
    chosen = Stepwise(table(KOSOVO), "bic", order=3).fit()  # the best of Rcapture's 113 models
    assert chosen.total == pytest.approx(10356.518957, rel=1e-7)
    assert chosen.triples == ["EXH:ABA:OSCE"]


def test_all_models_with_three_list_terms_are_as_rcapture_fits_them():
    """The sums of abundance and deviance of the 49 models of closedpMS.t with such a term."""
    counts, every = table(KOSOVO).counts, hierarchical_models(4)
    some = every[every[:, 6:].any(axis=1)]
    assert (len(every), len(some)) == (113, 49)
    fits = fitting.fit_models(4, counts, some)
    saturated = stats.poisson.logpmf(counts, counts).sum()
    deviances = 2 * (saturated - fits.criteria().log_likelihood)
    assert fits.total.sum() == pytest.approx(527203.433, abs=0.001)
    assert deviances.sum() == pytest.approx(4065.188264, abs=1e-5)


# ------------------------------------------------------------------ the published tables

# Software, part of the method, our model, our method of limits, how near to total and limits.
# R interpolates a profile between points: up to a tenth of a person.
IN_TABLE = [
    (UK5, "Rcapture, closedpCI.t", "main effects", "", "multinomial", 0.01, 0.05),
    (UK5, "Rcapture, closedpCI.t", "all ten two", "every pair", "multinomial", 0.005, 0.01),
    (UK5, "R, glm", "", "", "profile", 0.005, 0.05),
    (UK4, "Rcapture, closedpCI.t", "", "LA:NG LA:PFNCA", "multinomial", 0.005, 0.05),
    *((name, "MSETools, independence", "", "", "profile", 0.001, 0.1) for name in FIVE),
]


def published(dataset, software, method=""):
    """The one published result that this names."""
    rows = PUBLISHED[PUBLISHED["method"].str.contains(method, regex=False)]
    (row,) = rows.query("dataset == @dataset and software == @software").itertuples()
    return row


def test_estimates_are_as_published(subtests):
    for dataset, software, method, model, kind, near, near_limits in IN_TABLE:
        row, results = published(dataset, software, method), fitted(dataset, model)
        total = results.total_multinomial if kind == "multinomial" else results.total
        with subtests.test(dataset, software=software, method=method):
            assert total == pytest.approx(row.total, abs=near)
            limits = results.conf_int(method=kind).tolist()
            assert limits == pytest.approx([row.lower, row.upper], abs=near_limits)


def test_totals_at_each_threshold_are_as_published(subtests):
    for dataset, printed in THRESHOLDS.groupby("dataset"):
        with subtests.test(dataset):
            chosen = Stepwise(table(dataset), "overlap", threshold=0.02).fit()
            one = published(dataset, "SparseMSE").total
            assert chosen.total == pytest.approx(one, abs=0.001)
            assert len(printed) == 191
            ours = sweep(table(dataset), printed["p_threshold"].tolist())
            assert ours.to_numpy() == pytest.approx(printed["total"].to_numpy(float), abs=0.001)


def test_internal_consistency_is_as_published(subtests):
    names = ["mean", "standard_deviation", "root_mean_square", "median"]
    covered = ["coverage", "lower_below_truth", "upper_above_truth"]
    for method, estimator in (("SparseMSE", Stepwise), ("independence", LogLinear)):
        rows = [internal_consistency(table(name), estimator).assign(of=name) for name in FIVE]
        found = pd.concat(rows).query("list != 'K'")  # as published: Dutch K has no estimate
        assert len(found) == 10
        printed = data.read("internal-consistency").set_index("method").loc[method]
        if method == "independence":
            # SparseMSE::modelfit refuses a table in which a list saw nobody, so they leave it out
            found = found[found["blind"] == ""]
            assert len(found) == 8
            limits = [LogLinear(table(row.of).given(row.list)).fit().conf_int(method="profile")
                      for row in found.itertuples()]  # fmt: skip
            lower, upper = np.array(limits).T
            below, above = lower < found["truth"], found["truth"] < upper
            have = (below & above).mean(), below.mean(), above.mean()
            assert have == pytest.approx(printed[covered].tolist(), abs=0.0051)
        ratio = found["log_ratio"]
        have = ratio.mean(), ratio.std(), np.sqrt((ratio**2).mean()), ratio.median()
        with subtests.test(method):
            assert have == pytest.approx(printed[names].tolist(), abs=0.00501)


# ------------------------------------------------------------------ other estimators, terms of R


def in_order_of_r(counts):
    """A table whose histories are binary numbers, the first list the leading digit."""
    numbers = [int(each) for each in counts.split()]
    k = (len(numbers) + 1).bit_length() - 1
    rows = [([name for name, digit in zip("ABCDE", f"{at:0{k}b}", strict=False) if digit == "1"], n)
            for at, n in enumerate(numbers, start=1)]  # fmt: skip
    return CaptureHistories.from_counts("ABCDE"[:k], rows)


def test_chaos_lower_bound_is_that_of_rcapture():
    hiv = in_order_of_r("205 621 11 545 10 35 3 403 6 20 0 33 1 3 0")
    assert chao_lower_bound(hiv) == pytest.approx((12064.00215517, 1060.60819437), rel=1e-9)


def test_sample_coverage_and_its_totals_are_those_of_care1():
    for counts, wanted in {
        "63 55 18 69 17 21 28": (0.512689738919, 407.003789673, 507.771995547, 970.804763623),
        "10 182 8 74 7 20 14 709 12 650 46 104 18 157 58": (
            0.80347709164, 2271.68891184, 2457.96868481, 2609.02984040,
        ),
        "83 97 30 4 3 2 0 37 34 37 23 1 0 3 0 27 36 22 5 4 5 1 3 19 18 25 8 1 2 5 2": (
            0.774213701977, 629.541945273, 649.347362593, 659.452351545,
        ),
    }.items():  # fmt: skip
        assert sample_coverage(in_order_of_r(counts)) == pytest.approx(wanted, rel=1e-9)
    # Two lists cannot say how they depend on each other.
    found = sample_coverage(in_order_of_r("30 20 1"))
    assert found.total_independent == pytest.approx(651)
    assert np.isnan([found.total_one_step, found.total_high_coverage]).all()


# ------------------------------------------------------------------ what was computed before


# ------------------------------------------------------------------ all models of order 3


def test_all_models_with_terms_of_three_lists_have_the_known_totals(subtests):
    """Silverman, Chan and Vincent 2024, Table 6: 25,311, 22,991 and 10,357. Weights: a referee."""
    known = {
        UK5: (6212, (25311, 28822, 22991), 20_000, 0.72),
        "netherlands_2010_2015_five_lists": (6212, (148789,), 100_000, 0.86),
        KOSOVO: (113, (10357, 12741, 18393), 9_107, 1.0),
    }
    for dataset, (number, totals, line, weight) in known.items():
        models = all_models(table(dataset))
        with subtests.test(dataset):
            assert len(models) == number
            assert tuple(models["total"].head(len(totals)).round()) == totals
            above = models.loc[models["total"] > line, "bic_weight"].sum()
            assert above == pytest.approx(weight, abs=0.005)
    assert all_models(table(UK5), order=2)["total"][0] == pytest.approx(22991, abs=0.5)


def test_the_answers_by_class_of_models_are_as_a_referee_computed_them():
    answers = answer_map(table(UK5), above=20_000, deltas=[2**-5]).set_index(
        ["models", "criterion"]
    )
    weight = answers["weight_above"].round(2)
    assert weight["up to three lists"].tolist() == [0.72, 0.69, 0.56, 0.32]
    assert weight["pairs"].tolist() == pytest.approx([0.49, 0.28, 0.13, 0.07], abs=0.0101)
    assert weight["decomposable graphs", "delta = 0.03125"] == 0.65
