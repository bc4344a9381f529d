"""The claim register and the book.

Each row is complete and admissible, every line is examined in a chapter that is there, its words
and its grade fit its sources, and its codes fit both.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bookmaking.checks import register_in_prose, rows, site
from bookmaking.directives.register_content import mismatch
from decentwork import claims as register
from decentwork import sources
from decentwork.claims import UNEXAMINED, Claim
from decentwork.data import DataError
from decentwork.repository import BIBLIOGRAPHY, CONTENTS


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the rows of the register, or with rows and book."""
    try:
        claims = register.load(root / "data")
    except DataError as error:
        return error.sentences
    tables = list(rows.tables(root))
    by_name = {table.path.stem: table.rows for table in tables}
    return [
        *chapters(claims, root / CONTENTS.name),
        *unexamined(claims),
        *wording(claims),
        *grades(claims, tables),
        *unknown_sources(claims, root / BIBLIOGRAPHY.name),
        *codes(claims, by_name["line-codes"], by_name["evidence-needed"]),
        *register_in_prose.check(root, files),
    ]


def chapters(claims: Sequence[Claim], contents: Path = CONTENTS) -> list[str]:
    """Return lines whose chapter is in the book and that have no verdict, and the reverse.

    A page of book/ may stand before the lines that it takes up are examined.
    """
    listed = set(site.listed(contents))
    found = (
        # Only the build sees the boxes; here each line counts as having the box that it should.
        mismatch(claim, rows.REGISTER, in_book=claim.page in listed, has_box=claim.is_examined)
        for claim in claims
    )
    return [problem for problem in found if problem]


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


def grades(claims: Sequence[Claim], tables: Iterable[rows.Table]) -> list[str]:
    """Return lines of grade A that rest on a source which every table grades B.

    Rows with several sources are left out, because their grade is that of the weakest. So is the
    register itself.
    """
    graded: dict[str, set[str]] = {}
    for table in tables:
        if table.path.stem != register.NAME and {"source", "grade"} <= set(table.columns):
            for row in table.rows:
                graded.setdefault(row["source"], set()).add(row["grade"])
    return [
        f"{claim.id} has grade A, but {source.key} is graded B in every table; set the line to B, "
        "or read the primary source and fix the rows"
        for claim in claims
        for source in claim.sources
        if claim.grade == "A" and graded.get(source.key) == {"B"}
    ]


def unknown_sources(claims: Sequence[Claim], bibliography: Path = BIBLIOGRAPHY) -> list[str]:
    """Return the sources of verdicts that the bibliography does not have."""
    known = sources.load(bibliography)
    return [
        f"{claim.id} cites {source.key}, which is not in {bibliography.name}; add the source, or "
        "correct the register"
        for claim in claims
        for source in claim.sources
        if source.key not in known
    ]


def codes(
    claims: Sequence[Claim],
    coded: Sequence[rows.Row],
    needs: Sequence[rows.Row],
) -> list[str]:
    """Return where the codes of the lines do not fit the register or what would be collected.

    Parameters
    ----------
    coded, needs
        The rows of the tables ``line-codes`` and ``evidence-needed``.
    """
    by_line = {row["id"]: row for row in coded}
    problems = [
        f"line-codes: {claim.id} has no row; code its main change and its main gap"
        for claim in claims
        if claim.id not in by_line
    ]
    for claim in claims:
        if claim.id in by_line and claim.is_examined:
            nothing = by_line[claim.id]["missing"] == "nothing"
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
    asked = {need for row in coded for need in rows.parts(row["needs"])}
    known = {row["need"] for row in needs}
    problems += [
        f"line-codes: {need} is not in evidence-needed; fix the key or add the row"
        for need in sorted(asked - known)
    ]
    problems += [
        f"evidence-needed: no line needs {need}; name its lines in line-codes, or take it out"
        for need in sorted(known - asked)
    ]
    return problems
