"""slavery-index: what three editions of the Global Slavery Index print for participating States."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original
from decentwork import data
from decentwork.contract import DataError

NAME = "slavery-index"
ORIGINALS = ("global-slavery-index",)

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


def build(originals: Path) -> pd.DataFrame:
    """One row per State and edition; stops when all countries do not add to the published total."""
    editions = [_edition(edition, originals) for edition in COLUMNS]
    return pd.concat(editions).sort_values(["iso3", "edition"], ignore_index=True)


def _edition(edition: int, originals: Path) -> pd.DataFrame:
    path = originals / "global-slavery-index" / f"gsi_{edition}_country.csv"
    world = original(path, COLUMNS[edition])
    world["people"] = numbers(world["estimated_number"], path)
    million = world["people"].sum() / 1e6
    expect(million, PUBLISHED_MILLION[edition], 0.05, "the sum of all countries, million,", path)
    if edition == 2018:
        region = world.loc[world["region"] == "Europe and Central Asia", "people"].sum()
        expect(region, PUBLISHED_REGION_2018, 500, "the sum of Europe and Central Asia", path)

    states = data.states()
    known = {name: code for code, name in states["name"].items()} | NAMES_IN_THE_INDEX
    world["iso3"] = world["country"].map(known).astype("string")
    found = world.dropna(subset="iso3").set_index("iso3")
    if not found.index.is_unique:
        raise DataError(str(path), "one State stands in it under two names; look at the original")
    missing = set(states.index) - set(found.index)
    if missing != NOT_IN_THE_EDITION[edition]:
        strange = sorted(missing ^ NOT_IN_THE_EDITION[edition])
        raise DataError(str(path), f"{strange} are not there as expected; add their names here")

    frame = found.reindex(states.index).rename_axis("iso3").reset_index()
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
    _check_rates(result, frame, path)
    result["source"] = f"walkfree{edition}"
    result["locator"] = f"country table of the {edition} edition, row of the State"
    result["grade"] = "A" if edition == 2023 else "B"
    return result


def _status(frame: pd.DataFrame, below: pd.Series) -> pd.Series:
    status = pd.Series("estimated", index=frame.index, dtype="string")
    status[frame["people"].isna()] = "no estimate"
    status[below] = "below 1,000"
    status[frame["country"].isna()] = "not in the edition"
    return status


def _check_rates(result: pd.DataFrame, frame: pd.DataFrame, path: Path) -> None:
    """The printed rate must be that of the printed numbers, within their rounding."""
    if "prevalence_percent_published" in frame:
        printed, rounding = numbers(frame["prevalence_percent_published"], path) * 10, 0.05
    else:
        printed, rounding = result["per_thousand"], 0.05
    computed = result["people"] / result["population"] * 1000
    rounding += 500 / result["population"] * 1000  # people are printed in hundreds or thousands
    beyond_rounding = ((computed - printed).abs() - rounding).clip(lower=0).max()
    expect(float(beyond_rounding), 0, 1e-6, "a rate beyond its number divided by people", path)
