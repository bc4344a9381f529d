"""How builders read originals: series of Open Numbers, columns of large workbooks."""

import zipfile

import pytest

from bookmaking.tables import faults, reading, workbooks
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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("geo,time,jobs", "geo,time,work", r"has the columns \['geo', 'time', 'work'\]"),
        ("aut,2020,", "aut,2019,3", "a place has two values for one year"),
        ("1.5", "many", "column jobs: .*many"),
    ],
)
def test_a_series_that_is_not_as_it_should_be_is_refused(old, new, said, series):
    faults.text(old, new)(series)
    with pytest.raises(data.DataError, match=said):
        reading.read_datapoints(series, "geo", "jobs")


STRINGS = "<sst><si><t>status</t></si><si><t>workers</t></si><si><t>yes &amp; no</t></si></sst>"
SHEET = """<sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="AB1" t="s"><v>1</v></c></row>
<row r="2"><c r="A2" s="4" t="s"><v>2</v></c><c r="B2"><v>9</v></c><c r="AB2"><v>3</v></c></row>
<row r="3"><c r="A3" s="4"/><c r="AB3"><v>4.5</v></c></row>
<row r="4"><c r="AB4"><v>6</v></c></row>
</sheetData>"""


@pytest.fixture
def book(tmp_path):
    """A workbook with shared strings, an empty cell, a row without a cell, and columns between."""
    path = tmp_path / "decisions.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(workbooks.SHEET, SHEET)
        made.writestr(workbooks.STRINGS, STRINGS)
    return path


def test_columns_of_a_workbook_are_read_as_text(book):
    frame = workbooks.read_columns(book, ["workers", "status"])
    assert frame.to_dict("list") == {
        "workers": ["3", "4.5", "6"],
        "status": ["yes & no", "", ""],
    }


def test_a_workbook_without_a_column_or_without_a_row_is_refused(book, tmp_path):
    with pytest.raises(data.DataError, match=r"lacks \['wages'\]; revise the builder"):
        workbooks.read_columns(book, ["workers", "wages"])
    with pytest.raises(data.DataError, match=r"has rows without any of \['status'\]"):
        workbooks.read_columns(book, ["status"])
    with pytest.raises(data.DataError, match="this original is not here"):
        workbooks.read_columns(tmp_path / "none.xlsx", ["status"])


def test_a_workbook_of_another_make_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(workbooks.SHEET, SHEET)
    with pytest.raises(data.DataError, match=r"lacks its part xl/sharedStrings\.xml"):
        workbooks.read_columns(path, ["status"])


def test_a_fault_is_planted_in_one_cell_of_a_large_workbook(book):
    faults.cell_of_large(workbooks.SHEET, "A2", "no & never")(book)
    frame = workbooks.read_columns(book, ["status", "workers"])
    assert frame["status"].tolist() == ["no & never", "", ""]
    assert frame["workers"].tolist() == ["3", "4.5", "6"]
    with pytest.raises(faults.CannotPlantError, match=r"no longer has the cell C2"):
        faults.cell_of_large(workbooks.SHEET, "C2", "no")(book)
