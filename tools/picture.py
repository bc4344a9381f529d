"""Take the picture of the first page that README shows: book/_static/first-screen.png."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import sync_playwright

from bookmaking.checks import ROOT, browser, site
from bookmaking.tools import chromium

PICTURE = "book/_static/first-screen.png"
COLOURS = 64


def main() -> None:
    """Write the first screen of the built book, as a screen of 1280 by 900 pixels shows it."""
    path = chromium.find()
    if path is None:
        raise SystemExit(f"No Chromium to take the picture with: {chromium.WHAT_TO_DO}")
    start = ROOT / "_build" / "html" / f"{site.listed(ROOT / '_toc.yml')[0]}.html"
    with sync_playwright() as playwright:
        running = browser.launch(playwright, path)
        page = running.new_page(viewport={"width": 1280, "height": 900})
        page.goto(start.as_uri())
        taken = Image.open(BytesIO(page.screenshot()))
        running.close()
    # A page has few colours; with these the picture is a third as heavy.
    taken.quantize(COLOURS).save(ROOT / PICTURE, optimize=True)


if __name__ == "__main__":
    main()
