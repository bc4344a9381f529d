"""Files of the site are written where they differ, and go when nothing makes them any more."""

from bookmaking import site_files


def test_a_file_that_stands_there_as_it_should_is_left_alone(tmp_path):
    path = tmp_path / "new" / "a.txt"
    site_files.write(path, "1\n")
    before = path.stat().st_mtime_ns
    site_files.write(path, b"1\n")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (b"1\n", before)
    site_files.write(path, "2\r\n")
    assert path.read_bytes() == b"2\r\n", "ends of lines are written as they are"


def test_a_file_that_nothing_makes_any_more_goes(tmp_path):
    old, kept = tmp_path / "old.txt", tmp_path / "kept.txt"
    for path in (old, kept):
        path.write_text("1")
    site_files.write_all({kept: "2", tmp_path / "new.txt": "3"}, tmp_path.glob("*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "new.txt"]
    assert kept.read_text() == "2"
