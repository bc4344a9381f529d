"""Laws, complaints, lists of goods, imports and options, by a path that no builder took."""

from collections import Counter

import pytest

from at_hand import original, rows_of
from decentwork import data
from decentwork.evidence_strength import strength_of
from reached import second_path


def typed(file):
    """The rows of an original, as text."""
    return rows_of(original(file))


LIST_OF_GOODS = "us-dol-list-of-goods/list_of_goods_by_edition.csv"
EDITIONS = {"2021-update": "June 2021", "2023-update": "August 2023"}
"""States of the list between two editions, by the month that the table names."""


@second_path("clause-reach-by-tier")
def test_clause_reach_by_tier():
    """Six rules, each for direct suppliers and for those beyond, in two sectors."""
    clauses = {
        "Suppliers comply with laws and policies": "obey the law",
        "Code of Conduct incl MS clauses": "code with clauses on slavery",
        "Prohibit forced labour": "no forced labour",
        "Suppliers respect labour rights": "respect labour rights",
        "Contracts incl MS clauses": "contract with clauses on slavery",
        "Prohibits recruitment fees": "no recruitment fees",
    }
    for row in typed("walkfree-gsi2023-private-sector/statement_assessments_by_sector.csv"):
        rule, _, tier = row["indicator"].removesuffix(")").rpartition(" (")
        if rule not in clauses or tier == "total" or row["sector"] not in {"garments", "cocoa"}:
            continue
        assert row["denominator_label"] == "companies with a statement"
        yes, whole = int(row["companies_yes"]), int(row["denominator"])
        assert round(yes / whole, 4) == float(row["share"])
        yield {
            "sector": row["sector"],
            "clause": clauses[rule],
            "suppliers": {"tier 1": "direct suppliers", "beyond tier 1": "suppliers beyond"}[tier],
            "statements_yes": yes,
            "statements": whole,
        }


@second_path("goods-list-editions")
def test_goods_list_editions():
    """Line items, and the countries that have one, counted one by one."""
    items = typed(LIST_OF_GOODS)
    for edition in dict.fromkeys(row["edition"] for row in items):
        for group, answers in (("world", {"Yes", "No"}), ("participating States", {"Yes"})):
            here = [
                row
                for row in items
                if row["edition"] == edition and row["osce_participating_state"] in answers
            ]
            forced = [row["country"] for row in here if row["forced_labour"] == "Yes"]
            yield {
                "edition": EDITIONS.get(edition, edition),
                "countries_in": group,
                "pairs": len(here),
                "pairs_forced": len(forced),
                "countries": len({row["country"] for row in here}),
                "countries_forced": len(set(forced)),
            }


@pytest.mark.parametrize(
    ("group", "columns"),
    [
        ("world", ("line_items", "forced_labour_pairs", "countries", "forced_labour_countries")),
        ("participating States", ("osce_pairs", "osce_forced_labour_pairs", "osce_countries")),
    ],
)
def test_counts_of_each_state_of_the_list_equal_the_summary(group, columns):
    ours = data.read("goods-list-editions").query("countries_in == @group").set_index("edition")
    names = ["pairs", "pairs_forced", "countries", "countries_forced"][: len(columns)]
    for row in typed("us-dol-list-of-goods/edition_summary.csv"):
        edition = EDITIONS.get(row["edition"], row["edition"])
        assert list(ours.loc[edition, names]) == [int(row[column]) for column in columns], edition


@second_path("imports-at-risk")
def test_imports_at_risk():
    """Thousands of dollars added up over origins, China apart."""
    whole, china, region = {}, {}, {}
    names = {"Turkey": "Türkiye", "United States of America": "United States"}
    for row in typed("walkfree-gsi2023-private-sector/g20_imports_at_risk_2021.csv"):
        importer = names.get(row["importer"], row["importer"])
        at, dollars = (importer, row["product"]), float(row["value_thousand_usd"])
        whole[at] = whole.get(at, 0) + dollars
        china[at] = china.get(at, 0) + dollars * (row["origin_country"] == "China")
        region[importer] = row["importer_osce"] == "Yes"
    for (importer, product), dollars in whole.items():
        yield {
            "importer": importer,
            "product": product,
            "importer_in_osce": region[importer],
            "usd_million": round(dollars / 1000, 1),
            "from_china": round(china[importer, product] / 1000, 1),
        }


@second_path("listed-goods-of-states")
def test_listed_goods_of_states():
    """Goods of participating States that were flagged once, in all seven states of the list."""
    codes = {"Kazakhstan": "KAZ", "Russia": "RUS", "Tajikistan": "TJK", "Turkmenistan": "TKM",
             "Uzbekistan": "UZB"}  # fmt: skip
    items = typed(LIST_OF_GOODS)
    flagged = {
        (codes[row["country"]], row["good"].lower(), row["edition"])
        for row in items
        if row["osce_participating_state"] == row["forced_labour"] == "Yes"
    }
    for iso3, good in sorted({each[:2] for each in flagged}):
        for edition in dict.fromkeys(row["edition"] for row in items):
            yield {
                "iso3": iso3,
                "good": good,
                "edition": EDITIONS.get(edition, edition),
                "listed": (iso3, good, edition) in flagged,
            }


MEASURES = {
    "M5211": ("asks firms to report", "require businesses to report"),
    "M5212": ("may punish firms that do not report", "Penalties exist"),
    "M5213": ("has punished a firm that did not report", "Penalties have been applied"),
    "M5221": ("obliges firms to due diligence", "mandatory human rights due diligence"),
    "M5223": ("has punished a firm for its due diligence", "failed to comply with their due"),
    "M5233": ("bans imports made with forced labour", "prevent the import"),
    "M5112": ("has a policy for its purchases", "procurement policies and systems exist"),
    "M5111": ("has guidelines for buyers", "Guidelines exist"),
    "M5114": ("has trained buyers", "provided training"),
    "M5113": ("publishes a yearly report", "Annual reports"),
    "M5115": ("has acted on a case found", "taken remedial action"),
}
"""The words of the table, and words of the publisher's codebook for the same code."""


@second_path("state-business-measures")
def test_state_business_measures():
    """Participating States with a 1; the codebook says what a code is."""
    folder = "walkfree-gsi2023-private-sector"
    said = {row["code"]: row["indicator"] for row in typed(f"{folder}/milestone5_codebook.csv")}
    rows = [
        row
        for row in typed(f"{folder}/milestone5_business_government_indicators.csv")
        if row["osce_participating_state"] == "Yes"
    ]
    for code, (ours, theirs) in MEASURES.items():
        assert theirs in said[code], code
        yield {
            "code": code,
            "state_as": "buyer" if "procurement" in said[code] else "lawmaker",
            "measure": ours,
            "states": sum(int(row[code]) for row in rows),
            "states_assessed": len(rows),
        }


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
