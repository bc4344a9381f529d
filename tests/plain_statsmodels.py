"""Multiple systems estimation as plain loops over statsmodels: short, slow and easy to check.

Tests compare `decentwork.estimation` with these loops.
"""

from collections.abc import Callable
from itertools import combinations
from statistics import NormalDist

import numpy as np
from scipy import optimize, special, stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

Pairs = list[tuple[int, int]]
"""Pairs of lists by number."""


def terms_and_cells(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs
) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms of a model, shape (c, p), and the cells that it fits, shape (c,).

    ``flags``, shape (c, k), says which lists each history names, and ``counts`` its cases. A pair
    that shares no case has no term, and its cells are not fitted.
    """
    both = [flags[:, i] & flags[:, j] for i, j in pairs]
    shared = [cells for cells in both if counts[cells].sum()]
    empty = [cells for cells in both if not counts[cells].sum()]
    kept = ~np.any([np.zeros(len(counts), bool), *empty], axis=0)
    return np.column_stack([np.ones(len(counts)), flags, *shared]).astype(float), kept


def estimates(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Coefficients of one model by statsmodels, shape (p,)."""
    model = GLM(counts, terms, family=Poisson())
    return model.fit(tol=1e-10, tol_criterion="params", maxiter=200).params


def exists(terms: np.ndarray, counts: np.ndarray) -> bool:
    """Whether a model has an estimate, by SparseMSE's ``checkident``.

    The terms must be told apart by the cells. Then, of all tables with the observed sums, a linear
    program finds the one whose smallest cell is largest. There is an estimate if it is above zero.
    """
    cells, parameters = terms.shape
    if np.linalg.matrix_rank(terms) < parameters:
        return False
    found = optimize.linprog(
        np.append(np.zeros(cells), -1),
        A_ub=np.column_stack([-np.eye(cells), np.ones(cells)]),
        b_ub=np.zeros(cells),
        A_eq=np.column_stack([terms.T, np.zeros(parameters)]),
        b_eq=terms.T @ counts,
    )
    return -found.fun > 1e-9


def total(flags: np.ndarray, counts: np.ndarray, pairs: Pairs) -> float:
    """Estimate the total by one model, observed cases included."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    return float(counts.sum() + np.exp(estimates(terms[kept], counts[kept])[0]))


def sparsemse_total(flags: np.ndarray, counts: np.ndarray, threshold: float) -> float:
    """Estimate the total by SparseMSE's ``stepwisefit``, step by step as in its source."""
    candidates = list(combinations(range(flags.shape[1]), 2))
    chosen: Pairs = []
    while True:
        terms, kept = terms_and_cells(flags, counts, chosen)
        expected = np.where(kept, np.exp(terms @ estimates(terms[kept], counts[kept])), 0)
        p_values = {}
        for i, j in set(candidates) - set(chosen):
            more, kept = terms_and_cells(flags, counts, [*chosen, (i, j)])
            if exists(more[kept], counts[kept]):
                both = flags[:, i] & flags[:, j]
                mean, shared = expected[both].sum(), counts[both].sum()
                tails = stats.poisson.cdf(shared, mean), stats.poisson.sf(shared - 1, mean)
                p_values[i, j] = min(tails)
        best = min(p_values, key=lambda pair: (p_values[pair], pair), default=None)
        if best is None or p_values[best] >= threshold:
            return total(flags, counts, chosen)
        chosen.append(best)


# ------------------------------------------------------------------ intervals


def limits_where(
    log_likelihood: Callable[[float], float], best: float, alpha: float
) -> tuple[float, float]:
    """Find where a log-likelihood of log(hidden) is lower by half a quantile of chi-square."""
    # Of one degree of freedom, so the square of a normal quantile.
    fall = normal_quantile(1 - alpha / 2) ** 2 / 2
    top = -optimize.minimize_scalar(
        lambda at: -log_likelihood(at), bracket=(best - 0.2, best, best + 0.2), tol=1e-12
    ).fun
    ends = []
    for direction in (-1, 1):
        far = best
        while log_likelihood(far) > top - fall:
            far += direction
        inside, outside = sorted((best, far))
        found = optimize.brentq(
            lambda at: log_likelihood(at) - top + fall, inside, outside, xtol=1e-12
        )
        ends.append(float(np.exp(found)))
    return ends[0], ends[1]


def normal_quantile(level: float) -> float:
    """Quantile of the standard normal distribution, by the standard library."""
    return NormalDist().inv_cdf(level)


