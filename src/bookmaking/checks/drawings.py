"""Drawings of figures: letters that can be read on a phone, in the picture, and not on each other.

Letters in a drawing are outlines, so nobody can select them and no browser can break a line. This
gate looks at each line of letters as a browser draws it. To look at single figures:

    python -m bookmaking.checks.drawings fig-rounds fig-law
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bookmaking.checks import ROOT
from bookmaking.checks.browser import PHONE_DRAWING, launch
from bookmaking.directives.exhibit_content import DOWNLOADS, VIEW_BOX, drawing_name
from bookmaking.tools import chromium

SMALLEST_LETTERS = 9
"""Pixels of the smallest letters on a phone."""
SLACK = 0.75
"""Points by which letters may leave a drawing: rounding, and the slant of a letter."""
NARROW = drawing_name("", "narrow")
LETTERS = re.compile(r"(?<!\w)scale\(([\d.]+) -[\d.]+\)")

# Lines of letters that are drawn twice for a white edge count once. An overlap counts if it is
# wider than a thin letter and higher than what neighbouring lines share of a letter's height.
LOOK = """([svg, slack]) => {
    document.body.innerHTML = svg;
    const drawing = document.querySelector("svg");
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    drawing.setAttribute("width", width);
    drawing.setAttribute("height", height);
    const edge = drawing.getBoundingClientRect();
    const lines = [];
    const seen = new Set();
    for (const group of drawing.querySelectorAll("g[transform*='scale(']")) {
        const box = group.getBoundingClientRect();
        const place = [box.left, box.top, box.right, box.bottom].map(
            (side, which) => side - (which % 2 ? edge.top : edge.left));
        const name = place.map(Math.round).join(" ");
        if (!box.width || seen.has(name)) continue;
        seen.add(name);
        lines.push(place);
    }
    const where = (place) => `${Math.round(place[0])}, ${Math.round(place[1])}`;
    const faults = [];
    for (const place of lines) {
        const [left, top, right, bottom] = place;
        const beyond = Math.max(-left, -top, right - width, bottom - height);
        if (beyond > slack)
            faults.push(`letters at ${where(place)} leave the drawing by ${beyond.toFixed(1)}`);
    }
    lines.forEach((one, number) => lines.slice(number + 1).forEach((two) => {
        const across = Math.min(one[2], two[2]) - Math.max(one[0], two[0]);
        const down = Math.min(one[3], two[3]) - Math.max(one[1], two[1]);
        const thin = Math.min(...[one, two].map((at) => Math.min(at[2] - at[0], at[3] - at[1])));
        if (Math.min(across, down) > Math.max(1.5, 0.2 * thin))
            faults.push(`letters at ${where(one)} and at ${where(two)} lie on each other`);
    }));
    return faults;
}"""


def smallest_letters(svg: str, pixels: float) -> float:
    """Return the size of the smallest letters of a drawing that is ``pixels`` wide, in pixels."""
    points = [100 * float(scale) for scale in LETTERS.findall(svg)]
    return min(points) * pixels / float(VIEW_BOX.search(svg)[1]) if points else float("inf")


def faults(page: Page, name: str, svg: str) -> list[str]:
    """Return what is wrong with the letters of a drawing; places are points from left and top.

    Parameters
    ----------
    page
        An empty page of a browser.
    name
        The name of the drawing's file, which tells narrow ones from wide ones.
    svg
        The drawing.
    """
    found = page.evaluate(LOOK, [svg, SLACK])
    if name.endswith(NARROW):
        size = smallest_letters(svg, PHONE_DRAWING)
        if size < SMALLEST_LETTERS - 0.05:
            found.append(f"the smallest letters are {size:.1f} pixels high on a phone")
    return [f"{name}: {fault}." for fault in found]


def drawings(site: Path) -> dict[str, str]:
    """Return all drawings of a built site, by the names of their files."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((site / DOWNLOADS).glob("*.svg"))
    }


def main(beginnings: list[str]) -> None:
    """Print the faults of the drawings whose names begin so, or of all."""
    with sync_playwright() as playwright:
        page = launch(playwright, chromium.provide()).new_page()
        for name, svg in drawings(ROOT / "_build" / "html").items():
            if name.startswith(tuple(beginnings) or ""):
                for fault in faults(page, name, svg):
                    print(fault)


if __name__ == "__main__":
    main(sys.argv[1:])
