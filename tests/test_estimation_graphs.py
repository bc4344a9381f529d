"""Averages over decomposable graphs: the graphs, the probabilities, and the numbers of R's dga.

Reference values: R 4.5.0 with the package dga 2.0.2 (CRAN mirror, commit ef1a128). The call is
``bma.cr(array(c(0, counts), rep(2, k)), Nmissing, 2^-k, graphs)``, and the package's graphs without
the last, saturated one where the graph is left out.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import special, stats

from capture_tables import table
from decentwork import data
from decentwork.estimation import CaptureHistories, DecomposableGraphs
from decentwork.estimation.decomposable import decomposable_graphs

# ------------------------------------------------------------------ the graphs


def test_there_are_as_many_graphs_as_dga_holds_named_by_their_cliques():
    for lists, number in ((2, 2), (3, 8), (4, 61), (5, 822)):
        graphs = decomposable_graphs(lists)
        assert len(graphs) == number == len(np.unique(graphs.pairs, axis=0))
        assert not graphs.pairs[0].any() and graphs.pairs[-1].all()
    graphs = decomposable_graphs(4)
    names = zip(graphs.pairs.astype(int).tolist(), graphs.names(tuple("ABCD")), strict=True)
    names = {"".join(map(str, pairs)): name for pairs, name in names}
    wanted = {"000000": "A+B+C+D", "110101": "A:B:C+C:D", "111000": "A:B+A:C+A:D"}
    assert (wanted | {"111111": "A:B:C:D"}).items() <= names.items()


# ------------------------------------------------------------------ the probabilities


def log_probabilities(lists, counts, hidden, delta=None):
    """Logarithms under each graph; a table of any counts, also those that are refused elsewhere."""
    histories = SimpleNamespace(lists=tuple("ABCDE"[:lists]), counts=counts, observed=counts.sum())
    model = DecomposableGraphs(histories, prior="uniform", delta=delta, hidden=range(2))
    return model.log_weights(np.array([hidden]))[:, 0]


def test_the_probabilities_of_all_tables_of_some_persons_add_up_to_one():
    for delta in (None, 0.7):
        sums = np.zeros(8)
        for persons in itertools.combinations_with_replacement(range(8), 4):
            cells = np.bincount(persons, minlength=8)
            sums += np.exp(log_probabilities(3, cells[1:], cells[0], delta))
        assert sums == pytest.approx(np.ones(8), abs=1e-12)


def test_two_graphs_have_the_probabilities_of_known_distributions():
    """All lists joined: Dirichlet-multinomial. None joined: each list has a beta-binomial."""
    counts = np.array([5, 3, 0, 7, 2, 1, 4])
    found = log_probabilities(3, counts, 6, delta=0.3)
    everybody = np.array([6, *counts])
    known = stats.dirichlet_multinomial(np.full(8, 0.3), everybody.sum()).logpmf(everybody)
    assert found[-1] == pytest.approx(known)
    flags = np.arange(8)[:, None] >> np.arange(3) & 1
    n, on = everybody.sum(), everybody @ flags
    ways = special.gammaln(n + 1) - special.gammaln(everybody + 1).sum()
    known = ways + (special.betaln(on + 1.2, n - on + 1.2) - special.betaln(1.2, 1.2)).sum()
    assert found[0] == pytest.approx(known)


# ------------------------------------------------------------------ as dga

# mean, the three quantiles (2.5, 50, 97.5 %), sum(p/N)/sum(p/N^2), weight of the best graph and of
# the second, name of the best; Nmissing from 0 to the number given
DGA = {
    ("artificial_three_lists", True, "1/N", 1_920): (
        351.6594452, (96, 278, 1375), 138.8343659, 0.316148787, 0.3157518964, "A:B:C",
    ),
    ("artificial_three_lists", False, "uniform", 1_920): (
        676.130397, (203, 476, 1880), 341.7900809, 0.3083495775, 0.1653208489, "A:C+B:C",
    ),
    ("australia_2015_2017_four_lists", True, "1/N", 8_280): (
        2615.350739, (1187, 2238, 6462), 1891.088818, 0.9096514807, 0.0730571837, "A:B+B:C:D",
    ),
    ("kosovo_1999_four_lists", True, "1/N", 30_000): (
        12749.3443, (9827, 12595, 16544), 12295.31838, 0.9855131824, 0.01078036478,
        "EXH:ABA:OSCE+EXH:OSCE:HRW",
    ),
    ("uk_2013_five_lists", True, "1/N", 20_000): (
        15099.92042, (10053, 12567, 22562), 12997.07373, 0.3119087205, 0.2475652368,
        "LA:NG:GP+LA:PFNCA:GP+GO:GP",
    ),
    ("new_orleans_five_lists", True, "1/N", 3_700): (
        935.2588738, (511, 869, 1758), 777.7073874, 0.05096693133, 0.03636890985, "A+BEFG+C:H+D",
    ),
    ("us_western_site_five_lists", False, "1/N", 6_900): (
        2248.270394, (1343, 2132, 3848), 1960.769087, 0.1131626131, 0.1058273788, "A:B+A:E+C+D:E",
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*probability:UserWarning")
def test_averages_are_those_of_dga(subtests):
    for (dataset, saturated, prior, most), printed in DGA.items():
        mean, quantiles, relative, best, second, name = printed
        results = DecomposableGraphs(
            table(dataset), prior=prior, saturated=saturated, hidden=range(most + 1)
        ).fit()
        with subtests.test(dataset, saturated=saturated, prior=prior):
            assert results.mean == pytest.approx(mean, rel=1e-8)
            assert (results.total, *results.credible_interval()) == (quantiles[1], *quantiles[::2])
            assert results.total_of_least_relative_error == pytest.approx(relative, rel=1e-8)
            assert results.frame["weight"].head(2).tolist() == pytest.approx([best, second])
            assert results.frame["graph"][0] == name
            assert results.frame["weight"].sum() == pytest.approx(1)
            assert results.posterior.sum() == pytest.approx(1)


def test_three_lists_of_madigan_and_york():
    """The tests of dga compare these rounded numbers with Madigan and York (1997).

    Weight of the best graph 0.37; its estimate 731 and mode 729; estimate 731 and mode 728 of the
    average. The paper itself was not read. More digits are from the call of those tests.
    """
    a, b = 13.14, 55.17

    def log_prior(n):
        return (
            n * np.log(b)
            - (n + a) * np.log(1 + b)
            + special.gammaln(n + a)
            - special.gammaln(n + 1)
        )

    histories = CaptureHistories("ABC", [60, 49, 4, 247, 112, 142, 12])
    model = DecomposableGraphs(histories, prior=log_prior, delta=1, hidden=range(1, 301))
    results = model.fit()
    best = results.frame.iloc[0]
    assert (round(best["weight"], 2), round(best["total"])) == (0.37, 731)
    assert round(results.total_of_least_relative_error) == 731
    assert results.posterior.idxmax() == 728
    under_best = model.log_weights(np.arange(1, 301))[
        model.graphs.names(("A", "B", "C")).index(best["graph"])
    ]
    assert histories.observed + 1 + under_best.argmax() == 729
    assert results.frame["weight"].head(2).tolist() == pytest.approx([0.3737673976, 0.3098953018])
    assert results.mean == pytest.approx(733.4523691)
    assert (results.total, *results.credible_interval()) == (731, 682, 797)
    assert "a function" in str(results.summary())


def test_five_lists_of_madigan_and_york():
    """The example in the documentation of dga's ``bma.cr``: delta 0.5, Nmissing from 1 to 300."""
    counts = [27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30]
    histories = CaptureHistories("ABCDE", [*counts, 5, 23, 8, 0, 3, 0, 2])
    results = DecomposableGraphs(histories, delta=0.5, hidden=range(1, 301)).fit()
    assert results.mean == pytest.approx(617.8158908)
    assert results.total_of_least_relative_error == pytest.approx(616.8703368)
    assert (results.total, *results.credible_interval()) == (616, 588, 655)
    assert results.frame["graph"][0] == "A:B+A:C+B:D+D:E"
    assert results.frame["weight"].head(2).tolist() == pytest.approx([0.2170734506, 0.160293687])


