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
MOST_LISTED = 60
"""Failed tests that the end of a run lists; each with all its problems, up to MOST_LINES."""
MOST_LINES = 200


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with what was left out and why, and with what failed: what, where, and what to do."""
    stats = terminalreporter.stats
    for report in _left_out(stats):
        terminalreporter.write_line(f"LEFT OUT, and must not be: {report.nodeid}: {_why(report)}")
    allowed = Counter(_why(each) for each in stats.get("skipped", ()) if _may_be(each))
    for why, times in allowed.items():
        terminalreporter.write_line(f"Left out {times} times: {why}")
    terminalreporter.write_line(reread.in_words())
    failed = [each for each in stats.get("failed", []) if not _only_counts(each)]
    failed += stats.get("error", [])
    if failed:
        terminalreporter.section("What to fix")
    for report in failed[:MOST_LISTED]:
        terminalreporter.write_line(f"{_where(report)}: {_said(report)}")
    if len(failed) > MOST_LISTED:
        terminalreporter.write_line(f"… and {len(failed) - MOST_LISTED} more")


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


def _only_counts(report) -> bool:
    """Tell whether a failed test says no more than how many of its subtests failed."""
    return bool(re.fullmatch(r"contains \d+ failed subtests?", str(report.longrepr)))


def _where(report) -> str:
    """Return the place of a test; nbval counts cells of code from 0, JupyterLab from 1."""
    of_cell = re.sub(
        r"::Cell (\d+)$", lambda cell: f", [{int(cell[1]) + 1}] in JupyterLab", report.nodeid
    )
    if (context := getattr(report, "context", None)) is None:
        return of_cell
    return " ".join([of_cell, context.msg or "", *map(str, context.kwargs.values())])


def _said(report) -> str:
    """Return what a failed test said: every problem, without the code of the test."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr)
    text = re.sub(r"\x1b\[[0-9;]*m|^(?:AssertionError|Failed): ", "", text)
    lines = [line for line in text.splitlines() if line.strip() and line[:7] != "assert "]
    more = [f"… and {len(lines) - MOST_LINES} more lines"] * (len(lines) > MOST_LINES)
    return "\n    ".join([*lines[:MOST_LINES], *more])
