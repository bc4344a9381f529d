"""Letters in all drawings, wide and narrow, are in the picture and apart."""

import re

import pytest

from bookmaking.checks import browser

# A browser draws them: not among the fast checks.


@pytest.fixture(scope="module")
def page(chrome):
    """An empty page of a browser."""
    made = chrome.new_page()
    yield made
    made.close()


def test_letters_in_all_drawings_can_be_read(page, book):
    drawn = browser.drawings(book)
    shown = {
        name
        for read in (book / "notebooks").rglob("*.html")
        for name in re.findall(r'/exhibits/(fig-[^"]+\.svg)"', read.read_text(encoding="utf-8"))
    }
    wide = {name for name in shown if not name.endswith("-narrow.svg")}
    assert wide and set(drawn) == shown == wide | {f"{name[:-4]}-narrow.svg" for name in wide}
    found = [fault for name, svg in drawn.items() for fault in browser.letters(page, name, svg)]
    assert not found, "\n".join(found)


LINE = (
    '<g transform="translate({x} 20) scale({scale} -{scale})">'
    '<path d="M 0 0 L 500 0 L 500 70 L 0 70 z"/></g>'
)
FAULTS = {
    "sound": ([(10, 0.1)], None),
    "beyond the right edge": ([(220, 0.1)], "letters at 220, 13 leave the drawing by 10.8"),
    "beyond the left edge": ([(-9, 0.1)], "letters at -9, 13 leave the drawing by 9.0"),
    "on each other": ([(10, 0.1), (40, 0.1)], "letters at 10, 13 and at 40, 13 lie on each other"),
    "side by side": ([(10, 0.1), (70, 0.1)], None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_noticed(page, name):
    lines, said = FAULTS[name]
    letters = "".join(LINE.format(x=x, scale=scale) for x, scale in lines)
    svg = f'<svg viewBox="0 0 259.2 100" xmlns="http://www.w3.org/2000/svg">{letters}</svg>'
    found = browser.letters(page, "fig-a-narrow.svg", svg)
    assert found == ([] if said is None else [f"fig-a-narrow.svg: {said}."])
