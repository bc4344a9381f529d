"""Numbers of R packages, computed for our tables, against ours; the page prints some of them.

R 4.5.0, with packages built from their public sources: SparseMSE 2.0.1, Rcapture 1.4-4 and dga
2.0.2 (mirrors of CRAN), MultipleSystemsEstimation 1.2.0 (its author's repository, commit 4f09409d).
Calls, with z the table of histories and counts:

``estimatepopulation.0(z, pthresh = 0.02)``, ``estimatepopulation(z, nboot = 1000)$ahat``;
``estimate_population_bic(z, maxorder = 2)`` and 3; ``closedpMS.t(z, dfreq = TRUE, maxorder = 3)``;
``closedpCI.t(z, dfreq = TRUE, m = "Mt")``; ``closedp.bc(z, dfreq = TRUE, m = "Mh", h = "Chao")``;
``bma.cr(array(y, rep(2, k)), 0:(20 * n), delta, graphs)``, where y begins with 0 and n = sum(y).
"""

import pytest

from bookmaking.checks import ROOT
from capture_tables import table
from decentwork.estimation import (
    DecomposableGraphs,
    LogLinear,
    Stepwise,
    all_models,
    chao_lower_bound,
)

UK4, UK5, UK6 = (f"uk_2013_{number}_lists" for number in ("four", "five", "six"))
NL5, NEW_ORLEANS = "netherlands_2010_2015_five_lists", "new_orleans_five_lists"
WESTERN, AUSTRALIA = "us_western_site_five_lists", "australia_2015_2017_four_lists"
KOSOVO = "kosovo_1999_four_lists"
CLOSE = {"rel": 1e-8}
"""R stops its iterations there; Newton's method here goes on to the last digit."""

OVERLAP = {
    UK4: 11015.2444543723, UK5: 11312.9902894352, UK6: 11417.9910915046, NL5: 121521.613712277,
    NEW_ORLEANS: 1034.15106523105, WESTERN: 2483.38392023013, AUSTRALIA: 6496.0086953641,
    KOSOVO: 14341.6638004272,
}  # fmt: skip
# Table, order: best BIC, second, models with an estimate, distance of the two best, mean of all
# totals by the weights exp(-BIC/2) of the table that the package gives.
BEST = {
    (UK4, 3): (11987.087615288, 11015.2444543722, 111, 0.764974788546311, 11555.9650387761),
    (UK5, 2): (22991.3313141601, 12262.4124205469, 1024, 0.955209204823177, 18019.7050854299),
    (UK5, 3): (25311.2906125325, 28822.1256087049, 6084, 0.450571289723086, 22285.2296054675),
    (NL5, 2): (48012.7262915415, 50455.1326543346, 1024, 2.5723619066716, 51833.4587465719),
    (NL5, 3): (148788.758990558, 167555.348222098, 6083, 0.769514920808547, 149219.852393414),
    (AUSTRALIA, 3): (6496.0086953641, 24013.9997672571, 92, 4.0834718657467, 8410.22913802738),
    (KOSOVO, 2): (14341.663800427, 14402.4889516869, 64, 8.32775316485666, 14342.5949810836),
    (KOSOVO, 3): (10356.5189572518, 12740.9677419355, 113, 0.0837442219135482, 13183.7332347225),
}
ABOVE_20000 = {2: 0.485404243468347, 3: 0.724401751368471}
"""Of the British five lists, by the same weights."""
BIC_OF_RCAPTURE = {
    (UK5, 2): 196.539755551615, (UK5, 3): 195.879105644214, (NL5, 2): 222.053910297729,
    (NEW_ORLEANS, 2): 96.8515242061488, (WESTERN, 2): 118.744314660885,
    (AUSTRALIA, 3): 114.12754837997, (KOSOVO, 3): 203.029632752169,
}  # fmt: skip
MULTINOMIAL = {UK5: (11985.1155928947, 15165.8988695184), NL5: (48612.9140234386, 57784.7986850048)}
CHAO = {
    UK5: (14582.1506976744, 939.017137032132), UK6: (13431.9683195592, 814.462427844487),
    NL5: (66491.4220095694, 3145.45151150892), NEW_ORLEANS: (1267.03636363636, 351.271251643804),
    WESTERN: (2224.30909090909, 444.225582631688), AUSTRALIA: (1360.91489361702, 172.602483420691),
    KOSOVO: (8796.50594563986, 224.18231976865),
}  # fmt: skip
ACCELERATION = {
    UK4: -0.012502181773516, UK5: -0.0121810813737725, NL5: -0.016599977544976,
    NEW_ORLEANS: -0.0551614725145724, WESTERN: -0.0950102557104725,
    AUSTRALIA: -0.0719389164947327, KOSOVO: -0.00416019944559343,
}  # fmt: skip
# Table, delta (without it 2**-k): quantiles 2.5, 50 and 97.5 %, probability above 20,000, largest
# weight of a graph.
GRAPHS = {
    (UK5, None): (10387, 22990, 33508, 0.651099134930132, 0.443439879432292),
    (UK4, 0.1): (9425, 11249, 13590, 0.00182898281876555, 0.508969457781618),
    (KOSOVO, None): (9827, 12595, 16544, 0.000916664136582841, 0.985513176103169),
    (KOSOVO, 0.5): (4481, 11319, 14484, 1.96555411790503e-05, 0.886919983829242),
    (AUSTRALIA, 0.5): (414, 428, 650, None, 0.982725791715984),
    (NEW_ORLEANS, 0.1): (403, 686, 1336, None, 0.0272929300909462),
    (WESTERN, 0.5): (345, 350, 412, None, 0.995721078041679),
}
ON_PAGE = {
    4: (
        *(OVERLAP[UK5], OVERLAP[NL5], OVERLAP[UK6], BEST[UK5, 2][0], BEST[UK5, 3][0]),
        *(BEST[KOSOVO, 2][0], BEST[KOSOVO, 3][0], CHAO[UK5][0]),
    ),
    2: (MULTINOMIAL[UK5][0],),
}
"""Numbers of R that the page prints, by the decimals it prints."""


