"""Catalogues are told what CITATION.cff says, and nothing that it does not say."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

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
CITATION = {
    "title": "A <book>",
    "authors": [{"name": "An Office"}, {"given-names": "Ada", "family-names": "Example"}],
    "date-released": "2026-11-25",
}


def head(book: Path, name: str) -> BeautifulSoup:
    """Return the head of a page; to read all pages to their ends takes half a minute."""
    html = (book / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html.partition("</head>")[0], "html.parser")


def test_every_page_carries_the_record_of_the_book(book):
    citation = page_metadata.read_citation(ROOT / "CITATION.cff")
    for name in NAMES:
        page = head(book, name)
        record = json.loads(page.find("script", type="application/ld+json").string)
        whole = record if name == NAMES[0] else record["isPartOf"]
        assert whole["name"] == citation["title"], name
        assert whole["datePublished"] == citation["date-released"], name
        authors = [tag["content"] for tag in page.find_all("meta", {"name": "citation_author"})]
        assert authors == [page_metadata.person_name(one) for one in citation["authors"]], name


def test_tags_of_a_chapter_with_an_address_that_is_known_and_none_that_is_invented():
    tags = page_metadata.highwire(CITATION, "en", chapter="How many?")
    assert tags == [
        ("citation_title", "How many?"),
        ("citation_inbook_title", "A <book>"),
        ("citation_book_title", "A <book>"),
        ("citation_author", "An Office"),
        ("citation_author", "Ada Example"),
        ("citation_publication_date", "2026/11/25"),
        ("citation_language", "en"),
    ]
    assert page_metadata.highwire(CITATION, "en", "How many?", ADDRESS) == [
        *tags,
        ("citation_public_url", ADDRESS),
    ]
    for address in ("", ADDRESS):
        record = page_metadata.schema_org(CITATION, "en", chapter="How many?", address=address)
        assert (record["@type"], record.get("url", "")) == ("Chapter", address)
        assert record["isPartOf"]["author"] == record["author"]
    html = page_metadata.as_html(
        page_metadata.highwire(CITATION, "en"), page_metadata.schema_org(CITATION, "en")
    )
    page = BeautifulSoup(html, "html.parser")
    assert json.loads(page.script.string)["name"] == page.meta["content"] == "A <book>"


class Pages:
    """The pages of a small book, with an address or without."""

    def __init__(self, folder, address: str = "") -> None:
        record = {"cff-version": "1.2.0", "title": "A book", "authors": CITATION["authors"]}
        (folder / "CITATION.cff").write_text(json.dumps(record | {"date-released": "2026-11-25"}))
        extensions = ("bookmaking.site.page_metadata", "bookmaking.site.site_address")
        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
        settings = {name: value for name, value in config.items() if name.startswith("ogp_")}
        settings |= {"html_baseurl": address, "root_doc": "index"}
        self.book = SmallBook(folder, "myst_parser", "sphinxext.opengraph", *extensions, **settings)
        self.book.page("index", "# A book\n\n**No sentence**\n\nIt says things.\n\n[](a/page.md)\n")
        self.book.page("a/page", "---\norphan: true\n---\n# A page\n\nOne. Two & three.\n")
        self.book.write("docs/first-screen.png", "a picture")
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
        "og:site_name": "A book",
        "og:description": "One. Two & three.",
        "og:image": f"{ADDRESS}_static/first-screen.png",
        "og:image:alt": "A book",
    }
    assert pages.tags("index")["og:type"] == "book"
    assert pages.canonical("a/page") == [f"{ADDRESS}a/page.html"]
    assert (pages.book.html / "_static" / "first-screen.png").read_text() == "a picture"
    sitemap = ElementTree.parse(pages.book.html / "sitemap.xml")
    mapped = [f"{ADDRESS}a/page.html", f"{ADDRESS}index.html"]
    assert [place.text for place in sitemap.iterfind(".//{*}loc")] == mapped
    leads_back(pages.book, "/the-book/")

    pages = Pages(tmp_path)
    for name in ("index", "a/page"):
        assert pages.tags(name) == {} and pages.canonical(name) == []
    assert not (pages.book.html / "sitemap.xml").exists(), "an old address is forgotten"
    assert not (pages.book.html / "_static" / "first-screen.png").exists()
    assert ADDRESS not in (pages.book.html / "404.html").read_text("utf-8")
    leads_back(pages.book, "")


def leads_back(book: SmallBook, root: str) -> None:
    """Hold that the page for wrong addresses has links that hold at any depth."""
    page = book.soup("404")
    targets = [link["href"] for link in page.select("section a")]
    assert targets == [f"{root}search.html", f"{root}index.html"]
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"
    assert not page.find_all("link", rel="canonical")
    styles = [link["href"] for link in page.find_all("link", rel="stylesheet")]
    assert styles and all(style.startswith(f"{root}_static/") for style in styles)


def described(*children: nodes.Node) -> str:
    document = new_document("page")
    document += nodes.paragraph("", "", *children)
    return page_metadata.describe(document)


def test_a_description_leaves_citations_out():
    cited = nodes.inline("", "(ILO, 2005a, para. 1)", classes=["bibtex-citation"])
    named = nodes.inline("", "Chan (2019, p. 3)", classes=["bibtex-citation"])
    texts = nodes.Text("It is a minimum "), cited, nodes.Text(". "), named, nodes.Text(" agrees.")
    assert described(*texts) == "It is a minimum. Chan agrees."


def test_every_page_is_described_in_sentences(book, subtests):
    for name in [*NAMES, "404", "genindex", "search"]:
        described = head(book, name).find_all("meta", {"name": "description"})
        with subtests.test(name):
            (text,) = [tag["content"] for tag in described]
            assert text.endswith(page_metadata.STOPS)
            assert len(text) <= page_metadata.LONGEST_DESCRIPTION
            assert not CITED.search(text), "a citation says nothing without its list"


def test_chapters_offer_their_executed_notebook_and_the_print_of_the_page(book):
    page = BeautifulSoup((book / f"{CHAPTER}.html").read_text("utf-8"), "html.parser")
    menu = page.select_one(".article-header-buttons .dropdown-menu")
    assert menu.a["href"] == f"../../_downloads/notebooks/{CHAPTER}.ipynb"
    assert menu.select_one("button.btn-download-pdf-button").get_text(strip=True) == "Print"
