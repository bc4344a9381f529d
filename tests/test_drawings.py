"""Text in all drawings, wide and narrow: it is found, apart, inside, and seen on its ground.

Three readers have three typefaces: a page has that of the book, a page where it has not come yet
has one of the machine, and so has a file that is opened alone.
"""

import re
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup

from bookmaking.checks import browser
from bookmaking.directives.exhibit_content import in_page

# A browser draws them: not among the fast checks.

READERS = {"a page": True, "a page without its typeface": False, "a file": None}
FACES = """async () => {
    const faces = await Promise.all([400, 600].map(weight =>
        document.fonts.load(`${weight} 10px "Book Sans"`).catch(() => [])));
    return faces.flat().length;
}"""


@contextmanager
def opened(chrome, book, has_typeface):
    """Open a page of the book that has its typeface or not, or (None) an empty page."""
    page = chrome.new_page()
    try:
        if has_typeface is not None:
            if not has_typeface:
                page.route("**/*.woff2", lambda route: route.abort())
            page.goto((book / "search.html").as_uri())
            assert bool(page.evaluate(FACES)) == has_typeface
        yield page
    finally:
        page.close()


@pytest.fixture(scope="module")
def shown(book):
    """The drawings of figures as pages have them, by figure and form."""
    found = {}
    for path in (book / "notebooks").rglob("*.html"):
        for figure in BeautifulSoup(path.read_bytes(), "lxml").select("figure.exhibit"):
            wide, narrow = map(str, figure.select(".exhibit-drawn > svg"))
            found |= {figure["id"]: wide, f"{figure['id']}-narrow": narrow}
    return found


def test_each_figure_has_two_drawings_and_a_file_of_each(book, shown):
    assert shown and {f"{name}.svg" for name in shown} == set(browser.drawings(book))


@pytest.mark.parametrize("reader", READERS)
def test_letters_in_all_drawings_can_be_read(chrome, book, reader):
    drawn = browser.drawings(book)
    with opened(chrome, book, READERS[reader]) as page:
        found = [
            fault
            for name, svg in drawn.items()
            for fault in browser.letters(page, name, svg if reader == "a file" else in_page(svg))
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_are_seen_on_what_they_stand_on(chrome, book, theme):
    with opened(chrome, book, True) as page:
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        found = [
            fault
            for name, svg in browser.drawings(book).items()
            for fault in browser.contrasts(page, name, in_page(svg))
        ]
    assert not found, "\n".join(found)


def test_each_colour_has_another_in_the_dark(book):
    style = (book / "_static" / "book.css").read_text(encoding="utf-8")
    for kind in ("fill", "stroke"):
        drawn = {
            colour
            for svg in browser.drawings(book).values()
            for colour in re.findall(rf'\b{kind}="(#\w+)"', svg)
        }
        of_the_dark = re.findall(rf'\[{kind}="(#\w+)"\] ?\{{ ?{kind}:', style)
        assert sorted(drawn - set(of_the_dark)) == [], "give it a colour in book.css"


def test_a_reader_finds_the_words_of_a_drawing_in_its_page(chrome, book, shown):
    words = {
        name: max(re.findall(r"<text[^>]*>([^<]+)</text>", svg), key=len)
        for name, svg in shown.items()
    }
    page = chrome.new_page(viewport={"width": 1280, "height": 800})
    try:
        page.goto((book / "notebooks" / "foundations" / "law.html").as_uri())
        for name in page.evaluate(
            "[...document.querySelectorAll('figure.exhibit')].map(x => x.id)"
        ):
            page.evaluate("getSelection().removeAllRanges()")
            wanted = BeautifulSoup(words[name], "lxml").get_text()
            assert page.evaluate("words => find(words, true)", wanted), wanted
    finally:
        page.close()


LINE = '<text x="{x}" y="20" textLength="{length}" lengthAdjust="spacingAndGlyphs">{words}</text>'
FAULTS = {
    "sound": ([(10, "one")], None),
    "beyond the right edge": ([(220, "one")], "one leaves the drawing by 10.8"),
    "beyond the left edge": ([(-9, "one")], "one leaves the drawing by 9.0"),
    "on each other": ([(10, "one"), (40, "two")], "one and two lie on each other"),
    "side by side": ([(10, "one"), (70, "two")], None),
}
SHEET = '<svg viewBox="0 0 259.2 100" xmlns="http://www.w3.org/2000/svg">{}</svg>'


@pytest.fixture(scope="module")
def empty(chrome):
    """An empty page of a browser."""
    made = chrome.new_page()
    yield made
    made.close()


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_noticed(empty, name):
    lines, said = FAULTS[name]
    drawn = "".join(LINE.format(x=x, words=words, length=50) for x, words in lines)
    found = browser.letters(empty, "fig-a", SHEET.format(drawn))
    assert found == ([] if said is None else [f"fig-a: {said}."])


def test_pale_letters_are_noticed(empty):
    words = LINE.format(x=10, words="one", length=50)
    bar = '<path d="M0 0h200v50h-200z" fill="#333" fill-opacity="{}"/>' + words
    assert browser.contrasts(empty, "fig-a", SHEET.format(bar.format(0.2))) == []
    found = browser.contrasts(empty, "fig-a", SHEET.format(bar.format(1)))
    assert found == ["fig-a: one has 1.66:1, and letters need 4.5:1."]
