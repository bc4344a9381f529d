"""Catalogues are told what CITATION.cff says, and nothing that it does not say."""

import inspect
import json

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError
from sphinx_book_theme import header_buttons

from bookmaking.gates import ROOT, site
from bookmaking.output import page_metadata, printed

NAMES = site.listed(ROOT / "_toc.yml")
CITATION = {
    "title": "A <book>",
    "authors": [{"name": "An Office"}, {"given-names": "Ada", "family-names": "Example"}],
    "date-released": "2026-11-25",
}


def test_every_page_carries_the_record_of_the_book(book):
    citation = page_metadata.read_citation(ROOT / "CITATION.cff")
    for name in NAMES:
        page = BeautifulSoup((book / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        record = json.loads(page.find("script", type="application/ld+json").string)
        whole = record if name == NAMES[0] else record["isPartOf"]
        assert whole["name"] == citation["title"], name
        assert whole["datePublished"] == citation["date-released"], name
        authors = [tag["content"] for tag in page.find_all("meta", {"name": "citation_author"})]
        assert authors == [page_metadata.person_name(one) for one in citation["authors"]], name
        assert page.find("meta", {"name": "description"})["content"], name
        assert len(page.find_all("meta", {"name": "description"})) == 1, name


def test_tags_of_a_chapter():
    assert page_metadata.highwire(CITATION, "en", chapter="How many?") == [
        ("citation_title", "How many?"),
        ("citation_inbook_title", "A <book>"),
        ("citation_author", "An Office"),
        ("citation_author", "Ada Example"),
        ("citation_publication_date", "2026/11/25"),
        ("citation_language", "en"),
    ]


def test_no_address_is_invented():
    record = page_metadata.schema_org(CITATION, "en", chapter="How many?")
    tags = page_metadata.highwire(CITATION, "en", chapter="How many?")
    assert "url" not in json.dumps(record)
    assert "citation_public_url" not in dict(tags)


def test_an_address_that_is_known_is_told():
    address = "https://example.org/page.html"
    record = page_metadata.schema_org(CITATION, "en", chapter="How many?", address=address)
    tags = page_metadata.highwire(CITATION, "en", chapter="How many?", address=address)
    assert record["url"] == dict(tags)["citation_public_url"] == address


def test_signs_of_html_do_not_end_the_record():
    html = page_metadata.as_html(
        page_metadata.highwire(CITATION, "en"), page_metadata.schema_org(CITATION, "en")
    )
    page = BeautifulSoup(html, "html.parser")
    assert json.loads(page.script.string)["name"] == page.meta["content"] == "A <book>"


@pytest.mark.parametrize("field", page_metadata.NEEDED)
def test_a_missing_field_stops_the_build(tmp_path, field):
    file = tmp_path / "CITATION.cff"
    file.write_text(json.dumps({name: CITATION[name] for name in CITATION if name != field}))
    with pytest.raises(ConfigError, match=f"has no {field}"):
        page_metadata.read_citation(file)


def test_a_missing_file_stops_the_build(tmp_path):
    with pytest.raises(ConfigError, match=r"CITATION\.cff is missing"):
        page_metadata.read_citation(tmp_path / "CITATION.cff")


def test_a_printed_page_has_its_title_and_date_at_its_edges():
    style = printed.running_heads('A "title" </style> \\ of\na page', "2026-11-28")
    assert style == (
        '<style>:root{--book-title:"A \\"title\\" \\3c /style> \\\\ of a page";'
        '--book-date:"2026-11-28"}</style>\n'
    )


def test_the_button_that_prints_says_so():
    buttons = [{"label": "download-source-button", "text": ".md"}]
    buttons.append({"label": printed.LABEL_OF_PRINT, "text": ".pdf"})
    printed.name_print_button([{"buttons": buttons}, {"label": "full-screen"}])
    assert [button["text"] for button in buttons] == [".md", "Print"]


def test_the_theme_still_calls_its_print_button_pdf():
    code = inspect.getsource(header_buttons)
    assert f'"label": "{printed.LABEL_OF_PRINT}"' in code
    assert '"text": ".pdf"' in code
