"""How builders read originals: series of Open Numbers."""

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
