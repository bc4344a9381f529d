"""vulnerable-employment-world: vulnerable employment in three years, and people, by country."""

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_r
from decentwork import data

MERGED = catalogued("wdi-vulnerable-employment/wdi.rds")
ORIGINALS = (MERGED,)

VULNERABLE = "emp_vulnerable"  # series SL.EMP.VULN.ZS
YEARS = (1991, 2000, 2010)
COUNTRIES = 185  # with a rate in each of the years


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per country with a rate, or that is a participating State with people."""
    path = MERGED.under(originals)
    frame = read_r(path, ["iso3c", "year", VULNERABLE, "population"])
    frame = frame[frame["iso3c"].str.len().eq(3)].drop_duplicates(["iso3c", "year"])
    frame["year"] = frame["year"].astype(int)
    rates = frame.pivot(index="iso3c", columns="year", values=VULNERABLE)[[*YEARS]].round(2)
    expect(len(rates.dropna()), COUNTRIES, 0, "the number of countries with a rate", path)
    people = frame[frame["year"] == 2000].set_index("iso3c")["population"].round()
    result = rates.add_prefix("percent_").assign(people_2000=people.astype("Int64"))
    known = result["percent_2000"].notna() | (
        result.index.isin(data.states().index) & result["people_2000"].notna()
    )
    result = result[known].rename_axis("country").reset_index()
    return result.assign(
        source="wdi2021", locator="series SL.EMP.VULN.ZS and SP.POP.TOTL", grade="A"
    )
