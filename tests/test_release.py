"""A release: its changelog from two builds, the addresses that it keeps, and its archive."""

import subprocess
from dataclasses import replace

import pytest

from bookmaking.checks import ROOT
from bookmaking.record import said
from bookmaking.record.said import Said
from bookmaking.release import addresses, archive, changelog, dist, offers

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


def test_the_changelog_is_what_the_kept_releases_give():
    kept = (ROOT / changelog.FILE).read_text(encoding="utf-8")
    assert kept == changelog.HEAD + said.changelog(said.kept(ROOT)), (
        "run `python -m bookmaking.release.changelog`"
    )


def test_each_verdict_and_number_that_changed_is_a_line_of_the_changelog():
    text = said.changelog([AFTER, BEFORE])
    assert text.index("## v0.2.0, 28 November 2026") < text.index("## v0.1.0")
    for line in (
        "- `S2-05`: supported, strong evidence → contested, strong evidence",
        "- `share`: 12 per cent → 13 per cent",
        "- `new`: new → 4",
        "- `gone`: 3 → gone",
    ):
        assert f"\n{line}\n" in text


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


@pytest.mark.slow
def test_the_archive_holds_site_source_package_and_sums(tmp_path):
    """Of this commit, with a site of one page."""
    site, target = tmp_path / "site", tmp_path / "book.zip"
    (site / offers.FOLDER).mkdir(parents=True)
    (site / "index.html").write_text("A page.")
    (site / offers.FOLDER / dist.SITE).write_text("the site again")
    archive.of_release(site, target, dist.citation(), "commit 0123456789ab")
    first = target.read_bytes()
    archive.of_release(site, target, dist.citation(), "commit 0123456789ab")
    assert target.read_bytes() == first, "the same commit gives the same bytes"
    archive.shutil.unpack_archive(target, tmp_path)
    folder = tmp_path / "book"
    assert (folder / "source" / "CITATION.cff").is_file()
    assert len(list((folder / "package").iterdir())) == 2, "a wheel and a source archive"
    assert not (folder / "site" / offers.FOLDER / dist.SITE).exists(), "the site is there once"
    check = ["sha256sum", "--check", "--quiet", archive.SUMS]
    told = subprocess.run(check, cwd=folder, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, "")
