"""The pages of the participating States: all are made, each value has a source, blanks a reason."""

import csv
import re
from io import StringIO
from types import SimpleNamespace

import pytest
from bibtexparser.model import Entry
from bs4 import BeautifulSoup, Tag

from bookmaking.checks import ROOT, states
from bookmaking.checks.data import readers_of_tables
from bookmaking.directives import state as pages_of_states
from bookmaking.directives import state_content as content
from bookmaking.directives import state_file
from bookmaking.directives.elements import Citations, Element, PageLink
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from bookmaking.directives.state_themes import THEMES, TREATIES, MonitorsTexts, tables_used
from bookmaking.fresh.kept import KeptNotebooks, folder_of
from bookmaking.record import reads
from decentwork import data, sources, treaties
from decentwork.data import DataError
from decentwork.repository import DATA, NOTEBOOKS
from decentwork.tables import places
from decentwork.tile_places import PLACES

CHAPTERS = {name: [f"notebooks/{name}"] for name in content.tables_of_pages()}
CODES = sorted(data.states().index)


@pytest.fixture(scope="module")
def every():
    """The tables of the book."""
    return Tables()


def text(made: object) -> str:
    """Return all that a reader sees of something made, with citations as their keys."""
    if isinstance(made, str):
        return made
    if isinstance(made, Citations):
        return f"[{made.cited}]"
    if isinstance(made, PageLink):
        return f"<{made.page}>"
    inner = "".join(text(each) for each in made.contents)
    return f"{inner} | " if made.tag in ("td", "th", "p", "li", "caption") else inner


def section(page: content.Page, title: str) -> str:
    return "".join(text(each) for one in page.sections if one.title == title
                   for each in one.contents)  # fmt: skip


def page_of(every: Tables, code: str) -> content.Page:
    return content.page(every, code, CHAPTERS)


# ------------------------------------------------------------------ all pages


@pytest.mark.parametrize("code", CODES)
def test_every_state_has_a_page_without_holes(every, code):
    page = page_of(every, code)
    shown = " ".join([*page.summary, *map(text, page.opening)])
    shown += " ".join(section(page, one.title) for one in page.sections)
    assert not re.search(r"\bnan\b|NaT|<NA>|None\b|\{|\}(?!\])", re.sub(r"\[.*?\]", "", shown))
    assert page.title == every.states[code].name
    assert page.summary[0].startswith(("The ", page.title))
    titles = [one.title for one in page.sections]
    assert len(titles) == len(set(titles)) and titles[0] == "Treaties"


@pytest.mark.parametrize("code", CODES)
def test_each_table_speaks_or_is_named_with_a_reason(every, code):
    page, state = page_of(every, code), every.states[code]
    shown = " ".join(section(page, one.title) for one in page.sections)
    gaps = [text(made) for one in page.sections if one.title == content.BLANKS
            for made in items_and_paragraphs(one.contents)]  # fmt: skip
    for part in (part for theme in THEMES for part in theme.parts):
        rows = content._rows_of(part, every, state)
        if rows and isinstance(part, MonitorsTexts) and "text read at" in shown:
            continue  # a text that says nothing on any point has no table
        if rows:
            assert part.title in shown, part.title
        elif not (part.in_place or part.not_of == code):
            # Two parts can share a reason, so name and reason must stand in one item.
            named = part.absent if part.unread else part.title
            why = content._blank(part, every, state)
            assert any(named in gap and why in gap for gap in gaps), part.title


def items_and_paragraphs(contents: list) -> list[Element]:
    """Return each paragraph, and each item of a list."""
    return [each for made in contents for each in (made.contents if made.tag == "ul" else (made,))]


@pytest.mark.parametrize("code", CODES)
def test_every_table_of_a_page_names_its_sources(every, code):
    page = page_of(every, code)
    for contents in (page.opening, *(one.contents for one in page.sections)):
        for position, made in enumerate(contents):
            if isinstance(made, Element) and made.tag == "table":
                beside = contents[max(0, position - 1) : position + 2]
                cited = "".join(map(text, beside))
                assert re.search(r"\[\w", cited), f"{code}: {text(made)[:80]}"


@pytest.mark.parametrize("code", CODES)
def test_every_value_of_the_file_has_source_and_year(every, code):
    written = state_file.as_csv(every, every.states[code], content.tables_of_pages())
    rows = list(csv.DictReader(StringIO(written)))
    assert tuple(rows[0]) == state_file.COLUMNS
    assert all(row["source"] and row["locator"] and row["state"] == code for row in rows)
    assert all(row["year"] or row["table"] == "greta-findings" for row in rows)
    assert len(rows) > 100


def test_the_file_holds_the_values_of_the_table(every):
    written = state_file.as_csv(every, every.states["NLD"], ["detected-victims"])
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


