"""Multiple systems estimation: what it refuses, what it agrees with, and who may run it."""

import itertools
import re

import joblib
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats

import plain_statsmodels
from capture_tables import SMALL, draws_of, of, table
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Population,
    Stepwise,
    all_models,
    bootstrap,
    choice,
    design,
    existence,
    fitting,
    internal_consistency,
    study,
    sweep,
)

# ------------------------------------------------------------------ what is refused

AB = {"A": [1, 0], "B": [1, 1], "cases": [2, 3]}
TABLES = {
    "the count of A+B (-6) is negative": lambda: of(SMALL | {"A+B": -6}),
    "the count of A+B (6.5) is not a whole number": lambda: of(SMALL | {"A+B": 6.5}),
    "the count of A+B (nan) is missing": lambda: of(SMALL | {"A+B": np.nan}),
    "the count of A+B (1,234) is not a number": lambda: of(SMALL | {"A+B": "1,234"}),
    "the history A+B appears twice": lambda: of(SMALL | {"B+A": 2}),
    "no case is on C": lambda: of({"A": 5, "B": 4, "A+B": 2}),
    "no case is on two of the 3 lists": lambda: of({"A": 5, "B": 4, "C": 2}),
    "every case is on A": lambda: of({"A": 5, "A+B": 2, "A+C": 1}),
    "there is no list D; the lists are A, B, C": lambda: of(SMALL | {"A+D": 1}),
    "100 cases are on no list": lambda: CaptureHistories.from_counts("AB", [((), 100)]),
    "there is one list": lambda: of({}, "A"),
    "a list appears twice among A, B, A": lambda: of({}, "ABA"),
    "'A:B' cannot be the name of a list": lambda: CaptureHistories.from_counts(["A:B", "C"], []),
    "13 lists; 12 can be used": lambda: of({}, "ABCDEFGHIJKLM"),
    "becomes part of M: name those to merge": lambda: of(SMALL).merged([], "M"),
    "no list D; the lists": lambda: of(SMALL).without("D"),
    "there is no column C; columns are": lambda: CaptureHistories.from_frame(
        pd.DataFrame(AB), lists=["A", "B", "C"]
    ),
    "'A:B:A' is not a pair of lists": lambda: LogLinear(of(SMALL), ["A:B:A"]),
    "8 lists have 2**28 models": lambda: all_models(table("new_orleans_eight_lists")),
}
FRAMES = {
    "there is no column 'cases'": {"A": [1, 0], "B": [1, 1], "count": [2, 3]},
    "column B holds 2; a column of a list": AB | {"B": [1, 2]},
    "column A holds <NA>": AB | {"A": [1, pd.NA]},
    "the history A+B appears twice": {"history": ["A+B", "A", "B+A"], "cases": [2, 3, 1]},
    "a row names no history": {"history": ["A+B", "A", None], "cases": [2, 3, 1]},
    "B+B names a list twice: write": {"history": ["A+B", "A", "B+B"], "cases": [2, 3, 1]},
}
DRAWN = {
    "have the shape (1, 3): give one row a table and one column for each of": [[1, 2, 3]],
    "the count of B+C (-1) is negative": [[5, 5, 1, 5, 1, -1, 1]],
    "the count of C (nan) is missing": [[5, 5, 1, np.nan, 1, 1, 1]],
}
LIMITS = {
    "use one of wald, profile, multinomial, parametric, bca": {"method": "exact"},
    "alpha = 95: give a number between 0 and 1": {"alpha": 95},
    "the method 'wald' takes no repeats": {"method": "wald", "repeats": 10},
    "at least one table must be drawn": {"method": "bca", "repeats": 0},
    "all totals of 1 resampled tables lie on one side": {"method": "bca", "repeats": 1},
}
RULES = {
    "there is no rule 'p'; use one of overlap, aic, bic": {"rule": "p"},
    "the threshold 1.1 is not a probability from 0 to 1": {"threshold": 1.1},
    "leave the threshold out": {"rule": "bic", "threshold": 0.1},
}
POPULATIONS = {
    "two or more, each between 0 and 1": {"chances": (0.1, 1.0)},
    "one person or more": {"size": 0},
    "are shares": {"elusive": 1.0},
    "faintness = 0: give a number above zero": {"faintness": 0.0},
    "a number above zero": {"odds_ratios": {(0, 1): 0.0}},
    "are not pairs": {"odds_ratios": {(1, 0): 2.0}},
}


