"""Prosecutions, inspections, licences and ratings of tools, by a path that no builder took."""

import re

import openpyxl
import pytest

from at_hand import original, rows_of, unexplained
from bookmaking.checks import ROOT
from decentwork import data
from decentwork.evidence_strength import strength_of
from reached import second_path

CHAPTER = ROOT / "notebooks" / "panels" / "innovative_tools.ipynb"


def typed(file):
    """The rows of an original that was typed by another hand."""
    return rows_of(original(file))


@pytest.mark.parametrize(
    ("step", "year", "percent"),
    [
        ("prosecutions", 2007, 8.6),
        ("prosecutions", 2016, 7.0),
        ("prosecutions", 2017, 5.0),
        ("prosecutions", 2018, 4.1),
        ("prosecutions", 2019, 8.6),
        ("prosecutions", 2024, 25.5),
        ("convictions", 2007, 9.5),
        ("convictions", 2009, 8.0),
        ("convictions", 2017, 4.7),
        ("convictions", 2018, 3.5),
        ("convictions", 2024, 18.5),
        ("victims identified", 2017, 24.7),
        ("victims identified", 2024, 27.2),
    ],
)
def test_labour_shares_as_a_second_reader_computed(step, year, percent):
    counts = data.read("trafficking-prosecutions").set_index(["step", "year"])
    row = counts.loc[step, year]
    assert round(100 * row["labour"] / row["all_forms"], 1) == percent


def test_six_regions_make_the_world_of_2024():
    rows = typed("us-tip-law-enforcement/tip_global_law_enforcement.csv")
    regions = [row for row in rows if row["year"] == "2024" and row["scope"] != "World"]
    assert len(regions) == 6
    world = data.read("trafficking-prosecutions").query("year == 2024").set_index("step")
    names = {"prosecutions": "prosecutions", "convictions": "convictions",
             "victims_identified": "victims identified"}  # fmt: skip
    for column, step in names.items():
        assert sum(int(row[column]) for row in regions) == world.loc[step, "all_forms"]


def test_us_convictions_add_up_but_for_the_slip_of_2017():
    frame = data.read("us-convictions-by-form").set_index("year")
    apart = frame["printed_total"] - frame["labour"] - frame["sexual"]
    assert apart[apart != 0].to_dict() == {2017: -50}
    counted = data.read("criminal-justice-counts").query("iso3 == 'USA' and step == 'convicted'")
    newer = counted.set_index("year")["persons_low"]
    assert all(newer[year] == total for year, total in frame["printed_total"].items())


def test_figures_of_italy_belgium_and_licences_equal_the_originals():
    later = {row["indicator"]: row["value"] for row in typed(
        "panels-3-5-figures/panels_3_5_figures.csv")}  # fmt: skip
    older = typed("remedies-and-tools-figures/remedies_and_tools_figures.csv")
    italy = data.read("italian-inspections").set_index(["counted", "year"])["number"]
    assert italy["visits", 2024] == int(later["inspection visits"])
    assert italy["workers found exploited", 2024] == int(
        later["workers found victims under art. 603-bis"]
    )
    before = {
        int(row["period"]): int(row["value"])
        for row in older
        if row["indicator"].startswith("Workers victims of caporalato")
    }
    assert before == {year: italy["workers found exploited", year] for year in (2022, 2023)}
    assert round(100 * (italy["visits", 2024] / italy["visits", 2023] - 1)) == 42
    assert round(100 * (italy["visits", 2023] / italy["visits", 2022] - 1)) == 11
    files = data.read("other-legal-routes").query("place == 'Belgium'").iloc[0]
    assert files["of_number"] == int(later["files handled by the Good Offices Commission"])
    granted = next(
        row for row in older if row["indicator"] == "GLA licences granted by November 2006"
    )
    licence = data.read("provider-licences").iloc[0]
    assert licence["number"] == int(granted["value"])
    assert str(licence["of_number"]) in granted["unit"]


def test_the_interval_of_california_is_that_of_the_original():
    row = next(
        row
        for row in typed("impact-evaluations-panels-3-5/impact_evaluations.csv")
        if row["source_key"] == "levine2012"
    )
    printed = [float(number) for number in re.findall(r"-\d+\.\d", row["effect"])[:3]]
    study = data.read("inspection-studies").set_index("source").loc["levine2012"]
    assert [study["percent"], study["low"], study["high"]] == printed


def test_port_visits_in_the_text_are_the_sums_of_the_states():
    rows = typed("fishing-forced-labour-risk-osce-ports/port_visits_osce_2012_2018.csv")
    of_year = [row for row in rows if row["year"] == "2018"]
    risky = sum(int(row["high_risk_visits"]) for row in of_year)
    visits = sum(int(row["visits"]) for row in of_year)
    assert f"{risky:,} of {visits:,} visits" in CHAPTER.read_text(encoding="utf-8")


