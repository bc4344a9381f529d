"""Prosecutions, inspections, licences, awards and back wages, by a path that no builder took."""

import re

import pandas as pd

from at_hand import unexplained
from bookmaking.checks import ROOT
from decentwork import data
from reached import cells_of_the_workbook, cut, second_path, value

FIGURES = "panels-3-5-figures/panels_3_5_figures.csv"
REMEDIES = "remedies-and-tools-figures/remedies_and_tools_figures.csv"
LAW_ENFORCEMENT = "us-tip-law-enforcement/tip_global_law_enforcement.csv"


def typed(file, indicator):
    """The value of an original typed by another hand, whose indicator begins so."""
    return value(file, f'indicator.str.startswith("{indicator}")')


# ------------------------------------------------------------------ prosecutions


@second_path("trafficking-prosecutions")
def test_trafficking_prosecutions_are_those_that_another_hand_typed():
    years = "scope == 'World' and (year == '2009' or year >= '2016')"
    # The report of 2008, as the Department's own page prints it.
    yield {"year": 2007, "step": "prosecutions", "all_forms": 5682, "labour": 490}
    yield {"year": 2007, "step": "convictions", "all_forms": 3427, "labour": 326}
    for step, short in (("prosecutions",) * 2, ("convictions",) * 2,
                        ("victims identified", "victims")):  # fmt: skip
        columns = f"year all_forms={step.replace(' ', '_')} labour={short}_labour"
        rows = cut(LAW_ENFORCEMENT, columns, f"{years} and {short}_labour != ''")
        yield from rows.assign(step=step).to_dict("records")


def test_labour_shares_as_a_second_reader_computed():
    shares = {
        "prosecutions": {2007: 8.6, 2016: 7.0, 2017: 5.0, 2018: 4.1, 2019: 8.6, 2024: 25.5},
        "convictions": {2007: 9.5, 2009: 8.0, 2017: 4.7, 2018: 3.5, 2024: 18.5},
        "victims identified": {2017: 24.7, 2024: 27.2},
    }
    for step, wanted in shares.items():
        rows = data.read("trafficking-prosecutions").query("step == @step").set_index("year")
        found = (100 * rows["labour"] / rows["all_forms"]).astype(float).round(1)
        assert wanted.items() <= found.to_dict().items(), step


def test_six_regions_make_the_world_of_2024():
    regions = cut(LAW_ENFORCEMENT, where="year == '2024' and scope != 'World'")
    world = data.read("trafficking-prosecutions").query("year == 2024").set_index("step")
    assert len(regions) == 6
    for step in ("prosecutions", "convictions", "victims identified"):
        printed = regions[step.replace(" ", "_")].astype(int).sum()
        assert printed == world.loc[step, "all_forms"], step


@second_path("us-convictions-by-form")
def test_us_convictions():
    """The builder reads the older workbook; these are the rows of the newer one."""
    columns = {
        "Total": "printed_total", "Forced labour": "labour", "Sexual exploitation": "sexual",
    }  # fmt: skip
    rows = cells_of_the_workbook("Persons convicted").query(
        "Iso3_code == 'USA' and Sex == Age == 'Total' and '2017' <= Year <= '2022'"
    )
    rows = rows[rows["Category"].isin(columns)]
    wide = rows.pivot(index="Year", columns="Category", values="txtVALUE")
    wide = wide.apply(lambda printed: printed.str.replace(",", ""))
    return wide.rename(columns=columns).rename_axis("year").reset_index()


# ------------------------------------------------------------------ inspections and licences


def test_figures_of_italy_belgium_and_licences_equal_the_originals():
    italy = data.read("italian-inspections").set_index(["counted", "year"])["number"]
    exploited = "workers found exploited"
    assert italy["visits", 2024] == typed(FIGURES, "inspection visits")
    assert italy[exploited, 2024] == typed(FIGURES, "workers found victims under art. 603-bis")
    for year in (2022, 2023):
        where = f"indicator.str.startswith('Workers victims of caporalato') and period == '{year}'"
        assert italy[exploited, year] == value(REMEDIES, where)
    growth = [italy["visits", year] / italy["visits", year - 1] - 1 for year in (2024, 2023)]
    assert [round(100 * each) for each in growth] == [42, 11]
    files = data.read("other-legal-routes").query("place == 'Belgium'").iloc[0]
    assert files["of_number"] == typed(FIGURES, "files handled by the Good Offices Commission")
    licence = data.read("provider-licences").iloc[0]
    (granted,) = cut(REMEDIES, where="indicator == 'GLA licences granted by November 2006'").iloc
    assert licence["number"] == int(granted["value"])
    assert str(licence["of_number"]) in granted["unit"]


def test_the_interval_of_california_is_that_of_the_original():
    (row,) = cut("impact-evaluations-panels-3-5/impact_evaluations.csv",
                 where="source_key == 'levine2012'").iloc  # fmt: skip
    printed = [float(number) for number in re.findall(r"-\d+\.\d", row["effect"])[:3]]
    study = data.read("inspection-studies").set_index("source").loc["levine2012"]
    assert study[["percent", "low", "high"]].tolist() == printed


def test_port_visits_in_the_text_are_the_sums_of_the_states():
    rows = cut("fishing-forced-labour-risk-osce-ports/port_visits_osce_2012_2018.csv",
               "high_risk_visits visits", "year == '2018'").astype(int).sum()  # fmt: skip
    chapter = (ROOT / "notebooks/panels/innovative_tools.ipynb").read_text(encoding="utf-8")
    assert f"{rows['high_risk_visits']:,} of {rows['visits']:,} visits" in chapter


