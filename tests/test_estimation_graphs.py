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


def madigan_york(totals):
    """The logarithm of the prior of Madigan and York (1997), a gamma mixture of Poisson numbers."""
    return stats.nbinom(13.14, 1 / (1 + 55.17)).logpmf(totals)


OF_THREE = CaptureHistories("ABC", [60, 49, 4, 247, 112, 142, 12])
OF_FIVE = CaptureHistories(
    "ABCDE", [27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30,
              5, 23, 8, 0, 3, 0, 2])  # fmt: skip
TABLES = {
    f"{name}_lists": table(f"{name}_lists")
    for name in ("artificial_three", "australia_2015_2017_four", "kosovo_1999_four",
                 "uk_2013_five", "new_orleans_five", "us_western_site_five")
} | {"three of Madigan and York": OF_THREE, "five of Madigan and York": OF_FIVE}  # fmt: skip
# Table, options, last number of hidden persons; then mean, the three quantiles (2.5, 50, 97.5 %),
# sum(p/N)/sum(p/N^2), weights of the best graph and the second, name of the best. The last two are
# the example of ``bma.cr``, and the call of dga's own tests, which compare it with the paper
# (weight 0.37, estimate 731, mode 728); Nmissing from 1.
NO_SATURATED, FROM_1 = {"saturated": False}, {"first": 1}
DGA = [
    ("artificial_three_lists", {}, 1_920, 351.6594452, (96, 278, 1375), 138.8343659,
     (0.316148787, 0.3157518964), "A:B:C"),
    ("artificial_three_lists", NO_SATURATED | {"prior": "uniform"}, 1_920, 676.130397,
     (203, 476, 1880), 341.7900809, (0.3083495775, 0.1653208489), "A:C+B:C"),
    ("australia_2015_2017_four_lists", {}, 8_280, 2615.350739, (1187, 2238, 6462), 1891.088818,
     (0.9096514807, 0.0730571837), "A:B+B:C:D"),
    ("kosovo_1999_four_lists", {}, 30_000, 12749.3443, (9827, 12595, 16544), 12295.31838,
     (0.9855131824, 0.01078036478), "EXH:ABA:OSCE+EXH:OSCE:HRW"),
    ("uk_2013_five_lists", {}, 20_000, 15099.92042, (10053, 12567, 22562), 12997.07373,
     (0.3119087205, 0.2475652368), "LA:NG:GP+LA:PFNCA:GP+GO:GP"),
    ("new_orleans_five_lists", {}, 3_700, 935.2588738, (511, 869, 1758), 777.7073874,
     (0.05096693133, 0.03636890985), "A+BEFG+C:H+D"),
    ("us_western_site_five_lists", NO_SATURATED, 6_900, 2248.270394, (1343, 2132, 3848),
     1960.769087, (0.1131626131, 0.1058273788), "A:B+A:E+C+D:E"),
    ("five of Madigan and York", FROM_1 | {"delta": 0.5}, 300, 617.8158908, (588, 616, 655),
     616.8703368, (0.2170734506, 0.160293687), "A:B+A:C+B:D+D:E"),
    ("three of Madigan and York", FROM_1 | {"prior": madigan_york, "delta": 1}, 300, 733.4523691,
     (682, 731, 797), 731, (0.3737673976, 0.3098953018), ""),
]  # fmt: skip


OF_MANY = [each for each in DGA if each[0].endswith("five_lists")]
OF_FEW = [each for each in DGA if each not in OF_MANY]


@pytest.mark.filterwarnings("ignore:.*probability:UserWarning")
@pytest.mark.parametrize(
    "rows",
    [[each for each in DGA if each not in OF_MANY], pytest.param(OF_MANY, marks=pytest.mark.slow)],
)
def test_averages_are_those_of_dga(rows, subtests):
    for dataset, options, most, mean, (low, middle, high), relative, weights, name in rows:
        more = {key: value for key, value in options.items() if key != "first"}
        hidden = range(options.get("first", 0), most + 1)
        results = DecomposableGraphs(TABLES[dataset], **more, hidden=hidden).fit()
        frame = results.frame
        with subtests.test(dataset, **options):
            assert results.mean == pytest.approx(mean, rel=1e-8)
            assert (results.total, *results.credible_interval()) == (middle, low, high)
            assert frame["weight"].head(2).tolist() == pytest.approx(weights)
            near = {"abs": 0.5} if relative == 731 else {"rel": 1e-8}
            assert results.total_of_least_relative_error == pytest.approx(relative, **near)
            assert frame["graph"][0] == name or not name
            assert [frame["weight"].sum(), results.posterior.sum()] == pytest.approx([1, 1])
            assert relative != 731 or results.posterior.idxmax() == 728


# ------------------------------------------------------------------ how it behaves


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