def test_a_part_that_is_not_of_a_state_names_a_state():
    named = {part.not_of for theme in THEMES for part in theme.parts} - {""}
    assert named and named <= set(CODES)


def test_the_names_of_treaties_are_those_of_the_table():
    assert set(TREATIES) == set(data.read("treaty-ratifications")["instrument"])


def test_the_groups_of_treaties_hold_each_that_the_table_admits_once():
    fields = {field.name: field for field in data.metadata("treaty-ratifications").fields}
    grouped = [code for group in treaties.GROUPS.values() for code in group]
    assert sorted(grouped) == sorted(fields["instrument"].enum), (
        "GROUPS in decentwork/treaties.py and the column instrument of "
        "data/law/treaty-ratifications.yml differ; change both"
    )


def test_the_pages_show_tables_that_chapters_read():
    readers = readers_of_tables()
    assert [name for name in tables_used() if name not in readers] == []


# ------------------------------------------------------------------ what a page says


def test_the_first_paragraph_says_members_treaties_counts_and_release(every):
    said = " ".join(content.summary(every, every.states["GBR"]))
    assert "The United Kingdom has been a participating State of the OSCE since 25 June" in said
    assert "In June 2011 it was also a member of the European Union." in said
    assert "Palermo Protocol on trafficking (in force since 11 March 2006)" in said
    assert "has 17,004 persons referred to the National Referral Mechanism, whether" in said
    assert "The series is cut in 2017: from 2017 the file counts persons referred" in said
    assert "The newest text about a report that we found is of 20 October 2021 (round 3)." in said


def test_fewer_than_five_is_an_interval_and_a_missing_row_is_no_zero(every):
    shown = section(page_of(every, "ALB"), "Victims whom authorities found")
    assert "2015 | 109 | 0 to 4 | 57 | 48 | as all forms |" in shown
    assert "2011 | 84 | – | – | 0 | not known |" in shown
    assert "A dash means that the file has no number for this form and year." in shown


def test_a_break_stands_between_the_years_that_it_parts(every):
    shown = section(page_of(every, "GBR"), "Victims whom authorities found")
    assert re.search(r"2016 \| 601.*Change in 2017: from 2017 .*2017 \| 5,138", shown)
    assert "Change in 20" not in section(page_of(every, "FRA"), "Victims whom authorities found")


def test_breaks_of_other_states_are_left_out_and_no_limit_is(every):
    names = {code: [what for _, what in every.breaks("household-employers", every.states[code])]
             for code in ("FRA", "TUR", "ITA")}  # fmt: skip
    assert [len(found) for found in names.values()] == [1, 1, 0]
    assert "figures are cases" in every.remarks("asylum-pending", every.states["USA"])
    assert every.remarks("asylum-pending", every.states["ALB"]) == ""
    for code in ("DEU", "LTU", "POL"):
        shown = section(page_of(every, code), "Migration and protection")
        assert "returned to Ukraine, because a fall can be a clean-up of a register" in shown


def test_the_labour_share_stands_only_where_a_table_has_it(every):
    assert "28 of 499, 6 per cent" in section(page_of(every, "USA"), "Criminal proceedings")
    assert "add up to 499" in section(page_of(every, "USA"), "Criminal proceedings")
    assert "We cannot say which share" in section(page_of(every, "FRA"), "Criminal proceedings")
    for code in ("MCO", "SMR"):  # no proceedings, so no sentence on their share
        shown = " ".join(section(page_of(every, code), one.title)
                         for one in page_of(every, code).sections)  # fmt: skip
        assert "which share" not in shown and "federal cases" not in shown


@pytest.mark.parametrize("code", CODES)
def test_acts_of_the_union_are_no_rows_of_a_state(every, code):
    page = page_of(every, code)
    for made in (each for one in page.sections for each in one.contents):
        if isinstance(made, Element) and made.tag == "table":
            assert "(European Union)" not in text(made) and "| EU |" not in text(made)
    written = state_file.as_csv(every, every.states[code], content.tables_of_pages())
    assert "said of: EU" not in written and "said of: European Union" not in written
    shown = " ".join(section(page, one.title) for one in page.sections)
    told = "We did not read how they apply in this State." in shown
    assert told == every.states[code].row["eu_2026"]


LIMITS = {name: data.metadata(name).must_not_be_used_for for name in content.tables_of_pages()}


@pytest.mark.parametrize("code", CODES)
def test_no_limit_of_a_table_that_a_page_shows_is_lost(every, code):
    page = page_of(every, code)
    shown = " ".join([*map(text, page.opening),
                      *(section(page, one.title) for one in page.sections)])  # fmt: skip
    assert "this for: ." not in shown and "Not for" not in shown
    for part in (part for theme in THEMES for part in theme.parts):
        if content._rows_of(part, every, every.states[code]):
            assert all(limit in shown for limit in LIMITS[part.table]), part.table


