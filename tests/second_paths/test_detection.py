"""Detected victims, referrals and criminal justice, by a path that no builder took."""

import math
import re
from email.utils import parsedate_to_datetime as parsedate
from xml.etree import ElementTree

import pytest

from at_hand import BUILDERS, original
from decentwork import data
from reached import cells_of_the_workbook, cut, second_path

OLDER, OLDER_EDITION = "unodc-glotip/data_glotip_2025-04-14.xlsx", "14/04/2025"
CUT = "unodc-glotip/glotip_osce_total_and_form.csv"
"""What another hand cut from the older workbook. It drops a row that equals another."""
VICTIMS = "indicator == 'Detected trafficking victims'"
FORMS = {
    "Total": "all forms", "Forced labour": "forced labour",
    "Sexual exploitation": "sexual exploitation", "Other forms of exploitation": "other",
}  # fmt: skip

# ------------------------------------------------------------------ the older workbook


@pytest.fixture(scope="module")
def older():
    """The cells of the older edition as the builder reads them: (State, year, form) to values."""
    found = BUILDERS["detected-victims"].read(original(OLDER), OLDER_EDITION)
    return {
        (*key, form): [printed for printed, _ in values]
        for key, cells in found.items()
        for form, values in cells.items()
        if values
    }


@pytest.mark.slow
def test_the_builders_read_the_older_workbook_as_another_hand_cut_it(older):
    whole = "sex == 'Total' and age == 'Total'"
    rows = cut(CUT, where=f"{VICTIMS} and {whole}", category=FORMS, year=int)
    theirs = rows.groupby(["iso3", "year", "category"])["value_text"].agg(list).to_dict()
    assert older.keys() == theirs.keys()
    for key, values in older.items():
        as_cut = set if key[2] == "other" else list
        assert as_cut(values) == as_cut(theirs[key]), key
    module = BUILDERS["criminal-justice-counts"]
    rows = cut(CUT, where=f"dimension == 'Total' and {whole} and year >= '{module.FIRST_YEAR}'",
               year=int, value_text=lambda said: said.replace(",", ""))  # fmt: skip
    rows = rows[rows["indicator"].isin(module.STEPS)].assign(
        indicator=lambda rows: rows["indicator"].map(module.STEPS)
    )
    theirs = rows.set_index(["iso3", "year", "indicator"])["value_text"]
    ours = module.read(original(OLDER), OLDER_EDITION).set_index(["iso3", "year", "step"])
    assert ours["printed"].to_dict() == theirs.to_dict()


@pytest.mark.slow
def test_the_builder_reads_sexes_in_the_older_workbook_as_another_hand_cut_them():
    rows = cut(CUT, where=f"{VICTIMS} and sex in ('Female', 'Male')", year=int, category=FORMS,
               value_text=lambda said: 0 if said == "<5" else int(said.replace(",", "")),
               sex={"Female": "women", "Male": "men"})  # fmt: skip
    rows = rows[rows["category"].isin(["forced labour", "sexual exploitation"])]
    theirs = rows.groupby(["iso3", "year", "category", "sex"])["value_text"].sum().to_dict()
    read = BUILDERS["detected-victims-by-sex"].read(original(OLDER), OLDER_EDITION)
    ours = {
        (*key, sex): sum(low for low, _, _ in cells.get(sex, []))
        for key, cells in read.items()
        for sex in ("women", "men")
    }
    assert theirs.items() <= ours.items() and not any(ours[key] for key in ours.keys() - theirs)


@pytest.mark.slow
def test_the_editions_differ_as_the_metadata_say(older):
    """No cell of the older edition is lost; most that changed went from <5 to 0."""
    frame = data.read("detected-victims").dropna(subset="printed")
    newer = {(r.iso3, r.year, r.form): r.printed.split(" + ") for r in frame.itertuples()}
    assert older.keys() <= newer.keys()
    changed = {key for key in older if sorted(older[key]) != sorted(newer[key])}
    to_zero = {key for key in changed if (older[key], newer[key]) == (["<5"], ["0"])}
    assert (len(older), len(to_zero), len(changed - to_zero)) == (2565, 232, 82)
    of_germany = [each["DEU", 2021, "all forms"] for each in (older, newer)]
    assert of_germany == [["564"], ["800"]]


