"""Programs find what the site holds: a crate that a library reads, and citations from one place."""

import bibtexparser
import pytest
import yaml
from bs4 import BeautifulSoup
from rocrate.rocrate import ROCrate

from bookmaking.site import research_object
from bookmaking.source import page_numbers
from decentwork import data
from decentwork.repository import ROOT

PERSON = {"given-names": "Ada", "family-names": "Example", "orcid": "https://orcid.org/0"}
CITATION = {
    "title": "A Book",
    "authors": [{"name": "An Office"}, PERSON],
    "date-released": "2026-11-25",
    "version": "1.0",
    "license": ["CC-BY-4.0"],
}
CHAPTER = "notebooks/second_segment/how_many"


def of_repository() -> dict:
    """Return the fields of the book's own CITATION.cff."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_a_library_reads_the_crate_and_every_file_in_it_is_there(book):
    found = ROCrate(book)
    root, citation = found.root_dataset, of_repository()
    assert root["name"] == citation["title"]
    assert str(root["datePublished"])[:10] == str(citation["date-released"])
    assert {each.id.rpartition("/")[2] for each in root["license"]} == set(citation["license"])
    files = [each.id for each in found.data_entities]
    assert [file for file in files if not (book / file).is_file()] == []
    tables = {file.rpartition("/")[2] for file in files if file.endswith(".csv")}
    assert tables == {f"{name}.csv" for name in data.names()}
    notebooks = {file for file in files if file.endswith(".ipynb")}
    chapters = [page for page in page_numbers.of_pages(ROOT) if page.startswith("notebooks/")]
    assert len(notebooks) == len(chapters)


def test_files_persons_and_software_are_described_by_what_is_known_of_them():
    described = research_object.crate(CITATION, "en", {"a.html": "One"}, {"b.ipynb": "One"}, ())
    known = {each["@id"]: each for each in described["@graph"]}
    assert known["./"]["hasPart"] == [{"@id": "a.html"}, {"@id": "b.ipynb"}]
    page = {"@id": "a.html", "@type": "File", "encodingFormat": "text/html", "name": "One"}
    assert known["a.html"] == page
    assert known["https://orcid.org/0"]["name"] == "Ada Example"
    assert known["./"]["license"] == [{"@id": "https://spdx.org/licenses/CC-BY-4.0"}]
    described = research_object.codemeta(CITATION | {"doi": "10.1000/182"})
    assert described["author"][0] == {"@type": "Organization", "name": "An Office"}
    assert described["author"][1]["familyName"] == "Example"
    assert described["identifier"] == "10.1000/182"
    assert not {"codeRepository", "url", "keywords"} & described.keys()


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
