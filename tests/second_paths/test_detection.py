"""Detected victims, referrals and criminal justice, by a path that no builder took."""

import re

from decentwork import data
from reached import cells_of_the_workbook, cut, second_path

FORMS = {
    "Total": "all forms", "Forced labour": "forced labour",
    "Sexual exploitation": "sexual exploitation", "Other forms of exploitation": "other",
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
        total, other = ends.get("Total"), ends.get("Other forms of exploitation")
        named = [ends.get(form) for form in ("Forced labour", "Sexual exploitation")]
        # Victims are counted, and none has a form: all are "other", or each printed form is 0.
        formless = None in named and all(each in (None, [0, 0]) for each in named)
        formless = formless and total and total[0] > 0 and other in ([0, 0], total)
        changes = {"GBR": (2010, 2017), "USA": (2013,)}.get(state, ())
        for form, values in forms.items():
            short = add_up == "fewer than all forms" and form != "Total"
            over = add_up == "more than all forms" and form == "Total"
            no_report = short and (of_forms <= {"<5", "0"} or set(values) == {"0"})
            few = "<5" in values
            no_report |= bool(formless) and form != "Total" and ends.get(form) in ([0, 0], total)
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
