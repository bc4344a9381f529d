"""Newton's method for many small Poisson log-linear models at once.

statsmodels needs about a millisecond for one fit, most of it outside the arithmetic. A bootstrap
with a stepwise choice for each of a thousand tables needs tens of thousands of fits. Here they are
one array computation, which is at least fifty times as fast. The tests compare the results with
statsmodels.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import special

CONVERGED_BELOW = 1e-7
"""A fit has converged when a step changes no logarithm of a fitted count by more than this."""
CLOSE_BELOW = 0.01
"""Near the estimate each step is about the square of the step before. A fit therefore proves that
the estimate exists only if the step before the last was below this limit. Without an estimate some
fitted counts fall by a factor of e at every step, until rounding hides them and the fit seems to
converge. The step before the last is then near 1."""
LARGE_ABOVE = 1e-6
"""A fit also proves that the estimate exists if no fitted count is below this limit when it has
converged: rounding hides only counts that are far smaller. So a fit that starts at its estimate
needs no linear program."""
LONGEST_STEP = 4.0
"""A step changes no logarithm of a fitted count by more than this, so that no fit overshoots."""
MOST_STEPS = 25
MOST_NUMBERS = 2**16
"""Numbers in the information matrices of one block of fits: half a megabyte. Memory then does not
grow with the number of fits, and the matrices of a block stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Design:
    """The terms from which models are made, and the products of each two of them.

    The information matrix of a fit holds sums of fitted counts over the cells in which two terms
    are both 1. Terms for lists and pairs of lists have few different products: six lists have 253
    pairs of terms and 57 different products. The sums are computed once for each product.

    Attributes
    ----------
    terms
        Value of each term in each cell, 0 or 1, shape (c, p).
    products
        The different products of two terms, and a last column of zeros, shape (c, u + 1).
    product_of
        Column of the product of two terms, shape (p + 1, p + 1). The last row and the last column
        mean the absence of a term and name the column of zeros.
    """

    terms: np.ndarray
    products: np.ndarray
    product_of: np.ndarray

    @classmethod
    def of(cls, terms: np.ndarray) -> Self:
        """Make the design of these terms, shape (c, p), whose values must be 0 or 1."""
        cells, number = terms.shape
        flags = terms.astype(bool)
        one, other = np.triu_indices(number)
        packed = np.packbits(flags, axis=0).T  # a byte for eight cells: sorted much faster
        pairs = packed[one] & packed[other]
        as_one_value = pairs.view(f"V{pairs.shape[1]}").ravel()
        _, first, place = np.unique(as_one_value, return_index=True, return_inverse=True)
        product_of = np.full((number + 1, number + 1), len(first))
        product_of[one, other] = product_of[other, one] = place.ravel()
        different = flags[:, one[first]] & flags[:, other[first]]
        products = np.column_stack([different, np.zeros(cells)]).astype(float)
        return cls(terms.astype(float), products, product_of)


@dataclass(frozen=True, eq=False)
class Fits:
    """Fits of r models to as many tables of c cells with p terms.

    Attributes
    ----------
    coefficients
        Estimates, shape (r, p); 0 for terms that are not in the model.
    fitted
        Fitted counts, shape (r, c); 0 in cells that are not fitted.
    converged
        Whether the fit converged, shape (r,).
    proved
        Whether the fit proves that the estimate exists, shape (r,); see `fit`.
    """

    coefficients: np.ndarray
    fitted: np.ndarray
    converged: np.ndarray
    proved: np.ndarray