# ------------------------------------------------------------------ how it behaves


def test_the_order_of_the_lists_changes_nothing():
    rows = data.read("capture-histories").query("dataset == 'australia_2015_2017_four_lists'")
    one = DecomposableGraphs(CaptureHistories.from_frame(rows)).fit()
    other = DecomposableGraphs(CaptureHistories.from_frame(rows, lists=list("DBCA"))).fit()
    assert (one.total, one.mean) == (other.total, pytest.approx(other.mean))
    assert one.frame["weight"].to_numpy() == pytest.approx(other.frame["weight"].to_numpy())


def test_the_share_beyond_is_what_a_longer_range_finds():
    histories = table("artificial_three_lists")
    for saturated, prior in ((False, "1/N"), (True, lambda totals: -0.2 * np.log(totals))):
        options = {"saturated": saturated, "prior": prior}
        short = DecomposableGraphs(histories, **options, hidden=range(501)).fit()
        long = DecomposableGraphs(histories, **options, hidden=range(300_001)).fit()
        inside = long.posterior.loc[: histories.observed + 500].sum() * (1 - long.share_beyond)
        assert long.share_beyond < short.share_beyond < 1
        assert short.share_beyond == pytest.approx(1 - inside, rel=0.01)
        assert f"About {short.share_beyond:.1%} of the probability lies" in str(short.summary())


def test_the_uniform_prior_has_no_end_with_the_saturated_graph():
    histories = table("kosovo_1999_four_lists")
    results = DecomposableGraphs(histories, prior="uniform", hidden=range(5_001)).fit()
    assert results.share_beyond == 1
    with pytest.warns(UserWarning, match="The probability has no end"):
        results.credible_interval()
    without = DecomposableGraphs(
        histories, prior="uniform", saturated=False, hidden=range(40_001)
    ).fit()
    assert without.share_beyond < 0.001 and len(without.frame) == 60
