"""What is mentioned shows a preview: on hover, on focus, at the first tap, also from disk; it never
covers its link, Escape closes it, and without JavaScript a plain link remains."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

from bookmaking.checks import ROOT, browser, site
from bookmaking.directives import previews as content
from small_data import CLAIM

CHAPTER = "notebooks/second_segment/how_many"
OPEN = ".preview:not([hidden])"
MENTIONS = {
    "term": (CHAPTER, "p a[href*='glossary.html#term-']"),
    "source on the page": (CHAPTER, "p .bibtex-citation a"),
    "source on another page": ("book/register", ".bibtex-citation a[href*='references.html#']"),
    "figure on the page": (CHAPTER, "p a.reference[href^='#fig-']"),
    "line": ("notebooks/synthesis/claim_by_claim", "a[href*='register.html#line-']"),
}

# ------------------------------------------------------------------ what they say


def test_a_page_gives_the_previews_of_its_places():
    body = """
        <dl><dt id="term-a">A<a class="headerlink">#</a></dt><dd><p>One <b>two</b></p></dd></dl>
        <figure id="fig-a"><p class="exhibit-headline">Up</p><span class="caption-text">x</span>
        </figure><table id="tbl-a"><caption><span class="caption-text">T</span></caption></table>
        <ul><li id="source-x"><span class="backrefs">1</span><p>X (2020). Y</p></li>
        <li id="line-s2-05">z</li></ul>"""
    lines = {"line-s2-05": content.of_line(CLAIM)}
    for with_sources in (True, False):
        assert dict(content.in_page(body, "Page", lines, with_sources=with_sources)) == {
            "term-a": ["A", "One two"],
            "fig-a": ["Up", "In: Page"],
            "tbl-a": ["T", "In: Page"],
            **({"source-x": ["X (2020). Y"]} if with_sources else {}),
            "line-s2-05": [
                "S2-05",
                "The note says: 12.3 million people are in forced labour.",
                "What the book finds.",
                "By parts: right, corrected, medium.",
            ],
        }


def test_a_mention_without_preview_is_told(tmp_path):
    link = '<a href="b.html#term-x">x</a><span class="bibtex-citation"><a href="b.html#id1"></span>'
    (tmp_path / "a.html").write_text(link, encoding="utf-8")
    told = site.without_preview(tmp_path, ["a"])
    assert [sentence.partition(",")[0] for sentence in told] == [
        "a.html mentions b.html#id1",
        "a.html mentions b.html#term-x",
    ]
    previews = {"id1": ["“Two”", "</script>"], "term-x": ["X"]}
    file = tmp_path / f"b{content.FILES}"
    file.write_text(content.as_script(previews), encoding="utf-8")
    assert site.without_preview(tmp_path, ["a"]) == []
    assert site.previews_in(file) == previews


def test_each_mention_finds_its_preview(book):
    names = site.listed(ROOT / "_toc.yml")
    told = site.without_preview(book, names)
    assert not told, "\n".join(told)
    pages = "".join(site.Page(book, name).path.read_text(encoding="utf-8") for name in names)
    for mention in ("bibtex-citation", "#term-", "#line-", "#fig-", "#tbl-"):
        assert pages.count(mention) > 50, f"pages mention no {mention}: the check looks at nothing"


# ------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module")
def chapter(book):
    """The address from disk of a page that mentions everything."""
    return (book / f"{CHAPTER}.html").as_uri()


@contextmanager
def reader(chrome, address: str, **of_context):
    """Open a page as a reader does, and hold it for a test."""
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, **of_context)
    page = context.new_page()
    failed = []
    page.on("pageerror", lambda error: failed.append(str(error)))

    def gone(request) -> None:
        # A picture that the preview no longer shows is given up by the browser itself.
        if request.failure != "net::ERR_ABORTED":
            failed.append(f"{request.url}: {request.failure}")

    page.on("requestfailed", gone)
    page.goto(address)
    try:
        yield page
        assert failed == []
    finally:
        context.close()


def test_hover_from_disk(chrome, book, subtests):
    for kind, (name, selector) in MENTIONS.items():
        with subtests.test(kind), reader(chrome, (book / f"{name}.html").as_uri()) as page:
            hover(page, selector)


def hover(page, selector: str) -> None:
    link = page.locator(f"article {selector}").first
    link.hover()
    page.wait_for_selector(OPEN)
    assert len(page.inner_text("#preview-text")) > 20
    if "#fig-" in selector:
        assert page.locator(".preview svg").bounding_box()["height"] > 50
    open_, own = page.locator(OPEN).bounding_box(), link.bounding_box()
    gap = max(open_["y"] - own["y"] - own["height"], own["y"] - open_["y"] - open_["height"])
    assert gap >= -1, "the preview covers its link"
    assert link.get_attribute("aria-describedby") == "preview-text"
    page.locator(OPEN).hover()  # A pointer may enter it,
    page.wait_for_timeout(400)
    assert page.locator(OPEN).count() == 1
    page.mouse.move(5, 5)  # and closes it where it leaves.
    page.wait_for_selector(OPEN, state="detached")
    assert link.get_attribute("aria-describedby") is None


def test_focus_opens_tab_enters_and_escape_closes(chrome, chapter):
    with reader(chrome, chapter) as page:
        link = page.locator("article p .bibtex-citation a").nth(3)
        link.scroll_into_view_if_needed()
        page.keyboard.press("Shift")  # The reader uses the keyboard.
        link.focus()
        page.wait_for_selector(OPEN)
        page.mouse.move(5, 5)  # A pointer that moves elsewhere does not close it.
        page.wait_for_timeout(400)
        assert page.locator(OPEN).count() == 1
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.preview') !== null")
        page.keyboard.press("Escape")
        assert page.locator(OPEN).count() == 0
        assert link.evaluate("link => link === document.activeElement")


def test_the_first_tap_opens_and_the_second_follows(chrome, chapter):
    with reader(chrome, chapter, has_touch=True) as page:
        link = page.locator("article p a[href*='glossary.html#term-']").first
        link.scroll_into_view_if_needed()
        link.tap()
        page.wait_for_selector(OPEN)
        assert page.url == chapter
        page.touchscreen.tap(5, 700)
        assert page.locator(OPEN).count() == 0
        link.tap()
        page.wait_for_selector(OPEN)
        link.tap()
        page.wait_for_url("**/glossary.html#term-*")


@pytest.mark.slow
def test_an_open_preview_has_no_barrier_and_fits(chrome, chapter):
    options = browser.AXE_OPTIONS | {"preload": False}  # axe may load no style sheet from disk
    with reader(chrome, chapter, color_scheme="dark") as page:
        page.set_viewport_size({"width": 320, "height": 640})
        page.locator("article p .bibtex-citation a").first.hover()
        page.wait_for_selector(OPEN)
        assert page.evaluate(browser.TOO_WIDE) is None
        box = page.locator(OPEN).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320
        page.evaluate(AXE)
        found = page.evaluate("options => axe.run('.preview', options)", options)
        assert [each["id"] for each in found["violations"]] == []


# ------------------------------------------------------------------ filters


def test_a_filter_hides_what_would_lead_to_nothing(chrome, book):
    with reader(chrome, (book / "book/tables.html").as_uri()) as page:
        status = page.locator(".register-filters [role=status]")
        all_links = page.locator(".jumps a:visible").count()
        page.locator("[name=words]").fill("norway")
        shown = page.locator("article details.catalogue:visible").count()
        assert 0 < shown < page.locator("details.catalogue").count()
        assert status.inner_text().startswith(f"{shown} of ")
        assert 0 < page.locator(".jumps a:visible").count() < all_links
        for link in page.locator(".jumps a:visible, .page-toc a:visible").all():
            assert page.locator(f"[id='{link.get_attribute('href')[1:]}']").is_visible()
        page.locator("[name=words]").fill("nobodywrotethis")
        assert status.inner_text() == "No table has these words."
        page.locator(".register-filters button").click()
        assert page.locator(".jumps a:visible").count() == all_links
        assert "words" not in page.url


def test_a_link_to_an_entry_finds_it_whatever_the_filter_hides(chrome, book):
    address = (book / "book/references.html").as_uri()
    with reader(chrome, f"{address}?words=norway") as page:
        entry = page.locator(".citation-list > li:not(:visible)").first
        page.evaluate("name => { location.hash = name }", entry.get_attribute("id"))
        page.wait_for_function("document.querySelector('[name=words]').value === ''")
        page.locator("[name=words]").fill("duvel")  # a name may be typed without its accents
        assert "Düvel" in page.locator(".citation-list > li:visible").first.inner_text()
