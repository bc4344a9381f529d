"""Build the book: every notebook executed, warnings are errors, two pages at a time.

Jupyter Book's own command takes no number of jobs; the function behind it does.
"""

import sys
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).resolve().parents[1]


def build(root: Path = ROOT, builder: str = "html", jobs: int = 2) -> int:
    """Build the book at ``root`` into ``root/_build/<builder>`` and return the exit status."""
    status = build_sphinx(
        root,
        root / "_build" / builder,
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides={"external_toc_path": "_toc.yml", "latex_individualpages": False, "nitpicky": True},
        builder=builder,
        jobs=jobs,
        warningiserror=True,
        keep_going=True,
    )
    return status if isinstance(status, int) else 1


if __name__ == "__main__":
    sys.exit(build())
