"""farm-back-wages: back wages and penalties assessed on farms of the United States, by year."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

FARMS = catalogued("us-whd-agriculture-enforcement/agriculture_fy2000_2022.csv")
ORIGINALS = (FARMS,)

COLUMNS = [
    "fiscal_year", "back_wages_usd_million_2022", "civil_penalties_usd_million_2022",
    "share_h2a_pct", "share_mspa_pct", "share_flsa_other_pct", "investigations",
    "employees_receiving_back_wages", "grade",
]  # fmt: skip
DOLLARS = {2021: 9_107_258, 2022: 5_815_943}
"""Back wages in dollars of 2022, as a second page of the Institute prints them."""

FAULTS = (
    Fault(
        "a year missing",
        FARMS,
        text("\n2011,3.72,", "\n2031,3.72,"),
        said="the years are not 2000 to 2022",
    ),
    Fault(
        "a sum that two pages give differently",
        FARMS,
        text("2022,5.82,7.98,", "2022,8.52,7.98,"),
        said="the back wages of 2022 is 8.52, published is 5.815943",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a fiscal year."""
    path = FARMS.under(originals)
    frame = read_original(path, COLUMNS)
    for column in COLUMNS[:-1]:
        frame[column] = numbers(frame[column], path)
    whole = list(frame["fiscal_year"]) == list(range(2000, 2023))
    require(whole, "the years are not 2000 to 2022; look at them", path)
    wages = frame.set_index("fiscal_year")["back_wages_usd_million_2022"]
    for year, dollars in DOLLARS.items():
        expect(wages[year], dollars / 1e6, 0.02, f"the back wages of {year}", path)
    names = {
        "back_wages_usd_million_2022": "back_wages_million",
        "civil_penalties_usd_million_2022": "penalties_million",
        "employees_receiving_back_wages": "employees",
    }
    counts = ["fiscal_year", "investigations", "employees"]
    table = frame.rename(columns=names)[
        ["fiscal_year", "back_wages_million", "penalties_million", "investigations", "employees"]
    ]
    return table.astype(dict.fromkeys(counts, "Int64")).assign(
        source="epi2023farms", locator="tables of the charts", grade="B"
    )