def fit(
    design: Design,
    counts: np.ndarray,
    terms: np.ndarray,
    cells: np.ndarray,
    *,
    offset: float | np.ndarray = 0.0,
    start: np.ndarray | None = None,
    most_steps: int = MOST_STEPS,
) -> Fits:
    """Fit ``log E[counts] = offset + design.terms @ coefficients`` for many tables or models.

    Parameters
    ----------
    design
        All terms that a model may have, p of them in c cells.
    counts
        Tables, shape (r, c), or (1, c) for one table under many models.
    terms, cells
        Which terms each model has and which cells it fits, shapes (r, p) and (r, c), true or
        false. The cells must identify the terms.
    offset
        A number that is added to all logarithms, or one for each cell, shape (c,).
    start
        Coefficients to start from, shape (r, p). Without them a fit starts from the least squares
        estimate for the logarithms of the counts.
    most_steps
        Newton steps after which a fit is given up. Such a fit has no finite estimate, or one that
        is very hard to reach.

    Returns
    -------
    Fits
        A fit proves that its estimate exists if its steps became small as fast as Newton's method
        does near an estimate. Let m be the fitted counts and d the next change of their logarithms.
        Then the table m(1 + d) has exactly the observed sums, and all its numbers are positive if
        every d is above -1. The estimate exists exactly if there is such a table (`existence`).
    """
    rows, (size, number) = len(terms), design.terms.shape
    counts = np.broadcast_to(counts, (rows, size))
    fits = _no_fits(rows, number, size)
    for block in _blocks(terms.sum(axis=1)):
        begin = None if start is None else start[block]
        found = _fit_block(
            design, counts[block], terms[block], cells[block], offset, begin, most_steps
        )
        for name in ("coefficients", "fitted", "converged", "proved"):
            getattr(fits, name)[block] = getattr(found, name)
    return fits


