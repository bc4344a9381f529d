"""The page on provenance says of every table from where it is, who made it, and who re-read it."""

import re
import shutil
from datetime import date

import pytest

from bookmaking import reread
from bookmaking.tables import provenance
from bookmaking.tables.provenance import REBUILT, TYPED
from decentwork import data

PAGE = "book/provenance.html"


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


def test_rows_that_a_second_reader_compared_are_counted_by_table(copied_readings):
    root, sign = copied_readings
    sign("eu-acts: *", "First Reader", "the act, article by article")
    sign("legal-concepts: *", "Second Reader", f"{reread.NOT_OPENED}: searched by title")
    found = provenance.provenances(root)
    acts, concepts = found["eu-acts"], found["legal-concepts"]
    assert (acts.reread, acts.readers) == (acts.rows, ("First Reader",))
    assert acts.read == date.today().isoformat()
    assert (concepts.reread, concepts.readers) == (0, ())


@pytest.fixture
def copied_readings(tmp_path):
    """The tables of the book without readings, and a way to sign rows."""
    shutil.copytree(provenance.ROOT / "data", tmp_path / "data")
    (tmp_path / reread.FILE).unlink()

    def sign(pattern, by, how_far):
        assert reread.sign([pattern], by, how_far, tmp_path)

    return tmp_path, sign


def test_the_page_names_every_table_and_links_to_files_at_their_addresses(book, found):
    text = (book / PAGE).read_text(encoding="utf-8")
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
    assert share in (book / PAGE).read_text(encoding="utf-8")
