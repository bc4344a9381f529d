"""What to do: each option has a decision and an advice by the rule, and its numbers are known."""

import re
from pathlib import Path

import pandas as pd
import pytest

from bookmaking.directives import what_to_do
from bookmaking.directives.elements import render, templates
from decentwork import data, decisions, sources
from decentwork.numerals import WORDS, count_in_words
from decentwork.repository import ROOT

# Advice by codes: the rule of the page, one row for each of its lines.
CODED = [
    ("Do, and count exploitation", 2, "pay and work", "causal", "helps", "inside"),
    ("Stop, or guard", 2, "pay and work", "causal", "harms", "inside"),
    ("Try, with a test", 1, "pay and work", "causal", "helps", "inside"),
    ("Try small first", 2, "pay and work", "causal", "helps", "outside"),
    ("The design decides", 3, "pay and work", "causal", "mixed", "inside"),
    ("Promising, untested", 4, "exploitation", "comparison", "helps", "inside"),
    ("Avoid until tested", 1, "rules kept", "comparison", "harms", "outside"),
    ("Do not count on it alone", 1, "rules kept", "causal", "not_seen", "inside"),
    ("Count what it brings", 1, "exploitation", "records", "unknown", "inside"),
    ("Count what it brings", 3, "pay and work", "comparison", "mixed", "inside"),
    ("Not studied", 0, "none", "descriptive", "unknown", "inside"),
]
COLUMNS = ["advice", "studies", "outcome", "design", "direction", "region"]
REFUSED = r"\b(works|effective\w*|proven|proves)\b"
NUMBER = r"\d[\d,.]*\d|\d"


@pytest.fixture(scope="module")
def rows():
    return decisions.load()


@pytest.fixture(scope="module")
def shown():
    templates().filters["in_words"] = count_in_words
    own = {"advice": decisions.ADVICE, "file": what_to_do.FILE}
    return what_to_do.content(ROOT / "data") | own


def words_of(written: str) -> list[str]:
    return re.sub(r"<[^>]*>", " ", written).split()


def test_advice_follows_from_the_codes():
    coded = pd.DataFrame(CODED, columns=COLUMNS)
    assert decisions.advice_of(coded).tolist() == coded["advice"].tolist()
    assert coded["advice"].unique().tolist() == [*decisions.ADVICE]
    second = coded.add_prefix("second_")
    assert decisions.advice_of(second, "second_").tolist() == coded["advice"].tolist()


def test_a_row_without_a_decision_is_refused(tmp_path):
    for name in decisions.TABLES:
        for path in (data.metadata(name).path, data.metadata(name).csv_path):
            copy = tmp_path / path.relative_to(ROOT / "data")
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(path.read_text())
    (tmp_path / "shared.yml").write_text((ROOT / "data/shared.yml").read_text())
    table = next(Path(tmp_path).rglob("measure-decisions.csv"))
    table.write_text("\n".join(table.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(data.DataError, match="it and the tables of options differ in"):
        decisions.load(tmp_path)


def test_an_option_has_one_decision_and_tables_that_show_it_exist(rows):
    assert rows.groupby("option")["decision"].nunique().eq(1).all()
    assert set(rows["decision"]) == set(data.read(decisions.TWELVE)["decision"])
    shared = rows.dropna(subset=["also"])
    assert (
        set(shared["also"]) <= set(decisions.OPTIONS) and shared["also"].ne(shared["table"]).all()
    )
    for name in decisions.OPTIONS:
        others = [other for other in decisions.OPTIONS if other != name]
        shown = decisions.options_of(name, data.read(decisions.NAME), *others)
        expected = rows["table"].eq(name) | rows["also"].eq(name)
        assert set(shown["option"]) == set(rows.loc[expected, "option"])
    named = rows["duty"].dropna().str.split("; ").explode()
    assert set(named) == set(decisions.duties()["duty"])


def test_a_test_names_options_lines_and_a_need_that_exist(rows):
    needs = data.read("line-codes").set_index("id")["needs"]
    for _, test in decisions.proposed_tests().iterrows():
        assert set(test["options"].split("; ")) <= set(rows["option"])
        assert all(test["need"] in needs[line] for line in test["lines"].split("; "))


def test_what_happened_is_short_and_its_numbers_stand_in_a_table_or_entry(rows):
    known = [
        data.read(name).astype("string").fillna("").agg(" ".join, axis=1)
        for name in data.names()
        if name != decisions.NAME
        and "source" in {field.name for field in data.metadata(name).fields}
    ]
    everything = pd.concat(known)
    for _, row in rows.iterrows():
        assert len(row["happened"].split()) <= 25, row["happened"]
        keys = row["source"].split("; ")
        theirs = " ".join(everything[everything.str.contains("|".join(keys))])
        theirs += " ".join(str(sources.entry(key).fields_dict) for key in keys)
        digits = {number.strip(".,") for number in re.findall(NUMBER, theirs)}
        for number in re.findall(NUMBER, row["happened"]):
            assert number.strip(".,") in digits, f"{row['option']}: {number}"


def test_the_page_is_short_first_and_refuses_words_that_promise(shown):
    page = render("what_to_do.html", **shown)
    first = re.search(r'class="measures-first">(.*?)</p>', page, re.DOTALL)[1]
    legend = re.search(r'id="legend">.*?<p>(.*?)</p>', page, re.DOTALL)[1]
    assert len(words_of(first)) <= 140 and len(words_of(legend)) <= 130
    assert len(words_of(render("brief.html", **shown))) <= 620
    for name in ("what_to_do.html", "brief.html"):
        own = re.sub(r'id="owed".*?</table>', "", render(name, **shown), flags=re.DOTALL)
        assert not re.search(REFUSED, own, re.IGNORECASE), "treaties may say it, the book not"
    plain = first.replace("&#39;", "'").lower()
    assert all(row["option"].lower() in plain for row in shown["above"])
    assert WORDS[len(shown["above"]) - 1] in first.lower()


def test_every_link_of_the_page_leads_to_a_row(shown):
    page = render("what_to_do.html", **shown)
    ids = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert "<td></td>" not in page.replace(" ", ""), "a test or an item names no row"
