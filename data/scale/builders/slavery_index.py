"""slavery-index: what three editions of the Global Slavery Index print for participating States."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require
from decentwork import data

EDITIONS = {
    2016: catalogued("global-slavery-index/gsi_2016_country.csv"),
    2018: catalogued("global-slavery-index/gsi_2018_country.csv"),
    2023: catalogued("global-slavery-index/gsi_2023_country.csv"),
}
ORIGINALS = tuple(EDITIONS.values())

RESPONSE = [
    "r_support_survivors", "r_criminal_justice", "r_coordination", "r_address_risk",
    "r_supply_chains", "response_total",
]  # fmt: skip
VULNERABILITY = [
    "v_governance", "v_basic_needs", "v_inequality", "v_disenfranchised", "v_conflict",
    "vulnerability_total",
]  # fmt: skip
COLUMNS = {
    2016: [
        "country", "population", "prevalence_percent_published", "estimated_number",
        "vulnerability_total", *RESPONSE, "credit_rating", "prevalence_per_1000",
    ],
    2018: [
        "country", "population", "region", "prevalence_per_1000", "estimated_number",
        "estimated_number_text", *VULNERABILITY, *RESPONSE, "credit_rating",
    ],
    2023: [
        "country", "population", "region", "prevalence_per_1000", "estimated_number",
        *VULNERABILITY, *RESPONSE,
    ],
}  # fmt: skip
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

FAULTS = (
    Fault(
        "a country that adds a million",
        EDITIONS[2018],
        text("749000.0,749000", "1749000.0,1749000"),
        said="the sum of all countries, million, is 41.289, published is 40.3",
    ),
    Fault(
        "a State under a new name",
        EDITIONS[2023],
        text("\nTürkiye,", "\nTurkiye,"),
        said="['TUR'] are not there as expected",
    ),
    Fault(
        "a rate that does not belong to its number",
        EDITIONS[2018],
        text("Europe and Central Asia,6.9,20000.0", "Europe and Central Asia,9.6,20000.0"),
        said="a rate beyond its number",
    ),
    Fault(
        "a column that moved",
        EDITIONS[2016],
        text("country,population", "population,country"),
        said="revise the builder",
    ),
)


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
    result = reshape(edition, found, path)
    check_rates(result, found.reindex(result["iso3"]).reset_index(), path)
    return result


def read(edition: int, path: Path) -> pd.DataFrame:
    """Return all countries of an edition with their codes and numbers of people."""
    world = read_original(path, COLUMNS[edition])
    world["people"] = numbers(world["estimated_number"], path)
    known = {name: code for code, name in data.states()["name"].items()} | NAMES_IN_THE_INDEX
    world["iso3"] = world["country"].map(known).astype("string")
    return world


def check_world(edition: int, world: pd.DataFrame, path: Path) -> None:
    """Stop when the countries do not add to the published totals."""
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


def reshape(edition: int, found: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return one row per participating State, also for those that the edition leaves out."""
    frame = found.reindex(data.states().index).rename_axis("iso3").reset_index()
    text = frame.get("estimated_number_text", pd.Series("", index=frame.index))
    below = text.eq(BELOW_ONE_THOUSAND).fillna(False)
    result = pd.DataFrame({"iso3": frame["iso3"], "edition": edition})
    result["reference_year"] = REFERENCE_YEAR[edition]
    result["status"] = _status(frame, below)
    # The 2023 table prints 0 for Liechtenstein, which it does not estimate: not a population.
    result["population"] = numbers(frame["population"], path).replace(0, pd.NA)
    result["per_thousand"] = numbers(frame["prevalence_per_1000"], path)
    result["people"] = frame["people"]
    result["people_low"] = frame["people"].mask(below, 0)
    result["people_high"] = frame["people"].mask(below, 999)
    return result.assign(
        source=f"walkfree{edition}",
        locator=f"country table of the {edition} edition, row of the State",
        grade="A" if edition == 2023 else "B",
    )


def _status(frame: pd.DataFrame, below: pd.Series) -> pd.Series:
    status = pd.Series("estimated", index=frame.index, dtype="string")
    status[frame["people"].isna()] = "no estimate"
    status[below] = "below 1,000"
    status[frame["country"].isna()] = "not in the edition"
    return status


def check_rates(result: pd.DataFrame, frame: pd.DataFrame, path: Path) -> None:
    """Stop when a printed rate is not that of the printed numbers, within their rounding."""
    if "prevalence_percent_published" in frame:
        printed = numbers(frame["prevalence_percent_published"], path) * 10
    else:
        printed = result["per_thousand"]
    computed = result["people"] / result["population"] * 1000
    rounding = ROUNDING_OF_RATES + ROUNDING_OF_PEOPLE / result["population"] * 1000
    beyond = float(((computed - printed).abs() - rounding).clip(lower=0).max())
    sentence = f"a rate beyond its number divided by people, by {beyond:.3g}; check the original"
    require(beyond <= 1e-6, sentence, path)
