"""The book's sources: complete, once, listed where they are cited and cited if listed."""

import pytest

from bookmaking.gates import ROOT, bibliography, pages


def test_entries_are_complete_and_stand_once():
    problems = bibliography.entries(ROOT / "references.bib")
    assert not problems, "\n".join(problems)


def test_most_sources_have_a_type_that_fits_and_a_year():
    problems = bibliography.shares(ROOT / "references.bib")
    assert not problems, "\n".join(problems)


def test_what_is_cited_is_listed_and_what_is_listed_is_cited():
    problems = bibliography.citations()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("page", [path.relative_to(ROOT).as_posix() for path in pages.written()])
def test_a_page_that_cites_has_its_list(page):
    problems = bibliography.lists(ROOT / page)
    assert not problems, "\n".join(problems)


def test_too_many_sources_without_a_fitting_type_or_a_year_are_named(tmp_path):
    one = "@{0}{{key{1}, author = {{A}}, title = {{T{1}}}, read = {{in full}}{2}}}\n"
    for kind, year, said in (("misc", ", year = {2011}", "@misc"), ("webpage", "", "no year")):
        bibliography_ = tmp_path / f"{kind}.bib"
        bibliography_.write_text(
            "".join(one.format(kind, n, year) for n in range(40)), encoding="utf-8"
        )
        problems = bibliography.shares(bibliography_)
        assert len(problems) == 1 and said in problems[0], problems
