"""The claim register and the book's contents: a line is examined when its chapter is there."""

from collections.abc import Sequence
from pathlib import Path

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