def test_no_limit_holds_what_parts_a_list():
    """A page joins the limits of a table by semicolons."""
    for name in places.metadata_files(DATA):
        limits = data.metadata(name).must_not_be_used_for
        assert not [each for each in limits if ";" in each], name


def test_a_state_is_a_party_only_from_entry_into_force(every):
    assert (
        "ILO No. 29, forced labour | deposited; day of entry into force not in the source | "
        "ratification | 13 June 2011 |"
    ) in section(page_of(every, "CAN"), "Treaties")
    for code, from_day in (("GRC", "3 March 2027"), ("ITA", "9 June 2027")):
        said = " ".join(content.summary(every, every.states[code]))
        bound = next(each for each in content.summary(every, every.states[code])
                     if each.startswith("It is bound"))  # fmt: skip
        assert "Protocol of 2014" not in bound
        assert f"The treaty enters into force for it on {from_day}." in said
        assert f"| from {from_day} |" in section(page_of(every, code), "Treaties")


@pytest.mark.parametrize(
    "code, said",
    [
        ("MNG", "trafficking (acceded on 27 June 2008)"),
        ("MNE", "trafficking (succeeded on 23 October 2006)"),
        ("FIN", "trafficking (accepted on "),
        ("NLD", "trafficking (accepted on "),
        ("AUT", "trafficking (ratified on "),
        ("VAT", "so it cannot join the ILO Protocol of 2014"),
        ("CAN", "it is not a member of the Council of Europe"),
        ("CZE", "For forced labour it prints “<5”, which is 0 to 4."),
        ("ALB", "which is 0 to 4, and here it may also mean that nothing was reported."),
        ("MCO", "Its last one is 7, for 2009."),
        ("CHE", "GRETA published its report of round 3 on 20 June 2024. We did not read it."),
        ("USA", "For the fiscal year 2022 the file of the United Nations has 16,390 victims whom"),
    ],
)
def test_the_first_paragraph_uses_the_words_of_the_tables(every, code, said):
    assert said in " ".join(content.summary(every, every.states[code]))


def test_a_state_that_left_a_treaty_is_not_one_that_never_joined(every):
    shown = section(page_of(every, "TUR"), "Treaties")
    assert "the State withdrew with effect from 1 July 2021" in shown and "hurriyet2021" in shown
    assert "withdrew" not in section(page_of(every, "ARM"), "Treaties")


def test_two_kinds_of_survey_are_two_rows_and_breaks_between_are_told(every):
    work = section(page_of(every, "SRB"), "Work")
    assert re.search(r"employment \(labour force survey\) \| 20.6 per cent \(2011\)", work)
    assert re.search(
        r"employment \(income and living conditions\) \| 4 per cent[^|]*\(2021\)", work
    )
    mongolia = section(page_of(every, "MNG"), "Work")
    assert "The source marks a break in 2019. Do not compare the two values." in mongolia


def test_a_measure_shows_the_year_nearest_to_2011_and_the_newest(every):
    shown = section(page_of(every, "AUT"), "Migration and protection")
    assert "76,920 (August 2022)" in shown and "(March 2025)" in shown
    work = section(page_of(every, "GBR"), "Work")
    assert "0.5 (2011) | 0.41 (2024)" in work
    assert "releases before 2022 beside these, because the method was revised" in work


def test_a_small_state_is_readable(every):
    page = page_of(every, "VAT")
    assert page.sections[-1].title == "What the tables do not say"
    assert "no edition has an estimate" in section(page, page.sections[-1].title)
    tables_shown = [
        each
        for one in page.sections
        for each in one.contents
        if isinstance(each, Element) and each.tag == "table"
    ]
    assert all(len(each.contents) > 2 for each in tables_shown), "no table is empty"


def test_chapters_are_those_that_read_the_tables(every):
    assert "Chapters that use these tables: <notebooks/slavery-index>" in section(
        page_of(every, "ITA"), "Estimates of the Global Slavery Index"
    )


def test_map_and_list_lead_to_every_state_without_ranking(every):
    found = list(every.states.values())
    tiles, listed = content.tile_map(found, FOLDER), content.state_list(found, FOLDER)
    for state in found:
        assert f"{state.code} {state.name}" in tiles.text
        assert state.name in listed.text
    assert "Türkiye (TUR; in older tables Turkey)" in listed.text
    assert set(PLACES) == set(every.states)
    names = [state.file for state in found]
    assert names == sorted(names) and len(set(names)) == len(names)


# ------------------------------------------------------------------ faults


def test_an_unknown_code_is_told_with_near_codes(every):
    with pytest.raises(StateError, match=r"no participating State has the code 'DEX'.*Near .*DEU"):
        content.page(every, "DEX", {})
    assert "rename the file" in content.misplaced(every.states["ALB"], "book/states/alb")


