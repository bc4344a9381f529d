"""Income, inequality, informality and unions, by a path that no builder took."""

from decimal import Decimal

import pandas as pd

from reached import cut, rounded, second_path

CONTEXT = "wdi-ilo-context"
SDG_831 = "ilostat-informal-employment/sdg_0831_informal_by_sex_activity.csv"
UNIONS = "union-density-bargaining"
COUNTED = "indicator == 'TUD' and kind == 'ADM' and value != ''"


def by_indicator(name):
    """The values of an original in long form: a row a State and year, a column an indicator."""
    rows = cut(f"{CONTEXT}/{name}_osce_1990_2025.csv", where="value != ''", year=int, value=float)
    return rows.pivot(index=["iso3", "year"], columns="indicator", values="value")


def mean(values):
    """The mean of texts to two places, without the rounding of binary numbers."""
    return rounded(sum(map(Decimal, values)) / len(values), 2)


# Five numbers lie between two hundredths, and a binary number goes to the other of these.
@second_path("growth-and-trade", within=0.0101)
def test_growth_and_trade():
    """Income, trade and unemployment in the years that the book uses, a State-year with any."""
    parts = by_indicator("globalization")[
        ["alternative_gdp_per_capita_ppp_wb", "exports_percent_of_gdp", "imports_percent_of_gdp"]
    ].join(by_indicator("labour")[["aged_15plus_unemployment_rate_percent"]], how="outer")
    parts = parts.query("year in (1990, 1995, 2000, 2005, 2010, 2015, 2019, 2023, 2024)")
    parts = parts.dropna(how="all")
    income, out, into, without_work = parts.to_numpy().T
    columns = {"gdp_per_head": income.round(), "trade_percent": out + into,
               "unemployment_percent": without_work}  # fmt: skip
    return parts.index.to_frame(index=False).assign(**columns).round(2)


PERIODS = {
    year: f"{first}-{last}"
    for first, last in ((1990, 1994), (1999, 2003), (2008, 2012), (2018, 2024))
    for year in range(first, last + 1)
}


@second_path("household-surveys")
def test_household_surveys():
    """The mean over the surveys of a period; each survey gives both numbers."""
    names = {"inequality_index_gini": "gini", "poverty_percent_people_below_830_a_day": "below_830"}
    rows = cut(f"{CONTEXT}/inequality_osce_1990_2025.csv", where="value != ''", indicator=names)
    rows = rows[rows["indicator"].isin(names.values())]
    rows = rows.assign(period=rows["year"].astype(int).map(PERIODS)).dropna(subset="period")
    of_period = rows.groupby(["iso3", "period", "indicator"])["value"]
    numbers = of_period.agg(len).unstack()
    assert numbers["gini"].equals(numbers["below_830"].rename("gini"))
    return of_period.agg(mean).unstack().assign(surveys=numbers["gini"]).reset_index()


def not_by_activity(**words):
    """Rates of States for both sexes."""
    return cut(SDG_831, where="area == '' and sex == 'total'", **words)


@second_path("informal-employment")
def test_informal_employment():
    """Rates of both extractions; of a revised survey only the last year that both have."""

    def survey(named):
        if named.startswith("LFS"):
            return "labour force survey"
        living = named.lower().endswith("income and living conditions")
        return "income and living conditions" if living else "other household survey"

    november = not_by_activity().query("activity == 'all activities' and value != ''")
    july = cut("ilostat-informal-employment/informal_rate_by_sex_2024.csv",
               "iso3 year survey series_break=status percent_july_2024=value", "sex == 'total'",
               survey=survey, series_break=lambda status: status == "Break in series")  # fmt: skip
    november = november[["iso3", "year", "value"]].rename(
        columns={"value": "percent_november_2023"}
    )
    rows = july.merge(november, how="left")
    last = rows.dropna().groupby("iso3")["year"].max()
    revised = rows["survey"].eq("income and living conditions")
    return rows[~revised | rows["year"].eq(rows["iso3"].map(last))]


@second_path("informality-by-activity")
def test_informality_by_activity():
    """The last year of each State that is no member of the Union and has a labour force survey."""
    states = cut("osce-states/osce_participating_states.csv", where="eu_member_2026 == '1'")
    rows = not_by_activity(activity=lambda said: said.split(" (")[0].split(",")[0])
    rows = rows[rows["survey"].str.startswith("BA:") & ~rows["iso3"].isin(states["iso3"])]
    rows = rows[rows["year"] == rows.groupby("iso3")["year"].transform("max")]
    whole = not_by_activity().loc[rows.index, "activity"]
    left_out = whole.isin({"non-agriculture", "agriculture (aggregate)"})
    rows = rows[~left_out & ~whole.str.startswith("non-market")]
    return pd.DataFrame(
        {
            "iso3": rows["iso3"], "year": rows["year"], "informal_percent": rows["value"],
            "activity": rows["activity"].replace("mining", "mining, electricity, gas and water"),
            "unreliable": rows["status"].eq("U").map({True: "yes", False: "no"}),
        }
    )  # fmt: skip


@second_path("unions-and-bargaining")
def test_unions_and_bargaining():
    """The first value of early periods, else the last; of the OECD only counted members."""
    names = {"ILR_TUMT_NOC_RT": "union density", "ILR_CBCT_NOC_RT": "bargaining coverage"}
    ilo = cut(f"{UNIONS}/ilostat_tud_cbc_labourshare_osce.csv", "iso3 measure=indicator year value",
              f"indicator in {list(names)} and value != ''", measure=names)  # fmt: skip
    oecd = cut(f"{UNIONS}/oecd_tud_cbc_osce_1960_2017.csv", "iso3 measure=indicator year value",
               COUNTED, measure={"TUD": "union density, OECD"})  # fmt: skip
    of_ilo = (("2000-2005", "first"), ("2008-2011", "last"), ("2016-2020", "last"))
    of_oecd = (("1990-1992", "first"), ("2008-2011", "last"))
    found = []
    for rows, periods in ((ilo, of_ilo), (oecd, of_oecd)):
        for period, chosen in periods:
            inside = rows[rows["year"].between(*period.split("-"))].sort_values("year")
            one = inside.groupby(["iso3", "measure"], as_index=False).agg(chosen)
            found.append(one.assign(period=period))
    percent = [rounded(Decimal(number), 2) for number in pd.concat(found).pop("value")]
    return pd.concat(found).drop(columns="value").assign(percent=percent)


@second_path("women-by-activity")
def test_women_by_activity():
    """Women's share of all employment by least squares over the three activities, 2023."""
    rows = by_indicator("structure").xs(2023, level="year")
    names = {"agriculture": "agriculture", "industry": "industry", "service": "services"}
    everyone, women, men = (
        rows[[f"{whose}{name}_workers_percent_of_{whose}employment" for name in names]]
        .set_axis([*names.values()], axis=1)
        for whose in ("", "female_", "male_")
    )  # fmt: skip
    share = ((everyone - men) * (women - men)).sum(axis=1) / ((women - men) ** 2).sum(axis=1)
    found = {"women_percent": 100 * women.mul(share, axis=0) / everyone,
             "part_of_all_percent": everyone}  # fmt: skip
    rows = pd.concat({name: part.stack() for name, part in found.items()}, axis=1).dropna()
    return rows.round(1).rename_axis(["iso3", "activity"]).reset_index().assign(year=2023)
