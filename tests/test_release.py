"""A release: its changelog from two builds, its archive, and what a repository would be told."""

import json
import os
import subprocess
from dataclasses import replace

import pytest
from sphinx.errors import ConfigError

from bookmaking.checks import ROOT
from bookmaking.record import built_from, said
from bookmaking.record.said import Said
from bookmaking.release import addresses, archive, changelog, deposit, dist, offers, wheel

VERDICT = {"verdict": "supported", "strength": "strong", "answer": "Yes."}
BEFORE = Said(
    "v0.1.0", "Made by a test.", "2026-11-25T00:00:00+00:00",
    {"S2-05": VERDICT}, {"notebooks/a": {"share": "12 per cent", "gone": "3"}},
)  # fmt: skip
AFTER = replace(
    BEFORE,
    name="v0.2.0",
    date="2026-11-28T00:00:00+00:00",
    lines={"S2-05": VERDICT | {"verdict": "contested"}},
    numbers={"notebooks/a": {"share": "13 per cent", "new": "4"}},
)


# ------------------------------------------------------------------ the changelog


def test_the_changelog_is_what_the_kept_releases_give():
    assert not (found := changelog.faults()), "\n".join(found)


def test_each_verdict_and_number_that_changed_is_a_line_of_the_changelog():
    text = changelog.text([AFTER, BEFORE])
    assert text.index("## v0.2.0, 28 November 2026") < text.index("## v0.1.0")
    for line in (
        "- `S2-05`: supported, strong evidence → contested, strong evidence",
        "- `share`: 12 per cent → 13 per cent",
        "- `new`: new → 4",
        "- `gone`: 3 → gone",
    ):
        assert f"\n{line}\n" in text


def test_a_changelog_that_misses_a_number_is_named(tmp_path):
    for one in (BEFORE, AFTER):
        path = tmp_path / said.FOLDER / f"{one.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.as_json())
    path = changelog.write(tmp_path)
    assert not changelog.faults(tmp_path)
    path.write_text(path.read_text().replace("13 per cent", "14 per cent"))
    assert "CHANGELOG.md is not what the releases" in changelog.faults(tmp_path)[0]


# ------------------------------------------------------------------ published addresses


def test_an_address_that_is_lost_without_a_redirect_is_named():
    before = ["a.html", "a.html#fig-x", "b.html", "b.html#here", "c.html"]
    assert addresses.lost(before, {*before, "d.html"}, {}) == []
    found = addresses.lost(before, {"a.html", "c.html"}, {})
    assert [each.partition(" was ")[0] for each in found] == ["a.html#fig-x", "b.html"]
    assert "`(fig-x)=`" in found[0] and '`"b": <new page>.html`' in found[1]
    assert addresses.lost(before, {"a.html", "a.html#fig-x", "c.html"}, {"b": "c.html"}) == []


def test_the_built_book_has_every_address_of_the_last_release(book):
    now = addresses.of_site(book)
    assert {"book/landing.html", "book/tables.html#table-claims"} <= now
    assert not (found := addresses.faults()), "\n".join(found)


# ------------------------------------------------------------------ what a repository is told


def test_the_deposit_of_this_book_has_no_fault():
    assert not (found := deposit.faults(deposit.metadata())), "\n".join(found)
    told = json.loads(deposit.as_json())["metadata"]
    cited = dist.citation()
    assert told["title"] == cited["title"] and told["version"] == cited["version"]
    assert told["license"] == "cc-by-4.0"
    assert told["notes"] == f"The program code is under BSD-3-Clause. {deposit.OF_TABLES}"


def test_what_a_repository_would_refuse_is_a_sentence():
    for change, said_of_it in (
        ({"upload_type": "novel"}, "deposit, upload_type: 'novel' is not one of"),
        ({"publication_date": "2026-02-30"}, "'2026-02-30' is not a 'date'"),
        ({"creators": []}, "deposit, creators: [] should be non-empty"),
        ({"license": ""}, "deposit, license: '' does not match"),
        ({"price": "9"}, "'price' was unexpected"),
    ):
        found = deposit.faults(deposit.metadata() | change)
        assert any(said_of_it in each for each in found), found
        assert all(each.endswith("fix CITATION.cff") for each in found)


