"""Tables typed by hand hold the values of their original, or say why they do not."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from at_hand import original, rows_of, unexplained
from decentwork import data

RENAMED = yaml.safe_load(Path(__file__).with_name("typed_tables.yml").read_text(encoding="utf-8"))
"""Rows of an original that are in the table under another key: (among, dimension, category)."""
FORCED, PRIVATE, SECTORS = "forced labour", "private forced labour", "sector (adults, sector known)"
REFERENCES_RENAMED = {
    ("annual", "cost of coercion to workers"): "not stated",
    (
        "2014 report in 2024 prices",
        "annual profit per victim by form",
    ): "2012 estimate in later prices",
    ("2014 report in 2024 prices", "rise in total profits"): "2012 estimate to 2021",
}
MEASURES = {
    "annual profits": "profits a year",
    "annual profit per victim": "profit per victim and year",
    "cost of coercion to workers": "cost to workers a year",
    "rise in total profits": "rise on the adjusted edition of 2014",
}


def typed_rounds(path):
    """The original of ilo-rounds by the keys of the table."""
    found = {}
    for row in rows_of(path):
        dimension, category = row["dimension"], row["category"]
        key = RENAMED["ilo-rounds"].get(dimension, {}).get(category, (FORCED, dimension, category))
        if dimension == SECTORS:
            key = "labour exploitation", "sector", category
        found[(row["edition"], *key)] = {
            "million": row["value_million"],
            "share_percent": row["share_percent"],
            "per_thousand": row["per_1000"],
        }
    return found


def typed_profits(path):
    """The original of ilo-profits by the keys of the table."""
    found = {}
    for row in rows_of(path):
        measure = row["measure"].split(" by ")[0].split(" from ")[0]
        among = "sexual exploitation" if " from forced commercial" in row["measure"] else PRIVATE
        renamed = RENAMED["ilo-profits"].get(row["measure"], {})
        place = renamed.get(row["category"], (among, "region", row["category"]))
        reference = REFERENCES_RENAMED.get((row["reference"], row["measure"]), row["reference"])
        billion = row["unit"] == "USD billion"
        found[(row["edition"], reference, MEASURES[measure], *place)] = {
            "usd_billion": row["value"] if billion else "",
            "usd_per_victim": "" if billion else row["value"],
        }
    return found


def typed_shares(path):
    """The original of detected-shares-world by the keys of the table."""
    return {
        (row["reference_year"], form): {"percent": row[f"{form.replace(' ', '_')}_pct"]}
        for row in rows_of(path)
        for form in ("forced labour", "sexual exploitation")
    }


def typed_registered(path):
    """The original of eu-registered-victims by the keys of the table."""
    territories = {
        "EU-27 (2007-13 composition)": "EU-27 of 2007 to 2013",
        "EU-28": "EU-28",
        "EU-27": "EU-27 of 2020",
    }
    columns = {
        "all forms": ("registered_victims", None),
        "labour exploitation": ("forced_labour_n", "forced_labour_share_pct"),
        "sexual exploitation": ("sexual_n", "sexual_share_pct"),
        "other": ("other_n", None),
    }
    found = {}
    for row in rows_of(path):
        for form, (number, share) in columns.items():
            persons, percent = row[number], row[share] if share else ""
            if persons or percent:
                values = {"persons": persons, "percent_low": percent, "percent_high": percent}
                found[(row["period"], territories[row["territory"]], form)] = values
    return found


def typed_totals(path):
    """The original of slavery-index-totals by the keys of the table."""
    return {(row["edition"],): {"million": row["value"]} for row in rows_of(path)}


TYPED = {
    "ilo-rounds": ("ilo-forced-labour-estimates/ilo_global_estimates.csv", typed_rounds),
    "ilo-profits": ("ilo-forced-labour-estimates/ilo_profits.csv", typed_profits),
    "detected-shares-world": ("unodc-glotip/glotip_published_world_shares.csv", typed_shares),
    "eu-registered-victims": ("eurostat-thb/eu_trafficking_headlines.csv", typed_registered),
    "slavery-index-totals": ("global-slavery-index/gsi_headline_totals.csv", typed_totals),
}


def test_typed_tables_hold_the_values_of_their_originals_or_explain_them(subtests):
    for name, (file, by_key) in TYPED.items():
        with subtests.test(name):
            problems = unexplained(name, by_key(original(file)), data.read(name))
            assert not problems, "\n".join(problems)


def test_a_finding_of_greta_has_a_code_and_a_code_has_a_finding():
    frame = data.read("greta-findings").set_index("iso3")
    for point in ("inspection", "identification", "partnership", "compensation"):
        apart = frame.index[frame[point].notna() != frame[f"{point}_says"].notna()]
        assert not len(apart), f"{point}: {list(apart)}: read the finding, then code it"
    asked = frame.index[frame["procedure_asked"].notna() & frame["identification"].isna()]
    assert not len(asked), f"{list(asked)} ask for a procedure and say nothing on identification"


def test_profits_of_2024_equal_a_second_reading():
    frame = data.read("ilo-profits")
    frame = frame[(frame["edition"] == 2024) & (frame["measure"] == "profits a year")]
    for row in rows_of(original("private-sector-tables/ilo_forced_labour_profits_2024.csv")):
        among, dimension, category = {
            "sector": ("labour exploitation", "sector", row["category"]),
            "region": ("private forced labour", "region", row["category"]),
            "total": ("private forced labour", "total", "all"),
        }[row["breakdown"]]
        if row["category"] == "forced commercial sexual exploitation":
            among, dimension, category = "private forced labour", "form", "sexual exploitation"
        chosen = frame[
            (frame["among"] == among)
            & (frame["dimension"] == dimension)
            & (frame["category"] == category)
        ]
        rounding = 0.5 if row["breakdown"] == "region" else 0.05
        assert chosen["usd_billion"].item() == pytest.approx(
            float(row["usd_billion_per_year"]), abs=rounding
        ), row


def test_second_reader_is_the_coding_that_was_made_before_the_rule():
    ours = data.read("alliance-conferences").set_index("number")
    words = {"full": "whole", "partial": "part", "none": "none"}
    for row in rows_of(original("alliance-conferences/alliance_conferences.csv"))[:25]:
        mine = ours.loc[int(row["number"])]
        if pd.notna(mine["second_reader"]):
            assert mine["second_reader"] == words[row["labour_focus"]], row["number"]
        if len(row["start_date"]) == 10 and row["date_grade"] != "C":
            assert f"{mine['starts']:%Y-%m-%d}" == row["start_date"], row["number"]
    assert set(ours.index[ours["second_reader"].isna()]) == {7, 13, 18}


def test_signatories_of_2008_are_those_of_a_first_reading():
    theirs = rows_of(original("alliance-organisations/organisations.csv"))
    signed = [row["organisation"] for row in theirs if row["signed_2008_aect_statement"] == "1"]
    ours = data.read("alliance-signatories").query("signed_2008 == 'yes'")["organization"]
    assert len(ours) == len(signed) == 16
    for name in ours:
        assert any(name.split()[0] in full for full in signed), name
