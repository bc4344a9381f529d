"""A reading counts as long as its row is as it was, and only where the source was opened."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bookmaking import reread
from decentwork.repository import ROOT

TABLE = "law/eu-acts"


@pytest.fixture
def copied(tmp_path) -> Path:
    """A repository with one typed table, of which nobody has re-read a row."""
    (tmp_path / "data/law").mkdir(parents=True)
    for name in (f"{TABLE}.csv", f"{TABLE}.yml"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data" / name)
    shutil.copy(ROOT / "data/shared.yml", tmp_path / "data/shared.yml")
    return tmp_path


def test_every_reading_of_the_book_is_complete_and_most_rows_are_compared():
    today = date.today().isoformat()
    for each in reread.readings():
        assert each.by and each.how_far and "" < each.on <= today, f"who, when, how far: {each}"
    compared, typed = reread.counts()
    assert 0.9 * typed < compared <= typed


def test_a_reading_ends_when_its_row_changes(copied):
    rows = len(reread.typed_rows(copied))
    assert reread.counts(copied) == (0, rows)
    assert reread.sign(["eu-acts: *"], "A. Reader", "the act, by article", copied) == rows
    assert reread.not_reread(copied) == 0
    table = copied / f"data/{TABLE}.csv"
    head, first, *others = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text(head + first.replace("2", "3", 1) + "".join(others), encoding="utf-8")
    assert reread.not_reread(copied) == 1


def test_a_source_that_was_not_opened_is_no_comparison(copied):
    reread.sign(["eu-acts: *"], "A. Reader", f"{reread.NOT_OPENED}: searched by title", copied)
    compared, typed = reread.counts(copied)
    assert compared == 0 < typed
