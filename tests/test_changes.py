"""What the book says is kept for each release, and a change of it is seen on the page."""

import subprocess
import zlib
from dataclasses import replace

import pytest
from nbformat.v4 import new_output
from sphinx.errors import ExtensionError

from bookmaking import fresh, reread
from bookmaking.checks import ROOT
from bookmaking.record import built_from, said
from bookmaking.release import addresses
from bookmaking.release import tag as release
from decentwork import claims
from small_book import ALL_SOURCES, CITING, OF_NOTEBOOKS, SmallBook, executed

VERDICT = {"verdict": "supported", "strength": "strong", "answer": "Yes."}
UNEXAMINED = {"verdict": said.UNEXAMINED, "strength": "", "answer": ""}
LINES = {"S2-05": VERDICT, "S2-06": UNEXAMINED, "S2-07": VERDICT, "S2-09": VERDICT}
NUMBERS = {"notebooks/a": {"share": "12 per cent", "gone": "3"}, "notebooks/gone": {"one": "1"}}
BEFORE = said.Said("v0.1.0", "Made by a test.", "2026-11-25T00:00:00+00:00", LINES, NUMBERS)
AFTER = replace(
    BEFORE,
    name="this build",
    lines=LINES
    | {
        "S2-05": {"verdict": "right, high; untested", "answer": "Yes."},
        "S2-06": VERDICT,
        "S2-07": VERDICT | {"answer": "Yes, again."},
        "S2-09": UNEXAMINED,
    },
    numbers={"notebooks/a": {"share": "13 per cent", "new": "4"}, "notebooks/b": {"two": "2"}},
)


def test_each_kind_of_change_is_told_from_the_others():
    found = said.changes(BEFORE, AFTER)
    assert {kind: [each.name for each in of] for kind, of in found.items()} == {
        "examined": ["S2-06"],
        "verdicts": ["S2-05"],
        "unexamined": ["S2-09"],
        "numbers": ["share"],
        "new": ["new"],
        "gone": ["gone"],
        "new_pages": ["notebooks/b"],
        "gone_pages": ["notebooks/gone"],
        "reworded": ["S2-07"],
    }
    (verdict,), (number,) = found["verdicts"], found["numbers"]
    assert verdict[1:3] == ("supported, strong evidence", "right, high; untested")
    assert number == ("share", "12 per cent", "13 per cent", "notebooks/a")
    assert "1 verdict or strength changed." in said.summary(found)
    assert said.summary(said.changes(AFTER, AFTER)) == ["No verdict and no number has changed."]


def test_a_file_is_read_as_it_was_written_or_refused_in_a_sentence():
    assert said.parsed(BEFORE.as_json(), "a.json") == BEFORE
    for text in ("{", '{"form": 7}', BEFORE.as_json().replace('"numbers"', '"figures"')):
        with pytest.raises(said.SaidError, match=r"a\.json is not what a build says in the form 1"):
            said.parsed(text, "a.json")


def test_what_the_repository_keeps_can_be_read_and_says_how_it_was_made():
    kept = said.kept(ROOT)
    assert kept, "the page on changes has nothing to compare with"
    assert [one.date for one in kept] == sorted((one.date for one in kept), reverse=True)
    for one in kept:
        assert one.lines.keys() == set(claims.IDS)
        assert "commit" in one.made


# --------------------------------------------------------------------------- on the page

CHAPTER = "notebooks/second_segment/how_many"
ARGUED = [claim.id for claim in claims.load() if claim.page == CHAPTER]
BOX = f"# How many\n\n```{{claim}} {' '.join(ARGUED)}\n```\n\nIt is {{glue:text}}`share`.\n"
LANDING = (
    f"# Home\n\n```{{toctree}}\n{CHAPTER}\nbook/register\nbook/searches\nbook/changes\n"
    "book/check\n```\n"
)
REGISTER = "# Register\n\n```{register}\n```\n\n" + ALL_SOURCES


def published(text: str) -> dict:
    mime = "application/papermill.record/"
    about = {"scrapbook": {"name": "share", "mime_prefix": mime}}
    output = new_output("display_data", {f"{mime}text/plain": repr(text)}, metadata=about)
    return {
        "source": 'exhibits.number("share", str(len(data.read("claims"))))',
        "outputs": [output],
    }


class RecordedBook(SmallBook):
    """A book of one chapter with a number and a line, and the two pages of its record."""

    def __init__(self, root) -> None:
        super().__init__(
            root,
            "bookmaking.directives.list_of_sources",
            "bookmaking.directives",
            "bookmaking.fresh",
            "myst_nb",
            "sphinxcontrib.bibtex",
            **OF_NOTEBOOKS,
            **CITING,
            html_static_path=[str(ROOT / "book" / "_static")],
        )
        self.write("references.bib", (ROOT / "references.bib").read_text(encoding="utf-8"))
        self.write("environment.yml", "dependencies:\n  - python=3.11\n  - pip:\n    - pandas\n")
        for name in ("shared.yml", *(f"register/{table}.{end}" for table in claims.TABLES
                                     for end in ("csv", "yml"))):  # fmt: skip
            self.write(f"data/{name}", (ROOT / "data" / name).read_text(encoding="utf-8"))
        self.page("index", LANDING)
        self.page("book/register", REGISTER)
        self.page("book/searches", "# Searches\n\n```{searches}\n```\n")
        self.page("book/changes", "# Changes\n\n```{changes}\n```\n")
        self.page("book/check", "# Check\n\n```{built-from}\n```\n")
        self.chapter("12 per cent")

    def chapter(self, number: str) -> None:
        self.page(f"{CHAPTER}.ipynb", executed(BOX, published(number)))

    def keep(self, kept: said.Said) -> None:
        self.write(f"{said.FOLDER}/{kept.name}.json", kept.as_json())

    def text(self, page: str) -> str:
        return " ".join(self.soup(page).get_text(" ").split())

    def made(self) -> said.Said:
        path = self.html / said.FILE
        return said.parsed(path.read_text(encoding="utf-8"), str(path))


