"""Diagnostics, and results as users of statsmodels expect them: R has the same numbers.

Typed numbers are what Rcapture 1.4-4, CARE1 1.1.0 and ``glm`` printed for the tables named next to
them. HIV is a data set of Rcapture; hepatitis, diabetes and congenital anomalies are of CARE1.
"""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    Stepwise,
    all_models,
    chao_lower_bound,
    goodness_of_fit,
    leave_one_list_out,
    sample_coverage,
)

UK, SPARSE = table("uk_2013_five_lists"), of(SMALL)


def in_order_of_r(counts):
    """A table whose histories are binary numbers, the first list the leading digit."""
    k = int(np.log2(len(counts) + 1))
    rows = [
        ([name for name, digit in zip("ABCDE", f"{number:0{k}b}", strict=False) if digit == "1"], n)
        for number, n in enumerate(counts, start=1)
    ]
    return CaptureHistories.from_counts("ABCDE"[:k], rows)


# fmt: off
HIV = in_order_of_r([205, 621, 11, 545, 10, 35, 3, 403, 6, 20, 0, 33, 1, 3, 0])
HEPATITIS = in_order_of_r([63, 55, 18, 69, 17, 21, 28])
DIABETES = in_order_of_r([10, 182, 8, 74, 7, 20, 14, 709, 12, 650, 46, 104, 18, 157, 58])
CONGENITAL = in_order_of_r(
    [83, 97, 30, 4, 3, 2, 0, 37, 34, 37, 23, 1, 0, 3, 0, 27, 36, 22, 5, 4, 5, 1, 3, 19, 18, 25, 8,
     1, 2, 5, 2]
)
# fmt: on


def test_chaos_lower_bound_is_that_of_rcapture():
    assert chao_lower_bound(HIV) == pytest.approx((12064.00215517, 1060.60819437), rel=1e-9)


def test_sample_coverage_and_its_totals_are_those_of_care1():
    wanted = (0.512689738919, 407.003789673, 507.771995547, 970.804763623)
    assert sample_coverage(HEPATITIS) == pytest.approx(wanted, rel=1e-9)
    wanted = (0.80347709164, 2271.68891184, 2457.96868481, 2609.02984040)
    assert sample_coverage(DIABETES) == pytest.approx(wanted, rel=1e-9)
    wanted = (0.774213701977, 629.541945273, 649.347362593, 659.452351545)
    assert sample_coverage(CONGENITAL) == pytest.approx(wanted, rel=1e-9)
    # two lists cannot say how they depend on each other
    found = sample_coverage(CaptureHistories.from_counts("AB", [("A", 20), ("B", 30), ("AB", 1)]))
    assert found.total_independent == pytest.approx(651)
    assert np.isnan(found.total_one_step) and np.isnan(found.total_high_coverage)


R_TERMS = ["const", "LA", "NG:GP"]
R_WALD = [(9.12879921518, 9.433449344923), (-5.38862540517, -4.869691032226),
          (-4.68205098114, -0.744387853596)]  # fmt: skip
R_PROFILE = [(9.13105018564, 9.43584920059), (-5.39601322901, -4.87656814424),
             (-5.58180280240, -1.21597583876)]  # fmt: skip
R_RESIDUALS = {
    "resid_deviance": [-1.231104638287, -0.347997848807, -0.109262871195, -0.767742693139],
    "resid_pearson": [-1.198994336847, -0.347066115441, -0.108755104651, -0.764659648754],
    "resid_response": [-9.558838113978, -7.528442807689, -0.427162059269, -24.414257718065],
}


@pytest.fixture(scope="module")
def fitted():
    return LogLinear(UK, ["LA:NG", "NG:GP"]).fit()


def test_limits_of_terms_are_those_of_r(fitted):
    """R stops its iterations earlier and interpolates profiles, hence the margins."""
    wald = fitted.params_conf_int().loc[R_TERMS].to_numpy()
    profile = fitted.params_conf_int(method="profile").loc[R_TERMS].to_numpy()
    assert wald == pytest.approx(np.array(R_WALD), abs=5e-4)
    assert profile == pytest.approx(np.array(R_PROFILE), abs=1e-3)
    low, high = fitted.conf_int()
    hidden = np.exp(profile[0]) + UK.observed
    assert hidden == pytest.approx([low, high], rel=1e-9), "total and constant have one profile"


def test_residuals_are_those_of_r(fitted):
    for name, wanted in R_RESIDUALS.items():
        assert getattr(fitted, name).tolist()[:4] == pytest.approx(wanted, abs=1e-6), name


