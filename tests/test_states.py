"""The pages of the participating States: all are made, each value has a source, blanks a reason."""

import csv
import re
from io import StringIO

import pytest
from bs4 import BeautifulSoup, Tag

from bookmaking.checks import data as tables_checked
from bookmaking.directives import state_content as content
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from decentwork import data, treaties
from decentwork.repository import DATA
from decentwork.tables import places

CHAPTERS = {name: [f"notebooks/{name}"] for name in content.tables_of_pages()}
HEAVIEST = 200_000
"""Bytes of the page of a State; the file next to it has all rows."""
CODES = sorted(data.states().index)
TREATIES = content.TREATIES
PARTS = [part for theme in content.themes() for part in theme.parts]


@pytest.fixture(scope="module")
def every():
    """The tables of the book."""
    return Tables()


@pytest.fixture(scope="module")
def pages(every):
    """The page of each State as it is written: HTML with links that Sphinx resolves later."""
    return {code: page_of(every, code) for code in CODES}


def page_of(every: Tables, code: str) -> Tag:
    made = content.written(content.page(every, code, CHAPTERS))
    page = BeautifulSoup(made, "html.parser")
    for cited in page("cite-sources"):
        cited.string = f"[{cited['cited']}]"
    return page.section


def text(page: Tag, title: str = "") -> str:
    """Return all that a reader sees of a page or a section, cells and paragraphs parted by |."""
    part = page if not title else section(page, title)
    for each in part(["td", "th", "p", "li", "caption"]) if part else ():
        if not each.get_text().endswith(" | "):
            each.append(" | ")
    return part.get_text() if part else ""


def section(page: Tag, title: str) -> Tag | None:
    return next((one for one in page("section") if one.h2.get_text() == title), None)


# ------------------------------------------------------------------ all pages


def test_every_state_has_a_page_without_holes(every, pages, subtests):
    for code, page in pages.items():
        with subtests.test(code):
            first = content.summary(every, every.states[code])
            shown = re.sub(r"\[.*?\]", "", first + page.get_text())
            assert not re.search(r"\bnan\b|NaT|<NA>|None\b|\{|\}(?!\])", shown)
            assert first.startswith(("The ", every.states[code].name))
            titles = [one.h2.get_text() for one in page("section")]
            assert len(titles) == len(set(titles)) and titles[0] == "Treaties"
            assert all(len(table("tr")) > 1 for table in page("table")), "a table is empty"
            for table in page("table"):
                near = [table.find_previous_sibling(), table, table.find_next_sibling()]
                shown = " ".join(each.get_text() for each in near if each)
                assert re.search(r"\[\w", shown), "a table names no source"
            cells = {cell.get_text() for cell in page.select("td, th")}
            assert not [cell for cell in cells if "(European Union)" in cell or cell == "EU"]
            told = "We did not read how they apply in this State." in page.get_text()
            assert told == every.states[code].row["eu_2026"]


def test_each_table_speaks_with_its_limits_or_is_named_with_a_reason(every, pages, subtests):
    for code, page in pages.items():
        state, shown = every.states[code], page.get_text()
        blanks = section(page, content.BLANKS)
        gaps = [each.get_text() for each in blanks(["li", "p"])] if blanks else []
        with subtests.test(code):
            for part in PARTS:
                if content.rows_of(part, every, state):
                    assert part.title in shown or "text read at" in shown
                    limits = every.metadata(part.table).must_not_be_used_for
                    assert all(limit in shown for limit in limits), part.table
                elif not (part.in_place or part.not_of == code):
                    # Two parts can share a reason, so name and reason must be in one item.
                    named = part.absent if part.unread else part.title
                    why = content.why_blank(part, state)
                    assert any(named in gap and why in gap for gap in gaps), part.title


