"""How builders read originals: series of Open Numbers, columns of large workbooks."""

import zlib

import openpyxl
import pytest

from bookmaking.tables import reading
from decentwork import data

SERIES = "geo,time,jobs\naut,2019,1.5\nxkx,2019,2\naut,2020,\n"


@pytest.fixture
def series(tmp_path):
    """A series with a State that participates, one that does not, and a year without a value."""
    path = tmp_path / "series.csv"
    path.write_text(SERIES)
    return path


def test_a_series_is_read_by_place_and_year(series):
    frame = reading.read_datapoints(series, "geo", "jobs")
    assert frame["place"].tolist() == ["AUT", "XKX", "AUT"]
    assert frame["year"].tolist() == [2019, 2019, 2020]
    assert frame["value"].tolist()[:2] == [1.5, 2] and frame["value"].isna().tolist()[2]
    states = reading.of_participating_states(frame, "place")
    assert states["iso3"].tolist() == ["AUT", "AUT"]


def test_a_series_that_is_not_as_it_should_be_is_refused(series, subtests):
    for old, new, said in (
        ("geo,time,jobs", "geo,time,work", r"has the columns \['geo', 'time', 'work'\]"),
        ("aut,2020,", "aut,2019,3", "a place has two values for one year"),
        ("1.5", "many", "column jobs: .*many"),
    ):
        with subtests.test(said):
            series.write_text(SERIES.replace(old, new))
            with pytest.raises(data.DataError, match=said):
                reading.read_datapoints(series, "geo", "jobs")


@pytest.fixture
def book(tmp_path):
    """A workbook with an empty cell and a column that nobody asks for."""
    path = tmp_path / "decisions.xlsx"
    made = openpyxl.Workbook()
    for line in (["status", "other", "workers"], ["yes & no", 9, 3], [None, 1, 4.5]):
        made.active.append(line)
    made.save(path)
    return path


def test_columns_of_a_workbook_are_read_as_text(book):
    frame = reading.read_workbook(book, ["workers", "status"])
    assert frame["workers"].astype(float).tolist() == [3, 4.5]
    assert frame["status"].tolist() == ["yes & no", ""]


def test_a_workbook_without_a_column_or_of_another_kind_is_refused(book, tmp_path):
    with pytest.raises(data.DataError, match=r"lacks \['wages'\]; revise the builder"):
        reading.read_workbook(book, ["workers", "wages"])
    with pytest.raises(data.DataError, match="this original is not here"):
        reading.read_workbook(tmp_path / "none.xlsx", ["status"])
    book.write_text("status,workers\n")
    with pytest.raises(data.DataError, match="is no workbook"):
        reading.read_workbook(book, ["status"])


def test_what_is_no_cache_of_r_is_refused(tmp_path):
    path = tmp_path / "chunk.rdb"
    with pytest.raises(data.DataError, match="this original is not here"):
        reading.read_cached(path)
    for content in (b"\0\0\0\1" + zlib.compress(b"A"), b"\0\0\0\1A"):
        path.write_bytes(content)
        with pytest.raises(data.DataError, match="is not one object that R kept"):
            reading.read_cached(path)