def test_what_cannot_be_estimated_is_refused_with_its_reason(subtests):
    given, read = {"size": 100, "chances": (0.1, 0.2, 0.3)}, CaptureHistories.from_frame
    refused = dict(TABLES)
    for said, frame in FRAMES.items():
        refused[f"{said}, in a frame"] = lambda frame=frame: read(pd.DataFrame(frame))
    for said, drawn in DRAWN.items():
        refused[said] = lambda drawn=drawn: Stepwise(of(SMALL)).totals(drawn)
    for said, options in LIMITS.items():
        refused[said] = lambda options=options: LogLinear(of(SMALL)).fit().conf_int(**options)
    for said, options in RULES.items():
        refused[said] = lambda options=options: Stepwise(of(SMALL), **options)
    for said, options in POPULATIONS.items():
        refused[said] = lambda options=options: Population(**given | options)
    for said, call in refused.items():
        words = re.escape(said.removesuffix(", in a frame"))
        with subtests.test(said), pytest.raises(ValueError, match=words):
            call()


def test_bca_without_an_acceleration_is_explained():
    results = LogLinear(of({"A": 9, "B": 9, "A+B": 1}, "AB")).fit()
    with pytest.raises(ValueError, match="no estimate without one of its cases"):
        results.conf_int(method="bca")
    assert results.conf_int(method="parametric", repeats=200)["upper"] == np.inf


# ------------------------------------------------------------------ tables in both forms


def test_both_forms_of_a_frame_give_the_same_table(tmp_path):
    tidy = table("uk_2013_six_lists")
    wide = tidy.to_frame()
    wide.to_csv(tmp_path / "mine.csv", index=False)
    for again in (CaptureHistories.from_frame(wide), CaptureHistories.read(tmp_path / "mine.csv")):
        assert again.lists == tidy.lists
        assert (again.counts == tidy.counts).all()


def test_a_file_is_read_as_spreadsheets_write_it_and_refused_in_another_encoding(
    tmp_path, subtests
):
    mine = tmp_path / "mine.csv"
    for text, encoding in (
        ("history,cases\nNA,9\nžiniasklaida,8\nNA + žiniasklaida,3\n", "utf-8"),
        ("history;cases\nNA;9\nžiniasklaida;8\nNA+žiniasklaida;3\n", "utf-8-sig"),
        ("NA;žiniasklaida;cases\n1;0;9\n0;1;8\n1;1;3\n", "utf-8-sig"),
    ):
        mine.write_text(text, encoding=encoding)
        with subtests.test(text):
            read = CaptureHistories.read(mine)
            assert read.lists == ("NA", "žiniasklaida")
            assert read.counts.tolist() == [9, 8, 3]
    mine.write_text("history,cases\né,9\n", encoding="cp1252")
    with pytest.raises(HistoryError, match=r"mine.csv is not in UTF-8"):
        CaptureHistories.read(mine)


def test_a_table_keeps_its_own_counts_and_counts_its_overlaps():
    counts = np.array([9.0, 8.0, 3.0])
    histories = CaptureHistories(("A", "B"), counts)
    counts[0] = 1
    assert histories.counts.tolist() == [9, 8, 3]
    assert (of(SMALL).observed, of(SMALL).shared) == (104, 14)
    assert of(SMALL).overlaps.to_dict() == {"A:B": 7, "A:C": 4, "B:C": 5}
    given = of(SMALL).given("B")
    assert given.lists == ("A", "C") and given.to_frame()["cases"].tolist() == [6, 4, 1]


