"""The page that estimates in the browser has the totals of the library, and says what is wrong."""

import itertools

import numpy as np
import pytest

from bookmaking.checks import ROOT, browser
from decentwork import data, estimation
from decentwork.estimation import fitting

PAGE = "book/lists_of_your_own"
SCRIPT = ROOT / "book" / "_static" / "own_lists.js"
TWO_LISTS = (40, 30, 12)
"""Cases on the first list alone, on the second alone, and on both."""
TOTALS = """
  const all = pairsOf(4), set = (number) => all.filter((_, bit) => number & (1 << bit));
  return tables.map((counts) => {
    const margins = range(16).map((term) => on(counts, term));
    return range(64).map((number) => fit(4, counts, set(number), margins)?.total ?? null);
  });"""
"""The totals of all models of many tables, by the functions of the page."""


@pytest.fixture(scope="module")
def page(chrome, book):
    """The page, opened from disk; no request may leave it."""
    opened = chrome.new_page(viewport={"width": 1280, "height": 900})
    opened.goto((book / f"{PAGE}.html").as_uri())
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    opened.close()


def histories_of(dataset: str) -> estimation.CaptureHistories:
    frame = data.read("capture-histories")
    return estimation.CaptureHistories.from_frame(frame[frame["dataset"] == dataset])


def cells(page) -> list:
    """Return the fields for cases in the order of the library, which is not that of the page."""
    fields = page.locator("#own-lists [data-own=cells] input").all()
    return sorted(fields, key=lambda field: int(field.get_attribute("name")))


def answer(page, counts, lists: int) -> float:
    """Type a table and return the total of the page."""
    page.get_by_label("Number of lists").select_option(str(lists))
    for field, count in zip(cells(page), counts, strict=True):
        field.fill(f"{count:.0f}")
    page.get_by_role("button", name="Estimate").click()
    return float(page.locator("#own-lists-said data").get_attribute("value", timeout=20_000))


def test_two_lists_give_chapmans_estimate(page):
    one, other, both = TWO_LISTS
    total = answer(page, TWO_LISTS, 2)
    assert total == pytest.approx((one + both + 1) * (other + both + 1) / (both + 1) - 1)
    histories = estimation.CaptureHistories(("A", "B"), np.array(TWO_LISTS))
    uncorrected = estimation.LogLinear(histories).fit().total
    assert total == pytest.approx(uncorrected, rel=0.05), "Chapman's correction is small here"
    warnings = page.locator("#own-lists-more").inner_text()
    assert "cannot show whether they are independent" in warnings
    assert "no list can reach" in warnings


@pytest.mark.parametrize("dataset", ["artificial_three_lists", "uk_2013_four_lists"])
def test_the_total_is_that_of_the_library(page, dataset):
    histories = histories_of(dataset)
    total = answer(page, histories.counts, len(histories.lists))
    models = estimation.all_models(histories, order=2)
    assert total == pytest.approx(models["total"][0], rel=1e-5)
    near = models[models["bic"] <= models["bic"][0] + 2]["total"]
    said = page.locator("#own-lists-more").inner_text()
    assert f"totals from {near.min():,.0f} to {near.max():,.0f}." in said
    assert not [url for url in page.asked if not url.startswith("file:")]


def test_the_same_models_have_an_estimate_as_in_the_library(page):
    draw = np.random.default_rng(3)
    tables = np.array([draw.poisson(draw.gamma(0.5, 4, size=15)) for _ in range(40)])
    script = SCRIPT.read_text("utf-8").partition("// ---- Estimation")[2].partition("// ----")[0]
    found = page.evaluate(f"(tables) => {{ // {script} {TOTALS} }}", tables.tolist())
    pairs = np.array(list(itertools.product([False, True], repeat=6)))[:, ::-1]
    for counts, totals in zip(tables, found, strict=True):
        fitted = fitting.fit_models(4, counts, pairs)
        totals = np.array(totals, dtype=float)
        assert (np.isfinite(totals) == fitted.exists).all(), counts
        assert totals[fitted.exists] == pytest.approx(fitted.total[fitted.exists], rel=1e-5)


def test_the_example_is_a_table_of_the_book_and_can_be_pasted(page):
    page.get_by_role("button", name="Show the example").click()
    typed = [int(field.input_value()) for field in cells(page)]
    assert typed == histories_of("uk_2013_four_lists").counts.tolist()
    page.get_by_label("Or paste a table").fill("police,clinic,cases\n1,0,40\n0,1,30\n1,1,12\n")
    assert page.get_by_label("police and clinic").input_value() == "12"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("40", "", "12"), "The field “B only” is empty. Type 0 if there is no such case."),
        (("40", "30", "<5"), "The report below reads such cells."),
        (("40", "30", "few"), "needs a whole number"),
        (("40", "30", "0"), "No case is on two lists"),
        (("0", "30", "12"), "Every case is on the list B"),
    ],
)
def test_an_error_says_what_to_do(page, typed, said):
    page.get_by_label("Number of lists").select_option("2")
    for field, text in zip(cells(page), typed, strict=True):
        field.fill(text)
    page.get_by_role("button", name="Estimate").click()
    status = page.locator("#own-lists [role=status]")
    assert said in status.inner_text()
    assert page.locator("#own-lists data").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_answer_has_no_barrier_and_does_not_scroll_sideways(page, theme):
    page.emulate_media(color_scheme=theme)
    answer(page, TWO_LISTS, 2)
    page.evaluate(browser.AXE)
    for width in browser.WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("how => axe.run('#own-lists', how)", browser.AXE_OPTIONS)
        assert [each["id"] for each in found["violations"]] == []
        assert page.evaluate(browser.TOO_WIDE) is None
