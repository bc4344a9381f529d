"""Awards, back wages and counts of help, by a path that no builder took."""

import pytest

from bookmaking.gates import tables
from bookmaking.gates.at_hand import original
from decentwork import data
from decentwork.evidence_strength import strength_of

FIGURES = "panels-3-5-figures/panels_3_5_figures.csv"
REMEDIES = "remedies-and-tools-figures/remedies_and_tools_figures.csv"


def typed(file, indicator):
    """The values of an original typed by another hand, whose indicator begins so."""
    rows = tables.rows(original(file))
    return [float(row["value"]) for row in rows if row["indicator"].startswith(indicator)]


def records():
    """The records of compensation by record and step."""
    return data.read("compensation-records").set_index(["record", "step"])


def test_payments_of_tribunal_awards_equal_the_original():
    theirs = typed(FIGURES, "employment tribunal awards")
    ours = data.read("tribunal-payments").sort_values("study", ascending=False, kind="stable")
    assert ours["percent"].tolist() == theirs
    assert (ours.groupby("study")["percent"].sum() == 100).all()


def test_restitution_in_sex_trafficking_cases_multiplies_to_less_than_a_third():
    (asked,) = typed(FIGURES, "sex-trafficking prosecutions in which")
    (granted,) = typed(FIGURES, "requests that were granted")
    ordered = records().loc[("US federal cases, sex", "ordered"), "percent_high"]
    assert records().loc[("US federal cases, sex", "asked"), "percent_high"] == asked
    assert asked * granted / 100 < ordered == 33
    assert typed(REMEDIES, "Federal trafficking cases with restitution ordered") == [
        records().loc[("US federal cases", "ordered"), "percent_high"]
    ]


def test_bounds_of_the_british_scheme_are_awards_over_applications():
    (low,) = typed(REMEDIES, "CICA: awards to such applicants, lower")
    (high,) = typed(REMEDIES, "CICA: awards to such applicants, upper")
    (applications,) = typed(REMEDIES, "CICA: applications")
    scheme = records().loc[("British injuries scheme", "granted")]
    assert scheme["of_number"] == applications
    assert scheme["percent_low"] == round(100 * low / applications, 1)
    assert scheme["percent_high"] == round(100 * high / applications, 1)


def test_shares_with_a_number_are_the_number_over_its_base():
    frame = data.read("compensation-records").dropna(subset=["number", "of_number"])
    share = (100 * frame["number"] / frame["of_number"]).round(1)
    assert (share == frame["percent_high"]).all()
    assert frame["record"].tolist() == ["Austrian cases", "British confiscated proceeds"]


def test_proceeds_in_the_records_are_those_of_the_table():
    table = data.read("trafficking-proceeds")
    record = records().loc[("British confiscated proceeds", "paid")]
    assert round(table["victims"].sum(), 2) == record["number"]
    assert round(table["recovered"].sum(), 2) == record["of_number"]
    parts = table[["victims", "police", "other_frontline", "central_government"]].sum(axis=1)
    gaps = (table["recovered"] - parts).round(2).tolist()
    assert gaps == [33_725.23, 19_399.60, 7_503.00]


@pytest.mark.parametrize(("year", "rate"), [(2006, 0.71), (2013, 5.98), (2019, 2.44)])
def test_rate_of_back_wages_as_a_second_reader_computed(year, rate):
    frame = data.read("farm-visa-back-wages").set_index("fiscal_year")
    assert frame["employees_per_100_visas"][year] == rate
    assert round(frame["back_wages"].sum() / frame["employees"].sum()) == 580


def test_counts_of_a_second_time_are_shares_of_their_base():
    frame = data.read("return-to-exploitation")
    share = 100 * frame["people"] / frame["of_people"]
    assert ((share - frame["percent"]).abs() < 0.06).all()
    (known,) = typed(REMEDIES, "IOM: known re-trafficking")
    assert frame["people"].iloc[0] == known
    assert typed(FIGURES, "repeat referrals, latest one in the year") == [frame["people"].iloc[2]]


def test_repeat_referrals_stand_over_the_referrals_of_the_same_year():
    referrals = data.read("reports-without-consent").set_index("year")["referrals"]
    later = data.read("uk-referrals-later").set_index("year")["referrals"]
    assert referrals[2023] == data.read("return-to-exploitation")["of_people"].iloc[2]
    assert (referrals[[2024, 2025]] == later[[2024, 2025]]).all()


def test_no_option_is_better_than_weak():
    options = data.read("remedies-options")
    assert strength_of(options).value_counts().to_dict() == {"weak": 14, "none": 2}
