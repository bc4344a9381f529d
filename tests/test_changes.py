"""What the book says is kept for each release, and a change of it is seen on the page."""

import subprocess
import zlib
from dataclasses import replace

import pytest
from nbformat.v4 import new_output

from bookmaking import fresh, reread
from bookmaking.checks import ROOT
from bookmaking.record import built_from, said
from bookmaking.release import addresses
from bookmaking.release import tag as release
from decentwork import claims
from small_book import CITING, OF_NOTEBOOKS, SmallBook, executed

VERDICT = {"verdict": "supported", "strength": "strong", "answer": "Yes."}
UNEXAMINED = {"verdict": claims.UNEXAMINED, "strength": "", "answer": ""}
LINES = {"S2-05": VERDICT, "S2-06": UNEXAMINED, "S2-07": VERDICT, "S2-09": VERDICT}
NUMBERS = {"notebooks/a": {"share": "12 per cent", "gone": "3"}, "notebooks/gone": {"one": "1"}}
BEFORE = said.Said("v0.1.0", "Made by a test.", "2026-11-25T00:00:00+00:00", LINES, NUMBERS)
AFTER = replace(
    BEFORE,
    name="this build",
    lines=LINES
    | {
        "S2-05": VERDICT | {"verdict": "contested", "strength": "none"},
        "S2-06": VERDICT,
        "S2-07": VERDICT | {"answer": "Yes, again."},
        "S2-09": UNEXAMINED,
    },
    numbers={"notebooks/a": {"share": "13 per cent", "new": "4"}, "notebooks/b": {"two": "2"}},
)


def test_each_change_is_told_by_its_page():
    assert said.changes(BEFORE, AFTER) == {
        said.REGISTER: [
            ("S2-05", "supported, strong evidence", "contested, no evidence"),
            ("S2-06", "not yet examined", "supported, strong evidence"),
            ("S2-09", "supported, strong evidence", "not yet examined"),
        ],
        "notebooks/a": [
            ("share", "12 per cent", "13 per cent"),
            ("new", "", "4"),
            ("gone", "3", ""),
        ],
    }
    assert said.changes(AFTER, AFTER) == {}
    assert said.parsed(BEFORE.as_json()) == BEFORE


def test_what_the_repository_keeps_can_be_read_and_says_how_it_was_made():
    kept = said.kept(ROOT)
    assert kept, "the page on changes has nothing to compare with"
    assert [one.date for one in kept] == sorted((one.date for one in kept), reverse=True)
    for one in kept:
        assert one.lines.keys() == set(claims.IDS)
        assert "commit" in one.made


# --------------------------------------------------------------------------- on the page

CHAPTER = "notebooks/second_segment/how_many"
LANDING = f"# Home\n\n```{{toctree}}\n{CHAPTER}\nbook/changes\nbook/check\n```\n"


def published() -> str:
    """Return an executed chapter with the number ``share``."""
    mime = "application/papermill.record/"
    about = {"scrapbook": {"name": "share", "mime_prefix": mime}}
    output = new_output("display_data", {f"{mime}text/plain": "'12 per cent'"}, metadata=about)
    cell = {"source": "exhibits.number('share', '12 per cent')", "outputs": [output]}
    return executed("# How many\n\nIt is {glue:text}`share`.\n", cell)


@pytest.fixture
def small(tmp_path):
    """A book of one chapter with a number, and the pages of its record."""
    book = SmallBook(
        tmp_path / "root",
        "bookmaking.directives",
        "bookmaking.fresh",
        "myst_nb",
        "sphinxcontrib.bibtex",
        **OF_NOTEBOOKS,
        **CITING,
        html_static_path=[str(ROOT / "book" / "_static")],
    )
    book.write("references.bib", (ROOT / "references.bib").read_text(encoding="utf-8"))
    for name in ("shared.yml", "register/claims.csv", "register/claims.yml"):
        book.write(f"data/{name}", (ROOT / "data" / name).read_text(encoding="utf-8"))
    book.page("index", LANDING)
    book.page("book/changes", "# Changes\n\n```{changes}\n```\n")
    book.page("book/check", "# Check\n\n```{built-from}\n```\n")
    book.page(f"{CHAPTER}.ipynb", published())
    return book


def text(small, page: str) -> str:
    return " ".join(small.soup(page).get_text(" ").split())


def test_the_pages_of_the_record_say_from_what_the_book_is_and_what_changed(small):
    now = said.of_book(small.root, {("how_many", "share"): "'12 per cent'"})
    assert now.numbers == {CHAPTER: {"share": "12 per cent"}}
    before = now.lines["S2-05"]
    other = "contested" if before["verdict"] != "contested" else "supported"
    lines = now.lines | {"S2-05": before | {"verdict": other}}
    old = replace(now, name="v0.1.0", made="By a test.", date="2026-11-25", lines=lines)
    small.write(f"{said.FOLDER}/v0.1.0.json", old.as_json())
    small.build()
    assert "known: built outside a repository" in text(small, "book/check")
    evidence = f"{before['strength']} evidence"
    told = f"S2-05 : {other}, {evidence} → {before['verdict']}, {evidence}"
    assert told in text(small, "book/changes")


