"""Prosecutions, inspections, licences, awards and back wages, by a path that no builder took."""

from bookmaking.checks import ROOT
from decentwork import data
from reached import cells_of_the_workbook, cut, second_path

LAW_ENFORCEMENT = "us-tip-law-enforcement/tip_global_law_enforcement.csv"


# ------------------------------------------------------------------ prosecutions


@second_path("trafficking-prosecutions", of="year == 2007 or year >= 2016 and labour.notna()")
def test_trafficking_prosecutions_are_those_that_another_hand_typed():
    years = "scope == 'World' and year >= '2016'"
    # The report of 2008, as the Department's own page prints it.
    yield {"year": 2007, "step": "prosecutions", "all_forms": 5682, "labour": 490}
    yield {"year": 2007, "step": "convictions", "all_forms": 3427, "labour": 326}
    for step, short in (("prosecutions",) * 2, ("convictions",) * 2,
                        ("victims identified", "victims")):  # fmt: skip
        columns = f"year all_forms={step.replace(' ', '_')} labour={short}_labour"
        rows = cut(LAW_ENFORCEMENT, columns, f"{years} and {short}_labour != ''")
        yield from rows.assign(step=step).to_dict("records")


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


def test_port_visits_in_the_text_are_the_sums_of_the_states():
    rows = cut("fishing-forced-labour-risk-osce-ports/port_visits_osce_2012_2018.csv",
               "high_risk_visits visits", "year == '2018'").astype(int).sum()  # fmt: skip
    chapter = (ROOT / "notebooks/panels/innovative_tools.ipynb").read_text(encoding="utf-8")
    assert f"{rows['high_risk_visits']:,} of {rows['visits']:,} visits" in chapter


@second_path("joint-action-days")
def test_joint_action_days_are_those_that_another_hand_typed():
    """Every text in the original is a first report, so nothing was confirmed later."""
    rows = cut("empact-labour-action-days/empact_labour_action_days.csv",
               "year month=start sectors=focus countries persons_checked potential_victims "
               "potential_victims_labour arrests arrests_labour", "year_grade == 'A'",
               sectors={"agriculture": "farming"}, month=lambda day: f"-{day[:2]}")  # fmt: skip
    return rows.assign(month=rows.pop("year") + rows["month"], confirmed_later=None)


# ------------------------------------------------------------------ options


def test_options_have_the_studies_and_states_that_other_tables_know():
    options = data.read("tools-options").groupby("option")["source"].agg("; ".join)
    studies = set(data.read("inspection-studies")["source"].str.split("; ").explode())
    studies |= {"arnoldosha"}  # the cost of an inspection
    for option in (
        "Safety inspections",
        "Inspections of labour law",
        "Press releases on fines for unsafe work",
        "Duty to print safety breaches in a firm's own reports",
        "Naming of employers who paid below the minimum wage",
        "Public ratings of recruiters",
    ):
        assert set(options[option].split("; ")) <= studies, option
    known = {*data.states()["name"], "European Union", "OSCE", "United States"}
    assert set(data.read("tools-catalogue")["state"]) <= known
