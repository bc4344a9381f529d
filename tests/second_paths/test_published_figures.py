"""Figures that a builder checks in its original stand in the table: no original is needed."""

import pytest

from at_hand import BUILDERS
from decentwork import data


def builder_of(name):
    """The builder of a table, for the published figures that it holds."""
    return BUILDERS[name]


def test_states_and_members_of_each_body():
    builder, frame = builder_of("participating-states"), data.read("participating-states")
    assert set(frame["iso3"]) == set(builder.STATES)
    assert len(frame) == 57
    for flag, (published, _) in builder.PUBLISHED_COUNTS.items():
        assert frame[flag].sum() == published, flag


def test_decisions_of_2023():
    builder, frame = builder_of("uk-decisions"), data.read("uk-decisions")
    year = frame[frame["year"] == 2023].groupby("stage")[["negative", "positive"]].sum()
    assert year.sum(axis=1).to_dict() == builder.OF_2023
    assert set(frame["year"]) == set(builder.YEARS)


def test_referrals_of_the_quarters_that_were_printed():
    published = builder_of("uk-referrals").PRINTED_QUARTERS
    assert len(published) == 4
    ours = data.read("uk-first-responders").groupby("quarter")["referrals"].sum()
    for quarter, number in published.items():
        assert abs(ours[quarter] - number) <= 1, quarter


def test_convictions_in_the_united_states():
    builder, frame = builder_of("criminal-justice-counts"), data.read("criminal-justice-counts")
    usa = frame.query("iso3 == 'USA' and step == 'convicted'").set_index("year")["persons_low"]
    assert {year: usa[year] for year in builder.PUBLISHED} == builder.PUBLISHED


@pytest.mark.parametrize("edition", [2016, 2018, 2023])
def test_states_that_an_edition_of_the_index_leaves_out(edition):
    frame = data.read("slavery-index").query("edition == @edition")
    left_out = set(frame.loc[frame["status"] == "not in the edition", "iso3"])
    assert left_out == builder_of("slavery-index").NOT_IN_THE_EDITION[edition]
    scored = data.read("slavery-index-inputs")
    assert len(scored) == builder_of("slavery-index-inputs").ESTIMATED


def test_cases_of_the_tables_of_lists():
    builder, frame = builder_of("capture-histories"), data.read("capture-histories")
    cases = frame.groupby("dataset")["cases"].sum()
    assert {dataset: cases[dataset] for dataset in builder.PUBLISHED} == builder.PUBLISHED
    for dataset, (whole, _) in builder.DERIVED.items():
        assert cases[dataset] == cases[whole], dataset


def test_thresholds_of_the_study():
    frame = data.read("threshold-estimates")
    for dataset, rows in frame.groupby("dataset"):
        assert rows["p_threshold"].tolist() == builder_of("threshold-estimates").THRESHOLDS, dataset


def test_unemployment_in_spain():
    frame = data.read("growth-and-trade").set_index(["iso3", "year"])
    published = builder_of("growth-and-trade").SPAIN_2024
    assert frame.loc[("ESP", 2024), "unemployment_percent"] == pytest.approx(published, abs=0.05)


def test_vulnerable_employment_in_turkiye():
    builder, frame = builder_of("vulnerable-employment"), data.read("vulnerable-employment")
    assert (frame.groupby("year")["iso3"].nunique() == builder.STATES).all()
    rate = frame.set_index(["iso3", "year"]).loc[("TUR", 2019), "percent"]
    assert rate == pytest.approx(builder.TURKEY_2019, abs=0.05)


def test_informal_employment_in_the_world():
    builder = builder_of("informal-employment-regions")
    frame = data.read("informal-employment-regions")
    assert set(frame["region"]) == set(builder.AREAS.values()) - builder.NOT_USED
    assert (frame.groupby("region").size() == builder.YEARS).all()
    rate = frame.set_index(["region", "year"]).loc[("World", 2022), "percent"]
    assert rate == pytest.approx(builder.WORLD_2022, abs=0.05)


def test_unions_and_bargaining_in_germany():
    builder, frame = builder_of("unions-and-bargaining"), data.read("unions-and-bargaining")
    germany = frame.query("iso3 == 'DEU' and year == 2019").set_index("measure")["percent"]
    assert set(germany.index) == set(builder.GERMANY_2019)
    for measure, published in builder.GERMANY_2019.items():
        assert germany[measure] == pytest.approx(published, abs=0.05), measure


def test_score_of_the_world_for_labour_rights():
    builder, frame = builder_of("labour-rights-scores"), data.read("labour-rights-scores")
    world = frame.query("place == 'World'").set_index("year")["score"]
    assert world[2015] == pytest.approx(builder.WORLD[2015], abs=0.005)
    places = frame.groupby("year")["region"].agg(["size", "count"])
    regions = len(set(builder.REGIONS))
    assert (places["count"] == regions).all()
    assert (places["size"] == builder.STATES + regions).all()


def test_households_that_employ_in_spain():
    builder, frame = builder_of("household-employers"), data.read("household-employers")
    base = frame[frame["year"] == 2010].set_index("iso3")["employed_thousand"]
    assert len(base) == builder.STATES_IN_2010
    assert base["ESP"] == pytest.approx(builder.SPAIN_2010, abs=1)