# --------------------------------------------------------------------------- the commit


def git(folder, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    run = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


HEAD_OF_INVENTORY = b"""# Sphinx inventory version 2
# Project: A book
# Version: 0
# The remainder of this file is compressed using zlib.
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one commit, a built page and what a build leaves."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "A")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@example.org")
    root = tmp_path / "repository"
    (root / "book").mkdir(parents=True)
    (root / "book" / "page.md").write_text("# Page\n")
    (root / "CITATION.cff").write_text("version: 0.2.0\n")
    (root / "_config.yml").write_text("sphinx: {config: {}}\n")
    (root / ".gitignore").write_text("/_build/\n")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "One")
    site = root / "_build" / "html"
    site.mkdir(parents=True)
    (site / "book").mkdir()
    (site / "check.html").write_text("A page.")
    listed = zlib.compress(b"check std:doc -1 check.html -\n")
    (site / "objects.inv").write_bytes(HEAD_OF_INVENTORY + listed)
    fresh.leave(site, {**fresh.NO_BUILD, "site": fresh.listing(site)})
    return root


def test_a_book_names_its_commit_and_what_is_not_committed(repository):
    site = repository / "_build" / "html"
    page = site / built_from.PAGE
    assert built_from.is_named(repository, site), "no page names a commit"
    page.write_text(built_from.in_words(repository))
    assert git(repository, "rev-parse", "HEAD")[:12] in page.read_text()
    (repository / "notes.txt").write_text("A file that makes no page.")
    assert built_from.is_named(repository, site)
    (repository / "book" / "page.md").write_text("# Another\n")
    page.write_text(built_from.in_words(repository))
    assert page.read_text().endswith(", with changes that are not committed")
    git(repository, "commit", "--quiet", "--all", "-m", "Two")
    assert not built_from.is_named(repository, site), "the next build writes the page again"


def test_where_no_repository_or_no_git_is_no_commit_is_named(tmp_path, repository, monkeypatch):
    assert built_from.commit(tmp_path) is None
    assert built_from.commit(repository / "book") is None, "a folder of another repository"
    monkeypatch.setenv("PATH", "")
    assert built_from.commit(repository) is None


# --------------------------------------------------------------------------- a release


def test_a_release_keeps_what_is_said_commits_it_and_tags_it(repository, monkeypatch):
    monkeypatch.setattr(release, "nothing_changed", lambda root: True)
    monkeypatch.setattr(said, "of_book", lambda root: BEFORE)
    commit = git(repository, "rev-parse", "HEAD")
    path = release.release("v0.2.0", repository)
    kept = said.parsed(path.read_text(encoding="utf-8"))
    assert (kept.name, kept.lines, kept.numbers) == ("v0.2.0", BEFORE.lines, BEFORE.numbers)
    assert kept.rows_not_reread == 0
    assert commit[:12] in kept.made
    assert git(repository, "tag", "--points-at", "HEAD") == "v0.2.0"
    written = git(repository, "show", "--name-only", "--format=").splitlines()
    assert written == ["CHANGELOG.md", addresses.KEPT, f"{said.FOLDER}/v0.2.0.json"]
    assert (repository / addresses.KEPT).read_text() == "check.html\n"
    assert "## v0.2.0" in (repository / "CHANGELOG.md").read_text()
    with pytest.raises(release.ReleaseError, match="is there already"):
        release.release("v0.2.0", repository)


def test_a_release_is_refused_with_what_to_do(repository):
    def refused(tag: str, message: str) -> None:
        with pytest.raises(release.ReleaseError, match=message):
            release.release(tag, repository)

    refused("0.2", "'0.2' is no name of a release")
    refused("v0.3.0", r"CITATION\.cff has the version 0\.2\.0")
    refused("v0.2.0", "the built book is not that of the sources")
    (repository / "book" / "page.md").write_text("# Changed\n")
    refused("v0.2.0", "some changes are not committed")
    git(repository, "checkout", "--quiet", "book/page.md")
    assert git(repository, "tag") == ""
    git(repository, "tag", "v0.2.0")
    refused("v0.2.0", "the tag v0.2.0 is there already")
    assert not (repository / said.FOLDER).exists()


def test_rows_that_nobody_reread_may_not_grow_from_release_to_release(tmp_path, monkeypatch):
    folder = tmp_path / said.FOLDER
    folder.mkdir(parents=True)
    (folder / "v0.1.0.json").write_text(BEFORE.as_json())
    not_reread = iter([2, 2, 2, 1])
    monkeypatch.setattr(reread, "not_reread", lambda root: next(not_reread))
    assert release.more_not_reread(tmp_path) is None, "no earlier release counted them"
    counted = replace(BEFORE, name="v0.2.0", date="2026-11-26", rows_not_reread=1)
    (folder / "v0.2.0.json").write_text(counted.as_json())
    assert "2 rows typed by hand were not re-read" in release.more_not_reread(tmp_path)
    assert "in v0.2.0 it was 1. Compare" in release.more_not_reread(tmp_path)
    assert release.more_not_reread(tmp_path) is None
