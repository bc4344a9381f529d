"""Domestic workers and their employers, by a path that no builder took."""

from at_hand import original, rows_of
from decentwork import data
from reached import second_path


def test_shares_of_households_equal_those_computed_before():
    frame = data.read("household-employers")
    base = frame[frame["year"] == 2010].set_index("iso3")
    share = (100 * base["employed_thousand"] / base["all_employed_thousand"]).round(2)
    before = {"ESP": 3.93, "PRT": 2.99, "TUR": 2.53, "ITA": 2.32, "DEU": 0.54, "RUS": 0.03}
    assert {code: share[code] for code in before} == before
    assert round(
        100 * base["employed_thousand"].sum() / base["all_employed_thousand"].sum(), 2
    ) == (1.18)


def test_regions_of_domestic_workers_add_up_to_the_world():
    frame = data.read("domestic-workers").set_index(["measure", "period", "place"]).sort_index()
    regions = frame.loc[("share of all employed", "2010"), "percent_low"].drop("World")
    number = frame.loc[("number", "2010"), "million"]
    assert number.index.drop("World").sort_values().equals(regions.index.sort_values())
    assert round(number.drop("World").sum(), 3) == 52.553, "as the table of regions prints it"
    assert abs(number.drop("World").sum() - number["World"]) < 0.05
    employed = (100 * number.drop("World") / regions).sum()
    assert round(100 * number["World"] / employed, 1) == 1.7, "the share of the world"
    later = frame.loc[("number", "2019"), "million"]
    assert round(later.drop("World").sum(), 1) == later["World"]


@second_path("household-employers")
def test_known_numbers_of_household_employers():
    file = original("oecd-employment-by-section/employment_by_isic4_section_osce.csv")
    return [
        {"iso3": row["iso3"], "year": row["year"], "employed_thousand": row["employed_thousand"],
         "all_employed_thousand": row["total_employed_thousand"]}
        for row in rows_of(file)
        if row["section"] == "T" and row["year"] >= "2008"
    ]  # fmt: skip
