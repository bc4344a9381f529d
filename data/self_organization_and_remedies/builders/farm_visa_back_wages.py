"""farm-visa-back-wages: employees with back wages under the H-2A visa programme, by year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

PROGRAMME = catalogued("us-whd-agriculture-enforcement/h2a_fy2000_2019.csv")
ORIGINALS = (PROGRAMME,)
AFTER = ("us-temporary-work",)

COLUMNS = [
    "fiscal_year", "cases_with_violations", "violations", "employees_receiving_back_wages",
    "back_wages_usd_2019", "civil_penalties_usd_2019", "h2a_visas_issued",
    "employees_per_100_visas", "grade",
]  # fmt: skip
TOTALS = {
    "cases_with_violations": 3_343,
    "violations": 113_836,
    "employees_receiving_back_wages": 41_869,
}
"""The last line of the Institute's table."""
ROUNDING_OF_DOLLARS = 200
BACK_WAGES = 24_276_900

FAULTS = (
    Fault(
        "a number of employees that does not add up",
        PROGRAMME,
        text("2019,431,11984,4994,", "2019,431,11984,4949,"),
        said="the sum of employees_receiving_back_wages is 41,824, published is 41,869",
    ),
    Fault(
        "visas of another year",
        PROGRAMME,
        text(",64404,1.65,", ",60112,1.65,"),
        said="visas of 2008 differ from those of us-temporary-work",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a fiscal year, with the rate where the visas are known."""
    path = PROGRAMME.under(originals)
    frame = read_original(path, COLUMNS)
    for column in COLUMNS[:-1]:
        frame[column] = numbers(frame[column], path)
    for column, published in TOTALS.items():
        expect(int(frame[column].sum()), published, 0, f"the sum of {column}", path)
    dollars = int(frame["back_wages_usd_2019"].sum())
    expect(dollars, BACK_WAGES, ROUNDING_OF_DOLLARS, "the sum of back wages", path)
    table = with_visas(frame, path)
    names = {
        "cases_with_violations": "cases",
        "employees_receiving_back_wages": "employees",
        "back_wages_usd_2019": "back_wages",
    }
    table = table.rename(columns=names)[
        ["fiscal_year", "cases", "violations", "employees", "back_wages", "visas"]
    ].astype("Int64")
    rate = (100 * table["employees"] / table["visas"]).round(2)
    return table.assign(
        employees_per_100_visas=rate,
        source="epi2020h2a",
        locator="table of the chart",
        grade="B",
    )


def with_visas(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the rows with the visas of the book's own table; stop where the two differ."""
    visas = data.read("us-temporary-work").query("counts == 'visas issued'")
    ours = frame["fiscal_year"].astype(int).map(visas.set_index("fiscal_year")["number"])
    both = frame["h2a_visas_issued"].notna()
    for year in frame.loc[both & ours.ne(frame["h2a_visas_issued"]), "fiscal_year"]:
        require(False, f"visas of {year:.0f} differ from those of us-temporary-work", path)
    return frame.assign(visas=frame["h2a_visas_issued"])
