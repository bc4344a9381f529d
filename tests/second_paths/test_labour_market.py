"""Income, inequality, informality and unions, by a path that no builder took."""

from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

import pandas as pd
import pytest

from at_hand import original, rows_of
from decentwork import data
from reached import second_path


@cache
def lines(file):
    """The lines of an original, as text."""
    return rows_of(original(file))


def by_indicator(file):
    """The values of an original in long form, by State, year and indicator, to the last digit."""
    return {
        (row["iso3"], int(row["year"]), row["indicator"]): Decimal(row["value"])
        for row in lines(file)
        if row["value"]
    }


def rounded(number, places):
    """A number to so many places; one that lies between two goes to the even one."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


# Five numbers lie between two hundredths, and a binary number goes to the other of these.
@second_path("growth-and-trade", within=0.0101)
def test_growth_and_trade():
    """Income, trade and unemployment in the years that the book uses, a State-year with any."""
    values = by_indicator("wdi-ilo-context/globalization_osce_1990_2025.csv")
    values |= by_indicator("wdi-ilo-context/labour_osce_1990_2025.csv")
    income, out, into, without_work = (
        "alternative_gdp_per_capita_ppp_wb",
        "exports_percent_of_gdp",
        "imports_percent_of_gdp",
        "aged_15plus_unemployment_rate_percent",
    )
    used = sorted(
        {
            (iso3, year)
            for iso3, year, name in values
            if year in {1990, 1995, 2000, 2005, 2010, 2015, 2019, 2023, 2024}
            and name in {income, out, into, without_work}
        }
    )
    for iso3, year in used:
        sums = {
            column: sum(given) if None not in given else None
            for column, names in (
                ("gdp_per_head", [income]),
                ("trade_percent", [out, into]),
                ("unemployment_percent", [without_work]),
            )
            for given in [[values.get((iso3, year, name)) for name in names]]
        }
        yield {"iso3": iso3, "year": year} | {
            column: number and rounded(number, 0 if column == "gdp_per_head" else 2)
            for column, number in sums.items()
        }


@second_path("household-surveys")
def test_household_surveys():
    """The mean over the surveys of a period, added up and divided survey by survey."""
    values = by_indicator("wdi-ilo-context/inequality_osce_1990_2025.csv")
    for iso3 in sorted({key[0] for key in values}):
        for first, last in ((1990, 1994), (1999, 2003), (2008, 2012), (2018, 2024)):
            gini, poor = (
                [
                    values[iso3, year, name]
                    for year in range(first, last + 1)
                    if (iso3, year, name) in values
                ]
                for name in ("inequality_index_gini", "poverty_percent_people_below_830_a_day")
            )
            assert len(gini) == len(poor), (iso3, first)
            if gini:
                yield {
                    "iso3": iso3,
                    "period": f"{first}-{last}",
                    "gini": rounded(sum(gini) / len(gini), 2),
                    "below_830": rounded(sum(poor) / len(poor), 2),
                    "surveys": len(gini),
                }


@second_path("income-inequality")
def test_income_inequality():
    """Gini of disposable income, not of market income, which stands beside it."""
    for row in lines("swiid/swiid_osce_1980_2025.csv"):
        if row["year"] in {"1990", "1995", "2000", "2005", "2010", "2015", "2022"}:
            yield {
                "iso3": row["iso3"],
                "year": row["year"],
                "gini": row["gini_disp"],
                "standard_error": row["gini_disp_se"],
            }


SDG_831 = "ilostat-informal-employment/sdg_0831_informal_by_sex_activity.csv"


@second_path("informal-employment")
def test_informal_employment():
    """Rates of both extractions; of a revised survey only the last year that both have."""
    january = {
        (row["iso3"], row["year"]): row["value"]
        for row in lines(SDG_831)
        if row["area"] == "" and row["sex"] == "total" and row["activity"] == "all activities"
        and row["value"]
    }  # fmt: skip
    july = [
        row
        for row in lines("ilostat-informal-employment/informal_rate_by_sex_2024.csv")
        if row["sex"] == "total"
    ]
    last = {}
    for row in july:
        if (row["iso3"], row["year"]) in january:
            last[row["iso3"]] = max(last.get(row["iso3"], ""), row["year"])
    for row in july:
        survey = "other household survey"
        if row["survey"].startswith("LFS"):
            survey = "labour force survey"
        elif row["survey"].lower().endswith("income and living conditions"):
            survey = "income and living conditions"
        if survey == "income and living conditions" and row["year"] != last.get(row["iso3"]):
            continue
        yield {
            "iso3": row["iso3"],
            "year": row["year"],
            "survey": survey,
            "series_break": row["status"] == "Break in series",
            "percent_january_2024": january.get((row["iso3"], row["year"])),
            "percent_july_2024": row["value"],
        }


@second_path("informal-employment-regions")
def test_informal_employment_regions():
    """All regions but those of income below the highest."""
    for row in lines(SDG_831):
        income = "income countries" in row["area"] and not row["area"].startswith("High")
        if row["area"] and row["sex"] == "total" and not income:
            yield {"region": row["area"], "year": row["year"], "percent": row["value"]}


@second_path("informality-by-activity")
def test_informality_by_activity():
    """The last year of each State that is no member of the Union and has a labour force survey."""
    union = {
        row["iso3"]
        for row in lines("osce-states/osce_participating_states.csv")
        if row["eu_member_2026"] == "1"
    }
    names = {"market services": "market services", "mining": "mining, electricity, gas and water"}
    rows = [
        row
        for row in lines(SDG_831)
        if row["area"] == "" and row["sex"] == "total" and row["survey"].startswith("BA:")
        and row["iso3"] not in union
    ]  # fmt: skip
    last = {}
    for row in rows:
        last[row["iso3"]] = max(last.get(row["iso3"], ""), row["year"])
    for row in rows:
        left_out = {"non-agriculture", "agriculture (aggregate)"}
        if row["year"] != last[row["iso3"]] or row["activity"] in left_out:
            continue
        if row["activity"].startswith("non-market"):
            continue
        short = row["activity"].split(" (")[0].split(",")[0]
        yield {
            "iso3": row["iso3"],
            "year": row["year"],
            "activity": names.get(short, short),
            "informal_percent": row["value"] or None,
            "unreliable": "yes" if row["status"] == "U" else "no",
        }


@second_path("labour-inspectors")
def test_labour_inspectors():
    """Two periods; the one value that is a hundred times the year before is left out."""
    for row in lines("ilostat-labour-inspectors-2024/lai_inde_osce_2009_2024.csv"):
        if row["year"] in {"2013", "2014", "2015", "2016", "2017"} or float(row["value"]) > 30:
            continue
        yield {"iso3": row["iso3"], "year": row["year"], "per_10000": row["value"]}


def test_the_breaks_of_inspectors_leave_out_czechia_and_two_years_of_poland():
    """Of 22 States inspectors became fewer in 15 and more in 4, by the original."""
    frame = data.read("labour-inspectors")
    kept = data.as_first_defined(frame)
    parted = frame.drop(kept.index)
    apart = set(zip(parted["iso3"], parted["year"], strict=True))
    years = {iso3: {year for state, year in apart if state == iso3} for iso3, _ in apart}
    of_czechia = set(frame.loc[frame["iso3"].eq("CZE") & frame["year"].ge(2012), "year"])
    assert years == {"CZE": of_czechia, "POL": {2011, 2012}}
    rates: dict[tuple[str, bool], list[float]] = {}
    for row in test_labour_inspectors.rows():
        year = int(row["year"])
        if (row["iso3"], year) not in apart and not 2012 < year < 2021:
            rates.setdefault((row["iso3"], year > 2020), []).append(float(row["per_10000"]))
    mean = {key: sum(each) / len(each) for key, each in rates.items()}
    ratios = [
        mean[iso3, True] / then
        for (iso3, now), then in mean.items()
        if (iso3, True) in mean and not now
    ]
    counts = sum(each < 0.95 for each in ratios), sum(each > 1.05 for each in ratios)
    assert (len(ratios), *counts) == (22, 15, 4)


@second_path("labour-rights-scores")
def test_labour_rights_scores():
    """The first and the last year, 0 the best and 10 the worst as in the original."""
    for row in lines("ilostat-sdg882-labour-rights/sdg_0882_osce_2015_2024.csv"):
        assert row["unit"] == "score 0 (best) to 10 (worst)"
        if row["year"] in {"2015", "2024"}:
            yield {
                "place": row["area"] or row["iso3"],
                "year": row["year"],
                "region": row["area"],
                "score": row["value"],
            }


@second_path("unions-and-bargaining")
def test_unions_and_bargaining():
    """The first value of early periods, else the last; of the OECD only counted members."""
    names = {"ILR_TUMT_NOC_RT": "union density", "ILR_CBCT_NOC_RT": "bargaining coverage"}
    values = {}
    for row in lines("union-density-bargaining/ilostat_tud_cbc_labourshare_osce.csv"):
        if row["indicator"] in names and row["value"]:
            at = row["iso3"], names[row["indicator"]]
            values.setdefault(at, {})[int(row["year"])] = Decimal(row["value"])
    for row in lines("union-density-bargaining/oecd_tud_cbc_osce_1960_2017.csv"):
        if (row["indicator"], row["kind"]) == ("TUD", "ADM") and row["value"]:
            at = row["iso3"], "union density, OECD"
            values.setdefault(at, {})[int(row["year"])] = Decimal(row["value"])
    for (iso3, measure), of_years in sorted(values.items()):
        early = (1990, 1992) if measure.endswith("OECD") else (2000, 2005)
        periods = [(early, min), ((2008, 2011), max)]
        if not measure.endswith("OECD"):
            periods.append(((2016, 2020), max))
        for (first, last), chosen in periods:
            inside = [year for year in of_years if first <= year <= last]
            if inside:
                yield {
                    "iso3": iso3,
                    "measure": measure,
                    "period": f"{first}-{last}",
                    "year": chosen(inside),
                    "percent": rounded(of_years[chosen(inside)], 2),
                }


@second_path("vulnerable-employment")
def test_vulnerable_employment():
    """Own-account and family workers, not the employees that stand in the same file."""
    for row in lines("wdi-vulnerable-employment/vulnerable_wage_employment_osce_1991_2019.csv"):
        used = row["year"] in {"1991", "2000", "2010", "2019"}
        if row["indicator"] == "SL.EMP.VULN.ZS" and used:
            yield {"iso3": row["iso3"], "year": row["year"], "percent": row["value"]}


@second_path("women-by-activity")
def test_women_by_activity():
    """Women's share of all employment by least squares over the three activities."""
    values = by_indicator("wdi-ilo-context/structure_osce_1990_2025.csv")
    parts = {"agriculture": "agriculture", "industry": "industry", "services": "service"}
    for iso3 in sorted({iso3 for iso3, year, name in values if year == 2023}):
        everyone, women, men = (
            [
                values.get((iso3, 2023, f"{whose}{name}_workers_percent_of_{whose}employment"))
                for name in parts.values()
            ]
            for whose in ("", "female_", "male_")
        )
        if None in everyone:
            continue
        trio = list(zip(everyone, women, men, strict=True))
        share = sum((a - m) * (w - m) for a, w, m in trio) / sum((w - m) ** 2 for _, w, m in trio)
        for name, (of_all, of_women, _) in zip(parts, trio, strict=True):
            yield {
                "iso3": iso3,
                "activity": name,
                "year": 2023,
                "women_percent": rounded(100 * share * of_women / of_all, 1),
                "part_of_all_percent": rounded(of_all, 1),
            }


