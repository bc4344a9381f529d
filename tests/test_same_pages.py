"""Sites that two versions of Python built are the same, or each file that differs is named."""

import sys

import pytest

import same_pages

VERSIONS = ("3.11.7", "3.13.0")


@pytest.fixture
def sites(tmp_path):
    """Two sites that differ in the version of Python and in how long notebooks ran."""
    found = []
    for version, seconds in zip(VERSIONS, (1.5, 20.25), strict=True):
        site = tmp_path / version
        (site / "book").mkdir(parents=True)
        (site / "book" / "check.html").write_text(f"<p>Python {version}, {seconds:.1f} s</p>")
        (site / "page.html").write_text("<p>Between 11,000 and 12,000.</p>")
        words = sorted((f"{version} 4", "3.124 25w", "wage 2 3"))
        (site / "index.js").write_text('{"words":"' + r"\n".join(("1 0", *words)) + '"}')
        found.append(site)
    return found


def test_the_version_of_python_is_no_difference(sites):
    assert same_pages.differences(*sites, VERSIONS) == []


def test_a_number_that_differs_is_shown_with_its_place(sites):
    (sites[1] / "page.html").write_text("<p>Between 11,000 and 12,001.</p>")
    (sites[0] / "drawing.svg").write_text("<svg/>")
    drawing, page = same_pages.differences(*sites, VERSIONS)
    assert (drawing.name, drawing.other) == ("drawing.svg", "(there is no such file)")
    assert (page.one, page.other) == (
        "<p>Between 11,000 and 12,000.</p>",
        "<p>Between 11,000 and 12,001.</p>",
    )


def test_a_page_that_only_grew_differs(sites):
    text = (sites[0] / "page.html").read_text()
    (sites[1] / "page.html").write_text(f"{text}<p>More.</p>")
    (page,) = same_pages.differences(*sites, VERSIONS)
    assert page.other.endswith("<p>More.</p>")


@pytest.mark.parametrize(("differs", "status"), [("page.html", 1), ("drawing.svg", 0), ("", 0)])
def test_only_pages_must_be_the_same(differs, status, monkeypatch, capsys):
    found = [same_pages.Difference(differs, "1", "2")] if differs else []
    monkeypatch.setattr(same_pages, "compared", lambda python, folder: found)
    assert same_pages.main([sys.executable]) == status
    pages, others = differs.endswith(".html"), differs.endswith(".svg")
    said = f"{int(pages)} pages and {int(others)} other files differ."
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["/opt/no-python"]])
def test_another_python_must_be_named(arguments, capsys):
    assert same_pages.main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_build_that_fails_compares_nothing(monkeypatch, capsys):
    def fail(python, folder):
        raise same_pages.BuildError("the disk is full.")

    monkeypatch.setattr(same_pages, "compared", fail)
    assert same_pages.main([sys.executable]) == 1
    assert "nothing was compared: the disk is full." in capsys.readouterr().err
