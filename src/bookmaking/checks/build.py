"""What a build says of a book: each warning of Sphinx and of the book's own extensions ends it.

A build takes a minute, so no gate builds this book; its faults are planted together in a small book
with this book's configuration (`test_build_faults`).
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sphinx.util.console import strip_escape_sequences


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Build the book at ``root``, and return what the build says against it.

    Sphinx reads again what changed, whatever is in ``files``.
    """
    return problems(run(root), root)


def run(root: Path) -> subprocess.CompletedProcess[str]:
    """Build the book at ``root`` in a process of its own, as `make book` would."""
    program = (
        "import sys; from pathlib import Path; from bookmaking import make; "
        f"sys.exit(make.build(Path({str(root)!r})))"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def problems(built: subprocess.CompletedProcess[str], root: Path) -> list[str]:
    """Return each message on a page that ended a build, with the lines below that explain it.

    A build that failed without naming a page is one problem: all that it wrote.
    """
    if built.returncode == 0:
        return []
    told = strip_escape_sequences(built.stderr)
    named = re.split(rf"^{re.escape(str(root))}/(?=\S+: )", told, flags=re.MULTILINE)[1:]
    return [each.strip() for each in named] or [built.stdout + told]
