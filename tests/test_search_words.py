"""The search index holds words that a reader types."""

import pytest

from bookmaking.output.search_words import BookEnglish


@pytest.mark.parametrize("word", ["wage", "2011", "c189", "cets197", "s2", "1,019"])
def test_a_word_that_somebody_types_is_kept(word):
    assert BookEnglish({}).word_filter(word)


@pytest.mark.parametrize("word", ["_x", "000092_en", "0011128720951429", "zhang2019nc", "the"])
def test_a_piece_of_code_or_of_an_address_is_left_out(word):
    assert not BookEnglish({}).word_filter(word)


def test_the_built_index_has_no_other_words(book):
    index = (book / "searchindex.js").read_text(encoding="utf-8")
    assert '"wage"' in index or "wage:" in index
    assert "0011128720951429" not in index
