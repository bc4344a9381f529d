"""Migrants, schemes, quotas and estimates, by a path that no builder took."""

import pytest

from at_hand import original, rows_of
from decentwork import data
from decentwork.evidence_strength import strength_of
from reached import second_path


def typed(file):
    """The rows of an original that was typed by another hand."""
    return rows_of(original(file))


@second_path("employment-by-section")
def test_employment_by_section():
    """States with both years in all four sections, without the two whose survey changed."""
    file = "oecd-employment-by-section/employment_by_isic4_section_osce.csv"
    activities = {
        "A": "farming, forestry and fishing",
        "N": "administrative and support services, with cleaning",
        "Q": "health and social work, with care",
        "T": "households as employers",
    }
    cells = {
        (row["iso3"], row["section"], year): row
        for row in typed(file)
        if (year := row["year"]) in {"2011", "2019"} and row["section"] in activities
    }
    asked = [(section, year) for section in activities for year in ("2011", "2019")]
    for iso3 in sorted({key[0] for key in cells} - {"FRA", "TUR"}):
        if all((iso3, *each) in cells for each in asked):
            for section, year in asked:
                row = cells[iso3, section, year]
                assert float(row["share_pct"]) == pytest.approx(
                    100 * float(row["employed_thousand"]) / float(row["total_employed_thousand"]),
                    abs=0.001,
                )
                yield {
                    "iso3": iso3,
                    "year": year,
                    "section": section,
                    "activity": activities[section],
                    "employed_thousand": row["employed_thousand"],
                    "all_employed_thousand": row["total_employed_thousand"],
                }


FOUND = "eurostat-illegally-present/migr_eipre_total_2014_2023.csv"


@second_path("found-irregularly-present")
def test_found_irregularly_present():
    """The row of the Union of 27, which leaves out the United Kingdom in all years."""
    for row in typed(FOUND):
        if row["reason"] == "Total" and "27 countries (from 2020)" in row["country"]:
            yield {"year": row["year"], "persons": row["persons"]}


def test_people_found_are_the_sum_of_the_member_states():
    """Eurostat revises States and Union apart: in four years they differ by up to 0.13 per cent."""
    outside = {"Iceland", "Liechtenstein", "Montenegro", "Norway", "Switzerland", "United Kingdom"}
    sums, states = {}, {}
    for row in typed(FOUND):
        member = row["country"] not in outside and not row["country"].startswith("European Union")
        if row["reason"] == "Total" and member and row["persons"]:
            year = int(row["year"])
            sums[year] = sums.get(year, 0) + int(row["persons"])
            states[year] = states.get(year, 0) + 1
    ours = data.read("found-irregularly-present").set_index("year")["persons"]
    assert set(states.values()) == {27}
    apart = {year: round(1000 * (number / ours[year] - 1), 1) for year, number in sums.items()}
    assert len(apart) == 10 and max(map(abs, apart.values())) < 1.5, apart


@second_path("migrants-by-sex")
def test_migrants_by_sex():
    """Both sexes, men and women; a split is modelled if both are exactly equal."""
    for row in typed("undesa-migrant-stock-2024/migrant_stock_osce_by_sex.csv"):
        yield {
            "iso3": row["iso3"],
            "year": row["year"],
            "migrants": row["both"],
            "men": row["male"],
            "women": row["female"],
            "sex_modelled": row["male"] == row["female"],
        }


@second_path("us-temporary-work")
def test_us_temporary_work():
    """The own count while the files last, then the Institute's; visas are the Institute's."""
    own = "us-h2-certified/h2a_h2b_positions_certified_fy2008_2019.csv"
    rows = [(row["programme"], row["fiscal_year"], row["positions_certified"])
            for row in typed(own)]  # fmt: skip
    last = max(year for programme, year, _ in rows if programme == "H-2A")
    printed = typed("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv")
    rows += [("H-2A", row["fiscal_year"], row["jobs_certified"])
             for row in printed if row["fiscal_year"] > last]  # fmt: skip
    for programme, year, number in rows:
        yield {
            "programme": programme,
            "counts": "positions certified",
            "fiscal_year": year,
            "number": number,
        }
    for row in printed:
        yield {
            "programme": "H-2A",
            "counts": "visas issued",
            "fiscal_year": row["fiscal_year"],
            "number": row["visas_issued"],
        }


def test_parties_to_the_convention_on_migrant_workers_hold_few_migrants():
    stock = data.read("migrants-by-sex").query("year == 2024").set_index("iso3")["migrants"]
    parties = {"ALB", "AZE", "BIH", "KGZ", "TJK", "TUR"}  # counted by hand in a list of 2022
    assert stock.sum() == 166_876_720
    assert round(100 * stock[sorted(parties)].sum() / stock.sum()) == 5
    treaties = data.read("treaty-ratifications").query("instrument == 'ICRMW'")
    assert set(treaties.loc[treaties["status"] == "party", "iso3"]) == parties


@pytest.mark.parametrize(("year", "percent"), [(1990, 52.1), (2010, 51.8), (2024, 51.5)])
def test_women_among_migrants_as_a_second_reader_computed(year, percent):
    of_year = data.read("migrants-by-sex").query("year == @year")
    assert round(100 * of_year["women"].sum() / of_year["migrants"].sum(), 1) == percent


