"""Every table has an entry in the catalogue, and the page on provenance says from where it is."""

import re

import pytest

from bookmaking import reread
from bookmaking.directives import record as content
from bookmaking.record.chapter import Chapter, Published
from bookmaking.tables import entries, provenance
from bookmaking.tables.provenance import REBUILT, TYPED
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places
from small_data import folder_of_data

HEAVIEST = 520_000
"""Bytes: with style, scripts and fonts a first visit then stays below 1 MB."""
PAGE, PROVENANCE = "book/tables.html", "book/provenance.html"
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
holds:
  years: {year: [2009, 2011]}
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
        content.catalogue(
            part,
            [entry],
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


def test_years_are_those_declared_and_places_those_of_the_title(folder):
    entry = sample(folder)
    assert [(each.column, each.in_words) for each in entry.years] == [("year", "2009 to 2011")]
    assert entry.places == ("Germany",)
    assert (entry.kind, entry.is_series, entry.rows) == ("people found", True, 2)
    edit(folder / "theme/sample.yml", "unit: persons, ", "")
    assert not sample(folder).is_series, "a table without a unit is no series"


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


# ------------------------------------------------------------------ the built page


def test_every_table_has_an_entry_and_its_files(book, known):
    page = (book / PAGE).read_text(encoding="utf-8")
    assert all(known[name].is_series and known[name].years for name in entries.main_series())
    for name in data.names():
        assert page.count(f'<dl id="table-{name}">') == 1, name
        for kind in ("csv", "yml"):
            copy = book / content.TABLES / f"{name}.{kind}"
            assert (
                copy.read_bytes()
                == (places.metadata_file(name, DATA).with_suffix(f".{kind}")).read_bytes()
            )
    with_limits = sum(bool(data.metadata(name).must_not_be_used_for) for name in data.names())
    assert page.count(f"<dt>{LIMITS}</dt>") == with_limits
    assert len(page.encode()) < HEAVIEST, "shorten what an entry says"
    assert not re.search(r"\b(nan|NaT|None)\b|&lt;NA&gt;", re.sub("None is noted", "", page))


# ------------------------------------------------------------------ provenance


@pytest.fixture(scope="module")
def found():
    """Where each table of the book comes from."""
    return provenance.provenances()


def test_every_table_is_rebuilt_computed_or_typed(found):
    assert list(found) == data.names()
    for name, known in found.items():
        built = data.metadata(name).builder is not None
        assert (known.way == TYPED) == (not built), name
        assert bool(known.originals) == (known.way == REBUILT), name
        assert known.rows == len(data.read(name)) > 0, name


def test_every_file_of_a_rebuilt_table_can_be_got_by_anybody(found):
    """A public clone has no other file; a table from one typed by hand is a typed table."""
    hidden = {
        each.file: name
        for name, known in found.items()
        for each in known.originals
        if not each.address
    }
    assert not hidden, (
        f"these files have no address in data/<theme>/originals, so no public clone can rebuild "
        f"the table: {hidden}; let the builder read the publisher's file, or make it a typed table"
    )


def test_the_page_names_every_table_and_links_to_files_at_their_addresses(book, found):
    text = (book / PROVENANCE).read_text(encoding="utf-8")
    shown = set(re.findall(r'href="tables\.html#table-([\w-]+)"', text))
    assert shown == set(found)
    linked = set(re.findall(r'href="(https?://[^"]+)"', text))
    for known in found.values():
        for source, files in known.sources.items():
            assert linked & {each.address for each in files}, (known.name, source.name)


def test_landing_page_and_page_of_provenance_print_the_share_that_was_reread(book):
    compared, typed = reread.counts()
    share = f"{compared:,} of {typed:,}"
    landing = (book / "book/landing.html").read_text(encoding="utf-8")
    assert f"compared {share} typed rows" in landing
    assert share in (book / PROVENANCE).read_text(encoding="utf-8")
