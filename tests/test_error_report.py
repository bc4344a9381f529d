"""A reader reports an error from its place: each place leads to the form and names itself."""

from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup

from bookmaking.directives import error_report as content
from decentwork import claims

BOOK = {"title": "A Book: its subtitle", "version": "1.2.0", "date-released": "2026-11-25"}
PLACE = "Fig. 5.2 (fig-rounds)"
CHAPTER = "notebooks/second_segment/how_many"


def places_named(tree: BeautifulSoup, selector: str) -> list[str]:
    """Return the places that links to the form name, in what a selector finds."""
    links = tree.select(f"{selector} a[href*='report_an_error.html']")
    return [parse_qs(urlsplit(link["href"]).query).get("at", [""])[0] for link in links]


def test_an_empty_report_names_the_version_and_says_where_to_send_it():
    form = content.form(BOOK)
    assert (
        BeautifulSoup(form, "html.parser")
        .pre.get_text()
        .startswith("A Book, version 1.2.0, 2026-11-25\n\nWhere (figure")
    )
    assert "send it to the person or organization" in form
    form = content.form(BOOK | {"repository-code": "https://example.org/book/"})
    assert '<a href="https://example.org/book/issues">' in form


def test_each_exhibit_each_line_and_each_page_leads_to_the_form(book):
    chapter = BeautifulSoup((book / f"{CHAPTER}.html").read_text("utf-8"), "html.parser")
    exhibits = {each["id"] for each in chapter.select("figure.exhibit, table.exhibit")}
    named = places_named(chapter, ".exhibit-bar")
    assert exhibits and {place.rpartition("(")[2].rstrip(")") for place in named} == exhibits
    assert PLACE in named
    (foot,) = places_named(chapter, "footer")
    assert foot == "How many people"
    register = BeautifulSoup((book / "book/register.html").read_text("utf-8"), "html.parser")
    lines = places_named(register, "ul.register")
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