@pytest.mark.slow
def test_persons_in_criminal_proceedings_moved_as_the_metadata_say():
    older = BUILDERS["criminal-justice-counts"].read(original(OLDER), OLDER_EDITION)
    key = ["iso3", "year", "step"]
    then = older.set_index(key)["printed"]
    now = data.read("criminal-justice-counts").set_index(key)["printed"].reindex(then.index)
    to_zero = (then == "<5") & (now == "0")
    assert to_zero.sum() == 89
    assert set(then.index[(then != now) & ~to_zero]) == {
        ("HUN", 2022, "convicted"), ("HUN", 2022, "suspected"), ("MDA", 2020, "prosecuted"),
    }  # fmt: skip


# ------------------------------------------------------------------ the newer workbook


def bounds(printed):
    """The least and the most of a printed number, or of several joined by +."""
    parts = [part.replace(",", "") for part in printed.split(" + ")]
    return [sum(int(part.replace("<5", few)) for part in parts) for few in "04"]


@second_path("detected-victims")
def test_detected_victims():
    rows = cells_of_the_workbook("Detected trafficking victims")
    rows = rows.query("Dimension in ('Total', 'by form of exploitation') and Sex == Age == 'Total'")
    cells = rows.groupby(["Iso3_code", "Year", "Category"])["txtVALUE"].agg(list).to_dict()
    found = []
    for state, year in dict.fromkeys(key[:2] for key in cells):
        forms = {form: cells.get((state, year, form), []) for form in FORMS}
        ends = {form: bounds(" + ".join(values)) for form, values in forms.items() if values}
        parts = [ends[form] for form in ends if form != "Total"]
        low, high = (sum(part[end] for part in parts) for end in (0, 1))
        add_up = "not known"
        if "Total" in ends and parts and low > ends["Total"][1]:
            add_up = "more than all forms"
        elif len(ends) == 4:
            add_up = "fewer than all forms" if high < ends["Total"][0] else "as all forms"
        of_forms = {value for form in forms if form != "Total" for value in forms[form]}
        changes = {"GBR": (2010, 2017), "USA": (2013,)}.get(state, ())
        for form, values in forms.items():
            short = add_up == "fewer than all forms" and form != "Total"
            over = add_up == "more than all forms" and form == "Total"
            no_report = short and (of_forms <= {"<5", "0"} or set(values) == {"0"})
            few = "<5" in values
            if not values:
                reading = "no row"
            elif no_report or (few and over):
                reading = "not reported"
            elif few:
                reading = "doubtful" if short else "fewer than five"
            else:
                reading = "counted"
            known = reading in ("counted", "fewer than five", "doubtful")
            low, high = ends[form] if known else (None, None)
            found.append(
                {
                    "iso3": state, "year": year, "form": FORMS[form], "persons_low": low,
                    "persons_high": high, "reading": reading, "forms_add_up": add_up,
                    "series": 1 + sum(int(year) >= change for change in changes),
                }
            )  # fmt: skip
    return found


@second_path("detected-victims-by-sex")
def test_detected_victims_by_sex():
    groups = {"Female": "women", "Male": "men", "Other": "other", "Unknown": "other"}
    rows = cells_of_the_workbook("Detected trafficking victims")
    rows = rows.query("Category in ('Forced labour', 'Sexual exploitation') "
                      "and (Sex != 'Total' or Age == 'Total')")  # fmt: skip
    group = rows["Sex"].map(groups).fillna("all")
    printed = rows.groupby(["Iso3_code", "Year", "Category", group])["txtVALUE"].agg(" + ".join)
    for (state, year, form), cells in printed.groupby(level=[0, 1, 2]):
        ends = {group: bounds(cell) for group, cell in cells.droplevel([0, 1, 2]).items()}
        if not ends.keys() & {"women", "men"}:
            continue
        sexes = {sex: ends.get(sex, (0, 0)) for sex in ("women", "men", "other")}
        low, high = map(sum, zip(*sexes.values(), strict=True))
        if "all" not in ends:
            add_up = "not known"
        elif "women" not in ends or "men" not in ends:
            add_up = "one sex only"
        elif low > ends["all"][1]:
            add_up = "more than all"
        else:
            add_up = "as all" if 10 * high >= 9 * ends["all"][0] else "fewer than all"
        row = {"iso3": state, "year": year, "form": form.lower(), "sexes_add_up": add_up}
        for sex, (least, most) in sexes.items():
            row |= {f"{sex}_low": least, f"{sex}_high": most}
        yield row


