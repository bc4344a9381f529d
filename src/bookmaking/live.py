"""Watch the sources, build what changed, and reload the browser.

    python -m bookmaking.live [PORT]

Watching, serving and reloading are the work of livereload, which calls the book's own build after a
change. What a build says is shown, and after one that fails the watching goes on.
"""

import os
import subprocess
import sys
from pathlib import Path

from livereload import Server

from bookmaking.fresh import MADE_FROM
from decentwork.repository import BUILD, ROOT


def build() -> None:
    """Build the book in a process of its own, so that changed code is read again."""
    subprocess.run([sys.executable, "-m", "bookmaking.make"], cwd=ROOT)


def is_left_by_programs(file: str) -> bool:
    """Whether a file is a checkpoint, a lock or the like, which nobody writes by hand."""
    parts = Path(file).relative_to(ROOT).parts
    return any(part.startswith(".") or part == "__pycache__" for part in parts)


if __name__ == "__main__":
    build()
    server = Server()
    for name in MADE_FROM:
        server.watch(str(ROOT / name), build, ignore=is_left_by_programs)
    server.serve(
        port=int(*sys.argv[1:2] or ["8000"]),
        host=os.environ.get("BOOK_ADDRESS", "127.0.0.1"),
        root=str(BUILD / "html"),
    )
