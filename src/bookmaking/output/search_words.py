"""Which words the search index holds.

A reader looks for words, years and lines of the note. Without a rule the index also holds names of
variables, and the pieces of addresses and of digital object identifiers: a fifth of its size, which
every reader of the search page loads.
"""

from sphinx.search.en import SearchEnglish

LONGEST_WITH_DIGIT = 7
"""A word with a digit is a year, a number or a law such as CETS197. A longer one is code."""


class BookEnglish(SearchEnglish):
    """English as Sphinx knows it, without words that nobody types."""

    def word_filter(self, word: str) -> bool:
        """Return whether a word is kept: ``wage``, ``2011`` and ``c189``, and not ``x_001``."""
        if "_" in word:
            return False
        if len(word) > LONGEST_WITH_DIGIT and any(letter.isdigit() for letter in word):
            return False
        return super().word_filter(word)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(BookEnglish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