@second_path("criminal-justice-counts")
def test_criminal_justice():
    steps = {
        "Persons brought into formal contact": "suspected",
        "Persons prosecuted": "prosecuted",
        "Persons convicted": "convicted",
    }
    rows = cells_of_the_workbook(*steps)
    rows = rows.query("Dimension == Category == Sex == Age == 'Total' and Year > '2007'")
    found = rows[["Iso3_code", "Year"]].set_axis(["iso3", "year"], axis=1)
    found["step"] = rows["Indicator"].map(steps)
    found[["persons_low", "persons_high"]] = [*rows["txtVALUE"].map(bounds)]
    return found


def test_series_change_where_the_metadata_say_that_a_definition_changed():
    frame = data.read("detected-victims")
    firsts = frame[frame["series"] > 1].groupby(["iso3", "series"])["year"].min()
    breaks = {(state, each["year"]) for each in frame.attrs["breaks"] for state in each["states"]}
    assert {(state, year) for (state, _), year in firsts.items()} == breaks


def test_sexes_that_repeat_another_state_are_not_used():
    frame = data.read("detected-victims-by-sex").set_index(["iso3", "year", "form"])
    for form in ("forced labour", "sexual exploitation"):
        twins = frame.loc[[("DNK", 2021, form), ("DEU", 2021, form)], ["women_low", "men_low"]]
        assert twins.iloc[0].tolist() == twins.iloc[1].tolist()
        assert frame.loc[("DNK", 2021, form), "sexes_add_up"] == "more than all"


# ------------------------------------------------------------------ a line of the register


def repeated_years(cells):
    """Years with the numbers of the year before or after, three of them five or more."""
    numbers = {
        key: set(zip(rows["form"], rows["persons_low"], rows["persons_high"], strict=True))
        for key, rows in cells.groupby(["iso3", "year"])
    }
    return {
        (iso3, year)
        for (iso3, year), forms in numbers.items()
        if sum(low > 4 for _, low, _ in forms) > 2
        and forms in (numbers.get((iso3, year - 1)), numbers.get((iso3, year + 1)))
    }


def labour_before_the_note(cells, whole):
    """How many States compare 2005-2007 with 2008-2010, and where labour's share rose or fell."""
    names = {"persons_low": "low", "persons_high": "high"}
    by_form = cells.query("2005 <= year <= 2010").rename(columns=names).set_index(["iso3", "year"])
    labour, rest = (by_form.loc[by_form["form"] == form, ["low", "high"]]
                    for form in ("forced labour", whole))  # fmt: skip
    both = labour.join(rest, suffixes=("", "_rest"), how="inner")
    if whole == "all forms":
        low, high = both["low_rest"] - both["high"], both["high_rest"] - both["low"]
        both = both.assign(low_rest=low.clip(lower=0), high_rest=high)
    both = both[both["high_rest"] >= 0].astype(float).reset_index()
    sums = both.drop(columns="year").groupby(["iso3", both["year"] > 2007]).sum()
    sums = sums[sums["low"] + sums["low_rest"] > 0].unstack().dropna()
    then, later = (sums.xs(period, axis=1, level=1) for period in (False, True))

    def errors(labour_then, rest_then, labour_later, rest_later):
        a, b = then[labour_then], later[labour_later]
        n, m = a + then[rest_then], b + later[rest_later]
        share = (a + b) / (n + m)
        return (b / m - a / n) / (share * (1 - share) * (1 / n + 1 / m)) ** 0.5

    rose = (errors("high", "low_rest", "low", "high_rest") > 2).sum()
    fell = (errors("low", "high_rest", "high", "low_rest") < -2).sum()
    return len(sums), rose, fell


def test_labours_share_before_the_note_is_what_the_register_says():
    """Romania prints one set of numbers for 2005 and 2006; with both years eight shares rise."""
    cells = data.read("detected-victims").dropna(subset="persons_low")
    cells = cells[~cells["iso3"].isin(["GBR", "USA"])]
    doubtful = repeated_years(cells)
    assert doubtful == {("ALB", 2017), ("ALB", 2018), ("ROU", 2005), ("ROU", 2006)}
    assert labour_before_the_note(cells, "sexual exploitation") == (22, 8, 1)
    kept = cells[[each not in doubtful for each in zip(cells["iso3"], cells["year"], strict=True)]]
    states, rose, fell = labour_before_the_note(kept, "sexual exploitation")
    chance = 2 * sum(math.comb(rose + fell, few) for few in range(fell + 1)) / 2 ** (rose + fell)
    of_all, rose_of_all, fell_of_all = labour_before_the_note(kept, "all forms")
    assert (fell, fell_of_all) == (1, 0)
    line = data.read("claims").set_index("id").loc["S2-04"]
    said = f"clearly rose in {rose} of {states} States before 2011 and fell in one"
    assert f"{said} (chance {chance:.2f})" in line["right"]
    of_all_said = f"Of all victims it rose in {rose_of_all} of {of_all} and fell in none."
    assert f"{said}. {of_all_said}" in line["answer"]


