"""Files of the site are written where they differ, and go when nothing makes them any more."""

from bookmaking import site_files


def test_files_are_written_where_they_differ_and_go_when_nothing_makes_them(tmp_path):
    old, same, other = (tmp_path / name for name in ("old.txt", "same.txt", "other.txt"))
    site_files.write_all({old: "1", same: b"1\n", other: "1"}, ())
    before = same.stat().st_mtime_ns
    site_files.write_all({same: "1\n", other: "2\r\n"}, tmp_path.glob("*"))
    assert sorted(tmp_path.iterdir()) == [other, same]
    assert same.stat().st_mtime_ns == before
    assert other.read_bytes() == b"2\r\n", "ends of lines are written as they are"
