"""Draws with replacement and by chance: their size, their seed, and what they are on average."""

import numpy as np

from decentwork.resampling import counts_by_chance, often


def test_units_are_drawn_with_replacement_and_the_same_again():
    drawn = often(5, draws=2000)
    assert (drawn.sum(axis=1) == 5).all()
    assert (drawn == often(5, draws=2000)).all()
    assert (drawn != often(5, draws=2000, seed=1)).any()
    assert np.abs(drawn.mean(axis=0) - 1).max() < 0.1
    assert (drawn == 0).any() and (drawn > 1).any()


def test_counts_scatter_round_their_means_as_poisson_counts_do():
    means = np.array([4.0, 400.0])
    both = counts_by_chance(means, sets=4000)
    assert both.shape == (2, 4000, 2)
    assert np.abs(both.mean(axis=(0, 1)) / means - 1).max() < 0.02
    assert np.abs(both.var(axis=(0, 1)) / means - 1).max() < 0.06
