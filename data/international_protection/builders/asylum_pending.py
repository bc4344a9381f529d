"""asylum-pending: asylum claims that await a decision at the end of each year, by State."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

POPULATION = catalogued("unhcr-refugees/population_osce_by_asylum_country.csv")
ORIGINALS = (POPULATION,)

COLUMNS = [
    "year", "coa_iso", "coa_name", "refugees", "asylum_seekers", "idps", "stateless", "ooc", "oip",
]  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2025
OF_2011, OF_2025 = 384_055, 5_441_340

FAULTS = (
    Fault(
        "a State that is not in the OSCE",
        POPULATION,
        text("\n2011,AUT,Austria,", "\n2011,AUS,Austria,"),
        said="['AUS'] are no participating States",
    ),
    Fault(
        "a year without a State's claims",
        POPULATION,
        text("\n2011,USA,United States of America,", "\n2031,USA,United States of America,"),
        said="claims of 2011 is 372,355, published is 384,055",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year from 2000; stop when sums are not as known."""
    path = POPULATION.under(originals)
    frame = read_original(path, COLUMNS).rename(columns={"coa_iso": "iso3"})
    strange = sorted(set(frame["iso3"]) - set(data.states().index))
    require(not strange, f"{strange} are no participating States; look at the original", path)
    frame["year"] = frame["year"].astype(int)
    frame["pending"] = numbers(frame["asylum_seekers"], path).astype("Int64")
    frame = frame[frame["year"].between(FIRST_YEAR, LAST_YEAR)]
    for year, known in ((2011, OF_2011), (2025, OF_2025)):
        of_year = int(frame.loc[frame["year"] == year, "pending"].sum())
        expect(of_year, known, 0, f"the number of claims of {year}", path)
    frame = frame.sort_values(["iso3", "year"], ignore_index=True)
    return frame[["iso3", "year", "pending"]].assign(
        source="unhcrdata2026", locator="population, asylum-seekers, row of the State", grade="A"
    )
