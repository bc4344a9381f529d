"""The claim register and the book.

Every line is examined in a chapter that is there, its words and its grade fit its sources, and its
codes fit both.
"""

from collections.abc import Iterable, Sequence
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


def wording(claims: Sequence[Claim]) -> list[str]:
    """Return lines whose field ``wrong`` does not state the belief that is wrong.

    A box reads "Wrong: That …"; a field that states the truth there says the opposite.
    """
    return [
        f"{claim.id}: wrong does not begin with 'That' ({claim.wrong!r}); state the belief that "
        "is wrong, and the truth after a colon"
        for claim in claims
        if claim.wrong and not claim.wrong.startswith("That ")
    ]


def grades(claims: Sequence[Claim], tables: Iterable[pd.DataFrame]) -> list[str]:
    """Return lines of grade A that rest on a source which every table grades B.

    Parameters
    ----------
    tables
        Tables with the columns ``source`` and ``grade``. Rows with several sources are left out,
        because their grade is that of the weakest.
    """
    graded: dict[str, set[str]] = {}
    for table in tables:
        for source, grade in zip(table["source"], table["grade"], strict=True):
            graded.setdefault(source, set()).add(grade)
    return [
        f"{claim.id} has grade A, but {source.key} is graded B in every table; set the line to B, "
        "or read the primary source and mend the rows"
        for claim in claims
        for source in claim.sources
        if claim.grade == "A" and graded.get(source.key) == {"B"}
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
