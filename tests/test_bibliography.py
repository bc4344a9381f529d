"""Shares of sources: most have a type that fits and a year."""

from bookmaking.checks import sources as bibliography


def test_too_many_sources_without_a_fitting_type_or_a_year_are_named(tmp_path):
    one = "@{0}{{key{1}, author = {{A}}, title = {{T{1}}}, read = {{in full}}{2}}}\n"
    for kind, year, said in (("misc", ", year = {2011}", "@misc"), ("webpage", "", "no year")):
        bibliography_ = tmp_path / f"{kind}.bib"
        bibliography_.write_text(
            "".join(one.format(kind, n, year) for n in range(40)), encoding="utf-8"
        )
        problems = bibliography.shares(bibliography_)
        assert len(problems) == 1 and said in problems[0], problems
