"""Lists of sources, and where the citations of pages with and without a list lead."""

import pytest
from pybtex.database import parse_string

from bookmaking.directives.citations import as_html, listed
from small_book import CITING, SmallBook

SOURCES = """\
@misc{zoo, title = {A {Title} & more}, author = {Zoo}, year = 2000, url = {https://a.b/?c&d}}
@misc{ant, title = {A title}, author = {Åpfel}, year = 2000}
@book{ox, title = {A title}, author = {Ox}, year = 2000, publisher = {P}}
"""
PAGES = {
    "index": "# Home\n\n{cite:p}`zoo{p. 1},ox`\n\n```{toctree}\nchapter\nsources\n```\n",
    "chapter": "# Chapter\n\n{cite:p}`zoo`, {cite:t}`zoo`\n\n```{sources} cited\n```\n",
    "sources": "# Sources\n\n```{sources} book\n```\n\n```{sources} misc\n:letters:\n```\n",
}


@pytest.fixture
def book(tmp_path):
    extensions = ("bookmaking.directives.elements", "bookmaking.directives.list_of_sources")
    made = SmallBook(tmp_path, "myst_parser", *extensions, "sphinxcontrib.bibtex", **CITING)
    made.write("references.bib", SOURCES)
    for name, text in PAGES.items():
        made.page(name, text)
    return made


def test_citations_lead_to_the_list_of_their_page_or_of_their_type(book):
    assert book.build() == ""
    found = {
        name: [link["href"] for link in book.soup(name).select(".bibtex-citation a")]
        for name in PAGES
    }
    assert found == {
        # In the order of the lists, so that it does not depend on which pages were read again.
        "index": ["sources.html#source-ox", "sources.html#source-zoo"],
        "chapter": ["#source-zoo", "#source-zoo"],
        "sources": [],
    }
    assert book.soup("index").select_one(".bibtex-citation").get_text() == (
        "(Ox, 2000; Zoo, 2000, p. 1)"
    )
    (entry,) = book.soup("chapter").select(".citation-list > li")
    mentions = [link["href"].removeprefix("#") for link in entry.select(".backrefs a")]
    assert all(book.soup("chapter").find(id=mention) for mention in mentions)
    assert len(mentions) == 2
    page = book.soup("sources")
    assert [link["href"] for link in page.select(".jumps a")] == ["#sources-a", "#sources-z"]
    assert [entry["id"] for entry in page.select(".citation-list > li")] == [
        "source-ox", "source-ant", "source-zoo",
    ]  # fmt: skip


def test_a_citation_that_leads_nowhere_is_named(book):
    book.replace("index.md", "ox`", "ox,nobody1999`")
    book.replace("sources.md", "{sources} book", "{sources} article")
    warnings = book.build()
    assert 'could not find the key "nobody1999" of a source' in warnings
    assert "no list of the book has ox, an @book" in warnings


def test_signs_of_an_entry_are_written_as_html():
    entry = parse_string(SOURCES, "bibtex").entries["zoo"]
    assert as_html(listed(entry)).replace("\n", " ") == (
        'Zoo (2000). <em>A Title &amp; more</em>. <a href="https://a.b/?c&amp;d">a.b/?c&amp;d</a>'
    )