# ------------------------------------------------------------------ GRETA


def test_newest_reports_of_greta_are_those_of_the_public_feed():
    codes = {name: iso3 for iso3, name in data.states()["name"].items()} | {
        "Czech Republic": "CZE", "North Macedonia": "MKD",
        '"The former Yugoslav Republic of Macedonia"': "MKD",
    }  # fmt: skip
    newest: dict[str, tuple[str, int]] = {}
    feed = ElementTree.parse(original("greta-country-reports/hudocgreta.rss"))
    for item in feed.iter("item"):
        told = " ".join((item.findtext("description") or "").split())
        if found := re.fullmatch(r"(\d) - (.+?) - Country Reports", told):
            report = f"{parsedate(item.findtext('pubDate')):%Y-%m-%d}", int(found[1])
            # A report of one day is there twice for Finland: the later round is it.
            newest[codes[found[2]]] = max(report, newest.get(codes[found[2]], report))
    frame = data.read("greta-findings").set_index("iso3")
    ours = frame[["report_date", "report_round"]].itertuples(name=None)
    assert {iso3: (day, number) for iso3, day, number in ours} == newest
    portugal = frame.loc["PRT"]
    assert portugal["publication_date"] < portugal["report_date"], "the index has another day"


def test_codes_of_greta_findings_are_those_of_the_typed_original():
    """But for corrections of the metadata, each of which does differ from the original."""
    asks, welcomes = "asks for more", "welcomes steps"
    steps = {"ask": asks, "ask_none_paid": asks, "inspections_only": asks, "progress": welcomes,
             "progress_and_ask": f"{asks} and {welcomes}"}  # fmt: skip
    labour = {
        "predominant": "largest form", "predominant_by_sector": "most victims in sectors of work",
        "rising": "said to rise", "second": "second form", "among_main": "among the main forms",
        "other_form": "other forms named", "none_formal": "no victim formally identified",
        "none_labour": "no victim of it",
        "none_labour_foreign": "no victim of it among foreign workers",
    }  # fmt: skip
    procedures = {"separate": "apart from criminal proceedings",
                  "multi_agency": "by several bodies in a set procedure"}  # fmt: skip
    theirs = cut(
        "greta-findings-by-state/greta_findings.csv",
        "iso3 round publication_date read_in=source_url grade labour_exploitation=trend_code "
        "inspection=inspectors_code procedure_asked=identification_code "
        "compensation=compensation_code inspection_says=inspectors_finding "
        "identification_says=identification_finding partnership_says=partnership_finding "
        "compensation_says=compensation_finding",
        "latest_read == '1'",
        labour_exploitation=lambda code: labour.get(code, ""),
        inspection=lambda code: steps.get(code, ""),
        procedure_asked=lambda code: procedures.get(code, ""),
        compensation=lambda code: steps.get(code, ""),
        grade=lambda grade: "A" if grade == "A" else "B",
    ).set_index("iso3")
    # Monaco is coded as progress alone; its sentence also asks for more.
    theirs.loc["MCO", "compensation"] = steps["progress_and_ask"]
    ours = data.read("greta-findings").set_index("iso3")[[*theirs]].astype(object).fillna("")
    apart = ours.astype(str).ne(theirs.reindex(ours.index)).stack()
    corrected = {(each["row"][0], each["column"])
                 for each in data.metadata("greta-findings").corrections}  # fmt: skip
    assert set(apart.index[apart]) == {each for each in corrected if each[1] in theirs}
    assert set(theirs.index) == set(ours.index)


# ------------------------------------------------------------------ the United Kingdom


def referrals_by_form():
    """The referrals of the tables by form, each with the set of its forms."""
    rows = cut("uk-nrm/nrm_exploitation_by_quarter_2022q2_2023q4.csv",
               referrals=lambda said: int(float(said or 0)),
               exploitation_type=lambda said: frozenset(re.split(" & |, ", said)))  # fmt: skip
    labour = rows["exploitation_type"].map(lambda forms: "Labour" in forms)
    return rows.assign(with_labour=rows["referrals"].where(labour, 0))


