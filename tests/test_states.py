"""The pages of the participating States: all are made, and say what the tables hold of them."""

import csv
import re
from io import StringIO

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from bookmaking.checks import data as tables_checked
from bookmaking.directives import state_content as content
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from decentwork import data, treaties

CHAPTERS = {name: [f"notebooks/{name}"] for name in content.tables_of_pages()}
HEAVIEST = 600_000
"""Bytes of the page of a State; the file next to it has all rows."""
MOST_WORDS, MOST_WARNING = 240, 60
SCREEN = ".state-told, .state-first, .state-warning"
CODES = sorted(data.states().index)
PARTS = [part for section in content.sections() for part in section.parts]


@pytest.fixture(scope="module")
def every():
    """The tables of the book."""
    return Tables()


@pytest.fixture(scope="module")
def made(every):
    """What the page of each State shows."""
    return {code: content.page(every, code, CHAPTERS) for code in CODES}


@pytest.fixture(scope="module")
def pages(made):
    """The page of each State as it is written: HTML with links that Sphinx resolves later."""
    return {code: BeautifulSoup(content.written(one), "html.parser") for code, one in made.items()}


def screen(page: Tag, first: str) -> str:
    """Return the words of the first screen of a page."""
    shown = [
        each.get_text(" ") for each in page.select(".state-told, .state-first, .state-warning")
    ]
    return " ".join([first, *shown])


# ------------------------------------------------------------------ all pages


def test_every_state_has_a_page_without_holes(made, pages, subtests):
    for code, page in pages.items():
        with subtests.test(code):
            first = content.summary(made[code])
            shown = first + page.get_text()
            assert not re.search(r"\bnan\b|NaT|<NA>|\bNone[.,;:)]|\{|\}", shown)
            titles = [one.h2.get_text() for one in page("section")]
            assert len(titles) == len(set(titles)) and "Treaties" in titles
            assert all(len(table("tr")) > 1 for table in page("table")), "a table is empty"
            assert all(each.select("cite-sources") for each in page.select(".state-rows li"))


def test_the_first_screen_is_short_and_warns_once(made, pages, subtests):
    for code, page in pages.items():
        with subtests.test(code):
            words = screen(page, content.summary(made[code])).split()
            assert len(words) <= MOST_WORDS
            (warning,) = page.select(".state-warning")
            assert len(warning.get_text().split()) <= MOST_WARNING


def test_first_numbers_are_those_of_the_table(made, subtests):
    table = data.read("detected-victims").dropna(subset=["persons_low"])
    for code in CODES:
        own = table[table["iso3"].eq(code)].pivot(index="year", columns="form", values="printed")
        own = own.reindex(columns=["all forms", "forced labour"]).dropna(subset=["all forms"])
        said = " ".join(content.summary(made[code]).split())
        with subtests.test(code):
            if own.empty:
                assert "no number" in said
                continue
            numbers = own.loc[own.index.max()].dropna()
            assert f"{own.index.max()}" in said
            for printed in numbers:
                shown = f"{int(printed):,}" if printed.isdigit() else ""
                shown = "fewer than five|“<5”" if printed == "<5" else shown
                assert re.search(shown, said)
            assert ("no number for forced labour" in said) == (len(numbers) == 1)


def test_every_state_that_a_table_names_shows_it_on_its_page(every, pages, subtests):
    for part in PARTS:
        coded = [each.name for each in every.metadata(part.table).fields if each.states]
        if part.of or part.where or not coded:
            continue
        title = part.title or every.metadata(part.table).title
        with subtests.test(part.table):
            named = set(pd.read_csv(every.metadata(part.table).csv_path)[coded[0]]) & set(CODES)
            shown = {code for code, page in pages.items()
                     if any(each.get_text().startswith(f"{title} (")
                            for each in page("summary"))}  # fmt: skip
            assert named == shown


def test_a_name_in_words_finds_its_state_and_no_other(every):
    for text, codes in {
        "Belarus and Ukraine": ["BLR", "UKR"], "Northern Ireland": ["GBR"],
        "CYP; RUS": ["CYP", "RUS"],
        "Geneva, Switzerland, 2017": ["CHE"], "people from Ukraine": [], "European Union": [],
    }.items():  # fmt: skip
        assert every.named(text) == codes


