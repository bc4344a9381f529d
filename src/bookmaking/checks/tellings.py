"""One thing told in two places: cards of the register agree with what they are made from.

A card of the register and a finding for its line agree with the finding, or the sentence of the
chapter, that tells the same: a number goes with the same words, and what rose did not fall, what
was before was not after.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

from bookmaking.checks import numbers, rows, told
from bookmaking.source import sentences
from bookmaking.source.number_words import Number, numbers_in
from decentwork import claims

# How much two texts have in common is the sum of the logarithms of how rare each common word is.
SAME_FINDING, MOST_OF_IT = 8.0, 0.4
"""In common with a telling of the finding, and the part of all that the card says."""
CROSSED, STRAIGHT, LONG_WORDS = 2, 0.4, 4
"""Words of two numbers that are changed round, against those that are not, and of both texts."""
OPPOSED = ("direction", "comparison", "extreme", "bound", "sex", "status", "age", "step", "scale")
"""Families of rival words that tell a finding from its opposite."""
PAIRS = (("with", "without"), ("before", "after"), ("earlier", "later"))
"""Words besides, of which a finding has one or the other."""
NEAR = re.compile(r"[^\W\d_]{4,}|(?<![\d.,])(?:19|20)\d\d(?!\d)")
COMMON = told.stems_of(
    "cent million billion thousand percent were with from that people this than have been which "
    "their about more less nearly over some when where"
)
END_OF_CLAUSE = re.compile(r"[;:()]|\. ")
WITHIN = 80
"""Characters before and after a number in which the words are looked for that go with it."""
ONE_NUMBER = re.compile(r"(?: per cent)?\s?(?:of|to|and|–|-)\s?(?:the |its )?")
"""What is between numbers that share their words: 19 of 51, 2.1 to 17.7."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return tellings that do not agree with another of the same thing."""
    return list(of_cards(root))


def worth_of(texts: Iterable[frozenset[str]]) -> Mapping[str, float]:
    """Return how rare each stem is among texts, as a logarithm."""
    every = list(texts)
    many = Counter(stem for text in every for stem in text)
    return {stem: math.log(len(every) / count) for stem, count in many.items()}


def of_cards(root: Path) -> Iterator[str]:
    """Yield sentences of cards, and findings, that contradict a telling of the same finding."""
    findings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, row in enumerate(rows.of_file(rows.EVIDENCE, root), 2):
        text = f"{row['finding']} ; {row['population']}"
        findings[row["claim"]].append((f"{rows.EVIDENCE}, line {number}", text))
    chapters = numbers.in_sentences(root)
    told_of = {
        row["id"]: (row, findings[row["id"]], chapters.get(f"notebooks/{row['chapter']}.ipynb", []))
        for row in rows.of_file(rows.REGISTER, root)
    }
    worth = worth_of(
        told.stems_of(text)
        for texts in (*findings.values(), *chapters.values())
        for _, text in texts
    )
    for line, (row, own, chapter) in told_of.items():
        for column in claims.TOLD:
            place = f"{rows.REGISTER}, row {line}, {column}"
            for sentence in sentences.split(row[column] or ""):
                yield from _against(place, sentence, [*own, *chapter], worth)
        for place, finding in own:
            yield from _against(place, finding, chapter, worth)


def _against(
    place: str, text: str, others: Sequence[tuple[str, str]], worth: Mapping[str, float]
) -> Iterator[str]:
    """Yield how a text contradicts those that tell the same."""
    stems = told.stems_of(text)
    most = max(worth.values())

    def weight(found: frozenset[str]) -> float:
        return sum(worth.get(stem, most) for stem in found)

    alike = [(weight(stems & told.stems_of(other)), where, other) for where, other in others]
    value, where, nearest = max(alike, default=(0, "", ""))
    is_same = value >= max(SAME_FINDING, MOST_OF_IT * weight(stems))
    if is_same and (words := opposite(text, nearest)):
        yield (
            f"{place}: “{text}” has {words[0]}, and {where}, which tells the same, has "
            f"{words[1]}: “{nearest}”. Fix the one that is wrong."
        )
    for _, where, other in alike if len(with_words(text)) > 1 else ():
        if one_and_two := changed_round(text, other):
            yield (
                f"{place}: {' and '.join(one_and_two)} are changed round in “{text}”, against "
                f"{where}: “{other}”. Fix the one that is wrong."
            )


def opposite(one: str, other: str) -> tuple[str, str] | None:
    """Return the words of two texts by which one says the opposite of the other, or None."""
    sides = told.sides_of(one), told.sides_of(other)
    if family := told.rival(*sides, OPPOSED):
        return tuple(f"“{told.word_of(text, family)}”" for text in (one, other))
    for pair in PAIRS:
        words = [
            {word for word in pair if re.search(rf"(?<!than )\b{word}\b(?! \d| at least)", text)}
            for text in (one, other)
        ]
        if [len(each) for each in words] == [1, 1] and words[0] != words[1]:
            return words[0].pop(), words[1].pop()
    return None


def changed_round(one: str, other: str) -> tuple[str, str] | None:
    """Return two numbers that go with each other's words in two texts of one thing, or None."""
    if len(told.stems_of(one) & told.stems_of(other)) < LONG_WORDS:
        return None
    mine, theirs = with_words(one), with_words(other)
    both = [value for value in mine if value in theirs]
    for pair in combinations(both, 2):
        first, second = (mine[value] for value in pair)
        ours, others = (first, second), tuple(theirs[value] for value in pair)
        differ = first[0].kind and second[0].kind and first[0].kind != second[0].kind
        counts_of = any(len(a[1]) > 1 and len(b[1]) > 1 for a, b in (ours, others))
        if differ or counts_of:  # 17 of 30 and 25 of 31: the words may be before or after both
            continue
        crossed = straight = 0
        for side in (2, 3):
            a, b, c, d = ours[0][side], ours[1][side], others[0][side], others[1][side]
            crossed += len((a & d) - c) + len((b & c) - d)
            straight += len((a & c) - d) + len((b & d) - c)
        if crossed >= CROSSED and straight <= STRAIGHT * crossed:
            return first[0].text, second[0].text
    return None


Placed = tuple[Number, tuple[Number, ...], frozenset[str], frozenset[str]]
"""A number, those that are one with it, and the stems after and before these."""


@cache
def with_words(text: str) -> Mapping[float, Placed]:
    """Return the numbers of a text that are no years, with the stems after and before each.

    Numbers that are one, as in 19 of 51, share the words around both.
    """
    found = [each for each in numbers_in(text) if each.values and not each.is_year]
    groups: list[list[Number]] = []
    for number in found:
        joined = groups and ONE_NUMBER.fullmatch(text[groups[-1][-1].end : number.start])
        groups[-1].append(number) if joined else groups.append([number])
    starts = [0, *(group[-1].end for group in groups)]
    ends = [*(group[0].start for group in groups[1:]), len(text)]
    told_with: dict[float, Placed] = {}
    for group, start, end in zip(groups, starts, ends, strict=False):
        after = _stems(text[group[-1].end : end][:WITHIN])
        before = _stems(END_OF_CLAUSE.split(text[start : group[0].start])[-1][-WITHIN:])
        for number in group:
            told_with.setdefault(min(number.values), (number, tuple(group), after, before))
    return told_with


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[: told.STEM].lower() for word in NEAR.findall(text)) - COMMON
