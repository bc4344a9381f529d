"""Draws with replacement: their size, their seed, and what they are on average."""

import numpy as np

from decentwork.resampling import often


def test_units_are_drawn_with_replacement_and_the_same_again():
    drawn = often(5, draws=2000)
    assert (drawn.sum(axis=1) == 5).all()
    assert (drawn == often(5, draws=2000)).all()
    assert (drawn != often(5, draws=2000, seed=1)).any()
    assert np.abs(drawn.mean(axis=0) - 1).max() < 0.1
    assert (drawn == 0).any() and (drawn > 1).any()
