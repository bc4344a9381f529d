"""The catalogue has an entry for every table, with its breaks, limits, uses and files."""

import re

import pytest
import yaml

from bookmaking.directives import catalogue as content
from bookmaking.record.chapter import Chapter, Published
from bookmaking.tables import entries
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places
from small_data import folder_of_data

HEAVIEST = 520_000
"""Bytes: with style, scripts and fonts a first visit then stays below 1 MB."""
PAGE = "book/tables.html"
LIMITS = "Do not use this for"

SIDECAR = """\
title: A sample of Germany
description: Made up.
licence: {name: CC BY 4.0, redistribution: allowed}
integrity:
  status: verified
  against: nothing
schema:
  primaryKey: [year]
  fields:
    - {name: year}
    - {name: persons, type: integer, unit: persons, missing_reason: no report, description: people}
    - {name: remark, type: string, description: what the text says}
    - {name: source}
    - {name: locator}
    - {name: grade}
unit_of_count: detected victims
breaks:
  - {year: 2011, what: another definition, states: [DEU]}
must_not_be_used_for: [a trend, a rate]
as_of: "2011"
kept_for: a later chapter
"""
TABLE = """\
year,persons,remark,source,locator,grade
2009,3,counted by the police in 1999,nobody2011,p. 1,A
2011,,a very long remark that no reader of a preview could ever want to read,nobody2011,p. 1,A
"""


@pytest.fixture(scope="module")
def known():
    """The entries of all tables, read once."""
    return entries.entries()


@pytest.fixture
def folder(tmp_path):
    """A data folder with the States and one small table, stamped and valid."""
    return folder_of_data(tmp_path, SIDECAR, TABLE)


def edit(path, old, new):
    """Plant a fault: replace a piece of text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def sample(folder):
    return entries.entries(folder)["sample"]


def written(entry, part="tables", uses=()):
    """Return a part of the catalogue of one table, in a book of two pages."""
    return str(
        content.written(
            part,
            {entry.name: entry},
            uses={entry.name: uses},
            titles={"one": "First", "two": "Second"},
            numbers={"fig-a": "Figure 3.1"},
            address=lambda page, place: f"{page}.html{place}",
            sources=lambda entry: "; ".join(entry.sources),
            downloads="../files",
        )
    )


def fact(page, name):
    """Return what an entry says under a heading."""
    return re.search(f"<dt>{name}</dt><dd>(.*?)</dd>", page)[1]


# ------------------------------------------------------------------ what is derived


def test_years_come_from_columns_of_time_and_from_no_sentence(folder):
    entry = sample(folder)
    assert [(each.column, each.in_words) for each in entry.years] == [("year", "2009 to 2011")]
    assert entry.places == ("Germany",)
    assert (entry.kind, entry.is_series, entry.rows) == ("people found", True, 2)


def test_the_period_that_is_described_comes_before_the_year_of_publication(known):
    rounds = known["ilo-rounds"]
    assert [each.column for each in rounds.years] == ["reference_period", "round"]


def test_a_time_with_an_open_end_gives_no_years(folder):
    for written, told in (("April 2013 to May 2014", ["2013 to 2014"]), ("before 2012", [])):
        path = folder / "theme/sample.csv"
        path.write_text(re.sub(r"(?m)^(\d+,\d*),.*?,", rf"\1,{written},", TABLE), encoding="utf-8")
        found = [each for each in sample(folder).years if each.column == "remark"]
        assert [each.in_words for each in found] == told


def test_a_table_without_years_or_without_a_unit_is_no_series(folder):
    edit(folder / "theme/sample.yml", "unit: persons, ", "")
    assert not sample(folder).is_series
    assert "sample" not in written(sample(folder), "series")


def test_every_unit_of_count_has_one_kind_and_counts_something(known):
    kinds = yaml.safe_load((DATA / "shared.yml").read_text(encoding="utf-8"))["units_of_count"]
    units = [unit for of_kind in kinds.values() for unit in of_kind]
    counted = {entry.counts for entry in known.values()}
    assert sorted(units) == sorted(counted), "one unit is twice, or no table has it"


# ------------------------------------------------------------------ what an entry says


def test_an_entry_shows_breaks_limits_columns_and_first_rows(folder):
    page = written(sample(folder))
    assert fact(page, "Used in").endswith("made from it. It is kept for this: a later chapter")
    assert fact(page, "Breaks") == "<ul><li>2011: another definition (DEU)</li></ul>"
    assert fact(page, LIMITS) == "<ul><li>a trend</li><li>a rate</li></ul>"
    assert "<code>persons</code> <span>people (persons). Empty: no report</span>" in page
    assert "<span>3 | –</span></li>" in page
    assert "counted by the police in 1999 | a very long remark that no …" in page
    assert 'href="../files/sample.csv"' in page
    assert 'href="../files/sample.yml"' in page
    assert "data.read(&quot;sample&quot;)" in page


def test_an_entry_links_to_exhibits_and_counts_numbers(folder):
    chapter = Chapter(
        published={
            "fig-a": Published(1, "figure", ("sample",)),
            "fig-b": Published(1, "figure", ("another",)),
            "n": Published(1, "number", ("sample",)),
        },
        placed=["fig-a", "fig-b"],
    )
    found = content.uses({"one": chapter}, ["one", "two"], {}, {"two": ["sample"]})
    used = fact(written(sample(folder), uses=found["sample"]), "Used in")
    assert '<a href="one.html#fig-a">Figure 3.1</a>, 1 number</li>' in used
    assert "fig-b" not in used
    assert '<a href="two.html">Second</a>' in used


def test_a_link_to_an_entry_finds_a_place_inside_the_folded_part(folder):
    """Browsers open a folded part for a place inside it, and not for the part itself."""
    page = written(sample(folder))
    assert '<details class="catalogue"><summary>' in page
    assert '</summary>\n<dl id="table-sample">' in page
    assert 'href="#table-sample"' in written(sample(folder), "series")


# ------------------------------------------------------------------ the built page


def test_every_table_has_an_entry_and_its_files(book):
    page = (book / PAGE).read_text(encoding="utf-8")
    for name in data.names():
        assert page.count(f'<dl id="table-{name}">') == 1, name
        for kind in ("csv", "yml"):
            copy = book / content.FOLDER / f"{name}.{kind}"
            assert (
                copy.read_bytes()
                == (places.metadata_file(name, DATA).with_suffix(f".{kind}")).read_bytes()
            )
    with_limits = sum(bool(data.metadata(name).must_not_be_used_for) for name in data.names())
    assert page.count(f"<dt>{LIMITS}</dt>") == with_limits
    assert len(page.encode()) < HEAVIEST, "shorten what an entry says"
    assert not re.search(r"\b(nan|NaT|None)\b|&lt;NA&gt;", re.sub("None is noted", "", page))


def test_every_main_series_is_listed_with_its_years_and_place(known):
    for name in entries.main_series():
        entry = known[name]
        assert entry.is_series, name
        assert entry.years, name
        assert entry.states or entry.places, name
