"""Laws, complaints, lists of goods, imports and options, by a path that no builder took."""

from collections import Counter

import pytest

from bookmaking.gates import tables
from bookmaking.gates.at_hand import original
from decentwork import data
from decentwork.evidence_strength import strength_of


def typed(file):
    """The rows of an original, as text."""
    return tables.rows(original(file))


@pytest.mark.parametrize(("edition", "pairs", "forced"), [("2014", 353, 102), ("2022", 468, 123)])
def test_pairs_of_the_list_as_another_hand_counted(edition, pairs, forced):
    printed = {
        row["edition"]: (int(row["line_items"]), int(row["forced_labour_pairs"]))
        for row in typed("us-dol-list-of-goods/edition_summary.csv")
    }
    ours = data.read("goods-list-editions").query("countries_in == 'world'").set_index("edition")
    assert printed[edition] == (pairs, forced)
    assert (ours.loc[edition, "pairs"], ours.loc[edition, "pairs_forced"]) == (pairs, forced)


def test_goods_of_participating_states_by_state_of_the_list():
    per_edition = data.read("listed-goods-of-states").groupby("edition", sort=False)["listed"].sum()
    assert list(per_edition) == [5, 6, 8, 8, 8, 8, 7]  # counted by hand in the summary
    ours = data.read("goods-list-editions").query("countries_in == 'participating States'")
    assert list(ours["pairs_forced"]) == list(per_edition)


def test_imports_at_risk_have_the_published_total_and_shares():
    frame = data.read("imports-at-risk")
    total = frame["usd_million"].sum()
    assert round(total / 1000, 1) == 468.3
    region = frame[frame["importer_in_osce"]]["usd_million"].sum()
    assert round(region / 1000, 1) == 302.9 and round(100 * region / total, 1) == 64.7
    assert round(100 * frame["from_china"].sum() / total, 1) == 75.5
    headline = {
        (row["trade_year"], row["importer"]): float(row["usd_billion"])
        for row in typed("private-sector-tables/gsi_imports_at_risk_headlines.csv")
    }
    ours = frame.groupby("importer")["usd_million"].sum() / 1000
    assert round(ours["Germany"], 2) == headline["2021", "Germany"]


def test_statements_equal_the_originals():
    ours = data.read("statement-tests").set_index("group")
    printed = {
        (row["sector"], row["indicator"]): (int(row["companies_yes"]), int(row["denominator"]))
        for row in typed("walkfree-gsi2023-private-sector/statement_assessments_by_sector.csv")
    }
    pairs = {
        "garments, UK Act": "UK Act (4 Metrics)",
        "garments, Australian Act": "AUS Act (6 Categories)",
    }
    for group, indicator in pairs.items():
        assert printed["garments", indicator] == tuple(ours.loc[group, ["meeting", "documents"]])
    sentences = typed("aims-au-gold-test/relevant_sentences_per_statement.csv")
    names = {
        "… on action against risk": "C4 (risk mitigation)",
        "… on whether it works": "C5 (effectiveness)",
        "… on remedy for workers": "C4 (remediation)",
    }
    for group, column in names.items():
        assert ours.loc[group, "meeting"] == sum(int(row[column]) > 0 for row in sentences)
        assert ours.loc[group, "documents"] == len(sentences) == 50


def test_complaints_equal_the_original_where_both_have_them():
    printed = {
        (row["period"], row["value"], row["unit"])
        for row in typed("panels-3-5-figures/panels_3_5_figures.csv")
        if row["topic"] == "OECD contact points"
    }
    ours = data.read("contact-point-complaints").query("result == 'agreement'")
    for row in ours.itertuples():
        unit = f"of {row.concluded}" if row.year < 2023 else "agreements"
        assert (str(row.year), str(row.with_result), unit) in printed, row.year


def test_measures_of_states_as_a_second_reader_counted():
    rows = [
        row
        for row in typed(
            "walkfree-gsi2023-private-sector/milestone5_business_government_indicators.csv"
        )
        if row["osce_participating_state"] == "Yes"
    ]
    ours = data.read("state-business-measures").set_index("code")["states"]
    assert len(rows) == 53
    counted = Counter(code for row in rows for code in ours.index if row[code] == "1")
    assert {code: counted[code] for code in ours.index} == ours.to_dict()
    assert (counted["M5211"], counted["M5212"], counted["M5213"]) == (31, 28, 0)


def test_six_studies_measured_forced_labour_and_every_option_is_weak():
    studies = data.read("business-measure-studies")
    forced = studies[studies["outcome"] == "forced labour"]
    assert Counter(forced["sign"]) == {"down": 3, "no difference": 1, "up": 2}
    assert forced["study"].nunique() == 6 and not set(forced["design"]) & {
        "lottery",
        "natural experiment",
        "instrument",
        "comparison over time",
    }
    options = data.read("private-sector-options")
    assert set(strength_of(options)) == {"weak"}
    second = strength_of(options, "second")
    assert list(options.loc[second != "weak", "option"]) == [
        "Law that makes firms publish statements",
        "Publishing the results of private checks",
    ]


def test_coerced_pickers_of_2017_follow_from_the_people_counted():
    row = data.read("cotton-coercion").set_index("harvest").loc[2017]
    assert row["percent"] == round(100 * 336 / (1000 * row["pickers_million"]))


def test_shipments_equal_the_original():
    printed = {row["period"]: row for row in typed("private-sector-tables/uflpa_shipments.csv")}
    told = data.read("business-duty-enforcement")["what_followed"].str.cat(sep=" ")
    for period in ("FY2022-FY2024", "FY2025 to 22 August 2025"):
        for column in ("shipments_stopped", "released"):
            assert f"{int(printed[period][column]):,}" in told, (period, column)
