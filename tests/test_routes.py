"""Routes: six kinds of readers find theirs from the first page, on one screen, with few links."""

from bookmaking.checks import ROOT, browser, site

ROUTES = (
    "official", "inspector", "union-employer", "student", "researcher", "reviewer",
)  # fmt: skip
FEWEST, MOST = 5, 7
SCREENS = {1280: 900, 390: 2 * 844}
"""How high a route may be by the width of the window: one screen, and two of a phone."""
HEIGHTS = """() => Object.fromEntries([...document.querySelectorAll("[id^=route-]")].map((mark) => [
  mark.id.slice("route-".length), mark.closest("section section").getBoundingClientRect().height]))
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
        heights = page.evaluate(HEIGHTS)
        page.close()
        assert set(heights) == set(ROUTES)
        assert {route: high for route, high in heights.items() if high > most} == {}, width


def test_the_ways_to_start_stand_on_the_first_screen(chrome, book):
    page = chrome.new_page(viewport={"width": 1280, "height": browser.HEIGHT})
    page.goto((book / "book" / "landing.html").as_uri())
    bottom = page.evaluate("document.querySelector('.readers').getBoundingClientRect().bottom")
    page.close()
    assert bottom <= browser.HEIGHT
