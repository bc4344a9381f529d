"""Programs find what the site holds: a crate that a library reads, and citations from one place."""

import bibtexparser
import pytest
import yaml
from bs4 import BeautifulSoup
from rocrate.rocrate import ROCrate

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
def test_a_page_is_cited_at_its_foot(book, page, title, called):
    tree = BeautifulSoup((book / f"{page}.html").read_text("utf-8"), "html.parser")
    text = tree.select_one(".page-citation pre").get_text()
    (entry,) = bibtexparser.parse_string(text).entries
    assert entry["title"] == f"{{{title}}}"
    assert entry["note"].startswith(called)
