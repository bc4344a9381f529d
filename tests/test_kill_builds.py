"""A build that is killed leaves nothing that a later one takes for whole."""

import shutil
from pathlib import Path

import pytest
from jupyter_cache.cache.db import DB_NAME, NbCacheRecord

import kill_builds
from bookmaking import site_files
from bookmaking.fresh import fingerprint
from bookmaking.fresh.kept import READY, KeptNotebooks
from bookmaking.fresh.made_from import made_from
from bookmaking.site import fonts, pictures
from bookmaking.source import folding
from small_book import CommandedBook, executed

MOMENTS, SEED = 3, 3


@pytest.mark.kernel
def test_killed_builds_resume_and_give_the_same_bytes(tmp_path):
    small = CommandedBook(tmp_path / "book")
    # Without a change between two builds: Sphinx alone, with the plainest theme, does not give the
    # bytes of a build from nothing after one.
    book = kill_builds.Book(small.root, small.command())
    said: list[str] = []
    assert kill_builds.disturbed(book, MOMENTS, SEED, said.append) == []
    assert sum("killed after" in line for line in said) == MOMENTS, said


@pytest.mark.kernel
def test_a_change_that_was_killed_and_taken_back_leaves_no_trace(tmp_path):
    book = CommandedBook(tmp_path / "book")
    assert book.build().returncode == 0
    shutil.copytree(book.html, tmp_path / "undisturbed")
    for place in ("base.ipynb", "environment.pickle", "page.html", ".html-made-from"):
        book.change(back=False)
        assert book.build(f"killed {place}").returncode == -9
        assert kill_builds.differing(tmp_path / "undisturbed", book.html) == [], "half a book"
        book.change(back=True)
        resumed = book.build()
        assert resumed.returncode == 0, resumed.stderr
        assert kill_builds.differing(tmp_path / "undisturbed", book.html) == []


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
    book = kill_builds.Book(tmp_path, command)
    with pytest.raises(kill_builds.FailedBuildError, match="The disk is full"):
        book.build()


# ------------------------------------------------------------------- what a killed build may leave

NOTHING = {"tables": [], "sources": [], "modules": []}


class Kept:
    """A notebook that was executed and kept, as a build finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "kept"
        self.path = folder / "a.ipynb"
        self.path.write_text(executed({"source": "1 + 1"}), encoding="utf-8")
        self.keep()

    def keep(self) -> None:
        notebook = folding.read(self.path)
        KeptNotebooks(self.folder).keep(notebook, self.path, 1.0, made_from(NOTHING))

    @property
    def file(self) -> Path:
        (found,) = self.folder.rglob("base.ipynb")
        return found

    def outputs(self) -> list[Path]:
        """Return the notebooks that a new build finds executed."""
        kept = KeptNotebooks(self.folder)
        kept.drop_outdated()
        return [*kept.outputs([self.path])]


@pytest.fixture
def kept(tmp_path) -> Kept:
    return Kept(tmp_path)


def half(kept: Kept) -> None:
    text = kept.file.read_text(encoding="utf-8")
    kept.file.write_text(text[: len(text) // 2], encoding="utf-8")


def without_record(kept: Kept) -> None:
    cache = KeptNotebooks(kept.folder).cache
    NbCacheRecord.remove_records([each.pk for each in cache.list_cache_records()], cache.db)
    kept.file.unlink()


def without_tables(kept: Kept) -> None:
    (kept.folder / DB_NAME).write_bytes(b"")
    (kept.folder / READY).unlink()


LEFT = {
    "half a file": half,
    "a record without its file": lambda kept: kept.file.unlink(),
    "a record without its folder": lambda kept: shutil.rmtree(kept.file.parent),
    "a folder without record and file": without_record,
    "a database without tables": without_tables,
}


@pytest.mark.parametrize("left", LEFT)
def test_a_notebook_that_is_not_kept_whole_is_executed_and_kept_again(kept, left):
    assert kept.outputs() == [kept.path]
    # A change of anything around lets a build look at all that is kept.
    (kept.folder / "remembered.json").unlink()
    LEFT[left](kept)
    assert kept.outputs() == []
    kept.keep()
    assert kept.outputs() == [kept.path]


def test_a_record_comes_after_its_file(kept, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(site_files, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        kept.keep()
    assert KeptNotebooks(kept.folder).cache.list_cache_records() == []


def half_written(path: Path, content: bytes) -> int:
    """Write half of a file and end, as what is killed does."""
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise KeyboardInterrupt


def test_half_a_file_does_not_stand_in_its_place(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("before")
    monkeypatch.setattr(Path, "write_bytes", half_written)
    for write in (site_files.write, site_files.replace):
        with pytest.raises(KeyboardInterrupt):
            write(path, "after, and longer")
    with pytest.raises(KeyboardInterrupt):
        fingerprint.leave(tmp_path / "html", {})
    assert path.read_text() == "before"
    assert fingerprint.last_build(tmp_path / "html") is None


@pytest.mark.long
def test_half_a_typeface_is_cut_again(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "TEXT_FACES", {"sans-regular": fonts.TEXT_FACES["sans-regular"]})
    (whole := tmp_path / "whole").mkdir()
    fonts.provide_text_faces(whole)
    (tmp_path / "sans-LICENSE.txt").write_bytes((whole / "sans-LICENSE.txt").read_bytes())
    with monkeypatch.context() as machine, pytest.raises(KeyboardInterrupt):
        machine.setattr(Path, "write_bytes", half_written)
        fonts.provide_text_faces(tmp_path)
    fonts.provide_text_faces(tmp_path)
    for path in whole.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_a_picture_of_another_drawing_is_not_taken_for_the_right_one(tmp_path, monkeypatch):
    """A build of a change is killed after it drew, and the change is taken back."""
    drawing = tmp_path / "fig-a.svg"
    words = {"fig-a": pictures.Words("A finding", "Persons", "Fig. 1.1")}

    def draw(width: int) -> bytes:
        drawing.write_text(f'<svg viewBox="0 0 {width} 90" xmlns="http://www.w3.org/2000/svg"/>')
        pictures.write(tmp_path, words, tmp_path / "memory.json")
        return (tmp_path / "fig-a.png").read_bytes()

    right = draw(400)
    written = site_files.replace

    def killed_after_the_picture(path: Path, content: bytes) -> None:
        written(path, content)
        if path.suffix == ".png":
            raise KeyboardInterrupt

    monkeypatch.setattr(site_files, "replace", killed_after_the_picture)
    with pytest.raises(KeyboardInterrupt):
        draw(300)
    monkeypatch.undo()
    assert draw(400) == right


def test_the_old_site_stands_until_the_new_one_is_whole(tmp_path):
    """What is killed between the two moves is made anew, from an empty folder."""
    new, target = tmp_path / "html-unfinished", tmp_path / "html"
    for folder in (new, target):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    site_files.put(new, target)
    assert (target / "index.html").read_text() == "html-unfinished"
    assert (tmp_path / "old" / "index.html").read_text() == "html"
