"""The book on paper: one document of many pages, its PDF, and what a PDF must not lack."""

import hashlib
import zipfile
from datetime import date
from urllib.parse import unquote, urljoin

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pikepdf import Dictionary, Name

from bookmaking.print import book as paper
from bookmaking.print import contents, document
from bookmaking.print.document import PaperError
from bookmaking.print.printing import press
from bookmaking.release import dist, offers
from bookmaking.source import page_numbers
from decentwork.repository import ROOT

BOOK = {
    "title": "A Book: of much",
    "version": "0.1.0",
    "date-released": "2026-11-25",
    "authors": [{"name": "The Authors"}, {"family-names": "Doe", "given-names": "A."}],
    "abstract": "About much.",
    "license": ["CC-BY-4.0", "BSD-3-Clause"],
}
CONTENTS = """\
format: jb-book
root: first
parts:
  - caption: A part
    chapters:
      - file: part/law
        sections:
          - file: part/state
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><link rel="stylesheet" href="{root}look.css?v=1">
</head><body><nav>Menu</nav><ul class="dropdown-menu"></ul><article class="bd-article">
<section id="top"><h1>{title}<a class="headerlink" href="#top">#</a></h1>
<p>Words enough for a page that is printed and read again, so that nobody takes it for an empty one
which holds nothing but its edges.</p>{body}</section></article></body></html>"""
LAW = """<figure id="fig"><img src="../drawing.svg" alt="A square." loading="lazy">
<figcaption><span class="caption-number">Fig. 1.1 </span>A square.</figcaption></figure>
<div class="exhibit-bar"><a id="code" href="../drawing.svg">SVG</a></div>
<p><a href="../first.html#said">Said before</a>, <a href="state.html">a State</a>,
<a href="#fig">here</a>, <a href="#code">code</a>, <a href="../other.html#x">elsewhere</a>,
<a href="https://example.org/">far</a></p>
<details><summary>More</summary><p id="more">Folded words.</p></details>"""


@pytest.fixture
def site(tmp_path):
    """Three built pages with a drawing and a style sheet, and the contents of their book."""
    return made_site(tmp_path)


