"""The slavery index and the estimates of the ILO, by a path that no builder took."""

import pandas as pd
import pytest

from at_hand import original, rows_of
from decentwork import data
from reached import hold

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


def slavery_index():
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


def test_slavery_index_is_that_of_its_three_country_tables():
    hold(data.read("slavery-index"), list(slavery_index()))


def slavery_index_inputs():
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


def test_vulnerability_scores_are_those_of_the_country_table():
    hold(data.read("slavery-index-inputs"), list(slavery_index_inputs()))


def test_slavery_index_equals_a_second_cut_of_the_same_editions():
    ours = data.read("slavery-index").set_index(["iso3", "edition"])
    seen = 0
    for row in rows_of(original("global-slavery-index/gsi_osce_three_editions.csv")):
        mine = ours.loc[(row["iso3"], int(row["edition"]))]
        for column, theirs in [
            ("people", "estimated_number"),
            ("per_thousand", "prevalence_per_1000"),
        ]:
            if row[theirs] == "":
                assert pd.isna(mine[column]), (row["iso3"], row["edition"], column)
            else:
                assert float(mine[column]) == float(row[theirs]), (
                    row["iso3"],
                    row["edition"],
                    column,
                )
        assert mine["reference_year"] == int(row["reference_year"])
        seen += 1
    assert seen == len(ours[ours["status"] != "not in the edition"])


def test_slavery_index_moves_between_editions_as_independent_texts_print_it():
    people = data.read("slavery-index").pivot(index="iso3", columns="edition", values="people")
    assert people.loc["DEU"].tolist() == [14_500, 167_000, 47_000]
    assert people.loc["GBR"].tolist() == [11_700, 136_000, 122_000]
    assert people.loc["USA"].tolist() == [57_700, 403_000, 1_091_000]


def test_fewer_than_one_thousand_is_an_interval_and_not_a_number():
    index = data.read("slavery-index")
    below = index[index["status"] == "below 1,000"]
    assert set(below["iso3"]) == {"ISL", "LUX"} and set(below["edition"]) == {2018}
    assert below["people"].isna().all()
    assert (below["people_low"] == 0).all() and (below["people_high"] == 999).all()


def test_vulnerability_scores_equal_a_second_cut_of_the_same_edition():
    cut = pd.read_csv(original("global-slavery-index/gsi_osce_three_editions.csv")).query(
        "edition == 2023"
    )
    both = data.read("slavery-index-inputs").merge(cut, on="iso3")
    apart = (both["vulnerability"].astype(float) - both["vulnerability_total"]).abs()
    assert len(both) == 48 and apart.max() < 0.001


def test_people_behind_the_profits_are_those_of_the_estimate():
    frame = data.read("profits-by-sector")
    million = (1000 * frame["usd_billion"] / frame["usd_per_victim"]).sum()
    assert million == pytest.approx(17.3, abs=0.1)
    other = data.read("ilo-profits").query("edition == 2024 and dimension == 'sector'")
    other = other.set_index("category")["usd_billion"]
    for row in frame.itertuples():
        assert row.usd_billion == pytest.approx(other[row.sector], abs=0.45), row
