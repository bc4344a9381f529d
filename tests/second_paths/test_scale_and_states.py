"""The slavery index, estimates, pay, the States and their rules, by a path that no builder took."""

from datetime import date

import pandas as pd
import pytest

from decentwork import data
from reached import cut, second_path

STATES = "osce-states/osce_participating_states.csv"
INDEX_NAMES = {
    "Czech Republic": "CZE", "Macedonia": "MKD", "Moldova": "MDA", "Moldova, Republic of": "MDA",
    "Macedonia, the former Yugoslav Republic of": "MKD", "Russia": "RUS", "Turkey": "TUR",
    "United States": "USA",
}  # fmt: skip
"""Names of participating States in the index that are not those of the book."""
NOTE = date(2011, 6, 20)
"""The day to which the flags of 2011 speak."""

# ------------------------------------------------------------------ the slavery index


def of_edition(edition):
    """The rows of an edition that are participating States, by code."""
    codes = cut(STATES).set_index("name")["iso3"].to_dict() | INDEX_NAMES
    rows = cut(f"global-slavery-index/gsi_{edition}_country.csv", country=codes)
    return rows[rows["country"].isin(codes.values())].set_index("country")


@second_path("slavery-index")
def test_slavery_index():
    """All States in all editions: a missing one has no number, and fewer than 1,000 is no 0."""
    for edition, of_year in ((2016, 2016), (2018, 2016), (2023, 2021)):
        rows = of_edition(edition).to_dict("index")
        for iso3 in cut(STATES)["iso3"]:
            row = rows.get(iso3, {})
            people = row.get("estimated_number", "")
            few = row.get("estimated_number_text") == "<1,000"
            status = "estimated" if people else "no estimate" if row else "not in the edition"
            yield {
                "iso3": iso3,
                "edition": edition,
                "reference_year": of_year,
                "status": "below 1,000" if few else status,
                "population": row.get("population", "").removesuffix(".0").removeprefix("0"),
                "per_thousand": row.get("prevalence_per_1000", ""),
                "people": people,
                "people_low": "0" if few else people,
                "people_high": "999" if few else people,
            }


@second_path("slavery-index-inputs")
def test_slavery_index_inputs():
    """Scores of the States with an estimate; Liechtenstein is in the table without one."""
    names = {
        "v_governance": "governance", "v_basic_needs": "basic_needs",
        "v_inequality": "inequality", "v_disenfranchised": "disenfranchised",
        "v_conflict": "conflict", "vulnerability_total": "vulnerability",
    }  # fmt: skip
    rows = of_edition(2023).query("estimated_number != ''").rename(columns=names)
    return rows.rename_axis("iso3").reset_index()[["iso3", "region", *names.values()]]


def test_slavery_index_moves_between_editions_as_independent_texts_print_it():
    people = data.read("slavery-index").pivot(index="iso3", columns="edition", values="people")
    assert people.loc["DEU"].tolist() == [14_500, 167_000, 47_000]
    assert people.loc["GBR"].tolist() == [11_700, 136_000, 122_000]
    assert people.loc["USA"].tolist() == [57_700, 403_000, 1_091_000]


# ------------------------------------------------------------------ estimates and pay


def test_people_behind_the_profits_are_those_of_the_estimate():
    frame = data.read("profits-by-sector")
    million = (1000 * frame["usd_billion"] / frame["usd_per_victim"]).sum()
    assert million == pytest.approx(17.3, abs=0.1)
    other = data.read("ilo-profits").query("edition == 2024 and dimension == 'sector'")
    other = other.set_index("category")["usd_billion"]
    for row in frame.itertuples():
        assert row.usd_billion == pytest.approx(other[row.sector], abs=0.45), row


def test_the_kinds_of_work_of_2021_add_up_to_the_total():
    rows = data.read("ilo-rounds").query("round == 2022 and dimension in ('sector', 'form')")
    parts = rows.loc[rows["category"] != "labour exploitation", "million"]
    assert parts.sum() == pytest.approx(27.6, abs=0.3)


