"""The book on paper: one document of many pages, its PDF, and what a PDF must not lack."""

import hashlib
import json
import zipfile
from datetime import date
from urllib.parse import unquote, urljoin

import pikepdf
import pytest
from bs4 import BeautifulSoup
from pikepdf import Dictionary, Name

from bookmaking.print import book as paper
from bookmaking.print import contents, document, faults
from bookmaking.print.document import PaperError
from bookmaking.print.printing import press
from bookmaking.release import dist, offers
from bookmaking.site.research_object import CRATE
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
NUMBERS = {"part/law": 1}
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


def source_of(site, address=""):
    root = site.parents[1]
    commit = "commit aaaaaaaaaaaa of 25 November 2026"
    return paper.Source(site, BOOK, contents.of_book(root), NUMBERS, address, commit)


# ------------------------------------------------------------------ one document


def links(pages):
    return {link.text_content(): link.get("href") for page in pages
            for link in page.article.iter("a")}  # fmt: skip


def test_pages_become_one_document_whose_links_lead_inside(site):
    source = source_of(site)
    names = contents.pages(source.parts)
    assert names == ["first", "part/law", "part/state"]
    pages = source.pages(names)
    soup = BeautifulSoup(document.html("A Book", pages, site, ""), "html.parser")
    named = [each["id"] for each in soup.find_all(id=True)]
    assert len(named) == len(set(named))
    assert {"part-law", "part-law--fig", "first--said"} <= set(named)
    assert links(pages) == {
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
    """The small book as PDF, printed and finished twice, its chapter, and what Chromium printed."""
    root = tmp_path_factory.mktemp("paper")
    source = source_of(made_site(root))
    with press() as running:
        expected = paper.whole(source, running, root / "book.pdf")
        paper.whole(source, running, root / "again.pdf")
        of_chapter = paper.chapter(source, "part/law", running, root / "law.pdf")
        pages = source.pages(["part/law"])
        raw = root / "raw.html"
        raw.write_text(document.html("A Book", pages, source.site, ""), encoding="utf-8")
        running.print(raw, root / "raw.pdf")
    return root, expected, of_chapter


def test_the_small_book_has_all_that_a_book_must_have(printed):
    root, expected, of_chapter = printed
    assert faults.of_pdf(root / "book.pdf", expected) == []
    assert faults.of_pdf(root / "law.pdf", of_chapter) == []
    assert expected == {"The first page": "3", "The law": "4", "A State": "5"}
    words = faults.texts_of(root / "book.pdf")
    assert "Built from commit aaaaaaaaaaaa of 25 November 2026." in words[0]
    assert "1. The law 4" in words[1] and "A part" in words[1]
    assert "Version 0.1.0, 25 November 2026 4 / 5" in words[3] and "Folded words." in words[3]


def test_outline_and_data_are_those_of_contents_and_citation_in_each_print(printed):
    first, second = (printed[0] / name for name in ("book.pdf", "again.pdf"))
    assert first.read_bytes() == second.read_bytes()
    with pikepdf.open(printed[0] / "book.pdf") as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Contents", "The first page", "A part"]
        law = outline.root[2].children[0]
        assert (law.title, [item.title for item in law.children]) == ("The law", ["A State"])
    with pikepdf.open(printed[0] / "book.pdf") as pdf:
        assert str(pdf.docinfo.Author) == "The Authors; A. Doe"
        assert str(pdf.docinfo.CreationDate).startswith("D:20261125000000")
        assert str(pdf.Root.Lang) == "en"
        addresses = {str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", ())
                     if "/A" in link}  # fmt: skip
        assert addresses == {"https://example.org/"}


def test_chromium_still_leaves_undone_what_is_finished_here(printed):
    found = " ".join(faults.of_pdf(printed[0] / "raw.pdf", {"The law": ""}))
    for undone in ("1 pictures have no words", "a link has no words", "neither tagged nor marked"):
        assert undone in found, f"Chromium does it now ({undone}): see what of finish.py can go."


def without_tags(pdf):
    del pdf.Root.StructTreeRoot


def without_words_of_pictures(pdf):
    for each in pdf.objects:
        if isinstance(each, Dictionary) and each.get("/S") == Name.Figure:
            del each["/Alt"]


def without_a_place(pdf):
    del pdf.Root.Dests["/first--said"]


def with_bare_letters(pdf):
    content = pdf.pages[2].Contents.read_bytes()
    pdf.pages[2].Contents = pdf.make_stream(content.replace(b"/Artifact BMC\n", b"", 1))


PLANTED = {
    without_tags: "it has no tags",
    without_words_of_pictures: "1 pictures have no words",
    without_a_place: "page 4: a link to /first--said leads nowhere",
    with_bare_letters: "page 3 shows what is neither tagged",
}


def test_what_a_pdf_lacks_for_its_readers_is_found(printed, tmp_path, subtests):
    root, expected, _ = printed
    for plant, sentence in PLANTED.items():
        with subtests.test(plant.__name__):
            with pikepdf.open(root / "book.pdf") as pdf:
                plant(pdf)
                pdf.save(tmp_path / "book.pdf")
            found = faults.of_pdf(tmp_path / "book.pdf", expected)
            assert any(sentence in fault for fault in found), found
    found = " ".join(faults.of_pdf(root / "book.pdf", expected | {"The law": "5"}))
    assert "the contents say that 'The law' begins on page 5" in found


# ------------------------------------------------------------------ what is offered


DOWNLOADS = "".join(f'<p><span class="offer-{key}">The {key}</span></p>'
                    for key in ("book", "site", "tables", "sums"))  # fmt: skip


@pytest.fixture
def copy_with_files(site):
    """A copy of the site with files to offer, and the page that names them."""
    (site / "book").mkdir()
    (site / "book" / "downloads.html").write_text(
        PAGE.format(root="../", title="To take with you", body=DOWNLOADS)
    )
    (site / offers.FOLDER).mkdir()
    for name in (dist.BOOK, dist.TABLES, "law.pdf"):
        (site / offers.FOLDER / name).write_text(name)
    page = {"@id": "first.html", "@type": "File"}
    crate = {"@graph": [{"@id": "./", "hasPart": [{"@id": "first.html"}]}, page]}
    (site / CRATE).write_text(json.dumps(crate))
    return site


def test_every_offered_file_is_linked_listed_and_has_its_checksum(copy_with_files):
    site = copy_with_files
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
    graph = json.loads((site / CRATE).read_text())["@graph"]
    parts = {each["@id"] for each in graph[0]["hasPart"]}
    assert "The law (PDF)" in {each.get("name") for each in graph}
    assert parts == {f"{offers.FOLDER}/{name}" for name in files} | {"first.html"}
    assert parts == {each["@id"] for each in graph[1:]}
    sums = (line.split("  ") for line in files[dist.SUMS].read_text().splitlines())
    told = {name: digest for digest, name in sums}
    assert told == {name: hashlib.sha256(path.read_bytes()).hexdigest()
                    for name, path in files.items() if name != dist.SUMS}  # fmt: skip


def test_the_built_book_has_a_place_for_every_offer_and_no_dead_one(book):
    page = (book / f"{offers.PAGE}.html").read_text(encoding="utf-8")
    for key in ("book", "site", "tables", "sums"):
        assert page.count(f'<span class="offer-{key}">') == 1
    assert f"/{offers.FOLDER}/" not in page
    names = dist.chapters(page_numbers.of_pages(ROOT))
    numbered = {page for page, number in page_numbers.of_pages(ROOT).items()
                if isinstance(number, int) and (ROOT / f"{page}.ipynb").is_file()}  # fmt: skip
    assert set(names) == numbered and len(set(names.values())) == len(names) > 0
    for chapter in names:
        assert offers.MENU in (book / f"{chapter}.html").read_text(encoding="utf-8"), chapter