def test_joint_action_days_are_those_that_another_hand_typed():
    counts = ["countries", "persons_checked", "potential_victims", "potential_victims_labour",
              "arrests", "arrests_labour"]  # fmt: skip
    weeks = cut("empact-labour-action-days/empact_labour_action_days.csv",
                where="year_grade == 'A'", focus={"agriculture": "farming"})  # fmt: skip
    weeks = weeks.set_index(weeks["year"] + "-" + weeks["start"].str[:2])
    # Every text in the original is a first report, so nothing was confirmed later.
    rows = weeks[counts].assign(confirmed_later="").to_dict("index")
    found = data.read("joint-action-days")
    by_month = {(month,): row for month, row in rows.items()}
    assert unexplained("joint-action-days", by_month, found) == []
    assert found.set_index("month")["sectors"].to_dict().items() >= weeks["focus"].to_dict().items()
    last = found.set_index("month").loc["2024-04"]
    assert (last["potential_victims"], last["potential_victims_labour"]) == (334, 279)
    assert round(10_000 * last["potential_victims_labour"] / last["persons_checked"]) == 44


# ------------------------------------------------------------------ options


def test_options_have_the_studies_and_states_that_other_tables_know():
    options = data.read("tools-options").set_index("option")["source"]
    studies = set(data.read("inspection-studies")["source"].str.split("; ").explode())
    for option in (
        "Safety inspections",
        "Inspections of labour law",
        "Publicity on workplaces that broke the rules",
        "Public ratings of recruiters",
    ):
        assert set(options[option].split("; ")) <= studies, option
    known = {*data.states()["name"], "European Union", "OSCE", "United States"}
    assert set(data.read("tools-catalogue")["state"]) <= known


# ------------------------------------------------------------------ remedies


def test_growth_of_referrals_is_the_one_that_the_bulletins_print():
    ours = data.read("reports-without-consent").set_index("year")["referrals"].astype(float)
    growth = (100 * ours.pct_change()).round()
    printed = cut("uk-nrm-headlines-2024-2025/nrm_headlines.csv",
                  "period change_text", "period in ('2024', '2025')")  # fmt: skip
    assert len(printed) == 2
    for year, told in printed.itertuples(index=False):
        assert told.startswith(f"+{growth[int(year)]:.0f}%"), year


def test_records_of_compensation_equal_the_originals():
    records = data.read("compensation-records").set_index(["record", "step"])
    percent = records["percent_high"]
    asked = percent["US federal cases, sex", "asked"]
    assert asked == typed(FIGURES, "sex-trafficking prosecutions in which")
    granted = typed(FIGURES, "requests that were granted")
    assert asked * granted / 100 < percent["US federal cases, sex", "ordered"] == 33
    ordered = typed(REMEDIES, "Federal trafficking cases with restitution ordered")
    assert percent["US federal cases", "ordered"] == ordered
    # "At least" so many applied to the British scheme: there is no lower bound of the share.
    scheme = records.loc[("British injuries scheme", "granted")]
    assert scheme["of_number"] == typed(REMEDIES, "CICA: applications")
    high = typed(REMEDIES, "CICA: awards to such applicants, upper")
    assert pd.isna(scheme["percent_low"])
    assert scheme["percent_high"] == round(100 * high / scheme["of_number"], 1)
    paid, table = records.loc[("British confiscated proceeds", "paid")], data.read(
        "trafficking-proceeds")  # fmt: skip
    assert round(table["victims"].sum(), 2) == paid["number"]
    assert round(table["recovered"].sum(), 2) == paid["of_number"]


def test_awards_back_wages_and_second_times_equal_the_originals():
    theirs = cut(FIGURES, where="indicator.str.startswith('employment tribunal awards')")
    ours = data.read("tribunal-payments").sort_values("study", ascending=False, kind="stable")
    assert ours["percent"].tolist() == theirs["value"].astype(float).tolist()
    visas = data.read("farm-visa-back-wages").set_index("fiscal_year")
    by_a_second_reader = {2006: 0.71, 2013: 5.98, 2019: 2.44}
    assert by_a_second_reader.items() <= visas["employees_per_100_visas"].to_dict().items()
    assert round(visas["back_wages"].sum() / visas["employees"].sum()) == 580
    again = data.read("return-to-exploitation")
    with_share = again.dropna(subset=["percent"])
    assert with_share["record"].tolist() == ["Workers rescued at least twice"]
    share = 100 * with_share["people"] / with_share["of_people"]
    assert round(share.iloc[0], 2) == 1.73, "the share that the ILO prints"
    assert again["people"].iloc[0] == typed(REMEDIES, "IOM: known re-trafficking")
    assert again["people"].iloc[2] == typed(FIGURES, "repeat referrals, latest one in the year")


def test_changes_that_can_be_told_apart():
    """Two standard errors, which the intervals of the review give."""
    frame = data.read("service-effects").set_index("service")
    error = (frame["high"] - frame["low"]) / (2 * 1.96)

    def ratio(one, other):
        gap = frame["effect"][one] - frame["effect"][other]
        return round(gap / (error[one] ** 2 + error[other] ** 2) ** 0.5, 1)

    assert ratio("standardized therapy", "peer and support groups") == 2.6
    assert ratio("standardized therapy", "wrap-around services") == 1.7
    assert ratio("wrap-around services", "peer and support groups") == 0.8
