"""Pages in a browser, light and dark, wide and narrow: no request beyond the site, no error, no
barrier that axe knows, no sideways scrolling; and each check notices its fault.

`make test` visits one page of each kind, in the dark one; `make test-all` visits every page in
both, and three of the States'. Dark and narrow at once are the pages of `STEADY` only: in the dark
nothing has another size, and what only a narrow page shows is the same on every page.
"""

import pytest

from bookmaking.checks import ROOT, browser, site
from bookmaking.checks.browser import Visit
from bookmaking.directives.state_rows import FOLDER

STATES = [name for name in site.listed(ROOT / "_toc.yml") if name.startswith(f"{FOLDER}/")]
NAMES = [name for name in site.listed(ROOT / "_toc.yml") if name not in STATES]
NAMES += ["search", "genindex", "404"]
STEADY = [
    "book/landing",
    "book/register",
    "notebooks/second_segment/how_many",
    "notebooks/foundations/law",
    STATES[0],
]
"""Pages that are also looked at while they load slowly."""
EVERY_DAY = {
    "light": ["book/landing", "book/register", STEADY[2], STATES[0], "search"],
    "dark": [STEADY[2]],
}
"""The pages that `make test` visits, by theme."""


@pytest.fixture(scope="module")
def address(book):
    """The address at which the built book is served."""
    with browser.served(book) as base:
        yield base


def problems_of(chrome, address, name, theme) -> list[str]:
    """Visit a page in one theme at each width at which it may differ."""
    widths = browser.WIDTHS if theme == "light" or name in STEADY else browser.WIDTHS[:1]
    visit = Visit(chrome, address, name, theme, widths).run()
    return visit.problems + browser.first_visit_weight(visit)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_of_each_kind(chrome, address, theme, subtests):
    for name in EVERY_DAY[theme]:
        with subtests.test(name):
            problems = problems_of(chrome, address, name, theme)
            assert not problems, "\n".join(problems)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_other_page(chrome, address, book, theme, subtests):
    # Pages that one function makes differ in what they hold: the smallest, middle and largest.
    states = sorted(STATES, key=lambda name: site.Page(book, name).path.stat().st_size)
    some = [states[0], states[len(states) // 2], states[-1]]
    for name in [*(name for name in NAMES if name not in EVERY_DAY[theme]), *some]:
        with subtests.test(name):
            problems = problems_of(chrome, address, name, theme)
            assert not problems, "\n".join(problems)


@pytest.mark.slow
def test_a_page_stays_where_it_is_while_it_loads(chrome, address, subtests):
    for name in STEADY:
        for width in (390, 1280):
            viewport = {"width": width, "height": browser.PHONE["height"]}
            with subtests.test(f"{name} at {width} px"):
                url = f"{address}{name}.html"
                shift = browser.shift_of(chrome, url, viewport, browser.SLOW_PROCESSOR)
                assert browser.steadiness(name, shift) == []


def test_the_book_works_from_disk(chrome, book):
    page = chrome.new_page()
    failed = []
    page.on("requestfailed", lambda request: failed.append(f"{request.url} was not loaded."))
    page.on("pageerror", lambda error: failed.append(f"a script failed: {error}"))
    page.goto((book / f"{NAMES[0]}.html").as_uri())
    page.close()
    assert not failed, "\n".join(failed)


def test_a_link_to_code_opens_its_fold_without_javascript(chrome, book):
    without = chrome.new_context(java_script_enabled=False)
    page = without.new_page()
    name = next(one for one in NAMES if '"#code-' in (book / f"{one}.html").read_text("utf-8"))
    page.goto((book / f"{name}.html").as_uri())
    link = page.locator(".exhibit-bar a[href^='#code-']").first
    code = page.locator(link.get_attribute("href"))
    assert not code.is_visible()
    link.click()
    assert code.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".exhibit-bar").first.is_visible()
    without.close()


# What follows plants faults in a sound page.

SOUND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
</head><body><main><h1>A page</h1><p>Text.</p></main></body></html>
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served folder for pages with faults, and its address."""
    folder = tmp_path_factory.mktemp("site")
    with browser.served(folder) as base:
        yield folder, base


def visit_with(chrome, desk, body: str, theme: str = "light") -> Visit:
    folder, base = desk
    (folder / "page.html").write_text(SOUND.replace("<p>Text.</p>", body), encoding="utf-8")
    return Visit(chrome, base, "page", theme).run()


def test_a_sound_page_passes(chrome, desk):
    visit = visit_with(chrome, desk, "<p>Text.</p>")
    assert visit.problems == []
    assert 0 < visit.weight < 1000


FAULTS = {
    "<script src='https://cdn.example.org/x.js'></script>":
        "requests https://cdn.example.org/x.js: the book must work without a network",
    "<img src='gone.png' alt=''>": "gone.png, which is not there",
    "<script>console.error('planted')</script>": "console error from page.html: planted",
    "<script>planted()</script>": "a script failed: planted is not defined",
    "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width='9'>": "axe image-alt",
    "<details><summary>More</summary><p style='color: #aaa'>In a fold.</p></details>":
        "axe color-contrast",
    "<p>With <a href='page.html' style='color: #004; text-decoration: none'>a link</a> in it.</p>":
        "axe link-in-text-block",
    "<div><button style='width:9px;height:9px;padding:0' aria-label='a'></button>"
    "<button style='width:9px;height:9px;padding:0' aria-label='b'></button></div>":
        "axe target-size",
    "<button aria-label='Find'>Search this book</button>": "axe label-content-name-mismatch",
    "<p class='planted' style='width: 400px'>Text.</p>":
        "(light, 320 px): is 408 px wide, so that it scrolls sideways (p.planted)",
}  # fmt: skip


def test_each_fault_is_named(chrome, desk):
    problems = "\n".join(visit_with(chrome, desk, "".join(FAULTS)).problems)
    assert not [message for message in FAULTS.values() if message not in problems], problems


def test_contrast_in_the_dark_theme_only(chrome, desk):
    dark = "body { color: #222; background: #111 }"
    body = f"<style>@media (prefers-color-scheme: dark) {{ {dark} }}</style><p>Text.</p>"
    assert visit_with(chrome, desk, body, "light").problems == []
    problems = visit_with(chrome, desk, body, "dark").problems
    assert all("axe color-contrast" in problem for problem in problems)
    assert ["(dark, 1280 px)" in problems[0], "(dark, 320 px)" in problems[-1]] == [True, True]


def test_a_heavy_first_visit_is_named_with_what_weighs(chrome, desk):
    folder, _ = desk
    (folder / "heavy.js").write_text(f"/*{' ' * browser.HEAVIEST_FIRST_VISIT}*/")
    visit = visit_with(chrome, desk, "<script src='heavy.js'></script>")
    (problem,) = browser.first_visit_weight(visit)
    assert "a first visit loads 1.00 MB" in problem
    assert "heavy.js 1,000 kB" in problem


def test_a_page_that_moves_is_named(chrome, desk):
    folder, base = desk
    moves = "setTimeout(() => document.querySelector('div').style.height = '600px', 300)"
    body = f"<div></div><p>{'Text. ' * 400}</p><script>{moves}</script>"
    (folder / "moves.html").write_text(SOUND.replace("<p>Text.</p>", body), encoding="utf-8")
    shift = browser.shift_of(chrome, f"{base}moves.html", browser.PHONE)
    (problem,) = browser.steadiness("moves", shift)
    assert problem.startswith("moves.html: what is read moves by 0.")
