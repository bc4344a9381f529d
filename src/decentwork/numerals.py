"""Numbers as sentences write them: small counts in words, and a true minus sign."""

import re
from operator import index

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen", "twenty"]  # fmt: skip
HYPHEN_OF_A_NUMBER = re.compile(r"(?<!\w)-(?=\.?\d)")


def count_in_words(count: int, *, none: str = "no") -> str:
    """Return a count as a sentence writes it: up to twenty in words, above that in digits.

    Parameters
    ----------
    none
        Word for a count of 0, for example "none" before "of them".

    Raises
    ------
    ValueError
        If the count is below 0.

    Examples
    --------
    >>> count_in_words(4), count_in_words(20), count_in_words(1021)
    ('four', 'twenty', '1,021')
    >>> count_in_words(0) + " State", count_in_words(0, none="none") + " of them"
    ('no State', 'none of them')
    """
    number = index(count)  # refuses what is no whole number, such as a mean or a missing value
    if number < 0:
        raise ValueError(f"{number} is no count: a count is 0 or more.")
    if not number:
        return none
    return WORDS[number - 1] if number <= len(WORDS) else f"{number:,}"


def true_minus(text: str) -> str:
    """Return a text whose negative numbers have a minus sign in place of a hyphen.

    Hyphens of words and of ranges stay.

    Examples
    --------
    >>> true_minus("-1.2 to 0.5 in the mid-1990s, 2010-2012")
    '−1.2 to 0.5 in the mid-1990s, 2010-2012'
    """
    return HYPHEN_OF_A_NUMBER.sub("−", text)
