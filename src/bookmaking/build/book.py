"""Build the book: every notebook executed, warnings are errors, two pages at a time.

Jupyter Book's own command takes no number of jobs; the function behind it does. With --cold, all
that earlier builds left is removed first.
"""

import argparse
import gc
import shutil
import sys
from pathlib import Path

# jsonschema, which Jupyter Book loads, would build a grammar of web addresses first: a second and a
# half at each start, and nothing here validates addresses.
sys.modules["rfc3987_syntax"] = None

from jupyter_book.sphinx import build_sphinx  # noqa: E402

from decentwork.repository import ROOT  # noqa: E402

OVERRIDES = {
    "external_toc_path": "_toc.yml",
    "latex_individualpages": False,
    "nitpicky": True,
    # A failed notebook is a warning, and so an error that does not hide the failures of the others.
    "nb_execution_raise_on_error": False,
}


def build(root: Path = ROOT, builder: str = "html", jobs: int = 2) -> int:
    """Build the book at ``root`` into ``root/_build/<builder>`` and return the exit status."""
    status = build_sphinx(
        root,
        root / "_build" / builder,
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides=OVERRIDES,
        builder=builder,
        jobs=jobs,
        quiet=True,
        warningiserror=True,
        keep_going=True,
    )
    if status != 0:
        # Sphinx does not read again what it has read with a warning, and would call the next build
        # good; without the record of this one (see `freshness`) every page is read again.
        (root / "_build" / f".{builder}-made-from.json").unlink(missing_ok=True)
    return status if isinstance(status, int) else 1


def main() -> int:
    """Read the command line, build, and say where the book is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="remove first what earlier builds left")
    # A build makes many objects and gives up few; looking for those takes a seventh of the time.
    gc.disable()
    if parser.parse_args().cold and (ROOT / "_build").exists():
        shutil.rmtree(ROOT / "_build")
    status = build()
    if status == 0:
        print("The book stands in _build/html/index.html")
    else:
        print("The book was not built: the lines above say what to mend.", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
