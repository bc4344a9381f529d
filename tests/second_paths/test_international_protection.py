"""Asylum, referrals, permits and trauma, by a path that no builder took."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from at_hand import original, rows_of
from decentwork import data
from reached import second_path


def rows(file):
    return rows_of(original(file))


def test_nationalities_add_to_the_arrivals_and_referrals_of_each_year():
    boats = data.read("small-boat-referrals").groupby("year")[["arrivals", "referred"]].sum()
    for row in rows("uk-small-boats-nrm/nrm_referrals_by_arrival_year.csv"):
        year = int(row["arrival_year"])
        assert boats.loc[year, "arrivals"] == int(row["arrivals"])
        assert boats.loc[year, "referred"] == int(row["nrm_referral_raised"])


def test_first_decisions_on_arrivals_are_those_counted_before():
    decided = data.read("small-boat-decisions").query("stage == 'reasonable'")
    for row in rows("uk-small-boats-nrm/nrm_positive_rate_by_arrival_year.csv"):
        found = decided[decided["year"] == int(row["arrival_year"])].set_index("outcome")["people"]
        assert found["positive"] == int(row["reasonable_positive"])
        assert found["negative"] == int(row["reasonable_negative"])


def test_first_decisions_waits_and_closures_add_to_the_referrals_of_each_year():
    every = data.read("small-boat-decisions")
    second = every["stage"].eq("conclusive")
    second |= every["outcome"].eq("awaiting a conclusive grounds decision")
    found = every[~second].groupby("year")["people"].sum()
    referred = data.read("small-boat-referrals").groupby("year")["referred"].sum()
    assert found.to_dict() == referred.to_dict()


def test_decisions_typed_twice_agree():
    # The second hand marked two decisions "against": here a group accepted in a narrow form, and a
    # refusal of the status that leaves another protection, are "mixed".
    other = {"418328": "mixed", "9a K 3963": "mixed"}
    courts = data.read("asylum-court-decisions").set_index("date")
    compared = 0
    for row in rows("panels-1-2-tables/case_law_trafficking_asylum.csv"):
        if row["date"] not in courts.index:
            continue  # AM and BM (Albania): its day was not seen again
        found = courts.loc[[row["date"]]]
        number = next((n for n in other if n in row["reference"]), None)
        assert other.get(number, row["direction"]) in set(found["direction"]), row
        compared += 1
    assert compared == 14


def test_percentages_of_studies_typed_twice_agree():
    keys = {
        "kiss-ptsd": ("kiss2015lancet", "PTSD symptoms"),
        "abas-ptsd": ("abas2013", "PTSD alone or comorbid"),
        "turnermoss": ("turnermoss2014", "one or more post-traumatic stress symptoms"),
        "evans-complex": ("evans2022", "complex PTSD"),
        "evans-ptsd": ("evans2022", "PTSD"),
        "steel-ptsd": ("steel2009", "PTSD (unadjusted weighted)"),
    }
    typed = {
        (row["source_key"], row["outcome"]): float(row["percent"])
        for row in rows("migration-asylum-tables/trauma_prevalence.csv")
    }
    found = data.read("trauma-studies").set_index("estimate")["percent"]
    for name, key in keys.items():
        assert found[name] == typed[key], name


def test_permits_typed_twice_agree():
    typed = {
        (row["jurisdiction"], row["year"]): int(row["value"])
        for row in rows("migration-asylum-tables/victim_residence_permits.csv")
    }
    found = data.read("victim-permits").query("kind != 'victims'")
    places = {"EU": "EU", "UK": "UK", "US": "US"}
    for row in found.itertuples():
        period = row.period.replace(" to ", "-")
        assert typed[places[row.place], period] == row.number, row


def test_shares_in_detention_typed_twice_agree():
    typed = {
        row["period"]: row["share_of_detentions_for_return_with_nrm_referral_pct"]
        for row in rows("panels-1-2-tables/uk_small_boat_detention_nrm.csv")
    }
    detained = data.read("detention-referrals")
    found = detained[detained["of_whom"].str.startswith("detentions")].set_index("period")
    for year in ("2019", "2020", "2021"):
        assert found.loc[year, "percent"] == float(typed[year])
    newest = found.loc["January to September 2022"]
    assert newest["percent"] == pytest.approx(100 * 842 / newest["base"], abs=0.01)
    assert 60 < newest["percent"] < 70  # "two thirds", as the report prints


def test_no_nationality_exceeds_all_decisions_of_its_state():
    every = pd.DataFrame(rows("unhcr-refugees/asylum_decisions_osce.csv"))
    every = every[every["year"].astype(int).between(2021, 2025)]
    recognised = every["dec_recognized"].astype(int).groupby(every["coa_iso"]).sum()
    for row in data.read("protection-by-origin").itertuples():
        assert row.refugee <= recognised[row.iso3]


def test_the_synthesis_by_hand():
    """Paule and Mandel by a root finder, Hartung and Knapp by their formula."""
    trauma = data.read("trauma-studies")
    kept = trauma[trauma["pooled"] & (trauma["measure"] == "screen")]
    events, n = kept["events"].to_numpy(float), kept["n"].to_numpy(float)
    effect, variance = np.log(events / (n - events)), 1 / events + 1 / (n - events)

    def excess(tau2):
        weight = 1 / (variance + tau2)
        mean = (weight * effect).sum() / weight.sum()
        return (weight * (effect - mean) ** 2).sum() - (len(effect) - 1)

    tau2 = optimize.brentq(excess, 0, 10)
    weight = 1 / (variance + tau2)
    mean = (weight * effect).sum() / weight.sum()
    half = stats.t.ppf(0.975, 2) * np.sqrt((weight * (effect - mean) ** 2).sum() / 2 / weight.sum())
    ends = [100 / (1 + np.exp(-end)) for end in (mean - half, mean, mean + half)]
    assert ends == pytest.approx([27.59, 35.97, 45.31], abs=0.01)


def test_waits_and_shares_that_the_chapter_prints():
    waits = data.read("uk-first-decision-wait").set_index("quarter_end")
    june = waits.loc[pd.Timestamp("2023-06-30")]
    assert june["cases"] == 134_046  # as later bulletins print it
    split = waits.dropna(subset=["over_six_months"])
    assert (split["up_to_six_months"] + split["over_six_months"] == split["cases"]).all()
    pending = data.read("asylum-pending")
    without = pending[pending["iso3"] != "USA"].groupby("year")["pending"].sum()
    assert without[[2011, 2025]].tolist() == [372_355, 1_722_395]


# The known numbers of built tables, each reached in the original in plain Python.


@second_path("asylum-pending")
def test_known_numbers_of_asylum_pending():
    return [
        {"iso3": row["coa_iso"], "year": row["year"], "pending": row["asylum_seekers"]}
        for row in rows("unhcr-refugees/population_osce_by_asylum_country.csv")
        if "2000" <= row["year"] <= "2025"
    ]


@second_path("protection-by-origin")
def test_known_numbers_of_protection_by_origin():
    parts = {"recognized": "refugee", "other": "other", "rejected": "rejected", "closed": "closed"}
    added: dict[tuple[str, str], Counter] = {}
    for row in rows("unhcr-refugees/asylum_decisions_osce_by_origin_2011_2025.csv"):
        if row["year"] >= "2021" and row["coo_iso"] in ("AFG", "ALB", "ERI", "NGA", "VNM"):
            counts = added.setdefault((row["coo_iso"], row["coa_iso"]), Counter())
            for theirs, ours in parts.items():
                counts[ours] += int(row[f"dec_{theirs}"])
    return [
        {"origin": origin, "iso3": state, **counts}
        for (origin, state), counts in added.items()
        if sum(counts.values()) - counts["closed"] >= 1000
    ]


@second_path("small-boat-decisions")
def test_known_numbers_of_small_boat_decisions():
    stages = {"R": "reasonable", "C": "conclusive", "A": "waiting", "W": "closed"}
    return [
        {
            "year": row["arrival_year"], "stage": stages[row["outcome_group"][0]],
            "outcome": row["outcome"].lower().replace("/", " or "), "people": row["people"],
        }
        for row in rows("uk-small-boats-nrm/nrm_outcomes_by_arrival_year.csv")
    ]  # fmt: skip


@second_path("small-boat-referrals")
def test_known_numbers_of_small_boat_referrals():
    other_names = {"Vietnam": "Viet Nam", "Turkey": "Türkiye", "Ivory Coast": "Côte d'Ivoire",
                   "Gambia, The": "Gambia", "Refugee": "recognised refugee",
                   "Myanmar (Burma)": "Myanmar"}  # fmt: skip
    return [
        {
            "year": row["arrival_year"], "referred": row["nrm_referral_raised"],
            "nationality": other_names.get(row["nationality"], row["nationality"]),
            "arrivals": int(row["nrm_referral_raised"]) + int(row["no_nrm_referral"]),
        }
        for row in rows("uk-small-boats-nrm/nrm_referrals_by_arrival_year_nationality.csv")
    ]  # fmt: skip


@second_path("temporary-protection")
def test_known_numbers_of_temporary_protection():
    codes = {"EL": "GRC"} | {row.iso2: row.Index for row in data.states().itertuples()}
    return [
        {"iso3": codes[row["geo"]], "month": row["month"], "flag": row["flag"],
         "people": int(float(row["beneficiaries_ua_citizens"]))}
        for row in rows("eurostat-temporary-protection/migr_asytpsm_ua_monthly_2022-03_2025-03.csv")
        if row["month"] >= "2022-08" and row["beneficiaries_ua_citizens"]
    ]  # fmt: skip


@second_path("uk-age-disputes")
def test_known_numbers_of_age_disputes():
    outcomes = {"18+": "resolved, adult", "Less than 18": "resolved, under 18"}
    people: Counter[tuple[str, str]] = Counter()
    for row in rows("uk-asylum-waiting/age_disputes_by_year.csv"):
        step = outcomes.get(row["type_or_outcome"], "raised")
        assert (step == "raised") == (row["raised_or_resolved"] == "Raised")
        people[row["year"], step] += int(row["people"])
    return [{"year": year, "step": step, "people": n} for (year, step), n in people.items()]


@second_path("uk-asylum-caseload")
def test_known_numbers_of_the_asylum_caseload():
    ages = {
        "0_12_months": "up to one year", "12_24_months": "one to two years",
        "24_36_months": "two to three years", "over_36_months": "over three years",
    }  # fmt: skip
    return [
        {"year": row["date"][:4], "awaiting_initial_decision": row["awaiting_initial_decision"],
         "age_of_case": age, "cases": row[f"age_{theirs}"]}
        for row in rows("uk-asylum-waiting/asylum_work_in_progress_june_2011_2023.csv")
        for theirs, age in ages.items()
    ]  # fmt: skip


@second_path("uk-asylum-speed")
def test_known_numbers_of_asylum_speed():
    return [
        {"quarter_end": row["date"], "applications": row["applications"],
         "decided": row["completed"]}
        for row in rows("uk-asylum-waiting/applications_decided_within_period.csv")
    ]  # fmt: skip