def made_site(root):
    """Write the pages below ``root`` and return their folder."""
    folder = root / "_build" / "html"
    (folder / "part").mkdir(parents=True)
    (root / "_toc.yml").write_text(CONTENTS)
    for name, title, body in (
        ("first", "The first page", '<p id="said">Said.</p><span id="top2"></span>'),
        ("part/law", "The law", LAW),
        ("part/state", "A State", '<p><a href="law.html#more">The law</a></p>'),
    ):
        up = "../" * name.count("/")
        (folder / f"{name}.html").write_text(PAGE.format(root=up, title=title, body=body))
    (folder / "look.css").write_text("body { color: #123 }")
    (folder / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    return folder


def source_of(site):
    parts = contents.of_book(site.parents[1])
    commit = "commit aaaaaaaaaaaa of 25 November 2026"
    return paper.Source(site, BOOK, parts, {"part/law": 1}, built_from=commit)


# ------------------------------------------------------------------ one document


def test_pages_become_one_document_whose_links_lead_inside(site):
    source = source_of(site)
    names = contents.pages(source.parts)
    assert names == ["first", "part/law", "part/state"]
    pages = source.pages(names)
    soup = BeautifulSoup(document.html("A Book", pages, site, ""), "html.parser")
    named = [each["id"] for each in soup.find_all(id=True)]
    assert len(named) == len(set(named))
    assert {"part-law", "part-law--fig", "first--said"} <= set(named)
    links = [link for page in pages for link in page.article.iter("a")]
    assert {link.text_content(): link.get("href") for link in links} == {
        "Said before": "#first--said", "a State": "#part-state", "here": "#part-law--fig",
        "The law": "#part-law--more", "far": "https://example.org/",
        "code": None, "elsewhere": None,
    }  # fmt: skip
    assert not soup.select(".exhibit-bar, .headerlink") and soup.details.has_attr("open")
    assert "loading" not in soup.img.attrs
    assert soup.img["src"] == (site / "drawing.svg").as_uri()
    assert [each["href"] for each in soup.find_all("link")] == [(site / "look.css").as_uri()]


def test_a_link_to_nothing_and_a_page_without_article_are_refused(site):
    page = site / "part" / "state.html"
    page.write_text(page.read_text().replace("#more", "#nothing"))
    source = source_of(site)
    with pytest.raises(PaperError, match=r"part/state.html has a link to law.html#nothing"):
        source.pages(contents.pages(source.parts))
    (site / "first.html").write_text("<p>Nothing")
    with pytest.raises(PaperError, match=r"first\.html has no article with a first heading"):
        document.read(site, "first")


# ------------------------------------------------------------------ its PDF


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The folder with the small book as PDF, printed twice, and its chapter."""
    root = tmp_path_factory.mktemp("paper")
    source = source_of(made_site(root))
    with press() as running:
        paper.whole(source, running, root / "book.pdf")
        paper.whole(source, running, root / "again.pdf")
        paper.chapter(source, "part/law", running, root / "law.pdf")
    return root


def words_of(path) -> list[str]:
    """Return the words of each page, with one blank between them."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    finally:
        pdf.close()


def test_contents_edges_and_pages_say_where_what_is(printed):
    first, contents_page, *pages = words_of(printed / "book.pdf")
    assert "Built from commit aaaaaaaaaaaa of 25 November 2026." in first
    assert "A part" in contents_page
    for number, title in ((3, "The first page"), (4, "1. The law"), (5, "A State")):
        assert f"{title} {number}" in contents_page
        text = pages[number - 3]
        assert text.count(title.removeprefix("1. ")) >= 2, "as heading and at the edge"
        assert f"Version 0.1.0, 25 November 2026 {number} / 5" in text
    assert "Folded words." in pages[1]
    assert "Version 0.1.0, 25 November 2026 1 / 1" in words_of(printed / "law.pdf")[0]


def test_outline_and_data_are_those_of_contents_and_citation_in_each_print(printed):
    assert (printed / "book.pdf").read_bytes() == (printed / "again.pdf").read_bytes()
    with pikepdf.open(printed / "book.pdf") as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Contents", "The first page", "A part"]
        law = outline.root[2].children[0]
        assert (law.title, [item.title for item in law.children]) == ("The law", ["A State"])
    with pikepdf.open(printed / "book.pdf") as pdf:
        assert str(pdf.docinfo.Author) == "The Authors; A. Doe"
        assert str(pdf.docinfo.CreationDate).startswith("D:20261125000000")
        assert str(pdf.Root.Lang) == "en"


def test_a_book_on_paper_is_tagged_its_pictures_have_words_and_its_links_lead_somewhere(printed):
    for name, titles in (("book.pdf", 4), ("law.pdf", 1)):
        with pikepdf.open(printed / name) as pdf:
            assert pdf.Root.MarkInfo.Marked and "/K" in pdf.Root.StructTreeRoot
            tags = [each for each in pdf.objects if isinstance(each, Dictionary) and "/S" in each]
            alts = [str(each.get("/Alt", "")) for each in tags if Name.Figure == each.S]
            assert alts == ["A square."], "the frame of a picture is no picture"
            assert sum(each.S == Name.H1 for each in tags) == titles
            links = [link for page in pdf.pages for link in page.get("/Annots", ())]
            assert {str(link.A.URI) for link in links if "/A" in link} == {"https://example.org/"}
            inside = [str(link.Dest) for link in links if "/Dest" in link]
            pages = {page.objgen for page in pdf.pages}
            assert all(pdf.Root.Dests[place][0].objgen in pages for place in inside) and inside


def test_a_picture_without_words_is_refused(site, tmp_path):
    page = site / "part" / "law.html"
    page.write_text(page.read_text().replace('alt="A square."', ""))
    with press() as running, pytest.raises(PaperError, match="a picture has no words"):
        paper.chapter(source_of(site), "part/law", running, tmp_path / "law.pdf")


# ------------------------------------------------------------------ what is offered


KEYS = ("book", "site", "tables", "sums")


def test_every_offered_file_is_linked_and_has_its_checksum(site):
    places = "".join(f'<p><span class="offer-{key}">The {key}</span></p>' for key in KEYS)
    for folder in ("book", offers.FOLDER):
        (site / folder).mkdir()
    page = PAGE.format(root="../", title="To take with you", body=places)
    (site / "book" / "downloads.html").write_text(page)
    for name in (dist.BOOK, dist.TABLES, "law.pdf"):
        (site / offers.FOLDER / name).write_text(name)
    dist.offer(site, {"part/law": "law.pdf"}, date(2026, 11, 25))
    files = {path.name: path for path in (site / offers.FOLDER).iterdir()}
    linked = set()
    for name in ("book/downloads", "part/law"):
        soup = BeautifulSoup((site / f"{name}.html").read_text(), "html.parser")
        for link in soup.find_all("a", download=True):
            path = site / unquote(urljoin(f"{name}.html", link["href"]))
            assert path.is_file(), f"{name} has a link to {link['href']}"
            linked.add(path.name)
    assert linked == set(files)
    with zipfile.ZipFile(files[dist.SITE]) as read:
        assert f"{dist.NAME}-site/downloads/law.pdf" in read.namelist()
        page = read.read(f"{dist.NAME}-site/book/downloads.html").decode()
    assert "The book</a>" in page and '<span class="offer-site">The site</span>' in page
    sums = (line.split("  ") for line in files[dist.SUMS].read_text().splitlines())
    told = {name: digest for digest, name in sums}
    assert told == {name: hashlib.sha256(path.read_bytes()).hexdigest()
                    for name, path in files.items() if name != dist.SUMS}  # fmt: skip


def test_the_built_book_has_a_place_for_every_offer_and_no_dead_one(book):
    page = (book / f"{offers.PAGE}.html").read_text(encoding="utf-8")
    for key in KEYS:
        assert page.count(f'<span class="offer-{key}">') == 1
    assert f"/{offers.FOLDER}/" not in page
    names = dist.chapters(page_numbers.of_pages(ROOT))
    numbered = {page for page, number in page_numbers.of_pages(ROOT).items()
                if isinstance(number, int) and (ROOT / f"{page}.ipynb").is_file()}  # fmt: skip
    assert set(names) == numbered | set(dist.SHEETS) and len(set(names.values())) == len(names) > 0
    for chapter in names:
        assert offers.MENU in (book / f"{chapter}.html").read_text(encoding="utf-8"), chapter
    for sheet in dist.SHEETS:
        page = (book / f"{sheet}.html").read_text(encoding="utf-8")
        assert page.count('<span class="offer-pdf" hidden="">') == 1


@pytest.mark.parametrize(("sheet", "most"), [("book/brief", 2), ("book/meeting", 1)])
def test_a_sheet_fits_its_pages(sheet, most, tmp_path):
    with press() as running:
        paper.chapter(dist.source(), sheet, running, tmp_path / "sheet.pdf")
    with pikepdf.open(tmp_path / "sheet.pdf") as pdf:
        assert len(pdf.pages) <= most
