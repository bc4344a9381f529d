"""What a machine refuses ends a build in one sentence, and leaves no pages that look finished."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError, SphinxParallelError
from sqlalchemy.exc import OperationalError

from bookmaking import fresh, site_files
from bookmaking.site import typefaces
from bookmaking.tools import machine
from small_book import CommandedBook

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/disk/file")
WHILE = "The book was not built"
NO_SPACE, READ_ONLY = "no space is left", "can only be read"
FAULTS = {
    "read-only": READ_ONLY,
    "full base.ipynb": NO_SPACE,  # a notebook is kept
    "full page.doctree": NO_SPACE,  # a page is read, in a process of its own
    "full page.html": NO_SPACE,  # the last book is copied
    "full .html-made-from": NO_SPACE,  # all is made but its record
    "without font_source_sans_pro": "the typeface SourceSansPro",
}
"""Faults of `faulty_machine`, and a piece of what is said of each."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> CommandedBook:
    """A small book that was built without a fault."""
    book = CommandedBook(tmp_path_factory.mktemp("finished") / "book")
    run = book.build()
    assert run.returncode == 0, run.stdout + run.stderr
    return book


@pytest.fixture
def changed(finished):
    """The book with a change that is not yet built; after the test it is as it was."""
    kept = finished.root.with_name("kept")
    shutil.copytree(finished.root, kept)
    finished.change(back=False)
    finished.write("book/page.md", "# Page\n\nAnother text.\n")
    yield finished
    shutil.rmtree(finished.root)
    kept.rename(finished.root)


def files_of(site: Path) -> dict[str, bytes]:
    """Return the content of each file of a site."""
    found = [path for path in site.rglob("*") if path.is_file()]
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def test_a_fault_of_the_machine_ends_a_build_in_one_sentence(changed, subtests):
    before = files_of(changed.html)
    for fault, said in FAULTS.items():
        with subtests.test(fault):
            run = changed.build(fault)
            assert run.returncode == 1, run.stdout
            *warnings, sentence = run.stderr.strip().splitlines()
            assert len(warnings) <= 1 and "Traceback" not in run.stdout + run.stderr, run.stderr
            assert sentence.startswith(f"{WHILE}, because ") and said in sentence, sentence
            assert sentence.endswith("give the command again."), sentence
            assert files_of(changed.html) == before, "the last book is there, whole"
            assert not fresh.nothing_changed(changed.root), "it is not taken for the new one"
            assert not fresh.unfinished(changed.html).exists(), "no page looks finished"
    run = changed.build("full no such file")
    assert (run.returncode, run.stderr) == (0, ""), "the faults come too late to be seen"
    assert "Another text." in (changed.html / "book" / "page.html").read_text()
    assert fresh.nothing_changed(changed.root)


def test_a_first_build_on_a_full_disk_says_it_once_and_leaves_no_page(tmp_path):
    """Sphinx itself would go on to its next page and warn of each."""
    book = CommandedBook(tmp_path / "book")
    run = book.build("full page.html")
    assert run.returncode == 1
    assert run.stderr.count("\n") <= 2 and NO_SPACE in run.stderr, run.stderr
    assert not list((book.root / "_build").rglob("*.html"))


def test_a_build_that_fails_leaves_the_last_book_as_it_was(changed):
    """Also where an earlier one was killed after the old book had moved."""
    before = files_of(changed.html)
    changed.write("book/page.md", "# Page\n\n{doc}`nowhere`\n")
    for _ in range(2):
        run = changed.build()
        assert run.returncode == 1 and "nowhere" in run.stderr
        assert files_of(changed.html) == before
        assert not fresh.nothing_changed(changed.root)
        changed.html.rename(changed.html.with_name(site_files.OLD))


def raised(error: BaseException, cause: BaseException) -> BaseException:
    """Return an error that was raised from another."""
    error.__cause__ = cause
    return error


SAID = {
    "an error of the system": FULL,
    "one below another": raised(RuntimeError("a page"), FULL),
    "one in an extension of Sphinx": ExtensionError("a handler", FULL),
    "one in another process": SphinxParallelError(f"OSError: {FULL}", "Traceback …"),
    "several of copies": shutil.Error([("/a", "/disk/a", f"{FULL.args}"), ("/b", "/c", str(FULL))]),
    "one of the database": OperationalError(
        "INSERT", {}, sqlite3.OperationalError("database or disk is full")
    ),
}


def test_an_error_is_known_wherever_it_was_raised(subtests):
    for case, error in SAID.items():
        with subtests.test(case):
            said = machine.sentence(WHILE, error, Path("/disk"))
            assert said.startswith(
                f"{WHILE}, because no space is left on the disk that holds /disk"
            )


def test_another_error_keeps_its_traceback(subtests):
    for error in (
        FileNotFoundError(errno.ENOENT, "No such file or directory", "a"),
        ValueError("[Errno 28] No space left on device"),
        SphinxParallelError("KeyError: 'a'", "Traceback …"),
    ):
        with subtests.test(str(error)):
            assert machine.sentence(WHILE, error, Path("/disk")) == ""
            with pytest.raises(type(error)):
                machine.end(WHILE, error, Path("/disk"))


def test_a_typeface_whose_file_is_gone_is_named(monkeypatch):
    package, name = typefaces.FACES["serif-italic"]
    monkeypatch.delitem(__import__(package).font_files_ttf, name)
    with pytest.raises(machine.MachineError, match=f"{name} of the package {package} is missing"):
        typefaces.check()