def test_a_row_without_source_is_told_with_its_place(copy):
    table = copy / "labour_market" / "labour-inspectors.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("ilostatlai", "")
    table.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with pytest.raises(DataError, match=r"labour-inspectors\.csv.*source"):
        content.page(Tables(copy), "ARM", {})


def test_the_end_of_the_index_of_reports_is_that_of_its_source(every, monkeypatch):
    known = sources.load()
    assert known["gretaindex"].fields_dict["date"].value == "29 May 2025"
    title = "What the monitors of the Council of Europe asked"
    assert "GRETA’s reports, which ends in May 2025, names" in section(page_of(every, "ITA"), title)
    undated = Entry("dataset", "gretaindex", [])
    monkeypatch.setattr(sources, "load", lambda: dict(known) | {"gretaindex": undated})
    with pytest.raises(DataError, match=r"references\.bib: gretaindex has no date"):
        page_of(every, "ITA")


def test_pages_of_states_are_light(book):
    assert not (problems := states.weight(book)), "\n".join(problems)


def test_a_heavy_page_is_told(tmp_path):
    page = tmp_path / FOLDER / "malta.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(b" " * (states.HEAVIEST + 1))
    (problem,) = states.weight(tmp_path)
    assert "malta.html weighs 200 kB, and 200 kB is the limit" in problem


def test_the_built_pages_hold_what_the_function_says(book, every):
    for code in ("ALB", "VAT", "USA"):
        state = every.states[code]
        html = (book / f"{state.page}.html").read_text(encoding="utf-8")
        assert f"<h1>{state.name}" in html
        assert (book / state.page).with_name(content.file_of(state)).is_file()
        for one in page_of(every, code).sections:
            assert f"<h2>{one.title}<" in html


def test_pages_of_states_and_the_catalogue_name_the_same_chapters(book, every):
    kept = KeptNotebooks(folder_of(book))
    kernels = kept.tables(sorted(NOTEBOOKS.rglob("*.ipynb")))
    readers = {
        table: [name.removesuffix(".ipynb") for name in names]
        for table, names in reads.by_notebook(NOTEBOOKS, data.names(), kernels).items()
    }
    listed = BeautifulSoup((book / "book/tables.html").read_text(encoding="utf-8"), "html.parser")
    for table in content.tables_of_pages():
        used = listed.find(id=f"table-{table}").find("dt", string="Used in").find_next("dd")
        assert notebooks_linked(used) == set(readers[table]), table
    for code in ("ITA", "USA", "VAT"):
        page = BeautifulSoup(
            (book / f"{every.states[code].page}.html").read_text(encoding="utf-8"), "html.parser"
        )
        shown = [each.get_text() for each in page.select(".state-argued")]
        linked = [notebooks_linked(each) for each in page.select(".state-argued")]
        made = content.page(every, code, readers)
        expected = [
            {each.page for each in one.contents if isinstance(each, PageLink)}
            for section in made.sections
            for one in section.contents
            if isinstance(one, Element) and one.attributes.get("class") == "state-argued"
        ]
        assert linked == expected, shown


def notebooks_linked(part: Tag) -> set[str]:
    """Return the notebooks to which a part of a page links."""
    addresses = (link["href"].partition("#")[0] for link in part.find_all("a", href=True))
    inside = (address for address in addresses if "notebooks/" in address)
    return {f"notebooks/{each.partition('notebooks/')[2]}".removesuffix(".html") for each in inside}


@pytest.mark.parametrize("page", [f"{FOLDER}/albania", "book/register"])
def test_citations_of_a_page_without_a_list_lead_to_the_list_of_all(book, page):
    html = (book / f"{page}.html").read_text(encoding="utf-8")
    cited = re.findall(r'class="reference internal" href="([^"#]*)#id\d+"', html)
    assert cited and {address.rpartition("/")[2] for address in cited} == {"references.html"}


def test_the_file_of_a_state_is_written_again_when_it_is_gone_or_its_tables_changed(
    tmp_path, monkeypatch
):
    domain = SimpleNamespace(tables=Tables(), pages={f"{FOLDER}/albania": "ALB"})
    env = SimpleNamespace(srcdir=ROOT, get_domain=lambda name: domain)
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path)
    written = []
    monkeypatch.setattr(state_file, "as_csv", lambda *_: written.append(1) or "text")
    file = tmp_path / FOLDER / "albania.csv"
    for _ in range(2):
        pages_of_states._write_files(app, env)
        assert file.read_text(encoding="utf-8") == "text"
    assert len(written) == 1
    file.write_text("altered", encoding="utf-8")
    pages_of_states._write_files(app, env)
    assert file.read_text(encoding="utf-8") == "text"
    monkeypatch.setattr(pages_of_states.fingerprint, "TABLES", ("book",))
    pages_of_states._write_files(app, env)
    assert len(written) == 3
