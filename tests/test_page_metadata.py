"""Catalogues are told what CITATION.cff says, and nothing that it does not say."""

import json
import re
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

from bookmaking.checks import ROOT, site
from bookmaking.site import page_metadata
from small_book import SmallBook

NAMES = site.listed(ROOT / "_toc.yml")
ADDRESS = "https://example.org/the-book/"
CHAPTER = "notebooks/foundations/law"
CITED = re.compile(r"\([^()]*\b(?:19|20)\d\d[a-z]?, [^()]*\)")
AUTHORS = [{"name": "An Office"}, {"given-names": "Ada", "family-names": "Example"}]


def head(book: Path, name: str) -> BeautifulSoup:
    """Return the head of a page; to read all pages to their ends takes half a minute."""
    html = (book / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html.partition("</head>")[0], "html.parser")


def named(page: BeautifulSoup, name: str) -> list[str]:
    """Return what the elements of a name in the head of a page say."""
    return [tag["content"] for tag in page.find_all("meta", {"name": name})]


def test_every_page_is_described_in_sentences_and_carries_the_record_of_the_book(book, subtests):
    citation = page_metadata.read_citation(ROOT / "CITATION.cff")
    for name in [*NAMES, "404", "genindex", "search"]:
        with subtests.test(name):
            page = head(book, name)
            (text,) = named(page, "description")
            assert text.endswith(page_metadata.STOPS)
            assert len(text) <= page_metadata.LONGEST_DESCRIPTION
            assert not CITED.search(text), "a citation says nothing without its list"
            if name in NAMES:
                authors = [page_metadata.person_name(one) for one in citation["authors"]]
                assert named(page, "citation_author") == authors
                assert named(page, "citation_inbook_title") == [citation["title"]] * (
                    name != NAMES[0]
                )
    record = json.loads(head(book, NAMES[0]).find("script", type="application/ld+json").string)
    told = {field: record[field] for field in ("@type", "name", "datePublished")}
    released = citation["date-released"]
    assert told == {"@type": "Book", "name": citation["title"], "datePublished": released}


class Pages:
    """The pages of a small book, with an address or without."""

    def __init__(self, folder, address: str = "") -> None:
        record = {"cff-version": "1.2.0", "title": "A <book>", "authors": AUTHORS}
        (folder / "CITATION.cff").write_text(json.dumps(record | {"date-released": "2026-11-25"}))
        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
        settings = {name: value for name, value in config.items() if name.startswith("ogp_")}
        settings |= {
            "html_additional_pages": config["html_additional_pages"],
            "html_baseurl": address,
            "html_theme": "sphinx_book_theme",
            "root_doc": "index",
            "templates_path": [str(ROOT / "book" / "_templates")],
        }
        extensions = ("myst_parser", "sphinxext.opengraph", "bookmaking.site.page_metadata")
        self.book = SmallBook(folder, *extensions, **settings)
        self.book.page("index", "# A book\n\n**No sentence**\n\nIt says things.\n\n[](a/page.md)\n")
        self.book.page("a/page", "---\norphan: true\n---\n# A page\n\nOne. Two & three.\n")
        self.book.page("book/register", "---\norphan: true\n---\n# R\n")  # search.html names both
        self.book.page("book/glossary", "---\norphan: true\n---\n# G\n")
        assert self.book.build() == ""

    def tags(self, name: str) -> dict[str, str]:
        page = self.book.soup(name)
        return {tag["property"]: tag["content"] for tag in page.find_all("meta", property=True)}

    def canonical(self, name: str) -> list[str]:
        return [link["href"] for link in self.book.soup(name).find_all("link", rel="canonical")]


def test_with_an_address_links_show_what_they_lead_to_and_without_one_none_is_told(tmp_path):
    pages = Pages(tmp_path, ADDRESS)
    assert pages.tags("a/page") == {
        "og:title": "A page",
        "og:type": "article",
        "og:url": f"{ADDRESS}a/page.html",
        "og:site_name": "A <book>",
        "og:description": "One. Two & three.",
        "og:image": f"{ADDRESS}_static/first-screen.png",
        "og:image:alt": "A <book>",
    }
    assert (ROOT / "book" / "_static" / "first-screen.png").is_file()
    assert pages.tags("index")["og:type"] == "book"
    assert pages.canonical("a/page") == [f"{ADDRESS}a/page.html"]
    page = pages.book.soup("a/page")
    assert named(page, "citation_public_url") == [f"{ADDRESS}a/page.html"]
    assert named(page, "citation_author") == ["An Office", "Ada Example"]
    assert named(page, "citation_publication_date") == ["2026/11/25"]
    record = json.loads(pages.book.soup("index").find("script", type="application/ld+json").string)
    assert (record["name"], record["url"]) == ("A <book>", f"{ADDRESS}index.html")
    assert leads_back(pages)["href"] == f"{ADDRESS}404.html", "links hold at any depth"

    pages = Pages(tmp_path)
    for name in ("index", "a/page"):
        assert pages.tags(name) == {} and pages.canonical(name) == []
        assert named(pages.book.soup(name), "citation_public_url") == []
    assert leads_back(pages) is None


def leads_back(pages: Pages):
    """Return where the links of the page for wrong addresses begin; no engine lists this page."""
    page = pages.book.soup("404")
    assert [link["href"] for link in page.select("article a")] == ["search.html", "index.html"]
    assert named(page, "robots") == ["noindex"] and pages.canonical("404") == []
    return page.base


def test_a_description_leaves_citations_out():
    cited = nodes.inline("", "(ILO, 2005a, para. 1)", classes=["bibtex-citation"])
    named = nodes.inline("", "Chan (2019, p. 3)", classes=["bibtex-citation"])
    texts = nodes.Text("It is a minimum "), cited, nodes.Text(". "), named, nodes.Text(" agrees.")
    document = new_document("page")
    document += nodes.paragraph("", "", *texts)
    assert page_metadata.describe(document) == "It is a minimum. Chan agrees."


def test_chapters_offer_their_executed_notebook_and_the_print_of_the_page(book):
    page = BeautifulSoup((book / f"{CHAPTER}.html").read_text("utf-8"), "html.parser")
    menu = page.select_one(".article-header-buttons .dropdown-menu")
    assert menu.a["href"] == f"../../_downloads/notebooks/{CHAPTER}.ipynb"
    assert menu.select_one("button.btn-download-pdf-button").get_text(strip=True) == "Print"
