"""A reader reports an error from its place: each place leads to the form and names itself."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from bookmaking.directives import error_report_content as content
from decentwork import claims

BOOK = {"title": "A Book: its subtitle", "version": "1.2.0", "date-released": "2026-11-25"}
PLACE = "Fig. 5.3 (fig-rounds)"
CHAPTER = "notebooks/second_segment/how_many"


def places_of(links) -> list[str]:
    """Return the places that links to the form name."""
    asked = (parse_qs(urlsplit(link["href"]).query).get("at", [""])[0] for link in links)
    return list(asked)


def links_to_the_form(tree: BeautifulSoup, selector: str) -> list:
    """Return the links to the form in what a selector finds."""
    return [
        link
        for link in tree.select(f"{selector} a[href]")
        if "report_an_error.html" in link["href"]
    ]


def test_an_empty_report_names_the_version_and_asks_for_the_source():
    head, *fields = content.template(BOOK).split("\n\n")
    assert head == "A Book, version 1.2.0, 2026-11-25"
    assert fields == [f"{field}:" for field in content.FIELDS]


@pytest.mark.parametrize(
    ("repository", "said"),
    [
        ({}, "send it to the person or organization"),
        (
            {"repository-code": "https://example.org/book/"},
            '<a href="https://example.org/book/issues">',
        ),
    ],
)
def test_the_form_says_where_to_send_the_report(repository, said):
    assert said in "".join(content.form(BOOK | repository))


def test_each_exhibit_each_line_and_each_page_leads_to_the_form(book):
    chapter = BeautifulSoup((book / f"{CHAPTER}.html").read_text("utf-8"), "html.parser")
    exhibits = {each["id"] for each in chapter.select("figure.exhibit, table.exhibit")}
    named = places_of(links_to_the_form(chapter, ".exhibit-bar"))
    assert exhibits and {place.rpartition("(")[2].rstrip(")") for place in named} == exhibits
    assert PLACE in named
    (foot,) = places_of(links_to_the_form(chapter, "footer"))
    assert foot == "How many people"
    register = BeautifulSoup((book / "book/register.html").read_text("utf-8"), "html.parser")
    lines = places_of(links_to_the_form(register, "ul.register"))
    assert lines == [claim.id for claim in claims.load()]


def test_the_form_takes_the_place_from_the_address(book, chrome):
    page = chrome.new_page()
    address = (book / f"{content.PAGE}.html").as_uri()
    page.goto(address + content.asked(PLACE))
    text = page.locator("#report > pre").inner_text()
    assert f"heading above): {PLACE}\n" in text
    assert text.count(PLACE) == 1
    assert page.locator("#report button.copybtn").count() == 1
    page.goto(address)
    assert "heading above):\n" in page.locator("#report > pre").inner_text()
    page.close()
