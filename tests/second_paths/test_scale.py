"""The slavery index and the estimates of the ILO, by a path that no builder took."""

import pytest

from at_hand import original, rows_of
from decentwork import data
from reached import second_path

INDEX_NAMES = {
    "Czech Republic": "CZE", "Macedonia": "MKD", "Moldova": "MDA", "Moldova, Republic of": "MDA",
    "Macedonia, the former Yugoslav Republic of": "MKD", "Russia": "RUS", "Turkey": "TUR",
    "United States": "USA",
}  # fmt: skip
"""Names of participating States in the index that are not those of the book."""


def of_edition(edition):
    """The rows of an edition that are participating States, by code."""
    codes = {
        row["name"]: row["iso3"]
        for row in rows_of(original("osce-states/osce_participating_states.csv"))
    }
    rows = rows_of(original(f"global-slavery-index/gsi_{edition}_country.csv"))
    codes |= INDEX_NAMES
    return {codes[row["country"]]: row for row in rows if row["country"] in codes}


@second_path("slavery-index")
def test_slavery_index():
    """All States in all editions: a missing one has no number, and fewer than 1,000 is no 0."""
    states = [row["iso3"] for row in rows_of(original("osce-states/osce_participating_states.csv"))]
    for edition, of_year in ((2016, 2016), (2018, 2016), (2023, 2021)):
        rows = of_edition(edition)
        for iso3 in states:
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
    """Scores of the States with an estimate; Liechtenstein stands in the table without one."""
    names = {
        "v_governance": "governance",
        "v_basic_needs": "basic_needs",
        "v_inequality": "inequality",
        "v_disenfranchised": "disenfranchised",
        "v_conflict": "conflict",
        "vulnerability_total": "vulnerability",
    }
    for iso3, row in of_edition(2023).items():
        if row["estimated_number"]:
            scores = {ours: row[theirs] for theirs, ours in names.items()}
            yield {"iso3": iso3, "region": row["region"]} | scores


def test_slavery_index_moves_between_editions_as_independent_texts_print_it():
    people = data.read("slavery-index").pivot(index="iso3", columns="edition", values="people")
    assert people.loc["DEU"].tolist() == [14_500, 167_000, 47_000]
    assert people.loc["GBR"].tolist() == [11_700, 136_000, 122_000]
    assert people.loc["USA"].tolist() == [57_700, 403_000, 1_091_000]


def test_people_behind_the_profits_are_those_of_the_estimate():
    frame = data.read("profits-by-sector")
    million = (1000 * frame["usd_billion"] / frame["usd_per_victim"]).sum()
    assert million == pytest.approx(17.3, abs=0.1)
    other = data.read("ilo-profits").query("edition == 2024 and dimension == 'sector'")
    other = other.set_index("category")["usd_billion"]
    for row in frame.itertuples():
        assert row.usd_billion == pytest.approx(other[row.sector], abs=0.45), row
