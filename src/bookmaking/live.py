"""Watch the sources, build what changed, and reload the browser.

    python -m bookmaking.live [PORT]

Watching, serving and reloading are the work of livereload, which calls the book's own build after a
change. What a build says is shown, and after one that fails the watching goes on.
"""

import subprocess
import sys
from pathlib import Path

from livereload import Server
from livereload.handlers import LiveReloadHandler

from bookmaking.fresh import MADE_FROM
from bookmaking.tools.serve import at_port, listens_at
from decentwork.repository import BUILD, ROOT


class OwnScripts(Server):
    """A server of pages whose security policy forbids scripts that are in the page."""

    def get_web_handlers(self, script: bytes) -> list:
        """Return the handlers, with livereload's script as a file."""
        return super().get_web_handlers(b'<script src="/livereload.js"></script>')


def build() -> None:
    """Build the book in a process of its own, so that changed code is read again."""
    subprocess.run([sys.executable, "-m", "bookmaking.make"], cwd=ROOT)


def is_left_by_programs(file: str) -> bool:
    """Whether a file is a checkpoint, a lock or the like, which nobody writes by hand."""
    parts = Path(file).relative_to(ROOT).parts
    return any(part.startswith(".") or part == "__pycache__" for part in parts)


def _live(port: int) -> None:
    build()
    server = OwnScripts()
    # Why: livereload drops a reload that comes less than three seconds after the last one, and
    # the browser keeps the old page when a build is quick.
    # Upstream: https://github.com/lepture/python-livereload/pull/244 made this value for it; no
    # page of its documentation names it.
    # Can go when livereload drops none (test_livereload_still_drops_a_quick_reload fails then).
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0
    for name in MADE_FROM:
        server.watch(str(ROOT / name), build, ignore=is_left_by_programs)
    server.serve(port=port, host=listens_at(), root=str(BUILD / "html"))


if __name__ == "__main__":
    sys.exit(at_port(_live, *sys.argv[1:2] or ["8000"]))