def test_histories_that_were_not_fitted_have_no_residual_and_their_pair_no_limits():
    results = LogLinear(of({"A": 9, "B": 8, "C": 7, "A+C": 3}), ["A:B"]).fit()
    assert results.nobs == 5 and len(results.resid_pearson) == 7
    assert results.resid_pearson.isna().sum() == results.resid_response.isna().sum() == 2
    tidy = results.tidy().set_index("term")
    assert np.isneginf(tidy.loc["A:B", "estimate"])
    assert tidy.loc["A:B", ["conf_low", "conf_high"]].isna().all()


def test_predict_names_histories_in_any_order_and_those_on_no_list(fitted):
    expected = fitted.predict(["NG+LA", ""])
    assert expected.tolist() == [fitted.fittedvalues["LA+NG"], fitted.hidden]
    assert fitted.predict().equals(fitted.fittedvalues.rename("expected"))
    with pytest.raises(HistoryError, match="'LA\\+X' is not a history of the lists"):
        fitted.predict(["LA+X"])
    with pytest.raises(HistoryError, match="has an empty or a repeated list: write each list"):
        fitted.predict(["LA+LA"])
    with pytest.raises(ValueError, match="terms have no limits by 'bca'; use one of wald, prof"):
        fitted.params_conf_int(method="bca")


def test_results_are_tidied_and_pickled(fitted):
    tidy = fitted.tidy()
    assert tidy["term"].tolist() == [*fitted.params.index, "total"]
    last = tidy.iloc[-1]
    assert last["estimate"] == fitted.total and last["conf_low"] == fitted.conf_int()["lower"]
    again = pickle.loads(pickle.dumps(fitted))
    assert again.total == fitted.total and again.conf_int().equals(fitted.conf_int())


# ------------------------------------------------------------------ fit, and one list less


def test_a_model_that_made_the_table_fits_and_one_that_did_not_does_not():
    assert goodness_of_fit(LogLinear(SPARSE).fit(), repeats=200).p_value > 0.05
    bad = of(SMALL | {"A+B": 30})
    assert goodness_of_fit(LogLinear(bad).fit(), repeats=200).p_value < 0.02


def test_drawn_tables_are_fitted_as_the_observed_one_was():
    results = Stepwise(UK, "bic").fit()
    drawn = goodness_of_fit(results, repeats=3, seed=5)
    tables = np.random.default_rng(5)
    counts = UK.observed / results.total
    sizes = tables.binomial(round(results.total), counts, size=3)
    shares = results.fittedvalues.to_numpy() / results.fittedvalues.sum()
    first = tables.multinomial(sizes, shares)[0]
    again = Stepwise(CaptureHistories(UK.lists, first), "bic").fit()
    assert drawn.deviances[0] == pytest.approx(again.deviance)


def test_one_list_less_has_a_row_for_each_list_and_says_what_is_lacking():
    frame = leave_one_list_out(SPARSE, LogLinear)
    assert frame["left_out"].tolist() == ["", "A", "B", "C"]
    assert frame["total"].iloc[1] == pytest.approx(LogLinear(SPARSE.without("A")).fit().total)
    frame = leave_one_list_out(of({"A": 4, "B": 4, "A+B": 2}, "AB"))
    assert frame["lacks"].str.contains("there is one list").tolist() == [False, True, True]
    assert frame["total"].isna().tolist() == [False, True, True]


# ------------------------------------------------------------------ plots


def test_plots_show_what_was_computed():
    from decentwork.estimation import plots

    results = Stepwise(UK, "bic").fit()
    marks = plots.fitted_against_observed(results).lines[1]
    assert marks.get_ydata() == pytest.approx(
        results.fittedvalues[results.resid_pearson.notna()].to_numpy()
    )
    models = all_models(SPARSE)
    (cloud,) = plots.totals_by_bic(models).collections
    near = models[models["bic"] < models["bic"].min() + plots.FURTHEST]
    assert np.asarray(cloud.get_offsets())[:, 0] == pytest.approx(near["total"].to_numpy())
    drawn = results.bootstrap("parametric", repeats=50)
    ax = plots.resampled_totals(drawn)
    assert sum(bar.get_height() for bar in ax.patches) == 49
    lower, upper = drawn.conf_int()
    assert [line.get_xdata()[0] for line in ax.lines] == [drawn.total, lower, upper]
    assert "1 further right" in {text.get_text() for text in ax.texts}


@pytest.mark.slow
def test_plots_without_matplotlib_are_refused_in_a_sentence():
    code = (
        "import sys\nsys.modules['matplotlib'] = None\n"
        "from decentwork.estimation import CaptureHistories, LogLinear, plots\n"
        "table = CaptureHistories(['A', 'B'], [20, 30, 10])\n"
        "plots.fitted_against_observed(LogLinear(table).fit())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    assert 'pip install "decentwork[figures]". All else works without it.' in run.stderr