def test_income_per_head_equals_an_older_vintage_within_revisions():
    wide = pd.read_csv(
        original("wdi-gdp-ppp-aggregates/API_NY.GDP.PCAP.PP.KD_DS2_en_csv_v2_1588678.csv"),
        skiprows=4,
    )
    years = [column for column in wide if column.isdigit()]
    older = wide.melt("Country Code", years, "year").rename(columns={"Country Code": "iso3"})
    older = older.astype({"year": int})
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
    book = original("ilostat-labour-inspection/LAI_INDE_NOC_RT_A_EN.xlsx")
    export = pd.read_excel(book, header=5).rename(columns={"Time": "year"})
    names = data.states()["name"]
    export["iso3"] = export["Reference area"].map(dict(zip(names, names.index, strict=True)))
    both = data.read("labour-inspectors").merge(export, on=["iso3", "year"])
    apart = (both["per_10000"].astype(float) - both["Value"]).abs()
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
        for row in rows_of(original("wdi-ilo-context/structure_osce_1990_2025.csv"))
        if row["year"] == "2023"
    }
    frame = data.read("women-by-activity")
    both = frame["women_percent"] * frame["part_of_all_percent"] / 100
    of_women = both.groupby(frame["iso3"]).sum()  # women among all employed people
    for row, women in zip(frame.itertuples(), both, strict=True):
        name = row.activity.removesuffix("s")
        part = printed[row.iso3, f"female_{name}_workers_percent_of_female_employment"]
        assert 100 * women / of_women[row.iso3] == pytest.approx(part, abs=0.5), row
