"""Judgements: codes of a row, and findings and the verdict on a line, do not contradict."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.checks import rows
from decentwork.option_codes import READERS

NEEDED = {
    "supported": ("for",),
    "partly supported": ("for",),
    "contested": ("for", "against"),
    "not supported": ("against",),
}
"""The sides that a verdict needs among the findings of its line; ``mixed`` is both."""
HEDGES = {
    "more than": "above", "over": "above", "at least": "above", "minimum": "above",
    "just over": "above", "up to": "below", "at most": "below", "less than": "below",
    "fewer than": "below", "under": "below", "nearly": "below", "almost": "below",
    "about": "near", "around": "near", "some": "near",
}  # fmt: skip
HEDGE = re.compile(rf"\b({'|'.join(sorted(HEDGES, key=len, reverse=True))})\b")
PRINTED = ("printed", "as_printed", "percent_printed")
"""Columns that hold the words of the source on a figure."""
BOUND = ("bound", "hedge", "qualifier")
"""Columns that hold how a source hedges a figure."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return codes that contradict each other."""
    found = [problem for table in rows.tables(root, files) for problem in _of(table)]
    return [*found, *_verdicts(root)]


def _of(table: rows.Table) -> Iterator[str]:
    options = [reader for reader in READERS if f"{reader}_studies" in table.columns]
    printed = [column for column in PRINTED if column in table.columns]
    bounds = [column for column in BOUND if column in table.columns]
    if not table.is_built and (options or printed or bounds):
        for row in table.rows:
            for reader in options:
                yield from _codes(row, reader)
            for column in printed:
                yield from _interval(row, column)
            for column in bounds:
                yield from _hedges(row, column)


def _codes(row: rows.Row, reader: str) -> Iterator[str]:
    codes = [row[f"{reader}_{name}"] for name in ("studies", "outcome", "design", "direction")]
    studies, outcome, design, direction = codes
    if studies == "0" and outcome != "none":
        yield (
            f"{row.place}: {reader}_studies is 0, and {reader}_outcome is {outcome!r}; without a "
            "study the outcome is none."
        )
    if outcome == "none" and (design, direction) != ("descriptive", "unknown"):
        yield (
            f"{row.place}: {reader}_outcome is none, and the codes beside it are {design!r} and "
            f"{direction!r}; where nothing was measured they are descriptive and unknown."
        )


def _interval(row: rows.Row, column: str) -> Iterator[str]:
    """Yield a fault if a figure printed as “over 25” has its upper end at 25."""
    low, high = row["percent_low"], row["percent_high"]
    hedge = HEDGE.match(row[column].strip("“ ").lower())
    if not (low and high and hedge):
        return
    side = HEDGES[hedge[1]]
    if side == "above" and low == high:
        yield (
            f"{row.place}: {column} says {row[column]!r}, and percent_high is {high}, as if the "
            "figure were exact; open the interval, or mend the words."
        )


def _hedges(row: rows.Row, column: str) -> Iterator[str]:
    texts = [row[name] for name in row.cells if name not in (column, "source", "locator", "note")]
    said = {
        HEDGES[hedge]
        for text in texts
        for hedge in re.findall(r"\b(?:called|printed as|said to be) (?:a )?(\w+(?: \w+)?)", text)
        if hedge in HEDGES
    }
    if said and HEDGES.get(row[column]) not in said:
        yield (
            f"{row.place}, column {column}: {row[column]!r}, but the row says that the source "
            "hedges the figure another way; mend one of them."
        )


def _verdicts(root: Path) -> Iterator[str]:
    register, findings = rows.table("claims", root), rows.table("evidence", root)
    if not (register and findings):
        return
    sides = Counter((row["claim"], row["side"]) for row in findings.rows)
    for row in register.rows:
        line = row["id"]
        has = {side for side in ("for", "against", "mixed") if sides[line, side]}
        for side in NEEDED.get(row["verdict"], ()):
            if has and not has & {side, "mixed"}:
                yield (
                    f"{row.place}: {line} is {row['verdict']!r}, and no finding of "
                    f"{rows.EVIDENCE} speaks {side} it; mend the sides or the verdict."
                )
