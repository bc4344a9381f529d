"""Find a Chromium for the browser tests, or install one where there is none.

``python -m bookmaking.tools.chromium`` prints the path of the browser. The variable CHROMIUM names
one, ``CHROMIUM=/path/to/chromium``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
         "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")  # fmt: skip
WHAT_TO_DO = "install Chromium or Chrome, or name one with CHROMIUM=/path/to/chromium."
STARTS_WITHIN = 120
"""Seconds in which a browser says its version, or starts, also on a busy machine."""
# As root Chromium starts only without its sandbox; it shows nothing but the files of the build.
WITHOUT_SANDBOX = "--no-sandbox"


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
    found = filter(starts, filter(None, map(shutil.which, NAMES)))
    return next(found, None) or _of_playwright()


def starts(path: str) -> bool:
    """Tell whether the program at ``path`` answers to ``--version``."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=STARTS_WITHIN)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def launch(playwright: "Playwright", path: str, arguments: Sequence[str] = ()) -> "Browser":
    """Start the browser at ``path`` with command line ``arguments``."""
    return playwright.chromium.launch(
        executable_path=path, args=[*arguments], timeout=1000 * STARTS_WITHIN
    )


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright  # starts a process: only if nothing else is

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if starts(path) else None


def provide() -> str:
    """Return the path of a Chromium, installed if need be.

    Root gets the distribution's on Debian and Ubuntu, everybody else Playwright's. Raises
    ChromiumError, with a sentence that says what to do, if none could be installed.
    """
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        apt = "apt-get update --quiet; apt-get install --yes --no-install-recommends chromium"
        commands.insert(0, ["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", apt])
    for command in commands:
        if path := find():
            return path
        print("Installing Chromium:", *command, file=sys.stderr, flush=True)
        subprocess.run(command, stdout=sys.stderr)
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
