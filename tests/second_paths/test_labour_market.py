"""Income, inequality, informality and unions, by a path that no builder took."""

import pandas as pd
import pytest

from bookmaking.gates import tables
from bookmaking.gates.at_hand import original
from decentwork import data


def test_income_per_head_equals_an_older_vintage_within_revisions():
    older = pd.read_csv(
        original("wdi-gdp-ppp-aggregates/gdp_per_head_ppp_osce_and_aggregates_1990_2023.csv")
    )
    both = data.read("growth-and-trade").merge(older, on=["iso3", "year"]).dropna(subset="value")
    apart = (both["gdp_per_head"].astype(float) / both["value"] - 1).abs()
    assert len(both) > 350 and apart.median() < 0.03 and apart.quantile(0.9) < 0.15


def test_median_income_and_trade_are_those_computed_before():
    frame = data.read("growth-and-trade")
    income = frame.pivot(index="iso3", columns="year", values="gdp_per_head").astype(float)
    three = income[[1995, 2010, 2024]].dropna()
    assert len(three) == 52
    assert three.median().round(0).tolist() == [18_670, 31_567, 41_951]
    trade = frame.pivot(index="iso3", columns="year", values="trade_percent").astype(float)
    assert trade[[1995, 2023]].dropna().median().round(1).tolist() == [71.9, 107.4]


@pytest.mark.parametrize(
    ("first", "last", "rose", "fell", "states"),
    [(1990, 2010, 25, 0, 41), (2010, 2022, 4, 5, 46), (1990, 2000, 21, 0, 43)],
)
def test_inequality_rose_and_fell_in_the_table_as_in_the_whole_file(
    first, last, rose, fell, states
):
    def beyond_the_margin(gini, error):
        points = (gini[last] - gini[first]).dropna()
        margin = (2 * (error[last] ** 2 + error[first] ** 2) ** 0.5)[points.index]
        return (points > margin).sum(), (points < -margin).sum(), len(points)

    ours = data.read("income-inequality").pivot(index="iso3", columns="year")
    assert beyond_the_margin(ours["gini"], ours["standard_error"]) == (rose, fell, states)
    whole = pd.read_csv(original("swiid/swiid_osce_1980_2025.csv")).pivot(
        index="iso3", columns="year"
    )
    assert beyond_the_margin(whole["gini_disp"], whole["gini_disp_se"]) == (rose, fell, states)


@pytest.mark.parametrize(
    ("first", "last", "rose", "fell", "states"),
    [("1990-1994", "1999-2003", 6, 8, 31), ("1999-2003", "2008-2012", 3, 22, 45)],
)
def test_poverty_moved_both_ways_before_it_fell(first, last, rose, fell, states):
    whole = pd.read_csv(original("wdi-ilo-context/inequality_osce_1990_2025.csv"))
    whole = whole[whole["indicator"] == "poverty_percent_people_below_830_a_day"]
    means = [
        whole[whole["year"].between(*map(int, period.split("-")))].groupby("iso3")["value"].mean()
        for period in (first, last)
    ]
    points = (means[1] - means[0]).dropna()
    assert ((points > 1).sum(), (points < -1).sum(), len(points)) == (rose, fell, states)
    frame = data.read("household-surveys").pivot(index="iso3", columns="period", values="below_830")
    ours = (frame[last] - frame[first]).dropna().astype(float)
    assert (ours - points).abs().max() < 0.02 and len(ours) == states


def test_vulnerable_employment_is_part_of_self_employment_in_a_later_vintage():
    structure = pd.read_csv(original("wdi-ilo-context/structure_osce_1990_2025.csv"))
    own = structure[structure["indicator"] == "self_employed_percent_of_employment"]
    both = data.read("vulnerable-employment").merge(own, on=["iso3", "year"])
    beyond = both["percent"].astype(float) - both["value"]
    assert len(both) == 208 and (beyond > 5).mean() < 0.05


def test_union_density_agrees_with_administrative_data_of_the_oecd():
    oecd = pd.read_csv(original("union-density-bargaining/oecd_tud_cbc_osce_1960_2017.csv"))
    oecd = oecd[(oecd["indicator"] == "TUD") & (oecd["kind"] == "ADM")]
    ours = data.read("unions-and-bargaining").query("measure == 'union density'")
    both = ours.merge(oecd, on=["iso3", "year"])
    apart = (both["percent"].astype(float) - both["value"]).abs()
    assert len(both) > 15 and apart.median() < 1


def test_labour_inspectors_agree_with_an_export_of_2021():
    export = pd.read_csv(original("ilostat-labour-inspection/ilostat_labour_inspection_osce.csv"))
    export = export[export["indicator"] == "LAI_INDE_NOC_RT_A"]
    both = data.read("labour-inspectors").merge(export, on=["iso3", "year"])
    apart = (both["per_10000"].astype(float) - both["value"]).abs()
    assert len(both) > 80 and (apart <= 0.055).mean() > 0.8


def test_only_rates_from_surveys_on_living_conditions_were_revised():
    frame = data.read("informal-employment").dropna(subset="percent_january_2024")
    step = (frame["percent_july_2024"] - frame["percent_january_2024"]).astype(float)
    lower = step.groupby(frame["survey"]).agg(["median", "max"])
    assert lower.loc["income and living conditions", "max"] <= 0
    assert lower.loc["income and living conditions", "median"] < -2
    assert abs(lower.loc["labour force survey", "median"]) < 0.05


def test_women_by_activity_give_back_the_printed_part_of_all_workers():
    """Women's and men's numbers from the table, set into the printed parts, must meet them."""
    printed = {
        (row["iso3"], row["indicator"]): float(row["value"])
        for row in tables.rows(original("wdi-ilo-context/structure_osce_1990_2025.csv"))
        if row["year"] == "2023"
    }
    frame = data.read("women-by-activity")
    both = frame["women_percent"] * frame["part_of_all_percent"] / 100
    of_women = both.groupby(frame["iso3"]).sum()  # women among all employed people
    for row, women in zip(frame.itertuples(), both, strict=True):
        name = row.activity.removesuffix("s")
        part = printed[row.iso3, f"female_{name}_workers_percent_of_female_employment"]
        assert 100 * women / of_women[row.iso3] == pytest.approx(part, abs=0.5), row