def test_a_person_is_named_as_a_repository_wants_it(tmp_path):
    (tmp_path / "CITATION.cff").write_text(
        "title: A book\nversion: 1.0.0\ndate-released: 2026-11-28\nlicense: CC-BY-4.0\n"
        "abstract: A & B\nauthors:\n  - {family-names: Roe, given-names: Ann, "
        "orcid: 'https://orcid.org/0000-0002-1825-0097'}\n"
    )
    made = deposit.metadata(tmp_path)
    assert made["creators"] == [{"name": "Roe, Ann", "orcid": "0000-0002-1825-0097"}]
    assert made["description"] == "<p>A &amp; B</p>" and made["notes"] == deposit.OF_TABLES
    assert not deposit.faults(made)


# ------------------------------------------------------------------ the archive


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A committed book that is so small that its site has one page."""
    root = tmp_path / "book"
    site = root / "dist" / "site"
    (site / offers.FOLDER).mkdir(parents=True)
    (site / "index.html").write_text('<p><img src="a.svg"></p>')
    (site / "a.svg").write_text("<svg/>")
    (site / offers.FOLDER / dist.SUMS).write_text("")
    (site / offers.FOLDER / dist.SITE).write_text("the site again")
    (root / ".gitignore").write_text("/dist/\n")
    (root / "CITATION.cff").write_text((ROOT / "CITATION.cff").read_text())
    (root / archive.LOCK).write_text("")
    changelog.write(root)

    def no_wheel(into, root):
        into.mkdir()
        (into / "decentwork-0.whl").write_text("")

    monkeypatch.setattr(wheel, "write", no_wheel)
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "One")
    named(site, built_from.in_words(root))
    return root


def named(site, commit):
    """Let the page of checks of a site name a commit."""
    (site / "book").mkdir(exist_ok=True)
    text = f'<span class="{built_from.MARK}">{commit}</span>'
    (site / "book" / "check.html").write_text(text)


def git(root, *command):
    subprocess.run(["git", *command], cwd=root, check=True)


def test_the_archive_holds_site_source_package_and_sums(small, tmp_path):
    version = dist.citation(small)["version"]
    target = archive.write(small)
    assert target == small / "dist" / f"{dist.NAME}-{version}.zip"
    first = target.read_bytes()
    assert archive.write(small).read_bytes() == first, "the same commit gives the same bytes"
    archive.shutil.unpack_archive(target, tmp_path / "out")
    folder = tmp_path / "out" / target.stem
    assert (folder / "source" / "CITATION.cff").is_file()
    assert not (folder / "site" / offers.FOLDER / dist.SITE).exists(), "the site is there once"
    told = subprocess.run(
        ["sha256sum", "--check", "--quiet", dist.SUMS], cwd=folder, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (0, "")


def test_no_archive_is_made_of_what_is_not_committed_or_not_printed(small):
    (small / "CITATION.cff").write_text((small / "CITATION.cff").read_text() + "# more\n")
    with pytest.raises(archive.ArchiveError, match="Something is not committed"):
        archive.write(small)
    git(small, "checkout", "-q", ".")
    (small / "dist" / "site" / offers.FOLDER / dist.SUMS).unlink()
    with pytest.raises(archive.ArchiveError, match="run `make dist` first"):
        archive.write(small)


@pytest.mark.parametrize(
    "commit", ["commit 0123456789ab of 1 May 2026", "", f"{{now}}{built_from.CHANGED}"]
)
def test_a_site_of_another_commit_or_of_none_is_not_packed(commit, small):
    now = built_from.in_words(small)
    named(small / "dist" / "site", commit.format(now=now))
    with pytest.raises(archive.ArchiveError, match="dist/site says that it was built from"):
        archive.write(small)


def test_a_citation_without_a_title_is_one_sentence(monkeypatch, capsys):
    def lacks(root=ROOT):
        raise ConfigError("CITATION.cff has no title: every page names it.")

    monkeypatch.setattr(deposit, "metadata", lacks)
    assert deposit.main() == 1
    assert capsys.readouterr().err == "CITATION.cff has no title: every page names it.\n"


# ------------------------------------------------------------------ what was printed before


def test_what_was_made_from_the_same_book_is_not_made_again(tmp_path):
    site = tmp_path / "dist" / "site"
    (site / offers.FOLDER).mkdir(parents=True)
    page = tmp_path / "_build" / "html" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    os.utime(page, (1, 1))
    assert not dist.is_current(site, tmp_path), "killed before its last file"
    (site / offers.FOLDER / dist.SUMS).write_text("")
    assert dist.is_current(site, tmp_path)
    os.utime(page)
    os.utime(site / offers.FOLDER / dist.SUMS, (2, 2))
    assert not dist.is_current(site, tmp_path), "a page is newer"
