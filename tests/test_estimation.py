"""Multiple systems estimation: tables, models against statsmodels, existence, known totals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats

import plain_statsmodels
from capture_tables import SMALL, hierarchical_models, of, one_row_a_case, table
from decentwork.estimation import (
    CaptureHistories,
    LogLinear,
    Population,
    Stepwise,
    Stratified,
    all_models,
    design,
    existence,
    fitting,
    hierarchy,
    internal_consistency,
    study,
)

# ------------------------------------------------------------------ tables


def test_both_forms_of_a_frame_give_the_same_table(tmp_path):
    tidy = table("uk_2013_six_lists")
    wide = tidy.to_frame()
    wide.to_csv(tmp_path / "mine.csv", index=False)
    for again in (CaptureHistories.from_frame(wide), CaptureHistories.read(tmp_path / "mine.csv")):
        assert again.lists == tidy.lists and (again.counts == tidy.counts).all()


def test_a_file_is_read_as_spreadsheets_write_it(tmp_path):
    mine = tmp_path / "mine.csv"
    for text, encoding in (
        ("history,cases\nNA,9\nžiniasklaida,8\nNA + žiniasklaida,3\n", "utf-8"),
        ("history;cases\nNA;9\nžiniasklaida;8\nNA+žiniasklaida;3\n", "utf-8-sig"),
        ("NA;žiniasklaida;cases\n1;0;9\n0;1;8\n1;1;3\n", "utf-8-sig"),
    ):
        mine.write_text(text, encoding=encoding)
        read = CaptureHistories.read(mine)
        assert (read.lists, read.counts.tolist()) == (("NA", "žiniasklaida"), [9, 8, 3]), text


def test_cases_are_counted_in_each_way_of_writing_yes_and_no():
    wanted, cases = of(SMALL), one_row_a_case(SMALL)
    cases["person"] = range(len(cases))
    for written in (
        {}, {0: False, 1: True}, {0: "no", 1: "Yes"}, {0: "0", 1: "1"}, {0: 0.0, 1: 1.0},
    ):  # fmt: skip
        frame = cases.assign(**{name: cases[name].replace(written) for name in "ABC"})
        have = CaptureHistories.from_cases(frame, person="person")
        assert have.lists == wanted.lists and (have.counts == wanted.counts).all(), written


def test_overlaps_merged_lists_and_lists_left_out():
    assert (of(SMALL).observed, of(SMALL).shared) == (104, 14)
    assert of(SMALL).overlaps.to_dict() == {"A:B": 7, "A:C": 4, "B:C": 5}
    given = of(SMALL).given("B")
    assert given.lists == ("A", "C") and given.to_frame()["cases"].tolist() == [6, 4, 1]
    uk, dutch = "uk_2013_six_lists", "netherlands_2010_2015_six_lists"
    for ours, published in (
        (table(uk).merged(("PF", "NCA"), "PFNCA"), "uk_2013_five_lists"),
        (table(dutch).merged(("I", "O"), "IO"), "netherlands_2010_2015_five_lists"),
        (table("uk_2013_five_lists").without("GP"), "uk_2013_four_lists"),
    ):
        assert ours.lists == table(published).lists
        assert (ours.counts == table(published).counts).all(), published


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
        fits = fitting.fit_models(
            len(histories.lists), histories.counts, histories.pair_flags(pairs)
        )
        with subtests.test(dataset):
            for ours, theirs in (
                (results.params, reference.params[names]),
                (results.bse, reference.bse[names]),
                ([results.deviance, results.aic], [reference.deviance, reference.aic]),
                (fits.fitted[0], reference.fittedvalues),
                (fits.log_standard_error, [reference.bse["const"]]),
                (fits.criteria().log_likelihood, [reference.llf]),
            ):
                np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9)
            assert results.df_resid == reference.df_resid


def test_large_counts_are_those_of_statsmodels_and_lost_ones_stop_no_other():
    cells = {"A": 4e8, "B": 3e8, "C": 2e8, "A+B": 6e5, "B+C": 4e3, "A+C": 3, "A+B+C": 1}
    for pairs in ([], ["A:B"], ["A:B", "B:C"]):
        reference = by_statsmodels(of(cells), pairs)
        results = LogLinear(of(cells), pairs).fit()
        assert results.hidden == pytest.approx(np.exp(reference.params["const"]), rel=1e-6)
    # At 1e16 it depends on the machine whether one case is lost among the others; at 1e18 it is.
    lost = of({"A": 1e18, "B": 1e18, "C": 5e17, "A+B": 1, "B+C": 1, "A+C": 1})
    totals = LogLinear(lost, ["A:B"]).totals(np.array([lost.counts, of(SMALL).counts]))
    assert np.isnan(totals).tolist() == [True, False]


def test_a_pair_that_shares_no_case_has_the_limit_of_its_estimate():
    histories = table("uk_2013_five_lists")
    results = LogLinear(histories, ["LA:NG", "LA:GP"]).fit()
    assert results.params["LA:GP"] == -np.inf and np.isnan(results.bse["LA:GP"])
    both = [name for name in histories.names if {"LA", "GP"} <= set(name.split("+"))]
    assert (results.fittedvalues[both] == 0).all()
    assert results.resid_pearson[both].isna().all() and results.nobs == 31 - len(both)
    near = by_statsmodels(histories, ["LA:NG", "LA:GP"])  # stops on the way to minus infinity
    assert results.total == pytest.approx(2744 + np.exp(near.params["const"]), rel=1e-6)
    assert results.aic == pytest.approx(near.aic, abs=1e-5)
    assert results.df_resid_all_cells == near.df_resid
    assert results.df_resid == (results.fittedvalues > 0).sum() - np.isfinite(results.params).sum()
    ranked = all_models(histories).set_index("pairs").loc["LA:NG+LA:GP"]
    assert ranked[["aic", "bic"]].tolist() == pytest.approx([results.aic, results.bic], rel=1e-9)
    tidy = results.tidy().set_index("term")
    assert np.isneginf(tidy.loc["LA:GP", "estimate"])
    assert tidy.loc["LA:GP", ["conf_low", "conf_high"]].isna().all()
    text = results.summary().as_text()
    for shown in ("Estimated total", "95% profile interval", "LA:NG", "LA:GP", "-inf"):
        assert shown in text
    chosen = Stepwise(histories).fit().summary().as_text()
    assert "takes the chosen pairs as given" in chosen and "takes the chosen" not in text


# ------------------------------------------------------------------ closed forms


@pytest.mark.filterwarnings("error")
def test_two_lists_give_lincoln_and_petersen_and_the_multinomial_interval():
    # With one shared case statsmodels stops on the way to the limits.
    results = LogLinear(of({"A": 30, "B": 20, "A+B": 1}, "AB")).fit()
    assert results.hidden == pytest.approx(30 * 20) and results.df_resid == 0

    def log_likelihood(total):
        lists = sum(n * np.log(n / total) + (total - n) * np.log1p(-n / total) for n in (31, 21))
        return lists + special.gammaln(total + 1) - special.gammaln(total - 51 + 1)

    highest = log_likelihood(results.total_multinomial)
    for alpha in (0.05, 0.001):
        fall = stats.chi2.ppf(1 - alpha, 1) / 2
        for limit in results.conf_int(alpha, method="multinomial"):
            assert highest - log_likelihood(limit) == pytest.approx(fall, rel=1e-6)
    few = LogLinear(of({"A": 1, "B": 1, "A+B": 10}, "AB")).fit()  # hardly anyone is hidden
    assert few.total_multinomial == 12
    assert few.conf_int(method="multinomial").tolist() == pytest.approx([12, 13.134], abs=1e-3)


# ------------------------------------------------------------------ strata


def test_strata_have_tables_of_their_own_without_lists_that_have_no_case():
    women = one_row_a_case(SMALL).assign(sex="women")
    men = one_row_a_case({"A": 25, "B": 30, "A+B": 9}).assign(sex="men")
    strata = CaptureHistories.from_cases(pd.concat([women, men]), by="sex")
    assert [(name, one.lists) for name, one in strata.items()] == [
        ("men", ("A", "B")), ("women", ("A", "B", "C")),
    ]  # fmt: skip
    results = Stratified(strata, LogLinear).fit()
    apart = [LogLinear(table).fit().total for table in strata.values()]
    assert results.total == pytest.approx(sum(apart))
    assert results.to_frame()["without_case"].tolist() == ["C", ""]


# ------------------------------------------------------------------ existence

# What the documentation of the package SparseMSE says of its artificial table.
ARTIFICIAL = {(): True, ("A:C",): True, ("B:C",): True, ("A:C", "B:C"): True} | {
    ("A:B", *others): False for others in ((), ("A:C",), ("B:C",), ("A:C", "B:C"))
}


def test_existence_is_as_documented_for_the_artificial_table():
    histories = table("artificial_three_lists")
    for pairs, there in ARTIFICIAL.items():
        assert existence.exists(3, histories.counts, histories.pair_flags(pairs)) == there, pairs


def test_existence_does_not_depend_on_the_size_of_counts():
    pairs = np.array([True, True, False])
    for size in (1, 10**5, 10**9):
        few = of({"A": 10 * size, "B": 9 * size, "C": 5 * size, "A+B": 1, "B+C": 1, "A+C": 1})
        assert existence.exists(3, few.counts, pairs)
        none = of({"A": 6 * size, "B": 5, "C": 4 * size, "A+B+C": size})
        assert not existence.exists(3, none.counts, pairs)
        # Rounding would let Newton's method settle.
        assert np.isnan(LogLinear(none, ["A:B", "A:C"]).totals(none.counts)).all(), size


def test_a_matrix_that_becomes_singular_on_the_way_to_infinity_stops_nothing():
    every = np.ones(6, dtype=bool)
    for counts in (
        [1, 2, 0, 4, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 2],
        [6, 9, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 2],
    ):
        both = fitting.fit_models(4, np.array([counts, np.arange(9, 24)]), every)
        assert both.exists.tolist() == [False, True]


def plain_design(lists, counts, terms):
    """Fitted cells and the matrix of a model, from sets of lists, without the package's arrays.

    A term whose lists share no case goes, and so do all cells that name its lists.
    """
    groups = [(i,) for i in range(lists)]
    groups += [group for group, on in zip(hierarchy.groups(lists, 3), terms, strict=True) if on]
    cells = [frozenset(i for i in range(lists) if n >> i & 1) for n in range(1, 2**lists)]
    cases = dict(zip(cells, counts, strict=True))
    empty = [g for g in groups if not sum(cases[cell] for cell in cells if cell >= set(g))]
    kept = [cell for cell in cells if not any(cell >= set(group) for group in empty)]
    columns = [(), *(group for group in groups if group not in empty)]
    matrix = np.array([[float(cell >= set(group)) for group in columns] for cell in kept])
    return np.array([cases[cell] for cell in kept]), matrix.reshape(len(kept), len(columns))


def test_a_model_is_identified_and_exists_as_the_linear_program_of_sparsemse_says():
    for lists, models in ((3, 9), (4, 113)):
        every = hierarchical_models(lists)
        assert len(every) == models  # 4 lists: as many as Rcapture's closedpMS.t(maxorder = 3) fits
        rng, seen = np.random.default_rng(5), set()
        for _ in range(80):
            terms = every[rng.integers(len(every))]
            counts = rng.poisson(rng.choice([0.3, 1, 4]), size=2**lists - 1).astype(float)
            kept, matrix = plain_design(lists, counts, terms)
            told_apart = bool(np.linalg.matrix_rank(matrix) == matrix.shape[1])
            there = plain_statsmodels.exists(matrix, kept)
            model = design.specify(lists, counts, terms)
            assert model.identified[0] == told_apart, (counts, terms)
            assert (model.cells[0].sum(), model.terms[0].sum()) == matrix.shape, (counts, terms)
            assert existence.exists(lists, counts, terms) == there, (counts, terms)
            assert fitting.fit_models(lists, counts, terms).exists[0] == there, (counts, terms)
            seen.add((terms[lists * (lists - 1) // 2 :].any(), told_apart, there))
        expected = {(False, True, True), (False, True, False), (True, False, False)}
        if lists > 3:  # of three, all three together with their pairs leave nothing to estimate
            expected |= {(True, True, True), (True, True, False)}
        assert seen >= expected


def test_models_with_terms_of_three_lists_fit_the_sums_of_all_their_terms():
    """Newton's fits solve the equations of maximum likelihood."""
    counts, every = table("kosovo_1999_four_lists").counts, hierarchical_models(4)
    fits = fitting.fit_models(4, counts, every)
    assert fits.exists.all()
    sums = design.all_terms(4, 3)
    for row, terms in enumerate(every):
        chosen = np.concatenate([np.ones(5, dtype=bool), terms])
        assert fits.fitted[row] @ sums[:, chosen] == pytest.approx(counts @ sums[:, chosen])
    model = LogLinear(table("kosovo_1999_four_lists"), ["OSCE:EXH", "HRW:OSCE:EXH"])
    assert (model.triples, model.completed) == (["EXH:OSCE:HRW"], ["EXH:HRW", "OSCE:HRW"])
    assert "bring pairs that were not named: EXH:HRW, OSCE:HRW." in str(model.fit().summary())


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
    a, b, both_ab, c, both_ac, *_ = cells
    nobody = 1 - cells.sum()
    assert both_ac * nobody / (a * c) == pytest.approx(4)
    assert both_ab * nobody / (a * b) == pytest.approx(1)
    # The elusive are a share of persons with smaller odds.
    odds = np.array([0.10, 0.20, 0.15])
    plain, faint = odds / (1 + odds), 0.25 * odds / (1 + 0.25 * odds)
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


@pytest.mark.slow
def test_intervals_of_a_sum_hold_a_known_total_about_as_often_as_they_say():
    """Two imagined strata with independent lists: 0.95 of 120, give or take three errors."""
    sizes, chances = (300, 500), ([0.3, 0.25, 0.4], [0.2, 0.3, 0.35])
    tables = [
        Population(size, chance).tables(120, seed)
        for seed, (size, chance) in enumerate(zip(sizes, chances, strict=True))
    ]
    held = 0
    for one, other in zip(*tables, strict=True):
        strata = {"one": CaptureHistories("ABC", one), "other": CaptureHistories("ABC", other)}
        lower, upper = Stratified(strata, LogLinear).fit().conf_int(repeats=200)
        held += lower <= sum(sizes) <= upper
    assert 0.89 <= held / 120 <= 1
