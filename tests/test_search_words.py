"""The search index holds words that a reader types."""

import json
import re

import pytest

from bookmaking.output.search_words import LONGEST_WITH_DIGIT, BookEnglish


@pytest.mark.parametrize("word", ["wage", "2011", "c189", "cets197", "s2", "1,019"])
def test_a_word_that_somebody_types_is_kept(word):
    assert BookEnglish({}).word_filter(word)


@pytest.mark.parametrize("word", ["_x", "000092_en", "0011128720951429", "zhang2019nc", "the"])
def test_a_piece_of_code_or_of_an_address_is_left_out(word):
    assert not BookEnglish({}).word_filter(word)


def test_the_built_index_has_no_other_words(book):
    text = (book / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(re.search(r"Search\.setIndex\((.*)\)", text, re.DOTALL)[1])
    words = {*index["terms"], *index["titleterms"]}
    assert "wage" in words
    wrong = [
        word
        for word in words
        if "_" in word or (len(word) > LONGEST_WITH_DIGIT and any(map(str.isdigit, word)))
    ]
    assert not wrong, wrong
