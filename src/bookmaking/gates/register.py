"""The claim register and the book: every line is examined, in a chapter that is there."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bookmaking.gates import site
from decentwork.claims import UNEXAMINED, Claim
from decentwork.repository import CONTENTS


def chapters(claims: Sequence[Claim], contents: Path = CONTENTS) -> list[str]:
    """Return lines whose chapter is in the book and that have no verdict, and the reverse.

    A page of book/ may stand before the lines that it takes up are examined.
    """
    listed = set(site.listed(contents))
    problems = []
    for claim in claims:
        if claim.is_examined and claim.page not in listed:
            problems.append(
                f"{claim.id} has a verdict, but its chapter {claim.page} is not in "
                f"{contents.name}; list the page, or set the verdict back to {UNEXAMINED!r}"
            )
        elif not claim.is_examined and claim.page in listed and not claim.page.startswith("book/"):
            problems.append(
                f"{claim.id} is {UNEXAMINED!r}, but its chapter {claim.page} is in "
                f"{contents.name}; argue the line there and fill in its row"
            )
    return problems


def unexamined(claims: Sequence[Claim]) -> list[str]:
    """Return the lines of the note that the book leaves without a verdict."""
    return [
        f"{claim.id} is {UNEXAMINED!r}; argue it in {claim.page} and fill in its row"
        for claim in claims
        if not claim.is_examined
    ]


def codes(claims: Sequence[Claim], coded: pd.DataFrame, needs: pd.DataFrame) -> list[str]:
    """Return where the codes of the lines do not fit the register or what would be collected.

    Parameters
    ----------
    coded, needs
        The tables ``line-codes`` and ``evidence-needed``.
    """
    rows = coded.set_index("id")
    problems = [
        f"line-codes: {claim.id} has no row; code its main change and its main gap"
        for claim in claims
        if claim.id not in rows.index
    ]
    for claim in claims:
        if claim.id in rows.index and claim.is_examined:
            nothing = rows.loc[claim.id, "missing"] == "nothing"
            if nothing and claim.unknown:
                problems.append(
                    f"line-codes: nothing is missing for {claim.id}, but the register says what "
                    "is unknown; code the gap"
                )
            elif not nothing and not claim.unknown:
                problems.append(
                    f"line-codes: {claim.id} has a gap, but the register names nothing unknown; "
                    "code 'nothing', or fill in the register"
                )
    asked = set(rows["needs"].dropna().str.split("; ").explode())
    known = set(needs["need"])
    problems += [
        f"line-codes: {need} is not in evidence-needed; mend the key or add the row"
        for need in sorted(asked - known)
    ]
    problems += [
        f"evidence-needed: no line needs {need}; name its lines in line-codes, or take it out"
        for need in sorted(known - asked)
    ]
    return problems
