"""Numbers as sentences write them; examples of the docstrings run in test_package_reference."""

import numpy as np
import pytest

from decentwork.numerals import count_in_words, true_minus


def test_counts_are_words_up_to_twenty_and_digits_above():
    written = [count_in_words(np.int64(count)) for count in range(22)]
    assert written[:3] == ["no", "one", "two"] and written[10:12] == ["ten", "eleven"]
    assert written[20:] == ["twenty", "21"]


def test_what_is_no_count_is_refused():
    with pytest.raises(ValueError, match="-1 is no count"):
        count_in_words(-1)
    with pytest.raises(TypeError):
        count_in_words(2.5)


def test_only_the_sign_of_a_number_is_a_minus():
    signs = ("-0.4 to 1.2", "-.5", "-1.2 (±0.3)")
    assert [true_minus(typed) for typed in signs] == ["−0.4 to 1.2", "−.5", "−1.2 (±0.3)"]
    for hyphens in ("2010-2012", "two-thirds - 3"):
        assert true_minus(hyphens) == hyphens