@pytest.fixture
def small(tmp_path):
    return RecordedBook(tmp_path / "book-root")


def test_the_pages_of_the_record_say_what_changed_and_how_much_is_compared(small):
    assert small.build() == ""
    text = small.text("book/check")
    assert built_from.OUTSIDE in text and "Packages: 1 package" in text
    assert "Numbers in the text that a notebook computes 1" in text
    assert "Lines of the note with their box where they are argued 87" in text
    assert "No earlier build is kept" in small.text("book/changes")
    now = small.made()
    assert now.numbers == {CHAPTER: {"share": "12 per cent"}}

    before = now.lines["S2-05"]
    lines = now.lines | {"S2-05": before | {"verdict": "wrong, low"}}
    made = replace(now, made="By a test.", lines=lines)
    small.keep(replace(made, name="v0.1.0", date="2026-11-25", numbers={}))
    small.keep(replace(made, name="v0.2.0", date="2026-11-26"))
    small.chapter("13 per cent")
    assert small.build() == ""
    page = small.soup("book/changes")
    rows = [[cell.get_text() for cell in row(["th", "td"])] for row in page.select("tbody tr")]
    assert ["S2-05", "wrong, low", before["verdict"]] in rows
    assert ["share", "12 per cent", "13 per cent"] in rows
    links = {link["href"] for link in page("a", href=True)}
    assert f"../{CHAPTER}.html#claim-s2-05" in links
    (folded,) = (each for each in page("details") if "v0.1.0" in each.summary.get_text())
    assert folded.summary.get_text() == "From v0.1.0 to v0.2.0"
    small.write(f"{said.FOLDER}/v0.1.0.json", '{"form": 7}')
    with pytest.raises(ExtensionError, match=r"v0\.1\.0\.json .* has the form 7"):
        small.build()


def test_the_catalogue_follows_what_chapters_read(small):
    small.page("book/tables", "# Tables\n\n```{catalogue} tables\n```\n")
    small.replace("index.md", "book/check\n", "book/check\nbook/tables\n")
    assert small.build() == ""
    assert "How many : 1 number" in small.text("book/tables")
    written = []
    small.build(on={"html-page-context": lambda app, page, *_: written.append(page)})
    assert "book/check" in written and "book/tables" not in written
    other = published("12 per cent") | {"source": 'exhibits.number("share", "12 per cent")'}
    small.page(f"{CHAPTER}.ipynb", executed(BOX, other))
    assert small.build() == ""
    assert "No figure, table or number of the book is made from it." in small.text("book/tables")


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
    (site / "_downloads").mkdir(parents=True)
    (site / "check.html").write_text("A page.")
    (site / said.FILE).write_text(BEFORE.as_json(), encoding="utf-8")
    listed = zlib.compress(b"check std:doc -1 check.html -\n")
    (site / "objects.inv").write_bytes(HEAD_OF_INVENTORY + listed)
    fresh.leave(site, {**fresh.NO_BUILD, "site": fresh.listing(site)})
    return root


def test_a_book_names_its_commit_and_what_is_not_committed(repository):
    site = repository / "_build" / "html"
    assert built_from.is_named(repository, site), "no page names a commit"
    built_from.note(repository, site)
    assert git(repository, "rev-parse", "HEAD")[:12] in built_from.in_words(repository)
    (repository / "notes.txt").write_text("A file that makes no page.")
    assert built_from.is_named(repository, site)
    (repository / "book" / "page.md").write_text("# Another\n")
    assert built_from.in_words(repository).endswith(built_from.CHANGED)
    built_from.note(repository, site)
    git(repository, "commit", "--quiet", "--all", "-m", "Two")
    assert not built_from.is_named(repository, site), "the next build writes the page again"


def test_where_no_repository_or_no_git_is_no_commit_is_named(tmp_path, repository, monkeypatch):
    inside = repository / "book"
    assert built_from.in_words(tmp_path) == built_from.OUTSIDE
    assert built_from.in_words(inside) == built_from.OUTSIDE, "a folder of another repository"
    monkeypatch.setenv("PATH", "")
    assert built_from.in_words(repository) == built_from.OUTSIDE


# --------------------------------------------------------------------------- a release


def test_a_release_keeps_what_is_said_commits_it_and_tags_it(repository, monkeypatch):
    monkeypatch.setattr(release, "nothing_changed", lambda root: True)
    commit = git(repository, "rev-parse", "HEAD")
    path = release.release("v0.2.0", repository)
    kept = said.parsed(path.read_text(encoding="utf-8"), "a.json")
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