def test_every_value_of_the_file_has_source_and_year_and_is_that_of_its_table(every, subtests):
    for code in CODES:
        with subtests.test(code):
            written = content.as_csv(every, every.states[code], content.tables_of_pages())
            rows = list(csv.DictReader(StringIO(written)))
            assert len(rows) > 100 and tuple(rows[0]) == content.IN_FILE
            assert all(row["source"] and row["locator"] and row["state"] == code for row in rows)
            assert all(row["year"] or row["table"] == "greta-findings" for row in rows)
            assert "said of: EU" not in written and "said of: European Union" not in written
    written = content.as_csv(every, every.states["NLD"], ["detected-victims"])
    ours = {
        (row["measure"], row["year"]): (row["low"], row["high"], row["locator"])
        for row in csv.DictReader(StringIO(written))
    }
    frame = data.read("detected-victims")
    frame = frame[frame["iso3"] == "NLD"]
    assert len(ours) == len(frame)
    for row in frame.dropna(subset=["persons_low"]).to_dict("records"):
        bounds = (str(row["persons_low"]), str(row["persons_high"]), row["locator"])
        assert ours[f"{row['form']}: persons", str(row["year"])] == bounds


def test_themes_treaties_and_tables_fit_each_other():
    named = {part.not_of for part in PARTS} - {""}
    assert named and named <= set(CODES)
    fields = {field.name: field for field in data.metadata("treaty-ratifications").fields}
    grouped = [code for group in treaties.GROUPS.values() for code in group]
    known = fields["instrument"].constraints["enum"]
    assert sorted(grouped) == sorted(TREATIES) == sorted(known), (
        "GROUPS in decentwork/treaties.py and the column instrument of "
        "data/law/treaty-ratifications.yml differ; change both"
    )
    readers = tables_checked.readers_of_tables()
    assert [name for name in content.tables_of_pages() if name not in readers] == []
    for name in places.metadata_files(DATA):  # A page joins the limits of a table by semicolons.
        limits = data.metadata(name).must_not_be_used_for
        assert not [each for each in limits if ";" in each], name


# ------------------------------------------------------------------ what a page says

SUMMARY = ""
VICTIMS, CRIMINAL = "Victims whom authorities found", "Criminal proceedings"
MIGRATION = "Migration and protection"
SAID = [
    ("GBR", SUMMARY, "The United Kingdom has been a participating State of the OSCE since 25 June"),
    ("GBR", SUMMARY, "has 17,004 persons referred to the National Referral Mechanism, whether"),
    ("GBR", SUMMARY, r"text about a report that we found is of 20 October 2021 \(round 3\)\."),
    ("ALB", SUMMARY, "“<5”, which is 0 to 4, and here it may also mean that nothing was reported."),
    ("GRC", SUMMARY, "The treaty enters into force for it on 3 March 2027."),
    ("ALB", VICTIMS, r"2015 \| 109 \| 0 to 4 \| 57 \| 48 \| as all forms \|"),
    ("GBR", VICTIMS, r"(?s)2016 \| 601.*Change in 2017: from 2017 .*2017 \| 5,138"),
    ("FRA", CRIMINAL, "We cannot say which share"),
    ("TUR", "Treaties", "the State withdrew with effect from 1 July 2021"),
    ("MNG", "Work", "The source marks a break in 2019. Do not compare the two values."),
    ("AUT", MIGRATION, r"(?s)76,920 \(August 2022\).*\(March 2025\)"),
    ("VAT", content.BLANKS, "no edition has an estimate"),
]
NOT_SAID = [
    ("FRA", VICTIMS, "Change in 20"),  # breaks, remarks and acts of other States
    ("MCO", CRIMINAL, "which share"),  # no proceedings, so no sentence on their share
    ("GRC", SUMMARY, r"bound by[^.]*Protocol of 2014"),  # a treaty not in force does not bind
]


def test_pages_say_what_the_tables_hold_of_this_state(every, pages, subtests):
    for code, title, pattern in [*SAID, *NOT_SAID]:
        shown = text(pages[code], title) if title else content.summary(every, every.states[code])
        with subtests.test(code, pattern=pattern):
            wanted = (code, title, pattern) in SAID
            assert bool(re.search(pattern, shown.replace("\n", ""))) == wanted


def test_map_and_list_lead_to_every_state_without_ranking(every):
    found = list(every.states.values())
    page = BeautifulSoup(content.index(found, FOLDER), "html.parser")
    tiles = [tile.get_text() for tile in page.select(".state-tiles a")]
    assert sorted(tiles) == sorted(f"{state.code} {state.name}" for state in found)
    names = [item.get_text().partition(" (")[0] for item in page.select(".state-list li")]
    assert names == [state.name for state in sorted(found, key=lambda state: state.file)]
    assert "Türkiye (TUR; in older tables Turkey)" in page.select_one(".state-list").get_text()


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
