"""slavery-index: what three editions of the Global Slavery Index print for participating States."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, require
from decentwork import data
from decentwork.data import DataError

WORKBOOK = catalogued("global-slavery-index/2023-Global-Slavery-Index-Data.xlsx")
EDITIONS = {
    2016: catalogued("global-slavery-index/slavery_2016.csv"),
    2018: catalogued("global-slavery-index/slavery_2018.csv"),
    2023: WORKBOOK,
}
ORIGINALS = tuple(EDITIONS.values())

SHEET, HEADER_LINE = "GSI 2023 summary data", 3
COLUMNS = {
    2016: {
        "Country": "country",
        "POPULATION": "population",
        "ESTIMATED PROPORTION OF POPULATION IN MODERN SLAVERY": "percent",
        "ESTIMATED NUMBER IN MODERN SLAVERY": "people",
    },
    2018: {
        "Country ": "country",
        "Population ": "population",
        "Region": "region",
        "Est. prevalence of population in modern slavery (victims per 1,000 population)": "rate",
        "Est. number of people in modern slavery": "people",
    },
    2023: {
        "Country": "country",
        "Population": "population",
        "Region": "region",
        "Estimated prevalence of modern slavery per 1,000 population": "rate",
        "Estimated number of people in modern slavery": "people",
        "Governance issues": "governance",
        "Lack of basic needs": "basic_needs",
        "Inequality": "inequality",
        "Disenfranchised groups": "disenfranchised",
        "Effects of conflict": "conflict",
        "Total Vulnerability score (%)": "vulnerability",
    },
}
COUNTRIES = {2016: 167, 2018: 186, 2023: 180}
WORDS = {"country", "region"}
DECIMALS = {2016: 3, 2018: 1, 2023: 4}
"""Decimals of a rate in the table: those printed, and enough to see two rates apart."""
REFERENCE_YEAR = {2016: 2016, 2018: 2016, 2023: 2021}
PUBLISHED_MILLION = {2016: 45.8, 2018: 40.3, 2023: 49.6}
PUBLISHED_REGION_2018 = 3_596_000  # Walk Free, regional findings, Europe and Central Asia
NAMES_IN_THE_INDEX = {
    "Czech Republic": "CZE",
    "Macedonia": "MKD",
    "Macedonia, the former Yugoslav Republic of": "MKD",
    "Moldova": "MDA",
    "Moldova, Republic of": "MDA",
    "Russia": "RUS",
    "Turkey": "TUR",
    "United States": "USA",
}
NOT_IN_THE_EDITION = {
    2016: {"AND", "LIE", "MCO", "MLT", "SMR", "VAT"},
    2018: {"AND", "LIE", "MCO", "SMR", "VAT"},
    2023: {"AND", "MCO", "SMR", "VAT"},
}
BELOW_ONE_THOUSAND = "<1,000"
ROUNDING_OF_PEOPLE = 500  # people are printed in hundreds or thousands
ROUNDING_OF_RATES = 0.05


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and edition; stop when countries do not add to the world."""
    editions = [_edition(edition, originals) for edition in EDITIONS]
    return pd.concat(editions).sort_values(["iso3", "edition"], ignore_index=True)


def _edition(edition: int, originals: Folders) -> pd.DataFrame:
    path = EDITIONS[edition].under(originals)
    world = read(edition, path)
    check_world(edition, world, path)
    found = participating(world)
    check_states(edition, found, path)
    result = reshape(edition, found)
    check_rates(result, found.reindex(result["iso3"]).reset_index(), path)
    return result


def read(edition: int, path: Path) -> pd.DataFrame:
    """Return all countries of an edition with their codes, and cells as numbers.

    ``few`` is true where fewer than 1,000 people are printed. Raises DataError if a column that is
    read is not there, or a cell is no number.
    """
    world = read_sheet(path, SHEET, HEADER_LINE) if edition == 2023 else _read_csv(path)
    names = COLUMNS[edition]
    if lacking := [each for each in names if each not in world]:
        raise DataError(str(path), f"lacks {lacking}; revise the builder")
    world = world[list(names)].rename(columns=names)
    # The files end with empty rows.
    world = world[world["country"] != ""].reset_index(drop=True)
    world["few"] = world["people"].eq(BELOW_ONE_THOUSAND)
    world["people"] = world["people"].mask(world["few"], "")
    for column in world.columns.difference([*WORDS, "few"]):
        world[column] = numbers(world[column], path)
    world["iso3"] = codes_of(world["country"], NAMES_IN_THE_INDEX)
    return world


