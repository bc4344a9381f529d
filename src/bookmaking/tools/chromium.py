"""Find a Chromium for the browser tests, install one where there is none, and start it.

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

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
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
    on_path = [path for path in map(shutil.which, NAMES) if path]
    return next(filter(starts, [*on_path, MACOS]), None) or _of_playwright()


def starts(path: str) -> bool:
    """Tell whether the program at ``path`` answers to ``--version``."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=STARTS_WITHIN)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def launch(playwright: "Playwright", path: str, arguments: Sequence[str] = ()) -> "Browser":
    """Start the browser at ``path`` with command line ``arguments``.

    Raises ChromiumError, with a sentence that says what to do, if it does not start.
    """
    from playwright.sync_api import Error

    try:
        return playwright.chromium.launch(
            executable_path=path, args=[*arguments], timeout=1000 * STARTS_WITHIN
        )
    except Error as error:
        # The lines below the first are the browser's own log.
        why = error.message.partition("\n")[0].strip().rstrip(".")
        what = f"{path} says its version and does not start"
        raise ChromiumError(f"{what} ({why}): {WHAT_TO_DO}") from error


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
    if path := find():
        return path
    apt = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        _try("apt-get", "update", "--quiet")
        _try("env", "DEBIAN_FRONTEND=noninteractive", *apt)
    if not (path := find()):
        _try(sys.executable, "-m", "playwright", "install", "chromium")
        path = find()
    if not path:
        raise ChromiumError(
            f"The browser tests need Chromium, and it could not be installed: {WHAT_TO_DO}"
        )
    return path


def _try(*command: str) -> None:
    """Run ``command`` with its output on standard error; `find` tells whether it helped."""
    print("Installing Chromium:", *command, file=sys.stderr, flush=True)
    subprocess.run(command, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        print(provide())
    except ChromiumError as error:
        sys.exit(str(error))
