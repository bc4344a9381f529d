"""Every table has an entry in the catalogue, which says from where it is."""

import re

import pytest

from bookmaking import reread
from bookmaking.directives import record as content
from bookmaking.record.reads import Chapter, Published
from bookmaking.tables import entries, provenance
from bookmaking.tables.provenance import REBUILT, TYPED
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places

HEAVIEST = 520_000
"""Bytes: with style, scripts and fonts a first visit then stays below 1 MB."""
PAGE = "book/tables.html"
LIMITS = "Do not use this for"
SAMPLE = "eu-registered-victims"
TYPED_BY_HAND = provenance.Provenance(SAMPLE, TYPED, (), (), "2026-11-25", 2, 1, ("reader C",))


@pytest.fixture(scope="module")
def known():
    """The entries of all tables, read once."""
    return entries.entries()


@pytest.fixture(scope="module")
def found():
    """Where each table of the book comes from."""
    return provenance.provenances()


def written(entry, uses=()):
    """Return the entry of one table, in a book of two pages."""
    return str(
        content.catalogue(
            "tables",
            [entry],
            uses={entry.name: uses},
            titles={"one": "First", "two": "Second"},
            numbers={"fig-a": "Figure 3.1"},
            made={entry.name: TYPED_BY_HAND},
            address=lambda page, place: f"{page}.html{place}",
            sources=lambda entry: "; ".join(entry.sources),
            downloads="../files",
        )
    )


def fact(page, name):
    """Return what an entry says under a heading."""
    return re.search(f"<dt>{name}</dt><dd>(.*?)</dd>", page)[1]


def test_an_entry_says_what_its_metadata_says_who_made_it_and_where_it_is_used(known):
    chapter = Chapter(
        published={"fig-a": Published(1, (SAMPLE,)), "fig-b": Published(1, ("another",))},
        placed=["fig-a", "fig-b"],
    )
    uses = content.uses({"one": chapter}, ["one", "two"], {}, {"two": [SAMPLE]})
    page, about = written(known[SAMPLE], uses[SAMPLE]), data.metadata(SAMPLE)
    assert fact(page, LIMITS).count("<li>") == len(about.must_not_be_used_for) > 0
    assert fact(page, "Breaks").count("<li>") == len(about.breaks) > 0
    made = "Hand; 1 of 2 rows compared by reader C"
    assert fact(page, "Made by") == f"{made}, last read 25 November 2026."
    assert all(f"<code>{column}</code>" in page for column in about.units)
    assert f'href="../files/{SAMPLE}.csv"' in page and f'href="../files/{SAMPLE}.yml"' in page
    used = fact(page, "Used in")
    assert '<a href="one.html#fig-a">Figure 3.1</a></li>' in used and "fig-b" not in used
    assert '<a href="two.html">Second</a>' in used
    assert "No figure, table or number" in fact(written(known[SAMPLE]), "Used in")


def test_every_table_has_an_entry_and_its_files(book, known, found):
    page = (book / PAGE).read_text(encoding="utf-8")
    assert all(known[name].is_series and known[name].years for name in entries.main_series())
    for name in data.names():
        assert page.count(f'<dl id="table-{name}">') == 1, name
        for kind in ("csv", "yml"):
            original = places.metadata_file(name, DATA).with_suffix(f".{kind}")
            copy = book / content.TABLES / f"{name}.{kind}"
            assert copy.read_bytes() == original.read_bytes()
    with_limits = sum(bool(data.metadata(name).must_not_be_used_for) for name in data.names())
    assert page.count(f"<dt>{LIMITS}</dt>") == with_limits
    assert len(page.encode()) < HEAVIEST, "shorten what an entry says"
    assert not re.search(r"\b(nan|NaT|None)\b|&lt;NA&gt;", page)
    linked = set(re.findall(r'href="(https?://[^"]+)"', page))
    for each in found.values():
        for source, files in each.sources.items():
            assert linked & {file.address for file in files}, (each.name, source.name)
    share = "{:,} of {:,}".format(*reread.counts())
    assert f"compared {share} typed rows" in (book / "book/landing.html").read_text("utf-8")


def test_every_table_is_rebuilt_computed_or_typed_and_its_files_can_be_got(found):
    """A public clone has no other file; a table from one typed by hand is a typed table."""
    assert list(found) == data.names()
    for name, known in found.items():
        built = data.metadata(name).builder is not None
        assert (known.way == TYPED) == (not built), name
        assert bool(known.originals) == (known.way == REBUILT), name
        hidden = [each.file for each in known.originals if not each.address]
        assert not hidden, f"{name}: {hidden} need an address in data/<theme>/originals"
