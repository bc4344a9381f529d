"""trafficking-proceeds: what was recovered in British trafficking cases, and who received it."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original

ANSWERS = catalogued("uk-trafficking-confiscation/uk_trafficking_proceeds.csv")
ORIGINALS = (ANSWERS,)

COLUMNS = [
    "series", "financial_year", "orders_n", "amount_ordered_gbp", "amount_recovered_gbp",
    "compensation_to_victims_gbp", "police_gbp", "other_frontline_gbp", "central_government_gbp",
    "grade", "source_url",
]  # fmt: skip
RECOVERED_SERIES = "Home Office, JARD: recovered"
"""The other series counts orders made and was not opened a second time."""
RECOVERED, TO_VICTIMS = 3_157_875.67, 155_944.26

FAULTS = (
    Fault(
        "an amount with two digits exchanged",
        ANSWERS,
        text("1079261.11,53745.74,", "1079261.11,57345.74,"),
        said="compensation to victims is 159,544.26, published is 155,944.26",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a financial year."""
    path = ANSWERS.under(originals)
    frame = read_original(path, COLUMNS)
    frame = frame[frame["series"] == RECOVERED_SERIES].reset_index(drop=True)
    amounts = {
        "recovered": "amount_recovered_gbp",
        "victims": "compensation_to_victims_gbp",
        "police": "police_gbp",
        "other_frontline": "other_frontline_gbp",
        "central_government": "central_government_gbp",
    }
    table = pd.DataFrame({name: numbers(frame[column], path) for name, column in amounts.items()})
    expect(table["recovered"].sum(), RECOVERED, 0.005, "the amount recovered", path)
    expect(table["victims"].sum(), TO_VICTIMS, 0.005, "compensation to victims", path)
    year = frame["financial_year"].str.replace("-", "/")
    return table.assign(financial_year=year, source="ukparl39098", locator="table", grade="A")[
        ["financial_year", *amounts, "source", "locator", "grade"]
    ]
