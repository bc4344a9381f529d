"""The page Compare States shows what the tables hold, keeps its breaks, and has its address."""

import pytest

from bookmaking.checks import browser
from decentwork import data

PAGE = "book/compare_states"


@pytest.fixture(scope="module")
def page(chrome, book):
    """The page, opened from disk; no request may leave it."""
    opened = chrome.new_page(viewport={"width": 390, "height": 900})
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.address = (book / f"{PAGE}.html").as_uri()
    yield opened
    opened.close()


def open_at(page, choice: str) -> None:
    page.goto("about:blank")
    page.goto(f"{page.address}#{choice}")


def rows(page) -> list[list[str]]:
    """Return the cells of the table of the chosen States."""
    return page.locator("#compare-shown tr").evaluate_all(
        "found => found.map(row => [...row.cells].map(cell => cell.textContent))"
    )


@pytest.mark.parametrize(
    ("series", "table", "column", "kind"),
    [
        ("forced-labour", "detected-victims", "form", "forced labour"),
        ("convicted", "criminal-justice-counts", "step", "convicted"),
    ],
)
def test_the_table_view_has_the_numbers_of_the_file(page, series, table, column, kind):
    open_at(page, f"states=ALB-UZB-NLD&series={series}&from=2012&to=2023&view=table")
    (_, *names), *shown = rows(page)
    assert names == ["Albania", "Uzbekistan", "Netherlands"]
    frame = data.read(table)
    frame = frame[frame[column] == kind].dropna(subset=["persons_low"])
    held = {(row.iso3, row.year): (row.persons_low, row.persons_high) for row in frame.itertuples()}
    for year, *cells in shown:
        for code, cell in zip(("ALB", "UZB", "NLD"), cells, strict=True):
            bounds = held.get((code, int(year)))
            wanted = (
                "–"
                if bounds is None
                else " to ".join(f"{each:,}" for each in dict.fromkeys(bounds))
            )
            assert cell.removeprefix("| ").removesuffix(" *") == wanted, f"{code}, {year}"
    assert len(shown) == 12


def test_a_line_does_not_run_across_a_new_rule_of_counting(page):
    open_at(page, "states=GBR&series=all-forms&from=2015&to=2019&view=lines")
    pieces = page.locator("#compare-shown polyline")
    assert pieces.count() == 2 and page.locator("#compare-shown .state-cut").count() == 1
    assert (
        "from 2017 the file counts persons referred" in page.locator("#compare-shown").inner_text()
    )


def test_a_choice_stands_in_the_address_and_comes_back(page):
    open_at(page, "states=FRA")
    page.get_by_label("Add a State").select_option("Spain")
    page.locator("[name=series]").select_option(label="Labour inspectors")
    page.get_by_role("radio", name="Table").check()
    address = page.url
    seen = rows(page)
    open_at(page, address.partition("#")[2])
    assert rows(page) == seen and seen[0] == ["Year", "France", "Spain"]
    assert not [url for url in page.asked if not url.startswith(("file:", "data:", "about:"))]


def test_unknown_words_in_the_address_do_no_harm(page):
    open_at(page, "states=XXX-DEU-DEU&series=toString&from=1&to=x&view=<b>")
    assert page.locator("#compare-shown figure").count() == 1


@pytest.mark.parametrize("view", ["lines", "table", "tiles"])
def test_each_view_fits_a_phone_and_can_be_heard(page, view):
    open_at(page, f"states=DEU-GBR&view={view}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate(browser.AXE)
    found = page.evaluate("how => axe.run('article', how)", browser.AXE_OPTIONS)
    assert not found["violations"], [each["id"] for each in found["violations"]]
