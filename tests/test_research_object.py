"""Programs find what the site holds: a crate that a library reads, and citations from one place."""

import bibtexparser
import pytest
import yaml
from bs4 import BeautifulSoup
from rocrate.rocrate import ROCrate

from bookmaking.directives import page_citation
from bookmaking.source import page_numbers
from decentwork import data
from decentwork.repository import ROOT

CHAPTER = "notebooks/second_segment/how_many"


def test_a_library_reads_the_crate_and_every_file_in_it_is_there(book):
    found = ROCrate(book)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    root = found.root_dataset
    assert root["name"] == citation["title"]
    assert str(root["datePublished"])[:10] == str(citation["date-released"])
    (author,) = citation["authors"]
    assert root["author"][0]["name"] == author["name"]
    assert {each.id.rpartition("/")[2] for each in root["license"]} == set(citation["license"])
    files = [each.id for each in found.data_entities]
    assert [file for file in files if not (book / file).is_file()] == []
    tables = {file.rpartition("/")[2] for file in files if file.endswith(".csv")}
    assert tables == {f"{name}.csv" for name in data.names()}
    notebooks = {file for file in files if file.endswith(".ipynb")}
    chapters = [page for page in page_numbers.of_pages(ROOT) if page.startswith("notebooks/")]
    assert len(notebooks) == len(chapters)


@pytest.mark.parametrize(
    ("page", "title", "called"),
    [(CHAPTER, "How many people", "chapter 5"), ("book/glossary", "Glossary", "version")],
)
def test_a_page_is_cited_at_its_foot_and_in_a_file(book, page, title, called):
    tree = BeautifulSoup((book / f"{page}.html").read_text("utf-8"), "html.parser")
    file = book / page_citation.file_of(page)
    text = file.read_text("utf-8")
    (entry,) = bibtexparser.parse_string(text).entries
    assert entry["title"] == f"{{{title}}}"
    assert entry["note"].startswith(called)
    assert tree.select_one(".page-citation pre").get_text().strip() == text.strip()
    for link in (tree.select_one(".page-citation a"), tree.find("link", rel="describedby")):
        assert (book / page).parent.joinpath(link["href"]).resolve() == file.resolve()


def test_each_page_has_an_entry_of_its_own(book):
    texts = [path.read_text("utf-8") for path in (book / page_citation.FOLDER).rglob("*.bib")]
    keys = [bibtexparser.parse_string(text).entries[0].key for text in texts]
    pages = [each for each in ROCrate(book).data_entities if each.id.endswith(".html")]
    assert len(keys) == len(set(keys)) == len(pages)
