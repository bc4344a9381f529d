"""clause-reach-by-tier: statements with rules for direct suppliers and beyond them."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, require
from builders.slavery_index import WORKBOOK, read_sheet

ORIGINALS = (WORKBOOK,)
SHEETS = {"garments": "Beyond Compliance - Garments", "cocoa": "Beyond Compliance - Cocoa"}
HEADER_LINES = {"garments": 13, "cocoa": 14}
COMPANIES = {"garments": 99, "cocoa": 39}
"""Companies in scope of each study, as its sheet prints them; they stand below its header."""
SECTORS = {"garments": 97, "cocoa": 24}
"""Statements that were read in each sector."""
COMPANY, TOTAL, STATEMENT = "Company", "Total number of companies", "Has statement?"
TIERS = {"tier 1": "direct suppliers", "beyond tier 1": "suppliers beyond"}
CLAUSES = {
    "Suppliers comply with laws and policies": "obey the law",
    "Code of Conduct incl MS clauses": "code with clauses on slavery",
    "Prohibit forced labour": "no forced labour",
    "Suppliers respect labour rights": "respect labour rights",
    "Contracts incl MS clauses": "contract with clauses on slavery",
    "Prohibits recruitment fees": "no recruitment fees",
}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a sector, clause and tier."""
    path = WORKBOOK.under(originals)
    sectors = []
    for sector in SECTORS:
        frame = read(sector, path)
        check(sector, frame, path)
        sectors.append(reshape(sector, frame, path))
    return pd.concat(sectors).assign(
        source="walkfree2023data", locator="sheets Beyond Compliance, totals", grade="A"
    )


def columns() -> dict[str, tuple[str, str]]:
    """Return the columns that are read, each with our words for its clause and its suppliers."""
    return {
        f"{clause} ({tier})": (name, whom)
        for clause, name in CLAUSES.items()
        for tier, whom in TIERS.items()
    }


def read(sector: str, path: Path) -> pd.DataFrame:
    """Return the rows of a sheet, companies and their total; stop at a clause that is missing."""
    lines = COMPANIES[sector] + 1
    frame = read_sheet(path, SHEETS[sector], HEADER_LINES[sector], lines)
    frame.columns = [str(name).strip() for name in frame.columns]
    for column in (COMPANY, STATEMENT, *columns()):
        require(column in frame, f"{sector}: a clause is missing: {column}", path)
    return frame.set_index(COMPANY)[[STATEMENT, *columns()]]


def check(sector: str, frame: pd.DataFrame, path: Path) -> None:
    """Stop when the last row is not the total, or a total is not that of its companies."""
    last = frame.index[-1]
    require(last == TOTAL, f"{sector}: the last row is {last!r}, not the total", path)
    totals = numbers(frame.loc[TOTAL], path)
    expect(int(totals[STATEMENT]), SECTORS[sector], 0, f"the statements of {sector}", path)
    with_rule = (frame.drop(index=TOTAL) == "Yes").sum()
    for column in columns():
        what = f"the number of {sector} companies with a rule, {column},"
        expect(int(with_rule[column]), int(totals[column]), 0, what, path)


def reshape(sector: str, frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return a row for each clause and tier, with the printed total."""
    totals = numbers(frame.loc[TOTAL], path).astype(int)
    rows = [
        {"sector": sector, "clause": clause, "suppliers": whom,
         "statements_yes": totals[column], "statements": totals[STATEMENT]}
        for column, (clause, whom) in columns().items()
    ]  # fmt: skip
    return pd.DataFrame(rows)
