"""Find a Chromium for the browser tests, and install one where there is none.

``python -m bookmaking.chromium`` prints the path of the browser. The variable CHROMIUM names one,
``CHROMIUM=/path/to/chromium``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

WHAT_TO_DO = "install Chromium or Chrome, or name one with CHROMIUM=/path/to/chromium."


class ChromiumError(Exception):
    """There is no browser; the message is one sentence that says what to do."""


def find() -> str | None:
    """Return the path of a Chromium that starts, or None.

    Raises ChromiumError if the variable CHROMIUM names something else.
    """
    if named := os.environ.get("CHROMIUM"):
        if not starts(named):
            raise ChromiumError(f"CHROMIUM={named} is not a browser that starts: {WHAT_TO_DO}")
        return named
    on_path = [path for path in map(shutil.which, NAMES) if path]
    return next(filter(starts, [*on_path, str(MACOS)]), None) or _of_playwright()


def starts(path: str) -> bool:
    """Tell whether the program at ``path`` answers to ``--version``."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright  # starts a process: only if nothing else is

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if starts(path) else None


def install() -> None:
    """Install a Chromium: the distribution's for root on Debian and Ubuntu, else Playwright's."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium with apt-get", file=sys.stderr, flush=True)
        packages = ["install", "--yes", "--no-install-recommends", "chromium"]
        _try(["apt-get", "update", "--quiet"])
        _try(["apt-get", *packages], DEBIAN_FRONTEND="noninteractive")
        if find():
            return
    print("Installing Playwright's Chromium", file=sys.stderr, flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])


def _try(command: list[str], **environment: str) -> None:
    """Run ``command`` with its output on standard error; ``find`` tells whether it helped."""
    subprocess.run(command, stdout=sys.stderr, env=os.environ | environment)


def provide() -> str:
    """Return the path of a Chromium, installed if need be.

    Raises ChromiumError, with a sentence that says what to do, if none could be installed.
    """
    if path := find():
        return path
    install()
    if path := find():
        return path
    raise ChromiumError(
        f"The browser tests need Chromium, and it could not be installed: {WHAT_TO_DO}"
    )


if __name__ == "__main__":
    try:
        print(provide())
    except ChromiumError as error:
        sys.exit(str(error))
