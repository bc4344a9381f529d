"""Awards, back wages and counts of help, by a path that no builder took."""

import pandas as pd
import pytest

from at_hand import original, rows_of
from decentwork import data
from decentwork.evidence_strength import strength_of
from reached import second_path

FIGURES = "panels-3-5-figures/panels_3_5_figures.csv"
REMEDIES = "remedies-and-tools-figures/remedies_and_tools_figures.csv"


def typed(file, indicator):
    """The values of an original typed by another hand, whose indicator begins so."""
    rows = rows_of(original(file))
    return [float(row["value"]) for row in rows if row["indicator"].startswith(indicator)]


@second_path("farm-back-wages")
def test_farm_back_wages():
    """Millions of dollars of 2022; investigations and employees are known for two years only."""
    for row in rows_of(original("us-whd-agriculture-enforcement/agriculture_fy2000_2022.csv")):
        yield {
            "fiscal_year": row["fiscal_year"],
            "back_wages_million": row["back_wages_usd_million_2022"],
            "penalties_million": row["civil_penalties_usd_million_2022"],
            "investigations": row["investigations"],
            "employees": row["employees_receiving_back_wages"],
        }


@second_path("farm-visa-back-wages")
def test_farm_visa_back_wages():
    """The rate is that which the original was typed with, not one computed here."""
    visas = {
        row["fiscal_year"]: row["visas_issued"]
        for row in rows_of(original("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv"))
    }
    for row in rows_of(original("us-whd-agriculture-enforcement/h2a_fy2000_2019.csv")):
        yield {
            "fiscal_year": row["fiscal_year"],
            "cases": row["cases_with_violations"],
            "violations": row["violations"],
            "employees": row["employees_receiving_back_wages"],
            "back_wages": row["back_wages_usd_2019"],
            "visas": visas.get(row["fiscal_year"]),
            "employees_per_100_visas": row["employees_per_100_visas"],
        }


@second_path("reports-without-consent")
def test_reports_without_consent():
    """Whole years only; quarters stand in the same original."""
    for row in rows_of(original("uk-nrm-headlines-2024-2025/nrm_headlines.csv")):
        if row["period"].isdigit():
            yield {
                "year": row["period"],
                "referrals": row["referrals"],
                "reports": row["duty_to_notify_reports"],
            }


def test_growth_of_referrals_is_the_one_that_the_bulletins_print():
    ours = data.read("reports-without-consent").set_index("year")["referrals"]
    for row in rows_of(original("uk-nrm-headlines-2024-2025/nrm_headlines.csv")):
        if row["period"] in {"2024", "2025"}:
            year = int(row["period"])
            growth = round(100 * (ours[year] / ours[year - 1] - 1))
            assert row["change_text"].startswith(f"+{growth}%"), year


@second_path("trafficking-proceeds")
def test_trafficking_proceeds():
    """What was recovered and where it went, not what was ordered, which the other answer has."""
    file = "uk-trafficking-confiscation/uk_trafficking_proceeds.csv"
    for row in rows_of(original(file)):
        if row["series"].endswith("recovered"):
            yield {
                "financial_year": row["financial_year"].replace("-", "/"),
                "recovered": row["amount_recovered_gbp"],
                "victims": row["compensation_to_victims_gbp"],
                "police": row["police_gbp"],
                "other_frontline": row["other_frontline_gbp"],
                "central_government": row["central_government_gbp"],
            }


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


def test_bound_of_the_british_scheme_is_most_awards_over_fewest_applications():
    (high,) = typed(REMEDIES, "CICA: awards to such applicants, upper")
    (applications,) = typed(REMEDIES, "CICA: applications")
    scheme = records().loc[("British injuries scheme", "granted")]
    assert scheme["of_number"] == applications
    # "At least" so many applications were made: there is no lower bound of the share.
    assert pd.isna(scheme["percent_low"])
    assert scheme["percent_high"] == round(100 * high / applications, 1)


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


def test_a_second_time_has_a_share_only_where_both_numbers_count_the_same():
    frame = data.read("return-to-exploitation")
    with_share = frame.dropna(subset=["percent"])
    assert with_share["record"].tolist() == ["Workers rescued at least twice"]
    share = 100 * with_share["people"] / with_share["of_people"]
    assert round(share.iloc[0], 2) == 1.73, "the share that the ILO prints"
    (known,) = typed(REMEDIES, "IOM: known re-trafficking")
    assert frame["people"].iloc[0] == known
    assert typed(FIGURES, "repeat referrals, latest one in the year") == [frame["people"].iloc[2]]


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


def test_findings_of_one_means_and_outcome_agree():
    """The figure draws one word for them."""
    frame = data.read("organizing-studies")
    assert (frame.groupby(["means", "outcome"])["sign"].nunique() == 1).all()
    bondage = frame[frame["outcome"] == "bondage"]
    assert (bondage["place"] == "India").all() and len(bondage) == 2


def test_strengths_of_both_readers():
    options = data.read("remedies-options").set_index("option")
    first, second = strength_of(options), strength_of(options, "second")
    assert first.value_counts().to_dict() == {"weak": 15, "none": 1}
    assert second.value_counts().to_dict() == {"weak": 13, "moderate": 2, "none": 1}
    assert first.index[first != second].tolist() == [
        "Penalties for wage theft",
        "Services for survivors, therapy included",
    ]