def test_merged_lists_and_lists_left_out_are_those_published(subtests):
    uk, dutch = "uk_2013_six_lists", "netherlands_2010_2015_six_lists"
    for ours, published in (
        (table(uk).merged(("PF", "NCA"), "PFNCA"), "uk_2013_five_lists"),
        (table(dutch).merged(("I", "O"), "IO"), "netherlands_2010_2015_five_lists"),
        (table("uk_2013_five_lists").without("GP"), "uk_2013_four_lists"),
    ):
        with subtests.test(published):
            assert ours.lists == table(published).lists
            assert (ours.counts == table(published).counts).all()


# ------------------------------------------------------------------ against statsmodels


def by_statsmodels(histories, pairs):
    """The model by statsmodels alone, zero cells included."""
    frame = histories.to_frame()
    terms = frame[list(histories.lists)].astype(float)
    for pair in pairs:
        one, other = pair.split(":")
        terms[pair] = terms[one] * terms[other]
    model = sm.GLM(frame["cases"], sm.add_constant(terms), family=sm.families.Poisson())
    return model.fit(tol=1e-12, tol_criterion="params", maxiter=200)


MODELS = {
    "uk_2013_six_lists": ["LA:NG", "PF:NCA", "NG:GP"],
    "uk_2013_five_lists": [],
    "uk_2013_four_lists": ["LA:NG", "LA:PFNCA", "NG:GO"],
    "netherlands_2010_2015_five_lists": ["IO:Z", "P:Z", "P:R", "IO:P"],
    "australia_2015_2017_four_lists": ["B:C", "B:D", "A:B"],
    "kosovo_1999_four_lists": ["EXH:ABA", "ABA:OSCE", "EXH:HRW"],
}


def test_results_and_the_vectorised_fit_are_those_of_statsmodels(subtests):
    for dataset, pairs in MODELS.items():
        histories = table(dataset)
        reference = by_statsmodels(histories, pairs)
        results = LogLinear(histories, pairs).fit()
        names = list(results.params.index)
        with subtests.test(dataset):
            np.testing.assert_allclose(results.params, reference.params[names], rtol=1e-8)
            np.testing.assert_allclose(results.bse, reference.bse[names], rtol=1e-8)
            assert results.deviance == pytest.approx(reference.deviance, rel=1e-8)
            assert results.aic == pytest.approx(reference.aic, rel=1e-8)
            assert results.df_resid == reference.df_resid
            k = len(histories.lists)
            fits = fitting.fit_models(k, histories.counts, histories.pair_flags(pairs))
            np.testing.assert_allclose(fits.fitted[0], reference.fittedvalues, rtol=1e-8, atol=1e-9)
            assert fits.log_standard_error[0] == pytest.approx(reference.bse["const"], rel=1e-8)
            assert fits.criteria().log_likelihood[0] == pytest.approx(reference.llf, rel=1e-8)


@pytest.mark.filterwarnings("error")
def test_two_lists_give_lincoln_and_petersen():
    results = LogLinear(of({"A": 30, "B": 20, "A+B": 5}, "AB")).fit()
    assert results.hidden == pytest.approx(30 * 20 / 5) and results.df_resid == 0
    lower, upper = results.conf_int(method="profile")
    assert 55 < lower < 175 < upper < 500
    assert "97.5% profile interval" in results.summary(alpha=0.025).as_text()


