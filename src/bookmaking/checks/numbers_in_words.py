"""Counts and fractions in words, which nobody computes: those that stand, and no others.

The ledger keeps each with the words around it. Larger counts, fractions and multiples that have no
source may only become fewer.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import frozen, written_sentences
from bookmaking.checks.numbers import is_cited
from bookmaking.source import pages

LEDGER = "numbers-in-words"
ADVICE = "Compute it (exhibits.number, {glue:text}), or say it without a number."
SMALL = "two|three|four|five|six|seven|eight|nine|ten"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
PARTS = "third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|fiftieth|hundredth"
LARGE = (
    rf"(?:{TENS})(?:-\w+)?|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|scores of"
    rf"|(?:an? |one[ -]|every )(?:{PARTS})(?! \w*(?:State|reader|source|time|column)s?\b)"
    rf"|(?:{SMALL})[ -](?:{PARTS})s|halves|half|(?:one|{SMALL}|nine) (?:in|out of) "
    rf"(?:every )?(?:{SMALL}|{TENS}|twelve|hundred|thousand)"
    r"|doubl(?:ed?|es|ing)|trebl(?:ed?|es|ing)|tripl(?:ed?|es|ing)|quadrupl(?:ed?|es|ing)"
    r"|halv(?:ed?|es|ing)|[a-z]+fold|twice|thrice"
)
WORDED = re.compile(rf"\b(?P<large>{LARGE})\b|[¼-¾⅐-⅞]|\b(?:{SMALL})\b", re.IGNORECASE)
NO_COUNT = re.compile(r"\b(?:mani|un|blind)fold\b", re.IGNORECASE)
NOT_WORDS = ("code block", pages.EXAMPLE, "front matter")
BEFORE = re.compile(r"(?:\S+\s+){0,3}\S*$")
AFTER = re.compile(r"\S*(?:\s+\S+){0,3}")
"""Three words before and after."""
UNIT = re.compile(r"[\ue000-\uf8ff] (?:thousand|million|billion)$")
"""The unit of a computed number, for which a mark stands in the text (`written_sentences`)."""
MOST_WITHOUT_SOURCE = 218
"""How many large counts, fractions and multiples may have no source. Only ever lower it."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the counts and fractions in words that are not as the ledger has them."""
    problems = frozen.differences(
        LEDGER, facts(root, files), root, frozen.of_files(root, files), ADVICE
    )
    if (now := without_source(root)) > MOST_WITHOUT_SOURCE:
        problems.append(
            f"{now} counts, fractions and multiples in words have no source, more than the "
            f"{MOST_WITHOUT_SOURCE} that stood. Compute the new ones, or cite their source."
        )
    return problems


def items(root: Path) -> dict[str, str]:
    """Return the words around each count in words, by page and word."""
    return frozen.items(facts(root))


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[frozen.Fact]:
    """Yield every count and fraction in words."""
    for sentence, match in _worded(root, files):
        before = BEFORE.search(sentence.text, 0, match.start())
        after = AFTER.match(sentence.text, match.end())
        around = pages.readable(f"{before[0]}{match[0]}{after[0]}")
        yield frozen.Fact(sentence.file, match[0].lower(), around, sentence.place, around)


def without_source(root: Path) -> int:
    """Return how many large counts, fractions and multiples stand in sentences without a source."""
    return sum(
        bool(match["large"])
        and not is_cited(sentence.text)
        and not UNIT.search(sentence.text, 0, match.end())
        and sentence.kind != "alt"
        for sentence, match in _worded(root, ())
    )


def _worded(
    root: Path, files: Sequence[Path]
) -> Iterator[tuple[written_sentences.Sentence, re.Match[str]]]:
    for sentence in written_sentences.of_book(root, files):
        if not sentence.from_the_note and sentence.kind not in NOT_WORDS:
            for match in _matches(sentence.text):
                yield sentence, match


@cache
def _matches(text: str) -> tuple[re.Match[str], ...]:
    return tuple(match for match in WORDED.finditer(text) if not NO_COUNT.fullmatch(match[0]))
