"""Numbers in running text: in digits or words, with their scale and unit, read by one tokenizer.

``numbers_in`` finds 27.6 million, 1,234, two thirds, twenty-one, 12 per cent, €4 and the ends of a
range. Each has all values that a table may hold for it: 27.6 million is in a column of millions
as 27.6 and in one of persons as 27600000; a share is as 0.86 and as 86.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
ONES = {word: number for number, word in enumerate(re.findall(r"\w+", _ONES), 1)}
TENS = {
    f"{word}ty": 10 * number
    for number, word in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)
}
PARTS = {
    "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20,
}  # fmt: skip
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WORD = "|".join((*ONES, *TENS))
_COUNT = rf"(?:{'|'.join(TENS)})-(?:{'|'.join(ONES)})|{_WORD}"
_NAMED = "party|parties|study|studies|country|countries|person|State|reader|source|time|text|column"
"""What "a third" counts off instead of dividing."""
NUMBER = re.compile(
    rf"(?P<sign>[€£$]\s?)?(?P<digits>\d[\d.,]*\d|\d)"
    rf"|\b(?P<over>{_COUNT}|an?)[ -](?P<part>{'|'.join(PARTS)})s?\b(?! (?:{_NAMED})s?\b)"
    rf"|\b(?P<word>{_COUNT})\b|\b(?P<half>half)\b(?!-| (?:a )?(?:year|hour|million))",
    re.IGNORECASE,
)
SCALE = re.compile(rf"[ -]?({'|'.join(SCALES)})s?\b", re.IGNORECASE)
BRIDGE = re.compile(r"\s?(?:to|and|or|[-–])\s?(?=[€£$\d])")
"""What is between the two ends of a range, which share the scale and the unit of the last."""
YEAR = re.compile(r"(?<![\d.,])(1[5-9]\d\d|20\d\d|2100)(?:\s?[-–/]\s?(\d\d(?:\d\d)?))?(?![\d,]*\d)")

COUNTED = (
    "people|persons?|men|women|girls|boys|children|adults|victims|survivors|workers|migrants|"
    "employees|employers|inspectors?|inspections|households|firms|compan(?:y|ies)|cases|"
    "convictions|prosecutions|investigations|complaints|decisions|referrals|visas|licences|"
    "applications|States|countries|members|studies|rows|cells|conferences|commitments|sites"
)
"""What a number counts; none of the words is a verb too."""
SHARE, POINTS, MONEY, TIME, COUNT = "a share", "percentage points", "money", "time", "a count"
KINDS = {
    POINTS: r"(?:percentage )?points?\b",
    SHARE: r"%|per cent\b|percent\b|share\b|probability\b",
    MONEY: r"(?:\w+ )?(?:dollars?|euros?|pounds?|francs?|krone[rn]?|kron[ao]r?|currency)\b|[€£$]",
    TIME: r"(?:hours?|days?|weeks?|months?|years?)\b",
    COUNT: rf"(?:\w+ )?(?:{COUNTED}|permits|visits|places|documents|reports|records|positions)\b",
}  # fmt: skip
KIND = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in KINDS.items()}


@dataclass(frozen=True)
class Number:
    """A number of a text: as it is typed, where, all its values, and what kind of thing it is."""

    text: str
    start: int
    end: int
    values: frozenset[float]
    kind: str = ""
    """`SHARE`, `POINTS`, `MONEY`, `TIME` or `COUNT`; empty where the words after it do not say."""
    digits: bool = True
    is_year: bool = False
    is_scaled: bool = True
    """Whether a number in words is as plain as one in digits: fifty thousand, ten per cent."""

    @property
    def is_small(self) -> bool:
        """Whether the number meets its equal by chance: one or two digits, or a word for them."""
        return sum(map(str.isdigit, self.text)) <= 2


def kind_of(unit: str) -> str:
    """Return what kind of thing a unit is, by the words with which it begins; empty if unknown."""
    return next((kind for kind, pattern in KIND.items() if pattern.match(unit.strip())), "")


@cache
def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in their order."""
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[Number]:
    found = list(NUMBER.finditer(text))
    for place, match in enumerate(found):
        last = match
        # In "600 to 800 thousand people" scale and unit of the last number are those of the first.
        if match["digits"] and place + 1 < len(found):
            bridge = BRIDGE.match(text, match.end())
            if bridge and found[place + 1].start() == bridge.end():
                last = found[place + 1]
        own, shared = SCALE.match(text, match.end()), SCALE.match(text, last.end())
        after = text[(shared or last).end() :].lstrip(" -\u00a0")
        kind = MONEY if match["sign"] else kind_of(after)
        year = bool(YEAR.fullmatch(match[0])) and not (own or kind)
        yield Number(
            text=f"{match[0]}{own[0] if own else ''}",
            start=match.start(),
            end=(own or match).end(),
            values=frozenset(_values(match, own, shared)),
            kind=SHARE if match["part"] or match["half"] else kind,
            digits=bool(match["digits"]),
            is_year=year,
            is_scaled=bool(own or (match["word"] and after.startswith("per cent"))),
        )


def _values(match: re.Match, own: re.Match | None, shared: re.Match | None) -> Iterator[float]:
    if match["digits"]:
        plain = match["digits"].replace(",", "")
        if plain.count(".") > 1:
            return
        value = float(plain)
    elif match["half"]:
        value = 0.5
    elif match["part"]:
        over = match["over"].lower()
        value = (1 if over in ("a", "an") else _count(over)) / PARTS[match["part"].lower()]
    else:
        value = _count(match["word"].lower())
    yield _rounded(value)
    for scale in (own, shared):
        if scale:
            yield _rounded(value * SCALES[scale[1].lower()])
    if not match["digits"] and not match["word"]:
        yield round(value * 100)


def _count(words: str) -> int:
    return sum(ONES.get(part) or TENS[part] for part in words.split("-"))


def _rounded(value: float) -> float:
    return float(f"{value:.10g}")


@cache
def years_in(text: str) -> frozenset[int]:
    """Return the years of a text, with all between the two ends of a range."""
    found: set[int] = set()
    for match in YEAR.finditer(text):
        first = int(match[1])
        last = int(match[1][: -len(match[2])] + match[2]) if match[2] else first
        found.update(range(first, last + 1) if 0 <= last - first < 200 else (first,))
    return frozenset(found)
