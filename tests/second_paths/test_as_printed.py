"""Tables that keep rows and columns of their original as printed, read again without a builder."""

from pathlib import Path

from at_hand import BUILDERS
from decentwork import data
from reached import compare, cut

SDG_831 = "ilostat-informal-employment/sdg_0831_informal_by_sex_activity.csv"
SWIID = "swiid/swiid_osce_1980_2025.csv"
SECTIONS = "oecd-employment-by-section/employment_by_isic4_section_osce.csv"
SMALL_BOATS = "uk-small-boats-nrm/nrm_outcomes_by_arrival_year.csv"
EEC, COAL_AND_STEEL = "1958-01-01", "1952-07-23"
"""Whoever typed the original dated six founders by the first; the page itself has the second."""
FLAG = {"1": True, "0": False}


def states_by_two_letters():
    """The codes of the States by their two letters, as Eurostat writes them."""
    return {"EL": "GRC"} | {row.iso2: row.Index for row in data.states().itertuples()}


AS_PRINTED = {
    # One value of 2010, a hundred times that of the year before, is left out.
    "labour-inspectors": lambda: cut(
        "ilostat-labour-inspectors-2024/lai_inde_osce_2009_2024.csv",
        "iso3 year per_10000=value",
        "not year.str.fullmatch('201[3-7]') and value.astype('float') <= 30",
    ),
    # Gini of disposable income, not of market income, which is next to it.
    "income-inequality": lambda: cut(
        SWIID,
        "iso3 year gini=gini_disp standard_error=gini_disp_se",
        "year.str.fullmatch('1990|1995|2000|2005|2010|2015|2022')",
    ),
    # All regions but those of income below the highest.
    "informal-employment-regions": lambda: cut(
        SDG_831,
        "region=area year percent=value",
        "sex == 'total' and area != '' and "
        "(area.str.startswith('High') or not area.str.contains('income countries'))",
    ),
    # 0 the best and 10 the worst, as in the original.
    "labour-rights-scores": lambda: cut(
        "ilostat-sdg882-labour-rights/sdg_0882_osce_2015_2024.csv",
        where="year.isin(['2015', '2024']) and unit == 'score 0 (best) to 10 (worst)'",
    ).assign(place=lambda rows: rows["area"].where(rows["area"] != "", rows["iso3"]))[
        ["place", "year", "area", "value"]
    ].rename(columns={"area": "region", "value": "score"}),
    # Own-account and family workers, not the employees that are in the same file.
    "vulnerable-employment": lambda: cut(
        "wdi-vulnerable-employment/vulnerable_wage_employment_osce_1991_2019.csv",
        "iso3 year percent=value",
        "indicator == 'SL.EMP.VULN.ZS' and year.str.fullmatch('1991|2000|2010|2019')",
    ),
    "household-employers": lambda: cut(
        SECTIONS,
        "iso3 year employed_thousand all_employed_thousand=total_employed_thousand",
        "section == 'T' and year >= '2008'",
    ),
    # The row of the Union of 27, which leaves out the United Kingdom in all years.
    "found-irregularly-present": lambda: cut(
        "eurostat-illegally-present/migr_eipre_total_2014_2023.csv",
        "year persons",
        "reason == 'Total' and country.str.contains('27 countries (from 2020)', regex=False)",
    ),
    # A split is modelled if both sexes are exactly equal.
    "migrants-by-sex": lambda: cut(
        "undesa-migrant-stock-2024/migrant_stock_osce_by_sex.csv",
        "iso3 year migrants=both men=male women=female",
    ).assign(sex_modelled=lambda rows: rows["men"] == rows["women"]),
    "asylum-pending": lambda: cut(
        "unhcr-refugees/population_osce_by_asylum_country.csv",
        "iso3=coa_iso year pending=asylum_seekers",
        "'2000' <= year <= '2025'",
    ),
    "uk-asylum-speed": lambda: cut(
        "uk-asylum-waiting/applications_decided_within_period.csv",
        "quarter_end=date applications decided=completed",
    ),
    "temporary-protection": lambda: cut(
        "eurostat-temporary-protection/migr_asytpsm_ua_monthly_2022-03_2025-03.csv",
        "iso3=geo month flag people=beneficiaries_ua_citizens",
        "month >= '2022-08' and beneficiaries_ua_citizens != ''",
        iso3=states_by_two_letters(),
    ),
    "small-boat-decisions": lambda: cut(
        SMALL_BOATS,
        "year=arrival_year stage=outcome_group outcome people",
        stage=lambda said: {"R": "reasonable", "C": "conclusive", "A": "waiting", "W": "closed"}[
            said[0]
        ],
        outcome=lambda said: said.lower().replace("/", " or "),
    ),
    "small-boat-referrals": lambda: cut(
        "uk-small-boats-nrm/nrm_referrals_by_arrival_year_nationality.csv",
        "year=arrival_year nationality referred=nrm_referral_raised without=no_nrm_referral",
        nationality={
            "Vietnam": "Viet Nam", "Turkey": "Türkiye", "Ivory Coast": "Côte d'Ivoire",
            "Gambia, The": "Gambia", "Refugee": "recognised refugee", "Myanmar (Burma)": "Myanmar",
        },
    ).assign(arrivals=lambda rows: rows["referred"].astype(int) + rows.pop("without").astype(int)),
    # Millions of dollars of 2022; investigations and employees are known for two years only.
    "farm-back-wages": lambda: cut(
        "us-whd-agriculture-enforcement/agriculture_fy2000_2022.csv",
        "fiscal_year back_wages_million=back_wages_usd_million_2022 "
        "penalties_million=civil_penalties_usd_million_2022 investigations "
        "employees=employees_receiving_back_wages",
    ),
    # The rate is that which the original was typed with, not one computed here.
    "farm-visa-back-wages": lambda: cut(
        "us-whd-agriculture-enforcement/h2a_fy2000_2019.csv",
        "fiscal_year cases=cases_with_violations violations "
        "employees=employees_receiving_back_wages back_wages=back_wages_usd_2019 "
        "employees_per_100_visas",
    ).merge(
        cut("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv",
            "fiscal_year visas=visas_issued"), how="left",
    ),
    # Whole years only; quarters are in the same original.
    "reports-without-consent": lambda: cut(
        "uk-nrm-headlines-2024-2025/nrm_headlines.csv",
        "year=period referrals reports=duty_to_notify_reports",
        "period.str.isdigit()",
    ),
    # What was recovered and where it went, not what was ordered, which the other answer has.
    "trafficking-proceeds": lambda: cut(
        "uk-trafficking-confiscation/uk_trafficking_proceeds.csv",
        "financial_year recovered=amount_recovered_gbp victims=compensation_to_victims_gbp "
        "police=police_gbp other_frontline=other_frontline_gbp "
        "central_government=central_government_gbp",
        "series.str.endswith('recovered')",
        financial_year=lambda said: said.replace("-", "/"),
    ),
    # A State was a member of the ILO in 2011 if it is today.
    "participating-states": lambda: cut(
        "osce-states/osce_participating_states.csv",
        "iso3 iso2 name osce_since=osce_admission_date osce_2011=osce_member_june_2011 "
        "coe_since=coe_accession_year coe_2011=coe_member_june_2011 coe_2026=coe_member_2026 "
        "eu_since=eu_accession_date eu_2011=eu_member_june_2011 eu_2026=eu_member_2026 "
        "ilo_2011=ilo_member_2026 ilo_2026=ilo_member_2026",
        name={"Moldova": "Republic of Moldova"}, eu_since={EEC: COAL_AND_STEEL},
    ).pipe(lambda rows: rows.replace({name: FLAG for name in rows if name.endswith(("11", "26"))})),
    "threshold-estimates": lambda: cut(
        "mse-published-estimates/sparsemse_threshold_sensitivity.csv",
        "dataset p_threshold total=n_hat lower=bca_lower95 upper=bca_upper95",
    ),
    "internal-consistency": lambda: cut(
        "mse-published-estimates/internal_consistency_summary.csv",
        "method=model mean=mean_log_relative_bias standard_deviation=sd root_mean_square=rmse "
        "coverage=coverage95 lower_below_truth=lower_limit_below_truth "
        "upper_above_truth=upper_limit_above_truth median",
        method=lambda said: said.replace("Ind", "ind"),
    ),
    "capture-tables": lambda: cut(
        "mse-capture-histories/datasets.csv",
        "dataset lists observed_cases nonzero_histories cases_on_two_or_more_lists note "
        "territory period",
        territory={"United States, Greater New Orleans": "Greater New Orleans",
                   "United States, western site": "Western site of the United States",
                   "none (artificial)": ""},
        period={"see source": "", "none": ""},
    ),
}  # fmt: skip


def test_tables_have_the_rows_of_their_originals(subtests):
    for table, rows in AS_PRINTED.items():
        with subtests.test(table):
            compare(table, rows())


def test_each_table_that_is_built_is_reached_by_a_second_path():
    paths = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert not [table for table in BUILDERS if f'"{table}"' not in paths]
