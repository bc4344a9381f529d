"""Migrants, domestic workers, schemes, asylum and trauma, by a path that no builder took."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from decentwork import data
from reached import cut, second_path, value

SECTIONS = "oecd-employment-by-section/employment_by_isic4_section_osce.csv"
H2A = "us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv"
TABLES = "migration-asylum-tables"

# ------------------------------------------------------------------ work of migrants


@second_path("employment-by-section")
def test_employment_by_section():
    """States with both years in all four sections, without the two whose survey changed."""
    activities = {
        "A": "farming, forestry and fishing",
        "N": "administrative and support services, with cleaning",
        "Q": "health and social work, with care",
        "T": "households as employers",
    }
    rows = cut(SECTIONS, "iso3 year section employed_thousand total_employed_thousand share_pct",
               "year in ('2011', '2019') and section in ('A', 'N', 'Q', 'T') "
               "and iso3 not in ('FRA', 'TUR')")  # fmt: skip
    rows = rows[rows.groupby("iso3")["year"].transform("size") == 8]
    of_all, whole, share = (rows.pop(name).astype(float) for name in rows.columns[3:])
    assert (100 * of_all / whole - share).abs().max() <= 0.001
    found = {"employed_thousand": of_all, "all_employed_thousand": whole}
    return rows.assign(**found, activity=rows["section"].map(activities))


def test_farm_work_shrank_over_all_states_and_care_grew_in_every_state():
    frame = data.read("employment-by-section")
    frame["employed_thousand"] = frame["employed_thousand"].astype(float)
    for left_out, by_a_second_reader in (
        ([], {"A": -18.6, "N": 20.5, "Q": 12.1, "T": -1.7}),
        (["RUS"], {"A": -14.7, "N": 13.7, "Q": 15.2}),
    ):
        kept = frame[~frame["iso3"].isin(left_out)]
        sums = kept.groupby(["section", "year"])["employed_thousand"].sum().unstack()
        change = (100 * (sums[2019] / sums[2011] - 1)).round(1).to_dict()
        assert by_a_second_reader.items() <= change.items()
    wide = frame.pivot(index=["section", "iso3"], columns="year", values="employed_thousand")
    grew = wide[2019] > wide[2011]
    assert grew["Q"].all() and set(grew["A"].index[grew["A"]]) == {"ESP", "ITA"}


@second_path("us-temporary-work")
def test_us_temporary_work():
    """The own count while the files last, then the Institute's; visas are the Institute's."""
    columns = "fiscal_year programme number=positions_certified"
    own = cut("us-h2-certified/h2a_h2b_positions_certified_fy2008_2019.csv", columns)
    last = own.query("programme == 'H-2A'")["fiscal_year"].max()
    later = cut(H2A, "fiscal_year number=jobs_certified", f"fiscal_year > '{last}'")
    visas = cut(H2A, "fiscal_year number=visas_issued").assign(counts="visas issued")
    rows = pd.concat([own, later, visas])
    return rows.fillna({"programme": "H-2A", "counts": "positions certified"})


def test_positions_counted_here_are_near_those_of_the_institute():
    theirs = cut(H2A, "year=fiscal_year jobs_certified").astype(int).set_index("year").squeeze()
    ours = data.read("us-temporary-work").query("counts == 'positions certified'")
    farm = ours.query("programme == 'H-2A'").set_index("fiscal_year")["number"].astype(float)
    both = range(2009, 2018)
    assert ((farm[both] / theirs[both] - 1).abs() <= 0.003).all()


def test_people_found_are_the_sum_of_the_member_states():
    """Eurostat revises States and Union apart: in four years they differ by up to 0.13 per cent."""
    rows = cut("eurostat-illegally-present/migr_eipre_total_2014_2023.csv",
               where="reason == 'Total' and persons != ''", year=int, persons=int)  # fmt: skip
    outside = "Iceland|Liechtenstein|Montenegro|Norway|Switzerland|United Kingdom|European Union"
    members = rows[~rows["country"].str.match(outside)].groupby("year")["persons"]
    ours = data.read("found-irregularly-present").set_index("year")["persons"]
    apart = (members.sum() / ours - 1).abs()
    assert set(members.size()) == {27} and len(apart) == 10 and apart.max() < 0.0015


def test_migrants_add_up_as_a_second_reader_computed():
    frame = data.read("migrants-by-sex")
    years = frame.groupby("year")[["women", "migrants"]].sum().astype(float)
    women = (100 * years["women"] / years["migrants"]).round(1)
    assert women[[1990, 2010, 2024]].tolist() == [52.1, 51.8, 51.5]
    stock = frame.query("year == 2024").set_index("iso3")["migrants"]
    parties = {"ALB", "AZE", "BIH", "KGZ", "TJK", "TUR"}  # counted by hand in a list of 2022
    assert stock.sum() == 166_876_720
    assert round(100 * stock[sorted(parties)].sum() / stock.sum()) == 5
    treaties = data.read("treaty-ratifications").query("instrument == 'ICRMW'")
    assert set(treaties.loc[treaties["status"] == "party", "iso3"]) == parties


def rows_of(frame, *columns):
    """The rows of a frame in some columns, numbers as floats, in one order."""
    given = frame[[*columns]].to_numpy(object).tolist()
    return sorted([[each if isinstance(each, str) else float(each) for each in row]
                   for row in given])  # fmt: skip


def test_typed_tables_of_migrants_equal_their_originals():
    names = {"indicators of trafficking": "signs of trafficking",
             "no access to own passport": "passport not in own hands"}  # fmt: skip
    theirs = cut("panels-1-2-tables/uk_overseas_domestic_workers_kalayaan_2008_2024.csv",
                 "indicator percent", indicator=names, percent=float)  # fmt: skip
    ours = data.read("visa-rule-reports")
    assert rows_of(ours, *theirs) == rows_of(theirs, *theirs)
    theirs = cut("panels-1-2-tables/italy_decreto_flussi_outcomes.csv",
                 "flow_year quota percent_of_quota=contracts_pct_of_quota")  # fmt: skip
    theirs = theirs.astype(float).round(1)
    ours = data.read("quota-outcomes").query("stage.str.startswith('contract')")
    assert rows_of(ours, *theirs) == rows_of(theirs, *theirs)
    theirs = cut(f"{TABLES}/irregular_migrant_estimates.csv",
                 "million_low=low_million million_high=high_million").astype(float)  # fmt: skip
    ours = data.read("irregular-residents")
    assert {*map(tuple, rows_of(ours, *theirs))} == {*map(tuple, rows_of(theirs, *theirs))}
    theirs = cut(f"{TABLES}/ilo_migrant_workers_by_edition.csv",
                 "edition million=total_million women_million").set_index("edition")  # fmt: skip
    theirs = theirs.replace("", None).astype(float)
    ours = data.read("migrant-workers-by-edition").set_index("edition").loc[theirs.index]
    assert ((ours[[*theirs]].astype(float) == theirs) | theirs.isna()).all(axis=None)
    theirs = cut(f"{TABLES}/uk_seasonal_worker_quota.csv", "year maximum_places").astype(int)
    ours = data.read("seasonal-places").set_index("year")["places"]
    differ = ours - theirs.set_index("year")["maximum_places"]
    assert differ[differ.ne(0) & differ.notna()].to_dict() == {2024: 2_000}, "poultry"


def test_steps_of_the_italian_quota_keep_the_printed_shares():
    steps = data.read("quota-outcomes").query("report == 'February 2026' and flow_year == 2024")
    people = steps.set_index("stage")["people"]
    assert round(100 * people["visa issued"] / people["work authorisation"], 1) == 48.5
    assert round(100 * people["permit applied for"] / 146_850, 1) == 16.9


# ------------------------------------------------------------------ domestic work


def test_shares_of_households_equal_those_computed_before():
    base = data.read("household-employers").query("year == 2010").set_index("iso3")
    employed, everybody = base["employed_thousand"], base["all_employed_thousand"]
    before = {"ESP": 3.93, "PRT": 2.99, "TUR": 2.53, "ITA": 2.32, "DEU": 0.54, "RUS": 0.03}
    assert before.items() <= (100 * employed / everybody).astype(float).round(2).to_dict().items()
    assert round(100 * employed.sum() / everybody.sum(), 2) == 1.18


def test_regions_of_domestic_workers_add_up_to_the_world():
    frame = data.read("domestic-workers").set_index(["measure", "period", "place"]).sort_index()
    regions = frame.loc[("share of all employed", "2010"), "percent_low"].drop("World")
    number = frame.loc[("number", "2010"), "million"]
    world = number.pop("World")
    assert number.index.sort_values().equals(regions.index.sort_values())
    assert round(number.sum(), 3) == 52.553, "as the table of regions prints it"
    assert abs(number.sum() - world) < 0.05
    assert round(100 * world / (100 * number / regions).sum(), 1) == 1.7, "the share of the world"
    later = frame.loc[("number", "2019"), "million"]
    assert round(later.drop("World").sum(), 1) == later["World"]


# ------------------------------------------------------------------ small boats


def test_tables_of_small_boats_add_to_the_years_of_their_files():
    theirs = cut("uk-small-boats-nrm/nrm_referrals_by_arrival_year.csv",
                 "year=arrival_year arrivals referred=nrm_referral_raised").astype(int)  # fmt: skip
    boats = data.read("small-boat-referrals").groupby("year")[["arrivals", "referred"]].sum()
    theirs = theirs.set_index("year")
    assert boats.loc[theirs.index].to_dict() == theirs.to_dict()
    theirs = cut("uk-small-boats-nrm/nrm_positive_rate_by_arrival_year.csv",
                 "year=arrival_year positive=reasonable_positive "
                 "negative=reasonable_negative")  # fmt: skip
    theirs = theirs.astype(int).set_index("year")
    every = data.read("small-boat-decisions")
    first = every.query("stage == 'reasonable'").pivot(index="year", columns="outcome")["people"]
    assert first.loc[theirs.index, [*theirs]].to_dict() == theirs.to_dict()
    second = every["stage"].eq("conclusive")
    second |= every["outcome"].eq("awaiting a conclusive grounds decision")
    assert every[~second].groupby("year")["people"].sum().to_dict() == boats["referred"].to_dict()


# ------------------------------------------------------------------ asylum


@second_path("protection-by-origin")
def test_protection_by_origin():
    parts = {"recognized": "refugee", "other": "other", "rejected": "rejected", "closed": "closed"}
    columns = " ".join(f"{ours}=dec_{theirs}" for theirs, ours in parts.items())
    rows = cut("unhcr-refugees/asylum_decisions_osce_by_origin_2011_2025.csv",
               f"origin=coo_iso iso3=coa_iso {columns}",
               "year >= '2021' and coo_iso in ('AFG', 'ALB', 'ERI', 'NGA', 'VNM')",
               **dict.fromkeys(parts.values(), int))  # fmt: skip
    sums = rows.groupby(["origin", "iso3"], as_index=False).sum()
    return sums[sums["refugee"] + sums["other"] + sums["rejected"] >= 1000]


def test_no_nationality_exceeds_all_decisions_of_its_state():
    every = cut("unhcr-refugees/asylum_decisions_osce.csv",
                "iso3=coa_iso recognised=dec_recognized", "'2021' <= year <= '2025'",
                recognised=int)  # fmt: skip
    ours = data.read("protection-by-origin")
    assert (ours["refugee"] <= ours["iso3"].map(every.groupby("iso3")["recognised"].sum())).all()


@second_path("uk-age-disputes")
def test_age_disputes():
    outcomes = {"18+": "resolved, adult", "Less than 18": "resolved, under 18"}
    rows = cut("uk-asylum-waiting/age_disputes_by_year.csv",
               "year step=type_or_outcome raised_or_resolved people",
               step=lambda said: outcomes.get(said, "raised"), people=int)  # fmt: skip
    assert (rows["step"].eq("raised") == rows["raised_or_resolved"].eq("Raised")).all()
    return rows.groupby(["year", "step"], as_index=False)["people"].sum()


@second_path("uk-asylum-caseload")
def test_the_asylum_caseload():
    ages = {
        "0_12_months": "up to one year", "12_24_months": "one to two years",
        "24_36_months": "two to three years", "over_36_months": "over three years",
    }  # fmt: skip
    for theirs, age in ages.items():
        rows = cut("uk-asylum-waiting/asylum_work_in_progress_june_2011_2023.csv",
                   f"year=date awaiting_initial_decision cases=age_{theirs}",
                   year=lambda day: day[:4])  # fmt: skip
        yield from rows.assign(age_of_case=age).to_dict("records")


def test_decisions_typed_twice_agree():
    # The second hand marked two decisions "against": here a group accepted in a narrow form, and a
    # refusal of the status that leaves another protection, are "mixed".
    other = {"418328": "mixed", "9a K 3963": "mixed"}
    courts = data.read("asylum-court-decisions").set_index("date")
    theirs = cut("panels-1-2-tables/case_law_trafficking_asylum.csv")
    theirs = theirs[theirs["date"].isin(courts.index)]  # AM and BM: its day was not seen again
    assert len(theirs) == 14
    for row in theirs.itertuples():
        number = next((n for n in other if n in row.reference), None)
        ours = set(courts.loc[[row.date], "direction"])
        assert other.get(number, row.direction) in ours, row


STUDIES = {
    "kiss-ptsd": ("kiss2015lancet", "PTSD symptoms"),
    "abas-ptsd": ("abas2013", "PTSD alone or comorbid"),
    "turnermoss": ("turnermoss2014", "one or more post-traumatic stress symptoms"),
    "evans-complex": ("evans2022", "complex PTSD"),
    "evans-ptsd": ("evans2022", "PTSD"),
    "steel-ptsd": ("steel2009", "PTSD (unadjusted weighted)"),
}


def test_studies_permits_and_detentions_typed_twice_agree():
    found = data.read("trauma-studies").set_index("estimate")["percent"]
    for name, (source, outcome) in STUDIES.items():
        where = f"source_key == '{source}' and outcome == '{outcome}'"
        assert found[name] == value(f"{TABLES}/trauma_prevalence.csv", where, "percent"), name
    for row in data.read("victim-permits").query("kind != 'victims'").itertuples():
        where = f"jurisdiction == '{row.place}' and year == '{row.period.replace(' to ', '-')}'"
        assert row.number == value(f"{TABLES}/victim_residence_permits.csv", where), row
    detained = data.read("detention-referrals")
    found = detained[detained["of_whom"].str.startswith("detentions")].set_index("period")
    for year in ("2019", "2020", "2021"):
        share = value("panels-1-2-tables/uk_small_boat_detention_nrm.csv", f"period == '{year}'",
                      "share_of_detentions_for_return_with_nrm_referral_pct")  # fmt: skip
        assert found.loc[year, "percent"] == share
    newest = found.loc["January to September 2022"]
    assert newest["percent"] == pytest.approx(100 * 842 / newest["base"], abs=0.01)
    assert 60 < newest["percent"] < 70  # "two thirds", as the report prints


def test_waits_and_pending_cases_are_those_of_later_prints():
    waits = data.read("uk-first-decision-wait").set_index("quarter_end")["cases"]
    assert waits[pd.Timestamp("2023-06-30")] == 134_046  # as later bulletins print it
    pending = data.read("asylum-pending").query("iso3 != 'USA'").groupby("year")["pending"].sum()
    assert pending[[2011, 2025]].tolist() == [372_355, 1_722_395]


def test_the_synthesis_by_hand():
    """Paule and Mandel by a root finder, Hartung and Knapp by their formula."""
    kept = data.read("trauma-studies").query("pooled and measure == 'screen'")
    events, n = kept["events"].to_numpy(float), kept["n"].to_numpy(float)
    effect, variance = np.log(events / (n - events)), 1 / events + 1 / (n - events)

    def synthesis(tau2):
        weight = 1 / (variance + tau2)
        mean = (weight * effect).sum() / weight.sum()
        return mean, (weight * (effect - mean) ** 2).sum(), weight.sum()

    tau2 = optimize.brentq(lambda tau2: synthesis(tau2)[1] - (len(effect) - 1), 0, 10)
    mean, spread, weights = synthesis(tau2)
    half = stats.t.ppf(0.975, 2) * np.sqrt(spread / 2 / weights)
    ends = [100 / (1 + np.exp(-end)) for end in (mean - half, mean, mean + half)]
    assert ends == pytest.approx([27.59, 35.97, 45.31], abs=0.01)
