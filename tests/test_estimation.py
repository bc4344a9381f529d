"""Multiple systems estimation: tables, models against statsmodels, existence, known totals."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

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


def test_equal_tables_are_equal_and_stay_protected_when_pickled_or_copied():
    one = of(SMALL)
    copies = [pickle.loads(pickle.dumps(one)), copy.deepcopy(one), of(SMALL)]
    assert all(each == one and hash(each) == hash(one) for each in copies)
    assert one != of(SMALL | {"A": 41}) and one != one.counts.tolist()
    for each in copies:
        with pytest.raises(ValueError, match="read-only"):
            each.counts[0] = 1


# ------------------------------------------------------------------ against statsmodels


def by_statsmodels(histories, pairs):
    """The model by statsmodels alone, zero cells included."""
    place = {name: at for at, name in enumerate(histories.lists)}
    both = [histories.flags[:, [place[name] for name in pair.split(":")]].all(1) for pair in pairs]
    terms = np.column_stack([np.ones(len(histories.counts)), histories.flags, *both]).astype(float)
    model = sm.GLM(histories.counts, terms, family=sm.families.Poisson())
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
        results = LogLinear(histories, pairs).fit()
        reference = by_statsmodels(histories, results.pairs)
        fits = fitting.fit_models(
            len(histories.lists), histories.counts, histories.pair_flags(pairs)
        )
        with subtests.test(dataset):
            for ours, theirs in (
                (results.params, reference.params),
                (results.bse, reference.bse),
                ([results.deviance, results.aic], [reference.deviance, reference.aic]),
                (fits.fitted[0], reference.fittedvalues),
                (fits.log_standard_error, [reference.bse[0]]),
                (fits.criteria().log_likelihood, [reference.llf]),
            ):
                np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9)
            assert results.df_resid == reference.df_resid


def test_a_pair_that_shares_no_case_has_the_limit_of_its_estimate():
    histories = table("uk_2013_five_lists")
    results = LogLinear(histories, ["LA:NG", "LA:GP"]).fit()
    assert results.params["LA:GP"] == -np.inf and np.isnan(results.bse["LA:GP"])
    both = [name for name in histories.names if {"LA", "GP"} <= set(name.split("+"))]
    assert (results.fittedvalues[both] == 0).all()
    assert results.resid_pearson[both].isna().all() and results.nobs == 31 - len(both)
    near = by_statsmodels(histories, ["LA:NG", "LA:GP"])  # stops on the way to minus infinity
    assert results.total == pytest.approx(2744 + np.exp(near.params[0]), rel=1e-6)
    assert results.aic == pytest.approx(near.aic, abs=1e-5)
    assert results.df_resid_all_cells == near.df_resid
    assert results.df_resid == (results.fittedvalues > 0).sum() - np.isfinite(results.params).sum()
    ranked = all_models(histories, order=2).set_index("pairs").loc["LA:NG+LA:GP"]
    assert ranked[["aic", "bic"]].tolist() == pytest.approx([results.aic, results.bic], rel=1e-9)
    tidy = results.tidy().set_index("term")
    assert np.isneginf(tidy.loc["LA:GP", "estimate"])
    assert tidy.loc["LA:GP", ["conf_low", "conf_high"]].isna().all()
    text = results.summary().as_text()
    for shown in ("Estimated total", "95% interval (multinomial)", "LA:NG", "LA:GP", "-inf"):
        assert shown in text
    chosen = Stepwise(histories).fit().summary().as_text()
    assert "takes the chosen pairs as given" in chosen and "takes the chosen" not in text


# ------------------------------------------------------------------ closed forms


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
            assert existence.exists(lists, counts[None], terms[None])[0] == there, (counts, terms)
            assert fitting.fit_models(lists, counts, terms).exists[0] == there, (counts, terms)
            seen.add((terms[lists * (lists - 1) // 2 :].any(), told_apart, there))
        expected = {(False, True, True), (False, True, False), (True, False, False)}
        if lists > 3:  # of three, all three together with their pairs leave nothing to estimate
            expected |= {(True, True, True), (True, True, False)}
        assert seen >= expected


# ------------------------------------------------------------------ known totals


def test_internal_consistency_says_what_it_could_not_estimate():
    frame = internal_consistency(table("netherlands_2010_2015_five_lists"), Stepwise)
    frame = frame.set_index("list")
    assert frame["truth"].to_dict() == {"IO": 929, "K": 1348, "P": 4812, "R": 742, "Z": 848}
    assert "no case is on two of the 3 lists" in frame.loc["K", "lacks"]
    assert np.isnan(frame.loc["K", "total"]) and frame.loc["R", "blind"] == "K"


def test_a_study_counts_tables_without_an_estimate():
    few, none = Population(40, (0.02, 0.03)), Population(2, (0.01, 0.01))
    found = study({"few": few, "none": none}, repeats=100)
    failed = found.groupby("population")["failed"].max()
    assert 0.3 < failed["few"] < 1 and failed["none"] == 1
    assert found.loc[found["population"] == "none", "median"].isna().all()
