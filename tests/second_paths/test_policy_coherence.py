"""Rules by policy field and the split of the estimate, by a path that the chapter did not take."""

import csv

import pytest

from decentwork import data

GROUPS = {
    "members of the European Union",
    "members of the Council of Europe",
    "participating States",
    "not counted",
}


def rows(table):
    """Return the rows of a table as they stand in its file."""
    with data.metadata(table).csv_path.open(encoding="utf8") as file:
        return list(csv.DictReader(file))


def test_every_instrument_is_a_treaty_with_a_list_of_parties_or_a_named_group():
    treaties = {row["instrument"] for row in rows("treaty-ratifications")}
    bound = {row["bound"] for row in rows("policy-fields")}
    assert bound - treaties <= GROUPS, bound - treaties - GROUPS


def test_an_instrument_has_one_code():
    codes = {}
    for row in rows("policy-fields"):
        codes.setdefault(row["instrument"], set()).add(row["bound"])
    assert all(len(code) == 1 for code in codes.values()), codes


@pytest.mark.parametrize(
    ("field", "since", "june_2011", "latest"),
    [
        ("labour", 1900, 52, 53),
        ("migration", 1900, 54, 56),
        ("access to justice", 1900, 54, 56),
        ("corporate accountability", 1900, 54, 56),
        ("fundamental rights", 1900, 55, 56),
        ("anti-corruption", 1900, 0, 0),
        ("migration", 2005, 34, 52),
        ("fundamental rights", 2005, 34, 47),
        ("labour", 2005, 0, 31),
    ],
)
def test_states_bound_by_a_firm_rule_are_counted_row_by_row(field, since, june_2011, latest):
    codes = {
        row["bound"]
        for row in rows("policy-fields")
        if row["field"] == field
        and row["force"] == "firm"
        and row["names"] != "neither"
        and int(row["adopted"]) >= since
    }
    assert states_bound(codes) == (june_2011, latest)


def test_rules_on_trafficking_reach_seven_fields_and_leave_labour_to_forced_labour():
    fields = {}
    for row in rows("policy-fields"):
        if row["force"] == "firm" and row["names"] in ("trafficking", "both"):
            fields.setdefault(row["field"], set()).add(row["bound"])
    then = {field: states_bound(codes)[0] for field, codes in fields.items()}
    assert then.pop("labour") == 0  # the Protocol of 2014 alone, which is later than June 2011
    assert (len(then), min(then.values()), max(then.values())) == (7, 54, 55)


def states_bound(codes):
    """Return how many States one of the treaties or more bound in June 2011, and binds today."""
    members = rows("participating-states")
    joined_later = {row["iso3"] for row in members if row["osce_2011"] != "true"}
    then, now = set(), set()
    for row in rows("treaty-ratifications"):
        if row["instrument"] in codes and row["status"] == "party":
            now.add(row["iso3"])
            if row["deposited"] <= "2011-06-20" and row["iso3"] not in joined_later:
                then.add(row["iso3"])
    if "members of the Council of Europe" in codes:
        then |= {row["iso3"] for row in members if row["coe_2011"] == "true"}
        now |= {row["iso3"] for row in members if row["coe_2026"] == "true"}
    return len(then), len(now)


def test_the_kinds_of_work_of_2021_add_up_to_the_total():
    kinds = {
        row["category"]: float(row["million"])
        for row in rows("ilo-rounds")
        if row["round"] == "2022" and row["million"] and row["dimension"] in ("sector", "form")
    }
    parts = sum(million for kind, million in kinds.items() if kind != "labour exploitation")
    assert parts == pytest.approx(27.6, abs=0.3), kinds