def test_every_value_of_the_file_has_source_and_year_and_is_that_of_its_table(every, subtests):
    for code in CODES[::6]:
        with subtests.test(code):
            written = content.as_csv(every, every.states[code], content.tables_of_pages())
            rows = list(csv.DictReader(StringIO(written)))
            assert len(rows) > 100 and tuple(rows[0]) == content.IN_FILE
            assert all(row["source"] and row["locator"] and row["state"] == code for row in rows)
    written = content.as_csv(every, every.states["NLD"], ["detected-victims"])
    ours = {(row["measure"], row["year"]): (row["low"], row["high"], row["locator"])
            for row in csv.DictReader(StringIO(written))}  # fmt: skip
    frame = data.read("detected-victims")
    frame = frame[frame["iso3"] == "NLD"]
    assert len(ours) == len(frame)
    for row in frame.dropna(subset=["persons_low"]).to_dict("records"):
        bounds = (str(row["persons_low"]), str(row["persons_high"]), row["locator"])
        assert ours[f"{row['form']}: persons", str(row["year"])] == bounds


def test_treaties_and_tables_fit_each_other(every):
    fields = {field.name: field for field in data.metadata("treaty-ratifications").fields}
    grouped = [code for group in treaties.GROUPS.values() for code in group]
    known = fields["instrument"].constraints["enum"]
    assert sorted(grouped) == sorted(content.TREATIES) == sorted(known), (
        "GROUPS in decentwork/treaties.py and the column instrument of "
        "data/law/treaty-ratifications.yml differ; change both"
    )
    readers = tables_checked.readers_of_tables()
    assert [name for name in content.tables_of_pages() if name not in readers] == []


# ------------------------------------------------------------------ what a page says

SAID = [
    ("GBR", "17,004 persons referred to the National Referral Mechanism, whether confirmed"),
    ("GRC", r"Not yet in force: ILO Protocol of 2014 \(from 3 March 2027\)"),
    ("AZE", "eliminate the temporary ban on inspections"),
    ("UZB", "Harvest of 2017"),
    ("FIN", "and no number for forced labour"),
    ("HRV", r"S\.M\. v\. Croatia"),
    ("TUR", "the State withdrew with effect from 1 July 2021"),
    ("UKR", r"More than all forms of that year"),
]
NOT_SAID = [
    ("FRA", "The count changed in"),  # breaks of other States
    ("GRC", r"Bound by: [^.]*Protocol of 2014"),  # a treaty not in force does not bind
    ("FIN", "0 of them of forced labour"),  # what is missing is not zero
]


def test_pages_say_what_the_tables_hold_of_this_state(made, pages, subtests):
    for code, pattern in [*SAID, *NOT_SAID]:
        shown = content.summary(made[code]) + pages[code].get_text()
        with subtests.test(code, pattern=pattern):
            found = re.search(pattern, " ".join(shown.split()))
            assert bool(found) == ((code, pattern) in SAID)


def test_map_and_list_lead_to_every_state_without_ranking(every):
    found = list(every.states.values())
    page = BeautifulSoup(content.index(found, FOLDER), "html.parser")
    tiles = [tile.get_text() for tile in page.select(".state-tiles a")]
    assert sorted(tiles) == sorted(f"{state.code} {state.name}" for state in found)
    names = [item.get_text().partition(" (")[0] for item in page.select(".state-list li")]
    assert names == [state.name for state in sorted(found, key=lambda state: state.file)]


def test_a_chart_is_cut_where_a_number_is_missing_or_the_count_changed(made):
    (drawn,) = [of for section, _, of, _ in made["GBR"]["sections"] if section.by == "form"]
    lines = {line.title: line for line in drawn["drawn"].lines}
    table = data.read("detected-victims").query("iso3 == 'GBR' and form == 'forced labour'")
    table = table[table["year"].ge(content.SINCE)].dropna(subset=["persons_low"])
    apart = table["year"].diff().gt(1) | table["series"].diff().gt(0)
    assert len(lines["Forced labour"].pieces) == 1 + apart.sum()
    assert len(lines["Forced labour"].points) == len(table)


# ------------------------------------------------------------------ faults


def test_an_unknown_code_is_told_with_near_codes(every):
    with pytest.raises(StateError, match=r"no participating State has the code 'DEX'.*Near .*DEU"):
        content.page(every, "DEX", {})


# ------------------------------------------------------------------ the built pages


def test_a_built_page_has_its_title_its_file_and_its_chapters_and_is_light(book, every):
    sizes = {path.name: path.stat().st_size for path in (book / FOLDER).glob("*.html")}
    assert len(sizes) >= 57
    assert {name: size for name, size in sizes.items() if size > HEAVIEST} == {}
    for code in ("ALB", "VAT", "USA"):
        state = every.states[code]
        file = book / f"{state.page}.html"
        assert file.with_name(content.file_of(state)).is_file()
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        assert page.h1.get_text().startswith(state.name)
        linked = [link["href"] for link in page.select(".state-argued a")]
        assert linked and all("/notebooks/" in each for each in linked)
        cited = page.select(".bibtex-citation a")
        assert cited and all(link["href"].startswith("../references.html#") for link in cited)