def test_the_overlap_rule_is_that_of_sparsemse(subtests):
    for dataset, total in OVERLAP.items():
        with subtests.test(dataset):
            chosen = Stepwise(table(dataset), "overlap", threshold=0.02).fit()
            assert chosen.total == pytest.approx(total, **CLOSE)


def test_the_acceleration_of_bca_is_that_of_sparsemse(subtests):
    """The part of its interval in which no chance is."""
    for dataset, wanted in ACCELERATION.items():
        with subtests.test(dataset):
            chosen = Stepwise(table(dataset), "overlap", threshold=0.02).fit()
            drawn = chosen.bootstrap("bca", repeats=1, seed=1, jobs=1)
            assert drawn.acceleration == pytest.approx(wanted, rel=1e-6)


def test_all_models_are_those_of_multiplesystemsestimation_and_rcapture(subtests):
    for dataset, order in BEST | BIC_OF_RCAPTURE:
        models = all_models(table(dataset), order=order, jobs=1)
        with subtests.test(dataset, order=order):
            if (dataset, order) in BIC_OF_RCAPTURE:
                bic = BIC_OF_RCAPTURE[dataset, order]
                assert models["bic"].iloc[0] == pytest.approx(bic, **CLOSE)
            if (dataset, order) in BEST:
                *two, number, distance, mean = BEST[dataset, order]
                assert models["total"].head(2).tolist() == pytest.approx(two, rel=1e-7)
                assert models["exists"].sum() == number
                best, second = models["bic"].head(2)
                assert second - best == pytest.approx(distance, abs=1e-8)
                found = (models["bic_weight"] * models["total"]).sum()
                assert found == pytest.approx(mean, rel=1e-7)
            if dataset == UK5:
                above = models["bic_weight"][models["total"] > 20_000].sum()
                assert above == pytest.approx(ABOVE_20000[order], **CLOSE)


def test_multinomial_limits_and_chaos_bound_are_those_of_rcapture(subtests):
    for dataset, limits in MULTINOMIAL.items():
        with subtests.test(dataset):
            found = LogLinear(table(dataset)).fit().conf_int(method="multinomial")
            assert found.tolist() == pytest.approx(limits, rel=2e-8)
    for dataset, bound in CHAO.items():
        with subtests.test(dataset):
            assert chao_lower_bound(table(dataset)) == pytest.approx(bound, rel=1e-12)


@pytest.mark.filterwarnings("ignore:.*probability:UserWarning")
def test_averages_over_graphs_are_those_of_dga_for_other_deltas_too(subtests):
    for (dataset, delta), (*limits, above, weight) in GRAPHS.items():
        with subtests.test(dataset, delta=delta):
            results = DecomposableGraphs(table(dataset), delta=delta).fit()
            assert [results.quantile(level) for level in (0.025, 0.5, 0.975)] == limits
            assert results.frame["weight"][0] == pytest.approx(weight, rel=1e-7)
            if above is not None:
                found = results.posterior.loc[20_001:].sum()
                assert found == pytest.approx(above, rel=1e-7)


def test_the_page_prints_the_numbers_of_r():
    text = (ROOT / "book" / "package_estimation.md").read_text(encoding="utf-8")
    block = text.partition("R gives the same digits.")[2].partition("\n```\n")[0]
    for decimals, numbers in ON_PAGE.items():
        for number in numbers:
            assert f"{round(number, decimals)}" in block
    low, median, high, *_ = GRAPHS[KOSOVO, None]
    assert f"total {median:,}, 95% credible {low:,} to {high:,}" in block