def log_likelihood(counts: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Return the Poisson log-likelihood of each fit with its constant, shape (r,)."""
    return (special.xlogy(counts, fitted) - fitted - special.gammaln(counts + 1)).sum(axis=-1)


def variance_of_term(
    design: Design, fitted: np.ndarray, terms: np.ndarray, term: np.ndarray | int
) -> np.ndarray:
    """Return the variance of one coefficient of each fit, from the inverse information matrix.

    Parameters
    ----------
    design, fitted, terms
        As in `fit` and `Fits`.
    term
        Number of the term, one for all fits or one for each, shape (r,).

    Returns
    -------
    ndarray
        Variances, shape (r,).
    """
    number = np.broadcast_to(term, len(fitted))
    variance = np.zeros(len(fitted))
    for block in _blocks(terms.sum(axis=1)):
        solver = _Solver.of(design, terms[block])
        unit = np.zeros((len(block), terms.shape[1]))
        rows = np.arange(len(block))
        unit[rows, number[block]] = 1
        variance[block] = solver.solve(fitted[block], unit)[rows, number[block]]
    return variance


def _blocks(sizes: np.ndarray) -> list[np.ndarray]:
    """Return the rows of fits in blocks, those with equally many terms together.

    The matrices of a block are as large as its largest model, so small models must not be in a
    block with large ones.
    """
    order = np.argsort(sizes, kind="stable")
    blocks = []
    while order.size:
        largest = sizes[order[-1]]
        most = max(1, MOST_NUMBERS // max(1, int(largest)) ** 2)
        blocks.append(order[-most:])
        order = order[:-most]
    return blocks


def _fit_block(
    design: Design,
    counts: np.ndarray,
    terms: np.ndarray,
    cells: np.ndarray,
    offset: float | np.ndarray,
    start: np.ndarray | None,
    most_steps: int,
) -> Fits:
    solver = _Solver.of(design, terms)
    fits = _no_fits(*terms.shape, counts.shape[1])
    going = np.arange(len(terms))
    step_before = np.full(len(terms), np.inf)
    if start is None:
        weights = (counts + 0.5) * cells
        response = weights * (np.log(counts + 0.5) - offset) + (counts - weights) * cells
        coefficients = solver.solve(weights, response @ design.terms)
    else:
        coefficients = start * terms
    counts = counts * cells
    log_fitted = coefficients @ design.terms.T + offset
    fitted = np.exp(np.minimum(log_fitted, 700)) * cells
    for _ in range(most_steps):
        change = solver.solve(fitted, (counts - fitted) @ design.terms)
        moved = change @ design.terms.T
        longest = np.abs(moved * cells).max(axis=1)
        if (too_long := longest > LONGEST_STEP).any():
            shorter = LONGEST_STEP / longest[too_long, None]
            change[too_long] *= shorter
            moved[too_long] *= shorter
        coefficients += change
        log_fitted += moved
        fitted = np.exp(np.minimum(log_fitted, 700)) * cells
        converged = longest < CONVERGED_BELOW
        over = converged | ~np.isfinite(longest)
        if over.any():
            ended, kept = going[over], ~over
            fits.coefficients[ended], fits.fitted[ended] = coefficients[over], fitted[over]
            fits.converged[ended] = converged[over]
            large = np.where(cells[over], fitted[over], np.inf).min(axis=1) > LARGE_ABOVE
            near = (step_before[over] < CLOSE_BELOW) | large
            fits.proved[ended] = converged[over] & near
            if not kept.any():
                return fits
            going, longest, solver = going[kept], longest[kept], solver.some(kept)
            coefficients, log_fitted, fitted = coefficients[kept], log_fitted[kept], fitted[kept]
            counts, cells = counts[kept], cells[kept]
        step_before = longest
    fits.coefficients[going], fits.fitted[going] = coefficients, fitted
    return fits


def _no_fits(rows: int, number: int, size: int) -> Fits:
    """Make room for fits of so many models with so many terms and cells."""
    return Fits(
        coefficients=np.zeros((rows, number)),
        fitted=np.zeros((rows, size)),
        converged=np.zeros(rows, dtype=bool),
        proved=np.zeros(rows, dtype=bool),
    )


@dataclass(frozen=True, eq=False)
class _Solver:
    """A solver of the information matrices of r fits, each reduced to the terms of its model.

    Attributes
    ----------
    design
        All terms.
    terms
        Numbers of the terms of each model, shape (r, m), with m the terms of the largest model.
        Smaller models are filled up with terms that they do not have.
    absent
        Which of these terms a model does not have, shape (r, m).
    products
        Columns of the products of these terms, shape (r, m * m).
    """

    design: Design
    terms: np.ndarray
    absent: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, design: Design, flags: np.ndarray) -> Self:
        """Make the solver of models with these terms, shape (r, p), true or false."""
        rows, number = flags.shape
        most = int(flags.sum(axis=1).max())
        terms = np.argsort(~flags, axis=1, kind="stable")[:, :most]
        absent = ~np.take_along_axis(flags, terms, axis=1)
        padded = np.where(absent, number, terms)
        products = design.product_of[padded[:, :, None], padded[:, None, :]]
        return cls(design, terms, absent, products.reshape(rows, -1))

    def some(self, rows: np.ndarray) -> Self:
        """Return the solver of some of the fits."""
        return type(self)(self.design, self.terms[rows], self.absent[rows], self.products[rows])

    def solve(self, weights: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Solve for each gradient, shape (r, p); 0 for terms that are not in the model.

        A fit on its way to infinity may reach a singular matrix. Its solution is nan, and the
        other fits are solved.
        """
        rows, most = self.terms.shape
        row = np.arange(rows)[:, None]
        sums = weights @ self.design.products
        information = sums.ravel().take(self.products + row * sums.shape[1])
        information = information.reshape(rows, most, most)
        diagonal = np.arange(most)
        information[:, diagonal, diagonal] += self.absent
        places = self.terms + row * gradient.shape[1]
        wanted = gradient.ravel().take(places) * ~self.absent
        solution = np.zeros(gradient.shape)
        solution.put(places, _solved(information, wanted))
        return solution


def _solved(matrices: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Solve each system of equations, shape (r, m); nan where the matrix is singular."""
    try:
        return np.linalg.solve(matrices, wanted[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        with np.errstate(all="ignore"):  # a determinant may be beyond a computer's numbers
            matrices[np.linalg.slogdet(matrices).sign == 0] = np.nan
        return np.linalg.solve(matrices, wanted[:, :, None])[:, :, 0]
