"""What tests share: the built book, a browser, and what a run says at its end."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bookmaking import fresh, reread
from bookmaking.checks import ROOT
from decentwork.repository import DATA


@pytest.fixture(scope="session")
def book() -> Path:
    """Return the folder of the built pages, made from the sources as they are now."""
    outdir = ROOT / "_build" / "html"
    last = fresh.last_build(outdir)
    if last is None:
        pytest.fail("There is no built book: run `make book`, then the tests.", pytrace=False)
    if altered := fresh.changes(last["made from"], fresh.fingerprint(ROOT)):
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
    from playwright.sync_api import sync_playwright  # `make check` does not wait for it

    from bookmaking.checks import browser
    from bookmaking.tools import chromium

    path = chromium.find()
    if path is None:
        pytest.fail(
            "No Chromium: run `python -m bookmaking.tools.chromium`, which gets one, or "
            f"{chromium.WHAT_TO_DO}"
        )
    with sync_playwright() as playwright:
        running = browser.launch(playwright, path)
        yield running
        running.close()


collect_ignore_glob = ["sample*/*"]
"""Small trees in which faults are planted; nbval would run their notebooks."""


MAY_BE_LEFT_OUT = re.compile(r"(?:Nothing|No checksum) was compared|was not compared, because")
"""Why a test may compare nothing: an original of a publisher is not available here."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with what was left out and why."""
    stats = terminalreporter.stats
    for report in _left_out(stats):
        terminalreporter.write_line(f"LEFT OUT, and must not be: {report.nodeid}: {_why(report)}")
    allowed = Counter(_why(each) for each in stats.get("skipped", ()) if _may_be(each))
    for why, times in allowed.items():
        terminalreporter.write_line(f"Left out {times} times: {why}")
    terminalreporter.write_line(reread.in_words())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a check was left out for a reason that nobody allowed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and _left_out(reporter.stats) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _left_out(stats: dict) -> list:
    skipped = [each for each in stats.get("skipped", ()) if not _may_be(each)]
    return skipped + stats.get("xfailed", []) + stats.get("xpassed", [])


def _may_be(report) -> bool:
    return bool(MAY_BE_LEFT_OUT.search(_why(report)))


def _why(report) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    return " ".join(str(reason).removeprefix("Skipped: ").split())