def test_the_multinomial_interval_of_two_lists_is_that_of_the_closed_form(subtests):
    # with one shared case statsmodels stops on the way to the limits
    results = LogLinear(of({"A": 30, "B": 20, "A+B": 1}, "AB")).fit()

    def log_likelihood(total):
        lists = sum(n * np.log(n / total) + (total - n) * np.log1p(-n / total) for n in (31, 21))
        return lists + special.gammaln(total + 1) - special.gammaln(total - 51 + 1)

    highest = log_likelihood(results.total_multinomial)
    for alpha in (0.05, 0.001):
        fall = stats.chi2.ppf(1 - alpha, 1) / 2
        with subtests.test(alpha):
            for limit in results.conf_int(alpha, method="multinomial"):
                assert highest - log_likelihood(limit) == pytest.approx(fall, rel=1e-6)
    few = LogLinear(of({"A": 1, "B": 1, "A+B": 10}, "AB")).fit()  # hardly anyone is hidden
    assert few.total_multinomial == 12
    assert few.conf_int(method="multinomial").tolist() == pytest.approx([12, 13.134], abs=1e-3)


def test_large_counts_are_those_of_statsmodels():
    cells = {"A": 4e8, "B": 3e8, "C": 2e8, "A+B": 6e5, "B+C": 4e3, "A+C": 3, "A+B+C": 1}
    for pairs in ([], ["A:B"], ["A:B", "B:C"]):
        reference = by_statsmodels(of(cells), pairs)
        results = LogLinear(of(cells), pairs).fit()
        assert results.hidden == pytest.approx(np.exp(reference.params["const"]), rel=1e-6)


def test_an_estimate_that_is_lost_in_rounding_is_not_given_and_stops_no_other():
    cells = {"A": 140356, "B": 578512, "C": 273600, "D": 641602, "E": 566054, "F": 293463}
    cells |= dict.fromkeys(["A+B+D", "A+C+E", "B+D+E", "B+C+F", "A+C+D+E+F"], 1)
    with pytest.raises(NoEstimateError, match="641,602 cases share so few that the estimate is lo"):
        LogLinear(of(cells, "ABCDEF"), ["B:D", "D:E", "D:F", "E:F"]).fit()
    # at 1e16 it depends on the machine whether one case is lost among the others; at 1e18 it is
    lost = of({"A": 1e18, "B": 1e18, "C": 5e17, "A+B": 1, "B+C": 1, "A+C": 1})
    totals = LogLinear(lost, ["A:B"]).totals(np.array([lost.counts, of(SMALL).counts]))
    assert np.isnan(totals).tolist() == [True, False]


def test_a_pair_that_shares_no_case_has_the_limit_of_its_estimate():
    histories = table("uk_2013_five_lists")
    results = LogLinear(histories, ["LA:NG", "LA:GP"]).fit()
    assert results.params["LA:GP"] == -np.inf and np.isnan(results.bse["LA:GP"])
    both = [name for name in histories.names if {"LA", "GP"} <= set(name.split("+"))]
    assert (results.fittedvalues[both] == 0).all()
    near = by_statsmodels(histories, ["LA:NG", "LA:GP"])  # stops on the way to minus infinity
    assert results.total == pytest.approx(2744 + np.exp(near.params["const"]), rel=1e-6)
    assert results.aic == pytest.approx(near.aic, abs=1e-5)
    assert results.df_resid_all_cells == near.df_resid
    assert results.df_resid == (results.fittedvalues > 0).sum() - np.isfinite(results.params).sum()
    ranked = all_models(histories).set_index("pairs").loc["LA:NG+LA:GP"]
    assert ranked["aic"] == pytest.approx(results.aic, rel=1e-9)
    assert ranked["bic"] == pytest.approx(results.bic, rel=1e-9)
    text = results.summary().as_text()
    for shown in ("Estimated total", "95% profile interval", "LA:NG", "LA:GP", "-inf"):
        assert shown in text
    assert "takes the chosen pairs as given" not in text
    assert "takes the chosen pairs as given" in Stepwise(histories).fit().summary().as_text()


