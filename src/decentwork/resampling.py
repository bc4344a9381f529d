"""Draws for notebooks, which draw nothing themselves: with a seed, so that numbers stay.

`often` says how often each unit, such as a State, is drawn when all are drawn again with
replacement.
"""

import numpy as np

SEED = 2026


def often(units: int, draws: int = 1000, seed: int = SEED) -> np.ndarray:
    """Return how often each unit is drawn when as many as there are are drawn with replacement.

    Returns
    -------
    numpy.ndarray
        One row for each draw, one column for each unit; a row sums to ``units``.

    Examples
    --------
    >>> drawn = often(4, draws=3)
    >>> drawn.shape, drawn.sum(axis=1).tolist()
    ((3, 4), [4, 4, 4])
    """
    generator = np.random.default_rng(seed)
    chosen = (generator.integers(0, units, units) for _ in range(draws))
    return np.array([np.bincount(each, minlength=units) for each in chosen])
