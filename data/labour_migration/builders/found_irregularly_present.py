"""found-irregularly-present: people from outside the Union found without a right to stay."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

FOUND = catalogued("eurostat-illegally-present/migr_eipre_total_2014_2023.csv")
ORIGINALS = (FOUND,)

UNION = "European Union - 27 countries (from 2020)"
YEARS = list(range(2014, 2024))
RELEASED = {2022: 1_120_380, 2023: 1_265_350}

FAULTS = (
    Fault(
        "another total than the release has",
        FOUND,
        text(f"Total,{UNION},2023,1265350,", f"Total,{UNION},2023,1256350,"),
        said="the persons found in 2023 is 1,256,350, published is 1,265,350",
    ),
    Fault(
        "a year missing",
        FOUND,
        text(f"Total,{UNION},2016,", f"Total,{UNION},2061,"),
        said="the years of the Union are not 2014 to 2023",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a year for the 27 member States of today."""
    path = FOUND.under(originals)
    frame = read_original(path, ["reason", "country", "year", "persons", "flag"])
    for column in ("year", "persons"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    union = frame.query("reason == 'Total' and country == @UNION").sort_values("year")
    require(list(union["year"]) == YEARS, "the years of the Union are not 2014 to 2023", path)
    persons = union.set_index("year")["persons"]
    for year, number in RELEASED.items():
        expect(int(persons[year]), number, 0, f"the persons found in {year}", path)
    return union[["year", "persons"]].assign(
        source="eurostat2024found", locator="migr_eipre, EU-27 of 2020, all reasons", grade="A"
    )
