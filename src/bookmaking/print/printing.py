"""Have Chromium print documents of HTML: tagged, with an outline, with their own size of page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bookmaking.tools import chromium

PATIENCE = 300_000
"""Milliseconds that one print may take: the whole book takes about 40,000."""
ARGUMENTS = [
    chromium.WITHOUT_SANDBOX,
    "--disable-background-networking",
    "--disable-component-update",
]


@contextmanager
def press() -> Iterator["Press"]:
    """Start a browser, and stop it when all is printed.

    Raises ChromiumError if there is none.
    """
    path = chromium.provide()
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path, ARGUMENTS)
        try:
            # A page that is printed needs none of its scripts, and nothing of the network.
            context = browser.new_context(offline=True, java_script_enabled=False)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            yield Press(page)
        finally:
            browser.close()


class Press:
    """A browser that prints, one document after the other."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def print(self, html: Path, pdf: Path) -> None:
        """Print the document ``html`` into the file ``pdf``."""
        self._page.goto(html.as_uri(), wait_until="load")
        self._page.pdf(
            path=pdf, prefer_css_page_size=True, print_background=True, tagged=True, outline=True
        )
