"""A build that is killed leaves nothing that a later one takes for whole."""

import pytest

import kill_builds
from small_book import CommandedBook

MOMENTS, SEED = 4, 3


@pytest.mark.kernel
def test_killed_builds_resume_and_give_the_same_bytes(tmp_path):
    small = CommandedBook(tmp_path / "book")
    book = kill_builds.Book(small.root, small.command(), lambda on: small.change(back=not on))
    said: list[str] = []
    assert kill_builds.disturbed(book, MOMENTS, SEED, said.append) == []
    assert any("killed after" in line for line in said), said


def test_a_file_that_differs_or_is_missing_is_named(tmp_path):
    for site in ("one", "other"):
        (tmp_path / site / "book").mkdir(parents=True)
        for name in ("same.html", "other.html"):
            (tmp_path / site / name).write_text(name)
    (tmp_path / "one" / "book" / "check.html").write_text("ran for 1.5 s, 12 tables")
    (tmp_path / "other" / "book" / "check.html").write_text("ran for 22.0 s, 12 tables")
    sites = (tmp_path / "one", tmp_path / "other")
    assert kill_builds.differing(*sites) == [], "how long notebooks ran is no difference"
    (tmp_path / "other" / "book" / "check.html").write_text("ran for 22.0 s, 13 tables")
    (tmp_path / "other" / "other.html").write_text("half")
    (tmp_path / "one" / "same.html").unlink()
    assert kill_builds.differing(*sites) == ["book/check.html", "other.html", "same.html"]


def test_a_build_that_does_not_resume_says_why(tmp_path):
    command = ["/bin/sh", "-c", "echo The disk is full.; exit 1"]
    book = kill_builds.Book(tmp_path, command, lambda _: None)
    with pytest.raises(kill_builds.KilledError, match="The disk is full"):
        book.build()
