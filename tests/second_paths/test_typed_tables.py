"""Tables typed by hand hold the values of their original, or their metadata say why they do not."""

from pathlib import Path

import pandas as pd
import yaml

from decentwork import data
from reached import cut, second_path, value

NUMBERS = Path(__file__).with_name("typed_numbers.yml")
RENAMED = yaml.safe_load(Path(__file__).with_name("typed_tables.yml").read_text(encoding="utf-8"))
"""Rows of an original that are in the table under another key: (among, dimension, category)."""
FORCED, PRIVATE, SECTORS = "forced labour", "private forced labour", "sector (adults, sector known)"
PLACE = ["among", "dimension", "category"]


@second_path("ilo-rounds")
def test_ilo_rounds():
    rows = cut("ilo-forced-labour-estimates/ilo_global_estimates.csv",
               "round=edition dimension category million=value_million share_percent "
               "per_thousand=per_1000")  # fmt: skip

    def place(row):
        if row["dimension"] == SECTORS:
            return "labour exploitation", "sector", row["category"]
        renamed = RENAMED["ilo-rounds"].get(row["dimension"], {})
        return renamed.get(row["category"], (FORCED, row["dimension"], row["category"]))

    rows[PLACE] = [place(row) for row in rows.to_dict("records")]
    return rows


@second_path("ilo-profits")
def test_ilo_profits():
    references = {
        ("annual", "cost of coercion to workers"): "not stated",
        ("2014 report in 2024 prices", "annual profit per victim by form"): (
            "2012 estimate in later prices"
        ),
        ("2014 report in 2024 prices", "rise in total profits"): "2012 estimate to 2021",
    }
    measures = {
        "annual profits": "profits a year",
        "annual profit per victim": "profit per victim and year",
        "cost of coercion to workers": "cost to workers a year",
        "rise in total profits": "rise on the adjusted edition of 2014",
    }
    rows = cut("ilo-forced-labour-estimates/ilo_profits.csv")
    for row in rows.to_dict("records"):
        measure, billion = row["measure"], row["unit"] == "USD billion"
        among = "sexual exploitation" if " from forced commercial" in measure else PRIVATE
        renamed = RENAMED["ilo-profits"].get(measure, {})
        place = renamed.get(row["category"], (among, "region", row["category"]))
        yield dict(zip(PLACE, place, strict=True)) | {
            "edition": row["edition"],
            "reference_period": references.get((row["reference"], measure), row["reference"]),
            "measure": measures[measure.split(" by ")[0].split(" from ")[0]],
            "usd_billion": row["value"] if billion else None,
            "usd_per_victim": None if billion else row["value"],
        }


@second_path("detected-shares-world")
def test_detected_shares():
    rows = cut("unodc-glotip/glotip_published_world_shares.csv")
    for form in ("forced labour", "sexual exploitation"):
        for row in rows.to_dict("records"):
            percent = row[f"{form.replace(' ', '_')}_pct"]
            yield {"period": row["reference_year"], "form": form, "percent": percent}


@second_path("eu-registered-victims")
def test_registered_victims():
    territories = {"EU-27 (2007-13 composition)": "EU-27 of 2007 to 2013", "EU-28": "EU-28",
                   "EU-27": "EU-27 of 2020"}  # fmt: skip
    columns = {
        "all forms": ("registered_victims", None),
        "labour exploitation": ("forced_labour_n", "forced_labour_share_pct"),
        "sexual exploitation": ("sexual_n", "sexual_share_pct"),
        "other": ("other_n", None),
    }
    for row in cut("eurostat-thb/eu_trafficking_headlines.csv").to_dict("records"):
        for form, (number, share) in columns.items():
            persons, percent = row[number], row[share] if share else ""
            if persons or percent:
                yield {
                    "period": row["period"], "territory": territories[row["territory"]],
                    "form": form, "persons": persons, "percent_low": percent,
                    "percent_high": percent,
                }  # fmt: skip


@second_path("slavery-index-totals")
def test_slavery_index_totals():
    return cut("global-slavery-index/gsi_headline_totals.csv", "edition million=value")


def test_a_finding_of_greta_has_a_code_and_a_code_has_a_finding():
    frame = data.read("greta-findings").set_index("iso3")
    for point in ("inspection", "identification", "partnership", "compensation"):
        apart = frame.index[frame[point].notna() != frame[f"{point}_says"].notna()]
        assert not len(apart), f"{point}: {list(apart)}: read the finding, then code it"
    asked = frame.index[frame["procedure_asked"].notna() & frame["identification"].isna()]
    assert not len(asked), f"{list(asked)} ask for a procedure and say nothing on identification"


def test_second_reader_is_the_coding_that_was_made_before_the_rule():
    ours = data.read("alliance-conferences").set_index("number")
    words = {"full": "whole", "partial": "part", "none": "none"}
    for row in cut("alliance-conferences/alliance_conferences.csv").head(25).itertuples():
        mine = ours.loc[int(row.number)]
        if pd.notna(mine["second_reader"]):
            assert mine["second_reader"] == words[row.labour_focus], row.number
        if len(row.start_date) == 10 and row.date_grade != "C":
            assert f"{mine['starts']:%Y-%m-%d}" == row.start_date, row.number
    assert set(ours.index[ours["second_reader"].isna()]) == {7, 13, 18}


def test_signatories_of_2008_are_those_of_a_first_reading():
    signed = cut("alliance-organisations/organisations.csv",
                 where="signed_2008_aect_statement == '1'")["organisation"]  # fmt: skip
    ours = data.read("alliance-signatories").query("signed_2008 == 'yes'")["organization"]
    assert len(ours) == len(signed) == 16
    for name in ours:
        assert any(name.split()[0] in full for full in signed), name


def test_single_numbers_are_those_that_another_hand_typed(subtests):
    for each in yaml.safe_load(NUMBERS.read_text(encoding="utf-8")):
        table, where, column = each["ours"].split(" | ")
        file, query, *names = each["theirs"].split(" | ")
        with subtests.test(each["ours"]):
            (found,) = data.read(table).query(where)[column]
            assert found == value(file, query, *names)


def test_shares_that_follow_from_two_numbers_are_those_that_are_printed():
    again = data.read("return-to-exploitation").dropna(subset="percent").iloc[0]
    assert round(100 * again["people"] / again["of_people"], 2) == 1.73, "as the ILO prints it"
    records = data.read("compensation-records").set_index(["record", "step"])
    paid, table = records.loc[("British confiscated proceeds", "paid")], data.read(
        "trafficking-proceeds")  # fmt: skip
    sums = table[["victims", "recovered"]].sum().round(2)
    assert sums.tolist() == paid[["number", "of_number"]].tolist()