@second_path("uk-decisions")
def test_uk_decisions():
    ages = {
        "Adult (18 or over)": "adults", "Child (17 or under)": "children",
        "Age not specified or unknown": "age not known",
    }  # fmt: skip
    for stage in ("reasonable", "conclusive"):
        rows = cut(f"uk-nrm/nrm_{stage}_grounds_2014_2023.csv", where="Quarter != 'Total'")
        for theirs, age in ages.items():
            found = rows[["Year", "Quarter"]].set_axis(["year", "quarter"], axis=1)
            for outcome in ("negative", "positive"):
                found[outcome] = rows[f"{theirs} - {outcome.capitalize()} {stage} grounds"]
            yield from found.assign(stage=stage, age=age).to_dict("records")


@pytest.mark.parametrize("stage", ["reasonable", "conclusive"])
def test_decisions_of_a_year_are_those_of_its_printed_row(stage):
    adults = data.read("uk-decisions").query("stage == @stage and age == 'adults'")
    ours = adults.groupby("year")[["negative", "positive"]].sum()
    theirs = cut(f"uk-nrm/nrm_{stage}_grounds_2014_2023.csv", where="Quarter == 'Total'")
    theirs = theirs.drop(columns="Quarter").set_index(theirs["Year"].astype(int)).astype(float)
    for outcome in ours:
        printed = theirs[f"Adult (18 or over) - {outcome.capitalize()} {stage} grounds"]
        assert ours[outcome].to_dict() == printed.to_dict(), outcome


@second_path("uk-referrals")
def test_uk_referrals():
    rows = cut("uk-nrm/nrm_referrals_2009q2_2023q4.csv",
               "year age=age_at_exploitation referrals",
               "location_of_exploitation == 'Total'", referrals=lambda said: int(float(said)),
               age=lambda said: {"Adult": "adults", "Child": "children", "Age": "age_not_known"}[
                   said.split()[0]])  # fmt: skip
    years = rows.pivot_table("referrals", "year", "age", "sum", fill_value=0)
    years["referrals"] = years.sum(axis=1)
    years["quarters"] = ["Q2-Q4" if year == "2009" else "Q1-Q4" for year in years.index]
    of_2023 = referrals_by_form().query("quarter.str.startswith('2023')")
    alone = of_2023["exploitation_type"] == frozenset({"Labour"})
    years.loc["2023", "by_form"] = of_2023["referrals"].sum()
    years.loc["2023", "labour_alone"] = of_2023["with_labour"][alone].sum()
    years.loc["2023", "labour_with_other"] = of_2023["with_labour"][~alone].sum()
    return years.reset_index()


@second_path("uk-referrals-by-sex")
def test_uk_referrals_by_sex():
    names = {"Not specified or unknown": "not specified", "Domestic": "domestic servitude",
             "Sexual": "sexual exploitation", "Criminal": "criminal exploitation"}  # fmt: skip

    def kind(forms):
        others = [names.get(form, form.lower()) for form in forms - {"Labour"}]
        if len(forms) == 1:
            return others[0] if others else "labour"
        if "Labour" not in forms:
            return "other forms together"
        usual = len(others) == 1 and forms & {"Domestic", "Sexual", "Criminal"}
        return f"labour and {others[0]}" if usual else "labour, rarer combinations"

    rows = referrals_by_form().query("quarter.str.startswith('2023')")
    found = {
        "form": rows["exploitation_type"].map(kind),
        "sex": rows["gender"].map({"Female": "women", "Male": "men"}).fillna("other or unknown"),
        "age": rows["age_at_exploitation"].str[0].map({"A": "adults", "C": "children"})
        .fillna("age not known"),
    }  # fmt: skip
    return rows.assign(**found).groupby([*found], as_index=False)["referrals"].sum()


@second_path("uk-first-responders")
def test_uk_first_responders():
    names = {"Government agency": "government agencies", "Local Authority": "local authorities",
             "NGO and third sector": "NGOs", "Police": "police"}  # fmt: skip
    rows = referrals_by_form()
    rows["responder"] = rows["first_responder_type"].map(names)
    return rows.groupby(["quarter", "responder"], as_index=False)[
        ["referrals", "with_labour"]
    ].sum()


def test_referring_bodies_add_to_their_kind():
    columns = ["referrals", "with_labour"]
    bodies = data.read("uk-referring-bodies").groupby("responder")[columns].sum()
    year = data.read("uk-first-responders").query("quarter.str.startswith('2023')")
    assert bodies.equals(year.groupby("responder")[columns].sum())
