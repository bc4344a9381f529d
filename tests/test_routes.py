"""The first page and the routes: each kind of reader finds a way on one screen, with few words."""

import re

from bookmaking.checks import ROOT, browser, site

ROUTES = (
    "official", "inspector", "case-worker", "prosecutor", "union", "employer", "journalist",
    "student", "researcher", "developer", "reviewer",
)  # fmt: skip
WORDS_ON_THE_FIRST_SCREEN, WORDS_OF_A_CHAPTER = 140, 35
FEWEST, MOST = 5, 7
SCREENS = {1280: 900, 390: 2 * 844}
"""How high a route may be by the width of the window: one screen, and two of a phone."""
HEIGHTS = """(routes) => Object.fromEntries(routes.map((route) => [
  route, document.getElementById(`route-${route}`).closest("section section")
    .getBoundingClientRect().height]))
"""


def test_a_route_has_five_to_seven_steps_each_with_a_link(book, subtests):
    """Where the links lead is a test of all pages."""
    routes = site.Page(book, "book/routes")
    for route in ROUTES:
        with subtests.test(route):
            section = routes.tree.select_one(f"#route-{route}").find_parent("section")
            steps = section.select("ol > li")
            assert FEWEST <= len(steps) <= MOST
            for step in steps:
                words = step.select_one("a").get_text().split()
                assert len(step.get_text(" ", strip=True).split()) > len(words) + 3
            said = section.get_text(" ", strip=True)
            assert "You may use" in said and "The limit." in said


def test_the_first_page_leads_to_every_route(book):
    start = site.Page(book, site.listed(ROOT / "_toc.yml")[0])
    there = {link["href"].partition("#")[2] for link in start.tree.select(".readers a")}
    assert there == {"", *(f"route-{route}" for route in ROUTES)}


def test_a_route_fits_its_screen(chrome, book):
    for width, most in SCREENS.items():
        page = chrome.new_page(viewport={"width": width, "height": browser.HEIGHT})
        page.goto((book / "book" / "routes.html").as_uri())
        heights = page.evaluate(HEIGHTS, ROUTES)
        page.close()
        assert set(heights) == set(ROUTES)
        assert {route: high for route, high in heights.items() if high > most} == {}, width


def test_the_ways_to_start_stand_on_the_first_screen(chrome, book):
    page = chrome.new_page(viewport={"width": 1280, "height": browser.HEIGHT})
    page.goto((book / "book" / "landing.html").as_uri())
    bottom = page.evaluate("document.querySelector('.readers').getBoundingClientRect().bottom")
    page.close()
    assert bottom <= browser.HEIGHT


def test_what_stands_first_is_short(book):
    """The names of routes, below the doors, do not count."""
    start = site.Page(book, site.listed(ROOT / "_toc.yml")[0]).tree
    title = start.select_one("article h1")
    title.select_one(".headerlink").decompose()
    first = [title, *title.find_next_siblings("p"), start.select_one(".doors")]
    words = " ".join(each.get_text(" ", strip=True) for each in first).split()
    assert len(words) <= WORDS_ON_THE_FIRST_SCREEN
    for chapter in start.select(".chapters li"):
        name, told = chapter.strong.extract().get_text(), chapter.get_text().strip(". \n")
        assert len(told.split()) <= WORDS_OF_A_CHAPTER, f"{name}: {told}"
        assert len(re.findall(r"[.?!]\s", told)) == 0, f"{name}: {told}"


def test_every_page_is_linked_in_the_text_of_another(book):
    """The contents list the pages, and the built pages hold the links."""
    names = [*site.listed(ROOT / "_toc.yml"), "genindex"]
    pages = [site.Page(book, name) for name in names]
    linked = {
        page.file_of(link["href"])
        for page in pages
        for link in page.tree.select("article a[href]")
        if ".html" in link["href"] and page.file_of(link["href"]) != page.path.resolve()
    }
    assert not [page.name for page in pages[1:] if page.path.resolve() not in linked]


def test_a_chapter_says_what_it_is_part_of_and_its_contents_begin_with_the_answer(book):
    start = site.Page(book, site.listed(ROOT / "_toc.yml")[0])
    for entry in start.tree.select(".chapters li"):
        page = site.Page(book, start.file_of(entry.a["href"]).relative_to(book).with_suffix(""))
        head = page.tree.select_one("article .chapter-number")
        assert {page.file_of(link["href"]).stem for link in head.select("a")} == {
            "landing", "note_at_a_glance", "what_to_do",
        }  # fmt: skip
        first = page.tree.select_one("nav.page-toc a[href^='#']")["href"]
        assert page.tree.select_one(first)["class"] == ["answer", "admonition"], page.name
