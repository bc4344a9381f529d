"""Metadata that says something: limits are sentences, a description says more than a name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookmaking.checks import rows
from decentwork.tables.fields import with_shared

LIMIT_WORDS = 2
"""The fewest words of a limit, such as “a trend”."""
LIMITS_WORDS = 4
"""The fewest words of all limits of a table together."""
PLACEHOLDER = re.compile(
    r"(?:\W*\b(?:n/?a|none|nothing|anything|everything|any|other|others|purposes?|uses?|various|"
    r"misc(?:ellaneous)?|etc|general|the|of|see|above|below|description|column|field|value|values|"
    r"data|table|limits?|things?|stuff|text|here|not|no|known|to be|and|or|a|an|is|are|it|"
    r"unknown|unspecified|default|normal)\b)+\W*|.*\b(?:tbd|tba|todo|fixme|xxx+|placeholder|lorem|"
    r"to be (?:written|added|done|filled|determined|completed))\b.*|\W*",
    re.IGNORECASE | re.DOTALL,
)
"""Words that stand where something should be said."""
UNITS = {
    "per cent": r"per cent|percent\b|%",
    "million": r"millions?",
    "thousand": r"thousands?",
    "billion": r"billions?",
    "US dollars": r"US dollars|USD",
    "euros": r"euros?|EUR",
    "pounds": r"pounds|GBP",
    "hours": r"hours",
    "months": r"months",
}
"""Units that a description may name, by how they are found in it and in a unit."""
COUNTED = (
    r"(?<!\d )(?<!\bone )(?<!\btwo )(?<!\bthree )(?<!\bfour )(?<!\bfive )(?<!\bsix )"
    r"(?<!\bsixteen )(?<!\btwelve )(?<!\bper )"
)
"""What does not stand before a unit: “95 per cent” and “six months” name no unit of the column."""
WORD = re.compile(r"[^\W_]+")
NAME_UNITS = {"percent": "per cent", "million": "million", "thousand": "thousand|1,000",
              "billion": "billion", "usd": "dollars"}  # fmt: skip
"""Parts of a column's name that say a unit, and how they are found in the unit."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the parts of metadata that say nothing or contradict each other."""
    shared = rows.shared(root).get("fields", {})
    return [
        problem for table in rows.tables(root, files) for problem in says_nothing(table, shared)
    ]


def says_nothing(table: rows.Table, shared: Mapping[str, Any]) -> list[str]:
    """Return the parts of a sidecar that say nothing, or that name two units for one column."""
    place = table.place.replace(".csv", ".yml")
    problems = []
    limits = table.said.get("must_not_be_used_for") or []
    if sum(len(WORD.findall(str(limit))) for limit in limits) < LIMITS_WORDS:
        problems.append(
            f"{place}, must_not_be_used_for: {limits!r} says too little; name at least one use "
            "that the rows do not bear, and why."
        )
    problems += [
        f"{place}, must_not_be_used_for: {limit!r} says nothing; name a use that the rows do not "
        "bear, or take it out."
        for limit in map(str, limits)
        if len(WORD.findall(limit)) < LIMIT_WORDS or PLACEHOLDER.fullmatch(limit)
    ]
    for part in ("title", "description"):
        words = str(table.said.get(part, ""))
        if len(WORD.findall(words)) < 2 or PLACEHOLDER.fullmatch(words):
            problems.append(f"{place}, {part}: {words!r} says nothing; say what the rows count.")
    for name, field in table.fields.items():
        problems += _of_field(place, name, with_shared(field, shared))
    return problems


def _of_field(place: str, name: str, field: Mapping[str, Any]) -> Iterator[str]:
    told, unit = str(field.get("description", "")), str(field.get("unit", ""))
    where = f"{place}, field {name}"
    new = _stems(told) - _stems(name)
    if PLACEHOLDER.fullmatch(told) or (not new and not unit and not field.get("constraints")):
        yield (
            f"{where}: the description {told!r} says no more than the name; say what a cell "
            "means, whom it counts, or how it was made."
        )
    if not unit:
        for part in set(NAME_UNITS) & set(name.lower().split("_")):
            if field.get("type") in ("number", "integer"):
                yield f"{where}: the name says {part}, and the field has no unit; give it one."
        return
    named = {one for one, pattern in UNITS.items() if re.search(rf"{COUNTED}\b(?:{pattern})", told)}
    if clash := [one for one in named if not re.search(UNITS[one], unit)]:
        yield (
            f"{where}: the description speaks of {' and '.join(sorted(clash))}, and the unit is "
            f"{unit!r}; mend one of them."
        )
    for part, words in NAME_UNITS.items():
        if part in name.lower().split("_") and not re.search(words, unit):
            yield f"{where}: the name says {part}, and the unit is {unit!r}; mend one of them."


def _stems(text: str) -> set[str]:
    return {
        word.lower().removesuffix("s")
        for word in WORD.findall(text.replace("_", " "))
        if word.lower() not in ("the", "of", "a", "an")
    }
