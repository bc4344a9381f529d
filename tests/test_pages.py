"""The built pages hold what they promise to every reader.

The faults that each check must notice are in site.yml; `test_checks` plants them.
"""

from functools import cache
from pathlib import Path

import pytest

from bookmaking.checks import ROOT, site
from bookmaking.checks.site import Page

NAMES = site.listed(ROOT / "_toc.yml")


@cache
def pages(folder: Path) -> dict[str, Page]:
    return {name: Page(folder, name) for name in [*NAMES, *site.BY_SPHINX]}


def test_the_pages_are_those_of_the_table_of_contents(book):
    problems = site.completeness(book, NAMES)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("check", site.CHECKS)
def test_each_page(book, check, subtests):
    names = [*NAMES, *site.BY_SPHINX] if site.CHECKS[check] is site.own_files_only else NAMES
    for name in names:
        with subtests.test(name):
            problems = site.CHECKS[check](pages(book)[name])
            assert not problems, "\n".join(problems)


def test_links_lead_somewhere(book, subtests):
    others = {page.path.resolve(): page for page in pages(book).values()}
    for name in NAMES:
        with subtests.test(name):
            problems = site.links(pages(book)[name], others)
            assert not problems, "\n".join(problems)
