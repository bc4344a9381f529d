"""What tests share: the built book, and the mark of the tests that need it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bookmaking import chromium
from bookmaking.build import fingerprint as made_of
from bookmaking.gates import ROOT, browser
from decentwork.repository import DATA


@pytest.fixture(scope="session")
def book() -> Path:
    """Return the folder of the built pages, made from the sources as they are now."""
    outdir = ROOT / "_build" / "html"
    before, now = made_of.last_build(outdir), made_of.fingerprint(ROOT)
    if before is None:
        pytest.fail("There is no built book: run `make book`, then the tests.", pytrace=False)
    if altered := made_of.all_changes(before, now):
        pytest.fail(f"{altered[0]} is newer than the built book: run `make book`.", pytrace=False)
    return outdir


@pytest.fixture
def copy(tmp_path):
    """A copy of data/ in which a fault can be planted."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def chrome():
    """Start a browser once for the tests of a file, and stop it after them."""
    path = chromium.find()
    if path is None:
        pytest.fail(f"No Chromium: run tools/chromium.py, which gets one, or {chromium.WHAT_TO_DO}")
    with sync_playwright() as playwright:
        running = browser.launch(playwright, path)
        yield running
        running.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that ask for the built book, so that `make check` can leave them out."""
    for item in items:
        if "book" in getattr(item, "fixturenames", ()):
            item.add_marker("built")
