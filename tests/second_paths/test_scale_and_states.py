"""The slavery index, estimates, pay, the States and their rules, by a path that no builder took."""

import pytest

from decentwork import data
from reached import cut, second_path

STATES = "osce-states/osce_participating_states.csv"
INDEX_NAMES = {
    "Czech Republic": "CZE", "Macedonia": "MKD", "Moldova": "MDA", "Moldova, Republic of": "MDA",
    "Macedonia, the former Yugoslav Republic of": "MKD", "Russia": "RUS", "Turkey": "TUR",
    "United States": "USA",
}  # fmt: skip
"""Names of participating States in the index that are not those of the book."""

# ------------------------------------------------------------------ the slavery index


def of_edition(edition):
    """The rows of an edition that are participating States, by code."""
    codes = cut(STATES).set_index("name")["iso3"].to_dict() | INDEX_NAMES
    rows = cut(f"global-slavery-index/gsi_{edition}_country.csv", country=codes)
    return rows[rows["country"].isin(codes.values())].set_index("country")


@second_path("slavery-index")
def test_slavery_index():
    """All States in all editions: a missing one has no number, and fewer than 1,000 is no 0."""
    for edition, of_year in ((2016, 2016), (2018, 2016), (2023, 2021)):
        rows = of_edition(edition).to_dict("index")
        for iso3 in cut(STATES)["iso3"]:
            row = rows.get(iso3, {})
            people = row.get("estimated_number", "")
            few = row.get("estimated_number_text") == "<1,000"
            status = "estimated" if people else "no estimate" if row else "not in the edition"
            yield {
                "iso3": iso3,
                "edition": edition,
                "reference_year": of_year,
                "status": "below 1,000" if few else status,
                "population": row.get("population", "").removesuffix(".0").removeprefix("0"),
                "per_thousand": row.get("prevalence_per_1000", ""),
                "people": people,
                "people_low": "0" if few else people,
                "people_high": "999" if few else people,
            }


@second_path("slavery-index-inputs")
def test_slavery_index_inputs():
    """Scores of the States with an estimate; Liechtenstein is in the table without one."""
    names = {
        "v_governance": "governance", "v_basic_needs": "basic_needs",
        "v_inequality": "inequality", "v_disenfranchised": "disenfranchised",
        "v_conflict": "conflict", "vulnerability_total": "vulnerability",
    }  # fmt: skip
    rows = of_edition(2023).query("estimated_number != ''").rename(columns=names)
    return rows.rename_axis("iso3").reset_index()[["iso3", "region", *names.values()]]


# ------------------------------------------------------------------ estimates and pay


def test_people_behind_the_profits_are_those_of_the_estimate():
    frame = data.read("profits-by-sector")
    million = (1000 * frame["usd_billion"] / frame["usd_per_victim"]).sum()
    assert million == pytest.approx(17.3, abs=0.1)
    other = data.read("ilo-profits").query("edition == 2024 and dimension == 'sector'")
    other = other.set_index("category")["usd_billion"]
    for row in frame.itertuples():
        assert row.usd_billion == pytest.approx(other[row.sector], abs=0.45), row


# ------------------------------------------------------------------ the States


def test_every_instrument_is_a_treaty_with_a_list_of_parties_or_a_named_group():
    groups = {"members of the European Union", "members of the Council of Europe",
              "participating States", "not counted"}  # fmt: skip
    treaties = set(data.read("treaty-ratifications")["instrument"])
    assert set(data.read("policy-fields")["bound"]) <= treaties | groups
