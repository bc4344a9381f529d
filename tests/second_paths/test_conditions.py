"""Sectors, control and pay, by a path that no builder took."""

import re

import pytest

from at_hand import original, rows_of
from decentwork import data

COUNTRIES_ON_THE_LIST = {
    "RUS": "Russia",
    "TJK": "Tajikistan",
    "TUR": "Turkey (Türkiye)",
    "UKR": "Ukraine",
}


@pytest.fixture(scope="module")
def goods_listed():
    """The latest edition of the list of goods that the table was read from."""
    rows = rows_of(original("us-dol-list-of-goods/list_of_goods_by_edition.csv"))
    return [row for row in rows if row["edition"] == "2023-update"]


def test_goods_named_in_the_evidence_are_on_the_list(goods_listed):
    listed = {
        (row["good"], row["country"]): (row["child_labour"], row["forced_labour"])
        for row in goods_listed
    }
    evidence = data.read("sector-evidence").query("kind == 'goods list'")
    assert len(evidence) == 4
    for row in evidence.itertuples():
        goods = re.fullmatch(r"lines? (.+), [^,]+", row.locator)[1].split(" and ")
        for good in goods:
            assert good.lower() in row.finding.lower(), row
            child, forced = listed[good, COUNTRIES_ON_THE_LIST[row.iso3]]
            if row.speaks_of == "child labour":
                assert (child, forced) == ("Yes", "No"), (row, good)
            else:
                assert forced == "Yes", (row, good)


def test_no_participating_state_is_listed_for_forced_labour_in_mining(goods_listed):
    evidence = data.read("sector-evidence").query("kind == 'goods list' and sector == 'mining'")
    assert "no forced labour in mining in any participating State" in evidence["finding"].item()
    mining = [
        row
        for row in goods_listed
        if row["osce_participating_state"] == "Yes" and row["sector"] == "Mining"
    ]
    assert {row["country"] for row in mining} == {"Mongolia", "Ukraine"}
    assert {row["forced_labour"] for row in mining} == {"No"}


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
