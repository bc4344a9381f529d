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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", site.CHECKS)
def test_page(book, name, check):
    problems = site.CHECKS[check](pages(book)[name])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_sites_that_somebody_looked_at(book, name):
    problems = site.strangers(pages(book)[name], site.known_hosts(ROOT))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", site.BY_SPHINX)
def test_pages_made_by_sphinx_load_own_files_only(book, name):
    problems = site.own_files_only(pages(book)[name])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(book, name):
    others = {page.path.resolve(): page for page in pages(book).values()}
    problems = site.links(pages(book)[name], others)
    assert not problems, "\n".join(problems)
