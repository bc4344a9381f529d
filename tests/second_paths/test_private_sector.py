"""Laws, complaints, lists of goods, imports and options, by a path that no builder took."""

import re

from decentwork import data
from reached import cut, second_path

LIST_OF_GOODS = "us-dol-list-of-goods/list_of_goods_by_edition.csv"
WALK_FREE = "walkfree-gsi2023-private-sector"
EDITIONS = {"2021-update": "June 2021", "2023-update": "August 2023"}
"""States of the list between two editions, by the month that the table names."""


def line_items(where="edition != ''"):
    return cut(LIST_OF_GOODS, where=where, edition=EDITIONS)


# ------------------------------------------------------------------ the list of goods


@second_path("goods-list-editions")
def test_goods_list_editions():
    """Line items, and the countries that have one."""
    for group, members in (("world", ["Yes", "No"]), ("participating States", ["Yes"])):
        items = line_items(f"osce_participating_state in {members}")
        forced = items["country"].where(items["forced_labour"] == "Yes")
        found = items.assign(forced=forced).groupby("edition").agg(
            pairs=("country", "size"), pairs_forced=("forced", "count"),
            countries=("country", "nunique"), countries_forced=("forced", "nunique"),
        )  # fmt: skip
        yield from found.assign(countries_in=group).reset_index().to_dict("records")


@second_path("listed-goods-of-states")
def test_listed_goods_of_states():
    """Goods of participating States that were flagged once, in all seven states of the list."""
    codes = {"Kazakhstan": "KAZ", "Russia": "RUS", "Tajikistan": "TJK", "Turkmenistan": "TKM",
             "Uzbekistan": "UZB"}  # fmt: skip
    items = line_items("osce_participating_state == 'Yes' and forced_labour == 'Yes'")
    flagged = {*zip(items["country"].map(codes), items["good"].str.lower(), items["edition"],
                    strict=True)}  # fmt: skip
    for iso3, good in {each[:2] for each in flagged}:
        for edition in line_items()["edition"].unique():
            yield {"iso3": iso3, "good": good, "edition": edition,
                   "listed": (iso3, good, edition) in flagged}  # fmt: skip


def test_goods_named_in_the_evidence_on_sectors_are_on_the_list():
    countries = {"RUS": "Russia", "TJK": "Tajikistan", "TUR": "Turkey (Türkiye)", "UKR": "Ukraine"}
    latest = line_items("edition == '2023-update'")
    listed = latest.set_index(["good", "country"])[["child_labour", "forced_labour"]]
    evidence = data.read("sector-evidence").query("kind == 'goods list'")
    assert len(evidence) == 4
    for row in evidence.itertuples():
        goods = re.fullmatch(r"lines? (.+), [^,]+", row.locator)[1].split(" and ")
        for good in goods:
            assert good.lower() in row.finding.lower(), row
            child, forced = listed.loc[(good, countries[row.iso3])]
            of_children = row.speaks_of == "child labour"
            assert (child, forced) == ("Yes", "No") if of_children else forced == "Yes", row
    of_mining = evidence.query("sector == 'mining'")["finding"].item()
    assert "no forced labour in mining in any participating State" in of_mining
    mining = latest.query("osce_participating_state == 'Yes' and sector == 'Mining'")
    assert set(mining["country"]) == {"Mongolia", "Ukraine"}
    assert set(mining["forced_labour"]) == {"No"}


# ------------------------------------------------------------------ Walk Free


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
    tiers = {"tier 1": "direct suppliers", "beyond tier 1": "suppliers beyond"}
    rows = cut(f"{WALK_FREE}/statement_assessments_by_sector.csv",
               where="sector in ('garments', 'cocoa')")  # fmt: skip
    rows[["clause", "suppliers"]] = rows["indicator"].str.extract(r"^(.*) \((.*)\)$")
    rows = rows[rows["clause"].isin(clauses) & rows["suppliers"].isin(tiers)]
    assert set(rows["denominator_label"]) == {"companies with a statement"}
    yes, whole = rows["companies_yes"].astype(int), rows["denominator"].astype(int)
    assert ((yes / whole).round(4) == rows["share"].astype(float)).all()
    rows = rows.replace({"clause": clauses, "suppliers": tiers})
    return rows[["sector", "clause", "suppliers"]].assign(statements_yes=yes, statements=whole)


@second_path("imports-at-risk")
def test_imports_at_risk():
    """Thousands of dollars added up over origins, China apart."""
    rows = cut(f"{WALK_FREE}/g20_imports_at_risk_2021.csv",
               "importer product importer_in_osce=importer_osce usd_million=value_thousand_usd "
               "from_china=origin_country", usd_million=lambda said: float(said) / 1000,
               importer_in_osce=lambda said: said == "Yes",
               importer={"Turkey": "Türkiye",
                         "United States of America": "United States"})  # fmt: skip
    rows["from_china"] = rows["usd_million"].where(rows["from_china"] == "China", 0)
    key = ["importer", "product", "importer_in_osce"]
    return rows.groupby(key, as_index=False).sum().round(1)


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
    said = cut(f"{WALK_FREE}/milestone5_codebook.csv").set_index("code")["indicator"]
    rows = cut(f"{WALK_FREE}/milestone5_business_government_indicators.csv",
               where="osce_participating_state == 'Yes'")  # fmt: skip
    for code, (ours, theirs) in MEASURES.items():
        assert theirs in said[code], code
        yield {
            "code": code,
            "state_as": "buyer" if "procurement" in said[code] else "lawmaker",
            "measure": ours,
            "states": rows[code].astype(int).sum(),
            "states_assessed": len(rows),
        }
