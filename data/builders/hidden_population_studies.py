"""hidden-population-studies: surveys of migrant workers by methods for hidden populations."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reading import expect, numbers, original, translate

NAME = "hidden-population-studies"
ORIGINALS = ("mse-published-estimates",)

COLUMNS = [
    "place", "year", "method", "population", "n_or_base", "outcome", "value", "unit", "source",
    "locator", "grade",
]  # fmt: skip
WORKERS = "unauthorised Spanish-speaking migrant workers"
POPULATIONS = {
    WORKERS: WORKERS,
    "same": WORKERS,
    "same, only those who travelled with smugglers": f"{WORKERS} who travelled with smugglers",
    "migrant farmworkers": "migrant farmworkers",
}
LOCATORS = {"press account of report; 30 % in zhang2014": "press account of the report"}
CHAINED = ("San Diego County, United States", WORKERS, 31, 124460, 38458)


def build(originals: Path) -> pd.DataFrame:
    """One row per finding; stops when the extrapolated number is not the share times its base."""
    path = originals / "mse-published-estimates" / "other_hidden_population_studies.csv"
    frame = original(path, COLUMNS)
    place, _, percent, base, persons = CHAINED
    expect(persons / base * 100, percent, 0.5, f"the share behind the number for {place}", path)
    expect(int((frame["value"] == str(persons)).sum()), 1, 0, f"rows with {persons}", path)
    result = pd.DataFrame({"place": frame["place"]})
    result["published"] = numbers(frame["year"], path).astype("Int64")
    result["method"] = frame["method"]
    result["population"] = translate(frame["population"], POPULATIONS, path)
    result["outcome"] = frame["outcome"]
    values, bases = numbers(frame["value"], path), numbers(frame["n_or_base"], path)
    counted = frame["unit"].eq("persons")
    result["percent"] = values.mask(counted)
    result["persons"] = values.where(counted).astype("Int64")
    result["interviewed"] = bases.mask(counted).astype("Int64")
    result["population_size"] = bases.where(counted).astype("Int64")
    result["source"] = frame["source"]
    result["locator"] = frame["locator"].replace(LOCATORS)
    return result.assign(grade=frame["grade"])
