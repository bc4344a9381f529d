"""found-irregularly-present: people from outside the Union found without a right to stay."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

FOUND = catalogued("eurostat-illegally-present/migrants_illegally_present.csv")
ORIGINALS = (FOUND,)

COLUMNS = [
    "DATAFLOW", "LAST UPDATE", "freq", "reason", "apprehen", "citizen", "sex", "age", "unit", "geo",
    "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "CONF_STATUS",
]  # fmt: skip
ALL_PEOPLE = {"freq": "Annual", "citizen": "Total", "sex": "Total", "age": "Total",
              "unit": "Person"}  # fmt: skip
"""What all rows have in common: numbers of a year, of all people."""
ALL_ROWS = {"reason": "Total", "apprehen": "Total"}
"""Which rows count people for all reasons and in all places, and so each person once."""
UNION = "European Union - 27 countries (from 2020)"
YEARS = list(range(2014, 2024))
RELEASED = {2022: 1_120_380, 2023: 1_265_350}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a year for the 27 member States of today."""
    path = FOUND.under(originals)
    union = read(path)
    check(union, path)
    return union.assign(
        source="eurostat2024found", locator="migr_eipre, EU-27 of 2020, all reasons", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the years of the Union and the people found in each, for all reasons and places."""
    frame = read_original(path, COLUMNS)
    for column, one in ALL_PEOPLE.items():
        others = sorted(set(frame[column]) - {one})
        require(not others, f"column {column} has {others} beside {one}; look at them", path)
    frame = frame[(frame[list(ALL_ROWS)] == pd.Series(ALL_ROWS)).all(axis=1)]
    frame = frame[frame["geo"] == UNION]
    return pd.DataFrame(
        {
            "year": frame["TIME_PERIOD"].astype(int),
            "persons": numbers(frame["OBS_VALUE"], path).astype("Int64"),
        }
    ).sort_values("year")


def check(union: pd.DataFrame, path: Path) -> None:
    """Stop when a year is missing, or a total is not that of the release."""
    require(list(union["year"]) == YEARS, "the years of the Union are not 2014 to 2023", path)
    persons = union.set_index("year")["persons"]
    for year, number in RELEASED.items():
        expect(int(persons[year]), number, 0, f"the persons found in {year}", path)
