"""Sources are cited and listed in the style of the book, and citations lead to a list."""

import re

import pytest
from pybtex.database import parse_string

from bookmaking.directives.citations import cited_as, in_order, listed, tell_apart
from decentwork.repository import ROOT
from decentwork.sources import READ
from small_book import CITING, SmallBook

BIBLIOGRAPHY = """\
@misc{office, title={A Report}, author={{An Office}}, shorthand={AO}, year={2012}, note={Short.}}
@jurisdiction{case, title={A v. B}, court={A Court}, number={no. 1/23}, date={1 May 2024},
  year={2024}, author={{A Court}}}
@article{paper, title={On counting}, author={Braun, Zoe and {de la} Aa, Jo}, year={2001},
  journal={Journal}, volume={3}, number={4}, pages={5--6}, doi={10.1/x}, read={abstract}}
@news{news, title={Found}, author={{The Paper}}, date={1 May 2024}, year={2024}, read={in full},
  copy={https://example.org/x_y}}
@release{release, title={Said}, author={{An Office}}, shorthand={AO}, year={2011},
  dated={it has data through 2011}, kind={Speech}, read={in part: its end}}
@paper{paper2, title={Drawn}, author={Roe, Ann}, year={2020}, eprint={2001.00001},
  read={secondary: a blog}, copy={a blog}}
@software{code, title={Counts}, author={Roe, Ann}, year={2021}, version={version 1}, read={data}}
"""
LISTED = {
    "office": "An Office [AO] (2012). *A Report*. Short.",
    "case": "*A v. B*, A Court, no. 1/23, 1 May 2024.",
    "paper": "Braun, Zoe and de la Aa, Jo (2001). On counting. *Journal* 3(4), 5–6. "
    "[https://doi.org/10.1/x](https://doi.org/10.1/x) ○ Abstract read",
    "news": "The Paper (2024). Found. 1 May 2024. ● Read in full; copy: "
    "[example.org/x_y](https://example.org/x_y)",
    "release": "An Office [AO] (2011). Said. Speech. Undated; it has data through 2011. "
    "◐ Read in part: its end",
    "paper2": "Roe, Ann (2020). Drawn. [arXiv:2001.00001](https://arxiv.org/abs/2001.00001) "
    "◇ Not opened; known from a blog; copy: a blog",
    "code": "Roe, Ann (2021). *Counts*. version 1. ■ Data used",
}


@pytest.fixture
def entries():
    return parse_string(BIBLIOGRAPHY, "bibtex").entries


def test_sources_are_listed_each_kind_in_its_own_way(entries):
    found = {
        key: listed(entry).render_as("markdown").replace("\n", " ")
        for key, entry in entries.items()
    }
    assert {key: text.replace("\\", "") for key, text in found.items()} == LISTED


def test_the_page_of_references_explains_each_mark_and_no_other():
    page = (ROOT / "book" / "references.md").read_text(encoding="utf-8")
    explained = re.findall(r"^- \*\*(\W [^*]+)\*\*: ", page, re.MULTILINE)
    assert explained == [read.mark.partition(";")[0] for read in READ.values()], (
        "book/references.md and READ in decentwork/sources.py differ; change both"
    )


def test_sources_stand_in_the_order_of_their_first_words(entries):
    found = sorted(entries.values(), key=in_order)
    assert [entry.key for entry in found] == [
        *("case", "release", "office", "paper", "paper2", "code", "news")
    ]


def test_sources_that_would_be_cited_alike_get_letters():
    text = "".join(
        f"@webpage{{{key}, title={{{title}}}, author={{{author}}}, year={{{year}}}}}\n"
        for key, title, author, year in (
            ("third", "Zebras", "Roe, Ann and Doe, Al", 2012),
            ("first", "[Apes]", "Roe, Ann and Doe, Al", 2012),
            ("second", "Bees", "Roe, Ann and Doe, Al", 2012),
            ("alone", "Cats", "Roe, Ann and Doe, Al", 2013),
            ("single", "Dogs", "Roe, Ann", 2012),
        )
    )
    text += "@webpage{d1, title={B}, author={Doe, Al}}@webpage{d2, title={A}, author={Doe, Al}}"
    entries = parse_string(text, "bibtex").entries
    for _ in range(2):  # A build starts from the entries of the last one.
        tell_apart(entries.values())
        assert {key: cited_as(entry)[1] for key, entry in entries.items()} == {
            **{"first": "2012a", "second": "2012b", "third": "2012c"},
            **{"alone": "2013", "single": "2012", "d1": "n.d.-b", "d2": "n.d.-a"},
        }


# ------------------------------------------------------------------ on pages

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


def test_citations_lead_to_the_list_of_their_page_or_of_their_type(tmp_path):
    extensions = ("bookmaking.directives.elements", "bookmaking.directives.list_of_sources")
    book = SmallBook(tmp_path, "myst_parser", *extensions, "sphinxcontrib.bibtex", **CITING)
    book.write("references.bib", SOURCES)
    for name, text in PAGES.items():
        book.page(name, text)
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
    shown = book.soup("index").select_one(".bibtex-citation").get_text()
    assert shown == "(Ox, 2000; Zoo, 2000, p. 1)"
    (entry,) = book.soup("chapter").select(".citation-list > li")
    mentions = [link["href"].removeprefix("#") for link in entry.select(".backrefs a")]
    assert len(mentions) == 2
    assert all(book.soup("chapter").find(id=mention) for mention in mentions)
    page = book.soup("sources")
    assert [link["href"] for link in page.select(".jumps a")] == ["#sources-a", "#sources-z"]
    assert "<em>A Title &amp; more</em>" in str(page), "signs are written as HTML"
    listed_there = [entry["id"] for entry in page.select(".citation-list > li")]
    assert listed_there == ["source-ox", "source-ant", "source-zoo"]
    book.replace("index.md", "ox`", "ox,nobody1999`")
    book.replace("sources.md", "{sources} book", "{sources} article")
    warnings = book.build()
    assert 'could not find the key "nobody1999" of a source' in warnings
    assert "no list of the book has ox, an @book" in warnings