def test_control_records_lie_within_each_other():
    frame = data.read("control-records")
    labour = frame[frame["form"] == "labour"].set_index("category")
    assert labour.loc["threats", "records"] == 18_484 + 4  # labour alone, and with another form
    single = labour.loc[["family", "friend", "intimate partner"], "noted"]
    assert single.max() <= labour.loc["family, friend or partner", "noted"] <= single.sum()


def test_pay_slips_hold_what_was_left_and_what_was_taken():
    slips = data.read("pay-slips").set_index(["case", "item"])["amount_high"]
    farm = slips["One UK farm: a guaranteed week"]
    assert farm["pay"] == pytest.approx(32 * 10.42)
    taken = farm["pay"] - farm["left to the worker"] - farm["repayment of the flight"]
    assert slips["UK rule: most for housing, 2023", "housing"] < taken < 70


# ------------------------------------------------------------------ the States


def test_members_of_2011_are_those_that_had_joined():
    """The flags follow from the days of accession."""
    frame = data.read("participating-states")
    joined = pd.DataFrame(
        {
            "osce_2011": frame["osce_since"] <= pd.Timestamp(NOTE),
            "eu_2011": frame["eu_since"] <= pd.Timestamp(NOTE),
            "coe_2011": (frame["coe_since"] < NOTE.year).fillna(False),
        }
    )
    assert (joined == frame[[*joined]]).all(axis=None)


@pytest.fixture(scope="module")
def rules():
    return data.read("policy-fields").query("force == 'firm'")


def states_bound(codes):
    """Return how many States one of the treaties or more bound in June 2011, and binds today."""
    members = data.read("participating-states").set_index("iso3")
    treaties = data.read("treaty-ratifications")
    party = treaties[treaties["instrument"].isin(codes) & treaties["status"].eq("party")]
    then = set(party.loc[party["deposited"] <= pd.Timestamp(NOTE), "iso3"])
    then, now = then & set(members.index[members["osce_2011"]]), set(party["iso3"])
    if "members of the Council of Europe" in codes:
        then |= set(members.index[members["coe_2011"]])
        now |= set(members.index[members["coe_2026"]])
    return len(then), len(now)


BOUND = {
    ("labour", 1900): (52, 53),
    ("migration", 1900): (54, 56),
    ("access to justice", 1900): (54, 56),
    ("corporate accountability", 1900): (54, 56),
    ("fundamental rights", 1900): (55, 56),
    ("anti-corruption", 1900): (0, 0),
    ("migration", 2005): (34, 52),
    ("fundamental rights", 2005): (34, 47),
    ("labour", 2005): (0, 31),
}
"""Field and first year of its rules: States bound in June 2011, and today."""


def test_states_bound_by_a_firm_rule_are_counted_row_by_row(rules):
    named = rules[rules["names"] != "neither"]
    for (field, since), wanted in BOUND.items():
        codes = named.loc[named["field"].eq(field) & named["adopted"].ge(since), "bound"]
        assert states_bound(set(codes)) == wanted, (field, since)


def test_rules_on_trafficking_reach_seven_fields_and_leave_labour_to_forced_labour(rules):
    fields = rules[rules["names"].isin(["trafficking", "both"])].groupby("field")["bound"].agg(set)
    then = {field: states_bound(codes)[0] for field, codes in fields.items()}
    assert then.pop("labour") == 0  # the Protocol of 2014 alone, which is later than June 2011
    assert (len(then), min(then.values()), max(then.values())) == (7, 54, 55)


def test_every_instrument_is_a_treaty_with_a_list_of_parties_or_a_named_group():
    groups = {"members of the European Union", "members of the Council of Europe",
              "participating States", "not counted"}  # fmt: skip
    treaties = set(data.read("treaty-ratifications")["instrument"])
    assert set(data.read("policy-fields")["bound"]) <= treaties | groups