def test_positions_counted_here_are_near_those_of_the_institute():
    printed = typed("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv")
    theirs = {int(row["fiscal_year"]): int(row["jobs_certified"]) for row in printed}
    ours = data.read("us-temporary-work").query("counts == 'positions certified'")
    farm = ours.query("programme == 'H-2A'").set_index("fiscal_year")["number"]
    for year in range(2009, 2018):
        assert abs(farm[year] - theirs[year]) <= 0.003 * theirs[year], year
    assert round(farm[2022] / farm[2011], 1) == 4.8


def test_reports_of_domestic_workers_equal_the_original():
    file = "panels-1-2-tables/uk_overseas_domestic_workers_kalayaan_2008_2024.csv"
    names = {
        "indicators of trafficking": "signs of trafficking",
        "no access to own passport": "passport not in own hands",
    }
    before = [
        (names.get(row["indicator"], row["indicator"]), float(row["percent"]))
        for row in typed(file)
    ]
    frame = data.read("visa-rule-reports")
    assert sorted(before) == sorted(
        frame[["indicator", "percent"]].itertuples(index=False, name=None)
    )


def test_older_quota_rows_equal_the_original():
    before = typed("panels-1-2-tables/italy_decreto_flussi_outcomes.csv")
    contracts = [
        (int(row["flow_year"]), int(row["quota"]), round(float(row["contracts_pct_of_quota"]), 1))
        for row in before
    ]
    frame = data.read("quota-outcomes")
    ours = frame[frame["stage"].str.startswith("contract")]
    found = ours[["flow_year", "quota", "percent_of_quota"]].itertuples(index=False, name=None)
    assert sorted(contracts) == sorted(found)
    with_people = frame.dropna(subset="people")
    computed = 100 * with_people["people"] / with_people["quota"]
    assert ((computed - with_people["percent_of_quota"]).abs() < 0.4).all()


def test_editions_and_estimates_equal_the_originals():
    before = typed("migration-asylum-tables/ilo_migrant_workers_by_edition.csv")
    editions = data.read("migrant-workers-by-edition").set_index("edition")
    for row in before:
        assert editions.loc[row["edition"], "million"] == float(row["total_million"])
        if row["women_million"]:
            assert editions.loc[row["edition"], "women_million"] == float(row["women_million"])
    ranges = {
        (float(row["low_million"]), float(row["high_million"]))
        for row in typed("migration-asylum-tables/irregular_migrant_estimates.csv")
    }
    residents = data.read("irregular-residents")
    assert ranges == set(zip(residents["million_low"], residents["million_high"], strict=True))


def test_places_equal_the_original_but_for_poultry_in_2024():
    before = {
        int(row["year"]): int(row["maximum_places"])
        for row in typed("migration-asylum-tables/uk_seasonal_worker_quota.csv")
    }
    ours = data.read("seasonal-places").set_index("year")["places"].to_dict()
    differ = {year: ours[year] - before[year] for year in before if ours[year] != before[year]}
    assert differ == {2024: 2_000}


def test_farm_work_shrank_over_all_states_and_care_grew_in_every_state():
    cells = {}
    for row in test_employment_by_section.rows():
        number = float(row["employed_thousand"])
        cells[row["section"], row["iso3"], int(row["year"])] = number
    frame = data.read("employment-by-section")
    for left_out, expected in (
        (set(), {"A": -18.6, "N": 20.5, "Q": 12.1, "T": -1.7}),  # by a second reader
        ({"RUS"}, {"A": -14.7, "N": 13.7, "Q": 15.2}),
    ):
        ours = frame[~frame["iso3"].isin(left_out)].groupby(["section", "year"])
        sums = ours["employed_thousand"].sum().unstack()
        change = (100 * (sums[2019] / sums[2011] - 1)).round(1).to_dict()
        for section, percent in expected.items():
            then, later = (
                sum(cells[key] for key in cells if key[0] == section and key[2] == year
                    and key[1] not in left_out)
                for year in (2011, 2019)
            )  # fmt: skip
            assert change[section] == round(100 * (later / then - 1), 1) == percent, section
    wide = frame.pivot(index=["section", "iso3"], columns="year", values="employed_thousand")
    grew = wide[2019] > wide[2011]
    assert grew["Q"].all()
    assert set(grew["A"].index[grew["A"]]) == {"ESP", "ITA"}


def test_steps_of_the_italian_quota_keep_the_printed_shares():
    steps = data.read("quota-outcomes").query("report == 'February 2026' and flow_year == 2024")
    people = steps.set_index("stage")["people"]
    assert round(100 * people["visa issued"] / people["work authorisation"], 1) == 48.5
    assert round(100 * people["permit applied for"] / 146_850, 1) == 16.9


def test_no_option_is_strong_and_two_are_moderate():
    options = data.read("migration-options")
    strength = strength_of(options).groupby(options["option"]).first()
    assert (strength == "strong").sum() == 0
    assert set(strength.index[strength == "moderate"]) == {
        "Status for irregular residents: reports and harm",
        "Police or inspectors enforce immigration law",
    }
    assert set(strength.index[strength == "none"]) == set(
        options.loc[options["first_studies"] == 0, "option"]
    )
