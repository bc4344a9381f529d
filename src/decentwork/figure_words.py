"""What the words of a figure must say of its scales: the unit, a factor, a logarithm, a time.

The drawing knows what has to be said, and the words are on the page. So a drawing hands over its
needs, as data that a notebook can keep, and whoever has the words asks what is missing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

TIMES = re.compile(r"\b(?:a|per|each|every) (hour|day|week|month|year)\b")
UNITS = ("per cent", "million", "thousand", "billion")
PER_CENT = "per cent"


def to_say(word: str, fault: str) -> dict[str, Any]:
    """Return the need for a word, and the fault where it is missing."""
    return {"says": [word, "percentage"] if word == PER_CENT else [word], "fault": fault}


def of_unit(column: str, unit: str) -> Iterator[dict[str, Any]]:
    """Yield what the words must say of the unit of a column."""
    if times := TIMES.findall(unit):
        fault = f"the unit of {column} is {unit!r}, and subtitle or axis says {{!r}}"
        yield {"times": times, "fault": fault}
    for word in (word for word in UNITS if word in unit):
        fault = f"the unit of {column} is {unit!r}, and neither subtitle nor axis says {word!r}"
        yield to_say(word, fault)


def unsaid(needs: Iterable[Mapping[str, Any]], words: str) -> list[str]:
    """Return what words do not say and have to, or say otherwise: one sentence each.

    Parameters
    ----------
    needs
        As :func:`to_say` and :func:`of_unit` give them.
    words
        All words around a drawing: headline, subtitle, titles and names of axes.
    """
    words, found = words.lower(), []
    named = set(TIMES.findall(words))
    for need in needs:
        if times := need.get("times"):
            if named and not named & set(times):
                found.append(need["fault"].format(min(named)))
        elif not any(word in words for word in need["says"]):
            found.append(need["fault"])
    return found
