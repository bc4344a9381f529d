"""Migrants, domestic workers, schemes, asylum and trauma, by a path that no builder took."""

import pandas as pd

from decentwork import data
from reached import cut, second_path

SECTIONS = "oecd-employment-by-section/employment_by_isic4_section_osce.csv"
H2A = "us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv"

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
    # The second hand typed a direction, the case base what the person held after the ruling.
    ends = {
        "for": {"status", "sent back", "granted, kind not read", "not read"},
        "mixed": {"other protection", "not read", "refused"},
        "against": {"refused", "sent back", "other protection", "not read"},
    }
    rulings = data.read("asylum-cases").set_index("date")
    theirs = cut("panels-1-2-tables/case_law_trafficking_asylum.csv")
    theirs = theirs[theirs["date"].isin(rulings.index)]
    assert len(theirs) >= 10
    for row in theirs.itertuples():
        ours = set(rulings.loc[[row.date], "outcome"])
        assert ends[row.direction] & ours, row