def test_the_likelihood_of_a_sparse_table_has_its_limits():
    sparse = of({"A": 9, "B": 9, "C": 9, "D": 9, "A+B": 4, "C+D": 3, "B+C": 1}, "ABCD")
    two = of({"A": 30, "B": 20, "A+B": 1}, "AB")
    for results in (LogLinear(two).fit(), Stepwise(sparse, "aic").fit()):
        for method in ("profile", "multinomial"):
            lower, upper = results.conf_int(method=method)
            assert results.histories.observed < lower < results.total < upper < np.inf


# ------------------------------------------------------------------ existence

# What the documentation of the package SparseMSE says of its artificial table.
ARTIFICIAL = {
    (): True,
    ("A:C",): True,
    ("B:C",): True,
    ("A:C", "B:C"): True,
    ("A:B",): False,
    ("A:B", "A:C"): False,
    ("A:B", "B:C"): False,
    ("A:B", "A:C", "B:C"): False,
}


def test_existence_is_as_documented_for_the_artificial_table_and_explained():
    histories = table("artificial_three_lists")
    found = {
        pairs: existence.exists(3, histories.counts, histories.pair_flags(pairs))
        for pairs in ARTIFICIAL
    }
    assert found == ARTIFICIAL
    with pytest.raises(NoEstimateError) as caught:
        LogLinear(histories, ["A:B"]).fit()
    assert "the model with A:B has no finite estimate" in str(caught.value)
    assert "nobody can have the history A+C, B+C, A+B+C" in str(caught.value)
    with pytest.raises(NoEstimateError, match="no three lists share cases each with each"):
        LogLinear(histories, ["A:B", "A:C", "B:C"]).fit()


def test_existence_does_not_depend_on_the_size_of_counts():
    pairs = np.array([True, True, False])
    for size in (1, 10**5, 10**9):
        few = of({"A": 10 * size, "B": 9 * size, "C": 5 * size, "A+B": 1, "B+C": 1, "A+C": 1})
        assert existence.exists(3, few.counts, pairs)
        none = of({"A": 6 * size, "B": 5, "C": 4 * size, "A+B+C": size})
        assert not existence.exists(3, none.counts, pairs)
        # rounding would let Newton's method settle
        assert np.isnan(LogLinear(none, ["A:B", "A:C"]).totals(none.counts)).all(), size


def test_a_matrix_that_becomes_singular_on_the_way_to_infinity_stops_nothing():
    every = np.ones(6, dtype=bool)
    for counts in (
        [1, 2, 0, 4, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 2],
        [6, 9, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 2],
    ):
        assert not existence.exists(4, np.array(counts), every)
        both = fitting.fit_models(4, np.array([counts, np.arange(9, 24)]), every)
        assert both.exists.tolist() == [False, True]