def wald(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, alpha: float
) -> tuple[float, float, float]:
    """Limits of the total for a normal log of the hidden number, and the total's standard error."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    fit = GLM(counts[kept], terms[kept], family=Poisson()).fit(tol=1e-12, maxiter=200)
    hidden, error = np.exp(fit.params[0]), np.sqrt(fit.cov_params()[0, 0])
    reach = normal_quantile(1 - alpha / 2) * error
    limits = counts.sum() + hidden * np.exp([-reach, reach])
    # The delta method, and the Poisson variance of the hidden persons themselves.
    return limits[0], limits[1], np.sqrt(hidden + hidden**2 * error**2)


def profile_of_term(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, place: int, alpha: float
) -> tuple[float, float]:
    """Limits of one term by the profile likelihood of the Poisson model."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    terms, counts = terms[kept], counts[kept]

    def log_likelihood(value: float) -> float:
        model = GLM(
            counts,
            np.delete(terms, place, axis=1),
            family=Poisson(),
            offset=value * terms[:, place],
        )
        return model.fit(tol=1e-12, maxiter=200).llf

    lower, upper = limits_where(log_likelihood, estimates(terms, counts)[place], alpha)
    return float(np.log(lower)), float(np.log(upper))


def profile(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, alpha: float
) -> tuple[float, float]:
    """Limits of the total: the constant is the logarithm of the hidden number."""
    lower, upper = profile_of_term(flags, counts, pairs, 0, alpha)
    return counts.sum() + np.exp(lower), counts.sum() + np.exp(upper)


def multinomial_profile(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, alpha: float
) -> tuple[float, float]:
    """Limits of the total by the multinomial likelihood of all persons, by a plain optimizer."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    terms, counts = terms[kept][:, 1:], counts[kept]
    observed = counts.sum()
    start = estimates(np.column_stack([np.ones(len(counts)), terms]), counts)

    def log_likelihood(log_hidden: float) -> float:
        persons = observed + np.exp(log_hidden)

        def negative(terms_of: np.ndarray) -> tuple[float, np.ndarray]:
            cells = np.exp(terms @ terms_of)
            everyone = 1 + cells.sum()
            value = counts @ (terms @ terms_of) - persons * np.log(everyone)
            slope = terms.T @ (counts - persons * cells / everyone)
            return -value / observed, -slope / observed

        found = optimize.minimize(negative, start[1:], jac=True, method="BFGS", tol=1e-12)
        ways = special.gammaln(persons + 1) - special.gammaln(persons - observed + 1)
        return -found.fun * observed + ways

    lower, upper = limits_where(log_likelihood, start[0], alpha)
    return observed + lower, observed + upper


def quantile(values: np.ndarray, level: float) -> float:
    """Return the median-unbiased quantile (Hyndman and Fan's definition 8)."""
    ordered = np.sort(values)
    place = (len(ordered) + 1 / 3) * level + 1 / 3
    low = int(np.clip(np.floor(place), 1, len(ordered)))
    high = min(low + 1, len(ordered))
    share = np.clip(place - low, 0, 1)
    return float(ordered[low - 1] + share * (ordered[high - 1] - ordered[low - 1]))


def parametric_totals(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, repeats: int, seed: object
) -> np.ndarray:
    """Totals of tables that are drawn from the fitted model, persons and histories."""
    terms, kept = terms_and_cells(flags, counts, pairs)
    fitted = np.where(kept, np.exp(terms @ estimates(terms[kept], counts[kept])), 0)
    estimate = total(flags, counts, pairs)
    generator = np.random.default_rng(seed)
    seen = generator.binomial(round(estimate), counts.sum() / estimate, size=repeats)
    tables = generator.multinomial(seen, fitted / fitted.sum())
    return np.array([total(flags, table.astype(float), pairs) for table in tables])


def drawn_totals(
    flags: np.ndarray, counts: np.ndarray, pairs: Pairs, repeats: int, seed: object
) -> np.ndarray:
    """Totals of tables of the observed cases, drawn with replacement."""
    observed = int(counts.sum())
    tables = np.random.default_rng(seed).multinomial(observed, counts / observed, size=repeats)
    return np.array([total(flags, table.astype(float), pairs) for table in tables])


def percentile(totals: np.ndarray, alpha: float) -> tuple[float, float]:
    """Limits by quantiles of resampled totals."""
    return quantile(totals, alpha / 2), quantile(totals, 1 - alpha / 2)


def bca(
    parts: list[tuple[np.ndarray, np.ndarray, Pairs]], totals: np.ndarray, alpha: float
) -> tuple[float, float]:
    """Limits by BCa (Efron 1987) for the sum of the totals of independent parts.

    ``parts`` has flags, counts and pairs of each, ``totals`` the sums of resampled totals.
    """
    estimate = sum(total(*part) for part in parts)
    moved = normal_quantile((totals < estimate).mean())
    influence = []
    for flags, counts, pairs in parts:
        without = []
        for at, cases in enumerate(counts):
            if cases:
                fewer = counts - np.eye(len(counts))[at]
                without += [total(flags, fewer, pairs)] * int(cases)
        influence += list(np.mean(without) - np.array(without))
    cubes, squares = np.sum(np.power(influence, 3)), np.sum(np.power(influence, 2))
    skewed = cubes / (6 * squares**1.5)
    ends = []
    for level in (alpha / 2, 1 - alpha / 2):
        normal = normal_quantile(level) + moved
        at = NormalDist().cdf(moved + normal / (1 - skewed * normal))
        ends.append(quantile(totals, at))
    return ends[0], ends[1]