def codes_of(names: pd.Series, others: Mapping[str, str]) -> pd.Series:
    """Return the codes of participating States by their name in the book or another name."""
    known = {name: code for code, name in data.states()["name"].items()} | dict(others)
    return names.map(known).astype("string")


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="string", keep_default_na=False)


def read_sheet(path: Path, sheet: str, header: int, rows: int | None = None) -> pd.DataFrame:
    """Read a sheet of the workbook of 2023 as text, empty cells as empty text.

    Parameters
    ----------
    path
        The workbook.
    sheet
        The name of the sheet.
    header
        The line of the sheet that names the columns, from 1.
    rows
        How many lines below it are read; all without it.

    Raises
    ------
    DataError
        If the workbook is not here or has no such sheet.
    """
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        require(sheet in book.sheetnames, f"has no sheet {sheet!r}; revise the builder", path)
        last = header + rows if rows else None
        lines = book[sheet].iter_rows(min_row=header, max_row=last, values_only=True)
        names = next(lines)
        cells = [["" if value is None else str(value) for value in line] for line in lines]
    finally:
        book.close()
    return pd.DataFrame(cells, columns=names, dtype="string")


def check_world(edition: int, world: pd.DataFrame, path: Path) -> None:
    """Stop when the countries are not as many as expected, or do not add to published totals."""
    expect(len(world), COUNTRIES[edition], 0, "the number of countries", path)
    million = world["people"].sum() / 1e6
    expect(million, PUBLISHED_MILLION[edition], 0.05, "the sum of all countries, million,", path)
    if edition == 2018:
        region = world.loc[world["region"] == "Europe and Central Asia", "people"].sum()
        expect(region, PUBLISHED_REGION_2018, 500, "the sum of Europe and Central Asia", path)


def participating(world: pd.DataFrame) -> pd.DataFrame:
    """Return the participating States of an edition by code."""
    return world.dropna(subset="iso3").set_index("iso3")


def check_states(edition: int, found: pd.DataFrame, path: Path) -> None:
    """Stop when a State stands under two names, or one is missing that the edition had."""
    sentence = "one State stands in it under two names; look at the original"
    require(found.index.is_unique, sentence, path)
    missing = set(data.states().index) - set(found.index)
    strange = sorted(missing ^ NOT_IN_THE_EDITION[edition])
    require(not strange, f"{strange} are not there as expected; add their names here", path)


def reshape(edition: int, found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per participating State, also for those that the edition leaves out."""
    frame = found.reindex(data.states().index).rename_axis("iso3").reset_index()
    few = frame["few"].eq(True).fillna(False)
    result = pd.DataFrame({"iso3": frame["iso3"], "edition": edition})
    result["reference_year"] = REFERENCE_YEAR[edition]
    result["status"] = _status(frame, few)
    # The 2023 table prints 0 for Liechtenstein, which it does not estimate: not a population.
    result["population"] = frame["population"].replace(0, pd.NA)
    # The edition of 2016 prints a percentage with two decimals, too few to see two rates apart.
    rate = frame["rate"] if "rate" in frame else frame["people"] / frame["population"] * 1000
    result["per_thousand"] = rate.round(DECIMALS[edition])
    result["people"] = frame["people"]
    result["people_low"] = frame["people"].mask(few, 0)
    result["people_high"] = frame["people"].mask(few, 999)
    return result.assign(
        source=f"walkfree{edition}",
        locator=f"country table of the {edition} edition, row of the State",
        grade="A" if edition == 2023 else "B",
    )


def _status(frame: pd.DataFrame, few: pd.Series) -> pd.Series:
    status = pd.Series("estimated", index=frame.index, dtype="string")
    status[frame["people"].isna()] = "no estimate"
    status[few] = "below 1,000"
    status[frame["country"].isna()] = "not in the edition"
    return status


def check_rates(result: pd.DataFrame, frame: pd.DataFrame, path: Path) -> None:
    """Stop when a printed rate is not that of the printed numbers, within their rounding."""
    printed = frame["percent"] * 10 if "percent" in frame else result["per_thousand"]
    computed = result["people"] / result["population"] * 1000
    rounding = ROUNDING_OF_RATES + ROUNDING_OF_PEOPLE / result["population"] * 1000
    beyond = float(((computed - printed).abs() - rounding).clip(lower=0).max())
    sentence = f"a rate beyond its number divided by people, by {beyond:.3g}; check the original"
    require(beyond <= 1e-6, sentence, path)