def test_independent_lists_have_an_estimate_in_every_table_that_is_accepted():
    generator = np.random.default_rng(8)
    accepted = 0
    for _ in range(150):
        lists = int(generator.integers(2, 5))
        counts = generator.poisson(0.4, size=2**lists - 1)
        start = np.zeros(lists * (lists - 1) // 2, dtype=bool)
        exists = bool(counts.sum()) and existence.exists(lists, counts, start)
        try:
            CaptureHistories(tuple("ABCD"[:lists]), counts)
        except HistoryError as error:
            assert not exists or "no case is on" in str(error), counts
        else:
            accepted += 1
            assert exists, counts
    assert 25 < accepted < 125


# ------------------------------------------------------------------ rules and resampling


def test_a_sweep_is_the_choice_at_each_threshold_and_a_path_holds_their_steps():
    histories = table("us_western_site_five_lists")
    for rule in ("overlap", "aic"):
        path = Stepwise(histories, rule).path()
        thresholds = [0.0, 0.0005, 0.02, 0.1, *path["p_value"], 1.0]
        one_by_one = [Stepwise(histories, rule, at).fit().total for at in thresholds]
        np.testing.assert_allclose(sweep(histories, thresholds, rule), one_by_one, rtol=1e-9)
    histories = table("uk_2013_five_lists")
    path, steps = Stepwise(histories).path(), Stepwise(histories, threshold=0.02).fit().steps
    pd.testing.assert_frame_equal(path.iloc[: len(steps)], steps)
    assert (steps["p_value"] < 0.02).all() and path["p_value"][len(steps)] >= 0.02


def test_the_order_of_lists_decides_nothing_where_probabilities_are_zero():
    counts = [23, 38_316, 18, 2_509, 38_879, 4_273, 2_381]
    cells = dict(zip(CaptureHistories(tuple("ABC"), counts).names, counts, strict=True))
    totals = set()
    for order in itertools.permutations("ABC"):
        named = {"+".join(sorted(name.split("+"), key=order.index)): n for name, n in cells.items()}
        totals.add(round(Stepwise(of(named, "".join(order))).fit().total))
    assert len(totals) == 1, f"the order of the lists chose between {totals}"


def test_the_rule_overlap_is_sparsemse_written_out_on_sparse_tables():
    generator = np.random.default_rng(11)
    passed_over = 0
    for _ in range(8):
        counts = generator.poisson(0.35, size=15).astype(float)
        counts[[0, 1, 3, 7]] += generator.integers(5, 40, size=4)
        if not existence.exists(4, counts, np.zeros(6, bool)):
            continue
        flags = design.all_terms(4)[:, 1:5].astype(bool)
        ours = choice.choose("overlap", 4, counts, 0.4).models
        wanted = plain_statsmodels.sparsemse_total(flags, counts, 0.4)
        assert ours.total[0] == pytest.approx(wanted, rel=1e-6), counts
        one_more = ours.pairs | np.eye(6, dtype=bool)
        passed_over += not fitting.fit_models(4, counts, one_more).exists.all()
    assert passed_over > 2, "too few tables have a pair that the rule must pass over"


def test_a_choice_for_many_tables_is_the_choice_for_each():
    histories = table("us_western_site_five_lists")
    draws = draws_of(histories, 10, seed=2)
    for rule, order in itertools.product(("overlap", "aic", "bic"), (2, 3)):
        model = Stepwise(histories, rule, order=order)
        alone = [model.totals(draw[None])[0] for draw in draws]
        np.testing.assert_allclose(model.totals(draws), alone, rtol=1e-8)


def test_a_bootstrap_is_the_same_for_the_same_seed_and_another_for_another():
    results = Stepwise(table("us_western_site_five_lists")).fit()
    for kind in bootstrap.KINDS:
        first, again, other = (
            results.bootstrap(kind, repeats=20, seed=s).totals for s in (4, 4, 5)
        )
        assert (first == again).all() and (first != other).any()


def test_resampled_tables_without_an_estimate_are_counted_and_open_the_interval():
    histories = of({"A": 9, "B": 9, "C": 9, "A+B": 1, "B+C": 1})
    boot = LogLinear(histories).fit().bootstrap("bca", repeats=300)
    assert 10 < boot.without_estimate < 120
    assert boot.conf_int()[1] == np.inf


def test_rounding_does_not_decide_which_totals_lie_below_the_estimate():
    draws = {"repeats": 2000, "seed": 1}
    one = LogLinear(of({"A": 6, "B": 7, "A+B": 5}, "AB")).fit().bootstrap(**draws)
    equal = np.isclose(one.totals, one.total, rtol=1e-9)
    assert equal.any(), "some tables are meant to have the estimate itself"
    strictly = stats.norm.ppf(((one.totals < one.total) & ~equal).mean())
    assert one.correction == pytest.approx(strictly, abs=1e-12)
    assert one.conf_int()[1] == pytest.approx(50, abs=0.5), "SparseMSE has 19.6 to 50"


# ------------------------------------------------------------------ known totals


def test_internal_consistency_says_what_it_could_not_estimate():
    frame = internal_consistency(table("netherlands_2010_2015_five_lists"), Stepwise)
    frame = frame.set_index("list")
    assert frame["truth"].to_dict() == {"IO": 929, "K": 1348, "P": 4812, "R": 742, "Z": 848}
    assert "no case is on two of the 3 lists" in frame.loc["K", "lacks"]
    assert np.isnan(frame.loc["K", "total"]) and frame.loc["R", "blind"] == "K"


def test_a_population_has_the_chances_and_odds_that_it_was_given():
    given = Population(1000, (0.1, 0.2, 0.3), {(0, 2): 4.0}, unreachable=0.25)
    cells = given.probabilities() / 0.75
    flags = design.all_terms(3)[:, 1:4].astype(bool)
    np.testing.assert_allclose([cells[flag].sum() for flag in flags.T], [0.1, 0.2, 0.3])
    nobody = 1 - cells.sum()
    assert cells[0b101 - 1] * nobody / (cells[0b001 - 1] * cells[0b100 - 1]) == pytest.approx(4)
    assert cells[0b011 - 1] * nobody / (cells[0b001 - 1] * cells[0b010 - 1]) == pytest.approx(1)


def test_the_elusive_are_a_share_of_persons_with_smaller_odds():
    odds = np.array([0.10, 0.20, 0.15])
    plain, faint = odds / (1 + odds), 0.25 * odds / (1 + 0.25 * odds)
    flags = design.all_terms(3)[:, 1:4].astype(bool)
    wanted = sum(
        share * np.where(flags, chances, 1 - chances).prod(axis=1)
        for share, chances in ((0.6, plain), (0.4, faint))
    )
    given = Population(1000, 0.6 * plain + 0.4 * faint, elusive=0.4, faintness=0.25)
    np.testing.assert_allclose(given.probabilities(), wanted, rtol=1e-9)


def test_dependence_biases_estimates_in_its_direction():
    chances = (0.10, 0.15, 0.08, 0.12)
    found = study(
        {
            "independent": Population(5000, chances),
            "together": Population(5000, chances, {(0, 1): 5.0}),
            "apart": Population(5000, chances, {(0, 1): 0.2}),
            "unreachable": Population(5000, chances, unreachable=0.3),
        },
        estimators=["independence", "overlap"],
        repeats=200,
    ).set_index(["population", "estimator"])
    bias, coverage = found["bias"], found["coverage"]
    assert abs(bias["independent", "independence"]) < 0.02
    assert coverage["independent", "independence"] == pytest.approx(0.95, abs=0.05)
    assert bias["together", "independence"] < -0.15 and bias["apart", "independence"] > 0.08
    assert abs(bias["together", "overlap"]) < 0.05, "a rule that sees the pair corrects it"
    assert bias["unreachable", "overlap"] == pytest.approx(np.log(0.7), abs=0.05)


def test_a_study_counts_tables_without_an_estimate():
    few, none = Population(40, (0.02, 0.03)), Population(2, (0.01, 0.01))
    found = study({"few": few, "none": none}, repeats=100)
    failed = found.groupby("population")["failed"].max()
    assert 0.3 < failed["few"] < 1 and failed["none"] == 1
    assert found.loc[found["population"] == "none", "median"].isna().all()
    with pytest.raises(ValueError, match="there is no estimator"):
        study({}, estimators=["magic"])


@pytest.mark.slow
def test_a_dask_cluster_takes_the_fits_over_without_a_change():
    import distributed  # a second to import, and for this test only

    results = Stepwise(table("us_western_site_five_lists")).fit()
    here = results.bootstrap(repeats=300, seed=7).totals
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        there = results.bootstrap(repeats=300, seed=7).totals
        by = client.run(lambda dask_worker: len(dask_worker.state.log))
    assert (here == there).all()
    assert len(by) == 2 and all(by.values()), "a worker of the cluster did nothing"
