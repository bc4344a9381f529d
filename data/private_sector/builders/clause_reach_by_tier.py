"""clause-reach-by-tier: statements with rules for direct suppliers and beyond them."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

STATEMENTS = catalogued("walkfree-gsi2023-private-sector/statement_assessments_by_sector.csv")
ORIGINALS = (STATEMENTS,)
SECTORS = {"garments": 97, "cocoa": 24}
"""Statements that were read in each sector."""
TIERS = {"tier 1": "direct suppliers", "beyond tier 1": "suppliers beyond"}
CLAUSES = {
    "Suppliers comply with laws and policies": "obey the law",
    "Code of Conduct incl MS clauses": "code with clauses on slavery",
    "Prohibit forced labour": "no forced labour",
    "Suppliers respect labour rights": "respect labour rights",
    "Contracts incl MS clauses": "contract with clauses on slavery",
    "Prohibits recruitment fees": "no recruitment fees",
}

FAULTS = (
    Fault(
        "a clause that is missing",
        STATEMENTS,
        text(
            "garments,Modern Slavery Supply Chain Policies,Prohibit forced labour (tier 1),",
            "garments,Modern Slavery Supply Chain Policies,Prohibit forced labour (tier 2),",
        ),
        said="a clause is missing",
    ),
    Fault(
        "another number of statements",
        STATEMENTS,
        text(
            "Contracts incl MS clauses (tier 1),38,97,", "Contracts incl MS clauses (tier 1),38,79,"
        ),
        said="the statements of garments is 79, published is 97",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a sector, clause and tier."""
    path = STATEMENTS.under(originals)
    frame = read_original(
        path,
        ["sector", "theme", "indicator", "companies_yes", "denominator", "denominator_label",
         "share"],
    ).set_index(["sector", "indicator"])  # fmt: skip
    rows = []
    for sector, statements in SECTORS.items():
        for clause, name in CLAUSES.items():
            for tier, whom in TIERS.items():
                at = (sector, f"{clause} ({tier})")
                require(at in frame.index, f"a clause is missing: {at}", path)
                row = frame.loc[[at]].iloc[0]
                counts = numbers(row[["companies_yes", "denominator"]].rename("counts"), path)
                expect(int(counts.iloc[1]), statements, 0, f"the statements of {sector}", path)
                rows.append(
                    {"sector": sector, "clause": name, "suppliers": whom,
                     "statements_yes": int(counts.iloc[0]), "statements": statements}
                )  # fmt: skip
    return pd.DataFrame(rows).assign(
        source="walkfree2023data", locator="sheets Beyond Compliance, totals", grade="A"
    )
