"""Diagnostics, plots, and results as users of statsmodels expect them."""

import pickle

import numpy as np
import pytest

from capture_tables import SMALL, of, table
from decentwork.estimation import (
    CaptureHistories,
    LogLinear,
    Stepwise,
    all_models,
    goodness_of_fit,
    leave_one_list_out,
)

UK, SPARSE = table("uk_2013_five_lists"), of(SMALL)


def test_results_predict_are_tidied_and_pickled():
    fitted = LogLinear(UK, ["LA:NG", "NG:GP"]).fit()
    expected = fitted.predict(["NG+LA", ""])
    assert expected.tolist() == [fitted.fittedvalues["LA+NG"], fitted.hidden]
    assert fitted.predict().equals(fitted.fittedvalues.rename("expected"))
    tidy = fitted.tidy()
    assert tidy["term"].tolist() == [*fitted.params.index, "total"]
    last = tidy.iloc[-1]
    assert (
        last["estimate"] == fitted.total
        and last["conf_low"] == fitted.conf_int(method="profile")["lower"]
    )
    again = pickle.loads(pickle.dumps(fitted))
    assert again.total == fitted.total and again.conf_int().equals(fitted.conf_int())


def test_a_model_that_made_the_table_fits_and_one_that_did_not_does_not():
    assert goodness_of_fit(LogLinear(SPARSE).fit(), repeats=200).p_value > 0.05
    bad = of(SMALL | {"A+B": 30})
    assert goodness_of_fit(LogLinear(bad).fit(), repeats=200).p_value < 0.02


def test_drawn_tables_are_fitted_as_the_observed_one_was():
    results = Stepwise(UK, "bic").fit()
    drawn = goodness_of_fit(results, repeats=3, seed=5)
    tables = np.random.default_rng(5)
    sizes = tables.binomial(round(results.total), UK.observed / results.total, size=3)
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
    assert [line.get_xdata()[0] for line in ax.lines] == [drawn.total, *drawn.conf_int()]
    assert "1 further right" in {text.get_text() for text in ax.texts}