def test_labour_victims_of_the_last_week_are_not_all_possible_victims():
    last = data.read("joint-action-days").set_index("month").loc["2024-04"]
    assert (last["potential_victims"], last["potential_victims_labour"]) == (334, 279)
    assert round(10_000 * last["potential_victims_labour"] / last["persons_checked"]) == 44


def test_only_publicity_is_more_than_weak():
    options = data.read("tools-options").set_index("option")
    strength = strength_of(options)
    assert list(strength[strength == "moderate"].index) == [
        "Publicity on workplaces that broke the rules"
    ]
    assert set(strength) == {"moderate", "weak", "none"}
    assert set(options.loc[strength == "none", "line"]) == {"P5-01", "P5-02", "P5-06"}
    measured = options["first_outcome"].eq("exploitation") & options["first_design"].eq("causal")
    assert list(options.loc[measured, "first_region"]) == ["outside"]


def test_safety_inspections_would_be_moderate_without_norway():
    """The chapter says so, and why the row keeps the Norwegian trial."""
    options = data.read("tools-options")
    row = options[options["option"] == "Safety inspections"]
    assert "garshol2022" in row["source"].iloc[0]
    without = row.assign(first_studies=3, first_direction="helps")
    assert [*strength_of(row), *strength_of(without)] == ["weak", "moderate"]


def test_causal_studies_of_options_stand_in_the_table_of_studies():
    options = data.read("tools-options").set_index("option")["source"]
    studies = set(data.read("inspection-studies")["source"].str.split("; ").explode())
    for option in (
        "Safety inspections",
        "Inspections of labour law",
        "Publicity on workplaces that broke the rules",
        "Public ratings of recruiters",
    ):
        assert set(options[option].split("; ")) <= studies, option


def test_the_catalogue_names_no_state_outside_the_region():
    known = set(data.states()["name"]) | {"European Union", "OSCE"}
    names = {"United States": "United States of America"}
    states = {names.get(state, state) for state in data.read("tools-catalogue")["state"]}
    assert states <= known


def test_joint_action_days_are_those_that_another_hand_typed():
    names = {"all sectors": "all sectors", "agriculture": "farming"}
    counts = ("countries", "persons_checked", "potential_victims", "potential_victims_labour",
              "arrests", "arrests_labour")  # fmt: skip
    weeks = [
        row
        for row in typed("empact-labour-action-days/empact_labour_action_days.csv")
        if row["year_grade"] == "A"
    ]
    # Every text in the original is a first report, so nothing was confirmed later.
    by_month = {
        (f"{row['year']}-{row['start'][:2]}",): {count: row[count] for count in counts}
        | {"confirmed_later": ""}
        for row in weeks
    }
    found = data.read("joint-action-days")
    assert unexplained("joint-action-days", by_month, found) == []
    kinds = found.set_index("month")["sectors"]
    for (month,), row in zip(by_month, weeks, strict=True):
        assert kinds[month] == names[row["focus"]], month


@second_path("trafficking-prosecutions")
def test_trafficking_prosecutions_are_those_that_another_hand_typed():
    steps = {
        "prosecutions": "prosecutions",
        "convictions": "convictions",
        "victims": "victims identified",
    }
    found = [
        {"year": row["year"], "step": step, "all_forms": row[step.replace(" ", "_")],
         "labour": row[f"{short}_labour"]}
        for row in typed("us-tip-law-enforcement/tip_global_law_enforcement.csv")
        if row["scope"] == "World" and (row["year"] == "2009" or row["year"] >= "2016")
        for short, step in steps.items()
        if row[f"{short}_labour"]
    ]  # fmt: skip
    # The report of 2008, as the Department's own page prints it.
    for step, all_forms, labour in (("prosecutions", 5682, 490), ("convictions", 3427, 326)):
        found.append({"year": 2007, "step": step, "all_forms": all_forms, "labour": labour})
    return found


@second_path("us-convictions-by-form")
def test_known_numbers_of_us_convictions():
    """The builder reads the older workbook; these are the rows of the newer one."""
    sheet = openpyxl.load_workbook(
        original("unodc-glotip-2025-10/data_glotip_2025-10-28.xlsx"), read_only=True
    )["data_glotip_1"]
    sheet.reset_dimensions()
    columns = {
        "Total": "printed_total", "Forced labour": "labour", "Sexual exploitation": "sexual",
    }  # fmt: skip
    found: dict[int, dict[str, object]] = {}
    for row in sheet.iter_rows(min_row=4, values_only=True):
        iso3, indicator, category, sex, age, year, value = (row[i] for i in (0, 4, 6, 7, 8, 9, 11))
        chosen = (iso3, indicator, sex, age) == ("USA", "Persons convicted", "Total", "Total")
        if chosen and category in columns and 2017 <= year <= 2022:
            found.setdefault(year, {"year": year})[columns[category]] = value.replace(",", "")
    return list(found.values())
